"""The joint conference's report over a served hub: figures as SQL counts them, and every form read again."""

import asyncio
import io
import json
import re
import zipfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from lxml import html
from pyhanko.pdf_utils.reader import PdfFileReader
from python_calamine import load_workbook

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.errors import Misconfigured, Refused
from hub.exchange.configuration import check_config
from hub.law.calendar import legal_day
from hub.nightly.conference import Period, figures, report
from hub.nightly.conference.figures import FORMULAS, NOT_COMPUTABLE
from hub.nightly.conference.paper import Paper
from hub.reference.catalogue import read_file
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.administering import Admin
from tests.http.saying import (
    COMMITTEE,
    COURT,
    STATION,
    TRIBUNAL,
    agreement,
    application,
    dispute,
    document,
    now,
    referral,
    say,
    today,
)
from tests.live import LiveHub, live_hub
from tests.nightly.packages import opened_night
from tests.paper_text import needs_font

BUREAU, OFFICE = "5001990000", "5001990100"
AGREED, FAILED, WAITING, PERFORMED, UNFILED = 7, 6, 5, 5, 6
FILED, REFUSED = 8, 5
"""Suits that the court registered, and that it refused by a ruling."""
BY_NUMBER = FAILED - 1
"""Warnings whose case number tells a criminal case; of one more it is told by the unit's own report."""
LATER = timedelta(days=40)
FAILURE = {"basics": "两次", "reason_code": "gap", "reason": "差距", "cost_conduct": "无", "hints": "无"}


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("report")) as own, live_hub(own) as served:
        served.register("admin-sys", "justice", (BUREAU,), "--scope", "admin", "--no-receiving")
        asyncio.run(_told(served))
        yield served


@pytest.fixture
async def admin(hub: LiveHub) -> AsyncIterator[Admin]:
    async with Agent(hub.identity("admin-sys")) as agent:
        yield Admin(agent)


async def _mediated(justice: Agent, outcome: str, dispute_type: str, **members: Any) -> str:
    told = dispute(origin="application", dispute_type=dispute_type)
    home = str((await say(justice, COMMITTEE, "dispute", told)).dispute)
    own = referral(track="self_accepted", platform="justice")
    taken = await say(justice, COMMITTEE, "referral", own, dispute=home, to=COMMITTEE)
    case = str(taken.case["id"])
    started = document(event="started", at=now(), about_case=case)
    await say(justice, COMMITTEE, "mediation_progress", started)
    ended = document(outcome=outcome, ended_on=today(), about_case=case, **members)
    await say(justice, COMMITTEE, "mediation_result", ended)
    return home


async def _converted(justice: Agent, police: Agent, home: str, number: dict[str, str]) -> None:
    """A warning after a mediation, and the case the police opened: its number and nothing more."""
    told = document(action="raise", origin="mediator", situation="扬言报复", kinds=["public_order"])
    raised = await say(justice, COMMITTEE, "early_warning", told, "warning", dispute=home, to=STATION)
    case = str(raised.case["id"])
    signed = document(action="acknowledged", about_case=case)
    await say(police, STATION, "warning_feedback", signed, "warning")
    opened = document(action="converted", about_case=case, new_case=number, reason="已立案")
    await say(police, STATION, "warning_feedback", opened, "warning")


async def _became_cases(justice: Agent, police: Agent, agreed: list[str], failed: list[str]) -> None:
    for n, home in enumerate(agreed, 1):
        await _converted(justice, police, home, {"system": "case_no", "value": f"(2026)渝0199行初{n}号"})
    for n, home in enumerate(failed, 1):
        by_number = {"system": "case_no", "value": f"（2026）渝0199刑初{n}号"}
        own = {"system": "ajbh", "value": f"A5001990000002026{n:07}"}
        await _converted(justice, police, home, by_number if n <= BY_NUMBER else own)
    report = document(phase="police_case_accepted", on=today(), case={"identifier": own, "kind": "criminal"})
    await say(police, STATION, "case_status", report, dispute=home)


