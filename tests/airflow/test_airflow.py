"""`liantiao airflow` beside a served hub: health, accounts, DAGs, the hub's pages in a real browser, the end.

One Airflow for all; the last test ends it.
"""

import os
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest
from playwright.sync_api import Browser

from hub.cli.airflow import home, metadata
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.store.address import Address
from hub.store.secrets import load
from tests.airflow.browsing import apart, ask, asked, chromium, page_of, seen
from tests.airflow.live import LiveAirflow, listening, start
from tests.http.saying import COMMITTEE, STATION, body, dispute, referral, say
from tests.live import LiveHub, free_port

UNITS = (
    "code,name,agency,tier,division,parent,valid_from,valid_to,type\n"
    "3198,三号村人民调解委员会,justice,town,500199,5001990100,2010-01-01,,committee\n"
)


@pytest.fixture(scope="module")
def airflow(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """Airflow beside the run's hub, all well."""
    running = start(hub, free_port(), tmp_path_factory.mktemp("airflow") / "told")
    try:
        running.wait("Ctrl-C")
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        for left in running.mine():
            os.kill(left, signal.SIGKILL)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="module")
def held(hub: LiveHub) -> str:
    """A dispute that went well, and a message that was refused until its addressee is registered: its jti."""
    return apart(_say(hub))


async def _say(hub: LiveHub) -> str:
    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        told = await say(police, STATION, "dispute", dispute())
        await say(police, STATION, "referral", referral(), dispute=told.dispute, to=COMMITTEE)
        await justice.messages(after=None, limit=10)
        refused = Envelope(STATION, "dispute", "police_handling", SHARED_FORM, to="3198")
        with pytest.raises(Problem):
            await police.send(police.sign(refused, body(dispute())))
    file = hub.settings.data_dir / "more-units.csv"
    file.write_text(UNITS)
    hub.command("unit", "import", str(file))
    return refused.jti


DAGS = {
    "collect_snapshots", "conference_report", "link_disputes", "prove_completeness", "reconcile",
    "resolve_discrepancies", "retention", "screen_false_litigation", "share_data", "watch_deadlines",
}  # fmt: skip


def test_all_components_are_well(airflow: LiveAirflow):
    told = httpx.get(f"{airflow.url}/api/v2/monitor/health", timeout=30).json()
    assert {name: told[name]["status"] for name in told} == dict.fromkeys(
        ("metadatabase", "scheduler", "triggerer", "dag_processor"), "healthy"
    )


def test_dags_are_there_and_not_paused(airflow: LiveAirflow):
    until, found = time.monotonic() + 120, []
    while {d["dag_id"] for d in found} != DAGS:
        assert time.monotonic() < until, found
        time.sleep(0.5)
        found = airflow.get("/api/v2/dags").json()["dags"]
    assert [d["dag_id"] for d in found if d["is_paused"] or d["has_import_errors"]] == []
    assert airflow.get("/api/v2/importErrors").json()["total_entries"] == 0


def test_passwords_are_shown_once_and_kept_from_others(airflow: LiveAirflow):
    assert set(airflow.accounts) == {"admin", "second", "viewer"}
    for password in airflow.accounts.values():
        assert airflow.told.read_text().count(password) == 1
    for file in (airflow.home, *airflow.home.glob("*")):
        if not file.is_dir() or file == airflow.home:
            assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_a_viewer_looks_and_triggers_nothing(airflow: LiveAirflow):
    assert airflow.get("/api/v2/dags", "viewer").status_code == 200
    run = {"logical_date": None}
    answer = airflow.post("/api/v2/dags/retention/dagRuns", "viewer", json=run)
    assert answer.status_code == 403


def test_nothing_listens_beyond_loopback(airflow: LiveAirflow):
    found = listening(airflow)
    assert found
    assert {address for address in found if not address.startswith("0100007F:")} == set()


def test_airflow_sees_nothing_of_the_hubs_tables(airflow: LiveAirflow):
    settings = airflow.hub.settings
    kept = home.prepare(settings.data_dir, airflow.port)
    address = Address(settings.database_url or "", load(settings.data_dir))
    url = metadata.metadata_url(address, kept.secrets["database"]).replace("+psycopg2", "")
    own = "SELECT tableowner FROM pg_tables WHERE tablename = 'dag'"
    assert apart(asked(url, own))[0] == metadata.ROLE
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        apart(asked(url.replace("/airflow?", f"{urlsplit(address.dsn).path}?"), "SELECT 1 FROM dispute"))


PATHS = ("", "disputes", "quarantine", "evidence", "runs")


@pytest.mark.parametrize("path", [*PATHS, "runs?dag=retention"])
def test_no_page_is_shown_to_who_is_not_logged_in(airflow: LiveAirflow, path: str):
    assert httpx.get(f"{airflow.url}/hub/{path}", timeout=30).status_code == 401
    assert airflow.get(f"/hub/{path}", "viewer").status_code == 200


