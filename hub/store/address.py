"""Where the database is and how each role logs in; opens single connections.

Four roles (security.md, Database): `admin` makes databases and roles, `owner` owns the tables,
`hub` writes the message path, `reader` answers agencies under row-level security.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

import asyncpg

from hub.errors import Misconfigured, Unavailable
from hub.settings import Settings
from hub.store.cluster import PORT, SUPERUSER
from hub.store.embedded import Embedded
from hub.store.postmaster import Progress
from hub.store.secrets import Role, Secrets, prepare

DATABASE: Final = "liantiao"
LOGINS: Final[Mapping[Role, str]] = {
    "owner": "liantiao_owner",
    "hub": "liantiao_hub",
    "reader": "liantiao_reader",
}
GONE: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InternalClientError,  # what asyncpg makes of a farewell that came while it was idle
)
"""What a server says or does that goes away, or is not ready yet."""
LOST: Final = (OSError, asyncpg.InterfaceError, asyncpg.TooManyConnectionsError, *GONE)
"""What a refused connection looks like: nothing is wrong with what was asked."""


@dataclass(frozen=True, slots=True)
class Address:
    """One database. `dsn` is the administrator's; the other roles differ in name and password."""

    dsn: str = field(repr=False)
    secrets: Secrets = field(repr=False)
    server: Embedded | None = field(default=None, repr=False)

    def login(self, role: Role) -> dict[str, Any]:
        """Arguments of `asyncpg.connect` for a role."""
        if role == "admin":
            return {"dsn": self.dsn}
        return {"dsn": self.dsn, "user": LOGINS[role], "password": self.secrets.passwords[role]}

    def url(self, role: Role, database: str | None = None) -> str:
        """The same as an address. It holds the password."""
        parts = urlsplit(self.dsn)
        place = parts.netloc.rpartition("@")[2]
        netloc = parts.netloc
        if role != "admin":
            password = quote(self.secrets.passwords[role], safe="")
            netloc = f"{LOGINS[role]}:{password}@{place}"
        path = parts.path if database is None else f"/{quote(database, safe='')}"
        return urlunsplit(parts._replace(netloc=netloc, path=path))

    def program(self, role: Role) -> tuple[str, dict[str, str]]:
        """For PostgreSQL's own programs: an address without the password, and the environment that has it."""
        parts = urlsplit(self.url(role))
        login, at, place = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        asked = dict(parse_qsl(parts.query))
        password = unquote(password) or asked.pop("password", "")
        target = urlunsplit(parts._replace(netloc=f"{user}{at}{place}", query=urlencode(asked)))
        return target, {"PGPASSWORD": password} if password else {}

    def named(self, database: str) -> Self:
        """Another database on the same server."""
        return replace(self, dsn=self.url("admin", database))

    async def connect(self, role: Role, **more: Any) -> asyncpg.Connection:  # noqa: ANN401  asyncpg's own
        """One connection of its own. Raises Unavailable, or Misconfigured for a login that fails."""
        try:
            return await asyncpg.connect(**self.login(role), **more)
        except LOST as e:
            raise Unavailable("database") from e
        except asyncpg.InvalidCatalogNameError as e:
            raise Misconfigured("数据库不存在 · LIANTIAO_DATABASE_URL: no such database") from e
        except asyncpg.InvalidAuthorizationSpecificationError as e:
            raise Misconfigured(
                "数据库登录失败,请核对 LIANTIAO_DATABASE_URL 与 passwords,并执行 liantiao migrate · "
                f"login of role {role} failed: check LIANTIAO_DATABASE_URL and the file passwords, "
                "and run liantiao migrate"
            ) from e


@asynccontextmanager
async def serving(settings: Settings, progress: Progress | None = None) -> AsyncIterator[Address]:
    """The database of these settings, its embedded server running for as long as this is open."""
    secrets = prepare(settings.data_dir)
    if settings.database_url is not None:
        yield Address(_plain(settings.database_url), secrets)
        return
    password = secrets.passwords["admin"]
    server = await _joined(settings.data_dir, password, progress)
    try:
        yield Address(embedded_dsn(server.host, password), secrets, server)
    finally:
        await asyncio.to_thread(server.leave, progress)


async def _joined(data_dir: Path, password: str, progress: Progress | None) -> Embedded:
    """The embedded server. Who is told to stop meanwhile leaves it: a thread cannot be called off."""
    loop = asyncio.get_running_loop()
    joining = loop.run_in_executor(None, Embedded.join, data_dir, password, progress)
    try:
        return await asyncio.shield(joining)
    except asyncio.CancelledError:
        (await joining).leave(progress)
        raise


def embedded_dsn(host: str, password: str, database: str = DATABASE) -> str:
    """The administrator's address of an embedded server with its socket in `host`."""
    query = urlencode({"host": host, "port": PORT})
    return f"postgresql://{SUPERUSER}:{quote(password, safe='')}@/{database}?{query}"


def _plain(url: str) -> str:
    # SQLAlchemy's way of writing it is accepted too.
    scheme, _, rest = url.partition("://")
    if scheme.split("+", 1)[0] not in {"postgresql", "postgres"} or not rest:
        raise Misconfigured(
            "LIANTIAO_DATABASE_URL: 应为 postgresql:// 地址 · must be a postgresql:// address"
        )
    return f"postgresql://{rest}"
