"""The proof of a day: what is planted is found and nothing else; signed, logged, the same twice."""

import json
from collections import Counter
from hashlib import sha256

import asyncpg
import httpx
import pytest

from hub.client.agent import Agent
from hub.client.events import Event
from hub.client.jose import PublicKey, split
from hub.client.receiving import Held
from hub.evidence import entries
from hub.exchange.completeness_shelf import TYP
from hub.nightly.completeness import prove
from hub.nightly.pages.evidence import look
from hub.store.reasons import opened
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub
from tests.nightly.proofs.conftest import Nights
from tests.support import sealer_of


async def refer(police: Agent) -> str:
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    return sent.message


async def take_all(committee: Agent, but: str | None = None) -> None:
    async def take(event: Event) -> None:
        if event.message == but:
            raise Held("不能读取")

    await committee.drain(take)


async def digest_of(sql: asyncpg.Connection) -> bytes:
    return await sql.fetchval(
        "SELECT digest FROM night_run WHERE job = 'prove_completeness' AND state = 'done'"
        " ORDER BY started_at DESC, id DESC LIMIT 1"
    )


def missing(report: dict) -> Counter[tuple[str, str]]:
    return Counter((e["kind"], e["message"]) for e in report["exceptions"])


async def test_what_is_planted_is_found_and_nothing_else(
    police: Agent, committee: Agent, admin: Admin, night: Nights, sql: asyncpg.Connection
):
    fine, lost, held = [await refer(police) for _ in range(3)]
    await take_all(committee, but=held)
    late = await refer(police)
    async with night() as tonight:
        summary = await prove(tonight)
        report = await admin.get("completeness", day=tonight.interval.day.isoformat())
    assert missing(report) == Counter({("held", held): 1, ("undelivered", late): 1})
    assert not report["holds"]
    assert report["silent"] == []

    await sql.execute("DELETE FROM delivery WHERE message = $1", lost)
    await take_all(committee)
    async with night() as tonight:
        summary = await prove(tonight)
        report = await admin.get("completeness")
    assert missing(report) == Counter({("held", held): 1, ("not-queued", lost): 1})
    (pair,) = [p for p in report["pairs"] if (p["from"], p["to"]) == (STATION, COMMITTEE)]
    assert [pair[s]["n"] for s in ("accepted", "queued", "delivered", "acknowledged")] == [4, 3, 3, 2]
    assert len({pair[s]["root"] for s in ("accepted", "queued", "delivered", "acknowledged")}) == 3
    assert pair["queued"]["root"] == pair["delivered"]["root"]
    assert summary["exceptions"] == 2
    assert report["version"] == 2
    assert fine not in {e["message"] for e in report["exceptions"]}


async def test_the_report_is_signed_and_in_the_log(
    hub: LiveHub, admin: Admin, night: Nights, sql: asyncpg.Connection
):
    async with night() as tonight:
        await prove(tonight)
    report = await admin.get("completeness", day=tonight.interval.day.isoformat())
    async with httpx.AsyncClient() as http:
        jwks = (await http.get(f"{hub.issuer}/.well-known/jwks.json")).json()["keys"]
    keys = {jwk["kid"]: PublicKey.from_jwk(jwk) for jwk in jwks}
    said = json.loads(split(report["report"], 10**7).verified(keys, TYP))
    assert said["counts"] == report["counts"]
    assert said["log"] == {"ok": True, "faults": []}
    assert said["run"]["log_size"] > 0
    digest = sha256(report["report"].encode()).hexdigest()
    assert report["digest"] == f"sha-256:{digest}"
    rows = await sql.fetch(
        "SELECT * FROM admin_action a JOIN event_leaf e ON e.message = a.id WHERE a.object LIKE $1",
        f"%{digest}",
    )
    assert len(rows) == 1
    row = rows[0]
    said = opened(sealer_of(hub.settings.data_dir), "admin_action", row)
    statement = entries.admin_statement(row["id"], row["action"], row["actor"], row["object"], said)
    assert entries.statement_digest(statement) == row["digest"]


async def test_a_second_run_changes_nothing(night: Nights, sql: asyncpg.Connection):
    async with night() as tonight:
        first = await prove(tonight)
        before, count = await digest_of(sql), "SELECT count(*) FROM completeness_report"
        reports = await sql.fetchval(count)
        actions = await sql.fetchval("SELECT count(*) FROM admin_action")
        assert await prove(tonight) == first
    assert await digest_of(sql) == before
    assert await sql.fetchval(count) == reports
    assert await sql.fetchval("SELECT count(*) FROM admin_action") == actions


async def test_a_silent_agency_is_found_and_no_other(police: Agent, admin: Admin, night: Nights):
    await refer(police)
    async with night() as tonight:
        await prove(tonight)
    assert (await admin.get("completeness"))["silent"] == []  # of today there were signs
    async with night(after=2) as tonight:
        await prove(tonight)
    report = await admin.get("completeness")
    (silent,) = report["silent"]
    assert (silent["system"], silent["expected"]) == ("justice-sys", "deliveries")
    (pair,) = report["pairs"]
    assert pair["accepted"]["n"] == 0
    assert pair["backlog"] == silent["waiting"] > 0


async def test_a_message_that_went_or_was_changed_is_found(
    police: Agent, committee: Agent, admin: Admin, night: Nights, sql: asyncpg.Connection
):
    gone, changed = await refer(police), await refer(police)
    await take_all(committee)
    await sql.execute("DELETE FROM message WHERE id = $1", gone)
    await sql.execute("UPDATE message SET digest = sha256('x') WHERE id = $1", changed)
    async with night() as tonight:
        await prove(tonight)
        found = missing(await admin.get("completeness", day=tonight.interval.day.isoformat()))
    assert found["message-lost", gone] == found["message-changed", changed] == 1


async def test_a_changed_entry_of_the_log_is_found(admin: Admin, night: Nights, sql: asyncpg.Connection):
    before = await sql.fetchrow("SELECT index, entry FROM log_leaf ORDER BY index LIMIT 1 OFFSET 3")
    change = "UPDATE log_leaf SET entry = $2 WHERE index = $1"
    await sql.execute(change, before["index"], before["entry"].replace('"v":1', '"v":2'))
    try:
        async with night(after=3) as tonight:  # the newest: `look` shows that
            summary = await prove(tonight)
        assert summary["log_faults"] == 1
        checked = (await look(sql, tonight.hub.sealer)).checked
        assert checked is not None
        assert checked.faults == 1
        report = await admin.get("completeness", day=tonight.interval.day.isoformat())
        told = json.loads(split(report["report"], 10**7).payload)
        assert told["log"] == {"ok": False, "faults": [f"leaf log_leaf/{before['index']}"]}
    finally:
        await sql.execute(change, before["index"], before["entry"])


def test_the_command_line_shows_the_report(hub: LiveHub):
    shown = json.loads(hub.command("log", "report", "--json"))
    assert {"holds", "pairs", "exceptions", "report"} <= set(shown)
    assert shown["digest"] in hub.command("log", "report")


@pytest.mark.parametrize("value", [{"silence_hours": 0}, {"nothing": 1}, [], {"grace_minutes": True}])
def test_a_wrong_configuration_is_refused(hub: LiveHub, value: object, tmp_path):
    file = tmp_path / "config.json"
    file.write_text(json.dumps([{"name": "completeness", "valid_from": "2026-01-01", "value": value}]))
    with pytest.raises(AssertionError, match="/value"):
        hub.command("config", "import", str(file), "--reason", "试验")