async def _told(hub: LiveHub) -> None:
    """Mediations that succeed and fail, agreements performed, referrals nobody answers, applications."""
    async with Agent(hub.identity("justice-sys")) as justice, Agent(hub.identity("police-sys")) as police:
        agreed = []
        for n in range(AGREED):
            home = await _mediated(justice, "agreed_written", "2", agreements=[agreement()])
            agreed.append(home)
            if n < PERFORMED:
                done = document(event="all_performed", on=today(), confirmed_by=["p1", "p2"])
                await say(justice, COMMITTEE, "performance", done, dispute=home)
            else:
                await say(
                    justice, COMMITTEE, "confirmation_application", application(), dispute=home, to=TRIBUNAL
                )
        failed = [await _mediated(justice, "failed", "4", failure=FAILURE) for _ in range(FAILED)]
        await _became_cases(justice, police, agreed[:5], failed)
        for _ in range(WAITING):
            home = str((await say(police, STATION, "dispute", dispute(dispute_type="15"))).dispute)
            await say(police, STATION, "referral", referral(), dispute=home, to=COMMITTEE)
        await say(police, STATION, "dispute", dispute(dispute_type="13"))
    async with Agent(hub.identity("court-sys")) as court:
        for _ in range(UNFILED):
            asked = dispute(origin="court_visit", dispute_type="8", filing_requested=True)
            await say(court, COURT, "dispute", asked)
        for n in range(FILED + REFUSED):
            asked = dispute(origin="court_visit", dispute_type="9", filing_requested=True)
            home = str((await say(court, COURT, "dispute", asked)).dispute)
            number = {"system": "case_no", "value": f"(2026)渝0199民初{9000 + n}号"}
            own = {"identifier": number, "kind": "civil_first"}
            phase = "filed" if n < FILED else "filing_refused"
            told = document(phase=phase, on=today(), case=own)
            await say(court, COURT, "case_status", told, dispute=home)


@pytest.fixture
async def sql(hub: LiveHub) -> AsyncIterator[asyncpg.Connection]:
    conn = await asyncpg.connect(hub.settings.database_url)
    yield conn
    await conn.close()


def month() -> Period:
    return Period.parse(f"{legal_day(datetime.now(UTC)):%Y-%m}")


async def _paper(hub: LiveHub, period: Period, later: timedelta = LATER) -> Paper:
    async with opened_night(hub, later=later) as night:
        return await figures(night, "district", BUREAU, period)


def shown(made: Paper) -> dict[str, tuple[int | None, int | None]]:
    return {f.zh: (f.points[-1].numerator, f.points[-1].denominator) for f in made.figures}


# Counted apart from the code: other tables, other joins, nothing of `hub.nightly.conference`.
BY_SQL = {
    "调解成功率(按办结)": """
        SELECT count(*) FILTER (WHERE c.facts->>'outcome' LIKE 'agreed%'), count(*) FROM case_run c
         WHERE c.machine = 'referral' AND c.facts ? 'outcome' AND c.changed_at BETWEEN $1 AND $2""",
    "自动履行率": """
        SELECT count(*) FILTER (WHERE state = 'performed'), count(*) FROM dispute
         WHERE jsonb_array_length(coalesce(facts->'agreements', '[]')) > 0
           AND changed_at BETWEEN $1 AND $2""",
    "司法确认申请率": """
        SELECT count(DISTINCT a.dispute), count(DISTINCT m.dispute) FROM message m
          LEFT JOIN message a ON a.dispute = m.dispute AND a.kind = 'confirmation_application'
         WHERE m.kind = 'mediation_result' AND m.received_at BETWEEN $1 AND $2
           AND m.dispute IN (SELECT dispute FROM case_run WHERE facts->>'outcome' LIKE 'agreed%')""",
    "转案件的预警中转刑事的": """
        SELECT count(*) FILTER (WHERE m.dispute IN (SELECT dispute FROM case_run WHERE machine = 'referral'
                                                       AND facts ->> 'outcome' = 'failed')), count(*)
          FROM case_run c JOIN case_history h ON h.case_id = c.id AND h.to_state = 'converted'
          JOIN message m ON m.id = h.message AND m.kind = 'warning_feedback'
         WHERE c.machine = 'warning' AND h.at BETWEEN $1 AND $2""",
    "超期率": """
        SELECT count(*) FILTER (WHERE state <> 'stopped'), count(*) FROM deadline
         WHERE due BETWEEN $1 AND least($2::timestamptz, $3) AND NOT historical
           AND rule IN ('REF_SIGN', 'REF_ACCEPT', 'RM_NORMAL', 'JC_ACCEPT', 'RESULT_REPORT', 'HANDBACK',
                        'RETURN_MATERIALS', 'FILE_CASE', 'XIANXING_ORD', 'POLICE_CASE', 'ARCHIVE',
                        'MANDATORY_REPORT', 'WEIPAI', 'WARN_CLASSIFY', 'WARN_ACK', 'WARN_FEEDBACK',
                        'WARN_PERIODIC')""",
    "裁定不予受理率": """
        SELECT count(*) FILTER (WHERE d.state = 'registered'), count(*) FROM deadline l
          JOIN dispute d ON d.id = l.dispute JOIN message s ON s.id = l.stopped_by
         WHERE l.rule = 'FILE_CASE' AND s.received_at BETWEEN $1 AND $2""",
    "立案期限超期率": """
        SELECT count(*) FILTER (WHERE l.stopped_by IS NULL), count(*) FROM deadline l
          JOIN message m ON m.id = l.started_by JOIN unit u ON u.code = m.sender
         WHERE u.agency = 'court' AND l.rule = 'FILE_CASE'
           AND l.due_on BETWEEN ($1 AT TIME ZONE 'Asia/Shanghai')::date
                            AND (least($2::timestamptz, $3) AT TIME ZONE 'Asia/Shanghai')::date - 1""",
}


