"""Cosignatures of checkpoints by witnesses (https://c2sp.org/tlog-cosignature, Ed25519, `cosignature/v1`).

A witness states that at its time this was the largest consistent tree it has seen of this log: a hub cannot
show two faces to those who ask for its signature. Verified before it is kept; shown as a further line of the
note. Works on the connection it is given.
"""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.errors import Fault, Refused
from hub.evidence import log
from hub.evidence.note import NoteError, parse_checkpoint, split, unbase64
from hub.evidence.ports import Connection, Reads

ALGORITHM: Final = b"\x04"
AHEAD: Final = timedelta(minutes=5)
"""How far the clock of a witness may be ahead."""

_STORE: Final = """
INSERT INTO log_cosignature (size, witness, at, line) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_LINES: Final = "SELECT line FROM log_cosignature WHERE size = $1 ORDER BY witness"
_LATEST: Final = "SELECT max(size) FROM log_cosignature"


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness by its name and public key (32 bytes)."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name ‖ newline ‖ 0x04 ‖ key)."""
        return sha256(self.name.encode() + b"\n" + ALGORITHM + self.public).digest()[:4]

    def vkey(self) -> str:
        """The key as one line."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ALGORITHM + self.public).decode()}"

    @classmethod
    def from_vkey(cls, vkey: str) -> "Witness":
        """Reads a verifier key of type 0x04. Raises NoteError."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        raw = unbase64(encoded, "the witness key")
        if raw[:1] != ALGORITHM or len(raw) != 33:
            raise NoteError("the witness key is not an Ed25519 cosigner key")
        witness = cls(name, raw[1:])
        if not name or any(c.isspace() for c in name) or witness.key_id.hex() != key_id:
            raise NoteError("the witness key does not have the name or key id it says")
        return witness

    def verify(self, text: str, signature: bytes) -> datetime:
        """When the witness signed `text`; `signature` is timestamp ‖ Ed25519. Raises NoteError."""
        if len(signature) != 72 or signature[0] & 0x80:
            raise NoteError("a cosignature is eight bytes of time and 64 of signature")
        seconds = int.from_bytes(signature[:8])
        signed = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature[8:], signed)
            return datetime.fromtimestamp(seconds, UTC)
        except (InvalidSignature, OverflowError, ValueError, OSError) as e:
            raise NoteError("the cosignature is wrong") from e


async def take(db: Connection, note: str, witnesses: Iterable[Witness], now: datetime) -> list[str]:
    """Keep the cosignatures of a note over one of this log's checkpoints; answers the names of who signed.

    Raises Refused `malformed` (not such a note), `signature-invalid` (of no configured witness, wrong, or
    from the future). One wrong cosignature of a known witness refuses the whole.
    """
    try:
        text, signatures = split(note)
        size = parse_checkpoint(text).size
        ours = split(await log.checkpoint(db, size))[0]
    except (NoteError, Refused) as e:
        raise Refused("malformed", Fault("note")) from e
    if ours != text:
        raise Refused("malformed", Fault("note"))
    known = {(w.name, w.key_id): w for w in witnesses}
    taken: dict[str, tuple[datetime, Witness, str]] = {}
    for name, key_id, signature in signatures:
        witness = known.get((name, key_id))
        if witness is not None:
            line = f"— {name} {b64encode(key_id + signature).decode()}"
            taken[name] = (_signed_at(witness, text, signature, now), witness, line)
    if not taken:
        raise Refused("signature-invalid", Fault("witness"))
    for at, witness, line in taken.values():
        await db.execute(_STORE, size, witness.vkey(), at, line)
    return sorted(taken)


def _signed_at(witness: Witness, text: str, signature: bytes, now: datetime) -> datetime:
    try:
        at = witness.verify(text, signature)
    except NoteError as e:
        raise Refused("signature-invalid", Fault("witness")) from e
    if at > now + AHEAD:
        raise Refused("signature-invalid", Fault("witness"))
    return at


async def cosigned(db: Reads, size: int | None = None) -> str:
    """The note over `size` leaves, by default the largest that a witness has signed, with those signatures.

    Raises Refused `unknown`.
    """
    if size is None:
        size = await db.fetchval(_LATEST)
    if size is None:
        raise Refused("unknown")
    note = await log.checkpoint(db, size)
    return note + "".join(f"{row['line']}\n" for row in await db.fetch(_LINES, size))
