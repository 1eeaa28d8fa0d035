"""Lists as offices keep them and as lines spoil them, through the night's own job: each row is read, or
refused with sheet, row and column; the run goes on, and a finding says what is missing.
"""

import asyncio
import resource
from pathlib import Path
from typing import Any

from hub.client.agent import Agent
from hub.nightly.collect import collect
from hub.nightly.night import Night
from hub.nightly.reconcile import find
from hub.translate.registry import MAX_LIST
from tests.adapters.sheets import Xml, book, day, sheet
from tests.live import LiveHub
from tests.nightly.lists import call, push, table

OFFICE = "5001990100"
BIG = 200 * 1024 * 1024
HEADINGS = (
    "序号", "事件名称", "发生日期\t", "事件简述\t", "主要当事人姓名", "主要当事人证件号码", "主要当事人性别",
)  # fmt: skip
DATES = (
    "2021年4月19日", "2021.4.19", "2021-04-19", "2021/4/19", 20210419, 44305, day(44305),
    Xml('<c r="{r}" t="d"><v>2021-04-19T00:00:00</v></c>'), "二〇二一年四月十九日",
)  # fmt: skip
RUINED = (
    (500000196803059010, "digits-lost"),
    ("5.00000196803059E+17", "digits-lost"),
    (Xml('<c r="{r}"><f>VLOOKUP(A2,B:C,2)</f></c>'), "cell-formula"),
    (Xml('<c r="{r}" t="e"><v>#REF!</v></c>'), "cell-error"),
)


def ledger() -> bytes:
    """Two sheets with titles and sums: a dispute for each way to write a day, then ruined cells."""
    first: list[tuple[object, ...]] = [
        ("示例区测试镇矛盾纠纷排查化解台账",),
        ("填报单位:测试镇司法所",),
        HEADINGS,
    ]
    for n, when in enumerate(DATES, start=1):
        first.append((n, f"排水纠纷{n}", when, "共用排水沟堵塞", "郑测一", "500000196803059010", "男"))
        first.append((None, None, None, None, "冯测二", "500000197511209026", "2"))
    merges = [
        f"{column}{row}:{column}{row + 1}" for row in range(4, 4 + 2 * len(DATES), 2) for column in "ABD"
    ]
    first.append(("合计", None, None, None, len(DATES)))
    second: list[tuple[object, ...]] = [HEADINGS]
    for n, (number, _) in enumerate(RUINED, start=1):
        second.append((n, f"口角{n}", "2021.5.19", "现场已和解", "袁测五", number, "女"))
    return book(sheet(first, ["A1:G1", *merges]), sheet(second))


async def faults(night: Night) -> list[tuple[str, list[dict[str, Any]]]]:
    async with night.hub.database.connection() as conn:
        rows = await conn.fetch("SELECT label, places FROM snapshot_fault ORDER BY snapshot, n")
    return [(row["label"], row["places"]) for row in rows]


async def test_a_ledger_is_read_row_by_row(own_hub: LiveHub, night: Night, tmp_path: Path):
    async with Agent(own_hub.identity("justice-sys")) as office:
        told = {"unit": OFFICE, "dataset": "disputes", "format": "xlsx"}
        await push(office, ledger(), tmp_path, night.interval.day, rows=len(DATES) + len(RUINED), **told)
    counted = await collect(night, "justice", "500199")
    assert (counted["rows"], counted["broken"]) == (len(DATES), len(RUINED))
    found = await faults(night)
    assert [(label, [place["rule"] for place in places]) for label, places in found] == [
        (f"sheet 2 row {n}", [rule]) for n, (_, rule) in enumerate(RUINED, start=2)
    ]
    assert [places[0]["native"] for _, places in found] == [
        f"sheet 2 F{n} 主要当事人证件号码" for n in range(2, 2 + len(RUINED))
    ]
    assert "50000019680305" not in repr(found)
    async with night.hub.database.connection() as conn:
        days = await conn.fetch(
            "SELECT DISTINCT digests[array_position(fields, '/happened/value')] AS day FROM snapshot_row"
        )
    assert len(days) == 1
    assert days[0]["day"] is not None
    missing = [one.detail for one in await find(night, "justice", "500199") if one.pointer == "/rows"]
    assert {"code": "broken", "rows": len(RUINED), "of": len(DATES) + len(RUINED)} in missing


async def test_what_lines_and_programs_spoil(desk: Agent, night: Night, tmp_path: Path):
    day_, bad = night.interval.day, {"SSRS": "三人左右"}
    calls = [call(n, **(bad if n % 20 == 0 else {})) for n in range(1, 101)]
    # The same table in the charset of the desk and in others; bytes that are no letter in any.
    await push(desk, table(calls), tmp_path, day_, dataset="calls", rows=100)
    await push(desk, table(calls, "utf-8-sig"), tmp_path, day_, dataset="disputes", rows=100)
    await push(desk, table(calls[:9], "utf-16"), tmp_path, day_, dataset="warnings", rows=9)
    spoilt = table(calls[:9]) + b"\xff\xff\xff"
    await push(desk, spoilt, tmp_path, day_, dataset="referrals", rows=9)
    # Larger than a list may be: it is not even opened.
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.write(table(calls))
        file.truncate(BIG)
    blob = await desk.upload(large)
    await push(desk, b"", tmp_path, day_, dataset="agreements", blob=blob)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    counted = await collect(night, "police", "500199")
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < MAX_LIST
    async with night.hub.database.connection() as conn:
        rows = await conn.fetch("SELECT dataset, held, broken, problems FROM snapshot ORDER BY dataset")
    taken = {row["dataset"]: (row["held"], row["broken"]) for row in rows}
    assert taken["calls"] == taken["disputes"] == (95, 5)
    assert taken["agreements"] == (0, 0)
    assert taken["referrals"] == (0, 0)
    told = {(one.dataset, one.detail.get("code")) for one in await find(night, "police", "500199")}
    assert {("calls", "broken"), ("disputes", "broken"), ("agreements", "too-large")} <= told
    assert any(dataset == "referrals" for dataset, _ in told)
    assert counted["lists"] == 5
    digests = await asyncio.gather(*(_digests(night, name) for name in ("calls", "disputes")))
    assert digests[0] == digests[1]


async def _digests(night: Night, dataset: str) -> list[bytes]:
    async with night.hub.database.connection() as conn:
        rows = await conn.fetch(
            "SELECT r.digest FROM snapshot_row r JOIN snapshot s ON s.id = r.snapshot"
            " WHERE s.dataset = $1 ORDER BY r.n",
            dataset,
        )
    return [row["digest"] for row in rows]
