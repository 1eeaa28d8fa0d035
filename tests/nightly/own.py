"""What tests of the night do on a hub of their own: speak as its systems, open the night around now."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hub.client.agent import Agent
from hub.client.receiving import POLL
from hub.nightly.night import Interval, Night, open_night
from tests.live import LiveHub


@asynccontextmanager
async def speaking(hub: LiveHub, system: str) -> AsyncIterator[Agent]:
    """A system with its stream."""
    async with Agent(hub.identity(system)) as agent:
        if await agent.stream() is None:
            await agent.create_stream(POLL)
        yield agent


@asynccontextmanager
async def night_around_now(hub: LiveHub) -> AsyncIterator[Night]:
    """The night of the last day, beside the hub that serves."""
    now = datetime.now(UTC)
    interval = Interval(now - timedelta(hours=12), now + timedelta(hours=12))
    async with open_night(replace(hub.settings, issuer=hub.issuer), interval) as opened:
        yield opened
