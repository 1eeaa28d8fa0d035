"""What a security event token says: the claims of contract 3, built from a delivery and its message. Pure.

A delivery is about a message of a kind, or about what became of one (`NOTICES`), or it is the
verification event of a stream (OpenID SSF 1.0, 8.1.4). Claims are built once, at the first claim of the
delivery, and are the same bytes at every try.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from schemas import kinds

Claims: TypeAlias = dict[str, object]
Document: TypeAlias = Mapping[str, object]
Cut: TypeAlias = Callable[[str, str, Document], Document]
"""(kind, role, document) → what that role may see of it."""

TYP: Final = "secevent+jwt"
VERSION: Final = "1.0"
VERSIONS: Final = (VERSION,)
"""Minor versions of the shared form that a stream may pin (`liantiao_schema`)."""

VERIFICATION: Final = "verification"
VERIFICATION_URI: Final = "https://schemas.openid.net/secevent/ssf/event-type/verification"
_PREFIX: Final = "urn:liantiao:event:"

Notice = Literal["delivered", "non-delivery", "released", "knowledge-corrected"]
NOTICES: Final[tuple[Notice, ...]] = ("delivered", "non-delivery", "released", "knowledge-corrected")
"""Events to the sender about its own message, or to who opened an item of knowledge; they address no kind."""

NOT_MESSAGES: Final = (*NOTICES, VERIFICATION)


@dataclass(frozen=True, slots=True)
class Posting:
    """A row of the delivery table, as far as its token needs it. `id` is the token's jti."""

    id: UUID
    message: UUID
    system: str
    unit: str
    sender: str
    role: str
    subject: UUID
    seq: int
    event: str
    detail: Mapping[str, object]
    tries: int
    claims: bytes | None
    dek: bytes | None
    view: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """The message a delivery is about; `document` is the whole shared form, opened."""

    id: UUID
    jti: str
    kind: str
    received_at: datetime
    digest: bytes
    receipt: str
    document: Document


def uri(event: str) -> str:
    """The event type URI of a delivery's event."""
    return VERIFICATION_URI if event == VERIFICATION else _PREFIX + event


def supported() -> list[str]:
    """Every event type a stream can carry, as `events_supported` lists them."""
    return [uri(name) for name in (*kinds(), *NOTICES)]


def unasked() -> list[str]:
    """What a stream carries that asks for nothing in particular: everything but `delivered`."""
    return [name for name in supported() if name != uri("delivered")]


def claims(posting: Posting, source: Source, issuer: str, now: datetime, cut: Cut) -> Claims:
    """The claims of a delivery about a message, or about what became of one."""
    if posting.event in NOTICES:
        said = _notice(posting, source)
    else:
        said = _message(posting, source, cut(source.kind, posting.role, source.document))
    return {
        "iss": issuer,
        "aud": posting.system,
        "iat": int(now.timestamp()),
        "jti": str(posting.id),
        "txn": str(source.id),
        "toe": int(source.received_at.timestamp()),
        "sub_id": {"format": "opaque", "id": str(posting.subject)},
        "events": {uri(posting.event): said},
    }


def verification(
    jti: UUID, system: str, stream: UUID, issuer: str, now: datetime, state: str | None
) -> Claims:
    """The verification event of a stream; `state` is the receiver's own text, given back to it.

    No message stands behind it: its transaction (`txn`, OpenID SSF 1.0, 4.1.9) is the token itself.
    """
    return {
        "iss": issuer,
        "aud": system,
        "iat": int(now.timestamp()),
        "jti": str(jti),
        "txn": str(jti),
        "sub_id": {"format": "opaque", "id": str(stream)},
        "events": {VERIFICATION_URI: {} if state is None else {"state": state}},
    }


def _message(posting: Posting, source: Source, document: Document) -> dict[str, object]:
    detail = posting.detail
    said: dict[str, object] = {
        "message": str(source.id),
        "seq": posting.seq,
        "from": detail.get("from", posting.sender),
        "to": detail.get("to", posting.unit),
        "schema": f"{source.kind}/{VERSION}",
        "case": detail.get("case"),
        "deadlines": detail.get("deadlines", []),
        "document": document,
        "native": f"/v1/messages/{source.id}/native",
        "origin_digest": f"sha-256:{source.digest.hex()}",
    }
    revision = detail.get("revision", 1)
    if isinstance(revision, int) and revision > 1:
        said["revision"] = revision
        said["replaces"] = detail.get("replaces")
    return said


def _notice(posting: Posting, source: Source) -> dict[str, object]:
    """Of a message the sender knows: ids, unit and times of the delivery, or the receipt it got late.

    Of an item of knowledge the reader knows the item alone, not the answer it was taken from.
    """
    if posting.event == "knowledge-corrected":
        return {"seq": posting.seq, "to": posting.unit, **posting.detail}
    said: dict[str, object] = {
        "message": str(source.id),
        "msg_jti": source.jti,
        "seq": posting.seq,
        "to": posting.unit,
    }
    if posting.event == "released":
        said["receipt"] = source.receipt
    said.update(posting.detail)
    return said


def replaced(claims_before: Mapping[str, object], jti: UUID, document: Document) -> Claims:
    """The same claims with another document under another jti: a view was made stricter (contract 3)."""
    events = claims_before["events"]
    if not isinstance(events, Mapping):
        raise TypeError
    ((event, said),) = events.items()
    return {
        **claims_before,
        "jti": str(jti),
        "events": {event: {**said, "document": document}},
    }


def document_of(claims_before: Mapping[str, object]) -> Document | None:
    """The document of a token's only event; None for a notice, which has none."""
    events = claims_before["events"]
    if not isinstance(events, Mapping):
        raise TypeError
    (said,) = events.values()
    document = said.get("document")
    return document if isinstance(document, Mapping) else None


def is_stricter(told: object, allowed: object) -> bool:
    """Whether something told is no longer allowed: a member gone, or shown otherwise than it was."""
    if isinstance(told, Mapping) and isinstance(allowed, Mapping):
        return any(name not in allowed or is_stricter(value, allowed[name]) for name, value in told.items())
    if isinstance(told, list | tuple) and isinstance(allowed, list | tuple):
        return len(told) != len(allowed) or any(map(is_stricter, told, allowed))
    return told != allowed
