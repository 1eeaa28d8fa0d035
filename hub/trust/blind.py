"""Keyed digests: blind indexes to look a sealed value up by, and row digests to compare two of them.

Pure. Without the index key nobody can test a guess (an ID number has few enough possibilities to try them
all against a plain hash).

Blind indexes are keyed BLAKE2b-256 (RFC 7693), not HMAC: its keyed mode is itself a pseudo-random
function, it needs one pass instead of two, six of them are made per message, and `person` keeps the
indexes apart without a key for each. Row digests, which leave the process in reconciliation reports, are
HMAC-SHA-256 under a key of their own.
"""

import hmac
from hashlib import blake2b
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import Broken

_PERSON_BYTES: Final = 16
_SIZES: Final = tuple(size.to_bytes(8, "big") for size in range(256))


class Blinder:
    """Digests under one index key (32 bytes)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._row_key = HKDF(SHA256(), 32, salt=None, info=b"liantiao row digest").derive(key)
        self._begun: dict[str, blake2b] = {}

    def blind(self, index: str, *parts: str | bytes) -> bytes:
        """32 bytes that are equal exactly if index and parts are. Index names have ≤ 16 bytes."""
        digest = (self._begun.get(index) or self._begin(index)).copy()
        digest.update(_joined(parts))
        return digest.digest()

    def _begin(self, index: str) -> blake2b:
        """The state of an index after its key; kept, since index names are few and the hub's own."""
        person = index.encode()
        if len(person) > _PERSON_BYTES:
            raise Broken(f"{index}: 索引名过长 · index name too long")
        begun = self._begun[index] = blake2b(key=self._key, digest_size=32, person=person)
        return begun

    def row_digest(self, table: str, *parts: str | bytes) -> bytes:
        """HMAC-SHA-256 over canonical text forms, for reconciliation of `table`."""
        return hmac.digest(self._row_key, _joined((table, *parts)), "sha256")


def _joined(parts: tuple[str | bytes, ...]) -> bytes:
    """Unambiguous: each part behind its length, so that ("ab", "c") is not ("a", "bc")."""
    out: list[bytes] = []
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        size = len(data)
        out += (_SIZES[size] if size < 256 else size.to_bytes(8, "big"), data)
    return b"".join(out)
