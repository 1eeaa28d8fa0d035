"""What the pages say, against counts of our own over the same tables."""

import asyncio
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.errors import Refused
from hub.exchange.hub import open_hub
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, open_night
from hub.nightly.pages import (
    dispute,
    doubtful,
    draw,
    draw_flows,
    draw_lanes,
    draw_quiet,
    evidence,
    overview,
    render,
    runs,
)
from hub.store import reasons
from hub.store.database import set_codecs
from tests.http import saying
from tests.live import LiveHub
from tests.support import sealer_of


@pytest.fixture(scope="module")
def told(hub: LiveHub) -> dict[str, str]:
    """Two disputes with a referral each, one of them acknowledged, and a refused message."""
    return asyncio.run(_tell(hub))


async def _tell(hub: LiveHub) -> dict[str, str]:
    async with Agent(hub.identity("police-sys")) as police:
        for _ in range(2):
            told = await saying.say(police, saying.STATION, "dispute", saying.dispute())
            to = {"dispute": told.dispute, "to": saying.COMMITTEE}
            await saying.say(police, saying.STATION, "referral", saying.referral(), **to)
        before = {"business_time": (datetime.now(UTC) - timedelta(days=90)).isoformat(timespec="seconds")}
        old = await saying.say(police, saying.STATION, "dispute", saying.dispute(**before))
        to = {"dispute": old.dispute, "to": saying.COMMITTEE}
        await saying.say(police, saying.STATION, "referral", saying.referral(**before), **to)
        refused = Envelope(saying.STATION, "dispute", "police_handling", SHARED_FORM)
        with pytest.raises(Problem):
            await police.send(police.sign(refused, saying.body(saying.dispute(dispute_type="x"))))
    return {"dispute": str(told.dispute), "old": str(old.dispute), "jti": refused.jti}


@pytest.fixture
async def conn(hub: LiveHub, told: dict[str, str]):  # noqa: ARG001  once something is there
    opened = await asyncpg.connect(hub.settings.database_url)
    await set_codecs(opened)
    yield opened
    await opened.close()


def words(lang: render.Language = "zh") -> render.Words:
    return render.Words(lang, lambda code, _: f"<{code}>")


async def test_the_overview_counts_what_is_there(conn: asyncpg.Connection):
    now = datetime.now(UTC)
    found = await overview.look(conn, now)
    units = {r["code"]: r["agency"] for r in await conn.fetch("SELECT code, agency FROM unit")}
    messages = await conn.fetch("SELECT id, sender, received_at FROM message")
    senders = {r["id"]: r["sender"] for r in messages}
    deliveries = await conn.fetch("SELECT * FROM delivery WHERE state <> 'superseded'")
    flows = Counter(
        (units[senders[d["message"]]], units[d["unit"]])
        for d in deliveries
        if d["sender"] and senders[d["message"]] in units and legal_day(d["created_at"]) == found.busy
    )
    assert dict(flows) == dict(found.flows)
    assert found.flows["police", "justice"] >= 2
    assert found.busy == found.day == legal_day(now)
    over_time = Counter(
        (legal_day(d["created_at"]), units[senders[d["message"]]], units[d["unit"]])
        for d in deliveries
        if d["sender"] and senders[d["message"]] in units
    )
    assert dict(over_time) == dict(found.over_time)
    days = Counter(
        (legal_day(m["received_at"]), units[m["sender"]]) for m in messages if m["sender"] in units
    )
    assert dict(days) == dict(found.days)
    queued = Counter(d["system"] for d in deliveries if d["state"] == "queued")
    assert {q.system: q.queued for q in found.queues if q.queued} == dict(queued)
    waiting = [d["created_at"] for d in deliveries if d["state"] == "queued"]
    assert found.oldest == min(waiting)
    refused = Counter(r["code"] for r in await conn.fetch("SELECT code FROM quarantine"))
    assert {code: n for code, n, _ in found.refusals} == dict(refused)


