"""The one table of counts in an extract: a district's disputes of a month, by type and state, fit to publish.

Made for whole months only and once a month, the same for every unit of the district: days beside months, or
a table of its own for each reader, would differ by one person. Disputes with minors, with violence at home or
of family matters are not counted at all; `trust.disclosure` suppresses the rest.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import asyncpg

from hub.law.calendar import legal_day
from hub.nightly.extracts.columns import Column
from hub.nightly.extracts.rows import opened
from hub.nightly.extracts.tables import Table
from hub.nightly.night import Interval, Night
from hub.trust.disclosure import Cell, suppressed
from schemas import codes

DISTRICT_DIGITS: Final = 6
FAMILY: Final = "1"
"""Dispute type 婚姻家庭."""

_MARGIN: Final = timedelta(hours=1)
_DISPUTES: Final = """
SELECT d.id AS dispute, d.key, d.facts->>'dispute_type' AS type, d.participants,
       (SELECT h.to_state FROM case_history h WHERE h.dispute = d.id AND h.case_id = d.id AND h.at < $2
         ORDER BY h.n DESC LIMIT 1) AS state,
       (SELECT u.division FROM message m JOIN unit u ON u.code = m.sender WHERE m.dispute = d.id
         ORDER BY m.id LIMIT 1) AS division
  FROM dispute d
 WHERE d.id >= uuid7_floor($3) AND d.id < uuid7_floor($4) AND d.opened_at >= $1 AND d.opened_at < $2
"""
_DOCUMENTS: Final = "SELECT id, dispute, dek, document FROM message WHERE dispute = $1"
_COLUMNS: Final = (
    Column("dispute_type", "string", "纠纷类型", "dispute_type"),
    Column("state", "string", "月末状态"),
    Column("count", "integer", "件数(空:少于 5 件或会推出少于 5 件,已隐去)"),
)


@dataclass(slots=True)
class _Counted:
    """Cells of a district, and what each unit knows of them."""

    cells: Counter[Cell]
    known: dict[str, Counter[Cell]]


def whole_month(interval: Interval) -> bool:
    """Whether the interval is one calendar month in Asia/Shanghai."""
    first, after = legal_day(interval.starts), legal_day(interval.ends)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    whole_days = interval == Interval(Interval.of_day(first).starts, Interval.of_day(after).starts)
    return first.day == 1 and after == following and whole_days


async def tables(night: Night, conn: asyncpg.Connection) -> Mapping[str, Table]:
    """District → its table; none for an interval that is no month."""
    if not whole_month(night.interval):
        return {}
    span, found = night.interval, dict[str, _Counted]()
    about = (span.starts, span.ends, span.starts - _MARGIN, span.ends + _MARGIN)
    for row in await conn.fetch(_DISPUTES, *about):
        if not row["division"] or await _withheld(night, conn, row):
            continue
        counted = found.setdefault(row["division"][:DISTRICT_DIGITS], _Counted(Counter(), {}))
        cell = (row["type"] or "99", row["state"] or "registered")
        counted.cells[cell] += 1
        for unit in row["participants"]:
            counted.known.setdefault(unit, Counter())[cell] += 1
    return {district: _table(counted) for district, counted in sorted(found.items())}


def _table(counted: _Counted) -> Table:
    largest = {cell: max(k[cell] for k in counted.known.values()) for cell in counted.cells}
    shown = suppressed(counted.cells, largest)
    order = list(codes("dispute_type"))
    rows = sorted(shown, key=lambda cell: (order.index(cell[0]) if cell[0] in order else len(order), cell))
    key = ("dispute_type", "state")
    return Table("district", "本区县当月纠纷", _COLUMNS, tuple((*cell, shown[cell]) for cell in rows), key)


async def _withheld(night: Night, conn: asyncpg.Connection, dispute: asyncpg.Record) -> bool:
    """Whether a dispute is of a sort that is never published, by whatever was said in it."""
    if (dispute["type"] or "").partition(".")[0] == FAMILY:
        return True
    for row in await conn.fetch(_DOCUMENTS, dispute["dispute"]):
        if _protected(opened(night, {**row, "key": dispute["key"]})):
            return True
    return False


def _protected(node: Any) -> bool:  # noqa: ANN401  any JSON value
    """Whether a document speaks of a minor, of violence at home, or of somebody under protection."""
    if isinstance(node, dict):
        if node.get("minor") is True or node.get("protected"):
            return True
        if node.get("domestic_violence") not in (None, "none", "no", False):
            return True
        return any(_protected(value) for value in node.values())
    return isinstance(node, list) and any(_protected(value) for value in node)
