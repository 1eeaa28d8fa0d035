"""The pools of this process: `hub` writes, `reader` answers agencies. The only place that opens pools.

Connections go back to their pool without a reset (that would be a round trip each): nothing may set
session state, and locks are those of a transaction (`pg_advisory_xact_lock`).
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, Self

import asyncpg
import orjson

from hub.errors import Misconfigured, Unavailable
from hub.settings import Settings
from hub.store.address import GONE, LOST, Address, serving
from hub.store.clock import Clock
from hub.store.held_keys import HeldKeys
from hub.store.migrate import head, migrated
from hub.store.postmaster import Progress
from hub.store.secrets import Role

POOL_SIZE: Final = 8
AS_VIEWER: Final = "act_as($1, $2)"
OPEN_TABLES: Final = frozenset({
    "knowledge", "log_checkpoint", "log_cosignature", "log_leaf", "log_node", "mediator_person",
    "reference_list", "reference_row", "register_entry", "typical_published", "typical_withdrawn", "unit",
})  # fmt: skip
"""What the role reader reads whole: the log, registers, what is published; all else is under a policy."""
_SAID = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
_CODE = re.compile(r"[^\s,'\\]{1,128}")

# Planning a query over the policies of partitioned tables takes longer than running it: plans are
# made once a connection, maybe when the tables are still empty, and must hold when they are not. Hence
# only ways by index, whose cost grows with what is asked and not with what is stored.
_SESSION = {
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "timezone": "UTC",
    "idle_in_transaction_session_timeout": "60s",
}

# What an agency asks must not hold a connection for long.
READER: Final = {"default_transaction_read_only": "on", "statement_timeout": "15s"}


class Database:
    """Both pools, the clock, and the sealer of the data directory's keys; made by `open`.

    Safe over the tasks of one event loop. Who takes connections from the pools themselves sees
    asyncpg's errors; the methods here turn a lost server into Unavailable.
    """

    def __init__(
        self, address: Address, clock: Clock, keys: HeldKeys, hub: asyncpg.Pool, reader: asyncpg.Pool
    ) -> None:
        self.address = address
        self.clock = clock
        self.keys = keys
        self.hub = hub
        self.reader = reader
        self.sealer = keys.sealer
        self._revival: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(
        cls, settings: Settings, clock: Clock, progress: Progress | None = None
    ) -> AsyncIterator[Self]:
        """The migrated database of these settings; the embedded server is started or joined.

        Raises Misconfigured when the database is older than this program, Unavailable when the
        server cannot be reached.
        """
        async with serving(settings, progress) as address:
            await _check_version(address)
            with HeldKeys.open(settings.data_dir) as keys:
                async with (
                    open_pool(address, "hub", {}) as hub,
                    open_pool(address, "reader", READER) as reader,
                ):
                    database = cls(address, clock, keys, hub, reader)
                    try:
                        yield database
                    finally:
                        await database._end_revival()

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the role hub, outside a transaction. Raises Unavailable."""
        async with self._held(self.hub) as held:
            yield held

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[asyncpg.Connection]:
        """A connection of the role hub in a transaction that commits at the end. Raises Unavailable."""
        async with self._held(self.hub) as held, held.transaction():
            yield held

    @asynccontextmanager
    async def reading(
        self, units: Sequence[str], system: str | None = None
    ) -> AsyncIterator[asyncpg.Connection]:
        """A connection that sees what these units and this system may see, in one snapshot.

        Two round trips more than its queries; a single query goes by `read`. Raises Unavailable.
        """
        viewer = _viewer(units, system)
        begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT act_as('{}', '{}')"
        async with self._held(self.reader) as held:
            # One message of the simple protocol; _viewer lets through nothing that ends a literal.
            await held.execute(begin.format(*viewer))
            try:
                yield held
            finally:
                if not held.is_closed():
                    await held.execute("ROLLBACK")

    async def read(
        self, units: Sequence[str], system: str | None, query: str, *args: object
    ) -> list[asyncpg.Record]:
        """The rows of one query under the eyes of these units, in a single round trip.

        The query's condition must hold `(SELECT act_as($1, $2))`, which sets the eyes for this one
        statement before any row is read; its own arguments start at `$3`. Raises Unavailable.
        """
        if AS_VIEWER not in query:
            raise ValueError(f"the query lacks {AS_VIEWER}")
        async with self._held(self.reader) as held:
            rows: list[asyncpg.Record] = await held.fetch(query, *_viewer(units, system), *args)
            return rows

    async def healthy(self) -> bool:
        """Whether both roles get an answer within two seconds."""
        try:
            async with asyncio.timeout(2):
                for pool in (self.hub, self.reader):
                    with suppress(Unavailable):  # only what the pool held from before may be gone
                        await self._ask(pool)
                        continue
                    await self._ask(pool)
        except (Unavailable, TimeoutError, asyncpg.PostgresError):
            return False
        return True

    async def _ask(self, pool: asyncpg.Pool) -> None:
        async with self._held(pool) as held:
            await held.fetchval("SELECT 1")

    @asynccontextmanager
    async def _held(self, pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Connection]:
        try:
            held = await pool.acquire()
        except LOST as e:
            self._revive()
            raise Unavailable("database") from e
        try:
            yield held
        except (ConnectionError, *_SAID) as e:
            if isinstance(e, asyncpg.InsufficientResourcesError):  # a full disk, no memory: it may pass
                raise Unavailable("database") from e
            # Whatever the database says while it is there is the caller's to understand.
            if not _is_lost(held, e):
                raise
            await self._forget()
            self._revive()
            raise Unavailable("database") from e
        finally:
            await pool.release(held)

    async def _forget(self) -> None:
        # A server that ended one connection has mostly ended them all.
        for pool in (self.hub, self.reader):
            await pool.expire_connections()

    def _revive(self) -> None:
        # The embedded server has nobody else who would start it again.
        server = self.address.server
        if server is not None and (self._revival is None or self._revival.done()):
            self._revival = asyncio.create_task(asyncio.to_thread(server.revive))

    async def _end_revival(self) -> None:
        if self._revival is not None:
            with suppress(Exception):  # it failed: the next call says so, nothing is left to do here
                await self._revival


