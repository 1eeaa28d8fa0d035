"""The pools: codecs, the eyes of a reader, a server that goes away and comes back."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.errors import Misconfigured, Unavailable
from hub.settings import Settings
from hub.store.clock import Clock
from hub.store.database import Database
from hub.store.embedded import remove_data_dir, server_pid
from hub.store.migrate import migrate


async def test_json_goes_in_and_comes_out_as_objects(database: Database) -> None:
    value = {"code": "41", "list": [1, None, "调解"]}
    async with database.connection() as held:
        assert await held.fetchval("SELECT $1::jsonb", value) == value
        assert await held.fetchval("SELECT $1::jsonb ->> 'code'", value) == "41"


async def test_a_query_as_somebody_leaves_nothing_behind(database: Database) -> None:
    seen = "SELECT my_units() AS units, my_system() AS system WHERE (SELECT act_as($1, $2))"
    (row,) = await database.read(["A1", "A2"], "court-1", seen)
    assert (row["units"], row["system"]) == (["A1", "A2"], "court-1")
    async with database.reading([]) as held:
        assert await held.fetchval("SELECT my_units()") is None
    (row,) = await database.read([], None, seen)
    assert (row["units"], row["system"]) == (None, None)


async def test_reading_is_one_snapshot_and_cannot_write(database: Database) -> None:
    async with database.reading(["A1"], "court-1") as held:
        assert await held.fetchval("SELECT my_units()") == ["A1"]
        assert await held.fetchval("SHOW transaction_read_only") == "on"
        assert await held.fetchval("SHOW transaction_isolation") == "repeatable read"


@pytest.mark.parametrize("code", ["", "A1,B2", "A1'; --", "A 1", "A1\\"])
async def test_a_code_that_is_none_never_reaches_the_server(database: Database, code: str) -> None:
    with pytest.raises(ValueError, match="not a unit code"):
        await database.read([code], None, "SELECT 1 WHERE (SELECT act_as($1, $2))")


async def test_a_query_without_eyes_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="act_as"):
        await database.read(["A1"], None, "SELECT 1")


async def test_a_healthy_database_says_so(database: Database) -> None:
    assert await database.healthy()


@pytest.fixture
def data_dir() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="liantiao-embedded-", dir="/tmp"))
    yield made
    assert remove_data_dir(made)


async def test_a_killed_embedded_server_is_started_again(data_dir: Path, clock: Clock) -> None:
    settings = Settings(data_dir=data_dir)
    await migrate(settings, clock)
    async with Database.open(settings, clock) as database:
        async with database.writing() as held:
            await held.execute("UPDATE registry_version SET n = 77")
        pid = server_pid(data_dir)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        # Backends outlive their postmaster for a moment, and the new one writes its id before it serves.
        async with asyncio.timeout(60):
            while not await database.healthy() or server_pid(data_dir) in {None, pid}:  # noqa: ASYNC110  another process
                await asyncio.sleep(0.05)
        async with database.writing() as held:
            assert await held.fetchval("SELECT n FROM registry_version") == 77


async def test_what_the_database_refuses_is_the_callers(database: Database) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.writing() as held:
            await held.execute("SELECT 1 / 0")
    with pytest.raises(asyncpg.DataError):
        async with database.connection() as held:
            await held.fetchval("SELECT $1::int", "text")
    with pytest.raises(FileNotFoundError):
        async with database.connection() as held:
            (Path("/nowhere") / "file").read_text()


async def test_a_database_behind_this_program_is_not_used(settings: Settings, clock: Clock) -> None:
    admin = await asyncpg.connect(settings.database_url)
    await admin.execute("UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(Misconfigured, match="liantiao migrate"):
        async with Database.open(settings, clock):
            pass
    await admin.execute("UPDATE alembic_version SET version_num = '9999'")
    async with Database.open(settings, clock) as database:
        assert await database.healthy()
    await admin.close()


async def test_no_server_is_unavailable(tmp_path: Path, clock: Clock) -> None:
    nowhere = f"postgresql://x@/x?host={tmp_path}"
    with pytest.raises(Unavailable):
        async with Database.open(Settings(data_dir=tmp_path, database_url=nowhere), clock):
            pass


async def test_what_may_pass_is_unavailable_and_the_connection_goes_on(database: Database) -> None:
    """A full disk is no bug of who asked: senders are told to come again (found by the fault harness)."""
    full = "DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = 'disk_full'; END $$"
    with pytest.raises(Unavailable):
        async with database.writing() as held:
            await held.execute(full)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.connection() as held:
            await held.fetchval("SELECT 1 / 0")
    assert await database.healthy()
