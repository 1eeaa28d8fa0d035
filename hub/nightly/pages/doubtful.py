"""Refused messages (存疑件): the list with code and places, and a person's decision with its reason.

A decision does what `/v1/admin/quarantine` does, with the same row in `admin_action` and the same evidence.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange import quarantine, releasing
from hub.exchange.evidence_rows import record
from hub.exchange.hub import Hub
from hub.store.administration import Admin

SHOWN: Final = 200
STATES: Final = ("held", "released", "discarded")
_COUNTS: Final = "SELECT state, count(*) AS n FROM quarantine GROUP BY state"
_LONGEST: Final = 500
_SHORTEST: Final = 2


async def counts(conn: asyncpg.Connection) -> dict[str, int]:
    """How many refusals there are in each state."""
    found = {row["state"]: row["n"] for row in await conn.fetch(_COUNTS)}
    return {state: found.get(state, 0) for state in STATES}


async def listed(conn: asyncpg.Connection, state: str) -> list[Mapping[str, object]]:
    """Refusals in a state, newest first. Raises Refused for a state there is not."""
    if state not in STATES:
        raise Refused("unknown")
    return list(await quarantine.everyones(conn, state, SHOWN))


async def release(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Run the original bytes through the intake again. Raises Refused when they still do not fit."""
    await releasing.release(hub, item, _admin(hub, actor, reason))


async def discard(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Give a refused message up. Raises Refused when it was decided already."""
    admin = _admin(hub, actor, reason)
    async with hub.database.connection() as conn, admin.changing(conn, "quarantine-discard", str(item)):
        await quarantine.original(conn, item, hub.sealer)
        await quarantine.close(conn, item, "discarded", None)


def fit(reason: str) -> str:
    """The reason of a decision as it is kept. Raises Refused for one that is too short or too long."""
    if not _SHORTEST <= len(reason.strip()) <= _LONGEST:
        raise Refused("rule", Fault("reason-missing", pointer="/reason"))
    return reason.strip()


def _admin(hub: Hub, actor: str, reason: str) -> Admin:
    return Admin(actor, fit(reason), hub.clock(), record, hub.sealer)
