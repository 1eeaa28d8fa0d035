"""Agents of the three systems and an administrator, talking to the run's hub."""

from collections.abc import AsyncIterator

import pytest

from hub.client.agent import Agent
from hub.client.session import Identity
from tests.http.administering import Admin
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


@pytest.fixture(scope="module")
def admin_id(hub: LiveHub) -> Identity:
    if "admin-sys" not in hub.keys:
        hub.register("admin-sys", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    return hub.identity("admin-sys")


@pytest.fixture
async def admin(admin_id: Identity) -> AsyncIterator[Admin]:
    async with Agent(admin_id) as agent:
        yield Admin(agent)
