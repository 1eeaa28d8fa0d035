"""Plans are made once a connection, maybe on empty tables: none may read a whole table of messages."""

import re

import pytest

from hub.exchange import incentives, lookup, rows
from hub.store.database import Database

GROWING = {"message", "message_reader", "message_key", "native_id", "identifier", "delivery", "dispute",
           "case_run", "case_history", "deadline", "log_leaf", "log_pending", "event_leaf"}  # fmt: skip
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
