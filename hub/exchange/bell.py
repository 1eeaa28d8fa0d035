"""Wakes who waits in this process for something to deliver; other processes' news is found by looking.

No data and no promise passes here: whoever is woken, or was not, looks into the database.
"""

import asyncio
import contextlib


class Bell:
    """Rung after a commit that may have queued deliveries. One event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def set(self) -> None:
        """Ring: everyone who waits now goes on. Named so that it can stand where an Event is set."""
        rung, self._event = self._event, asyncio.Event()
        rung.set()

    async def wait(self, seconds: float) -> None:
        """Until it rings, or so many seconds have passed."""
        event = self._event
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
