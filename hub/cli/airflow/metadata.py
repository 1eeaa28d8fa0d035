"""Airflow's own database on the hub's server: a role and a database that see nothing of the hub's."""

from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

from hub.errors import Misconfigured
from hub.store.address import Address

DATABASE: Final = "airflow"
ROLE: Final = "liantiao_airflow"


async def ensure(address: Address, password: str) -> str:
    """Make role and database where missing, set the password; answers the address Airflow uses.

    Raises Misconfigured when the administrator of a configured server may not make them.
    """
    admin = await address.named("postgres").connect("admin")
    try:
        await _ensure(admin, password)
    except asyncpg.InsufficientPrivilegeError as e:
        raise Misconfigured(
            "LIANTIAO_DATABASE_URL: 该用户须能建立角色与数据库 · "
            "its user must be able to make roles and databases"
        ) from e
    finally:
        await admin.close()
    return metadata_url(address, password)


async def _ensure(admin: asyncpg.Connection, password: str) -> None:
    secret = password.replace("'", "''")
    verb = "ALTER" if await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", ROLE) else "CREATE"
    await admin.execute(f"{verb} ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{secret}'")
    if await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", DATABASE):
        return
    if not await admin.fetchval("SELECT pg_has_role($1, 'MEMBER')", ROLE):
        await admin.execute(f"GRANT {ROLE} TO CURRENT_USER")  # who gives a database away must be a member
    await admin.execute(f"CREATE DATABASE {DATABASE} OWNER {ROLE}")
    await admin.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")


def metadata_url(address: Address, password: str) -> str:
    """The database as SQLAlchemy names it, host or socket folder as the hub's own."""
    parts = urlsplit(address.url("admin", DATABASE))
    place = parts.netloc.rpartition("@")[2]
    netloc = f"{ROLE}:{quote(password, safe='')}@{place}"
    return urlunsplit(parts._replace(scheme="postgresql+psycopg2", netloc=netloc))
