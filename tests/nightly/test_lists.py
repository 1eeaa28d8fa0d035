"""Lists that are not what they say: the night goes on, and a finding says what is missing, never a value."""

from datetime import timedelta
from pathlib import Path

import orjson

from hub.client.agent import Agent
from hub.nightly.collect import collect
from hub.nightly.night import Night
from hub.nightly.reconcile import find, reconcile
from tests.adapters.sheets import book, sheet
from tests.live import LiveHub
from tests.nightly.lists import BUREAU, call, push, send, table

CELL = ("police", "500199")


def bomb() -> bytes:
    """A workbook that is small until it is unpacked."""
    return book(sheet([("x",)]), more={"xl/sharedStrings.xml": "<sst>" + "<si/>" * 2_000_000 + "</sst>"})


async def test_what_is_wrong_with_lists_is_told_and_the_night_goes_on(
    own_hub: LiveHub, desk: Agent, night: Night, tmp_path: Path
):
    day = night.interval.day
    calls = [call(n) for n in range(1, 21)]
    await send(desk, calls)
    # One list was cut off: nothing is taken for missing at the agency.
    await push(desk, table(calls[:15], "utf-8"), tmp_path, day, rows=20)
    # One row in twenty cannot be read; its place is kept and the others are compared.
    broken = [*calls[:4], call(5, BJSJ="昨天夜里", BJNR="私密内容"), *calls[5:]]
    await push(desk, table(broken), tmp_path, day, dataset="disputes", rows=20, unit=BUREAU)
    # A workbook that unpacks to a hundred times its size; a list of another day; one without a file.
    await push(desk, bomb(), tmp_path, day, dataset="agreements", format="xlsx")
    await push(desk, table(calls), tmp_path, day - timedelta(days=1), dataset="referrals")
    await push(desk, b"", tmp_path, day, dataset="warnings", blob=None, rows=3)
    # The same list twice is one; another list under the same name takes its place.
    performed = table(calls[:2])
    for body in (performed, performed, table(calls[:3])):
        await push(desk, body, tmp_path, day, dataset="performance", complete=False)
    told = await collect(night, *CELL)
    assert told == {"lists": 5, "replaced": 2, "rows": 15 + 19 + 3, "broken": 1, "problems": 5}
    found = [(one.dataset, one.pointer, one.detail) for one in await find(night, *CELL)]
    assert found == [
        ("agreements", "/blob", {"code": "untranslatable", "rule": "no-format"}),
        ("calls", "/rows", {"code": "count", "told": 20, "found": 15}),
        ("disputes", "/rows", {"code": "broken", "rows": 1, "of": 20}),
        ("performance", "/blob", {"code": "sent-twice"}),
        ("warnings", "/blob", {"code": "missing"}),
    ]
    async with night.hub.database.connection() as conn:
        (fault,) = await conn.fetch("SELECT label, code, places FROM snapshot_fault")
        assert (fault["label"], fault["code"]) == ("row 5", "untranslatable")
        assert [place["native"] for place in fault["places"]] == ["/BJSJ", "/BJSJ"]
        rows = await conn.fetch("SELECT * FROM snapshot_row")
        everything = repr([dict(row) for row in rows]) + orjson.dumps(fault["places"]).decode()
    for value in ("冯测二", "10000000002", "私密", "昨天", "邻居"):
        assert value not in everything
        assert value not in own_hub.log()


async def test_a_hostile_workbook_of_an_agency_that_keeps_workbooks(
    own_hub: LiveHub, night: Night, tmp_path: Path
):
    async with Agent(own_hub.identity("justice-sys")) as justice:
        unit = "5001990100"
        await push(
            justice, bomb(), tmp_path, night.interval.day, unit=unit, dataset="disputes", format="xlsx"
        )
        assert (await collect(night, "justice", "500199"))["problems"] == 1
        (found,) = await find(night, "justice", "500199")
        assert (found.kind, found.detail["code"]) == ("silence", "too-large")


async def test_who_says_nothing_is_told_of_once(desk: Agent, night: Night, tmp_path: Path):
    assert (await collect(night, "court", "500199"))["lists"] == 0
    assert await reconcile(night, "court", "500199") == {"silence": 1}
    assert await reconcile(night, "court", "500199") == {"silence": 1}
    # Whose list came yesterday is missed today by name; a day without calls is a list.
    yesterday = Night(night.hub, type(night.interval).of_day(night.interval.day - timedelta(days=1)))
    await push(desk, table([call(1)]), tmp_path, yesterday.interval.day, rows=1)
    await collect(yesterday, *CELL)
    (found,) = await find(night, *CELL)
    assert (found.dataset, found.pointer, found.detail) == ("calls", "", {"code": "no-list"})
    await reconcile(night, *CELL)
    await push(desk, table([]), tmp_path, night.interval.day, rows=0)
    await collect(night, *CELL)
    assert await reconcile(night, *CELL) == {}
    async with night.hub.database.connection() as conn:
        states = {r["record"]: r["state"] for r in await conn.fetch("SELECT record, state FROM finding")}
    assert states == {"": "open", "calls": "gone"}
