"""Plans are made once a connection, maybe on empty tables: none may read a whole table of messages."""

import re

import pytest

from hub.exchange import incentives, lookup, reading, rows
from hub.store.database import Database

GROWING = {"message", "message_reader", "message_key", "native_id", "identifier", "delivery", "dispute",
           "case_run", "case_history", "deadline", "log_leaf", "log_pending", "event_leaf"}  # fmt: skip
READ = """
SELECT sum(pg_stat_get_xact_tuples_returned(i.indexrelid)) FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid WHERE c.relname LIKE 'message_reader%'
"""
"""Rows that this transaction has read by the indexes of `message_reader`."""
STATEMENTS = {
    "lookup": lookup._LOOKUP,
    "disputes": lookup._DISPUTES,
    "cases": lookup._CASES,
    "readers": lookup._READERS,
    "deadlines": lookup._DEADLINES,
    "incentives": incentives._LIST,
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
        read = await held.fetchval(READ)
    assert 100 <= read <= 300, "fifty of each unit, and what merging the months looks ahead"
