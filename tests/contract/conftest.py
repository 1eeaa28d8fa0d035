"""One hub for the tests of the contract that need no hub of their own, and its three systems."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, System
from tests.contract.words import (
    BUREAU,
    COMMITTEE,
    COURT,
    JUSTICE_BUREAU,
    OFFICE,
    STATION,
    TRIBUNAL,
    UNITS,
)


class Cast:
    """A hub and who talks to it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.ok("init")
        hub.units(UNITS)
        self.police = hub.add("police-sys", "police", (BUREAU, STATION))
        self.court = hub.add("court-sys", "court", (COURT, TRIBUNAL), alg="ES256")
        self.justice = hub.add("justice-sys", "justice", (JUSTICE_BUREAU, OFFICE, COMMITTEE))


@pytest.fixture(scope="package")
def cast(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The hub of this folder's tests, serving."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("contract")) as own:
        made = Cast(Hub(own.data_dir, own.database_url))
        made.hub.start()
        yield made
        made.hub.close()


@pytest.fixture
def own_cast(server: Address, server_dir: Path, tmp_path: Path) -> Iterator[Cast]:
    """A hub of the test's own, not serving yet."""
    with _data_dir(server, server_dir, tmp_path) as own:
        made = Cast(Hub(own.data_dir, own.database_url))
        yield made
        made.hub.close()


@pytest.fixture
def hub(cast: Cast) -> Hub:
    return cast.hub


@pytest.fixture
def police(cast: Cast) -> System:
    return cast.police


@pytest.fixture
def court(cast: Cast) -> System:
    return cast.court


@pytest.fixture
def justice(cast: Cast) -> System:
    return cast.justice