@pytest.mark.parametrize("name", BY_SQL)
async def test_figures_are_what_sql_counts(hub, sql, name):
    period = Period.parse(f"{month().first}..{legal_day(datetime.now(UTC)) + timedelta(days=30)}")
    cut_off = datetime.now(UTC) + LATER
    arguments = (period.starts, period.ends, cut_off)[: 3 if "$3" in BY_SQL[name] else 2]
    counted = tuple(await sql.fetchrow(BY_SQL[name], *arguments))
    over, under = counted
    made = shown(await _paper(hub, period))[name]
    hidden = 0 < over < 5 or 0 < under - over < 5
    assert under >= 5
    assert made == ((None, under) if hidden else counted)


async def test_known_numbers(hub):
    made = shown(await _paper(hub, month()))
    assert made["调解成功率(按办结)"] == (AGREED, AGREED + FAILED)
    assert made["调解成功率(按受理)"] == (AGREED, AGREED + FAILED)
    assert made["平均调解时长"] == (0, AGREED + FAILED)
    assert made["司法确认申请率"] == (None, AGREED)
    assert made["转案件的预警中转刑事的"] == (FAILED, FAILED + 5)
    assert made["司法确认受理率"] == (None, None)
    assert made["裁定不予受理率"] == (REFUSED, FILED + REFUSED)
    before = shown(await _paper(hub, month().before()))
    assert set(before.values()) == {(0, 0)}


async def test_types_are_suppressed_and_a_total_gives_nothing_away(hub):
    made = await _paper(hub, month())
    assert {c.code: c.count for c in made.types} == {
        "2": AGREED,
        "4": FAILED,
        "8": UNFILED,
        "9": FILED + REFUSED,
        "13": None,
        "15": None,
    }


async def test_flow_overdue_and_registers(hub, sql):
    made = await _paper(hub, month())
    flow = {(s, r): made.flow[i][j] for i, s in enumerate(made.agencies) for j, r in enumerate(made.agencies)}
    counted = await sql.fetchval(
        "SELECT count(*) FROM delivery d JOIN message m ON m.id = d.message"
        " WHERE m.sender = $1 AND d.unit = $2 AND d.event IN ('referral', 'dispute')",
        STATION,
        COMMITTEE,
    )
    assert counted == WAITING
    told = 2 * (FAILED + 5) + 1  # of each warning its signature and its conversion, and a report
    assert flow["police", "justice"] == WAITING + told
    late = {c.code: c.count for c in made.overdue}
    assert late["REF_SIGN"] == WAITING
    assert late["FILE_CASE"] == UNFILED  # beside every rate of few suits: suits held back show here
    converted = FAILED + 5
    assert {c.code: c.count for c in made.warnings} == {
        "raised": converted,
        "dispatched": 0,
        "in_control": converted,
        "converted": converted,
        "cleared": 0,
    }
    assert {c.code for c in made.mediators} >= {"mediator", "mediation_organisation", "training_record"}


AWARDS = [
    {
        "award": "枫桥式公安派出所",
        "types": ["station"],
        "criteria": [{"figure": "调解成功率(按办结)", "least": 0.5}],
    },
    {
        "award": "优秀司法所",
        "types": ["judicial_office"],
        "criteria": [
            {"figure": "调解成功率(按办结)", "least": 0.5},
            {"figure": "自动履行率", "least": 0.9},
            {"figure": "平均调解时长", "most": 20},
            {"figure": "群众安全感", "least": 0.9},
        ],
    },
    {
        "award": "无讼乡镇",
        "types": ["judicial_office", "tribunal"],
        "criteria": [{"figure": "司法确认申请率", "most": 0.2}],
    },
]


