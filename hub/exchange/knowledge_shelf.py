"""Knowledge as it is read: a page of items, one item with its text, and that a system opened it."""

from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.trust.seal import Sealer

_COLUMNS: Final = "id, unit, kept_at, state, replaced_by, dek, content"
_PAGE: Final = f"""
SELECT {_COLUMNS} FROM knowledge WHERE id > $1 ORDER BY id LIMIT $2
"""  # noqa: S608  columns are ours
_ONE: Final = f"SELECT {_COLUMNS} FROM knowledge WHERE id = $1"  # noqa: S608
_OPENED: Final = """
INSERT INTO knowledge_use (item, system, at) SELECT id, $2, $3 FROM knowledge WHERE id = $1
ON CONFLICT DO NOTHING
"""
_BEFORE_ALL: Final = UUID(int=0)


async def page(conn: asyncpg.Connection, sealer: Sealer, after: str | None, limit: int) -> dict[str, object]:
    """Items in the order of keeping, without their texts: what they are about and whether they stand."""
    rows = await conn.fetch(_PAGE, _cursor(after), limit)
    items = [_item(row, sealer, whole=False) for row in rows]
    return {
        "items": items,
        "next": str(rows[-1]["id"]) if rows else after,
        "more": len(rows) == limit,
    }


async def one(conn: asyncpg.Connection, sealer: Sealer, item: UUID) -> dict[str, object]:
    """One item with its text. Raises Refused `unknown`."""
    row = await conn.fetchrow(_ONE, item)
    if row is None:
        raise Refused("unknown")
    return _item(row, sealer, whole=True)


async def opened(conn: asyncpg.Connection, item: UUID, system: str, now: datetime) -> None:
    """Keep that a system has read an item: it is told when the item is corrected."""
    await conn.execute(_OPENED, item, system, now)


def _item(row: asyncpg.Record, sealer: Sealer, *, whole: bool) -> dict[str, object]:
    dek = sealer.unwrap(row["dek"], None, f"knowledge|{row['id']}|dek")
    content = orjson.loads(sealer.open(dek, f"knowledge|{row['id']}|content", row["content"]))
    if not whole:
        content.pop("text")
    return {
        "knowledge": str(row["id"]),
        "from": row["unit"],
        "kept_at": shown(row["kept_at"]),
        "state": row["state"],
        "replaced_by": str(row["replaced_by"]) if row["replaced_by"] else None,
        "for_reference_only": True,
        **content,
    }


def _cursor(after: str | None) -> UUID:
    try:
        return UUID(after) if after else _BEFORE_ALL
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", pointer="after")) from e
