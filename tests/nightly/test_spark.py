"""The night in Spark: the same findings as in DuckDB, value by value, of the engine and of the whole job."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.nightly.collect import collect
from hub.nightly.findings import Found
from hub.nightly.night import Night, open_night
from hub.nightly.reconcile import find, reconcile
from hub.settings import load
from tests.live import LiveHub
from tests.nightly.comparing import all_generated, by_engine, by_pandas
from tests.nightly.in_spark import spark_for_little
from tests.nightly.lists import call, push, send, table

CELL = ("police", "500199")
ALIKE = (
    "kind", "unit", "system", "record", "record_kind", "snapshot", "n", "place", "message", "delivery",
    "detail",
)  # fmt: skip
Told = tuple[Any, ...]
TWO_SESSIONS = """
import sys
from pathlib import Path
from hub.nightly.on_spark import spark_session
for _ in range(2):
    with spark_session(Path(sys.argv[1]), None) as session:
        assert session.range(7).count() == 7
        assert list(Path(sys.argv[1]).iterdir())
"""
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # pyspark leaves sockets open


@pytest.fixture(scope="module", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with spark_for_little(tmp_path_factory.mktemp("spark")):
        yield


def test_spark_finds_what_duckdb_finds_value_by_value(tmp_path: Path):
    records = all_generated()
    by_duckdb = by_engine(*records, tmp_path)
    assert by_duckdb == by_pandas(*records)
    assert by_engine(*records, tmp_path, "spark") == by_duckdb
    assert list(tmp_path.iterdir()) == []


def test_the_second_session_of_a_process_leaves_nothing_on_the_disk_either(tmp_path: Path):
    subprocess.run([sys.executable, "-c", TWO_SESSIONS, str(tmp_path)], check=True)
    assert list(tmp_path.iterdir()) == []


async def test_a_night_in_spark_leaves_what_one_in_duckdb_leaves(
    own_hub: LiveHub, desk: Agent, night: Night, tmp_path: Path
):
    calls = [call(n) for n in range(1, 21)]
    calls[7] = call(8, GLJJDBH="20261126093099999")
    await send(desk, calls)
    await send(desk, [call(5, BJNR="更正后的内容")])
    listed = [
        call(3, BJNR="另一种说法", SSRS="3") if n == 2 else one for n, one in enumerate(calls) if n != 10
    ]
    await push(desk, table([*listed, call(50), call(2)]), tmp_path, night.interval.day, rows=21)
    await collect(night, *CELL)
    by_duckdb = await find(night, *CELL)
    assert {one.kind for one in by_duckdb} == {
        "missing_at_agency", "missing_at_hub", "stale_version", "field_mismatch", "duplicate",
        "orphan_reference",
    }  # fmt: skip
    settings = load(env={**own_hub.environment, "LIANTIAO_NIGHT_ENGINE": "spark"})
    async with open_night(settings, night.interval) as in_spark:
        counts = await reconcile(in_spark, *CELL)
    left = await rows_of(night, "SELECT * FROM finding ORDER BY id")
    assert [told(night, row) for row in left] == said(night, by_duckdb)
    assert await reconcile(night, *CELL) == counts
    assert await rows_of(night, "SELECT * FROM finding ORDER BY id") == left
    spark, duckdb = await rows_of(night, "SELECT digest FROM night_run WHERE job = 'reconcile'")
    assert spark == duckdb
    assert not list(own_hub.settings.data_dir.glob("liantiao-night-*"))


def said(night: Night, found: list[Found]) -> list[Told]:
    """What was found, in the order of its ids."""
    return [
        (*(getattr(one, name) for name in ALIKE), one.pointer, one.hub, one.agency)
        for one in sorted(found, key=lambda one: one.id(night.interval.day))
    ]


def told(night: Night, row: dict[str, Any]) -> Told:
    """The same of a row of the table, its values opened."""
    place, sealer = f"finding|{row['id']}", night.hub.sealer
    dek = row["dek"] and sealer.unwrap(row["dek"], None, f"{place}|dek")
    values = (
        row[name] and sealer.open(dek, f"{place}|{name}", row[name]).decode()
        for name in ("hub_value", "agency_value")
    )
    return (*(row[name] for name in ALIKE), row["field"], *values)


async def rows_of(night: Night, query: str) -> list[dict[str, Any]]:
    async with night.hub.database.connection() as conn:
        return [dict(row) for row in await conn.fetch(query)]
