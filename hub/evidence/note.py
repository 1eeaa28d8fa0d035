"""C2SP signed notes and tlog checkpoints: what the log signs, and how it is read back strictly.

A note is text, an empty line, and signature lines `— <name> base64(key id ‖ signature)`; a checkpoint is
a note whose text is origin, size and root. Ed25519 (type 0x01) only. Pure; bytes in, verified values out.
Specifications: https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519: Final = b"\x01"
_DASH: Final = "— "
_MAX_NOTE: Final = 64 * 1024
_MAX_SIGNATURES: Final = 32
_KEY_ID: Final = re.compile(r"[0-9a-f]{8}")
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,17}")  # the database counts in 63 bits
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """The note, checkpoint or verifier key is not what it must be; the text says in what."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a log: `origin` names it, `root` is the hash over its first `size` leaves."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A log's public key: name (= origin) and 32 bytes."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """First four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key)."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def vkey(self) -> str:
        """The key as one line: `<name>+<key id>+<base64 of 0x01 ‖ key>`."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def from_vkey(cls, vkey: str) -> "Verifier":
        """Reads a verifier key. Raises NoteError."""
        parts = vkey.split("+", 2)
        if len(parts) != 3 or not _is_name(parts[0]):
            raise NoteError("the verifier key is not <name>+<key id>+<key>")
        name, key_id, encoded = parts
        raw = unbase64(encoded, "the verifier key")
        if raw[:1] != _ED25519 or len(raw) != 33:
            raise NoteError("the verifier key is not an Ed25519 key")
        verifier = cls(name, raw[1:])
        if not _KEY_ID.fullmatch(key_id) or verifier.key_id.hex() != key_id:
            raise NoteError("the verifier key does not have the key id it names")
        return verifier

    def open(self, note: str) -> str:
        """The text of a note this key has signed. Raises NoteError."""
        text, signatures = split(note)
        mine = [s for name, key_id, s in signatures if (name, key_id) == (self.name, self.key_id)]
        if not mine:
            raise NoteError("the note is not signed by the trusted key")
        public = Ed25519PublicKey.from_public_bytes(self.public)
        for signature in mine:
            try:
                public.verify(signature, text.encode())
            except InvalidSignature as e:
                raise NoteError("the signature of the note is wrong") from e
        return text

    def checkpoint(self, note: str) -> Checkpoint:
        """The checkpoint this key has signed, of the log it is named after. Raises NoteError."""
        checkpoint = parse_checkpoint(self.open(note))
        if checkpoint.origin != self.name:
            raise NoteError("the checkpoint is of another log")
        return checkpoint


@dataclass(frozen=True, slots=True)
class Signer:
    """The log's private key. It signs checkpoints and nothing else."""

    name: str
    key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise NoteError("a key name has no spaces and no plus sign")

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The note over `text`, which ends in a newline."""
        if not text.endswith("\n") or _CONTROL.search(text):
            raise NoteError("the text of a note ends in a newline and has no control characters")
        signature = self.verifier.key_id + self.key.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {b64encode(signature).decode()}\n"


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signatures (name, key id, signature) of a note, nothing verified. Raises NoteError."""
    if len(note) > _MAX_NOTE or _CONTROL.search(note):
        raise NoteError("the note is too large or has control characters")
    text, found, tail = note.rpartition("\n\n")
    if not found or not tail.endswith("\n"):
        raise NoteError("the note has no signatures after an empty line")
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return text + "\n", [_signature(line) for line in lines]


def parse_checkpoint(text: str) -> Checkpoint:
    """Reads the text of a checkpoint; extension lines, which this log never writes, are passed over."""
    lines = text.split("\n")
    if len(lines) < 4 or lines.pop() or not all(lines):
        raise NoteError("a checkpoint is lines of origin, size and root")
    origin, size, encoded = lines[:3]
    if not origin or not _SIZE.fullmatch(size):
        raise NoteError("the checkpoint's origin or size cannot be read")
    root = unbase64(encoded, "the root")
    if len(root) != 32:
        raise NoteError("the root is not 32 bytes")
    return Checkpoint(origin, int(size), root)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_name(name):
        raise NoteError("a signature line is not '— <name> <signature>'")
    raw = unbase64(encoded, "the signature")
    if len(raw) < 5:
        raise NoteError("a signature is too short")
    return name, raw[:4], raw[4:]


def _is_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(c.isspace() for c in name)


def unbase64(text: str, what: str) -> bytes:
    """Standard base64, padded, and written in the one way it can be (RFC 4648 §3.5)."""
    try:
        raw = b64decode(text, validate=True)
    except ValueError as e:
        raise NoteError(f"{what} is not base64") from e
    if b64encode(raw).decode() != text:
        raise NoteError(f"{what} is not base64")
    return raw
