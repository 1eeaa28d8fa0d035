"""Reasons that administrators give, as they lie in the tables: sealed, for who says why may name a person.

A reason is short and its own secret: it is wrapped like a key, under the key-encryption key, bound to its
row. What the version before wrote lies in clear until the next start seals it. SQL over the reasons only.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, get_args
from uuid import UUID

import asyncpg

from hub.trust.seal import Sealer

Place: TypeAlias = Literal["admin_action", "approval", "legal_hold", "finding_decision"]
"""The tables, whose columns are `id`, `reason` and `sealed_reason`."""

PLACES: Final[tuple[Place, ...]] = get_args(Place)
_AT_ONCE: Final = 500


def sealed(sealer: Sealer, place: Place, row: UUID, reason: str) -> bytes:
    """The reason of the row with this id, for `sealed_reason`."""
    return sealer.wrap(reason.encode(), None, f"{place}|{row}|reason")


def opened(sealer: Sealer, place: Place, row: Mapping[str, Any]) -> str:
    """The reason of a row with `id`, `reason`, `sealed_reason`. Raises Broken."""
    if row["sealed_reason"] is None:
        return str(row["reason"])
    return sealer.unwrap(row["sealed_reason"], None, f"{place}|{row['id']}|reason").decode()


async def seal_clear(conn: asyncpg.Connection, sealer: Sealer) -> int:
    """Seal what lies in clear, as the tables' owner; answers how many. Can be killed and run again."""
    return sum([await _seal(conn, sealer, place) for place in PLACES])


async def _seal(conn: asyncpg.Connection, sealer: Sealer, place: Place) -> int:
    done = 0
    while True:
        async with conn.transaction():
            rows = await conn.fetch(_clear(place), _AT_ONCE)
            for row in rows:
                kept = sealed(sealer, place, row["id"], row["reason"])
                await conn.execute(_keep(place), row["id"], kept)
        done += len(rows)
        if len(rows) < _AT_ONCE:
            return done


def _clear(place: Place) -> str:
    return f"SELECT id, reason FROM {place} WHERE reason <> '' LIMIT $1 FOR UPDATE SKIP LOCKED"  # noqa: S608


def _keep(place: Place) -> str:
    return f"UPDATE {place} SET reason = '', sealed_reason = $2 WHERE id = $1"  # noqa: S608
