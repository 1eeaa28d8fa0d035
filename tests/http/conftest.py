"""Agents of the three systems, talking to the run's hub."""

from collections.abc import AsyncIterator

import pytest

from hub.client.agent import Agent
from tests.live import LiveHub


@pytest.fixture
async def police(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("police-sys")) as agent:
        yield agent


@pytest.fixture
async def court(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("court-sys")) as agent:
        yield agent


@pytest.fixture
async def justice(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("justice-sys")) as agent:
        yield agent
