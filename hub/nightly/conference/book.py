"""What a report counts from: rows in clear (ids, codes, times), read once, up to the cut-off. Opens nothing.

Whose a row is: a dispute belongs to the units of whoever registered it, and with it its cases, steps and
deadlines; a message to its sender; an entry of a register to the unit that said it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import asyncpg

from hub.errors import Misconfigured
from hub.exchange.assessments import AreaSum, of_area
from hub.exchange.sheets.statistics import CRIMINAL
from hub.law.calendar import legal_day
from hub.law.run import HUB
from hub.store.registry import UnitRow

Tier = Literal["city", "district", "town"]

_DISPUTES: Final = """
SELECT d.id, d.opened_at, d.facts->>'dispute_type' AS type
  FROM dispute d CROSS JOIN LATERAL
       (SELECT sender FROM message m WHERE m.dispute = d.id ORDER BY m.id LIMIT 1) m
 WHERE m.sender = ANY ($1::text[]) AND d.opened_at < $2
"""
_COURSE: Final = """
SELECT h.dispute, h.case_id, coalesce(c.machine, 'dispute') AS machine, h.to_state AS state, min(h.at) AS at
  FROM case_history h LEFT JOIN case_run c ON c.id = h.case_id
 WHERE h.dispute = ANY ($1::uuid[]) AND h.at < $2 GROUP BY 1, 2, 3, 4
"""
_CRIMINAL: Final = f"""
SELECT c.id FROM case_run c JOIN dispute d ON d.id = c.dispute
 WHERE c.dispute = ANY ($1::uuid[]) AND {CRIMINAL}
"""  # noqa: S608  the text is ours
_DEADLINES: Final = """
SELECT l.dispute, l.rule, l.due_on, l.due, l.historical, s.received_at AS stopped_at,
       EXISTS (SELECT FROM case_history h
                WHERE h.dispute = l.dispute AND h.message = l.stopped_by AND h.step = 'DIS54') AS refused
  FROM deadline l LEFT JOIN message s ON s.id = l.stopped_by
 WHERE l.dispute = ANY ($1::uuid[]) AND l.started_at < $2 AND l.due IS NOT NULL
"""
_MESSAGES: Final = """
SELECT kind, received_at FROM message
 WHERE sender = ANY ($1::text[]) AND received_at < $2 AND kind = ANY ($3::text[]) AND revision = 1
"""
_FLOW: Final = """
SELECT s.agency AS sender, t.agency AS receiver, m.received_at
  FROM message m JOIN unit s ON s.code = m.sender JOIN message_reader r ON r.message = m.id
  JOIN unit t ON t.code = r.unit
 WHERE m.sender = ANY ($1::text[]) AND m.sender <> $4 AND r.role <> 'sender'
   AND m.received_at >= $2 AND m.received_at < $3
"""
_REGISTER: Final = """
SELECT DISTINCT ON (register, system, ref) register, action, valid_to FROM register_entry
 WHERE unit = ANY ($1::text[]) AND recorded_at < $2 AND valid_from <= $3
 ORDER BY register, system, ref, message DESC
"""
_HONOURS: Final = """
SELECT h.day FROM honour h JOIN message m ON m.id = h.message
 WHERE h.unit = ANY ($1::text[]) AND m.received_at < $2 AND coalesce(h.withdrawn_at >= $2, true)
"""
_WORK: Final = ("training_record", "satisfaction", "complaint", "assessment_result")
_OVER: Final = frozenset({"suspend", "remove"})


@dataclass(frozen=True, slots=True)
class Case:
    """One run of one machine, or a dispute by its own: the first time it reached each state."""

    dispute: str
    machine: str
    reached: Mapping[str, datetime]
    criminal: bool = False
    """Of a warning: whether it was converted to a criminal case."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline. `stopped_at`: when what it waited for came; `refused`: a ruling not to accept a suit."""

    dispute: str
    rule: str
    due_on: date
    due: datetime
    historical: bool
    stopped_at: datetime | None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """Everything a report counts from, as it was at `cut_off`."""

    cut_off: datetime
    opened: Mapping[str, tuple[datetime, str]]
    cases: tuple[Case, ...]
    dues: tuple[Due, ...]
    said: tuple[tuple[str, datetime], ...]
    flow: tuple[tuple[str, str, datetime], ...]
    registered: Mapping[str, int]
    honoured: tuple[date, ...]
    assessed: AreaSum | None