def _is_lost(held: asyncpg.Connection, error: Exception) -> bool:
    if isinstance(error, (ConnectionError, *GONE)):
        with suppress(asyncpg.InterfaceError):  # its pool has it back already
            held.terminate()
        return True
    try:
        return bool(held.is_closed())
    except asyncpg.InterfaceError:
        return True


@asynccontextmanager
async def open_pool(address: Address, role: Role, session: dict[str, str]) -> AsyncIterator[asyncpg.Pool]:
    """The pool of a role while open; `session` beside the settings that all have. Raises Unavailable."""
    try:
        pool = await asyncpg.create_pool(
            **address.login(role),
            min_size=1,
            max_size=POOL_SIZE,
            init=set_codecs,
            reset=_no_reset,
            server_settings=_SESSION | session | {"application_name": f"liantiao {role}"},
        )
    except LOST as e:
        raise Unavailable("database") from e
    try:
        yield pool
    finally:
        await _close(pool)


async def _close(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(10):
            await pool.close()
    except (TimeoutError, *LOST):
        pool.terminate()


async def _no_reset(_held: asyncpg.Connection) -> None:
    """Nothing: an open transaction is rolled back by the pool itself."""


async def set_codecs(connection: asyncpg.Connection) -> None:
    """`jsonb` values are Python objects on this connection, by orjson."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda raw: orjson.loads(raw[1:]),
    )


async def _check_version(address: Address) -> None:
    connection = await address.connect("hub")
    try:
        found = await migrated(connection)
    finally:
        await connection.close()
    # A newer database serves the program before it too (P11); versions are numbered in order.
    if found is None or found < head():
        raise Misconfigured(
            "数据库版本过旧,请执行 liantiao migrate · the database is older than this program: "
            "run liantiao migrate"
        )


def _viewer(units: Sequence[str], system: str | None) -> tuple[str, str]:
    for code in (*units, system or "-"):
        if not _CODE.fullmatch(code):
            raise ValueError("not a unit code or client id")
    return ",".join(units), system or ""
