"""The counts of a district in the extract of a month: the same for all, suppressed, without the protected."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.cli.share import interval_of_month
from hub.client.agent import Agent
from hub.law.calendar import legal_day
from hub.nightly.extracts.district import whole_month
from hub.nightly.night import Interval
from hub.nightly.share import share
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.saying import PARTIES, STATION, TRIBUNAL, dispute, say
from tests.live import LiveHub, live_hub
from tests.nightly.packages import fetched, opened_night, table

MINOR = [{**PARTIES[0], "flags": {"minor": True, "domestic_violence": "none"}}, PARTIES[1]]
VICTIM = [{**PARTIES[0], "flags": {"minor": False, "domestic_violence": "victim"}}, PARTIES[1]]


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("district")) as own, live_hub(own) as served:
        yield served


async def _said(police: Agent, times: int, dispute_type: str, **members: Any) -> None:
    for _ in range(times):
        await say(police, STATION, "dispute", dispute(dispute_type=dispute_type, **members))


async def test_the_same_counts_for_every_unit_of_the_district(hub, police, court):
    await _said(police, 7, "2")
    await _said(police, 3, "4")
    await _said(police, 6, "15")
    await _said(police, 9, "13")
    await _said(police, 5, "1")
    await _said(police, 5, "8", parties=MINOR)
    await _said(police, 5, "7", parties=VICTIM)
    month = interval_of_month(f"{legal_day(datetime.now(UTC)):%Y-%m}")
    async with opened_night(hub, month) as night:
        await share(night)
    _, files = await fetched(police, STATION)
    counts = {row["dispute_type"]: row["count"] for row in table(files, "district")}
    assert counts == {"2": "7", "4": "", "13": "9", "15": ""}
    _, of_court = await fetched(court, TRIBUNAL)
    assert of_court["data/district.csv"] == files["data/district.csv"]
    today = legal_day(datetime.now(UTC))
    assert whole_month(month)
    assert not whole_month(Interval.of_day(today))