def test_pages_bring_nothing_from_elsewhere(airflow: LiveAirflow):
    for path in PATHS:
        answer = airflow.get(f"/hub/{path}")
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "://" not in answer.text.replace("http://www.w3.org/2000/svg", "").replace(
            airflow.hub.issuer, ""
        )


@pytest.mark.usefixtures("held")
def test_the_overview_lives_in_the_navigation(airflow: LiveAirflow, browser: Browser):
    page = page_of(browser, airflow, "viewer")
    page.goto(f"{airflow.url}/plugin/liantiao")
    frame = page.frame_locator("iframe")
    frame.locator("#today").wait_for()
    waiting = ask(airflow.hub, "SELECT count(*) FROM delivery WHERE state = 'queued'")[0]
    assert frame.locator("#waiting").inner_text() == str(waiting)
    assert frame.locator("svg").count() >= 3
    seen(page, "overview-in-navigation")
    frame.get_by_role("link", name="English").click()
    frame.get_by_role("heading", name="Queues").wait_for()
    seen(page, "overview-english")
    page.context.close()


def test_each_page_is_seen(airflow: LiveAirflow, browser: Browser, held: str):
    page = page_of(browser, airflow, "admin")
    for path, landmark in (
        ("", "#queues"),
        ("disputes", "#recent"),
        ("quarantine", f"tr[data-jti='{held}']"),
        ("evidence", "#size"),
        ("runs", "#runs"),
    ):
        page.goto(f"{airflow.url}/hub/{path}")
        page.locator(landmark).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        seen(page, path or "overview")
    page.goto(f"{airflow.url}/hub/disputes")
    page.locator("#recent a").first.click()
    page.locator("#messages").wait_for()
    assert page.locator("svg polygon, svg rect").count() > 2
    assert "郑测一" not in page.content()
    seen(page, "dispute")
    page.context.close()


def test_a_refused_message_is_released_with_a_reason(airflow: LiveAirflow, browser: Browser, held: str):
    page = page_of(browser, airflow, "admin")
    page.goto(f"{airflow.url}/hub/quarantine")
    row = page.locator(f"tr[data-jti='{held}']")
    row.get_by_role("button", name="放行").click()
    assert ask(airflow.hub, "SELECT state FROM quarantine WHERE jti = $1", held)["state"] == "held"
    row.locator("input[name=reason]").fill("受理单位已补登记")
    row.get_by_role("button", name="放行").click()
    page.locator("#said").wait_for()
    assert page.locator("#said").inner_text() == "已放行。"
    seen(page, "released")
    item = ask(airflow.hub, "SELECT id, state, message FROM quarantine WHERE jti = $1", held)
    assert item["state"] == "released"
    told = ask(airflow.hub, "SELECT sender, addressee FROM message WHERE id = $1", item["message"])
    assert (told["sender"], told["addressee"]) == (STATION, "3198")
    acted = ask(
        airflow.hub, "SELECT actor, action, reason FROM admin_action WHERE object = $1", str(item["id"])
    )
    assert tuple(acted) == ("airflow:admin", "quarantine-release", "受理单位已补登记")
    page.context.close()


def test_decisions_take_an_administrator_a_reason_and_our_own_form(airflow: LiveAirflow):
    path, said = f"/hub/quarantine/{uuid4()}", {"decision": "release", "reason": "试验"}
    assert airflow.post(path, "viewer", data=said).status_code == 403
    assert airflow.post(path, "admin", origin="https://elsewhere.example", data=said).status_code == 403
    assert airflow.post(path, "admin", data={**said, "decision": "burn"}).status_code == 403
    assert airflow.post(path, "admin", data={**said, "reason": " "}).status_code == 422
    assert airflow.post(path, "admin", data=said).status_code == 404
    assert 'name="decision"' not in airflow.get("/hub/quarantine", "viewer").text


def test_a_run_has_a_tab_with_its_night_runs(airflow: LiveAirflow, browser: Browser):
    run = airflow.get("/api/v2/dags/watch_deadlines/dagRuns").json()["dag_runs"][0]["dag_run_id"]
    page = page_of(browser, airflow, "viewer")
    page.goto(f"{airflow.url}/dags/watch_deadlines/runs/{run}/plugin/liantiao-runs")
    page.frame_locator("iframe").locator("#runs").wait_for()
    seen(page, "run-tab")
    page.context.close()


def test_the_end_leaves_no_process_and_the_next_start_reuses_all(airflow: LiveAirflow, tmp_path: Path):
    second = start(airflow.hub, free_port(), tmp_path / "second")
    assert second.process.wait(60) == 1
    assert "another Airflow uses it" in (tmp_path / "second").read_text()

    before = airflow.accounts
    assert airflow.mine()
    assert airflow.stop() == 0
    assert airflow.mine() == []
    assert airflow.accounts == before
    assert airflow.hub.process is not None
    assert airflow.hub.process.poll() is None
