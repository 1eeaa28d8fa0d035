"""Provisional deadlines counted anew after more of the calendar was published (`init --refresh`).

A dispute at a time, under its lock: days, next notices, what is told to the units of the case, and the
administrator's action in the log are one transaction. A day that stays is only certain now: nobody is told.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.exchange import batch
from hub.exchange.desk import Desk
from hub.exchange.dossier import counted_json
from hub.exchange.timers import deadline_message
from hub.law.calendar import Due
from hub.law.model import Counted, Started
from hub.law.timers import RECOUNTED, first_notice
from hub.store.administration import Admin
from hub.store.database import Database
from hub.store.ids import NO_ID

_AT_ONCE: Final = 500
_COUNT: Final = "SELECT count(DISTINCT dispute) FROM deadline WHERE state = 'running' AND provisional"
_DISPUTES: Final = """
SELECT DISTINCT dispute FROM deadline WHERE state = 'running' AND provisional AND dispute > $1
 ORDER BY dispute LIMIT $2
"""
_LOCK: Final = "SELECT id FROM dispute WHERE id = $1 FOR UPDATE"
_ROWS: Final = """
SELECT id, dispute, case_id, rule, object, started_at, due, due_on, historical, provisional, basis,
       next_notice, next_phase, counted
  FROM deadline WHERE dispute = $1 AND state = 'running' AND provisional ORDER BY id
"""
_WRITE: Final = """
UPDATE deadline SET due = $3, due_on = $4, provisional = $5, counted = $6, next_notice = $7, next_phase = $8
 WHERE dispute = $1 AND id = $2
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """A deadline whose last day is another now."""

    dispute: UUID
    rule: str
    object: str
    before: date
    after: date
    provisional: bool


@dataclass(slots=True)
class Recount:
    """What came of a run. `uncounted`: deadlines of before their count was kept, for a person to look at."""

    disputes: int = 0
    deadlines: int = 0
    certain: int = 0
    uncounted: int = 0
    told: int = 0
    moved: list[Moved] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _New:
    """A deadline's row and its day as it is counted now."""

    row: asyncpg.Record
    due: Due

    @property
    def moved(self) -> bool:
        return bool(self.due.on != self.row["due_on"])

    @property
    def spoken_of(self) -> bool:
        """Whether the hub speaks of it at all: not of history, nor of a day that is only shown."""
        return not self.row["historical"] and self.row["due"] is not None

    def as_row(self) -> dict[str, object]:
        """The row with its new day."""
        due = self.due
        new = {"due": due.at.astimezone(UTC), "due_on": due.on, "provisional": due.provisional}
        return {**dict(self.row), **new}


async def disputes_to_count(database: Database) -> int:
    """How many disputes have provisional deadlines."""
    async with database.connection() as conn:
        return int(await conn.fetchval(_COUNT))


async def recount(
    database: Database,
    desk: Desk,
    admin: Admin,
    progress: Callable[[int], None] = lambda _: None,
    *,
    keep: bool = True,
) -> Recount:
    """Count every provisional deadline anew; with `keep` false nothing is written and nobody told.

    `progress` hears how many disputes are done. May be stopped and run again at will.
    """
    done = Recount()
    async for dispute in _disputes(database):
        async with database.writing() as conn:
            await conn.fetchval(_LOCK, dispute)
            rows = await conn.fetch(_ROWS, dispute)
            new = [_counted(desk, row) for row in rows if row["counted"] is not None]
            done.deadlines += len(rows)
            done.uncounted += len(rows) - len(new)
            changed = [n for n in new if n.moved or not n.due.provisional]
            if changed and keep:
                done.told += await _keep(conn, desk, changed, admin)
        done.certain += sum(not n.due.provisional for n in changed)
        done.moved += [_moved(n) for n in changed if n.moved]
        done.disputes += 1
        progress(done.disputes)
    return done


async def _disputes(database: Database) -> AsyncIterator[UUID]:
    last = NO_ID
    while True:
        async with database.connection() as conn:
            found = [row["dispute"] for row in await conn.fetch(_DISPUTES, last, _AT_ONCE)]
        for dispute in found:
            yield dispute
        if len(found) < _AT_ONCE:
            return
        last = found[-1]


def _counted(desk: Desk, row: asyncpg.Record) -> _New:
    said = row["counted"]
    return _New(row, desk.calendar.recount(Counted(said["how"], date.fromisoformat(said["from"]), said["n"])))


async def _keep(conn: asyncpg.Connection, desk: Desk, changed: list[_New], admin: Admin) -> int:
    """Write the new days, tell the units, record the action; answers how many notices were written."""
    for new in changed:
        due = new.due
        counted = counted_json(due.counted) if due.provisional and due.counted else None
        at = due.at if new.row["due"] is not None else None
        notice = _next(desk, new, admin.now)
        await conn.execute(
            _WRITE, new.row["dispute"], new.row["id"], at, due.on, due.provisional, counted, *notice
        )
    told = [new for new in changed if new.moved and new.spoken_of]
    notices = [deadline_message(desk, n.as_row(), RECOUNTED, _needed(desk, n), admin.now) for n in told]
    # A dispute that takes no more is told of nothing; its days are right all the same.
    said = sum(isinstance(o, bytes) for o in await batch.run(conn, notices, desk)) if notices else 0
    dispute = changed[0].row["dispute"]
    await admin.tell(conn, "deadline-recount", f"{dispute} {len(changed)} {said}")
    return said


def _next(desk: Desk, new: _New, now: datetime) -> tuple[datetime | None, str | None]:
    """When the hub speaks of it next. A day that stays changes nothing; one that lies later is news."""
    row, due = new.row, new.due
    if not new.moved:
        return row["next_notice"], row["next_phase"]
    if not new.spoken_of or (row["next_notice"] is None and due.at <= now):
        return None, None
    case = str(row["case_id"]) if row["case_id"] else None
    head = (row["rule"], row["object"], case, due.on, due.at, due.provisional, row["basis"])
    notice = first_notice(desk.tables, Started(*head, started_at=row["started_at"]), now)
    return (notice.at, notice.phase) if notice else (None, None)


def _needed(desk: Desk, new: _New) -> str:
    """One Chinese sentence for whoever must act."""
    rule = desk.tables.rules[new.row["rule"]]
    return f"{rule.zh}按新公布的日历重新计算:原{new.row['due_on']},现{new.due.on},请按新日期办理。"


def _moved(new: _New) -> Moved:
    row = new.row
    return Moved(row["dispute"], row["rule"], row["object"], row["due_on"], new.due.on, new.due.provisional)
