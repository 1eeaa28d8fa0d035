"""What came to a receiver of a run: a file of one line a token, written by the receiver's own process.

A line: the instant of the machine's monotonic clock, and the message. Processes of one machine share that
clock.
"""

import asyncio
import base64
import os
from pathlib import Path
from time import monotonic
from typing import Final, NamedTuple

import orjson

_LOOK: Final = 0.02
_PATIENCE: Final = 60.0


class Arrival(NamedTuple):
    """A message, and when it first came."""

    at: float
    message: str


class Noting:
    """The receiver's end of the file: what is noted is there at once."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def note(self, *tokens: bytes) -> None:
        """These tokens are here now."""
        at = monotonic()
        os.write(self._file, b"".join(b"%.6f %s\n" % (at, message_of(token)) for token in tokens))


class Arrivals:
    """The bench's end of the file. `messages`: all that came; `again`: tokens that came once more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self.messages: set[str] = set()
        self.again = 0

    async def until(self, messages: int) -> list[Arrival]:
        """What came since the last call, once it is so many. Raises TimeoutError after a quiet minute."""
        found = self._new()
        came = monotonic()
        while len(found) < messages:
            await asyncio.sleep(_LOOK)
            if more := self._new():
                found += more
                came = monotonic()
            elif monotonic() - came > _PATIENCE:
                raise TimeoutError(f"{len(found)} of {messages} tokens came")
        return found

    def _new(self) -> list[Arrival]:
        with self._path.open("rb") as file:
            file.seek(self._read)
            whole, end, _ = file.read().rpartition(b"\n")
        self._read += len(whole) + len(end)
        found = []
        for line in whole.splitlines():
            at, _, message = line.decode().partition(" ")
            if message in self.messages:
                self.again += 1
            else:
                self.messages.add(message)
                found.append(Arrival(float(at), message))
        return found


def message_of(token: bytes) -> bytes:
    """The message that a token is about (`txn`); the receiver of a run believes every token."""
    payload = token.split(b".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    return str(claims["txn"]).encode()
