"""What all tests share: one embedded PostgreSQL per run, a fresh migrated database per test, a clock.

Each run has its own server in its own folder, so that several runs can go on at once, as root or not.
"""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from hub.cli.prepare import prepare as prepare_hub
from hub.client.agent import Agent
from hub.errors import Misconfigured
from hub.settings import Settings
from hub.store.address import Address, embedded_dsn
from hub.store.cluster import cluster_of
from hub.store.database import Database
from hub.store.embedded import Embedded, remove_data_dir
from hub.store.migrate import create_database, migrate_at
from hub.store.secrets import prepare
from tests.leaks import leaks_in
from tests.live import LiveHub, live_hub
from tests.support import SetClock

TEMPLATE = "migrated"
FURNISHED = "furnished"
PREFIX = "liantiao-test-"
_numbers = count(1)
LONGEST = (
    "tests/airflow/test_airflow.py",
    "tests/airflow",
    "tests/sandbox",
    "tests/contract/test_command_line.py",
    "tests/dags",
    "tests/nightly",
    "tests/stories",
    "tests/contract",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole run: no person in any log that the tests have left (`tests/leaks.py`)."""
    if hasattr(session.config, "workerinput"):
        return  # the controller looks, once for all workers
    folders = session.config._tmp_path_factory  # type: ignore[attr-defined]  # pytest has no public name for it
    found = leaks_in(folders.getbasetemp())
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        terminal = session.config.get_terminal_writer()
        for file, persons in found.items():
            terminal.line(f"\nLEAK {file}: {' '.join(sorted(persons)[:5])}", red=True)


@pytest.fixture
def clock() -> SetClock:
    """Wednesday 25 November 2026, 10:00 in Asia/Shanghai."""
    return SetClock(datetime(2026, 11, 25, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def server_dir() -> Iterator[Path]:
    """The data directory of the run's own server."""
    _sweep()
    data_dir = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))
    yield data_dir
    leaks = leaks_in(cluster_of(data_dir).home)  # what PostgreSQL wrote of it all
    remove_data_dir(data_dir)
    assert leaks == {}


@pytest.fixture(scope="session")
def server(server_dir: Path) -> Iterator[Address]:
    """The run's own server, with databases to copy. Tests take `settings`, `database` or a served hub."""
    secrets = prepare(server_dir)
    tuning = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    running = Embedded.join(server_dir, secrets.passwords["admin"], tuning=tuning)
    try:
        address = Address(embedded_dsn(running.host, secrets.passwords["admin"]), secrets)
        asyncio.run(_make_template(address))
        asyncio.run(_furnish(address, server_dir))
        yield address
    finally:
        running.leave()


@pytest.fixture
def settings(server: Address, server_dir: Path, tmp_path: Path) -> Iterator[Settings]:
    """Settings of a hub with a data directory and a fresh migrated database of its own.

    A `liantiao` process works on it when given `LIANTIAO_DATA_DIR` and `LIANTIAO_DATABASE_URL`.
    """
    with _data_dir(server, server_dir, tmp_path, TEMPLATE) as own:
        yield own


@pytest.fixture(scope="session")
def hub(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    """A served hub with the units and systems of the fixtures, shared by the tests of a run."""
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("hub")) as own, live_hub(own) as served:
        yield served


@pytest.fixture
async def database(settings: Settings, clock: SetClock) -> AsyncIterator[Database]:
    """The pools of a fresh database."""
    async with Database.open(settings, clock) as opened:
        yield opened


@contextmanager
def _data_dir(
    server: Address, server_dir: Path, folder: Path, template: str = FURNISHED
) -> Iterator[Settings]:
    """A data directory and a database of its own: what `init` makes is there, or only the tables."""
    data_dir = folder / "data"
    data_dir.mkdir(mode=0o700)
    for name in ("kek", "passwords"):
        shutil.copy2(server_dir / name, data_dir / name)
    name = f"test_{os.getpid()}_{next(_numbers)}"
    asyncio.run(create_database(server, name, template))
    yield Settings(data_dir=data_dir, database_url=server.url("admin", name))
    asyncio.run(_drop(server, name))


async def _make_template(address: Address) -> None:
    await create_database(address, TEMPLATE)
    await migrate_at(address.named(TEMPLATE), lambda: datetime.now(UTC))


async def _furnish(address: Address, server_dir: Path) -> None:
    await create_database(address, FURNISHED, TEMPLATE)
    await prepare_hub(Settings(data_dir=server_dir, database_url=address.url("admin", FURNISHED)))


async def _drop(server: Address, name: str) -> None:
    admin = await server.named("postgres").connect("admin")
    try:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    finally:
        await admin.close()


def _sweep() -> None:
    """Servers of runs that were killed. Other workers and runs sweep too: who is late finds nothing to do."""
    for left in Path("/tmp").glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError, Misconfigured):
            found = left.stat()
            if found.st_uid == os.geteuid() and time.time() - found.st_mtime > 3600:
                remove_data_dir(left)


@pytest.fixture
async def court(hub: LiveHub) -> AsyncIterator[Agent]:
    """The court system of the fixtures, talking to the run's hub."""
    async with Agent(hub.identity("court-sys")) as agent:
        yield agent


@pytest.fixture
async def justice(hub: LiveHub) -> AsyncIterator[Agent]:
    """The justice system of the fixtures, talking to the run's hub."""
    async with Agent(hub.identity("justice-sys")) as agent:
        yield agent


@pytest.fixture
async def police(hub: LiveHub) -> AsyncIterator[Agent]:
    """The police system of the fixtures, talking to the run's hub."""
    async with Agent(hub.identity("police-sys")) as agent:
        yield agent
