"""One hub for the tests of the contract that need no hub of their own, and its three systems."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import Hub, System
from tests.contract.sink import Sink
from tests.contract.words import (
    BUREAU,
    COMMITTEE,
    COURT,
    HEAD,
    JUSTICE_BUREAU,
    OFFICE,
    STATION,
    TRIBUNAL,
    UNITS,
)

Guest = Callable[..., System]
ROOMS = range(3200, 3400)


class Cast:
    """A hub and who talks to it."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        hub.furnish("init")
        hub.units(UNITS)
        self.police = hub.add("police-sys", "police", (BUREAU, STATION))
        self.court = hub.add("court-sys", "court", (COURT, TRIBUNAL), alg="ES256")
        self.justice = hub.add("justice-sys", "justice", (JUSTICE_BUREAU, OFFICE, COMMITTEE))
        self.admin = hub.add("admin-sys", "justice", (OFFICE,), "--scope", "admin", "--no-receiving")
        self._numbers = iter(ROOMS)
        self._opened = False

    def guest(self, *options: str) -> System:
        """A committee of the office with a system of its own: what it gets, no other test sees."""
        if not self._opened:
            rooms = (f"{n},测试{n}人民调解委员会,justice,town,500199,{OFFICE},2010-01-01," for n in ROOMS)
            self.hub.units("\n".join((HEAD, *rooms, "")))
            self._opened = True
        unit = str(next(self._numbers))
        return self.hub.add(f"room-{unit}", "justice", (unit,), *options)


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


@pytest.fixture
def guest(cast: Cast) -> Guest:
    """Makes committees with systems of their own."""
    return cast.guest


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink()
    yield made
    made.close()
