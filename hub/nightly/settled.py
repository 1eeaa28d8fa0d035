"""What a comparison ends: the hub's tasks to units (`data_fix`) of which nothing is found any more. SQL.

A finding is settled by a list of that day or a later one that would have shown it: the list says it is
complete, or holds the record. What no such list speaks of stays open until its owner says it is done.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.law.run import HUB
from hub.nightly.cells import Cell
from hub.nightly.findings import Found

_ASKED: Final = """
SELECT t.message, b.dataset, f.kind, f.unit, f.system, f.record, f.record_kind, f.field
  FROM task t
  JOIN finding_decision d ON d.told ->> t.owner = t.message::text
  JOIN finding_batch b ON b.id = d.batch
  JOIN finding f ON f.decision = d.id AND f.unit = t.owner
 WHERE cardinality(t.closers) = 0 AND t.state <> 'closed' AND b.agency = $2 AND b.area = $3 AND b.day <= $1
"""
_LISTS: Final = """
SELECT id, system, unit, dataset, coverage, complete FROM snapshot
 WHERE day = $1 AND agency = $2 AND area = $3 AND state = 'taken'
"""
_THERE: Final = """
SELECT DISTINCT snapshot, key FROM snapshot_row WHERE snapshot = ANY ($1::uuid[]) AND key = ANY ($2::bytea[])
"""
_CLOSE: Final = """
UPDATE task SET state = 'closed', closed_by = $2, closed_at = $3, next_notice = NULL
 WHERE message = ANY ($1::uuid[])
"""
Row = Mapping[str, Any]
Held = frozenset[tuple[UUID, str]]
"""Lists with the records they hold."""


async def settle(
    conn: asyncpg.Connection, day: date, where: Cell, found: Iterable[Found], now: datetime
) -> int:
    """End the tasks of a cell of which a day's comparison found nothing; answers how many.

    Within the transaction that keeps what was found.
    """
    asked = await conn.fetch(_ASKED, day, where.agency, where.area)
    if not asked:
        return 0
    lists = await conn.fetch(_LISTS, day, where.agency, where.area)
    held = await _held(conn, asked, lists)
    still = {(one.kind, one.system, one.record, one.record_kind, one.pointer) for one in found}
    left = {row["message"] for row in asked if _same(row) in still or not _looked(row, lists, held)}
    ended = sorted({row["message"] for row in asked} - left)
    await conn.execute(_CLOSE, ended, HUB, now)
    return len(ended)


def _same(row: Row) -> tuple[str, ...]:
    """What makes two findings of two days one."""
    return (row["kind"], row["system"], row["record"], row["record_kind"], row["field"])


async def _held(conn: asyncpg.Connection, asked: Sequence[Row], lists: Sequence[Row]) -> Held:
    """Which of the records asked about stand in which of the lists."""
    records = sorted({bytes.fromhex(row["record"]) for row in asked if row["kind"] != "silence"})
    rows = await conn.fetch(_THERE, [each["id"] for each in lists], records)
    return frozenset((row["snapshot"], bytes(row["key"]).hex()) for row in rows)


def _looked(row: Row, lists: Iterable[Row], held: Held) -> bool:
    """Whether a list would have shown this finding again."""
    for each in lists:
        if each["system"] != row["system"] or row["dataset"] not in ("", each["dataset"]):
            continue
        covers = each["complete"] and row["unit"] in (each["unit"], *each["coverage"])
        if row["kind"] == "silence" or covers or (each["id"], row["record"]) in held:
            return True
    return False
