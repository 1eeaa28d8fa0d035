"""Sums of deadlines for the units above: by unit, machine, rule and phase, one message a period.

A superior hears nothing of single steps (ADR 0006). What it is told here is the hub's own circular, numbers
only, written in one transaction with the row that says it was told: a second run of a period tells nobody.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange import batch
from hub.exchange.answers import shown
from hub.exchange.hub import Hub
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.calendar import legal_day
from hub.law.model import Started, UnitInfo
from hub.law.shapes import Tables
from hub.law.timers import planned
from hub.store.ids import read_id

Line = tuple[str, str, str, str]
"""Unit, machine, rule, phase."""

MOST_LINES: Final = 100
_PHASES: Final[Mapping[str, str]] = {"due_soon": "即将到期", "due": "今日到期", "overdue": "逾期"}
_TOLD: Final = "SELECT superior FROM deadline_sum WHERE period = $1"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7068)"
_TELL: Final = """
INSERT INTO deadline_sum (period, superior, message, sums, told_at) VALUES ($1, $2, $3, $4, $5)
"""


def period_of(day: date, days: int) -> date:
    """The first day of the period of so many days that a day lies in."""
    return date.fromordinal(day.toordinal() // days * days)


def sums(
    tables: Tables, rows: Sequence[asyncpg.Record], parents: Mapping[str, str | None], at: datetime
) -> dict[str, Counter[Line]]:
    """By superior: how many running deadlines of each unit below it are near, due or over."""
    found: dict[str, Counter[Line]] = defaultdict(Counter)
    for row in rows:
        phase = _phase(tables, row, at) if row["state"] == "running" else None
        for unit in row["tell"] if phase else ():
            above = parents.get(unit)
            if phase is not None and above is not None:
                found[above][unit, row["machine"] or "dispute", row["rule"], phase] += 1
    return found


def _phase(tables: Tables, row: asyncpg.Record, at: datetime) -> str | None:
    if row["due"] <= at:
        return "overdue"
    if row["due_on"] == legal_day(at):
        return "due"
    head = (row["rule"], row["object"], None, row["due_on"], row["due"], row["provisional"], row["basis"])
    told = planned(tables, Started(*head, started_at=row["started_at"]), at)
    return "due_soon" if any(n.phase == "due_soon" and n.at <= at for n in told) else None


async def tell(hub: Hub, period: date, days: int, found: Mapping[str, Counter[Line]], at: datetime) -> int:
    """Tell each superior that was not told of this period yet; answers how many were told now."""
    told = 0
    async with hub.database.writing() as conn:
        await conn.execute(_LOCK)
        done = {row["superior"] for row in await conn.fetch(_TOLD, period)}
        for superior, lines in sorted(found.items()):
            unit = hub.desk.units.get(superior)
            if superior not in done and unit is not None:
                told += await _tell(hub, conn, (period, days), unit, lines, at)
    return told


async def _tell(
    hub: Hub,
    conn: asyncpg.Connection,
    period: tuple[date, int],
    superior: UnitInfo,
    lines: Counter[Line],
    at: datetime,
) -> int:
    message = circular(hub, period, superior, lines, at)
    (outcome,) = await batch.run(conn, [message], hub.desk)
    if isinstance(outcome, Refused):
        raise outcome
    written = [[*line, n] for line, n in sorted(lines.items())]
    mid = read_id(orjson.loads(outcome)["message"])
    await conn.execute(_TELL, period[0], superior.code, mid, written, hub.clock())
    return 1


def circular(
    hub: Hub, period: tuple[date, int], superior: UnitInfo, lines: Counter[Line], at: datetime
) -> Prepared:
    """The message: its remarks say the totals, its agenda a line for each unit, rule and phase."""
    first, days = period
    last = first + timedelta(days=days - 1)
    totals = Counter[str]()
    for (_, _, _, phase), n in lines.items():
        totals[phase] += n
    said = "、".join(f"{zh}{totals[phase]}件" for phase, zh in _PHASES.items() if totals[phase])
    document: dict[str, object] = {
        "business_time": shown(at),
        "identifiers": [],
        "kind": "report",
        "tier": superior.tier,
        "remarks": f"期限汇总 {first} 至 {last}(截至 {shown(at)}):{said}。",
        "agenda": [
            {"no": no, "title": _title(hub.tables, line, n), "owner": line[0]}
            for no, (line, n) in enumerate(sorted(lines.items())[:MOST_LINES], start=1)
        ],
    }
    head = ("conference_notice", f"deadline-sum-{first}-{superior.code}", document)
    return own_message(hub.desk, hub.clock(), Saying(*head, to=superior.code))


def _title(tables: Tables, line: Line, n: int) -> str:
    _, machine, rule, phase = line
    return f"{machine} {rule} {tables.rules[rule].zh} {_PHASES[phase]} {n} 件"
