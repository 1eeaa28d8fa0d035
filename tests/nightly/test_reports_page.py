"""What the page of reports lists and hands out, against counts of our own over the same tables."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.jose import split
from hub.errors import Refused
from hub.law.calendar import legal_day
from hub.nightly.completeness import prove
from hub.nightly.conference import Period, report
from hub.nightly.conference.period import named
from hub.nightly.night import Interval
from hub.nightly.pages import render, report_words, reports
from hub.nightly.pages.reports import Asked
from hub.store.database import set_codecs
from tests.http.saying import COMMITTEE, STATION, dispute, referral, say
from tests.live import LiveHub
from tests.nightly.packages import opened_night

BUREAU, OFFICE = "5001990000", "5001990100"
TODAY = legal_day(datetime.now(UTC))
MONTH = f"{TODAY:%Y-%m}"
STAGES = ("accepted", "queued", "delivered", "acknowledged")


@pytest.fixture(scope="module")
def made(hub: LiveHub) -> tuple[str, str]:
    """Reports of a district's month and a town's quarter; today is proved, with a referral nobody took."""
    return asyncio.run(_make(hub))


async def _make(hub: LiveHub) -> tuple[str, str]:
    async with Agent(hub.identity("police-sys")) as police:
        opened = await say(police, STATION, "dispute", dispute())
        await say(police, STATION, "referral", referral(), dispute=opened.dispute, to=COMMITTEE)
    async with opened_night(hub) as night:
        await prove(night)
        quarter = Period.parse(f"{TODAY.year}Q{(TODAY.month + 2) // 3}")
        return (
            await report(night, "district", BUREAU, Period.parse(MONTH)),
            await report(night, "town", OFFICE, quarter),
        )


@pytest.fixture
async def conn(hub: LiveHub, made: tuple[str, str]):  # noqa: ARG001  once something is there
    opened = await asyncpg.connect(hub.settings.database_url)
    await set_codecs(opened)
    yield opened
    await opened.close()


def words(lang: render.Language = "zh") -> render.Words:
    return render.Words(lang, lambda code, _: code)


async def test_reports_are_listed_by_period_tier_and_unit(conn: asyncpg.Connection, made: tuple[str, str]):
    month, quarter = made
    everything = await reports.look(conn, Asked())
    assert (
        len(everything.reports)
        == everything.found
        == await conn.fetchval("SELECT count(*) FROM conference_report")
    )
    for asked, (there, away) in (
        (Asked(period=MONTH), (month, quarter)),
        (Asked(tier="town"), (quarter, month)),
        (Asked(unit=BUREAU), (month, quarter)),
        (Asked(tier="town", unit=OFFICE), (quarter, month)),
    ):
        found = {str(r.id) for r in (await reports.look(conn, asked)).reports}
        assert there in found, asked
        assert away not in found, asked
    for asked in (Asked(tier="city"), Asked(unit="x"), Asked(period="1999"), Asked(period="' OR 1")):
        assert (await reports.look(conn, asked)).reports == []
    sizes = await conn.fetch(
        "SELECT form, length(body) AS n FROM conference_report_file WHERE report = $1", month
    )
    (one,) = [r for r in everything.reports if str(r.id) == month]
    assert dict(one.files) == {row["form"]: row["n"] for row in sizes}
    assert {"html", "xlsx"} <= set(one.files)


async def test_a_file_is_handed_out_as_it_was_stored(conn: asyncpg.Connection, made: tuple[str, str]):
    month, _ = made
    for form in ("html", "xlsx"):
        name, body = await reports.report_file(conn, month, form)
        stored = await conn.fetchval(
            "SELECT digest FROM conference_report_file WHERE report = $1 AND form = $2", month, form
        )
        assert stored == f"sha-256:{sha256(body).hexdigest()}"
        assert name == f"district-{BUREAU}-{MONTH}.{form}"
    with pytest.raises(Refused):
        await reports.report_file(conn, "01900000-0000-7000-8000-00000000000b", "pdf")


async def test_files_of_the_night_name_the_instants_of_its_interval(hub: LiveHub, conn: asyncpg.Connection):
    """They were eight hours late: an interval is in Shanghai's time, and was taken for UTC."""
    interval = Interval.of_day(TODAY - timedelta(days=1))
    async with opened_night(hub, interval) as night:
        made = await report(night, "district", BUREAU, Period.parse(f"{interval.day}..{interval.day}"))
        await prove(night)
    until = await conn.fetchval("SELECT cut_off FROM conference_report WHERE id = $1", UUID(made))
    assert until == interval.ends
    _, signed = await reports.proof_file(conn, interval.day, "jws")
    said = json.loads(split(signed.decode(), 10**7).payload)
    assert [datetime.fromisoformat(said["interval"][end]) for end in ("starts", "ends")] == [
        interval.starts,
        interval.ends,
    ]
    cut_off = datetime.fromisoformat(said["cut_off"])
    assert timedelta() <= cut_off - interval.ends < timedelta(hours=1)


