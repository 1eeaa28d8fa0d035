"""Brings the database to this version: roles, tables, months. Alembic counts; asyncpg carries.

Everything up to a version is one transaction under an advisory lock: two processes at once do it once,
a kill on the way leaves the version before. Roles belong to the whole server and are made first.
Alembic keeps its context in its module: a process migrates one database at a time.
"""

from pathlib import Path
from typing import Final

import asyncpg

from hub.errors import Misconfigured, Unavailable
from hub.settings import Settings
from hub.store.address import DATABASE, LOGINS, LOST, Address, serving
from hub.store.clock import Clock
from hub.store.postmaster import Progress
from hub.store.secrets import Role

ROLES_LOCK: Final = 7059
MIGRATION_LOCK: Final = 7060
MONTHS_AHEAD: Final = 3
_FOLDER = Path(__file__).parent / "migrations"
_FIRST_SERVER = 150000
_IN_USE = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)


def head() -> str:
    """The newest version, from the names of the files; versions are numbers of four digits."""
    return max(f.name[1:5] for f in (_FOLDER / "versions").glob("v[0-9]*.py"))


async def migrated(connection: asyncpg.Connection) -> str | None:
    """The version of a database, None when it has none."""
    if await connection.fetchval("SELECT to_regclass('public.alembic_version')") is None:
        return None
    found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return found


async def migrate(settings: Settings, clock: Clock, progress: Progress | None = None) -> str:
    """Bring the database of these settings to this version, unless it is newer; answers the version.

    Raises Misconfigured (server too old, rights missing, keys of another hub) and Unavailable.
    """
    async with serving(settings, progress) as address:
        if address.server is not None:
            await create_database(address, DATABASE)
        return await migrate_at(address, clock)


async def migrate_at(address: Address, clock: Clock) -> str:
    """The same for a database whose server runs and which exists."""
    admin = await address.connect("admin")
    try:
        found = await migrated(admin)
        # A newer database serves the program before it too, which must also be able to start (P11).
        if found is None or found < head():
            await _check_server(admin)
            await make_roles(admin, address)
            await _upgrade(address)
        await _check_logins(admin, address)
        await _as_owner(admin)
        await _check_keys(admin, address, clock)
        await admin.execute(
            "SELECT ensure_months(($1::date - interval '1 month')::date, $2)",
            clock().date(),
            MONTHS_AHEAD + 1,
        )
        found = await migrated(admin)
    finally:
        await admin.close()
    return found or ""


async def create_database(address: Address, name: str, template: str | None = None) -> None:
    """Make a database on this server where it is missing; `template` is copied."""
    admin = await address.named("postgres").connect("admin")
    try:
        if await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            return
        copied = f" TEMPLATE {_quoted(template)}" if template else ""
        await admin.execute(f"CREATE DATABASE {_quoted(name)}{copied}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return  # another process made it meanwhile
    finally:
        await admin.close()


async def _check_server(admin: asyncpg.Connection) -> None:
    if int(await admin.fetchval("SHOW server_version_num")) < _FIRST_SERVER:
        raise Misconfigured(
            "LIANTIAO_DATABASE_URL: 需要 PostgreSQL 15 以上 · PostgreSQL 15 or newer is needed"
        )


async def make_roles(admin: asyncpg.Connection, address: Address) -> None:
    """Make the roles where they are missing, and let them into the database of this connection."""
    for role, name in LOGINS.items():
        password = address.secrets.passwords[role]
        try:
            await admin.execute(
                f"CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS "
                f"NOREPLICATION PASSWORD {_literal(password)}"
            )
        except (asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            continue  # roles belong to the server: another database of it made them
        except asyncpg.InsufficientPrivilegeError as e:
            raise Misconfigured(
                "LIANTIAO_DATABASE_URL: 该用户须能建立角色 · its user must be able to create roles"
            ) from e
    await _become_able(admin)
    database = await admin.fetchval("SELECT current_database()")
    await admin.execute(
        f"SELECT pg_advisory_xact_lock({ROLES_LOCK}); "  # noqa: S608  our own names, quoted
        f"REVOKE TEMPORARY ON DATABASE {_quoted(database)} FROM PUBLIC; "
        "GRANT USAGE, CREATE ON SCHEMA public TO liantiao_owner; "
        "GRANT USAGE ON SCHEMA public TO liantiao_hub, liantiao_reader"
    )


async def _become_able(admin: asyncpg.Connection) -> None:
    # A superuser may act as anyone; who only made the role must be a member of it first.
    if not await admin.fetchval("SELECT pg_has_role('liantiao_owner', 'MEMBER')"):
        await admin.execute("GRANT liantiao_owner TO CURRENT_USER")


async def _as_owner(admin: asyncpg.Connection) -> None:
    await admin.execute("SET ROLE liantiao_owner")


async def _check_logins(admin: asyncpg.Connection, address: Address) -> None:
    """Passwords that do not fit are set anew, unless the keys show that the database is another's."""
    for role in LOGINS:
        if not await _can_log_in(address, role):
            await _check_owner_of_keys(admin, address)
            password = _literal(address.secrets.passwords[role])
            await admin.execute(f"ALTER ROLE {LOGINS[role]} LOGIN PASSWORD {password}")


async def _can_log_in(address: Address, role: Role) -> bool:
    try:
        connection = await address.connect(role)
    except Misconfigured:
        return False
    await connection.close()
    return True


async def _check_owner_of_keys(admin: asyncpg.Connection, address: Address) -> None:
    found = await admin.fetchval("SELECT kek FROM installation")
    if found is not None and found not in address.secrets.keks:
        raise Misconfigured(
            "数据库由另一密钥文件加密,请恢复其 kek 与 passwords · the database is sealed under another "
            "key file: put its kek and passwords into the data directory"
        )


async def _check_keys(admin: asyncpg.Connection, address: Address, clock: Clock) -> None:
    await _check_owner_of_keys(admin, address)
    await admin.execute(
        "INSERT INTO installation (kek, made_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        address.secrets.kek_id,
        clock(),
    )


async def _upgrade(address: Address) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import Connection
    from sqlalchemy.exc import DBAPIError
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: address.connect("admin"), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            await connection.run_sync(run)
            await connection.commit()
    except DBAPIError as e:
        cause = e.orig.__cause__ if e.orig is not None else None
        if isinstance(cause, (*LOST, *_IN_USE)):
            raise Unavailable(
                "迁移中断,未留下改动,请再试 · the migration was cut short and left nothing: try again"
            ) from e
        raise
    finally:
        await engine.dispose()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
