"""Administrators, talking to the run's hub."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.client.session import Identity
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub
from tests.http.administering import Admin
from tests.http.confirming import Confirming
from tests.http.district import CENTRE, LABOUR, LEVELS, District
from tests.live import LiveHub


@pytest.fixture(scope="module")
def admin_id(hub: LiveHub) -> Identity:
    if "admin-sys" not in hub.keys:
        hub.register("admin-sys", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    return hub.identity("admin-sys")


@pytest.fixture
async def admin(admin_id: Identity) -> AsyncIterator[Admin]:
    async with Agent(admin_id) as agent:
        yield Admin(agent)


@pytest.fixture
async def second(hub: LiveHub) -> AsyncIterator[Admin]:
    """Another administrator."""
    if "admin-two" not in hub.keys:
        hub.register("admin-two", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    async with Agent(hub.identity("admin-two")) as agent:
        yield Admin(agent)


@pytest.fixture(scope="package")
def confirming(
    server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Confirming]:
    """A hub of its own whose court seals its rulings; tests may move its clock on."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("confirming")) as own:
        made = Confirming(Hub(own.data_dir, own.database_url))
        yield made
        made.hub.close()


@pytest.fixture(scope="package")
def district(
    server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[District]:
    """A hub of its own with a configured district, whose clock tests may move on."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("district")) as own:
        made = District(Hub(own.data_dir, own.database_url))
        made.configure(
            {"name": "warning-levels", "value": LEVELS},
            {"name": "warning-units", "value": {"dispatchers": [{"division": "500199", "unit": CENTRE}]}},
            {"name": "proxies", "value": {LABOUR: CENTRE}},
            {"name": "warning-trigger", "value": {"calls": 3, "failed": 1, "days": 90}},
        )
        made.hub.start()
        made.poll(made.police, made.centre, made.above, made.justice)
        yield made
        made.hub.close()