async def test_a_proof_says_what_the_pairs_add_up_to(conn: asyncpg.Connection):
    (proved,) = [d for d in (await reports.look(conn, Asked())).days if d.day == TODAY]
    row = await conn.fetchrow(
        "SELECT * FROM completeness_report WHERE (starts AT TIME ZONE 'Asia/Shanghai')::date = $1"
        " ORDER BY version DESC LIMIT 1",
        TODAY,
    )
    assert (proved.version, proved.holds) == (row["version"], row["holds"])
    for stage in STAGES:
        counted = await conn.fetchval(
            f"SELECT sum({stage}) FROM completeness_pair WHERE report = $1", row["id"]
        )
        assert proved.counts[stage] == counted, stage
    assert proved.counts["acknowledged"] < proved.counts["accepted"]
    exceptions = "SELECT count(*) FROM completeness_exception WHERE report = $1"
    assert proved.counts["exceptions"] == await conn.fetchval(exceptions, row["id"])
    name, body = await reports.proof_file(conn, TODAY, "jws")
    assert name == f"completeness-{TODAY}-v{row['version']}.jws"
    assert sha256(body).digest() == row["digest"]
    assert json.loads(split(body.decode(), 10**7).payload)["counts"] == row["counts"]
    _, told = await reports.proof_file(conn, TODAY, "json")
    assert json.loads(told)["counts"] == row["counts"]
    with pytest.raises(Refused):
        await reports.proof(conn, date(1999, 1, 1))
    few = await reports.look(conn, Asked())
    assert few.earlier is None
    assert replace(few, days=[proved] * reports.DAYS).earlier == TODAY
    assert TODAY not in {d.day for d in (await reports.look(conn, Asked(before=TODAY))).days}


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_pages_say_it_in_both_languages(
    conn: asyncpg.Connection, made: tuple[str, str], lang: render.Language
):
    said, asked = words(lang), Asked(tier="town")
    found = await reports.look(conn, asked)
    more = {"choices": report_words.choices(found, asked, said), **report_words.shown(said)}
    picture = report_words.picture(found.days, said)
    page = render.page("reports", said, "/hub", here="reports", keep="", it=found, picture=picture, **more)
    assert f"/hub/reports/{made[1]}.xlsx" in page
    assert f"/hub/reports/{made[0]}" not in page
    assert '<option value="town" selected>' in page
    assert f"/hub/reports/days/{TODAY}.jws" in page
    assert f"✗ {TODAY}" in page
    proof, units = await reports.proof(conn, TODAY)
    page = render.page(
        "proof",
        said,
        "/hub",
        here="reports",
        keep="",
        it=proof,
        day=TODAY,
        units=units,
        **report_words.shown(said),
    )
    assert page.count("<tr>") >= len(proof["pairs"])
    assert "测试镇人民调解委员会" in page
    assert ("not delivered" in page) is (lang == "en")
    assert ("未送达" in page) is (lang == "zh")


def test_a_period_is_called_by_its_name():
    for label in ("2026-02", "2026Q1", "2026H2", "2026", "2026-01-03..2026-02-01"):
        period = Period.parse(label)
        assert named(period.first, period.last) == period
        assert named(period.first, period.last).label == label
