"""Beside the requests: what may be used once is forgotten when it cannot be used any more."""

import asyncio
import contextlib
from typing import Final

import asyncpg

from hub.errors import Unavailable
from hub.exchange.hub import Hub
from hub.store.replays import forget

_PAUSE: Final = 60.0


class Forgetting:
    """One in each API process: the rows are few, and who comes second finds none."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self, stop: asyncio.Event) -> None:
        """Once a minute until told to stop."""
        while not stop.is_set():
            # A database that is away has its own alarm; what is left over goes the next time.
            with contextlib.suppress(Unavailable, asyncpg.PostgresError):
                while await self._turn():
                    pass
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _PAUSE)

    async def _turn(self) -> int:
        async with self._hub.database.connection() as conn:
            return await forget(conn, self._hub.clock())
