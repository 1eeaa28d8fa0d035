"""Lists that are not what they say: the night goes on, and a finding says what is missing, never a value."""

import dataclasses
import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from hub.client.agent import Agent
from hub.errors import Refused
from hub.exchange.configuration import check_config
from hub.law.calendar import legal_day
from hub.nightly.collect import collect
from hub.nightly.night import Interval, Night, open_night
from hub.nightly.reconcile import find, reconcile
from hub.translate.registry import MAX_LIST
from tests.adapters.sheets import book, sheet
from tests.live import LiveHub
from tests.nightly.lists import BUREAU, call, push, send, table
from tests.nightly.served import pages, untrusted

CELL = ("police", "500199")
NOTHING = {"lists": 0, "replaced": 0, "rows": 0, "broken": 0, "problems": 0}
HOST_KEY = f"ssh-ed25519 {'A' * 68}"


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
    broken = [*calls[:4], call(5, SSRS="三人左右", BJNR="私密内容"), *calls[5:]]
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
        assert [place["native"] for place in fault["places"]] == ["/SSRS"]
        rows = await conn.fetch("SELECT * FROM snapshot_row")
        everything = repr([dict(row) for row in rows]) + orjson.dumps(fault["places"]).decode()
    for value in ("冯测二", "10000000002", "私密", "三人", "邻居"):
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


async def test_lists_are_fetched_from_a_folder_and_from_a_page(own_hub: LiveHub, desk: Agent, tmp_path: Path):
    calls = [call(n) for n in range(1, 6)]
    await send(desk, calls)
    day = legal_day(datetime.now(UTC))
    folder, served = tmp_path / "in", tmp_path / "served"
    for made in (folder, served):
        made.mkdir()
    (folder / f"calls-{day}.csv").write_bytes(table([call(1, BJNR="另一种说法"), *calls[1:]]))
    (served / f"{day:%Y%m%d}.csv").write_bytes(table([*calls[:4], call(5, BJNR="又一种说法")]))
    with pages(served) as port:
        entry = {"system": "police-sys", "unit": BUREAU, "format": "csv", "complete": True}
        places = {
            "calls": f"file://{folder}/calls-{{day}}.csv",
            "disputes": f"http://127.0.0.1:{port}/{{yyyymmdd}}.csv",
            "warnings": f"http://127.0.0.1:{port}/none-{{day}}.csv",
            "referrals": "http://169.254.169.254/{day}.csv",
        }
        value = [{**entry, "dataset": name, "from": place} for name, place in places.items()]
        file = tmp_path / "config.json"
        file.write_text(json.dumps([{"name": "snapshots", "valid_from": "2020-01-01", "value": value}]))
        own_hub.command("config", "import", str(file), "--reason", "试验 test")
        settings = dataclasses.replace(
            own_hub.settings, push_allow=("127.0.0.1",), snapshot_folders=(str(folder),)
        )
        async with open_night(own_hub.settings, Interval.of_day(day)) as closed:
            assert await collect(closed, *CELL) == {**NOTHING, "not_had": 4}
            whys = {one.detail["why"] for one in await find(closed, *CELL)}
            assert whys == {"place-not-allowed"}
        async with open_night(settings, Interval.of_day(day)) as night:
            assert (await collect(night, *CELL))["lists"] == 2
            first = await find(night, *CELL)
            # Gone from their places: what was fetched is kept.
            (folder / f"calls-{day}.csv").unlink()
            (served / f"{day:%Y%m%d}.csv").unlink()
            assert (await collect(night, *CELL))["lists"] == 2
            assert await find(night, *CELL) == first
    assert [(one.dataset, one.kind, one.pointer) for one in first] == [
        ("calls", "field_mismatch", "/facts"),
        ("disputes", "field_mismatch", "/facts"),
        ("referrals", "silence", ""),
        ("warnings", "silence", ""),
    ]
    assert [one.detail for one in first[2:]] == [
        {"code": "no-list", "why": "place-not-allowed"},
        {"code": "no-list", "why": "http-status", "status": 404},
    ]


