"""`liantiao airflow` beside a served hub: health, accounts, DAGs, the hub's pages in a real browser, the end.

One Airflow for all; the last test ends it.
"""

import asyncio
import json
import os
import signal
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from playwright.sync_api import Browser

from hub.cli.airflow import home, metadata
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.law.calendar import SHANGHAI, legal_day
from hub.nightly.completeness import prove
from hub.nightly.conference import Period, report
from hub.nightly.linkage import link
from hub.store.address import Address
from hub.store.reasons import opened
from hub.store.secrets import load
from tests.airflow.answering import insist, question_of, second_question, told
from tests.airflow.browsing import apart, ask, asked, chromium, page_of, seen
from tests.airflow.live import LiveAirflow, listening, start
from tests.http.saying import COMMITTEE, STATION, body, dispute, referral, say
from tests.live import LiveHub, free_port
from tests.nightly.lists import BUREAU, call, push, table
from tests.nightly.packages import opened_night
from tests.support import sealer_of

UNITS = (
    "code,name,agency,tier,division,parent,valid_from,valid_to,type\n"
    "3198,三号村人民调解委员会,justice,town,500199,5001990100,2010-01-01,,committee\n"
)


@pytest.fixture(scope="module")
def airflow(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveAirflow]:
    """Airflow beside the run's hub, all well; its first night finds a list with two calls the hub has not."""
    asyncio.run(_list(hub, tmp_path_factory.mktemp("lists")))
    running = start(hub, free_port(), tmp_path_factory.mktemp("airflow") / "told")
    try:
        running.wait("Ctrl-C")
        yield running
    finally:
        if running.process.poll() is None:
            running.stop()
        for left in running.mine():
            os.kill(left, signal.SIGKILL)


async def _list(hub: LiveHub, folder: Path) -> None:
    """Of the two days before: which of them the first night is for follows from the hour."""
    body = table([call(1), call(2)])
    async with Agent(hub.identity("police-sys")) as police:
        for days in (1, 2):
            day = legal_day(datetime.now(UTC)) - timedelta(days=days)
            await push(police, body, folder, day, rows=2, complete=False)


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
    "assess_mediators", "collect_snapshots", "conference_report", "link_disputes", "prove_completeness",
    "reconcile", "resolve_discrepancies", "retention", "screen_false_litigation", "share_data",
    "watch_deadlines",
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


PATHS = ("", "disputes", "discrepancies", "quarantine", "evidence", "links", "reports", "runs")


@pytest.mark.parametrize("path", [*PATHS, "runs?dag=retention"])
def test_no_page_is_shown_to_who_is_not_logged_in(airflow: LiveAirflow, path: str):
    assert httpx.get(f"{airflow.url}/hub/{path}", timeout=30).status_code == 401
    assert airflow.get(f"/hub/{path}", "viewer").status_code == 200


def test_the_days_of_a_run_are_told_to_who_may_see_and_of_runs_there_are(airflow: LiveAirflow):
    path = "/hub/discrepancies?dag=retention&run=never"
    assert httpx.get(f"{airflow.url}{path}", timeout=30).status_code == 401
    assert airflow.get(path, "viewer").status_code == 404


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
        ("discrepancies", "#days"),
        ("quarantine", f"tr[data-jti='{held}']"),
        ("evidence", "#size"),
        ("links", "#candidates"),
        ("links?state=proposed", "#candidates"),
        ("reports", "#reports"),
        ("runs", "#runs"),
    ):
        page.goto(f"{airflow.url}/hub/{path}")
        page.locator(landmark).wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        seen(page, path.replace("?state=", "-") or "overview")
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
    acted = ask(airflow.hub, "SELECT * FROM admin_action WHERE object = $1", str(item["id"]))
    assert (acted["actor"], acted["action"]) == ("airflow:admin", "quarantine-release")
    said = opened(sealer_of(airflow.hub.settings.data_dir), "admin_action", acted)
    assert said == "受理单位已补登记"
    page.context.close()


@pytest.fixture(scope="module")
def nights(hub: LiveHub) -> tuple[str, str]:
    """What the night found in doubt and what it reported: ids of a candidate and of a report."""
    return apart(_nights(hub))


