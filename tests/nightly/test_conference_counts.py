"""Every figure of the conference's report against SQL of our own, over many disputes drawn by lot.

The rows that a report counts from are planted as such: ids, codes, times.
"""

import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from hub.law.calendar import legal_day
from hub.nightly.conference import Period, figures
from hub.nightly.conference.figures import FORMULAS
from hub.nightly.night import Interval, open_night
from hub.settings import Settings
from hub.store.address import Address
from hub.store.ids import new_id
from tests.conftest import _data_dir
from tests.http.saying import COMMITTEE, STATION
from tests.live import DATA, LiveHub, free_port

BUREAU, ELSEWHERE = "5001990000", "4105"
DISPUTES, DAYS = 700, 200
NOW = datetime.now(UTC)
RULES = ("PERF_ITEM", "FILE_CASE", "REF_ACCEPT", "REF_SIGN", "LIMITATION", "JC_APPLY")
MESSAGE = """
INSERT INTO message (id, received_at, ord, iss, jti, sender, kind, purpose, dispute, media_type, format,
    fingerprint, digest, salt, leaf, findings, answer, receipt, dek, document, native_digest)
VALUES ($1, $2, 0, 'lot', $1::uuid::text, $3, $4, 'mediation', $5, '', '', '', '', '', '', '[]', '', '', '',
    '', '')
"""
DISPUTE = """
INSERT INTO dispute (id, code, state, opened_at, changed_at, facts, participants, key)
VALUES ($1, $1::uuid::text, 'open', $2, $2, $3, '{}', '')
"""
RUN = """
INSERT INTO case_run (id, dispute, machine, state, opened_by, opened_at, changed_at, facts, participants)
VALUES ($1, $2, $3, '', $1, $4, $4, $5, '{}')
"""
STEP = """
INSERT INTO case_history (case_id, dispute, n, step, to_state, message, at)
VALUES ($1, $2, $3, $6, $4, $7, $5)
"""
DUE = """
INSERT INTO deadline (id, dispute, rule, object, started_at, due, due_on, state, provisional, historical,
    basis, started_by, stopped_by)
VALUES ($1, $2, $3, $1::uuid::text, $4, $5, ($5::timestamptz AT TIME ZONE 'Asia/Shanghai')::date, 'stopped',
    false, $6, '', $1, $7)
"""


class Lot:
    """Draws the rows of one dispute after another."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.rows: dict[str, list[tuple[Any, ...]]] = {
            text: [] for text in (MESSAGE, DISPUTE, RUN, STEP, DUE)
        }

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def later(self, at: datetime, days: float = 20) -> datetime:
        return at + timedelta(days=self.random.random() * days)

    def message(self, at: datetime, sender: str, home: UUID, kind: str = "dispute") -> UUID:
        # Today's partition is there; the first message of a dispute is the one with the least id.
        mid = new_id(NOW + timedelta(milliseconds=len(self.rows[MESSAGE])))
        self.rows[MESSAGE].append((mid, at, sender, kind, home))
        return mid

    def reach(self, case: UUID, home: UUID, *course: tuple[str, datetime]) -> None:
        """Steps into states; one in ten is taken twice, of which the first counts."""
        again = [(state, self.later(at)) for state, at in course if self.chance(0.1)]
        for n, (state, at) in enumerate([*again, *course]):
            self.rows[STEP].append((case, home, n, state, at, "", case))

    def run(self, machine: str, home: UUID, at: datetime, **facts: str) -> UUID:
        case = uuid4()
        self.rows[RUN].append((case, home, machine, at, json.dumps(facts)))
        return case

    def draw(self) -> None:
        home, opened = uuid4(), self.later(NOW - timedelta(days=DAYS), DAYS)
        sender = self.random.choice((STATION, COMMITTEE, COMMITTEE, ELSEWHERE))
        criminal = {"own_cases": {"x": "criminal"}} if self.chance(0.2) else {}
        self.rows[DISPUTE].append((home, opened, json.dumps({"dispute_type": "2", **criminal})))
        self.message(opened, sender, home)
        self._mediated(home, opened)
        self._confirmed(home, opened)
        for rule in self.random.choices(RULES, k=4):
            self._due(rule, home, opened)
        if self.chance(0.4):
            facts = {"converted": self.random.choice(("criminal", "public_order"))}
            warned = self.run("warning", home, opened, **facts)
            self.reach(warned, home, ("converted", self.later(opened)))

    def _mediated(self, home: UUID, opened: datetime) -> None:
        for _ in range(self.random.choice((0, 1, 1, 2))):
            case, taken = self.run("referral", home, opened), self.later(opened, 5)
            ended = self.later(taken)
            course = [("accepted", taken)] if self.chance(0.9) else []
            if self.chance(0.8):
                course.append((self.random.choice(("agreed", "agreed", "not_agreed")), ended))
            self.reach(case, home, *course)
        if self.chance(0.6):
            agreed = self.later(opened)
            told = [
                (state, self.later(agreed, 40)) for state in ("performed", "breached") if self.chance(0.5)
            ]
            self.reach(home, home, ("agreed", agreed), *told)

    def _confirmed(self, home: UUID, opened: datetime) -> None:
        if self.chance(0.7):
            case, asked = self.run("confirmation", home, opened), self.later(opened, 5)
            course = [("submitted", asked)] if self.chance(0.95) else []
            if self.chance(0.7):
                course.append(("accepted", self.later(asked, 3)))
            if self.chance(0.8):
                course.append((self.random.choice(("ruled", "negative")), self.later(asked, 30)))
            self.reach(case, home, *course)

    def _due(self, rule: str, home: UUID, opened: datetime) -> None:
        due = self.later(opened, 40)
        stopped = None
        if self.chance(0.7):
            at = self.later(due - timedelta(days=10))
            stopped = self.message(at, STATION, home, "case_status")
            if rule == "FILE_CASE" and self.chance(0.5):
                self.rows[STEP].append((uuid4(), home, 0, "closed", at, "DIS54", stopped))
        self.rows[DUE].append((uuid4(), home, rule, opened, due, self.chance(0.1), stopped))


@pytest.fixture(scope="module")
def own(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("counts")) as settings:
        LiveHub(settings, free_port()).furnish("unit", "import", str(DATA / "units.csv"))
        yield settings


@pytest.fixture
async def sql(own: Settings) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(own.database_url)
    yield conn
    await conn.close()


# Of the units of the area, by their codes: nothing of `hub.nightly.conference`. $1, $2: the period; $3: the
# cut-off.
BEFORE = """
WITH home AS (SELECT DISTINCT dispute AS id FROM message
               WHERE kind = 'dispute' AND sender <> '4105' AND received_at < $3),
