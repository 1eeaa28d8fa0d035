"""Receivers of pushed tokens for a run: one that answers at once, and one that never answers."""

import asyncio
import base64
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

import orjson

_ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@dataclass(slots=True)
class Awake:
    """Takes every token. `arrived`: message → instant of the monotonic clock at which it first came."""

    arrived: dict[str, float] = field(default_factory=dict)
    port: int = 0
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, messages: AbstractSet[str]) -> None:
        """Until all of them have come."""
        while not messages <= self.arrived.keys():
            self._news.clear()
            await self._news.wait()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Awake"]:
        """While open."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await _head(reader):
            at = head.lower().index(b"content-length:")
            token = await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
            self.arrived.setdefault(_message(token), monotonic())
            self._news.set()
            writer.write(_ACCEPTED)
        writer.close()


@dataclass(slots=True)
class BlackHole:
    """Accepts, and says nothing. `connections`: how many there were."""

    connections: int = 0
    port: int = 0

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["BlackHole"]:
        """While open."""
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while await reader.read(65536):
            pass
        writer.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


def _message(token: bytes) -> str:
    payload = token.split(b".")[1]
    claims = orjson.loads(base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)))
    return str(claims["txn"])
