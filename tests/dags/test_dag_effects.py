"""Each DAG as Airflow runs it, on a hub with planted data: what it leaves there, and that a second run
for the same interval leaves the same rows.

A run by an asset has the day before as its interval when nothing told it another: lists are of that day.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.law.calendar import SHANGHAI, legal_day
from hub.nightly import airflow_runs
from hub.store.address import Address
from hub.store.reasons import opened
from tests.conftest import _data_dir
from tests.http import saying
from tests.live import LiveHub, live_hub
from tests.nightly.lists import call, push, table
from tests.support import sealer_of

pytestmark = pytest.mark.filterwarnings(
    "ignore:GitWildMatchPattern:DeprecationWarning"
)  # in Airflow's own code

DAY = legal_day(datetime.now(UTC)) - timedelta(days=1)
AFTER = datetime.combine(DAY + timedelta(days=1), time(5), SHANGHAI)
"""A run of this date has `DAY` as its interval; one of a day later, the day on which all was planted."""
SAID = (
    "SELECT id, sender, kind FROM message WHERE kind <> 'deadline_notice'",
    "SELECT id, action, actor, object FROM admin_action",
)
"""What every DAG leaves alone the second time: nothing more is said to anybody, nothing more is on record.

The hub that serves beside it says what is due by its own clock.
"""
LEFT = {
    "collect_snapshots": (
        "SELECT id, day, agency, system, dataset, held, broken, problems, state FROM snapshot",
        "SELECT snapshot, n, label, key, at, digest, fields, digests FROM snapshot_row",
        "SELECT * FROM snapshot_fault",
    ),
    "reconcile": (
        "SELECT * FROM finding_batch",
        "SELECT id, batch, kind, system, record, field, place, detail, mended, state FROM finding",
    ),
    "prove_completeness": (
        "SELECT starts, ends, version, content, holds FROM completeness_report",
        "SELECT * FROM completeness_pair",
        "SELECT * FROM completeness_exception",
    ),
    "link_disputes": ("SELECT id, dispute, other, basis, probability, state FROM link_candidate",),
    "screen_false_litigation": (
        "SELECT id, case_id, sign, rests, content, found_at, changed_at FROM false_litigation_flag",
        "SELECT id, facts, version FROM case_run",
    ),
    "watch_deadlines": (
        "SELECT deadline, phase, kind, unit, cleared_at IS NULL AS open FROM deadline_finding",
        "SELECT period, superior, sums FROM deadline_sum",
        "SELECT id, due, state FROM deadline",
    ),
    "share_data": (
        "SELECT id, unit, revision, made_at, complete, rows, content, digest, size, announced FROM share",
        "SELECT * FROM share_chunk",
    ),
    "conference_report": (
        "SELECT id, tier, unit, first_day, last_day, content FROM conference_report",
        "SELECT report, form, digest FROM conference_report_file",
    ),
    "assess_mediators": (
        "SELECT system, ref, first_day, last_day, revision, figures, grade, messages FROM assessment",
        "SELECT * FROM mediation_run",
        "SELECT * FROM subsidy_finding",
    ),
    "resolve_discrepancies": (
        "SELECT * FROM finding_decision",
        "SELECT id, state, decision FROM finding",
    ),
    "retention": ("SELECT id FROM quarantine", "SELECT dispute, state FROM erasure"),
}


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("dags")) as own, live_hub(own) as served:
        asyncio.run(_plant(served, tmp_path_factory.mktemp("lists")))
        yield served


async def _plant(hub: LiveHub, folder: Path) -> None:
    """A list with a broken row; a dispute told twice; parties with one telephone; an old refusal."""
    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        body = table([call(1), call(2), call(3, SSRS="三人左右")])
        await push(police, body, folder, DAY, rows=3)
        first = await saying.say(police, saying.STATION, "dispute", saying.dispute())
        to = {"dispute": first.dispute, "to": saying.COMMITTEE}
        await saying.say(police, saying.STATION, "referral", saying.referral(), **to)
        again = saying.dispute(origin="application")
        await saying.say(justice, saying.COMMITTEE, "dispute", again)
        one_phone = [{**party, "phones": ["10000000091"]} for party in saying.PARTIES]
        applied = saying.application(applicants=one_phone)
        to = {"dispute": first.dispute, "to": saying.TRIBUNAL}
        await saying.say(justice, saying.COMMITTEE, "confirmation_application", applied, **to)
        told = saying.document(action="join", mediator="M1", name="余测三", organisations=[])
        await saying.say(justice, saying.COMMITTEE, "mediator", told)
        wrong = Envelope(saying.STATION, "dispute", "police_handling", SHARED_FORM)
        with pytest.raises(Problem):
            await police.send(police.sign(wrong, saying.body(saying.dispute(dispute_type="x"))))
    async with _opened(hub) as conn:
        await conn.execute("UPDATE quarantine SET at = at - interval '20 years'")


class _opened:  # noqa: N801  used as a function
    """The hub's database, by the connection of its administrator."""

    def __init__(self, hub: LiveHub) -> None:
        self._hub = hub

    async def __aenter__(self) -> asyncpg.Connection:
        self._conn = await asyncpg.connect(self._hub.settings.database_url)
        return self._conn

    async def __aexit__(self, *_: object) -> None:
        await self._conn.close()


