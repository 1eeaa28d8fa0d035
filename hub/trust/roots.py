"""The secrets that live outside the database: the key-encryption keys and the index key.

Pure: the file that holds them belongs to the store room, which hands over its bytes. The index key stays
the same for ever: blind indexes are looked up, not opened, so a new key would lose every one of them.
Only the key-encryption key is rotated, by re-wrapping.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hub.errors import Misconfigured
from hub.trust import b64

_SIZE = 32


@dataclass(frozen=True, slots=True)
class RootKeys:
    """`kek` is current under its id (1..255); `older` still open what was wrapped before a rotation."""

    kek_id: int
    kek: bytes = field(repr=False)
    index: bytes = field(repr=False)
    older: Mapping[int, bytes] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if any(len(key) != _SIZE for key in (self.index, *self.all_keks().values())):
            raise Misconfigured("主密钥应为 32 字节 · a root key must have 32 bytes")
        if not all(1 <= i <= 255 for i in self.all_keks()) or self.kek_id in self.older:
            raise Misconfigured("主密钥编号应为 1 至 255,不重复 · root key ids are 1 to 255, each once")

    @classmethod
    def generate(cls) -> Self:
        """New secrets for a new data directory."""
        return cls(1, os.urandom(_SIZE), os.urandom(_SIZE))

    @classmethod
    def from_kek(cls, kek: bytes) -> Self:
        """The first key-encryption key alone (a KMS that gives one secret): the index key derives from it.

        HKDF-SHA-256 (RFC 5869). A later rotation keeps the index key that this gave.
        """
        index = HKDF(SHA256(), _SIZE, salt=None, info=b"liantiao index key").derive(kek)
        return cls(1, kek, index)

    @classmethod
    def load(cls, text: bytes) -> Self:
        """Reads what `dump` wrote. Raises Misconfigured."""
        try:
            held = json.loads(text)
            older = {int(i): b64.decode(key) for i, key in held["older"].items()}
            return cls(int(held["kek_id"]), b64.decode(held["kek"]), b64.decode(held["index"]), older)
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            raise Misconfigured("主密钥文件无法读取 · the file of root keys cannot be read") from e

    def dump(self) -> bytes:
        """JSON text for the key file, which only the service user may read."""
        held = {
            "kek_id": self.kek_id,
            "kek": b64.encode(self.kek),
            "index": b64.encode(self.index),
            "older": {str(i): b64.encode(key) for i, key in self.older.items()},
        }
        return json.dumps(held, indent=1).encode()

    def rotated(self) -> "RootKeys":
        """A new key-encryption key in front; re-wrap with `Sealer.rewrap`, then `without_older`."""
        older = self.all_keks()
        fresh = next((i for i in range(1, 256) if i not in older), None)
        if fresh is None:
            raise Misconfigured("先移除旧的主密钥 · remove older root keys first")
        return RootKeys(fresh, os.urandom(_SIZE), self.index, older)

    def without_older(self) -> "RootKeys":
        """Only the current key: what was not re-wrapped before this can never be opened again."""
        return RootKeys(self.kek_id, self.kek, self.index)

    def all_keks(self) -> dict[int, bytes]:
        """Every key-encryption key by id, the current one included."""
        return {**self.older, self.kek_id: self.kek}