async def test_a_unit_has_a_package_for_each_award_of_its_type_with_the_districts_criteria(
    hub: LiveHub, admin: Admin, tmp_path: Path
):
    async with opened_night(hub, later=LATER) as night:
        assert (await figures(night, "town", OFFICE, month())).awards == ()
    file = tmp_path / "awards.json"
    file.write_text(json.dumps([{"name": "awards", "valid_from": "2020-01-01", "value": AWARDS}]), "utf-8")
    hub.command("config", "import", str(file), "--reason", "试验 test")
    async with opened_night(hub, later=LATER) as night:
        rid = await report(night, "town", OFFICE, month())
        police = await figures(night, "town", STATION, month())
        bureau = await figures(night, "district", BUREAU, month())
    assert [package.award for package in police.awards] == ["枫桥式公安派出所"]
    assert bureau.awards == ()
    (listed,) = [r for r in (await admin.get("reports"))["reports"] if r["report"] == rid]
    read = await admin.agent.call(Call("GET", listed["files"]["html"]["file"]))
    page = html.fromstring(read.content)
    assert page.xpath("//@data-award") == ["优秀司法所", "无讼乡镇"]
    lines = {
        (table.get("data-award"), row.get("data-figure-of-award")): [td.text_content() for td in row][1:]
        for table in page.xpath("//table[@data-award]")
        for row in table.xpath(".//tr[@data-figure-of-award]")
    }
    first = "优秀司法所"
    assert lines[first, "调解成功率(按办结)"] == ["≥ 50%", "7", "13", "53.8%", "达到 met"]
    assert lines[first, "平均调解时长"] == ["≤ 20", "0", "13", "0 日 d", "达到 met"]
    assert lines[first, "自动履行率"][3:] == ["<5*", "无法判断 cannot be told"]
    assert lines[first, "群众安全感"] == ["≥ 0.9", "—", "—", "—", "无法判断 cannot be told"]
    # What is held back at the filing window stands beside every package.
    for award in (first, "无讼乡镇"):
        for beside in ("立案期限超期率", "裁定不予受理率"):
            assert lines[award, beside][4] == "并列 beside"
    book = await admin.agent.call(Call("GET", listed["files"]["xlsx"]["file"]))
    sheets = load_workbook(io.BytesIO(book.content)).sheet_names
    assert sheets[-3:] == ["评选 优秀司法所", "评选 无讼乡镇", "不可计算"]


@pytest.mark.parametrize(
    "value",
    [
        {},
        [{"award": "甲", "types": ["station"], "criteria": []}],
        [{"award": "甲/乙", "types": ["station"], "criteria": [{"figure": "超期率", "most": 1}]}],
        [{"award": "甲", "types": [], "criteria": [{"figure": "超期率", "most": 1}]}],
        [{"award": "甲", "types": ["station"], "criteria": [{"figure": "超期率", "most": 1, "least": 0}]}],
        [{"award": "甲", "types": ["station"], "criteria": [{"figure": "超期率", "most": True}]}],
        [{"award": "甲", "types": ["station"], "criteria": [{"figure": "超期率", "most": 1}]}] * 2,
    ],
)
def test_criteria_that_are_none_are_refused(value: Any):
    with pytest.raises(Refused):
        check_config("awards", value)


async def test_a_period_that_goes_on_is_partial(hub):
    running = await _paper(hub, month(), later=timedelta(seconds=1))
    assert running.head.partial
    assert [p.partial for p in running.figures[0].points] == [False] * 5 + [True]
    assert not (await _paper(hub, month().before())).head.partial


def test_every_indicator_is_counted_or_says_why_not():
    listed = {row["name"] for row in read_file("indicators")}
    counted = {formula.indicator for formula in FORMULAS}
    assert counted | set(NOT_COMPUTABLE) == listed
    assert not counted & set(NOT_COMPUTABLE)


async def test_a_town_sees_its_own_and_an_unknown_area_is_refused(hub):
    async with opened_night(hub) as night:
        with pytest.raises(Misconfigured):
            await figures(night, "city", BUREAU, month())
        town = await figures(night, "town", OFFICE, month())
    assert town.head.name == "测试镇司法所"
    assert shown(town)["调解成功率(按办结)"] == (AGREED, AGREED + FAILED)


@pytest.fixture
async def stored(hub: LiveHub, admin: Admin) -> dict[str, bytes]:
    """The forms of a report, as an administrator fetches them."""
    async with opened_night(hub, later=LATER) as night:
        rid = await report(night, "district", BUREAU, month())
        assert await report(night, "district", BUREAU, month()) == rid
    (listed,) = [r for r in (await admin.get("reports"))["reports"] if r["report"] == rid]
    return {
        form: (await admin.agent.call(Call("GET", file["file"]))).content
        for form, file in listed["files"].items()
    }


