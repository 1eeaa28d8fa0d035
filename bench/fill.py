"""Makes a database that holds many messages out of some that a hub really took and delivered.

Every table in which those left rows is copied row by row under new ids: UUIDv7 over the last thirty days,
oldest first, the same wherever a thing is named twice. Keys of random order (`jti`, blind indexes,
fingerprints, leaves) are random again. Sealed bytes are copied: nobody could open them under another id,
and nobody does. The evidence goes through the hub's own sequencer, so that the tree is whole.
"""

from collections.abc import Callable, Mapping
from typing import Final

import asyncpg

from bench.ground import Ground
from hub.exchange.hub import open_hub
from hub.settings import load

_SPREAD_MS: Final = 30 * 24 * 3600 * 1000
_AT_ONCE: Final = 50
"""Copies between two runs of the sequencer."""

# Tables that grow with every message. That there are no others is checked.
_TABLES: Final = (
    "dispute",
    "case_run",
    "case_history",
    "deadline",
    "message",
    "message_reader",
    "message_key",
    "native_id",
    "identifier",
    "delivery",
    "event_leaf",
)
_LOG: Final = ("log_leaf", "log_node", "log_checkpoint", "log_pending")
# Were their days moved back, the hub would have to tell somebody of each.
_UNMOVED: Final = "deadline"

# $1 is a thing, $2 the number of the copy, $3 how many milliseconds it is older. Each is one expression of
# immutable functions, so that PostgreSQL puts it in place of the call.
_FUNCTIONS: Final = """
CREATE FUNCTION pg_temp.id(uuid, int, bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
    SELECT (lpad(to_hex(('x' || left(replace($1::text, '-', ''), 12))::bit(48)::bigint - $3), 12, '0')
            || overlay(overlay(right(md5($1::text || $2::text), 20) PLACING '7' FROM 1 FOR 1)
                       PLACING 'a' FROM 5 FOR 1))::uuid $$;
CREATE FUNCTION pg_temp.hash(bytea, int) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT sha256($1 || int4send($2)) $$;
CREATE FUNCTION pg_temp.code(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(regexp_replace(lpad(to_hex(($1 * 1073741827) & ((1::bigint << 40) - 1)), 10, '0') || '0',
                                '(.{4})(.{4})(.{3})', '\\1-\\2-\\3')) $$;
CREATE FUNCTION pg_temp.entry(text, int) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT regexp_replace($1, '"ref":"[^"]*"', '"ref":"' || md5($1 || $2::text) || '"') $$;
CREATE FUNCTION pg_temp.leaf(text, int) RETURNS bytea LANGUAGE sql IMMUTABLE AS
    $$ SELECT sha256('\\x00'::bytea || convert_to(pg_temp.entry($1, $2), 'UTF8')) $$;
"""
_SEEDS: Final[Mapping[str, str]] = {
    "dispute": "SELECT t.*, row_number() OVER (ORDER BY id) AS place FROM dispute t",
    "message": """SELECT t.*, row_number() OVER (ORDER BY id) AS place, l.entry
                    FROM message t JOIN log_leaf l USING (leaf)""",
    "message_reader": "SELECT t.*, s.place FROM message_reader t JOIN seed_message s ON s.id = t.message",
    "event_leaf": """SELECT t.*, l.entry FROM event_leaf t JOIN log_leaf l USING (leaf)
                      WHERE t.type <> 'admin-action'""",
}
_OF_COLUMN: Final[Mapping[str, str]] = {
    "ord": "place::int",
    "code": "pg_temp.code($1::bigint * (SELECT count(*) FROM seed_dispute) + place)",
    "jti": "md5(jti || $1::int::text)::uuid::text",
    "blind": "pg_temp.hash(blind, $1::int)",
    "fingerprint": "pg_temp.hash(fingerprint, $1::int)",
    "digest": "pg_temp.hash(digest, $1::int)",
    "leaf": "pg_temp.leaf(entry, $1::int)",
}
_OF_TYPE: Final[Mapping[str, Callable[[str], str]]] = {
    "uuid": "pg_temp.id({0}, $1::int, $2::bigint)".format,
    "timestamp with time zone": "{0} - $2::bigint * interval '1 millisecond'".format,
}
_PENDING: Final = """
INSERT INTO log_pending (id, entry, leaf)
SELECT gen_random_uuid(), pg_temp.entry(entry, $1::int), pg_temp.leaf(entry, $1::int) FROM seed_event_leaf
"""
_COLUMNS: Final = """
SELECT column_name AS name, data_type AS type FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name = $1 AND column_name <> 'xid' ORDER BY ordinal_position
"""
_NAMES: Final = """
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""


async def rows(ground: Ground) -> dict[str, int]:
    """How many rows each table has."""
    admin = await ground.address.connect("admin")
    try:
        return await _rows(admin)
    finally:
        await admin.close()


async def fill(ground: Ground, before: Mapping[str, int], messages: int, say: Callable[[str], None]) -> int:
    """Copy what is stored until it is about so many messages; answers how many were added.

    `before`: the rows before any message came. No hub may run meanwhile.
    """
    await _sequence(ground)
    admin = await ground.address.connect("admin")
    try:
        statements, seeds = await _prepare(admin, before)
        copies = max(1, round(messages / seeds))
        step = _SPREAD_MS // copies
        for first in range(1, copies + 1, _AT_ONCE):
            last = min(first + _AT_ONCE, copies + 1)
            for copy in range(first, last):
                async with admin.transaction():
                    for statement in statements:
                        await admin.execute(statement, copy, (copies - copy + 1) * step)
                    await admin.execute(_PENDING, copy)
            await _sequence(ground)
            say(f"{(last - 1) * seeds:,} / {copies * seeds:,} messages stored")
        await admin.execute("ANALYZE")
    finally:
        await admin.close()
    return copies * seeds


async def _prepare(admin: asyncpg.Connection, before: Mapping[str, int]) -> tuple[list[str], int]:
    """The statements of one copy, and how many messages it has. Raises RuntimeError for a table left out."""
    await admin.execute(_FUNCTIONS)
    for table in _TABLES:
        chosen = _SEEDS.get(table, f"SELECT * FROM {table}")
        await admin.execute(f"CREATE TEMP TABLE seed_{table} AS {chosen}")
    seeds: int = await admin.fetchval("SELECT count(*) FROM seed_message")
    now = await _rows(admin)
    left = {name for name, n in now.items() if n - before.get(name, 0) >= seeds} - {*_TABLES, *_LOG}
    if left:
        raise RuntimeError(f"these grow with messages and are not copied: {', '.join(sorted(left))}")
    return [await _copying(admin, table) for table in _TABLES], seeds


async def _rows(admin: asyncpg.Connection) -> dict[str, int]:
    names = [row["relname"] for row in await admin.fetch(_NAMES)]
    return {name: await admin.fetchval(f'SELECT count(*) FROM "{name}"') for name in names}


async def _copying(admin: asyncpg.Connection, table: str) -> str:
    columns = await admin.fetch(_COLUMNS, table)
    names = ", ".join(row["name"] for row in columns)
    values = ", ".join(_value(table, row["name"], row["type"]) for row in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM seed_{table}"


def _value(table: str, column: str, kind: str) -> str:
    if column in _OF_COLUMN:
        return _OF_COLUMN[column]
    if kind in _OF_TYPE and (kind == "uuid" or table != _UNMOVED):
        return _OF_TYPE[kind](column)
    return column


async def _sequence(ground: Ground) -> None:
    async with open_hub(load(env=ground.environment)) as hub:
        await hub.sequencer.drain()
