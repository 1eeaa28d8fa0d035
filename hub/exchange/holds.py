"""Legal holds: a dispute under one is kept, whatever rule says that its time is over, until it is lifted.

Set and lifted by administrators, each with a reason, in the evidence log. SQL.
"""

from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.store.administration import Admin
from hub.store.ids import new_id
from hub.store.reasons import opened
from hub.trust.seal import Sealer

_KNOWN: Final = "SELECT true FROM dispute WHERE id = $1 AND key <> '' FOR UPDATE"
_STANDS: Final = "SELECT id FROM legal_hold WHERE dispute = $1 AND lifted_at IS NULL"
_ADD: Final = """
INSERT INTO legal_hold (id, dispute, reason, sealed_reason, set_at, set_by) VALUES ($1, $2, '', $3, $4, $5)
"""
_LIFT: Final = "UPDATE legal_hold SET lifted_at = $2, lifted_by = $3 WHERE id = $1"
_LIST: Final = """
SELECT id, dispute, reason, sealed_reason, set_at, set_by FROM legal_hold WHERE lifted_at IS NULL
 ORDER BY set_at DESC LIMIT $1
"""


async def add(conn: asyncpg.Connection, dispute: UUID, admin: Admin) -> None:
    """Hold a dispute. Raises Refused `unknown` (none, or erased), `conflict` (held already)."""
    async with admin.changing(conn, "hold-add", str(dispute)):
        if not await conn.fetchval(_KNOWN, dispute):
            raise Refused("unknown")
        if await conn.fetchval(_STANDS, dispute):
            raise Refused("conflict")
        hold = new_id(admin.now)
        reason = admin.sealed("legal_hold", hold)
        await conn.execute(_ADD, hold, dispute, reason, admin.now, admin.actor)


async def lift(conn: asyncpg.Connection, dispute: UUID, admin: Admin) -> None:
    """Lift the hold of a dispute. Raises Refused `unknown` when there is none."""
    async with admin.changing(conn, "hold-lift", str(dispute)):
        standing = await conn.fetchval(_STANDS, dispute)
        if standing is None:
            raise Refused("unknown")
        await conn.execute(_LIFT, standing, admin.now, admin.actor)


async def check(conn: asyncpg.Connection, dispute: UUID) -> None:
    """Raises Refused `conflict` for a dispute that is held."""
    if await conn.fetchval(_STANDS, dispute):
        raise Refused("conflict", Fault("legal-hold"))


async def listed(conn: asyncpg.Connection, sealer: Sealer, limit: int) -> list[dict[str, object]]:
    """The holds that stand."""
    return [
        {
            "dispute": str(r["dispute"]),
            "reason": opened(sealer, "legal_hold", r),
            "at": shown(r["set_at"]),
            "by": r["set_by"],
        }
        for r in await conn.fetch(_LIST, limit)
    ]
