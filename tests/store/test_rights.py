"""Who may read and write what, by the database itself: the net under the queries' own conditions."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub.store.database import Database
from hub.store.ids import new_id
from tests.support import SetClock

TABLES = (
    "dispute",
    "case_run",
    "case_history",
    "deadline",
    "message",
    "message_reader",
    "delivery",
    "stream",
    "quarantine",
    "event_leaf",
)
SEEN = "SELECT '{0}' AS name FROM {0} WHERE (SELECT act_as($1, $2))"


async def store_one_of_everything(database: Database, clock: SetClock, unit: str, system: str) -> None:
    """A dispute of one unit with a case, a deadline, a message, a delivery, a stream, a refusal."""
    now, b = clock(), b"\x00"
    dispute, case, message, delivery = (new_id(now) for _ in range(4))
    rows: dict[str, dict[str, object]] = {
        "dispute": {
            "id": dispute, "code": str(dispute), "state": "registered", "opened_at": now,
            "changed_at": now, "participants": [unit], "key": b,
        },
        "case_run": {
            "id": case, "dispute": dispute, "machine": "referral", "state": "sent",
            "opened_by": message, "opened_at": now, "changed_at": now, "participants": [unit],
        },
        "case_history": {
            "case_id": case, "dispute": dispute, "n": 1, "step": "R1", "to_state": "sent",
            "message": message, "at": now,
        },
        "deadline": {
            "id": new_id(now), "dispute": dispute, "case_id": case, "rule": "X", "object": str(case),
            "started_at": now, "state": "running", "provisional": False, "basis": "-",
            "started_by": message,
        },
        "message": {
            "id": message, "received_at": now, "ord": 1, "iss": system, "jti": "1", "sender": unit,
            "kind": "referral", "purpose": "mediation", "media_type": "-", "format": "-",
            "fingerprint": b, "digest": b, "salt": b, "leaf": b, "findings": [], "answer": b,
            "receipt": "-", "dek": b, "document": b, "native_digest": b,
        },
        "message_reader": {"message": message, "unit": unit, "role": "sender", "ord": 1},
        "delivery": {
            "id": delivery, "message": message, "system": system, "unit": unit, "sender": unit,
            "role": "addressee", "subject": dispute, "seq": 1, "event": "referral",
            "state": "queued", "created_at": now, "next_try": now,
        },
        "stream": {
            "id": new_id(now), "system": system, "method": "poll", "dek": b, "created_at": now,
        },
        "quarantine": {
            "id": new_id(now), "at": now, "iss": system, "jti": "2", "unit": unit, "kind": "referral",
            "code": "schema", "faults": [], "digest": b, "dek": b, "native": b,
        },
        "event_leaf": {
            "leaf": message.bytes, "message": message, "type": "message", "digest": b, "salt": b,
        },
    }  # fmt: skip
    async with database.writing() as held:
        await held.execute(
            "INSERT INTO system (id, agency, scopes, created_at) VALUES ($1, 'justice', '{}', $2)",
            system,
            now,
        )
        for table, row in rows.items():
            places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
            await held.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", *row.values())


@pytest.fixture
async def two(database: Database, clock: SetClock) -> Database:
    await store_one_of_everything(database, clock, "A1", "system-a")
    await store_one_of_everything(database, clock, "B2", "system-b")
    return database


async def seen(database: Database, units: list[str], system: str | None) -> dict[str, int]:
    counts = {}
    for table in TABLES:
        counts[table] = len(await database.read(units, system, SEEN.format(table)))
    return counts


async def test_a_reader_without_units_sees_nothing(two: Database) -> None:
    assert set((await seen(two, [], None)).values()) == {0}
    for table in TABLES:  # nor one whose connection was used before, and no eyes were set
        assert await two.reader.fetch(f"SELECT 1 FROM {table}") == []


async def test_a_reader_sees_what_is_its_units_and_systems(two: Database) -> None:
    assert set((await seen(two, ["A1"], "system-a")).values()) == {1}
    assert set((await seen(two, ["B2"], "system-b")).values()) == {1}
    assert set((await seen(two, ["A1", "B2"], "system-a")).values()) == {1, 2}
    assert set((await seen(two, ["C3", "A", "A1x"], "system-c")).values()) == {0}


async def test_it_sees_the_right_ones(two: Database) -> None:
    query = "SELECT unit FROM message_reader WHERE (SELECT act_as($1, $2))"
    assert [r["unit"] for r in await two.read(["B2"], None, query)] == ["B2"]
    async with two.reading(["A1"], "system-a") as held:
        assert await held.fetchval("SELECT sender FROM message") == "A1"
        assert await held.fetchval("SELECT iss FROM quarantine") == "system-a"


async def test_counting_and_looking_up_find_no_more(two: Database) -> None:
    async with two.connection() as held:
        other: UUID = await held.fetchval("SELECT id FROM message WHERE sender = 'B2'")
    for source in ("message", "message m JOIN message_reader r ON r.message = m.id"):
        query = f"SELECT count(*) AS n FROM {source} WHERE (SELECT act_as($1, $2))"
        (row,) = await two.read(["A1"], "system-a", query)
        assert row["n"] == 1
    by_id = "SELECT id FROM message WHERE (SELECT act_as($1, $2)) AND id = $3"
    assert await two.read(["A1"], "system-a", by_id, other) == []
    assert len(await two.read(["B2"], "system-b", by_id, other)) == 1


async def test_partitions_and_the_rest_are_granted_to_nobody(two: Database) -> None:
    async with two.connection() as held:
        partitions = await held.fetch("SELECT inhrelid::regclass::text AS name FROM pg_inherits")
    names = [p["name"] for p in partitions if "idx" not in p["name"] and "pkey" not in p["name"]]
    assert "message_default" in names
    for pool in (two.hub, two.reader):
        for name in names:
            for right in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                assert not await pool.fetchval("SELECT has_table_privilege($1, $2)", name, right)
    for name in ("message_key", "native_id", "identifier", "system_key", "hub_key",
                 "config", "log_pending", "admin_action"):  # fmt: skip
        assert not await two.reader.fetchval("SELECT has_table_privilege($1, 'SELECT')", name)


async def test_a_reader_cannot_write(two: Database) -> None:
    for table in TABLES:
        for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE"):
            assert not await two.reader.fetchval("SELECT has_table_privilege($1, $2)", table, right)
    with pytest.raises(asyncpg.PostgresError):
        await two.reader.execute("SET default_transaction_read_only = off; DELETE FROM message")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE message ADD COLUMN x int",
        "ALTER TABLE message DISABLE ROW LEVEL SECURITY",
        "DROP POLICY reader ON message",
        "DROP TABLE message",
        "TRUNCATE message",
        "CREATE TABLE mine (n int)",
        "GRANT SELECT ON message_default TO liantiao_reader",
        "SET ROLE liantiao_owner",
        "DELETE FROM message_key",
        "UPDATE log_leaf SET index = 0",
        "DELETE FROM admin_action",
        "UPDATE alembic_version SET version_num = '0000'",
        "COPY message FROM PROGRAM 'true'",
    ],
)
async def test_the_hub_cannot_change_what_it_stands_on(database: Database, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await database.hub.execute(statement)


async def test_the_hub_is_under_the_policies_too(database: Database) -> None:
    under = (
        "SELECT count(*) FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace"
        " AND relname = ANY ($1)"
    )
    assert await database.hub.fetchval(under, list(TABLES)) == len(TABLES)
    assert not await database.hub.fetchval(
        "SELECT bool_or(rolbypassrls OR rolsuper) FROM pg_roles WHERE rolname = current_user"
    )


async def test_the_hub_makes_months_through_its_function(database: Database, clock: SetClock) -> None:
    day = (clock() + timedelta(days=400)).date()
    await database.hub.execute("SELECT ensure_months($1, 1)", day)
    assert await database.hub.fetchval("SELECT to_regclass('message_202712') IS NOT NULL")