step AS (SELECT h.*, coalesce(c.machine, 'dispute') AS machine, c.facts ->> 'converted' AS converted,
                rank() OVER (PARTITION BY h.case_id, h.to_state ORDER BY h.at) AS nth
           FROM case_history h JOIN home ON home.id = h.dispute LEFT JOIN case_run c ON c.id = h.case_id
          WHERE h.at < $3),
first AS (SELECT * FROM step WHERE nth = 1),
ended AS (SELECT DISTINCT ON (case_id) * FROM first
           WHERE machine = 'referral' AND to_state IN ('agreed', 'not_agreed') ORDER BY case_id, at),
agreed AS (SELECT DISTINCT dispute FROM first
            WHERE machine = 'referral' AND to_state = 'agreed' AND at >= $1 AND at < $2),
ripe AS (SELECT l.*, m.received_at AS stopped FROM deadline l JOIN home ON home.id = l.dispute
           LEFT JOIN message m ON m.id = l.stopped_by AND m.received_at < $3
          WHERE l.due > $1 AND l.due <= least($2::timestamptz, $3) AND NOT l.historical AND l.started_at < $3)
"""
WHEN = "at >= $1 AND at < $2"
HAS = "EXISTS (SELECT FROM first o WHERE o.case_id = f.case_id AND o.to_state = '{}')"
BY_SQL = {
    "调解成功率(按办结)": f"""
        SELECT count(*) FILTER (WHERE to_state = 'agreed'), count(*) FROM ended WHERE {WHEN}""",
    "调解成功率(按受理)": f"""
        SELECT count(*) FILTER (WHERE {HAS.format("agreed")}), count(*) FROM first f
         WHERE machine = 'referral' AND to_state = 'accepted' AND {WHEN}""",
    "平均调解时长": """
        SELECT coalesce(sum(extract(day FROM e.at - a.at)), 0)::int, count(*) FROM ended e
          JOIN first a ON a.case_id = e.case_id AND a.to_state = 'accepted'
         WHERE e.at >= $1 AND e.at < $2""",
    "自动履行率": f"""
        SELECT count(*) FILTER (WHERE {HAS.format("performed")} AND NOT {HAS.format("breached")}), count(*)
          FROM first f WHERE machine = 'dispute' AND to_state = 'agreed' AND {WHEN}""",
    "协议履行率": """
        SELECT count(*) FILTER (WHERE EXISTS (
                   SELECT FROM first o WHERE o.case_id = l.dispute AND o.to_state = 'performed')), count(*)
          FROM (SELECT dispute, max(due) AS at FROM deadline JOIN home ON home.id = dispute
                 WHERE rule = 'PERF_ITEM' AND started_at < $3 GROUP BY dispute) l
         WHERE at > $1 AND at <= least($2::timestamptz, $3)""",
    "司法确认率": """
        SELECT count(*) FILTER (WHERE dispute IN (
                   SELECT dispute FROM first WHERE machine = 'confirmation' AND to_state = 'ruled')), count(*)
          FROM agreed""",
    "司法确认申请率": """
        SELECT count(*) FILTER (WHERE dispute IN (SELECT dispute FROM first WHERE machine = 'confirmation')),
               count(*) FROM agreed""",
    "司法确认受理率": f"""
        SELECT count(*) FILTER (WHERE {HAS.format("accepted")}), count(*) FROM first f
         WHERE machine = 'confirmation' AND to_state = 'submitted' AND {WHEN}""",
    "司法确认未获确认率": f"""
        SELECT count(*) FILTER (WHERE to_state = 'negative'), count(*) FROM first
         WHERE machine = 'confirmation' AND to_state IN ('ruled', 'negative') AND {WHEN}""",
    "司法确认平均用时": """
        SELECT coalesce(sum(extract(day FROM r.at - s.at)), 0)::int, count(*) FROM first r
          JOIN first s ON s.case_id = r.case_id AND s.to_state = 'submitted'
         WHERE r.machine = 'confirmation' AND r.to_state = 'ruled' AND r.at >= $1 AND r.at < $2""",
    "转案件的预警中转刑事的": f"""
        SELECT count(*) FILTER (WHERE converted = 'criminal'
                   OR (SELECT facts ? 'own_cases' FROM dispute d WHERE d.id = f.dispute)), count(*)
          FROM first f WHERE machine = 'warning' AND to_state = 'converted' AND {WHEN}""",
    "超期率": """
        SELECT count(*) FILTER (WHERE stopped IS NULL), count(*) FROM ripe
         WHERE rule NOT IN ('PERF_ITEM', 'LIMITATION', 'JC_APPLY')""",
    "立案期限超期率": """
        SELECT count(*) FILTER (WHERE stopped IS NULL), count(*) FROM ripe WHERE rule = 'FILE_CASE'""",
    "裁定不予受理率": """
        SELECT count(DISTINCT l.id) FILTER (WHERE h.step = 'DIS54'), count(DISTINCT l.id)
          FROM deadline l JOIN home ON home.id = l.dispute JOIN message m ON m.id = l.stopped_by
          LEFT JOIN case_history h ON h.message = m.id
         WHERE l.rule = 'FILE_CASE' AND NOT l.historical AND l.started_at < $3
           AND m.received_at >= $1 AND m.received_at < least($2::timestamptz, $3)""",
}


def hidden(over: int, under: int, measure: str) -> tuple[int | None, int | None]:
    """A count as a report shows it: nothing about fewer than five."""
    if 0 < under < 5:
        return None, None
    few = 0 < over < 5 or 0 < under - over < 5
    return (None if few and measure == "rate" else over), under


async def test_every_figure_of_every_period_is_what_sql_counts(own: Settings, sql: asyncpg.Connection):
    lot = Lot(4)
    for _ in range(DISPUTES):
        lot.draw()
    for text, rows in lot.rows.items():
        await sql.executemany(text, rows)
    assert set(BY_SQL) == {formula.zh for formula in FORMULAS}
    period = Period.parse(f"{legal_day(NOW):%Y-%m}")
    async with open_night(own, Interval.of_day(legal_day(NOW))) as night:
        made = await figures(night, "district", BUREAU, period)
    cut_off = datetime.fromisoformat(made.head.cut_off)
    seen: dict[str, int] = {}
    for trend, formula in zip(made.figures, FORMULAS, strict=True):
        for point, each in zip(trend.points, period.trend(), strict=True):
            query = BEFORE + BY_SQL[formula.zh]
            counted = tuple(await sql.fetchrow(query, each.starts, each.ends, cut_off))
            told = (point.numerator, point.denominator)
            assert told == hidden(*counted, formula.measure), (formula.zh, point.period)
            seen[formula.zh] = seen.get(formula.zh, 0) + (point.numerator is not None and point.numerator > 0)
    assert all(n >= 3 for n in seen.values()), seen
