"""`watch`: every hour, whether the hub's own clock told everyone what it had to tell; sums for superiors.

What was not said, was lost, did not arrive, or was met with silence is a finding with ids only; it is cleared
when it is right again. Provisional days are counted anew where the calendar has become known. A silence has
no step of its own in any machine: it is a finding, and a number in the sum that the unit above is told.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import asyncpg

from hub.exchange.evidence_rows import record
from hub.exchange.night_config import WATCH, NightConfig
from hub.exchange.recount import recount
from hub.law.calendar import legal_day
from hub.nightly import sums
from hub.nightly.night import Night, Summary
from hub.nightly.said import Wrong, unsaid
from hub.store.administration import Admin

ACTOR: Final = "hub:nightly"
_BACK: Final = timedelta(days=45)
_AHEAD: Final = timedelta(days=35)
"""No phase lies further before the last day of its deadline (`law.timers.LEAD_DAYS`)."""

_ROWS: Final = """
SELECT d.id, d.dispute, d.case_id, d.rule, d.object, d.started_at, d.due, d.due_on, d.state, d.provisional,
       d.basis, d.tell, d.next_notice, d.next_phase, d.started_by, d.stopped_by, c.machine
  FROM deadline d LEFT JOIN case_run c ON c.id = d.case_id
 WHERE d.due IS NOT NULL AND NOT d.historical AND d.due_on <= $2 AND (d.due_on >= $1 OR d.state = 'running')
 ORDER BY d.dispute, d.id
"""
_FIND: Final = """
INSERT INTO deadline_finding (deadline, dispute, rule, phase, kind, unit, found_at)
SELECT r.*, $7 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS r
ON CONFLICT (deadline, phase, kind, unit) DO UPDATE SET cleared_at = NULL, found_at = $7
 WHERE deadline_finding.cleared_at IS NOT NULL
"""
_CLEAR: Final = """
UPDATE deadline_finding f SET cleared_at = $6
 WHERE f.cleared_at IS NULL AND f.deadline = ANY ($1::uuid[]) AND NOT EXISTS (
    SELECT 1 FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) AS r (deadline, phase, kind, unit)
     WHERE (r.deadline, r.phase, r.kind, r.unit) = (f.deadline, f.phase, f.kind, f.unit))
"""
_PROVISIONAL: Final = "SELECT count(*) FROM deadline WHERE state = 'running' AND provisional"


async def watch(night: Night) -> Summary:
    """Look at all deadlines as of the interval's end; answers the sums of what was found and told."""
    hub = night.hub
    at = min(night.interval.ends, hub.clock())
    config = NightConfig.of(hub.registry, at)
    async with night.work("watch_deadlines") as work:
        counted = await recount(hub.database, hub.desk, _admin(night))
        work.count("recounted", len(counted.moved))
        async with hub.database.connection() as conn:
            rows = await conn.fetch(_ROWS, legal_day(at) - _BACK, legal_day(at) + _AHEAD)
            patience = config.span(WATCH, "told_hours")
            wrong = await unsaid(conn, hub.sealer, hub.desk.law, rows, at, patience)
            work.count("provisional", await conn.fetchval(_PROVISIONAL))
        wrong += _silent(rows, at, config.span(WATCH, "silent_days"))
        await _keep(night, rows, wrong)
        work.count("looked_at", len(rows))
        for one in wrong:
            work.count(one.kind)
        days = config.whole(WATCH, "sum_days") or 1
        parents = {unit.code: unit.parent for unit in hub.registry.units_on(at)}
        found = sums.sums(hub.desk.law, rows, parents, at)
        told = await sums.tell(hub, sums.period_of(legal_day(at), days), days, found, at)
        work.count("sums_told", told)
        hub.way_out.bell.set()
        work.digest_of(sorted(wrong))
    return work.counts


def _admin(night: Night) -> Admin:
    reason = "日历公布后重新计算暂定期限 provisional days, after more of the calendar was published"
    return Admin(ACTOR, reason, night.hub.clock(), record, night.hub.sealer)


def _silent(rows: Iterable[asyncpg.Record], at: datetime, allowed: timedelta) -> list[Wrong]:
    """Overdue for so long that nobody seems to act."""
    return [
        Wrong(row["id"], row["dispute"], row["rule"], "overdue", "silent", unit)
        for row in rows
        if row["state"] == "running" and row["due"] <= at - allowed
        for unit in row["tell"] or ("",)
    ]


async def _keep(night: Night, rows: Sequence[asyncpg.Record], wrong: Sequence[Wrong]) -> None:
    """Enter what is wrong, and clear what is right again."""
    now = night.hub.clock()
    columns = [list(c) for c in zip(*wrong, strict=True)] if wrong else [[] for _ in Wrong._fields]
    deadlines, disputes, rules, phases, kinds, units = columns
    async with night.hub.database.writing() as conn:
        await conn.execute(_FIND, deadlines, disputes, rules, phases, kinds, units, now)
        await conn.execute(_CLEAR, [row["id"] for row in rows], deadlines, phases, kinds, units, now)
