"""The short form of `make fuzz`: generated requests, no 5xx, nothing against the OpenAPI document."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.access.ground import Ground
from tests.conftest import _data_dir
from tests.contract.kit import Hub
from tests.fuzz.running import Run, begun


@pytest.fixture(scope="module")
def ground(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("fuzz")) as own:
        hub = Hub(own.data_dir, own.database_url)
        yield begun(hub)
        hub.close()


def test_generated_requests_are_answered_as_described(ground: Ground):
    run = Run(ground)
    run.round(seed=2, often=2)
    assert run.tally.requests > 150
    assert run.tally.wrong == {}
    reached = sum(n for counts in run.tally.answered.values() for status, n in counts.items() if status < 300)
    assert reached / run.tally.requests > 0.3
