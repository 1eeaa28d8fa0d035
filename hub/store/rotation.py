"""Rotation of the key-encryption key in the tables: what lies under which key, re-wrapping, the last look.

SQL over the wrapped keys only; nothing sealed is opened. Runs as the tables' owner: the role of the message
path may not write some of these tables again, and needs not. What is wrapped under the root says so and under
which key in its first bytes, so that a run that was killed needs no memory: the next one takes what is left.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from hub.errors import Broken
from hub.store.reasons import PLACES
from hub.trust.seal import Sealer, root_head

BATCH: Final = 500
"""Rows in one transaction: for so long a writer that wants one of them waits."""
_PASSES: Final = 10
_PAUSE: Final = 0.5
_NAMED: Final = 5
_BY_INDEX: Final = "SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off"
_ID: Final = (("id", "uuid"),)
_MESSAGE: Final = (("message", "uuid"),)
_LEAST: Final[Mapping[str, object]] = {"uuid": UUID(int=0), "text": ""}

Counts: TypeAlias = Mapping[tuple[str, str], int]
"""(`table.column`, id of a key-encryption key) → rows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of wrapped keys. `cell` is the associated data, filled with the row's primary key."""

    table: str
    name: str
    cell: str
    key: tuple[tuple[str, str], ...] = _ID

    @property
    def place(self) -> str:
        """As people read it: `table.column`."""
        return f"{self.table}.{self.name}"


COLUMNS: Final = (
    Column("hub_key", "sealed", "hub_key|{}|sealed", (("kid", "text"),)),
    Column("dispute", "key", "dispute|{}|key"),
    Column("message", "dek", "message|{}|dek"),
    Column("delivery", "dek", "delivery|{}|dek"),
    Column("stream", "dek", "stream|{}|dek"),
    Column("quarantine", "dek", "quarantine|{}|dek"),
    Column("blob", "dek", "blob|{}|dek"),
    Column("snapshot", "dek", "snapshot|{}|dek"),
    Column("finding", "dek", "finding|{}|dek"),
    Column("share", "dek", "share|{}|dek"),
    Column("knowledge", "dek", "knowledge|{}|dek"),
    # These keep the message's own data key, as it was wrapped for the message.
    Column("register_entry", "dek", "message|{}|dek", _MESSAGE),
    Column("honour", "dek", "message|{}|dek", _MESSAGE),
    Column("typical_signoff", "dek", "typical_signoff|{}|{}|dek", (*_MESSAGE, ("unit", "text"))),
    Column("typical_published", "dek", "typical_published|{}|dek", _MESSAGE),
    Column("false_litigation_flag", "dek", "false_litigation_flag|{}|dek"),
    # Reasons are wrapped as keys are.
    *(Column(place, "sealed_reason", f"{place}|{{}}|reason") for place in PLACES),
)
"""Every column that holds what is wrapped; some rows are under a dispute's key, which their bytes say."""


@dataclass(slots=True)
class Rewrapped:
    """What a run did. `closed` are cells whose key does not open, at most five named; `left` are rows."""

    done: int = 0
    left: int = 0
    closed: set[str] = field(default_factory=set)

    @property
    def named(self) -> list[str]:
        """The first of the cells that do not open."""
        return sorted(self.closed)[:_NAMED]


async def counts(conn: asyncpg.Connection) -> Counts:
    """How many wrapped keys lie under each key-encryption key; each table is read once."""
    found: Counter[tuple[str, str]] = Counter()
    for column in COLUMNS:
        for row in await conn.fetch(_count(column)):
            found[column.place, row["kek"].decode("utf-8", "replace")] += row["n"]
    return found


