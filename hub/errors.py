"""Every error the hub raises on purpose, chosen by what the caller can do about it.

HubError
├── Refused       the sender must change something; answers a problem document, has no effect
│   └── TooMany         more requests than its share; says when to come again
├── Unavailable   nothing is wrong with the message; try again later
└── Broken        a bug, damaged data or a wrong setting; only an operator can help
    └── Misconfigured   the setting is named, with the way out

This module imports nothing of ours. Codes and their HTTP status are those of the wire contract, section 2.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

ProblemCode = Literal[
    "malformed",
    "token-invalid",
    "signature-invalid",
    "stale",
    "scope",
    "unit-not-yours",
    "kind-not-allowed",
    "unknown",
    "no-native-form",
    "jti-reused",
    "illegal-step",
    "conflict",
    "wrong-offset",
    "too-large",
    "media-type",
    "untranslatable",
    "schema",
    "rule",
    "case-unknown",
    "blob-missing",
    "digest-mismatch",
    "ruling-unsigned",
    "ruling-invalid",
    "busy",
    "unavailable",
    "internal",
]

STATUS: Final[dict[ProblemCode, int]] = {
    "malformed": 400,
    "token-invalid": 401,
    "signature-invalid": 401,
    "stale": 401,
    "scope": 403,
    "unit-not-yours": 403,
    "kind-not-allowed": 403,
    "unknown": 404,
    "no-native-form": 406,
    "jti-reused": 409,
    "illegal-step": 409,
    "conflict": 409,
    "wrong-offset": 409,
    "too-large": 413,
    "media-type": 415,
    "untranslatable": 422,
    "schema": 422,
    "rule": 422,
    "case-unknown": 422,
    "blob-missing": 422,
    "digest-mismatch": 422,
    "ruling-unsigned": 422,
    "ruling-invalid": 422,
    "busy": 429,
    "unavailable": 503,
    "internal": 500,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One place in a message that was refused; names the place and the rule, never the value.

    `pointer` is a JSON Pointer (RFC 6901) into the shared form, `native` the path in the sender's own
    format, `record` the row or element of a file with several records, `rule` the schema keyword, the
    guard or the reader's rule that failed. `args` fill the text of the rule (counts, limits, names of
    codes the hub knows; never anything the sender wrote).
    """

    rule: str
    pointer: str | None = None
    native: str | None = None
    record: str | None = None
    args: tuple[str, ...] = ()


class HubError(Exception):
    """Root of the tree; never raised itself."""


class Refused(HubError):
    """The sender must change something. `code` decides status and text; `faults` name the places."""

    def __init__(
        self,
        code: ProblemCode,
        *faults: Fault,
        extra: dict[str, object] | None = None,
    ) -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.faults: tuple[Fault, ...] = faults
        self.extra: dict[str, object] = extra or {}

    @property
    def status(self) -> int:
        """HTTP status of the problem document."""
        return STATUS[self.code]

    def in_record(self, record: str) -> "Refused":
        """The same refusal, its faults placed in one record of a file."""
        placed: Iterable[Fault] = (Fault(f.rule, f.pointer, f.native, record, f.args) for f in self.faults)
        return Refused(self.code, *placed, extra=self.extra)


class TooMany(Refused):
    """A caller beyond its rate; `headers` of the answer say when to come again, and what the quota is."""

    def __init__(self, headers: Mapping[str, str], *faults: Fault) -> None:
        super().__init__("busy", *faults)
        self.headers = headers


class Unavailable(HubError):
    """The hub cannot take it now; `retry_after` in seconds goes into the header."""

    def __init__(self, what: str, retry_after: int = 1) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Broken(HubError):
    """A bug or damaged data; the text is for an operator and carries no personal data."""


class Misconfigured(Broken):
    """A setting or a file the operator gave is wrong; the message says which and what to do."""
