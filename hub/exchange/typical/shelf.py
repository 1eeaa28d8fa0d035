"""Published typical cases as everybody reads them; what was taken back is gone."""

from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.trust.seal import Sealer

_STANDING: Final = """
SELECT p.message, p.units, p.published_at, p.dek, p.content FROM typical_published p
 WHERE NOT EXISTS (SELECT FROM typical_withdrawn w WHERE w.message = p.message)
"""
_PAGE: Final = _STANDING + " AND p.message > $1 ORDER BY p.message LIMIT $2"
_ONE: Final = _STANDING + " AND p.message = $1"


async def page(conn: asyncpg.Connection, sealer: Sealer, after: str | None, limit: int) -> dict[str, object]:
    """Published cases in the order of their sending; `next` continues. Raises Refused `malformed`."""
    rows = await conn.fetch(_PAGE, _cursor(after), limit)
    last = str(rows[-1]["message"]) if rows else after
    return {"cases": [_case(row, sealer) for row in rows], "next": last, "more": len(rows) == limit}


async def one(conn: asyncpg.Connection, sealer: Sealer, message: UUID) -> dict[str, object]:
    """One published case. Raises Refused `unknown`."""
    row = await conn.fetchrow(_ONE, message)
    if row is None:
        raise Refused("unknown")
    return _case(row, sealer)


def _case(row: asyncpg.Record, sealer: Sealer) -> dict[str, object]:
    aad = f"typical_published|{row['message']}"
    dek = sealer.unwrap(row["dek"], None, aad + "|dek")
    content: dict[str, object] = orjson.loads(sealer.open(dek, aad + "|content", row["content"]))
    head = {"case": str(row["message"]), "units": row["units"], "published_at": shown(row["published_at"])}
    return {**head, **content}


def _cursor(after: str | None) -> UUID:
    try:
        return UUID(after) if after else UUID(int=0)
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", "after")) from e
