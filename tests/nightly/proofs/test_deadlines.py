"""The hourly look at deadlines: what was not said, was lost, did not arrive, or was met with silence."""

from typing import Any

import asyncpg

from hub.client.agent import Agent
from hub.client.receiving import POLL
from hub.exchange.timers import Timers
from hub.nightly.deadlines import watch
from hub.nightly.night import Night
from schemas.validate import faults
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.nightly.proofs.conftest import Nights

BUREAU = "500199000000"
OPEN = "SELECT rule, phase, kind, unit FROM deadline_finding WHERE cleared_at IS NULL AND dispute = $1::uuid"


async def registered(police: Agent) -> str:
    opened = await say(police, STATION, "dispute", dispute())
    assert opened.dispute is not None
    return opened.dispute


async def open_findings(sql: asyncpg.Connection, home: str) -> set[tuple[str, ...]]:
    return {tuple(row) for row in await sql.fetch(OPEN, home)}


async def speak(night: Night) -> None:
    """Let the hub's own clock say what is due then."""
    while await Timers(night.hub).turn():
        pass


async def test_what_was_not_said_is_found_until_it_is(police: Agent, night: Nights, sql: asyncpg.Connection):
    home = await registered(police)
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=home)
    assert sent.dispute == home
    async with night() as tonight:
        summary = await watch(tonight)
        assert await open_findings(sql, home) == set()
        assert "not-said" not in summary
    async with night(after=10) as later:
        first = await watch(later)
        found = await open_findings(sql, home)
        assert ("REF_SIGN", "expired", "not-said", "") in found
        assert {kind for _, _, kind, _ in found} <= {"not-said", "silent"}
        assert await watch(later) == {**first, "sums_told": 0}
        await speak(later)
        await watch(later)
    assert {kind for _, _, kind, _ in await open_findings(sql, home)} <= {"silent"}


async def test_a_lost_notice_is_found(police: Agent, night: Nights, sql: asyncpg.Connection):
    fine, home = await registered(police), await registered(police)
    async with night(after=40) as tonight:
        await speak(tonight)
        await watch(tonight)
        assert {kind for _, _, kind, _ in await open_findings(sql, home)} <= {"silent"}
        gone = await sql.execute(
            "DELETE FROM message WHERE kind = 'deadline_notice' AND dispute = $1::uuid", home
        )
        assert gone != "DELETE 0"
        await watch(tonight)
    assert ("DISPUTE_IDLE", "due", "lost", "") in await open_findings(sql, home)
    assert all(kind != "lost" for _, _, kind, _ in await open_findings(sql, fine))


async def test_a_notice_that_did_not_arrive_is_found_until_it_does(
    police: Agent, night: Nights, sql: asyncpg.Connection
):
    home = await registered(police)
    if await police.stream() is None:
        await police.create_stream(POLL)
    async with night(after=40) as tonight:
        await speak(tonight)
    wanted = ("DISPUTE_IDLE", "due", "undelivered", STATION)
    async with night(after=45) as tonight:
        await watch(tonight)
        assert wanted in await open_findings(sql, home)
        await police.drain(_pass)
        await watch(tonight)
    assert wanted not in await open_findings(sql, home)


async def test_silence_is_a_finding_and_superiors_hear_sums_once(
    police: Agent, night: Nights, sql: asyncpg.Connection
):
    home = await registered(police)
    told = "SELECT count(*) FROM message WHERE kind = 'conference_notice'"
    async with night(after=60) as tonight:
        await speak(tonight)
        summary = await watch(tonight)
        assert ("DISPUTE_IDLE", "overdue", "silent", STATION) in await open_findings(sql, home)
        assert summary["sums_told"] >= 1
        before = await sql.fetchval(told)
        assert (await watch(tonight))["sums_told"] == 0
        assert await sql.fetchval(told) == before
    row = await sql.fetchrow(
        "SELECT message, sums FROM deadline_sum WHERE superior = $1 ORDER BY period DESC LIMIT 1", BUREAU
    )
    said: dict[str, Any] = await police.message(str(row["message"]))
    assert said["kind"] == "conference_notice"
    assert said["document"]["remarks"].startswith("期限汇总")
    assert "dispute DISPUTE_IDLE" in " ".join(line["title"] for line in said["document"]["agenda"])
    assert faults("conference_notice", said["document"]) == ()


async def _pass(_event: object) -> None:
    """Taken."""
