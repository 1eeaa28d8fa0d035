"""Registers and statistics as workbooks: whose cases, in which words, counted as SQL counts them."""

import io
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import python_calamine

import schemas
from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.exchange.sheets.columns import SHEETS, Told
from hub.law.tables import load_tables
from tests.http.saying import COMMITTEE, STATION, dispute, document, referral, say, today
from tests.http.test_registers import organisation
from tests.live import LiveHub

FORMULA = '=HYPERLINK("x","y")'
HEAD = 2


async def book(agent: Agent, sheet: str, **params: str) -> python_calamine.CalamineWorkbook:
    answer = await agent.call(Call("GET", f"/v1/sheets/{sheet}", params))
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="{sheet}-')
    return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))


def lines(found: python_calamine.CalamineWorkbook) -> dict[str, dict[str, Any]]:
    """The lines of a register by the code of the dispute."""
    rows = found.get_sheet_by_index(0).to_python(skip_empty_area=False)
    head = [str(cell).partition("\n")[0] for cell in rows[HEAD]]
    listed = [dict(zip(head, row, strict=True)) for row in rows[HEAD + 1 :]]
    return {str(line["一案一码"]): line for line in listed}


async def mediated(police: Agent, justice: Agent) -> tuple[str, str]:
    """A dispute handed over and accepted: its id and code."""
    home = await say(police, STATION, "dispute", dispute(facts=FORMULA, claims="疏通"), "police_handling")
    handed = await say(
        police, STATION, "referral", referral(), "police_handling", to=COMMITTEE, dispute=str(home.dispute)
    )
    answered = document(answer="accepted", mediators=["M1"], signed_at=document()["business_time"])
    await say(justice, COMMITTEE, "referral_answer", answered, "mediation", re=handed.message)
    shown = await police.json(Call("GET", f"/v1/disputes/{home.dispute}"))
    return str(home.dispute), str(shown["code"])


async def test_a_register_says_what_was_exchanged_in_words(police: Agent, justice: Agent, court: Agent):
    _, code = await mediated(police, justice)
    mine = lines(await book(justice, "mediations"))[code]
    assert mine["调解单位"] == "测试镇人民调解委员会"
    assert (mine["途径"], mine["答复"], mine["调解员"]) == ("警情委托人民调解", "接受", "M1")
    assert mine["当事人"] == "郑测一、冯测二"
    assert mine["现状"] == "已接受"
    assert mine["登记时间"].startswith(today())
    theirs = lines(await book(police, "disputes"))[code]
    assert theirs["纠纷事实"] == FORMULA
    assert theirs["诉求"] == "疏通"
    assert code not in lines(await book(court, "mediations"))


async def test_the_formula_is_a_text(police: Agent, justice: Agent):
    await mediated(police, justice)
    answer = await police.call(Call("GET", "/v1/sheets/disputes"))
    assert b"<f>" not in answer.content
    opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert FORMULA in {cell for row in opened.get_sheet_by_index(0).to_python() for cell in row}


async def test_a_period_of_other_days_lists_nothing(police: Agent, justice: Agent):
    _, code = await mediated(police, justice)
    yesterday = (date.fromisoformat(today()) - timedelta(days=1)).isoformat()
    assert code not in lines(await book(police, "disputes", **{"from": "2020-01-01", "to": yesterday}))
    assert code in lines(await book(police, "disputes", **{"from": today(), "to": today()}))


async def test_statistics_are_what_sql_counts(hub: LiveHub, police: Agent, justice: Agent):
    await mediated(police, justice)
    began = datetime.now(UTC)
    found = await book(justice, "statistics")
    rows = found.get_sheet_by_name("现状").to_python()[HEAD + 1 :]
    conn = await asyncpg.connect(hub.settings.database_url)
    try:
        units = [r["unit"] for r in await conn.fetch(_UNITS)]
        counted = await conn.fetch(_CASES, units, date.fromisoformat(today()).year, began)
        disputes = await conn.fetchval(_DISPUTES, units, date.fromisoformat(today()).year, began)
    finally:
        await conn.close()
    machines = load_tables().machines
    wanted = {machines[r["machine"]].zh: r["n"] for r in counted} | {machines["dispute"].zh: disputes}
    told: dict[str, int] = {}
    for machine, _, n in ((row[0], row[1], row[2]) for row in rows):
        told[str(machine)] = told.get(str(machine), 0) + int(n)
    assert told == {name: n for name, n in wanted.items() if n}
    months = found.get_sheet_by_name("按月").to_python()[HEAD + 1 :]
    assert sum(int(row[2]) for row in months) == sum(told.values())


