"""One dispute from its first message on: states, messages between units, deadlines. Codes and times only."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Refused
from hub.store.ids import read_code

RECENT: Final = 30

_RECENT: Final = """
SELECT d.code, d.state, d.changed_at, (SELECT count(*) FROM message m WHERE m.dispute = d.id) AS messages,
       (SELECT count(*) FROM deadline l
         WHERE l.dispute = d.id AND l.state = 'running' AND NOT l.historical AND l.due < $1) AS overdue
  FROM dispute d ORDER BY d.changed_at DESC, d.id LIMIT $2
"""
_ONE: Final = "SELECT id, code, state, opened_at, changed_at FROM dispute WHERE code = $1"
_MESSAGES: Final = """
SELECT m.id, m.received_at AS at, m.kind, m.sender, m.historical,
       array_agg(DISTINCT d.unit) FILTER (WHERE d.unit IS NOT NULL) AS receivers,
       count(d.id) FILTER (WHERE d.state IN ('queued', 'held')) AS waiting
  FROM message m LEFT JOIN delivery d ON d.message = m.id AND d.state <> 'superseded' AND d.sender <> ''
 WHERE m.dispute = $1 GROUP BY m.id, m.received_at, m.kind, m.sender, m.historical ORDER BY m.id
"""
_STEPS: Final = """
SELECT h.at, coalesce(c.machine, 'dispute') AS machine, h.from_state, h.to_state, h.step
  FROM case_history h LEFT JOIN case_run c ON c.id = h.case_id
 WHERE h.dispute = $1 ORDER BY h.at, h.case_id, h.n
"""
_DEADLINES: Final = """
SELECT rule, started_at, due_on, due, state, provisional, historical, basis, tell
  FROM deadline WHERE dispute = $1 ORDER BY started_at, rule, object
"""
_LINKS: Final = """
SELECT c.id, c.state, c.probability, d.code
  FROM link_candidate c JOIN dispute d ON d.id = CASE WHEN c.dispute = $1 THEN c.other ELSE c.dispute END
 WHERE c.dispute = $1 OR c.other = $1 ORDER BY c.found_at, c.id
"""
_UNITS: Final = "SELECT code, name, agency FROM unit WHERE code = ANY ($1::text[])"


@dataclass(frozen=True, slots=True)
class Listed:
    """A dispute in the list of those changed last."""

    code: str
    state: str
    changed_at: datetime
    messages: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `waiting`: how many of its deliveries are not acknowledged."""

    id: UUID
    at: datetime
    kind: str
    sender: str
    historical: bool
    receivers: tuple[str, ...]
    waiting: int


@dataclass(frozen=True, slots=True)
class Step:
    """One change of state of a machine."""

    at: datetime
    machine: str
    from_state: str | None
    to_state: str
    step: str


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline. `due_on` None: only a date of evidence; `historical`: recorded long afterwards."""

    rule: str
    started_at: datetime
    due_on: date | None
    due: datetime | None
    state: str
    provisional: bool
    historical: bool
    basis: str
    tell: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """A dispute that may be the same, by its code; `id` is of the link candidate, `state` too."""

    id: UUID
    state: str
    probability: float
    code: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A dispute as the page shows it. `units`: code → (name, agency) of all that appear."""

    code: str
    state: str
    opened_at: datetime
    messages: tuple[Said, ...]
    steps: tuple[Step, ...]
    clocks: tuple[Clock, ...]
    units: dict[str, tuple[str, str]]
    twins: tuple[Twin, ...]


async def recent(conn: asyncpg.Connection, now: datetime) -> list[Listed]:
    """Disputes changed last."""
    return [Listed(**r) for r in await conn.fetch(_RECENT, now, RECENT)]


async def timeline(conn: asyncpg.Connection, typed: str) -> Timeline:
    """The dispute of a code as a person typed it. Raises Refused `unknown`."""
    try:
        code = read_code(typed)
    except ValueError as e:
        raise Refused("unknown") from e
    found = await conn.fetchrow(_ONE, code)
    if found is None:
        raise Refused("unknown")
    messages = [
        Said(**{**r, "receivers": tuple(r["receivers"] or ())})
        for r in await conn.fetch(_MESSAGES, found["id"])
    ]
    clocks = [Clock(**{**r, "tell": tuple(r["tell"])}) for r in await conn.fetch(_DEADLINES, found["id"])]
    steps = [Step(**r) for r in await conn.fetch(_STEPS, found["id"])]
    codes = {u for m in messages for u in (m.sender, *m.receivers)} | {u for c in clocks for u in c.tell}
    units = {r["code"]: (r["name"], r["agency"]) for r in await conn.fetch(_UNITS, sorted(codes))}
    return Timeline(
        code=found["code"],
        state=found["state"],
        opened_at=found["opened_at"],
        messages=tuple(messages),
        steps=tuple(steps),
        clocks=tuple(clocks),
        units=units,
        twins=tuple(Twin(**r) for r in await conn.fetch(_LINKS, found["id"])),
    )