async def test_deadlines_are_counted_for_each_unit_that_is_told(conn: asyncpg.Connection):
    rows = await conn.fetch(
        "SELECT tell, due FROM deadline WHERE state = 'running' AND NOT historical AND due IS NOT NULL"
    )
    assert rows
    for now in (datetime.now(UTC), max(r["due"] for r in rows) + timedelta(seconds=1)):
        found = await overview.look(conn, now)
        late = Counter(unit for r in rows if r["due"] < now for unit in r["tell"])
        soon = Counter(unit for r in rows if now <= r["due"] < now + overview.SOON for unit in r["tell"])
        assert {d.unit: d.overdue for d in found.due if d.overdue} == dict(late)
        assert {d.unit: d.soon for d in found.due if d.soon} == dict(soon)
        assert found.overdue == sum(late.values())


async def test_what_was_recorded_long_afterwards_is_overdue_for_nobody(
    conn: asyncpg.Connection, told: dict[str, str]
):
    old, now = UUID(told["old"]), datetime.now(UTC)
    over = "SELECT count(*) FROM deadline WHERE dispute = $1 AND state = 'running' AND due < now()"
    assert await conn.fetchval(over, old)
    code = await conn.fetchval("SELECT code FROM dispute WHERE id = $1", old)
    (listed,) = [d for d in await dispute.recent(conn, now) if d.code == code]
    assert listed.overdue == 0
    found = await dispute.timeline(conn, code)
    assert all(c.historical for c in found.clocks if c.due is not None and c.due < now)
    picture, units = render.dispute_picture(found, words()), render.units_of(found, words())
    more = {"it": found, "now": now, "units": units, "picture": picture}
    html = render.page("dispute", words(), "/hub", here="disputes", keep="", **more)
    assert "逾期" not in html
    assert "补录" in html


async def test_a_system_is_silent_when_something_waits_and_by_the_measure_of_the_district(
    conn: asyncpg.Connection,
):
    last = await conn.fetchval("SELECT greatest(max(received_at), max(done_at)) FROM delivery")
    last = max(filter(None, (last, await conn.fetchval("SELECT max(received_at) FROM message"))))
    late = last + timedelta(hours=24, seconds=1)
    waits = await conn.fetch("SELECT DISTINCT system FROM delivery WHERE state IN ('queued', 'held')")
    assert "justice-sys" in {row["system"] for row in waits}
    assert await _silent(conn, last) == (set(), "24 h")
    found, _ = await _silent(conn, late)
    assert "justice-sys" in found <= {row["system"] for row in waits}
    assert "court-sys" not in found, "nothing was expected of it"
    change = conn.transaction(isolation="repeatable_read")
    await change.start()
    try:
        values = ("completeness", date(2020, 1, 1), {"silence_hours": 60}, last)
        await conn.execute(
            "INSERT INTO config (name, valid_from, value, imported_at) VALUES ($1, $2, $3, $4)", *values
        )
        assert await _silent(conn, late) == (set(), "60 h")
    finally:
        await change.rollback()


async def _silent(conn: asyncpg.Connection, now: datetime) -> tuple[set[str], str]:
    """Who is silent then, and after how long, as the page says it."""
    found = await overview.look(conn, now)
    pictures = render.overview_pictures(found, words("en"))
    html = render.page("overview", words("en"), "/hub", here="", keep="", it=found, held=0, pictures=pictures)
    hours = re.search(r'id="silence">.* for (\d+) hours', html)
    assert hours is not None
    assert f">{hours[1]} h<" in str(pictures["quiet"])
    return {one.system for one in found.quiet if one.silent}, f"{hours[1]} h"


