"""Plans are made once a connection, maybe on empty tables: none may read a whole table of messages."""

import re
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from hub.exchange import bundles, incentives, lookup, outbox, poll, reading, rows, sequences, streams
from hub.nightly.pages import overview
from hub.store.database import Database

GROWING = {"message", "message_reader", "message_key", "native_id", "identifier", "delivery", "dispute",
           "case_run", "case_history", "deadline", "log_leaf", "log_pending", "event_leaf"}  # fmt: skip
READ = """
SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(i.indexrelid)), 0)::int FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname LIKE $1 || '%'
"""
"""Rows that this transaction has read by the indexes of a table and its partitions."""
NOW = datetime(2026, 11, 27, tzinfo=UTC)
QUEUED = 5000
STREAM = """
WITH s AS (
    INSERT INTO system (id, agency, scopes, created_at) VALUES ($1, 'court', '{}', $2)
    RETURNING id)
INSERT INTO stream (id, system, method, dek, created_at)
VALUES (gen_random_uuid(), $1, 'urn:ietf:rfc:8936', '', $2)
"""
FILL = """
INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, state,
                      created_at, next_try)
SELECT gen_random_uuid(), gen_random_uuid(), $1, '', '', 'addressee', gen_random_uuid(), 1, 'e', s,
       $2, $2::timestamptz - n * interval '1 ms'
  FROM generate_series(1, $3) n, unnest(ARRAY['queued', 'acknowledged']) s
"""
"""As many tokens that wait as have arrived, each of a dispute of its own."""
STATEMENTS = {
    "lookup": lookup._LOOKUP,
    "disputes": lookup._DISPUTES,
    "cases": lookup._CASES,
    "readers": lookup._READERS,
    "deadlines": lookup._DEADLINES,
    "incentives": incentives._LIST,
    "numbers": sequences._LAST,
    "trials": streams._DROP_TRIALS,
    "records": bundles._RECORDS,
    "last sign": overview._LAST,
    "messages by day": overview._DAYS,
    "insert": rows.insert_statement(),
    "update": rows.update_statement(),
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_what_is_asked_goes_by_index(database: Database, name: str) -> None:
    async with database.connection() as held:
        statement = STATEMENTS[name]
        await held.execute(f"PREPARE plan AS {statement}")
        nulls = ", ".join(["NULL"] * max(int(n) for n in re.findall(r"\$(\d+)", statement)))
        plan = await held.fetch(f"EXPLAIN EXECUTE plan ({nulls})")
        await held.execute("DEALLOCATE plan")
    text = "\n".join(row[0] for row in plan)
    scanned = {re.sub(r"_(\d+|default)$", "", t) for t in re.findall(r"Seq Scan on (\w+)", text)}
    assert not scanned & GROWING


async def test_a_page_of_messages_looks_at_no_more_than_it_shows(database: Database) -> None:
    async with database.connection() as held:
        for unit in ("one", "other"):
            await held.execute(
                "INSERT INTO message_reader (message, unit, role, ord)"
                " SELECT gen_random_uuid(), $1, 'sender', n FROM generate_series(1, 3000) n",
                unit,
            )
    async with database.reading(frozenset({"one", "other"}), "police-sys") as held:
        await held.fetch(reading._LIST, ["one", "other"], "0", 0, 50)
        read = await held.fetchval(READ, "message_reader")
    assert 100 <= read <= 300, "fifty of each unit, and what merging the months looks ahead"


WAITING = {
    "claim": (outbox._CLAIM, (["court-sys"], [32], NOW), 32, 100),
    "probe": (outbox._PROBE, (["court-sys"], [32], NOW), outbox._CANDIDATES, outbox._CANDIDATES + 100),
    "ahead": (outbox._AHEAD, (["court-sys"], NOW - timedelta(days=1)), 1, 3),
    "news": (poll._NEWS, (["court-sys"],), 1, 3),
}
"""Statement, arguments, and how many entries of indexes it may read at least and at most."""


@pytest.mark.parametrize("name", WAITING)
async def test_what_leaves_next_is_found_without_reading_what_waits(database: Database, name: str) -> None:
    statement, arguments, least, most = WAITING[name]
    async with database.writing() as held:
        await held.execute(STREAM, "court-sys", NOW)
        await held.fetch(statement, *arguments)  # planned now, while there is nothing
        await held.execute(FILL, "court-sys", NOW, QUEUED)
        assert least <= await _reads(held, statement, *arguments) <= most


async def test_a_poll_reads_no_more_than_it_hands_out(database: Database) -> None:
    async with database.reading(frozenset(), "court-sys") as held:
        await held.fetch(poll._PICK, "", "court-sys", 100)
    async with database.writing() as held:
        await held.execute(FILL, "court-sys", NOW, QUEUED)
    async with database.reading(frozenset(), "court-sys") as held:
        read = await _reads(held, poll._PICK, "", "court-sys", 100)
    assert 200 <= read <= 400, "each once as the oldest, once as its dispute's"


async def _reads(held: asyncpg.Connection, statement: str, *arguments: object) -> int:
    """Entries of the delivery's indexes that a statement reads."""
    before: int = await held.fetchval(READ, "delivery")
    assert await held.fetch(statement, *arguments)
    after: int = await held.fetchval(READ, "delivery")
    return after - before