def asked(hub: LiveHub, query: str) -> list[tuple[Any, ...]]:
    """Rows of a query, as SQL has them."""

    async def work() -> list[tuple[Any, ...]]:
        async with _opened(hub) as conn:
            return [tuple(row) for row in await conn.fetch(query)]

    return asyncio.run(work())


def left(hub: LiveHub, name: str) -> list[tuple[Any, ...]]:
    """(table, number and hash of its rows), counted by PostgreSQL."""
    hashed = "SELECT count(*), md5(coalesce(string_agg(md5(t::text), ',' ORDER BY t::text), '')) FROM ({}) t"
    return [asked(hub, hashed.format(query))[0] for query in (*LEFT[name], *SAID)]


@pytest.fixture
def run(hub: LiveHub, bag: Any, trial: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:  # noqa: ARG001  Airflow's tables
    """Runs a DAG twice for an interval: the second leaves the rows of the first."""
    for name, value in hub.environment.items():
        if name.startswith("LIANTIAO_"):
            monkeypatch.setenv(name, value)

    def twice(name: str, at: datetime = AFTER, **form: str) -> None:
        states, before = [], {row[0] for row in asked(hub, _RUNS)}
        for _ in range(2):
            ran = bag.dags[name].test(logical_date=at, run_conf=form)
            assert str(ran.state) == "success"
            states.append(left(hub, name))
        assert states[0] == states[1]
        assert asked(hub, _DIFFERING) == []
        days = {day for run, day in asked(hub, _RUNS) if run not in before}
        assert set(airflow_runs.days_of(name, ran.run_id)) == days

    return twice


_RUNS = "SELECT id, (starts AT TIME ZONE 'Asia/Shanghai')::date FROM night_run"
_DIFFERING = """
SELECT job, part FROM night_run WHERE state = 'done'
 GROUP BY job, part, starts, ends HAVING count(DISTINCT digest) > 1
"""


def test_lists_are_collected_and_compared(hub: LiveHub, run: Callable[..., None]) -> None:
    run("collect_snapshots")
    assert asked(hub, "SELECT agency, held, broken, state FROM snapshot") == [("police", 2, 1, "taken")]
    run("reconcile")
    found = asked(hub, "SELECT kind, count(*) FROM finding WHERE system = 'police-sys' GROUP BY 1")
    assert dict(found) == {"missing_at_hub": 2, "silence": 1}


def test_a_person_decides_once(hub: LiveHub, run: Callable[..., None]) -> None:
    with answered("请部门核实 ask agency"):
        run("resolve_discrepancies")
    decided = asked(hub, "SELECT DISTINCT choice, actor FROM finding_decision")
    assert [tuple(row) for row in decided] == [("ask_agency", "airflow:admin")]
    sealer = sealer_of(hub.settings.data_dir)
    rows = asked(hub, "SELECT id, sealed_reason FROM finding_decision")
    kept = [{"id": row, "sealed_reason": sealed} for row, sealed in rows]
    assert {opened(sealer, "finding_decision", one) for one in kept} == {"已核对原件"}
    assert asked(hub, "SELECT count(*) FROM finding WHERE state = 'open'") == [(0,)]


@contextmanager
def answered(choice: str) -> Iterator[None]:
    """A person at the UI who answers every question that is put, as its page writes it to the database."""
    from airflow.models.hitl import HITLDetail
    from airflow.models.taskinstance import TaskInstance
    from airflow.models.trigger import handle_event_submit
    from airflow.triggers.base import TriggerEvent
    from airflow.utils.session import create_session
    from airflow.utils.state import TaskInstanceState

    ended = threading.Event()

    def work() -> None:
        while not ended.wait(0.2):
            with create_session(scoped=False) as session:
                waits = TaskInstance.state == TaskInstanceState.AWAITING_INPUT
                for put, task in (
                    session.query(HITLDetail, TaskInstance)
                    .join(TaskInstance, TaskInstance.id == HITLDetail.ti_id)
                    .filter(waits, HITLDetail.responded_at.is_(None))
                ):
                    put.chosen_options = [choice]
                    put.params_input = {"reason": "已核对原件"}
                    put.responded_by = {"id": "admin", "name": "admin"}
                    put.responded_at = datetime.now(UTC)
                    event = TriggerEvent(put.as_resume_event_payload())  # type: ignore[no-untyped-call]  # Airflow's
                    handle_event_submit(event, task_instance=task, session=session)

    person = threading.Thread(target=work)
    person.start()
    try:
        yield
    finally:
        ended.set()
        person.join()


def test_the_day_is_proved(hub: LiveHub, run: Callable[..., None]) -> None:
    run("prove_completeness", AFTER + timedelta(days=1))
    pairs = asked(hub, "SELECT accepted, queued FROM completeness_pair WHERE sender <> '' AND queued > 0")
    assert sum(queued for _, queued in pairs) == asked(hub, "SELECT count(*) FROM delivery")[0][0]


def test_a_dispute_told_twice_is_found(hub: LiveHub, run: Callable[..., None]) -> None:
    run("link_disputes", AFTER + timedelta(days=1))
    assert [state for (state,) in asked(hub, "SELECT state FROM link_candidate")] == ["proposed"]


def test_signs_are_laid_before_the_court(hub: LiveHub, run: Callable[..., None]) -> None:
    run("screen_false_litigation", AFTER + timedelta(days=1))
    assert asked(hub, "SELECT sign FROM false_litigation_flag") == [("H6",)]
    assert asked(hub, "SELECT facts -> 'flagged' FROM case_run WHERE machine = 'confirmation'") == [("true",)]


def test_old_refusals_go(hub: LiveHub, run: Callable[..., None]) -> None:
    assert len(asked(hub, "SELECT id FROM quarantine")) == 1
    run("retention", AFTER + timedelta(days=7))
    assert asked(hub, "SELECT id FROM quarantine") == []


def test_deadlines_are_watched(
    hub: LiveHub, run: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timedelta(days=10)
    monkeypatch.setenv("LIANTIAO_CLOCK_OFFSET", str(later.total_seconds()))
    run("watch_deadlines", AFTER + later)
    found = asked(
        hub, "SELECT rule, kind FROM deadline_finding WHERE cleared_at IS NULL AND phase = 'expired'"
    )
    assert ("REF_SIGN", "not-said") in found


def test_every_unit_gets_its_extract(hub: LiveHub, run: Callable[..., None]) -> None:
    run("share_data")
    assert asked(hub, "SELECT count(*) FROM share")[0][0] > 0


def test_mediators_are_assessed_once(hub: LiveHub, run: Callable[..., None]) -> None:
    today = DAY + timedelta(days=1)
    run("assess_mediators", AFTER, period=f"{today.year}Q{(today.month + 2) // 3}")
    assert asked(hub, "SELECT ref, revision, units FROM assessment") == [("M1", 1, [saying.COMMITTEE])]
    told = "SELECT addressee FROM message WHERE sender = 'hub' AND kind = 'assessment_result'"
    assert asked(hub, told) == [(saying.COMMITTEE,)]
    run("assess_mediators", AFTER)  # the quarter before: nobody stood in the register
    assert asked(hub, "SELECT count(*) FROM assessment") == [(1,)]


def test_a_report_is_made(hub: LiveHub, run: Callable[..., None]) -> None:
    run("conference_report", AFTER, tier="district", unit="", period=f"{DAY:%Y-%m}")
    forms = asked(hub, "SELECT DISTINCT form FROM conference_report_file ORDER BY 1")
    assert forms == [("html",), ("pdf",), ("xlsx",)]