async def test_a_dispute_is_shown_in_its_order_without_a_person(
    conn: asyncpg.Connection, told: dict[str, str]
):
    did = UUID(told["dispute"])
    code = await conn.fetchval("SELECT code FROM dispute WHERE id = $1", did)
    found = await dispute.timeline(conn, code.lower())
    sent = await conn.fetch("SELECT id, kind FROM message WHERE dispute = $1 ORDER BY id", did)
    assert [(m.id, m.kind) for m in found.messages] == [(r["id"], r["kind"]) for r in sent]
    assert [m.kind for m in found.messages[:2]] == ["dispute", "referral"]
    assert saying.COMMITTEE in found.messages[1].receivers
    assert found.messages[1].waiting == 1
    clocks = await conn.fetchval("SELECT count(*) FROM deadline WHERE dispute = $1", did)
    assert len(found.clocks) == clocks
    picture, units = render.dispute_picture(found, words()), render.units_of(found, words())
    html = render.page(
        "dispute",
        words(),
        "/hub",
        here="disputes",
        keep="",
        it=found,
        now=datetime.now(UTC),
        units=units,
        picture=picture,
    )
    for person in saying.PARTIES:
        assert person["name"] not in html
        assert person["id_number"] not in html
    assert code in [d.code for d in await dispute.recent(conn, datetime.now(UTC))]
    for typed in ("", "nothing", "0000-0000-000"):
        with pytest.raises(Refused):
            await dispute.timeline(conn, typed)


async def test_the_log_is_shown_as_it_is_signed(hub: LiveHub, conn: asyncpg.Connection):
    found = await evidence.look(conn, sealer_of(hub.settings.data_dir))
    leaves = await conn.fetchval("SELECT count(*) FROM log_leaf")
    pending = await conn.fetchval("SELECT count(*) FROM log_pending")
    assert (found.size, sum(n for _, n in found.types), found.pending) == (leaves, leaves, pending)
    assert found.note.splitlines()[1] == str(leaves)
    sizes = [size for _, size in found.sizes]
    assert sizes == sorted(sizes)
    assert sizes[-1] == leaves
    actions = await conn.fetchval("SELECT count(*) FROM admin_action")
    assert len(found.actions) == min(actions, 50)


async def test_runs_that_left_other_rows_are_told_apart(hub: LiveHub, conn: asyncpg.Connection):
    interval = Interval.of_day(legal_day(datetime.now(UTC)))
    async with open_night(hub.settings, interval) as night:
        for rows in ([(1,)], [(1,)], [(2,)]):
            async with night.work("trial", str(len(rows))) as work:
                work.count("rows", len(rows))
                work.digest_of(rows)
        with pytest.raises(KeyError):
            async with night.work("trial", "broken"):
                raise KeyError("x")
    found = await runs.listed(conn, ["trial"])
    assert [r.state for r in found] == ["failed", "done", "done", "done"]
    assert {r.digests for r in found if r.state == "done"} == {2}
    assert found[1].counts == {"rows": 1}
    assert found[1].seconds is not None
    html = render.page("runs", words("en"), "/hub", here="runs", keep="", found=found, jobs=["trial"])
    assert html.count("✗ failed") == 1
    assert len(await runs.listed(conn)) >= len(found)


async def test_a_decision_needs_a_reason_and_is_made_once(
    hub: LiveHub, conn: asyncpg.Connection, told: dict[str, str]
):
    item = await conn.fetchval("SELECT id FROM quarantine WHERE jti = $1", told["jti"])
    assert str(item) in {q["id"] for q in await doubtful.listed(conn, "held")}
    async with open_hub(hub.settings) as opened:
        for reason in ("", " x ", "字" * 501):
            with pytest.raises(Refused):
                await doubtful.discard(opened, item, "airflow:admin", reason)
        with pytest.raises(Refused):
            await doubtful.release(opened, item, "airflow:admin", "仍不合格式")
        await doubtful.discard(opened, item, "airflow:admin", "内容有误,已退回")
        with pytest.raises(Refused) as twice:
            await doubtful.discard(opened, item, "airflow:admin", "内容有误,已退回")
    assert twice.value.code == "conflict"
    (acted,) = await conn.fetch("SELECT * FROM admin_action WHERE object = $1", str(item))
    assert (acted["actor"], acted["action"]) == ("airflow:admin", "quarantine-discard")
    assert reasons.opened(sealer_of(hub.settings.data_dir), "admin_action", acted) == "内容有误,已退回"
    assert acted["reason"] == ""
    assert str(item) in {q["id"] for q in await doubtful.listed(conn, "discarded")}
    with pytest.raises(Refused):
        await doubtful.listed(conn, "burnt")


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_pages_escape_and_say_it_in_both_languages(conn: asyncpg.Connection, lang: Any):
    found = await overview.look(conn, datetime.now(UTC))
    pictures = render.overview_pictures(found, words(lang))
    html = render.page("overview", words(lang), "/hub", here="", keep="", it=found, held=0, pictures=pictures)
    assert ("Between agencies" in html) is (lang == "en")
    assert "<schema>" not in html
    assert "&lt;schema&gt;" in html
    assert f'lang="{lang}"' in html


