"""What can go wrong for an agency system, by what it can do about it.

ClientError
├── Problem       the hub answered with a problem document (RFC 9457): change something, or wait
├── Unreachable   no usable answer came in time; the same call may be made again
├── BadKey        a JWK is not one this client can use
└── BadToken      something that should be signed by the hub is not; `err` is the code of RFC 8935 §2.4
"""

from collections.abc import Sequence
from typing import Literal

from hub.strictjson import Json

SetError = Literal[
    "invalid_request",
    "invalid_key",
    "invalid_issuer",
    "invalid_audience",
    "authentication_failed",
    "access_denied",
]


class ClientError(Exception):
    """Root of the tree; never raised itself."""


class Problem(ClientError):
    """A refusal of the hub. `code` is the last part of its type; `errors` name places, never values."""

    def __init__(self, status: int, document: dict[str, Json], retry_after: float | None = None) -> None:
        kind = document.get("type", document.get("error"))  # the token endpoint answers by RFC 6749
        self.status = status
        self.code = kind.rpartition(":")[2] if isinstance(kind, str) else "unknown-problem"
        self.title = _text(document, "title")
        self.detail = _text(document, "detail") or _text(document, "error_description")
        self.instance = _text(document, "instance")
        errors = document.get("errors")
        found: Sequence[Json] = errors if isinstance(errors, list) else ()
        self.errors = tuple(e for e in found if isinstance(e, dict))
        self.document = document
        self.retry_after = retry_after
        super().__init__(f"{status} {self.code}: {self.detail or self.title}")


class Unreachable(ClientError):
    """The hub did not answer, or not in a way that can be understood, within the caller's patience."""


class BadKey(ClientError):
    """A JWK cannot be used; the text says why and quotes nothing of it."""


class BadToken(ClientError):
    """A token is not acceptable. `err` is what a receiver answers (RFC 8935 §2.4)."""

    def __init__(self, err: SetError, text: str) -> None:
        super().__init__(text)
        self.err: SetError = err


def _text(document: dict[str, Json], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""
