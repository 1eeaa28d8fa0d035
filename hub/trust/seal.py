"""Sealing at rest: data keys, wrapped keys, sealed values, file chunks. Pure computation over bytes.

Each sealed value opens with an algorithm byte, so that another algorithm can come beside this one without
touching what is stored. The byte is authenticated with the associated data (`table|row|field`): a value
moved to another cell, or with any bit flipped, does not open.

    value    0x01 | nonce 12 | AES-256-GCM(lz4(plain))          0x02: the same, not compressed
    wrapped  0x11 | length 1 | id | nonce 12 | AES-256-GCM(key)    under the key-encryption key of that id
    wrapped  0x12 | nonce 12 | AES-256-GCM(key)                    under a dispute's key

Nonces are random (NIST SP 800-38D allows 2^32 of them per key; the key-encryption key sees a few per
message). Keyed digests live in `hub.trust.blind`.
"""

import os
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

import lz4.block
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import Broken, Misconfigured
from hub.trust.blind import Blinder

CHUNK: Final = 1024 * 1024
KEY_BYTES: Final = 32
_NONCE: Final = 12
_LZ4, _PLAIN, _UNDER_ROOT, _UNDER_KEY = b"\x01", b"\x02", b"\x11", b"\x12"
_CACHED_KEYS: Final = 4096
_SHORT: Final = "主密钥应为 32 字节 · root keys must have 32 bytes"


class Sealer:
    """Seals and opens under the root keys; also makes the keyed digests, whose key has the same home."""

    def __init__(
        self,
        kek_id: str,
        keks: Mapping[str, bytes],
        index_key: bytes,
        ask: Callable[[], None] = lambda: None,
    ) -> None:
        """`keks` are the key-encryption keys by id: `kek_id` wraps, the others still unwrap.

        The index key never changes: a blind index is looked up, not opened, so a new key would lose
        them all. `ask` is called before a key of an unknown id is given up: it may `adopt` newer ones.
        Raises Misconfigured for keys that are not 32 bytes.
        """
        if len(index_key) != KEY_BYTES:
            raise Misconfigured(_SHORT)
        self._keks: dict[bytes, AESGCM] = {}
        self._current = b""
        self._ask = ask
        self.adopt(kek_id, keks)
        self._disputes: OrderedDict[UUID, tuple[bytes, bytes]] = OrderedDict()
        blinder = Blinder(index_key)
        self.blind = blinder.blind
        self.row_digest = blinder.row_digest

    def adopt(self, kek_id: str, keks: Mapping[str, bytes]) -> None:
        """Wrap under another key from now on. Keys known before still open what is in memory."""
        if kek_id not in keks or any(len(k) != KEY_BYTES for k in keks.values()):
            raise Misconfigured(_SHORT)
        # Replaced, never changed: other threads are sealing meanwhile.
        self._keks = {**self._keks, **{root_head(name): AESGCM(kek) for name, kek in keks.items()}}
        self._current = root_head(kek_id)

    @property
    def head(self) -> bytes:
        """How what is wrapped now begins: under the current key-encryption key."""
        return self._current

    # ── data keys ────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def new_dek() -> bytes:
        """A fresh data key: 32 random bytes."""
        return os.urandom(KEY_BYTES)

    def wrap(self, key: bytes, under: bytes | None, aad: str) -> bytes:
        """A key (or another small secret) sealed under the key `under`; None: the key-encryption key."""
        nonce = os.urandom(_NONCE)
        if under is None:
            head = self._current
            return head + nonce + self._keks[head].encrypt(nonce, key, head + aad.encode())
        return _UNDER_KEY + nonce + AESGCM(under).encrypt(nonce, key, _UNDER_KEY + aad.encode())

    def unwrap(self, wrapped: bytes, under: bytes | None, aad: str) -> bytes:
        """What `wrap` was given. Raises Broken if key, cell or bytes are not the same."""
        if under is not None:
            head = wrapped[:1]
            return _open(AESGCM(under) if head == _UNDER_KEY else None, wrapped, head, aad)
        head = wrapped[: 2 + int.from_bytes(wrapped[1:2], "big")]
        if head not in self._keks and head[:1] == _UNDER_ROOT:
            self._ask()
        return _open(self._keks.get(head), wrapped, head, aad)

    def rewrap(self, wrapped: bytes, aad: str) -> bytes:
        """The same key under the current key-encryption key; as it was if it is there already."""
        if wrapped.startswith(self._current):
            return wrapped
        return self.wrap(self.unwrap(wrapped, None, aad), None, aad)

    # ── dispute keys ─────────────────────────────────────────────────────────────────────────────────

    def new_dispute_key(self, dispute: UUID) -> tuple[bytes, bytes]:
        """A fresh key for a dispute: (key, what the row stores)."""
        key = self.new_dek()
        wrapped = self.wrap(key, None, f"dispute|{dispute}|key")
        self._remember(dispute, wrapped, key)
        return key, wrapped

    def dispute_key(self, dispute: UUID, wrapped: bytes) -> bytes:
        """The key of a dispute, from its row. Raises Broken, also when the key was destroyed."""
        known = self._disputes.get(dispute)
        if known is not None and known[0] == wrapped:
            self._disputes.move_to_end(dispute)
            return known[1]
        key = self.unwrap(wrapped, None, f"dispute|{dispute}|key")
        self._remember(dispute, wrapped, key)
        return key

    def forget(self, dispute: UUID) -> None:
        """Drop a dispute's key from memory: erasure destroys it in the row, and here."""
        self._disputes.pop(dispute, None)

    def _remember(self, dispute: UUID, wrapped: bytes, key: bytes) -> None:
        self._disputes[dispute] = (wrapped, key)
        if len(self._disputes) > _CACHED_KEYS:
            self._disputes.popitem(last=False)

    # ── values ───────────────────────────────────────────────────────────────────────────────────────

    @staticmethod
    def seal(dek: bytes, aad: str, plain: bytes) -> bytes:
        """`plain` compressed and sealed for the cell `aad` (`table|row|field`)."""
        return _seal(AESGCM(dek), aad, plain)

    @staticmethod
    def open(dek: bytes, aad: str, sealed: bytes) -> bytes:
        """What was sealed for this very cell. Raises Broken, naming the cell."""
        return _open_value(AESGCM(dek), aad, sealed)

    @staticmethod
    def seal_chunk(dek: bytes, aad: str, n: int, *, last: bool, plain: bytes) -> bytes:
        """Chunk `n` (from 0, ≤ CHUNK bytes) of a file: its place and whether it is the last are bound."""
        if len(plain) > CHUNK:
            raise Broken(f"{aad}: 分块过大 · chunk too large")
        return _seal(AESGCM(dek), _place(aad, n, last=last), plain)

    @staticmethod
    def open_chunk(dek: bytes, aad: str, n: int, *, last: bool, sealed: bytes) -> bytes:
        """The plain chunk. Raises Broken if it is another chunk, or the file was cut or went on."""
        return _open_value(AESGCM(dek), _place(aad, n, last=last), sealed)