def test_of_many_units_the_picture_shows_the_latest_and_the_sums_are_over_all():
    due = tuple(overview.Due(f"u{n}", f"单位{n}", overdue=1, soon=n % 2, later=2) for n in range(30))
    day = datetime(2026, 11, 25, tzinfo=UTC)
    found = overview.Overview(day, day.date(), day.date(), timedelta(hours=24), {}, {}, {}, (), (), (), due)
    assert found.overdue == 30
    pictures = render.overview_pictures(found, words("en"))
    assert str(pictures["due"]).count("单位") == overview.UNITS
    html = render.page("overview", words("en"), "/hub", here="", keep="", it=found, held=0, pictures=pictures)
    assert "10 more units: 10 + 5 + 20" in " ".join(html.split())
    assert '<b id="overdue">30</b>' in html


def test_a_quiet_system_is_told_from_a_silent_one():
    rows = [
        draw_quiet.Calm("a-sys", "police", timedelta(hours=5), silent=False, said="5 h"),
        draw_quiet.Calm("b-sys", "court", None, silent=True, said="never"),
    ]
    picture = draw_quiet.quiet(rows, timedelta(hours=36), "t")
    for said in ("✓ 5 h", "✗ never", 'class="open"', 'class="closed"', "36 h"):
        assert said in picture
    assert draw_quiet.quiet([], timedelta(hours=36), "t") == ""


def test_pictures_write_every_number():
    flows = draw_flows.flows(
        {("police", "justice"): 40, ("petition", "court"): 3}, {"petition": "<信访>"}, "t"
    )
    for said in ("police 40", "&lt;信访&gt; 3", "justice 40", "court 3"):
        assert said in flows
    day, later = date(2026, 11, 24), date(2026, 11, 25)
    counted = {(day, "police", "justice"): 7, (later, "police", "justice"): 5, (later, "court", "police"): 2}
    over_time = draw_flows.over_time(counted, [day, later], {"court": "<法院>"}, "t")
    for said in (">7<", ">5<", ">12<", ">2<", "&lt;法院&gt; → police", "11-24"):
        assert said in over_time
    assert draw_flows.over_time({}, [day], {}, "t") == ""
    rows = [draw.Bar("a & b", ((3, "over"), (0, "soon"), (4, "later")))]
    assert "3 + 4" in draw.bars(rows, "t")
    assert "a &amp; b" in draw.bars(rows, "t")
    assert draw.growth([], "t") == draw_flows.flows({}, {}, "t") == draw_lanes.lanes([], {}, "t") == ""
    at = datetime(2026, 11, 25, tzinfo=UTC)
    marks = [draw_lanes.Mark(at, "p", ("j",), "x", waiting=w) for w in (True, False)]
    lanes = draw_lanes.lanes(marks, {"p": ("甲", "police"), "j": ("乙", "justice")}, "t")
    assert lanes.count('fill="#fff"') == 1


async def test_a_refusal_is_shown_whatever_its_faults_name(conn: asyncpg.Connection):
    (item, *_) = await doubtful.listed(conn, "discarded")
    counts = await doubtful.counts(conn)
    rows = Counter(row["state"] for row in await conn.fetch("SELECT state FROM quarantine"))
    assert counts == {state: rows[state] for state in doubtful.STATES}
    faults = [{"rule": "size"}, {"pointer": "/parties"}, {"native": "A/B", "keyword": "enum"}, {}]
    shown = {"items": [{**item, "errors": faults}], "state": "held", "may": True, "told": None, "keep": ""}
    shown["counts"] = {**counts, "held": 1234}
    html = render.page("quarantine", words(), "/hub", here="quarantine", **shown)
    for said in ("size", "/parties", "A/B enum", "1 / 1234"):
        assert said in html
