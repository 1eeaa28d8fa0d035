"""A hub of the linking's own: only what its tests register is there to be linked."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hub.client.agent import Agent
from hub.client.receiving import POLL
from hub.nightly.night import Interval, Night, open_night
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub


@pytest.fixture(scope="package")
def own_hub(server: Address, server_dir, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with (
        _data_dir(server, server_dir, tmp_path_factory.mktemp("linkage")) as settings,
        live_hub(settings) as hub,
    ):
        yield hub


@asynccontextmanager
async def _agent(hub: LiveHub, system: str) -> AsyncIterator[Agent]:
    async with Agent(hub.identity(system)) as agent:
        if await agent.stream() is None:
            await agent.create_stream(POLL)
        yield agent


@pytest.fixture
async def station(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with _agent(own_hub, "police-sys") as agent:
        yield agent


@pytest.fixture
async def room(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with _agent(own_hub, "justice-sys") as agent:
        yield agent


@pytest.fixture
async def night(own_hub: LiveHub) -> AsyncIterator[Night]:
    """The night of the last day, beside the hub that serves."""
    now = datetime.now(UTC)
    interval = Interval(now - timedelta(hours=12), now + timedelta(hours=12))
    async with open_night(replace(own_hub.settings, issuer=own_hub.issuer), interval) as opened:
        yield opened