async def test_the_page_stands_alone_and_says_what_was_counted(stored):
    text = stored["html"].decode()
    page = html.fromstring(stored["html"])
    assert not re.search(r"(src|href)=|url\((?!#)|@import|<script", text)
    rows = {
        row.get("data-figure"): [td.text_content() for td in row] for row in page.xpath("//tr[@data-figure]")
    }
    assert rows["调解成功率(按办结)"][3:] == ["7", "13", "53.8%"]
    assert rows["司法确认申请率"][3:] == ["<5*", "7", "<5*"]
    assert len(page.xpath("//figure//*[local-name()='svg']")) == len(FORMULAS) + 2
    assert {row[0].text for row in page.xpath("//table[@id='not-computable']//tr")} == set(NOT_COMPUTABLE)
    assert "Figures" in text
    assert "公式版本" in text
    assert not any(name in text for name in ("郑测一", "冯测二", "人民法院"))


async def test_the_workbook_has_charts_and_no_formula(stored):
    book = load_workbook(io.BytesIO(stored["xlsx"]))
    assert book.sheet_names == [
        "说明", "指标", "趋势", "纠纷类型", "部门间流转", "超期未办结", "预警", "调解组织和调解员",
        "调解员考评", "不可计算",
    ]  # fmt: skip
    rows = {row[0]: row for row in book.get_sheet_by_name("指标").to_python()}
    assert rows["调解成功率(按办结)"][4:6] == [7, 13]
    assert rows["司法确认申请率"][4:7] == ["<5*", 7, "<5*"]
    with zipfile.ZipFile(io.BytesIO(stored["xlsx"])) as zipped:
        names = zipped.namelist()
        sheets = b"".join(zipped.read(n) for n in names if n.startswith("xl/worksheets/sheet"))
    assert sum(n.startswith("xl/charts/chart") for n in names) == len(FORMULAS) + 2
    assert b"<f>" not in sheets


@needs_font
async def test_the_pdf_is_chinese(stored):
    reader = PdfFileReader(io.BytesIO(stored["pdf"]))
    pages = reader.root["/Pages"]["/Count"]
    assert pages >= 3
    fonts = {
        str(font.get_object()["/BaseFont"])
        for font in reader.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"].values()
    }
    assert any("CJK" in name or "Han" in name or "Hei" in name for name in fonts)


@pytest.mark.usefixtures("stored")
async def test_the_log_holds_the_digest_of_each_file(sql, admin):
    row = await sql.fetchrow(
        "SELECT object, actor FROM admin_action WHERE action = 'report' ORDER BY at DESC"
    )
    files = (await admin.get("reports"))["reports"][0]["files"]
    assert row["actor"] == "night"
    assert all(f"{form} {file['digest']}" in row["object"] for form, file in files.items())


async def test_reports_are_the_administrators(police):
    with pytest.raises(Problem) as refused:
        await police.call(Call("GET", "/v1/admin/reports"))
    assert (refused.value.status, refused.value.code) == (403, "scope")


async def test_a_form_there_is_not_says_so(admin, sql):
    rid = UUID("01900000-0000-7000-8000-00000000000a")
    await sql.execute(
        "INSERT INTO conference_report VALUES ($1, 'town', $2, $3, $3, now(), now(), '1', '')",
        rid,
        OFFICE,
        date(2026, 1, 1),
    )
    with pytest.raises(Problem) as refused:
        await admin.get(f"reports/{rid}.pdf")
    assert refused.value.status == 404
    assert "fonts-noto-cjk" in json.dumps(refused.value.errors)


def test_the_command_line_writes_the_files(hub, tmp_path):
    words = ("report", "--tier", "district", "--unit", BUREAU, "--period", month().label)
    made = json.loads(hub.command("--json", *words, "--out", str(tmp_path)))
    assert {p.suffix for p in tmp_path.iterdir()} >= {".html", ".xlsx"}
    assert sorted(p.name for p in tmp_path.iterdir()) == made["files"]


def test_periods():
    assert Period.parse("2026Q1").before() == Period.parse("2025Q4")
    assert Period.parse("2026H1").before() == Period.parse("2025H2")
    assert Period.parse("2026").before().label == "2025"
    assert Period.parse("2026-03").before().last == date(2026, 2, 28)
    span = Period.parse("2026-11-03..2026-11-09")
    assert span.before() == Period.parse("2026-10-27..2026-11-02")
    for text in ("2026-13", "2026Q5", "2026-11-09..2026-11-03", "november", "2026-02-30..2026-03-01"):
        with pytest.raises(Misconfigured):
            Period.parse(text)
