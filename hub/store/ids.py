"""Ids made by the hub: UUIDv7 (RFC 9562) and the short code of a dispute. Pure but for the random source.

A UUIDv7 holds 48 bits of Unix milliseconds and 74 random bits. Here the 74 bits are a counter that
starts at random in each millisecond and grows by random steps (RFC 9562, 6.2 method 2), so that the
ids of one process grow strictly.
"""

import hashlib
import os
import struct
import threading
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

# The driver's UUID is the standard one in C: an eighth of the time to make, to write and to send.
from asyncpg.pgproto.pgproto import UUID as _UUID

NO_ID: Final[UUID] = _UUID(bytes(16))
"""Stands where no id is; never given to anything (RFC 9562, 5.9)."""

_COUNTER_BITS = 74
_COUNTER_END = 1 << _COUNTER_BITS
_ROLLBACK_MS = 10_000
_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62
_LOW = (1 << 62) - 1


def _head(ms: int) -> int:
    return ms << 80 | _VERSION | _VARIANT


class IdMaker:
    """Makes growing ids; safe over threads and after a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forget()
        os.register_at_fork(after_in_child=self._forget)  # a child must not repeat its parent's ids

    def _forget(self) -> None:
        self._ms = 0
        self._head = _head(0)
        self._counter = 0
        self._at: datetime | None = None
        self._steps: list[int] = []

    def new(self, now: datetime) -> UUID:
        """The next id. `now` is aware."""
        with self._lock:
            if now is not self._at:  # most ids of a batch are of one instant
                self._turn_to(now)
            steps = self._steps
            if not steps:
                steps = self._steps = list(struct.unpack("256I", os.urandom(1024)))
            counter = self._counter = self._counter + 1 + steps.pop()
            if counter >= _COUNTER_END:
                self._begin(self._ms + 1)
                counter = self._counter
            made: UUID = _UUID((self._head | (counter >> 62) << 64 | counter & _LOW).to_bytes(16))
            return made

    def batch(self, now: datetime, count: int) -> list[UUID]:
        """The next `count` ids, in growing order."""
        return [self.new(now) for _ in range(count)]

    def _turn_to(self, now: datetime) -> None:
        self._at = now
        ms = int(now.timestamp() * 1000)
        # A clock set back a little (NTP) must not make ids go back; a clock set anew is followed.
        if ms > self._ms or ms < self._ms - _ROLLBACK_MS:
            self._begin(ms)

    def _begin(self, ms: int) -> None:
        self._ms = ms
        self._head = _head(ms)
        # The upper half stays free, so that a millisecond is not left early.
        self._counter = int.from_bytes(os.urandom(9)) & ((1 << (_COUNTER_BITS - 3)) - 1)


_MAKER = IdMaker()
new_id = _MAKER.new
new_ids = _MAKER.batch


def uuid7_at(instant: datetime) -> UUID:
    """The least id of an instant, for ranges."""
    return _uuid7(int(instant.timestamp() * 1000), 0)


def instant_of(made: UUID) -> datetime:
    """The instant a UUIDv7 was made, to the millisecond, in UTC."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def derived_id(base: UUID, label: str) -> UUID:
    """The id of one record of a file: same instant as the file's id, the rest from both (contract 2)."""
    digest = hashlib.sha256(base.bytes + label.encode("utf-8")).digest()
    return _uuid7(base.int >> 80, int.from_bytes(digest) % _COUNTER_END)


def _uuid7(ms: int, counter: int) -> UUID:
    high, low = counter >> 62, counter & _LOW
    made: UUID = _UUID((_head(ms) | high << 64 | low).to_bytes(16))
    return made


def read_id(text: str) -> UUID:
    """The id of its text. Raises ValueError when it is none."""
    read: UUID = _UUID(text)
    return read


# ── the code of a dispute that a person reads out ────────────────────────────────────────────────────
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_READ_AS = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})
_CODE_BITS = 50
_CODE_SYMBOLS = 11


def new_code() -> str:
    """A new dispute code, `XXXX-XXXX-XXX`: 50 random bits and Crockford's check symbol (mod 37).

    Five of the 37 check symbols are marks nobody can read out: numbers that would need one are not
    used. Any one wrong symbol and any two swapped neighbours are found.
    """
    while True:
        number = int.from_bytes(os.urandom(7)) >> (56 - _CODE_BITS)
        if number % 37 < len(_SYMBOLS):
            return _written(number)


def read_code(text: str) -> str:
    """The code as the hub writes it, from what a person typed. Raises ValueError when it is none."""
    plain = text.strip().upper().translate(_READ_AS)
    if len(plain) != _CODE_SYMBOLS or not set(plain) <= set(_SYMBOLS):
        raise ValueError("not a dispute code")
    number = 0
    for symbol in plain[:-1]:
        number = number * 32 + _SYMBOLS.index(symbol)
    if number % 37 != _SYMBOLS.index(plain[-1]):
        raise ValueError("check symbol does not fit")
    return _written(number)


def _written(number: int) -> str:
    shifts = range(_CODE_BITS - 5, -1, -5)
    plain = "".join(_SYMBOLS[number >> s & 31] for s in shifts) + _SYMBOLS[number % 37]
    return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"
