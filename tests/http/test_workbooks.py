"""Tables that are no text, over HTTP: the DBF register and the ledger of the samples, hostile workbooks."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.sending import Accepted
from tests.adapters.sheets import XLSX, book, dbf, dbf_rows, ledger, ledger_rows, sheet
from tests.http.saying import STATION

ADAPTERS = Path(__file__).parents[2] / "adapters"
REGISTER = ADAPTERS / "police" / "examples" / "05_dispute_register.dbf"
LEDGER = ADAPTERS / "justice" / "examples" / "12_ledger_gbt31000.xlsx"
BUREAU = "5001990100"
RUINED = "K7 主要当事人证件号码"
DBF = "application/vnd.dbf"


async def send(agent: Agent, unit: str, media: str, content: bytes) -> Accepted:
    purpose = "police_handling" if unit == STATION else "mediation"
    return await agent.send(agent.sign(Envelope(unit, "dispute", purpose, media), content))


async def refused(agent: Agent, unit: str, media: str, content: bytes) -> tuple[int, list[dict[str, Any]]]:
    with pytest.raises(Problem) as problem:
        await send(agent, unit, media, content)
    return problem.value.status, list(problem.value.errors)


async def test_a_register_in_dbf_revises_the_same_register_in_csv(police: Agent) -> None:
    text = (ADAPTERS / "police" / "examples" / "04_dispute_register_FWQZ_gbk.csv").read_bytes()
    first = await send(police, STATION, "text/csv;charset=GB18030", text)
    again = await send(police, STATION, DBF, REGISTER.read_bytes())
    assert [r["record"] for r in again.records] == ["row 1", "row 2", "row 3"]
    assert [r["dispute"] for r in again.records] == [r["dispute"] for r in first.records]
    found = [(f["code"], f["pointer"], f["detail"]) for f in again.records[0]["findings"]]
    assert {("truncated", "/DSRYGZDWJZY", "name"), ("truncated", "/DSRESFHM", "text")} <= set(found)


async def test_a_ledger_has_three_records_and_a_ruined_number_is_refused_by_its_cell(
    justice: Agent,
) -> None:
    sent = await send(justice, BUREAU, XLSX, LEDGER.read_bytes())
    one, ruined, other = sent.records
    assert [r["record"] for r in sent.records] == ["row 4", "row 7", "row 8"]
    assert one["dispute"] != other["dispute"]
    (error,) = ruined["problem"]["errors"]
    assert (error["rule"], error["record"], error["native"]) == ("digits-lost", "row 7", RUINED)
    assert "50000019900101" not in str(sent)
    document = (await justice.message(one["message"]))["document"]
    assert [p["name"] for p in document["parties"]] == ["郑测一", "冯测二", "余测三"]
    assert document["happened"] == {"value": "2021-04-18", "precision": "day", "raw": "44304"}


async def test_a_fault_of_content_names_the_cell(justice: Agent) -> None:
    rows = ledger_rows(LEDGER.read_bytes())
    rows[2][rows[0].index("主要当事人证件号码")] = "5" * 28
    rows[1][rows[0].index("事件名称")] = "长" * 121
    sent = await send(justice, BUREAU, XLSX, ledger(rows))
    (error,) = sent.records[0]["problem"]["errors"]
    assert (error["pointer"], error["native"], error["rule"]) == ("/title", "B4 事件名称", "maxLength")


async def test_what_holds_no_good_record_is_refused_whole(justice: Agent, police: Agent) -> None:
    rows = ledger_rows(LEDGER.read_bytes())
    status, errors = await refused(justice, BUREAU, XLSX, ledger([rows[0], rows[4]]))
    assert (status, [e["native"] for e in errors]) == (422, ["K4 主要当事人证件号码"])
    table = dbf_rows(REGISTER.read_bytes())
    status, errors = await refused(police, STATION, DBF, dbf(table[:1]))
    assert (status, errors[0]["rule"]) == (422, "no-records")


async def test_hostile_workbooks_are_refused_while_the_hub_answers_others(
    justice: Agent, police: Agent
) -> None:
    bomb = book(sheet([("x",)]), more={"xl/sharedStrings.xml": "<sst>" + "<si/>" * 2_000_000 + "</sst>"})
    far = book(sheet([()]).replace('<row r="1"></row>', '<row><c r="XFD1048576"><v>1</v></c></row>'))
    both = await asyncio.gather(
        refused(justice, BUREAU, XLSX, bomb),
        refused(justice, BUREAU, XLSX, far),
        send(police, STATION, DBF, REGISTER.read_bytes()),
    )
    assert [status for status, _ in both[:2]] == [413, 413]
    assert [errors[0]["rule"] for _, errors in both[:2]] == ["archive-ratio", "book-size"]
    assert len(both[2].records) == 3
