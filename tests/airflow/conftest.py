"""A hub of its own for each module here: Airflow's nights see everything that was ever said to a hub."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """A served hub, begun anew."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("nights")) as own, live_hub(own) as served:
        yield served
