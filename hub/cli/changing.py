"""What every command that changes something shares: the database, and who changes it why."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import asyncpg

from hub.cli.common import operator
from hub.exchange.evidence_rows import record
from hub.settings import Settings
from hub.store.administration import Admin
from hub.store.clock import system_clock
from hub.store.database import Database

T = TypeVar("T")


async def changing(
    settings: Settings, reason: str, work: Callable[[asyncpg.Connection, Admin], Awaitable[T]]
) -> T:
    """Do `work` as the operator of this command, who says why. Raises as `Database.open` and `work`."""
    clock = system_clock(settings.clock_offset)
    async with Database.open(settings, clock) as database, database.connection() as conn:
        return await work(conn, Admin(operator(), reason, clock(), record, database.sealer))
