"""A hub of its own for each module here: Airflow's nights see everything that was ever said to a hub."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.cli.airflow.metadata import DATABASE
from hub.store.address import Address
from hub.store.binaries import bin_dir
from tests.conftest import _data_dir
from tests.live import LiveHub, live_hub


@pytest.fixture(scope="module")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """A served hub, begun anew."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("nights")) as own, live_hub(own) as served:
        yield served
        _keep_tables(server, own.data_dir)


def _keep_tables(server: Address, data_dir: Path) -> None:
    """Leave what Airflow's own tables hold: the end of the run reads it (`tests/leaks.py`)."""
    words = [bin_dir() / "pg_dump", "--data-only", "--dbname", server.url("admin", DATABASE)]
    with (data_dir / "airflow-tables.log").open("wb") as kept:
        subprocess.run(words, check=False, stdout=kept)  # a module without Airflow has no such database
