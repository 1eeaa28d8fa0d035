"""`init --refresh`: a hub whose calendar ended in 2025 gets that of 2026, and tells whose days moved."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.events import Event
from hub.client.receiving import POLL
from hub.sandbox.clock import MovedClock, offset_to
from hub.settings import Settings
from tests.http.saying import COMMITTEE, STATION, agreement, dispute, document, referral, say
from tests.live import DATA, SYSTEMS, LiveHub, free_port

OFFSET = offset_to(date(2026, 9, 1), time(10), datetime.now(UTC))
DAYS = "SELECT rule, due_on, provisional, counted IS NULL AS certain FROM deadline WHERE state = 'running'"
ACTIONS = """
SELECT a.object FROM admin_action a JOIN event_leaf l ON l.message = a.id WHERE a.action = 'deadline-recount'
"""


@dataclass
class EarlyHub(LiveHub):
    """A hub on 1 September 2026; `early`: with a calendar package that ends in 2025."""

    early: bool = True

    @property
    def environment(self) -> dict[str, str]:
        more = {"LIANTIAO_CLOCK_OFFSET": str(OFFSET), "COLUMNS": "200"}
        if self.early:
            more["PYTHONPATH"] = str(Path(__file__).parents[1] / "early_calendar")
        return {**super().environment, **more}

    def agent(self, system: str) -> Agent:
        return Agent(self.identity(system), clock=MovedClock(OFFSET))

    def refresh(self, *options: str) -> dict[str, Any]:
        """`init --refresh` by a program whose calendar goes on to the end of 2026."""
        self.early = False
        told = json.loads(self.command("--json", "init", "--refresh", *options))
        self.early = True
        found: dict[str, Any] = told["refresh"]
        return found

    async def ask(self, query: str) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self.settings.database_url)
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()


@pytest.fixture
def hub(settings: Settings) -> Iterator[EarlyHub]:
    served = EarlyHub(settings, free_port())
    served.command("init")
    served.command("unit", "import", str(DATA / "units.csv"))
    for system, (agency, units) in SYSTEMS.items():
        served.register(system, agency, units)
    served.start()
    yield served
    served.stop()


@pytest.fixture
async def police(hub: EarlyHub) -> AsyncIterator[Agent]:
    async with hub.agent("police-sys") as agent:
        yield agent


@pytest.fixture
async def justice(hub: EarlyHub) -> AsyncIterator[Agent]:
    async with hub.agent("justice-sys") as agent:
        yield agent


def on(told: dict[str, Any], hour: int) -> dict[str, Any]:
    return {**told, "business_time": f"2026-09-01T{hour:02}:00:00+08:00"}


async def agree(police: Agent, justice: Agent) -> str:
    """A dispute with an agreement of 1 September, to be performed by 3 October, a Saturday."""
    opened = await say(police, STATION, "dispute", on(dispute(reported_at="2026-09-01T08:00:00+08:00"), 8))
    sent = await say(police, STATION, "referral", on(referral(), 9), to=COMMITTEE, dispute=opened.dispute)
    item = {**agreement()["items"][0], "due": {"value": "2026-10-03", "precision": "day"}}
    made = agreement(effective_on="2026-09-01", items=[item])
    steps = (
        ("referral_answer", document(answer="signed", signed_at="2026-09-01T09:00:00+08:00")),
        ("referral_answer", document(answer="accepted", mediators=["M1"])),
        ("mediation_progress", document(event="started", at="2026-09-01T09:00:00+08:00")),
        ("mediation_result", document(outcome="agreed_written", ended_on="2026-09-01", agreements=[made])),
    )
    for kind, told in steps:
        await say(justice, COMMITTEE, kind, on(told, 9), re=sent.message)
    assert opened.dispute is not None
    return opened.dispute


async def heard(agent: Agent) -> list[Event]:
    events: list[Event] = []

    async def take(event: Event) -> None:
        events.append(event)

    if await agent.stream() is None:
        await agent.create_stream(POLL)
    await agent.drain(take)
    return [e for e in events if e.kind == "deadline_notice"]


async def days(hub: EarlyHub) -> dict[str, tuple[str, bool]]:
    return {
        r["rule"]: (r["due_on"].isoformat(), r["provisional"]) for r in await hub.ask(DAYS) if r["due_on"]
    }


async def test_days_move_and_the_units_of_the_case_hear_of_it(hub: EarlyHub, police: Agent, justice: Agent):
    home = await agree(police, justice)
    assert await heard(police) == await heard(justice) == []
    before = await days(hub)
    assert before["JC_APPLY"] == ("2026-10-01", True)  # a Thursday, by its weekday a working day
    assert before["PERF_ITEM"] == ("2026-10-05", True)

    tried = hub.refresh("--dry-run")
    assert tried["dry_run"]
    assert tried["told"] == 0
    assert await days(hub) == before

    done = hub.refresh("--reason", "历书 2026 已公布")
    assert done["moved"] == tried["moved"]
    moved = {m["rule"]: (m["before"], m["after"], m["provisional"]) for m in done["moved"]}
    assert moved["JC_APPLY"] == ("2026-10-01", "2026-10-08", False)
    assert moved["PERF_ITEM"] == ("2026-10-05", "2026-10-08", True)  # moved off a rest day: 民法典 203
    assert done["uncounted"] == 0
    assert done["told"] == len(done["moved"])
    after = await days(hub)
    assert after["JC_APPLY"] == ("2026-10-08", False)
    assert {rule for rule in before if before[rule][0] != after[rule][0]} == set(moved)
    assert [r["certain"] for r in await hub.ask(DAYS) if r["rule"] == "JC_APPLY"] == [True]

    for agent in (police, justice):
        said = {e.said["document"]["rule"]: e.said["document"] for e in await heard(agent)}
        assert set(said) == set(moved)
        notice = said["JC_APPLY"]
        assert notice["phase"] == "recounted"
        assert notice["due"].startswith("2026-10-09T00:00:00")
        assert notice["provisional"] is False
        assert "原2026-10-01,现2026-10-08" in notice["action_needed"]
    told = await justice.dispute(home)
    assert {d["rule"]: d["due"] for d in told["deadlines"] if d["state"] == "running"}[
        "JC_APPLY"
    ] == "2026-10-08"

    ((what,),) = await hub.ask(ACTIONS)
    assert what.split()[0] == home
    hub.command("log", "verify")

    again = hub.refresh()
    assert (again["moved"], again["told"]) == ([], 0)
    assert len(await hub.ask(ACTIONS)) == 1


def test_a_dry_run_is_one_of_a_refresh(settings: Settings):
    own = LiveHub(settings, free_port())
    with pytest.raises(AssertionError, match="--refresh"):
        own.command("init", "--dry-run")
