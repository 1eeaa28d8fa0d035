"""A served hub of the night's own tests, and a night beside it on the same database."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, Night, open_night
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub


@pytest.fixture
def own_hub(server: Address, server_dir: Path, tmp_path: Path) -> Iterator[LiveHub]:
    """A hub nobody else speaks to: what is found in it was planted."""
    with _data_dir(server, server_dir, tmp_path) as own, live_hub(own) as served:
        yield served


@pytest.fixture
async def desk(own_hub: LiveHub) -> AsyncIterator[Agent]:
    """The police system, talking to that hub."""
    async with Agent(own_hub.identity("police-sys")) as agent:
        yield agent


@pytest.fixture
async def night(own_hub: LiveHub) -> AsyncIterator[Night]:
    """The night of today."""
    interval = Interval.of_day(legal_day(datetime.now(UTC)))
    async with open_night(own_hub.settings, interval) as opened:
        yield opened
