"""The linking in Spark: the same pairs as in DuckDB, value by value, of the engine and of the whole job."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.linkage_data import generated
from hub.client.agent import Agent
from hub.nightly.linkage import engine, link, on_spark, training
from hub.nightly.linkage.comparisons import COMPARISONS
from hub.nightly.linkage.engine import Scored
from hub.nightly.linkage.model import frozen
from hub.nightly.linkage.records import Compared
from hub.nightly.night import Night, open_night
from hub.settings import load
from hub.trust.blind import Blinder
from tests.http.saying import COMMITTEE, STATION
from tests.live import LiveHub
from tests.nightly.in_spark import spark_for_little
from tests.nightly.linkage.test_linkage_night import at, digest, person, registered, rows
from tests.nightly.linkage.test_linkage_pairing import record

EVENTS = 200
SKELETONS = ("zhang+wei", "li+na")
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")  # pyspark leaves sockets open


@pytest.fixture(scope="module", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with spark_for_little(tmp_path_factory.mktemp("spark")):
        yield


@pytest.fixture(scope="module")
def world() -> list[Compared]:
    """Generated registrations, and by hand the levels that these do not reach."""
    lines = (json.dumps(vars(one)) for one in generated(EVENTS, 41))
    return training.read(lines, Blinder(b"k" * 32).blind)[0] + [
        record("h1", phones=("p1",), roads=("长江路",), doors=("长江路1",)),
        record("h2", "justice", phones=("p1",), roads=("长江路",), doors=("长江路2",)),
        record("h3", names=("张伟", "李娜梅"), pinyins=("zhang wei", "li na mei"), skeletons=SKELETONS),
        record("h4", names=("章炜", "李娜芳"), pinyins=("zhang wei", "li na fang"), skeletons=SKELETONS),
    ]


def by_duckdb(records: list[Compared], folder: Path) -> list[Scored]:
    with engine.workshop(folder) as connection:
        return engine.score(connection, records, frozen())


def test_spark_weighs_every_pair_as_duckdb_does(world: list[Compared], tmp_path: Path):
    scored = by_duckdb(world, tmp_path)
    met = {(name, gamma) for pair in scored for name, gamma in pair.levels.items()}
    levels = {(c.name, gamma) for c in COMPARISONS for gamma in range(-1, len(c.levels) + 1)}
    assert met == levels - {("day", -1)}, "a dispute has a day"
    assert on_spark.score(tmp_path, world, frozen()) == scored
    assert list(tmp_path.iterdir()) == []


async def test_a_night_in_spark_links_what_one_in_duckdb_links(
    own_hub: LiveHub, night: Night, station: Agent, room: Agent
):
    sides = [person("A", "p1", "a", "phone", name="蒋测甲"), person("B", "p2", "b", name="蒋测乙")]
    await registered(station, STATION, sides, **at("白塔路21号"))
    await registered(room, COMMITTEE, sides[::-1], **at("白塔路21号", days=1))
    settings = load(env={**own_hub.environment, "LIANTIAO_NIGHT_ENGINE": "spark"})
    async with open_night(settings, night.interval) as in_spark:
        counts = await link(in_spark)
    assert counts["proposed"] >= 1
    left = await rows(night)
    again = await link(night)
    assert again["known"] == again["pairs"] == counts["pairs"]
    assert await rows(night) == left
    spark, duckdb = (await digest(night))[-2:]
    assert spark == duckdb
    assert not list(own_hub.settings.data_dir.glob("liantiao-night-*"))
