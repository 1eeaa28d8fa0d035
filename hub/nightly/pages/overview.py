"""The overview: flow between agencies, what waits, what was refused, who is silent, what is due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

import asyncpg

from hub.exchange.night_config import NightConfig
from hub.law.calendar import SHANGHAI, legal_day
from hub.nightly.quiet_systems import silent
from hub.store.registry import load_registry

DAYS: Final = 14
"""How far the picture over time reaches back, this day included."""
REACH: Final = timedelta(days=90)
"""How far the page looks back for the last sign of a system: it must not read all that ever was."""
UNITS: Final = 20
"""How many units the picture of deadlines shows, those with the most overdue first; the sums are over all."""
SOON: Final = timedelta(days=3)
"""How near a deadline is said to be due soon."""

_FLOWS: Final = """
SELECT s.agency AS sender, r.agency AS receiver, count(*) AS n
  FROM delivery d JOIN message m ON m.id = d.message
  JOIN unit s ON s.code = m.sender JOIN unit r ON r.code = d.unit
 WHERE d.id >= uuid7_floor($1::timestamptz - interval '1 day')
   AND d.created_at >= $1 AND d.created_at < $2 AND d.state <> 'superseded' AND d.sender <> ''
 GROUP BY 1, 2 ORDER BY 1, 2
"""
_BUSY: Final = """
SELECT max(created_at) FROM (
    SELECT created_at FROM delivery WHERE created_at < $1 AND state <> 'superseded' AND sender <> ''
     ORDER BY id DESC LIMIT 100) d
"""
_DAYS: Final = """
SELECT (m.received_at AT TIME ZONE 'Asia/Shanghai')::date AS day, u.agency, count(*) AS n
  FROM message m JOIN unit u ON u.code = m.sender
 WHERE m.id >= uuid7_floor($1::timestamptz - interval '1 day') AND m.received_at >= $1 AND m.received_at < $2
 GROUP BY 1, 2 ORDER BY 1, 2
"""
_OVER_TIME: Final = """
SELECT (d.created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, s.agency AS sender, r.agency AS receiver,
       count(*) AS n
  FROM delivery d JOIN message m ON m.id = d.message
  JOIN unit s ON s.code = m.sender JOIN unit r ON r.code = d.unit
 WHERE d.id >= uuid7_floor($1::timestamptz - interval '1 day')
   AND d.created_at >= $1 AND d.created_at < $2 AND d.state <> 'superseded' AND d.sender <> ''
 GROUP BY 1, 2, 3
"""
_QUEUES: Final = """
SELECT system, count(*) FILTER (WHERE state = 'queued') AS queued,
       count(*) FILTER (WHERE state = 'held') AS held,
       min(created_at) FILTER (WHERE state = 'queued') AS oldest
  FROM delivery WHERE state IN ('queued', 'held') GROUP BY system ORDER BY system
"""
_REFUSALS: Final = """
SELECT code, count(*) AS n, count(*) FILTER (WHERE state = 'held') AS held
  FROM quarantine WHERE (at >= $1 OR state = 'held') AND at < $2 GROUP BY code ORDER BY n DESC, code
"""
_LAST: Final = """
SELECT s.id AS system, s.agency, greatest(m.last, d.last) AS last
  FROM system s
  LEFT JOIN (SELECT iss, max(received_at) AS last FROM message WHERE id >= uuid7_floor($1)
              GROUP BY iss) m ON m.iss = s.id
  LEFT JOIN (SELECT system, max(done_at) AS last FROM delivery WHERE id >= uuid7_floor($1)
              GROUP BY system) d ON d.system = s.id
 WHERE s.disabled_at IS NULL ORDER BY s.agency, s.id
"""
_DUE: Final = """
SELECT u.code AS unit, u.name,
       count(*) FILTER (WHERE d.due < $1) AS overdue,
       count(*) FILTER (WHERE d.due >= $1 AND d.due < $2) AS soon,
       count(*) FILTER (WHERE d.due >= $2) AS later
  FROM deadline d CROSS JOIN LATERAL unnest(d.tell) AS t (unit) JOIN unit u ON u.code = t.unit
 WHERE d.state = 'running' AND NOT d.historical AND d.due IS NOT NULL
 GROUP BY 1, 2 ORDER BY overdue DESC, soon DESC, later DESC, 1
"""


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for one system. `oldest`: since when the oldest token waits."""

    system: str
    queued: int
    held: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """Running deadlines that a unit is told of; of what was recorded long afterwards nobody is."""

    unit: str
    name: str
    overdue: int
    soon: int
    later: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a system last sent or acknowledged anything; None: not within `REACH`.

    `silent`: as the nightly proof finds.
    """

    system: str
    agency: str
    last: datetime | None
    silent: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """All the page shows. Counts: deliveries (`flows`, `over_time`), messages (`days`), refusals, deadlines.

    `day` is today; `busy` the last day until then on which anything was delivered: that of `flows`.
    `silence`: how long nothing may be heard of a system of which something is expected.
    """

    now: datetime
    day: date
    busy: date
    silence: timedelta
    flows: Mapping[tuple[str, str], int]
    over_time: Mapping[tuple[date, str, str], int]
    days: Mapping[tuple[date, str], int]
    queues: tuple[Queue, ...]
    refusals: tuple[tuple[str, int, int], ...]
    quiet: tuple[Quiet, ...]
    due: tuple[Due, ...]

    @property
    def today(self) -> int:
        """Deliveries of today."""
        return sum(self.flows.values()) if self.busy == self.day else 0

    @property
    def oldest(self) -> datetime | None:
        """Since when the oldest undelivered token waits."""
        return min((q.oldest for q in self.queues if q.oldest is not None), default=None)

    @property
    def rest(self) -> tuple[Due, ...]:
        """Units that the picture of deadlines does not show."""
        return self.due[UNITS:]

    @property
    def overdue(self) -> int:
        """Deadlines over, counted once for each unit that is told."""
        return sum(d.overdue for d in self.due)


async def look(conn: asyncpg.Connection, now: datetime) -> Overview:
    """The overview as the tables say it at `now`."""
    day = legal_day(now)
    begin = _midnight(day)
    end, since = begin + timedelta(days=1), begin - timedelta(days=DAYS - 1)
    last: datetime | None = await conn.fetchval(_BUSY, end)
    busy = day if last is None else legal_day(last)
    flows = await conn.fetch(_FLOWS, _midnight(busy), _midnight(busy) + timedelta(days=1))
    days = await conn.fetch(_DAYS, since, end)
    refusals = await conn.fetch(_REFUSALS, since, end)
    registry = await load_registry(conn)
    silence = NightConfig.of(registry, now).silence
    quiet = {one.system for one in await silent(conn, registry.systems, now, silence)}
    return Overview(
        now=now,
        day=day,
        busy=busy,
        silence=silence,
        flows={(r["sender"], r["receiver"]): r["n"] for r in flows},
        over_time={
            (r["day"], r["sender"], r["receiver"]): r["n"] for r in await conn.fetch(_OVER_TIME, since, end)
        },
        days={(r["day"], r["agency"]): r["n"] for r in days},
        queues=tuple(Queue(**r) for r in await conn.fetch(_QUEUES)),
        refusals=tuple((r["code"], r["n"], r["held"]) for r in refusals),
        quiet=tuple(Quiet(**r, silent=r["system"] in quiet) for r in await conn.fetch(_LAST, now - REACH)),
        due=tuple(Due(**r) for r in await conn.fetch(_DUE, now, now + SOON)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