def area(units: Iterable[UnitRow], tier: Tier, unit: str) -> list[str]:
    """The units whose work a conference at `unit` is about: those of its division and tier, and below.

    Raises Misconfigured when there is no such unit at that tier.
    """
    known = {row.code: row for row in units}
    host = known.get(unit)
    if host is None or host.tier != tier:
        raise Misconfigured(f"{unit}: 该层级无此单位 · no such unit at the tier {tier}")
    places = [_prefix(place) for place in (host.serves or (host.division,)) if place]
    return sorted(
        row.code
        for row in known.values()
        if (tier != "town" or row.tier == "town")
        and any(own.startswith(place) for own in (row.serves or (row.division,)) for place in places)
    )


def _prefix(division: str) -> str:
    while division.endswith("00") and len(division) > 2:
        division = division[:-2]
    return division


async def read(
    conn: asyncpg.Connection, units: list[str], span: tuple[datetime, date], cut_off: datetime
) -> Book:
    """The book of these units. `span`: the begin of the oldest period asked for, the last day of the last."""
    since, last = span
    disputes = await conn.fetch(_DISPUTES, units, cut_off)
    ids = [row["id"] for row in disputes]
    course: dict[tuple[str, str], dict[str, datetime]] = {}
    machines: dict[str, tuple[str, str]] = {}
    for row in await conn.fetch(_COURSE, ids, cut_off):
        machines[str(row["case_id"])] = (str(row["dispute"]), row["machine"])
        course.setdefault((str(row["case_id"]), row["machine"]), {})[row["state"]] = row["at"]
    criminal = {str(row["id"]) for row in await conn.fetch(_CRIMINAL, ids)}
    dues = await conn.fetch(_DEADLINES, ids, cut_off)
    said = await conn.fetch(_MESSAGES, units, cut_off, list(_WORK))
    flow = await conn.fetch(_FLOW, units, since, cut_off, HUB)
    return Book(
        cut_off,
        {str(row["id"]): (row["opened_at"], row["type"] or "99") for row in disputes},
        tuple(Case(*machines[case], at, case in criminal) for (case, _), at in course.items()),
        tuple(_due(row, cut_off) for row in dues),
        tuple((row["kind"], row["received_at"]) for row in said),
        tuple((row["sender"], row["receiver"], row["received_at"]) for row in flow),
        await _registered(conn, units, cut_off),
        tuple(row["day"] for row in await conn.fetch(_HONOURS, units, cut_off)),
        await of_area(conn, units, last, cut_off),
    )


def _due(row: asyncpg.Record, cut_off: datetime) -> Due:
    stopped = row["stopped_at"]
    known = stopped if stopped is not None and stopped < cut_off else None
    refused = known is not None and row["refused"]
    return Due(str(row["dispute"]), row["rule"], row["due_on"], row["due"], row["historical"], known, refused)


async def _registered(conn: asyncpg.Connection, units: list[str], cut_off: datetime) -> dict[str, int]:
    """Register → entries that stand at the cut-off."""
    day = legal_day(cut_off)
    standing: dict[str, int] = {"mediator": 0, "mediation_organisation": 0}
    for row in await conn.fetch(_REGISTER, units, cut_off, day):
        if row["action"] not in _OVER and (row["valid_to"] is None or row["valid_to"] >= day):
            standing[row["register"]] += 1
    return standing
