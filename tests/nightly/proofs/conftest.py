"""A hub of each module's own, because what one test plants another would find; and nights on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.receiving import POLL
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, Night, open_night
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.administering import Admin
from tests.live import LiveHub, live_hub

Nights = Callable[..., AbstractAsyncContextManager[Night]]


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("night")) as own, live_hub(own) as served:
        served.register("admin-sys", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
        yield served


@pytest.fixture
async def admin(hub: LiveHub) -> AsyncIterator[Admin]:
    async with Agent(hub.identity("admin-sys")) as agent:
        yield Admin(agent)


@pytest.fixture
async def committee(justice: Agent) -> Agent:
    """The justice system, which polls."""
    if await justice.stream() is None:
        await justice.create_stream(POLL)
    return justice


@pytest.fixture
def night(hub: LiveHub) -> Nights:
    """Opens the night of today, or of so many days after, looked at so much later than now."""
    settings = replace(hub.settings, issuer=hub.issuer)

    @asynccontextmanager
    async def opened(after: int = 0, **later: float) -> AsyncIterator[Night]:
        now = datetime.now(UTC)
        at = now + timedelta(**(later or {"days": after + 2}))
        day = legal_day(now) + timedelta(days=after)
        async with open_night(settings, Interval.of_day(day), lambda: at) as made:
            yield made

    return opened


@pytest.fixture
async def sql(hub: LiveHub) -> AsyncIterator[asyncpg.Connection]:
    """The database as its owner sees it: tests plant what must not happen."""
    held = await asyncpg.connect(hub.settings.database_url)
    yield held
    await held.close()
