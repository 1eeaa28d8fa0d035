"""Work on a message's bytes, done where nobody but its sender waits for it (contract 2, steps 3 and 7).

What is small is done on the event loop: sooner than a thread has begun. What takes long has one thread, so
that the loop keeps half of the time; a workbook is waited for elsewhere while a process of its own reads it.
"""

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from hub.exchange.hub import Hub
from hub.exchange.media import PACKAGE, WORKBOOK, media_of
from hub.translate.records import Origin, Reading

T = TypeVar("T")
P = ParamSpec("P")
SMALL: Final = 128 * 1024
"""Bytes."""


async def at_leisure(hub: Hub, size: int, work: Callable[P, T], *told: P.args, **named: P.kwargs) -> T:
    """What `work` comes to, which touches so many bytes. Raises as it does."""
    if size <= SMALL:
        return work(*told, **named)
    return await asyncio.get_running_loop().run_in_executor(hub.slowly, lambda: work(*told, **named))


async def read_file(hub: Hub, agency: str, content_type: str, body: bytes, origin: Origin) -> Reading:
    """The records of a body. Raises Refused as the translator does, Unavailable."""
    media, read = media_of(content_type), hub.translator.read
    if media == WORKBOOK:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(hub.apart, read, agency, content_type, body, origin)
    size = SMALL + 1 if media == PACKAGE else len(body)  # what is in it may be large
    return await at_leisure(hub, size, read, agency, content_type, body, origin)