async def test_a_warning_that_became_a_criminal_case_is_counted_by_its_number(
    police: Agent, justice: Agent, court: Agent
):
    for number, criminal in (("(2026)渝0199行初7号", 0), ("(2026)渝0199刑初7号", 1)):
        before = await became_cases(justice)
        told = document(action="raise", origin="mediator", situation="扬言报复", kinds=["criminal"])
        raised = await say(justice, COMMITTEE, "early_warning", told, "warning", to=STATION)
        case, opened = str(raised.case["id"]), {"system": "case_no", "value": number}
        for action, more in (
            ("acknowledged", {}),
            ("converted", {"reason": "已立案", "new_case": opened}),
        ):
            said = document(action=action, about_case=case, **more)
            await say(police, STATION, "warning_feedback", said, "warning")
        after = await became_cases(justice)
        assert [b - a for a, b in zip(before, after, strict=True)] == [1, criminal]
        shown = await justice.json(Call("GET", f"/v1/disputes/{raised.dispute}"))
        assert lines(await book(justice, "warnings"))[shown["code"]]["已立案件"] == number
        assert shown["code"] not in lines(await book(court, "warnings"))


async def became_cases(agent: Agent) -> list[int]:
    rows = (await book(agent, "statistics")).get_sheet_by_name("民转刑").to_python()[HEAD + 1 :]
    return [int(row[2]) for row in rows]


async def test_rooms_equipment_and_money_of_the_register_are_added_up(justice: Agent, court: Agent):
    for code, facilities in (
        (f"F{uuid4().hex[:8]}", {"room_m2": 40, "video_terminal": True, "budget_yuan": 20000, "staff": 2}),
        (f"F{uuid4().hex[:8]}", {}),
    ):
        told = organisation(code, facilities=facilities, valid_from=today())
        await say(justice, "5001990100", "mediation_organisation", told, "mediation")
        rows = (await book(court, "facilities")).get_sheet_by_index(0).to_python()
        head = [str(cell).partition("\n")[0] for cell in rows[HEAD]]
        line = dict(zip(head, next(row for row in rows if row[1] == code), strict=True))
        counted = [str(line[name]) for name in head[-4:]]
        assert counted == (["40", "有 yes", "20000", "2"] if facilities else [""] * 4)
        listed = [row for row in rows[HEAD + 1 :] if row[1]]
        sums = [sum(_number(row[n]) for row in listed) for n in range(len(head) - 4, len(head))]
        assert [float(cell) for cell in rows[-1][-4:]] == sums
    yesterday = (date.fromisoformat(today()) - timedelta(days=1)).isoformat()
    before = (await book(court, "facilities", to=yesterday)).get_sheet_by_index(0).to_python()
    assert not [row for row in before if row[1:2] == [code]]


def _number(cell: object) -> float:
    return 1.0 if cell == "有 yes" else float(str(cell)) if str(cell).isdigit() else 0.0


async def test_the_bad_asking_is_refused(police: Agent):
    for path, status in (
        ("disputes?from=2026-02-30", 400), ("disputes?from=2026-02-02&to=2026-02-01", 400),
        ("disputes?from=0001-01-01", 400), ("persons", 404),
    ):  # fmt: skip
        with pytest.raises(Problem) as problem:
            await police.call(Call("GET", f"/v1/sheets/{path}"))
        assert problem.value.status == status, path


def test_every_column_reads_a_member_that_is_in_the_form():
    for sheet in SHEETS.values():
        for column in sheet.columns:
            if isinstance(column, Told):
                known = [schemas.kind_schema(kind)["properties"] for kind in column.kinds]
                assert all(column.member in members for members in known), (sheet.zh, column)


def test_the_command_writes_the_file(hub: LiveHub, tmp_path: Path):
    file, key = tmp_path / "book.xlsx", tmp_path / "key.jwk"
    key.write_text(json.dumps(hub.keys["police-sys"]), "utf-8")
    hub.command(
        "sheet", "statistics", str(file), "--key", str(key), "--id", "police-sys", "--issuer", hub.issuer
    )
    assert "现状" in python_calamine.CalamineWorkbook.from_path(str(file)).sheet_names


_UNITS = "SELECT unit FROM system_unit WHERE system = 'justice-sys'"
_CASES = """
SELECT machine, count(*) AS n FROM case_run
 WHERE participants && $1::text[] AND opened_at < $3
   AND extract(year FROM opened_at AT TIME ZONE 'Asia/Shanghai') = $2 GROUP BY machine
"""
_DISPUTES = """
SELECT count(*) FROM dispute
 WHERE participants && $1::text[] AND opened_at < $3
   AND extract(year FROM opened_at AT TIME ZONE 'Asia/Shanghai') = $2
"""