async def rewrap(conn: asyncpg.Connection, sealer: Sealer, told: Callable[[str, int], None]) -> Rewrapped:
    """Bring every wrapped key under the sealer's current one, in small transactions, as the tables' owner.

    `told` hears of each batch: the column and its rows. Rows that somebody holds are left for a later pass,
    so that nobody ever waits for somebody who waits for us. Can be killed and run again at any time.
    """
    result = Rewrapped()
    await conn.execute(_BY_INDEX)
    try:
        for turn in range(_PASSES):
            if turn:
                await asyncio.sleep(_PAUSE)
            for column in COLUMNS:
                await _walk(conn, column, sealer, result, told)
            found = await counts(conn)
            result.left = sum(n for (_, kek), n in found.items() if root_head(kek) != sealer.head)
            if result.left <= len(result.closed):
                break
    finally:
        await conn.execute("RESET enable_seqscan; RESET enable_sort; RESET enable_bitmapscan")
    return result


async def transactions_over(conn: asyncpg.Connection) -> None:
    """Wait until every transaction of this database that runs now has ended.

    What it wrote before can be seen then, by whoever counts.
    """
    running = await _transactions(conn)
    while running:
        await asyncio.sleep(_PAUSE)
        running &= await _transactions(conn)


async def _transactions(conn: asyncpg.Connection) -> set[str]:
    return {row["virtualtransaction"] for row in await conn.fetch(_RUNNING)}


_RUNNING: Final = """
SELECT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
 WHERE l.locktype = 'virtualxid' AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL
   AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _count(column: Column) -> str:
    # Length 2 and the id: 0x11 | length | id, see `hub.trust.seal`.
    return f"""
SELECT kek, count(*) AS n FROM (
       SELECT substring({column.name} FROM 3 FOR get_byte({column.name}, 1)) AS kek FROM {column.table}
        WHERE substring({column.name} FROM 1 FOR 1) = '\\x11' AND length({column.name}) > 2) AS wrapped
 GROUP BY kek
"""  # noqa: S608  names are ours


def _page(column: Column) -> str:
    names = ", ".join(name for name, _ in column.key)
    after = ", ".join(f"${n}::{kind}" for n, (_, kind) in enumerate(column.key, 3))
    return f"""
SELECT {names}, {column.name} AS wrapped FROM {column.table}
 WHERE ({names}) > ({after}) AND substring({column.name} FROM 1 FOR 1) = '\\x11'
   AND substring({column.name} FROM 1 FOR length($1::bytea)) <> $1
 ORDER BY {names} LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""  # noqa: S608  names are ours


def _write(column: Column) -> str:
    here = " AND ".join(f"{name} = ${n}" for n, (name, _) in enumerate(column.key, 2))
    return f"UPDATE {column.table} SET {column.name} = $1 WHERE {here}"  # noqa: S608  names are ours


async def _walk(
    conn: asyncpg.Connection,
    column: Column,
    sealer: Sealer,
    result: Rewrapped,
    told: Callable[[str, int], None],
) -> None:
    """One way through a table, in the order of its primary key."""
    page, write = _page(column), _write(column)
    after = [_LEAST[kind] for _, kind in column.key]
    while True:
        async with conn.transaction():
            # Before any row is held: whoever changes keys takes the table, then its rows (`hub_keys`).
            await conn.execute(f"LOCK TABLE {column.table} IN ROW EXCLUSIVE MODE")
            rows = await conn.fetch(page, sealer.head, BATCH, *after)
            changed = [new for row in rows if (new := _rewrapped(sealer, column, row, result))]
            await conn.executemany(write, changed)
        if changed:
            result.done += len(changed)
            told(column.place, len(changed))
        if len(rows) < BATCH:
            return
        after = [rows[-1][name] for name, _ in column.key]


def _rewrapped(
    sealer: Sealer, column: Column, row: asyncpg.Record, result: Rewrapped
) -> tuple[object, ...] | None:
    key = [row[name] for name, _ in column.key]
    cell = column.cell.format(*key)
    try:
        return sealer.rewrap(row["wrapped"], cell), *key
    except Broken:
        # Moved or damaged: it was closed before and stays so; all the others must not wait for it.
        result.closed.add(cell)
        return None
