"""A job as Airflow runs it, through the tools the DAG files use, on a real hub database."""

import asyncio
import json
import stat
import subprocess
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.cli.prepare import prepare
from hub.exchange import discrepancies
from hub.law.calendar import SHANGHAI
from hub.nightly import airflow_answers as answers
from hub.nightly import airflow_tools as tools
from hub.nightly.night import Interval, revision
from hub.settings import Settings

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.filterwarnings(
    "ignore:GitWildMatchPattern:DeprecationWarning"
)  # in Airflow's own code


@pytest.fixture
def hub_of(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A prepared hub, as the variables of a task name it."""
    asyncio.run(prepare(settings))
    monkeypatch.setenv("LIANTIAO_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("LIANTIAO_DATABASE_URL", settings.database_url or "")
    return settings


async def runs(settings: Settings) -> list[asyncpg.Record]:
    conn = await asyncpg.connect(settings.database_url)
    try:
        found: list[asyncpg.Record] = await conn.fetch("SELECT * FROM night_run ORDER BY started_at")
        return found
    finally:
        await conn.close()


def test_a_day_is_run_and_run_again_with_the_same_digest(hub_of: Settings, trial: Any) -> None:
    day = datetime(2026, 11, 24, 0, 30, tzinfo=SHANGHAI)
    for _ in range(2):
        ran = trial.dags["trial_well"].test(logical_date=day)
        assert str(ran.state) == "success"
    first, second = asyncio.run(runs(hub_of))
    assert first["starts"] == datetime(2026, 11, 23, tzinfo=SHANGHAI)
    assert first["ends"] == datetime(2026, 11, 24, tzinfo=SHANGHAI)
    assert (first["state"], first["part"], first["revision"]) == ("done", "well", revision())
    assert first["digest"] == second["digest"]


def test_a_run_is_stamped_with_what_git_says_and_runs_without_git(monkeypatch: pytest.MonkeyPatch) -> None:
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert revision() == (said.stdout.strip() or "unknown")
    monkeypatch.setenv("PATH", "")
    assert revision.__wrapped__() == "unknown"


def test_a_failure_is_told_without_its_text(
    hub_of: Settings, trial: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, program = tmp_path / "heard", tmp_path / "tell"
    program.write_text(f"#!/bin/sh\ncat >> {heard}\n")
    program.chmod(stat.S_IRWXU)
    monkeypatch.setenv("LIANTIAO_NOTIFY", str(program))
    ran = trial.dags["trial_broken"].test(logical_date=datetime(2026, 11, 24, 0, 30, tzinfo=SHANGHAI))
    assert str(ran.state) == "failed"
    (row,) = asyncio.run(runs(hub_of))
    assert (row["state"], row["digest"]) == ("failed", None)
    told = json.loads(heard.read_text())
    assert (told["dag"], told["task"], told["error"]) == ("trial_broken", "work", "LookupError")
    assert "secret" not in heard.read_text()


NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        ("2026-11-24T16:30Z", "2026-11-25T16:30Z", ("2026-11-24T16:00Z", "2026-11-25T16:00Z")),
        ("2026-11-15T19:30Z", "2026-11-22T19:30Z", ("2026-11-15T16:00Z", "2026-11-22T16:00Z")),
        ("2026-09-30T20:00Z", "2026-10-31T20:00Z", ("2026-09-30T16:00Z", "2026-10-31T16:00Z")),
        ("2026-11-25T15:00Z", "2026-11-25T16:00Z", ("2026-11-25T15:00Z", "2026-11-25T16:00Z")),
        (None, None, ("2026-11-24T16:00Z", "2026-11-25T16:00Z")),
        ("2026-11-25T15:00Z", "2026-11-25T15:00Z", ("2026-11-24T16:00Z", "2026-11-25T16:00Z")),
    ],
)
def test_intervals_are_whole_legal_days(
    starts: str | None, ends: str | None, expected: tuple[str, str]
) -> None:
    given = [datetime.fromisoformat(t) if t else None for t in (starts, ends)]
    found = tools.whole_days(given[0], given[1], NOW)
    assert (found.starts, found.ends) == tuple(map(datetime.fromisoformat, expected))


def test_an_interval_goes_through_an_event_and_back() -> None:
    found = Interval.of_day(datetime(2026, 11, 24).date())  # noqa: DTZ001  a day
    assert tools.interval_of(tools.span_of(found)) == found
    with pytest.raises(ValueError, match="zone"):
        tools.interval_of({"starts": "2026-11-24T00:00:00", "ends": "2026-11-25T00:00:00"})


def test_a_cell_for_each_interval_and_group() -> None:
    days = [Interval.of_day(datetime(2026, 11, d).date()) for d in (23, 24)]  # noqa: DTZ001  days
    groups = [{"agency": "a", "group": "1"}, {"agency": "a", "group": "2"}, {"agency": "b", "group": "1"}]
    made = tools.cells(days, groups)
    assert len(made) == 6
    assert len({tuple(sorted(cell.items())) for cell in made}) == 6


def said(choice: str, who: str = "admin", **form: object) -> dict[str, Any]:
    return {
        "chosen_options": [choice],
        "params_input": {"reason": "已核对原件", **form},
        "responded_by_user": {"id": who, "name": who},
    }


RIGHT, ASK = "以部门为准 agency right", "请部门核实 ask agency"
AGREED = said(answers.AGREE, "second")


def test_answers_become_decisions() -> None:
    assert answers.answer_of(said(ASK), None) == answers.Answer(
        "ask_agency", "已核对原件", "airflow:admin", None
    )
    seconded = answers.answer_of(said(RIGHT), AGREED)
    assert seconded == answers.Answer("agency_right", "已核对原件", "airflow:admin", "airflow:second")


@pytest.mark.parametrize("shown", answers.CHOICES)
def test_a_second_person_is_asked_exactly_where_the_hub_takes_two(shown: str) -> None:
    told, two = said(shown), answers.CHOICES[shown] in discrepancies.NEEDS_SECOND
    assert answers.first_of(told).takes_two is two
    with pytest.raises(answers.UnfitAnswer, match="second person") if two else nullcontext():
        assert answers.answer_of(told, None).approver is None


def test_the_form_offers_what_the_hub_takes() -> None:
    assert tuple(answers.CHOICES.values()) == discrepancies.CHOICES


@pytest.mark.parametrize(
    ("told", "agreed", "word"),
    [
        (said("something else"), None, "choice"),
        ({**said(RIGHT), "chosen_options": [RIGHT, ASK]}, None, "choice"),
        (said(ASK, reason=" "), None, "reason"),
        (said(ASK, reason="字" * 501), None, "reason"),
        (said(ASK, reason=7), None, "reason"),
        ({**said(ASK), "responded_by_user": None}, None, "logged in"),
        (said(RIGHT), None, "second person must agree"),
        (said(RIGHT), said(answers.OBJECT, "second"), "second person must agree"),
        (said(RIGHT), said(answers.AGREE, "admin"), "must be another"),
        (said(RIGHT), {**AGREED, "responded_by_user": None}, "logged in"),
    ],
)
def test_unfit_answers_decide_nothing(told: dict[str, Any], agreed: dict[str, Any] | None, word: str) -> None:
    with pytest.raises(answers.UnfitAnswer, match=word):
        answers.answer_of(told, agreed)


def test_a_question_shows_codes_and_counts() -> None:
    batch = {
        "kinds": {"stale_version": 12},
        "rows": ["x"],
        "dataset": "calls",
        "agency": "police",
        "id": "b-1",
    }
    asked = answers.question(batch)
    assert "police · calls · 版本过旧 stale version 12" in asked["subject"]
    assert "b-1" in asked["body"]
    assert "b-1" not in asked["subject"]
    assert "| rows |  |" in asked["body"]
    second = answers.seconding(batch, answers.first_of(said(RIGHT)))
    assert RIGHT in second
    assert "police · calls" in second
    assert "原件" not in second
