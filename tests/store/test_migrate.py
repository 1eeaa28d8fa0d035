"""Migration: to the newest version, once, whatever happens on the way."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

import hub.store.migrate as room
from hub.errors import Misconfigured, Unavailable
from hub.settings import Settings
from hub.store.address import Address
from hub.store.clock import Clock
from hub.store.database import Database
from hub.store.ids import new_id
from hub.store.migrate import create_database, head, migrate, migrate_at, migrated
from hub.store.secrets import prepare

MIGRATING = """
import asyncio, sys
from pathlib import Path
from hub.settings import Settings
from hub.store.clock import system_clock
from hub.store.migrate import migrate
settings = Settings(data_dir=Path(sys.argv[1]), database_url=sys.argv[2])
print(asyncio.run(migrate(settings, system_clock())))
"""
TABLES = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"


@pytest.fixture
def empty(server: Address) -> Address:
    """A database without tables; it goes with the run's server."""
    name = f"empty_{uuid4().hex}"
    asyncio.run(create_database(server, name))
    return server.named(name)


async def ask(address: Address, query: str) -> object:
    admin = await address.connect("admin")
    try:
        return await admin.fetchval(query)
    finally:
        await admin.close()


def test_the_head_is_that_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(room.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == head()


async def test_a_second_time_changes_nothing(settings: Settings, clock: Clock) -> None:
    connection = await asyncpg.connect(settings.database_url)
    before = await connection.fetchval(TABLES)
    assert await migrate(settings, clock) == await migrated(connection) == head()
    assert await connection.fetchval(TABLES) == before
    await connection.close()


def test_processes_at_once_do_it_once(empty: Address, tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    prepare(data_dir)
    (data_dir / "passwords").write_text(json.dumps(dict(empty.secrets.passwords)))
    words = [sys.executable, "-c", MIGRATING, str(data_dir), empty.dsn]
    started = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [p.communicate()[0].strip() for p in started] == [head()] * 3
    assert asyncio.run(ask(empty, "SELECT count(*) FROM installation")) == 1


async def test_an_end_on_the_way_leaves_nothing(empty: Address, clock: Clock) -> None:
    running = asyncio.create_task(migrate_at(empty, clock))
    busy = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 7060 AND granted"
    while (pid := await ask(empty, busy)) is None:  # noqa: ASYNC110  the other side is a server
        await asyncio.sleep(0)
    await ask(empty, f"SELECT pg_terminate_backend({pid})")
    with pytest.raises(Unavailable):
        await running
    assert await ask(empty, TABLES) == 0
    assert await migrate_at(empty, clock) == head()


async def test_the_owner_owns_all_and_is_no_superuser(empty: Address, clock: Clock) -> None:
    await migrate_at(empty, clock)
    owners = "SELECT array_agg(DISTINCT tableowner) FROM pg_tables WHERE schemaname = 'public'"
    assert await ask(empty, owners) == ["liantiao_owner"]
    above = (
        "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'liantiao\\_%' AND rolname <> "
        "'liantiao_admin' AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)"
    )
    assert await ask(empty, above) == 0
    for role in ("liantiao_hub", "liantiao_reader"):
        may = f"SELECT has_database_privilege('{role}', current_database(), 'TEMPORARY, CREATE')"
        assert not await ask(empty, may)


async def test_a_user_who_only_makes_roles_is_enough(empty: Address, clock: Clock) -> None:
    admin = await empty.connect("admin")
    name = await admin.fetchval("SELECT current_database()")
    await admin.execute(f"CREATE ROLE dba_{name} LOGIN CREATEROLE PASSWORD 'only-for-a-test'")
    await admin.execute(f"ALTER DATABASE {name} OWNER TO dba_{name}")
    await admin.execute(f"GRANT liantiao_owner TO dba_{name} WITH ADMIN OPTION")
    await admin.close()
    host = empty.dsn.split("?", 1)[1]
    plain = Address(f"postgresql://dba_{name}:only-for-a-test@/{name}?{host}", empty.secrets)
    assert await migrate_at(plain, clock) == head()


async def test_another_hubs_keys_are_noticed(settings: Settings, tmp_path: Path, clock: Clock) -> None:
    await migrate(settings, clock)
    other = Settings(data_dir=tmp_path / "other", database_url=settings.database_url)
    prepare(other.data_dir)
    with pytest.raises(Misconfigured, match="another key file"):
        await migrate(other, clock)
    assert await migrate(settings, clock) == head()


async def test_a_lost_password_file_is_mended(settings: Settings, clock: Clock) -> None:
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute("ALTER ROLE liantiao_reader PASSWORD 'only-for-a-test'")
    await migrate(settings, clock)
    reader = Address(settings.database_url or "", prepare(settings.data_dir))
    await (await reader.connect("reader")).close()
    await connection.close()


async def test_months_are_made_and_moved_clocks_do_no_harm(empty: Address, clock: Clock) -> None:
    def later() -> datetime:
        return datetime(2031, 5, 5, tzinfo=UTC)

    await migrate_at(empty, clock)
    made = "SELECT array_agg(tablename::text ORDER BY tablename) FROM pg_tables WHERE tablename LIKE "
    assert await ask(empty, made + "'message\\_2%'") == [
        f"message_{month}" for month in ("202610", "202611", "202612", "202701", "202702")
    ]
    admin = await empty.connect("admin")
    await admin.execute(
        "INSERT INTO message_reader (message, unit, role, ord) VALUES ($1, 'A', 'sender', 1)",
        new_id(later()),
    )
    await admin.close()
    await migrate_at(empty, later)
    assert await ask(empty, made + "'message_reader\\_2031%'") == [
        f"message_reader_{month}" for month in ("203104", "203106", "203107", "203108")
    ]


async def test_a_newer_database_is_left_as_it_is(settings: Settings, clock: Clock) -> None:
    """During an upgrade the version before must be able to start again (P11; found by the fault harness)."""
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
    finally:
        await connection.close()
    assert await migrate(settings, clock) == "9999"
    async with Database.open(settings, clock) as database:
        assert await database.healthy()