async def _nights(hub: LiveHub) -> tuple[str, str]:
    sides = [
        {"ref": ref, "kind": "person", "role": f"side_{side}", "name": name}
        for ref, side, name in (("p1", "a", "冉测甲"), ("p2", "b", "冉测乙"))
    ]

    def told(days: int, **members: object) -> dict[str, object]:
        day = (legal_day(datetime.now(UTC)) - timedelta(days=days)).isoformat()
        place = {"text": "钟楼路9号", "division": "500199"}
        happened = {"value": day, "precision": "day"}
        return dispute(place=place, happened=happened, dispute_type="4", **members)

    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        one = await say(police, STATION, "dispute", told(20, parties=sides))
        two = await say(justice, COMMITTEE, "dispute", told(0, parties=sides[:1], origin="application"))
    async with opened_night(hub) as night:
        await link(night)
        await prove(night)
        made = await report(night, "district", "5001990000", Period.parse(f"{night.interval.day:%Y-%m}"))
        async with night.hub.database.connection() as conn:
            found = await conn.fetchval(
                "SELECT id FROM link_candidate WHERE dispute = $1 AND other = $2",
                UUID(one.dispute),
                UUID(two.dispute),
            )
    return str(found), made


def test_two_disputes_are_linked_by_what_the_waterfall_says(
    airflow: LiveAirflow, browser: Browser, nights: tuple[str, str]
):
    item, _ = nights
    page = page_of(browser, airflow, "admin")
    page.goto(f"{airflow.url}/hub/links/{item}")
    page.locator("svg desc").wait_for(state="attached")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert "冉测" not in page.content()
    seen(page, "link")
    page.goto(f"{airflow.url}/plugin/liantiao")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="关联").click()
    row = frame.locator(f"tr[data-candidate='{item}']")
    row.wait_for()
    seen(page, "links-waiting")
    row.get_by_role("link").click()
    frame.locator("#reasons").wait_for()
    frame.get_by_role("link", name="English").click()
    frame.get_by_text("names of the parties", exact=True).wait_for()
    seen(page, "link-english")
    frame.get_by_role("button", name="Link", exact=True).click()
    assert ask(airflow.hub, "SELECT state FROM link_candidate WHERE id = $1", item)["state"] == "waiting"
    for button, said, state in (("Link", "Linked;", "linked"), ("Undo", "Undone;", "undone")):
        frame.locator("input[name=reason]").fill("电话核实")
        frame.get_by_role("button", name=button, exact=True).click()
        frame.locator("#said", has_text=said).wait_for()
        row = ask(airflow.hub, "SELECT state, decided_by FROM link_candidate WHERE id = $1", item)
        assert tuple(row) == (state, "airflow:admin")
    seen(page, "link-undone")
    page.context.close()
    path, form = f"/hub/links/{item}", {"decision": "undo", "reason": "试验"}
    assert airflow.post(path, "viewer", data=form).status_code == 403
    assert airflow.post(path, "admin", origin="https://elsewhere.example", data=form).status_code == 403
    assert airflow.post(path, "admin", data={**form, "decision": "burn"}).status_code == 403
    assert airflow.post(path, "admin", data=form).status_code == 409
    assert "<form" not in airflow.get(path, "viewer").text


def test_a_report_is_fetched_out_of_the_frame(
    airflow: LiveAirflow, browser: Browser, nights: tuple[str, str]
):
    _, made = nights
    page = page_of(browser, airflow, "viewer")
    page.goto(f"{airflow.url}/plugin/liantiao")
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="报告").click()
    row = frame.locator(f"tr[data-report='{made}']")
    row.wait_for()
    seen(page, "reports-in-navigation")
    for form in ("XLSX", "HTML"):
        with page.expect_download() as fetched:
            row.get_by_role("link", name=form).click()
        digest = f"sha-256:{sha256(fetched.value.path().read_bytes()).hexdigest()}"
        query = "SELECT digest FROM conference_report_file WHERE report = $1 AND form = $2"
        assert ask(airflow.hub, query, made, form.lower())["digest"] == digest
        assert fetched.value.suggested_filename.startswith("district-5001990000-")
    frame.locator("#days a").first.click()
    frame.locator("#pairs").wait_for()
    seen(page, "proof")
    page.go_back()
    row.get_by_role("link", name="图表").click()
    frame.locator("figure svg").first.wait_for()
    seen(page, "report-in-frame")
    page.context.close()
    for path in (f"reports/{made}.xlsx", f"reports/days/{legal_day(datetime.now(UTC))}.jws"):
        assert httpx.get(f"{airflow.url}/hub/{path}", timeout=30).status_code == 401
        assert airflow.get(f"/hub/{path}", "viewer").headers["content-disposition"].startswith("attachment")


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


