"""What a comparison ends: the hub's tasks to units (`data_fix`) of which nothing is found any more. SQL.

A finding is settled by a list of that day or a later one that would have shown it: it holds the record, or is
complete for the units concerned; and nothing else may be found of the record. What no such list speaks of
stays open until its owner says it is done.
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
SELECT t.message, b.dataset, f.kind, f.system, f.record, f.record_kind, f.field,
       CASE WHEN f.kind = 'missing_at_agency' THEN ARRAY[f.unit] ELSE s.coverage END AS concerned
  FROM task t
  JOIN finding_decision d ON d.told ->> t.owner = t.message::text
  JOIN finding_batch b ON b.id = d.batch
  JOIN finding f ON f.decision = d.id AND f.unit = t.owner
  LEFT JOIN snapshot s ON s.id = f.snapshot
 WHERE cardinality(t.closers) = 0 AND t.state <> 'closed' AND b.agency = $2 AND b.area = $3 AND b.day <= $1
"""
_LISTS: Final = """
SELECT id, system, dataset, coverage, complete FROM snapshot
 WHERE day = $1 AND agency = $2 AND area = $3 AND state = 'taken'
"""
_THERE: Final = """
SELECT DISTINCT snapshot, key FROM snapshot_row WHERE snapshot = ANY ($1::uuid[]) AND key = ANY ($2::bytea[])
"""
_CLOSE: Final = """
UPDATE task SET state = 'closed', closed_by = $2, closed_at = $3, next_notice = NULL
 WHERE message = ANY ($1::uuid[]) AND state <> 'closed' RETURNING message
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
    still = {_of(one.kind, one.system, one.record, one.record_kind, one.pointer) for one in found}
    left = {row["message"] for row in asked if _same(row) in still or not _looked(row, lists, held)}
    ended = sorted({row["message"] for row in asked} - left)
    return len(await conn.fetch(_CLOSE, ended, HUB, now))


def _same(row: Row) -> tuple[object, ...]:
    return _of(row["kind"], row["system"], row["record"], row["record_kind"], row["field"])


def _of(kind: str, system: str, record: str, record_kind: str, field: str) -> tuple[object, ...]:
    """What a finding is of: a silent list, or a record, which is not mended while it differs at all."""
    silence = kind == "silence"
    return (silence, system, record, record_kind, field if silence else "")


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
        covers = each["complete"] and row["concerned"] and {*row["concerned"]} <= {*each["coverage"]}
        if row["kind"] == "silence" or covers or (each["id"], row["record"]) in held:
            return True
    return False
