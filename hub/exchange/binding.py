"""Whose turn it is to have papers bound into a file: one file at a time in a process, one of a system.

A file has tens of megabytes of papers in memory and a confined process beside it: its papers are read when
its turn has come, and neither workbooks nor other forms wait behind it. Touches its own thread and the event
loop.
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Final

from hub.errors import Unavailable

_WAIT: Final = 30.0
_AGAIN: Final = 5


class Binding:
    """The turns of one process, and the thread in which the one whose turn it is does its work."""

    def __init__(self, wait: float = _WAIT) -> None:
        """`wait`: seconds after which who waits for a turn is told to come again."""
        self._wait = wait
        self.thread = ThreadPoolExecutor(1, "binding")
        self._free = asyncio.Lock()
        self._here: set[str] = set()

    @asynccontextmanager
    async def turn(self, system: str) -> AsyncIterator[None]:
        """A turn, until the block ends. Raises Unavailable: the system has one here, or none came in time."""
        if system in self._here:
            raise Unavailable("one file at a time is bound for a system", _AGAIN)
        self._here.add(system)
        try:
            await self._mine()
            try:
                yield
            finally:
                self._free.release()
        finally:
            self._here.remove(system)

    async def _mine(self) -> None:
        """Wait behind those who came before."""
        try:
            async with asyncio.timeout(self._wait):
                await self._free.acquire()
        except TimeoutError as e:
            raise Unavailable("files of others are being bound", _AGAIN) from e
