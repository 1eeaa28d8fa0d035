"""What a period knows of each mediator, and what is known of a career: records for the pure formulas."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final, NamedTuple
from uuid import UUID

from hub.law.assessing.formulas import Record, divided
from hub.law.assessing.grades import Career
from hub.law.assessing.rules import AssessmentRules
from hub.nightly.assessment import runs, sayings
from hub.nightly.assessment.roster import Mediator, Roster
from hub.nightly.assessment.runs import Ended, Owners
from hub.nightly.assessment.sayings import Rating, Said
from hub.nightly.conference.period import Period
from hub.nightly.night import Interval, Night

_YEAR: Final = 12
_DAYS: Final = Decimal("365.25")
_PLACES: Final = Decimal("0.01")
_FORGET: Final = "DELETE FROM mediation_run WHERE first_day = $1 AND last_day = $2"
_KEEP: Final = """
INSERT INTO mediation_run (first_day, last_day, case_id, system, ref, dispute, ended_at, agreed, form, days,
                           late, parts_there, parts_needed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_CAREER: Final = """
SELECT system, ref, count(*) AS cases, count(*) FILTER (WHERE agreed) AS agreed,
       count(*) FILTER (WHERE form <> '') AS papers, count(*) FILTER (WHERE form = 'oral') AS oral
  FROM (SELECT DISTINCT ON (case_id, system, ref) * FROM mediation_run WHERE last_day <= $1
         ORDER BY case_id, system, ref, last_day DESC, first_day DESC) r
 GROUP BY system, ref
"""


class Gathered(NamedTuple):
    """The records of a period and the careers up to its end, by mediator."""

    records: Mapping[Mediator, Record]
    careers: Mapping[Mediator, Career]


async def gather(
    night: Night, roster: Roster, rules: AssessmentRules, period: Period, cut_off: datetime
) -> Gathered:
    """Read a period; the runs that ended in it are kept as rows of `mediation_run`."""
    year = _year_to(period.last)
    since = min(period.first, year)
    said = await sayings.sayings(night, Interval.of_day(since).starts, cut_off)
    given = sayings.ratings(said, period.first, period.last)
    async with night.hub.database.connection() as conn:
        done = await runs.ended(night, conn, period.starts, cut_off)
        due = await runs.due(conn, period.starts, cut_off)
        decided = await runs.decided(conn, period.starts, cut_off)
        disputes = {d for d, _ in (*due, *decided)} | {r.dispute for r in given if r.dispute}
        cases = {e.case for e in done} | {r.case for r in given if r.case}
        owners = await runs.owners(night, conn, roster, disputes, cases, cut_off)
    upheld = sayings.complaints(said, roster, period.first, period.last)
    await _keep(night, period, done, owners)
    hours = sayings.hours(said, roster, period.first, period.last)
    required = rules.hours_in(_months(period))
    points = _rated(given, owners)
    performed, lost = _pairs(due, owners), _pairs(decided, owners)
    records = {
        m: Record(
            hours=hours.get(m, {}),
            required=required,
            ratings=tuple(points.get(m, ())),
            runs=tuple(e.run for e in done if m in owners.by_case.get(e.case, ())),
            performed=performed.get(m, (0, 0)),
            unconfirmed=lost.get(m, (0, 0)),
            complaints=_pair(upheld.get(m, (0, 0))),
        )
        for m in roster.mediators
    }
    return Gathered(records, await _careers(night, roster, rules, period, said))


def _pair(counts: Sequence[int]) -> tuple[int, int]:
    return counts[0], counts[1]


def _pairs(found: Iterable[tuple[UUID, bool]], owners: Owners) -> dict[Mediator, tuple[int, int]]:
    """(those that are so, all) of disputes, by the mediator of what was agreed in them."""
    counted: dict[Mediator, tuple[int, int]] = {}
    for dispute, so in found:
        for mediator in owners.of_dispute(dispute):
            over, under = counted.get(mediator, (0, 0))
            counted[mediator] = (over + so, under + 1)
    return counted


def _rated(given: Iterable[Rating], owners: Owners) -> dict[Mediator, list[tuple[int, ...]]]:
    points: dict[Mediator, list[tuple[int, ...]]] = {}
    for rating in given:
        for mediator in owners.rated(rating.sender, rating.case, rating.dispute):
            points.setdefault(mediator, []).append(rating.points)
    return points


def _months(period: Period) -> int:
    """Months of a period; of mere days those that they touch."""
    first, last = period.first, period.last
    return period.months or (last.year - first.year) * _YEAR + last.month - first.month + 1


def _year_to(last: date) -> date:
    """The day after the same day of the year before."""
    after = date.fromordinal(last.toordinal() + 1)
    return after.replace(year=after.year - 1, day=min(after.day, 28) if after.month == 2 else after.day)


async def _keep(night: Night, period: Period, done: Iterable[Ended], owners: Owners) -> None:
    rows = [
        (period.first, period.last, e.case, *m.key, e.dispute, e.at, e.run.agreed, e.form, e.run.days,
         e.run.late, *e.run.parts)
        for e in done
        for m in owners.by_case.get(e.case, ())
    ]  # fmt: skip
    async with night.hub.database.writing() as conn:
        await conn.execute(_FORGET, period.first, period.last)
        await conn.executemany(_KEEP, rows)


async def _careers(
    night: Night, roster: Roster, rules: AssessmentRules, period: Period, said: Sequence[Said]
) -> dict[Mediator, Career]:
    hours = sayings.hours(said, roster, _year_to(period.last), period.last)
    async with night.hub.database.connection() as conn:
        rows = {(r["system"], r["ref"]): r for r in await conn.fetch(_CAREER, period.last)}
    asked = rules.hours_in(_YEAR)
    careers = {}
    for m in roster.mediators:
        mine = [rows[number] for number in m.numbers if number in rows]
        cases, agreed, papers, oral = (
            sum(row[name] for row in mine) for name in ("cases", "agreed", "papers", "oral")
        )
        years = Decimal((period.last - m.since).days + 1) / _DAYS
        careers[m] = Career(
            years=max(years, Decimal(0)).quantize(_PLACES),
            cases=cases,
            oral_share=divided(Decimal(oral), Decimal(papers)),
            success=divided(Decimal(agreed), Decimal(cases)),
            training=divided(sum(hours.get(m, {}).values(), Decimal(0)), asked),
        )
    return careers