def root_head(kek_id: str) -> bytes:
    """How everything begins that is wrapped under the key-encryption key of this id."""
    name = kek_id.encode()
    return _UNDER_ROOT + len(name).to_bytes(1, "big") + name


def _place(aad: str, n: int, *, last: bool) -> str:
    return f"{aad}|{n}|{'last' if last else 'more'}"


def _seal(cipher: AESGCM, aad: str, plain: bytes) -> bytes:
    packed = lz4.block.compress(plain)
    head, text = (_LZ4, packed) if len(packed) < len(plain) else (_PLAIN, plain)
    nonce = os.urandom(_NONCE)
    return head + nonce + cipher.encrypt(nonce, text, head + aad.encode())


def _open_value(cipher: AESGCM, aad: str, sealed: bytes) -> bytes:
    head = sealed[:1]
    plain = _open(cipher if head in (_LZ4, _PLAIN) else None, sealed, head, aad)
    if head == _PLAIN:
        return plain
    try:
        unpacked: bytes = lz4.block.decompress(plain)
    except (lz4.block.LZ4BlockError, ValueError) as e:  # authentic, so a bug wrote it
        raise Broken(f"{aad}: 压缩内容损坏 · compressed content is damaged") from e
    return unpacked


def _open(cipher: AESGCM | None, sealed: bytes, head: bytes, aad: str) -> bytes:
    if cipher is None:
        raise Broken(f"{aad}: 未知的密封算法或密钥 · unknown sealing algorithm or key")
    start = len(head)
    nonce, text = sealed[start : start + _NONCE], sealed[start + _NONCE :]
    try:
        return cipher.decrypt(nonce, text, head + aad.encode())
    except (InvalidTag, ValueError) as e:  # ValueError: too short to hold a nonce
        raise Broken(f"{aad}: 密封校验失败 · the seal does not hold") from e