def test_a_batch_is_answered_by_two_persons(airflow: LiveAirflow, browser: Browser):
    asked = question_of(airflow, "calls")
    first, other = page_of(browser, airflow, "admin"), page_of(browser, airflow, "second")

    def chosen() -> None:
        first.goto(f"{airflow.url}{asked.path('batch.ask')}")
        first.locator("[name=element_reason]").fill("已与派出所核对原件")
        seen(first, "question")
        first.get_by_test_id("hitl-option-以部门为准 agency right").click()

    headline = insist(airflow, asked, "batch.ask", chosen, lambda: second_question(airflow, asked))
    assert "是否同意“以部门为准 agency right”" in headline
    other.goto(f"{airflow.url}{asked.path('batch.second')}")
    other.get_by_test_id("hitl-option-同意 agree").wait_for()
    seen(other, "question-second")
    first.goto(f"{airflow.url}{asked.tab('liantiao-discrepancies')}")
    row = first.frame_locator("iframe").locator(f"tr[data-batch='{asked.batch}']")
    row.wait_for()
    assert row.get_attribute("data-state") == "second"
    assert "已与派出所核对原件" in row.inner_text()
    row.scroll_into_view_if_needed()
    seen(first, "discrepancies-second-needed")

    def agreed() -> None:
        other.goto(f"{airflow.url}{asked.path('batch.second')}")
        other.get_by_test_id("hitl-option-同意 agree").click()

    decided = insist(airflow, asked, "batch.second", agreed, lambda: told(airflow.hub, asked.batch))
    sealer = sealer_of(airflow.hub.settings.data_dir)
    assert opened(sealer, "finding_decision", decided) == "已与派出所核对原件"
    assert [decided[name] for name in ("choice", "actor", "approver", "findings")] == [
        "agency_right",
        "airflow:admin",
        "airflow:second",
        2,
    ]
    first.goto(f"{airflow.url}{asked.tab('liantiao-discrepancies')}")
    row.wait_for()
    assert row.get_attribute("data-state") == "answered"
    row.scroll_into_view_if_needed()
    seen(first, "discrepancies-answered")
    first.goto(f"{airflow.url}/hub/discrepancies?lang=en")
    first.get_by_role("heading", name="Row by row").wait_for()
    assert first.evaluate("document.documentElement.scrollWidth") <= 1280
    seen(first, "discrepancies-english")
    first.goto(f"{airflow.url}/hub/evidence")
    for action in ("discrepancy-propose", "discrepancy-decide"):
        said = first.locator("#actions tr", has_text=action).filter(has_text=asked.batch)
        assert "airflow:admin" in said.inner_text()
    seen(first, "evidence-of-the-decision")
    for page in (first, other):
        page.context.close()


def test_the_decision_is_in_the_log_and_told_to_the_unit(airflow: LiveAirflow):
    batch = question_of(airflow, "calls").batch
    acted = "SELECT id FROM admin_action WHERE action = 'discrepancy-decide' AND object LIKE $1"
    action = ask(airflow.hub, acted, f"{batch} agency_right 2 airflow:second")["id"]
    assert ask(airflow.hub, "SELECT true FROM event_leaf WHERE message = $1", action)
    decided = told(airflow.hub, batch)
    assert decided is not None
    (message,) = json.loads(decided["told"]).values()
    sent = ask(airflow.hub, "SELECT sender, kind, addressee FROM message WHERE id = $1", UUID(message))
    assert tuple(sent) == ("hub", "task", BUREAU)
    assert (
        ask(airflow.hub, "SELECT count(*) FROM finding WHERE state = 'decided' AND batch = $1", batch)[0] == 2
    )


BACKFILL = "/api/v2/backfills"
_PROVED = """
SELECT array_agg((starts AT TIME ZONE 'Asia/Shanghai')::date ORDER BY starts) AS days FROM night_run
 WHERE job = 'prove_completeness' AND state = 'done' AND starts < $1
"""


def test_nights_that_were_missed_are_made_good_by_a_backfill(airflow: LiveAirflow):
    """Each run is for its own data interval, not for the day on which it runs."""
    missed = [legal_day(datetime.now(UTC)) - timedelta(days=n) for n in (8, 7)]
    first = datetime.combine(missed[0], clock(0), SHANGHAI)
    last = datetime.combine(missed[1], clock(23), SHANGHAI)
    asked = {"dag_id": "prove_completeness", "from_date": first.isoformat(), "to_date": last.isoformat()}
    assert airflow.post(BACKFILL, "viewer", json=asked).status_code == 403
    made = airflow.post(BACKFILL, "admin", json={**asked, "max_active_runs": 1})
    assert made.status_code == 200, made.text
    until = time.monotonic() + 240
    while airflow.get(f"{BACKFILL}/{made.json()['id']}").json()["completed_at"] is None:
        assert time.monotonic() < until, airflow.said()
        time.sleep(0.5)
    runs = airflow.get("/api/v2/dags/prove_completeness/dagRuns?run_type=backfill").json()["dag_runs"]
    assert [run["state"] for run in runs] == ["success"] * 2
    assert ask(airflow.hub, _PROVED, last)["days"] == missed


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
