"""A hub of the linking's own: only what its tests register is there to be linked."""

from collections.abc import AsyncIterator, Iterator

import pytest

from hub.client.agent import Agent
from hub.nightly.night import Night
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub
from tests.nightly.own import night_around_now, speaking


@pytest.fixture(scope="package")
def own_hub(server: Address, server_dir, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with (
        _data_dir(server, server_dir, tmp_path_factory.mktemp("linkage")) as settings,
        live_hub(settings) as hub,
    ):
        yield hub


@pytest.fixture
async def station(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with speaking(own_hub, "police-sys") as agent:
        yield agent


@pytest.fixture
async def room(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with speaking(own_hub, "justice-sys") as agent:
        yield agent


@pytest.fixture
async def night(own_hub: LiveHub) -> AsyncIterator[Night]:
    """The night of the last day, beside the hub that serves."""
    async with night_around_now(own_hub) as opened:
        yield opened