async def test_a_finding_says_why_a_list_could_not_be_had(own_hub: LiveHub, desk: Agent, tmp_path: Path):
    day = legal_day(datetime.now(UTC))
    folder = tmp_path / "geheim"
    folder.mkdir()
    (folder / f"link-{day}").symlink_to(folder / f"big-{day}")
    with (folder / f"big-{day}").open("wb") as large:
        large.truncate(MAX_LIST + 1)
    with pages(folder) as plain, pages(folder, untrusted(tmp_path / "own.pem")) as tls:
        with socket.create_server(("127.0.0.1", 0)) as closed:
            dead = closed.getsockname()[1]
        why = {
            "agreements": (f"file://{folder}/none-{{day}}", "no-file"),
            "calls": (f"file://{folder}/link-{{day}}", "not-a-file"),
            "confirmations": (f"file://{folder}/big-{{day}}", "too-large"),
            "disputes": (f"http://127.0.0.1:{plain}/big-{{day}}", "too-large"),
            "mediators": (f"https://127.0.0.1:{tls}/{{day}}", "certificate"),
            "organisations": (f"https://127.0.0.1:{plain}/{{day}}", "no-common-protocol"),
            "performance": (f"http://127.0.0.1:{dead}/{{day}}", "no-connection"),
            "referrals": (f"http://127.0.0.1:{dead}/gone-{{day}}", "no-connection"),
        }
        entry = {"system": "police-sys", "unit": BUREAU, "format": "csv"}
        value = [{**entry, "dataset": name, "from": place} for name, (place, _) in why.items()]
        config = tmp_path / "config.json"
        config.write_text(json.dumps([{"name": "snapshots", "valid_from": "2020-01-01", "value": value}]))
        own_hub.command("config", "import", str(config), "--reason", "试验 test")
        settings = dataclasses.replace(
            own_hub.settings, push_allow=("127.0.0.1",), snapshot_folders=(str(folder),)
        )
        async with open_night(settings, Interval.of_day(day)) as night:
            # What the agency sends itself is a list, whatever became of fetching it.
            await push(desk, table([call(1)]), tmp_path, day, dataset="referrals", rows=1)
            told = await collect(night, *CELL)
            assert (told["lists"], told["not_had"]) == (1, len(why) - 1)
            del why["referrals"]
            found = {
                o.dataset: o.detail for o in await find(night, *CELL) if o.detail.get("code") == "no-list"
            }
            assert found == {name: {"code": "no-list", "why": code} for name, (_, code) in why.items()}
            await reconcile(night, *CELL)
            async with night.hub.database.connection() as conn:
                kept = await conn.fetch("SELECT * FROM finding f JOIN snapshot s ON s.id = f.snapshot")
            assert "geheim" not in repr([dict(row) for row in kept]) + own_hub.log()
            # On the command line in words; this one may fetch from no folder.
            words = ("--json", "reconcile", "--day", day.isoformat(), "--agency", "police", "--dry-run")
            shown = json.loads(own_hub.command(*words))
            (row,) = [row for row in shown if row["dataset"] == "calls"]
            assert row["detail"].endswith("设置不允许到该处取 · the settings do not allow that place")
            assert "why=place-not-allowed" in row["detail"]
            # Who no longer expects them does not miss them, tried for though they were.
            tomorrow = Interval.of_day(day + timedelta(days=1))
            config.write_text(json.dumps([{"name": "snapshots", "valid_from": "2020-01-01", "value": []}]))
            own_hub.command("config", "import", str(config), "--reason", "试验 test")
            async with open_night(settings, tomorrow) as after:
                assert {one.dataset for one in await find(after, *CELL)} == {"referrals"}


@pytest.mark.parametrize(
    "change",
    [
        {"dataset": "nothing"},
        {"format": "doc"},
        {"from": "file:///srv/calls.csv"},
        {"from": "file:///srv/../etc/{day}"},
        {"from": "ftp://host/{day}"},
        {"from": "sftp://u@host/{day}"},
        {"from": "sftp://u@host/{day}", "host_key": "ssh-dss AAAA"},
        {"from": "sftp://u:p@host/{day}", "host_key": HOST_KEY},
        {"from": "sftp://host/{day}", "host_key": HOST_KEY},
        {"from": "sftp://u@host/%2e%2e/{day}", "host_key": HOST_KEY},
        {"host_key": HOST_KEY},
        {"from": "https://user@host/{day}"},
        {"complete": "yes"},
        {"coverage": "all"},
        {"unit": ""},
        {"password": "x"},
    ],
)
def test_a_configuration_that_cannot_be_followed_is_refused(change: dict[str, object]):
    entry = {
        "system": "s",
        "unit": "u",
        "dataset": "calls",
        "format": "csv",
        "from": "https://host/{day}.csv",
    }
    by_key = {**entry, "from": "sftp://u@host:2222/{day}", "host_key": HOST_KEY}
    check_config("snapshots", [entry, by_key])
    with pytest.raises(Refused) as refused:
        check_config("snapshots", [{**entry, **change}])
    assert refused.value.code == "schema"
    assert refused.value.faults[0].pointer is not None
