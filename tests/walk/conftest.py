"""A hub of this folder's own: a walk leaves many disputes behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.conftest import Cast
from tests.contract.kit import Hub


@pytest.fixture(scope="package")
def cast(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The hub of this folder's tests, serving."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("walk")) as own:
        made = Cast(Hub(own.data_dir, own.database_url))
        made.hub.start()
        yield made
        made.hub.close()
