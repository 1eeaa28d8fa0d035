"""Waiting for what other processes do: there is nothing here that could ring."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, pause: float = 0.1) -> bool:
    """Whether it came to hold within the time."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110  see the module
                await asyncio.sleep(pause)
    except TimeoutError:
        return False
    return True
