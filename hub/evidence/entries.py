"""What the log says: one entry for each message, delivery, acknowledgement, non-delivery, admin action.

An entry is `{"v":1,"type","ref","at","digest"}` in JCS (RFC 8785). `ref` is random, and `digest` is
SHA-256(32 random bytes of salt ‖ digest of the thing), so that the public log names nobody and nothing
in it joins two entries; who holds salt and thing can prove it. The digest of a message is that of its
signing input; of everything else that of a *statement*: a small JCS object with ids and codes.

Pure but for the chance that is passed in. `make` lies on the hot path.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from hashlib import sha256
from os import urandom
from typing import Final, Literal, NamedTuple
from uuid import UUID

import rfc8785

EntryType = Literal[
    "message", "delivery", "acknowledgement", "non-delivery", "admin-action", "hold", "release", "signoff"
]
EventType = Literal["delivery", "acknowledgement", "non-delivery", "hold", "release", "signoff"]
Statement = Mapping[str, object]

SALT_SIZE: Final = 32
REF_SIZE: Final = 16
_SHANGHAI: Final = timezone(timedelta(hours=8))
_JWK_MEMBERS: Final = ("alg", "crv", "kid", "kty", "x", "y")


class Entry(NamedTuple):
    """One line of the log and the secret that opens it.

    `text` is public, `leaf` its leaf hash, `content` the digest that `salt` (32 bytes) hides.
    """

    type: EntryType
    text: str
    leaf: bytes
    salt: bytes
    content: bytes


class KeyEntry(NamedTuple):
    """The entry of a registered key; `ref` is derived from the key, to find leaf and salt again."""

    entry: Entry
    ref: UUID


def make(of: EntryType, content: bytes, at: datetime, rng: Callable[[int], bytes] = urandom) -> Entry:
    """The entry of type `of` for the 32-byte digest `content`, written at the aware instant `at`."""
    chance = rng(SALT_SIZE + REF_SIZE)
    salt = chance[:SALT_SIZE]
    # JCS for this one shape: names sorted, no white space, no character that needs an escape.
    text = (
        f'{{"at":"{_shown(int(at.timestamp()))}",'
        f'"digest":"{salted(salt, content)}",'
        f'"ref":"{chance[SALT_SIZE:].hex()}","type":"{of}","v":1}}'
    )
    return Entry(of, text, sha256(b"\x00" + text.encode()).digest(), salt, content)


def salted(salt: bytes, content: bytes) -> str:
    """The digest an entry shows: SHA-256(salt ‖ digest), hex."""
    return sha256(salt + content).hexdigest()


@lru_cache(maxsize=8)
def _shown(second: int) -> str:
    """RFC 3339 at +08:00. Kept for the running second: formatting it costs a quarter of an entry."""
    return datetime.fromtimestamp(second, _SHANGHAI).isoformat()


def canonical(value: object) -> bytes:
    """JCS (RFC 8785) of a plain JSON value."""
    return rfc8785.dumps(value)  # type: ignore[arg-type]  # its own alias is narrower than JSON


def statement_digest(statement: Statement) -> bytes:
    """SHA-256 over the JCS form of a statement: the `content` of an entry."""
    return sha256(canonical(statement)).digest()


def event_statement(
    of: EventType, message: str, delivery: str, unit: str, claims: bytes | None = None
) -> dict[str, str]:
    """What happened to one token. `delivery` is its jti; `claims` the SHA-256 of its payload bytes.

    A delivery names the claims; the other events name the same jti and need not repeat them. Of a `signoff`
    (a unit lets a typical case go to the public) `delivery` is `signoff_ref`, `claims` the SHA-256 of the
    sealed name: it fixes who signed and tells nobody.
    """
    told = {"delivery": delivery, "message": message, "type": of, "unit": unit}
    if claims is not None:
        told["claims"] = claims.hex()
    return told


def signoff_ref(message: UUID, unit: str) -> UUID:
    """The id of a unit's signature under a message: a UUIDv8 made from the two."""
    return _derived(statement_digest({"message": str(message), "signoff": unit}))


def claims_digest(payload: bytes) -> bytes:
    """Digest of a token's claims: over its payload bytes, which outlive a rotation of the key."""
    return sha256(payload).digest()


def admin_statement(row: UUID, action: str, actor: str, on: str, reason: str) -> dict[str, str]:
    """An administrator's action as its row says it: `on` is what it was done to."""
    return {"action": action, "actor": actor, "id": str(row), "object": on, "reason": reason}


def public_members(jwk: Mapping[str, object]) -> dict[str, str]:
    """The members of a public JWK that an entry commits to: kty, crv, x, y, alg and kid, if present."""
    return {name: str(jwk[name]) for name in _JWK_MEMBERS if name in jwk}


def key_statement(jwk: Mapping[str, object], system: str | None = None) -> dict[str, object]:
    """That a key was registered: one of the hub's own, or of `system`."""
    if system is None:
        return {"action": "hub-key", "jwk": public_members(jwk)}
    return {"action": "system-key", "jwk": public_members(jwk), "system": system}


def key_entry(
    jwk: Mapping[str, object],
    at: datetime,
    system: str | None = None,
    rng: Callable[[int], bytes] = urandom,
) -> KeyEntry:
    """The entry by which the log vouches for a key: a verifier trusts no key that is not in the log.

    Stored like any other event, under `ref` in place of a message.
    """
    content = statement_digest(key_statement(jwk, system))
    return KeyEntry(make("admin-action", content, at, rng), key_ref(jwk, system))


def key_ref(jwk: Mapping[str, object], system: str | None = None) -> UUID:
    """The id under which leaf and salt of a key's entry are kept: a UUIDv8 made from its statement."""
    return _derived(statement_digest(key_statement(jwk, system)))


def _derived(digest: bytes) -> UUID:
    raw = bytearray(digest[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return UUID(bytes=bytes(raw))
