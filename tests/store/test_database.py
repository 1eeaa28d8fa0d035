"""The pools: codecs, the eyes of a reader, a server that goes away and comes back."""

import pytest

from hub.store.database import Database


async def test_json_goes_in_and_comes_out_as_objects(database: Database) -> None:
    value = {"code": "41", "list": [1, None, "调解"]}
    async with database.connection() as held:
        assert await held.fetchval("SELECT $1::jsonb", value) == value
        assert await held.fetchval("SELECT $1::jsonb ->> 'code'", value) == "41"


async def test_a_query_as_somebody_leaves_nothing_behind(database: Database) -> None:
    seen = "SELECT my_units() AS units, my_system() AS system WHERE (SELECT act_as($1, $2))"
    (row,) = await database.read(["A1", "A2"], "court-1", seen)
    assert (row["units"], row["system"]) == (["A1", "A2"], "court-1")
    async with database.reading([]) as held:
        assert await held.fetchval("SELECT my_units()") is None
    (row,) = await database.read([], None, seen)
    assert (row["units"], row["system"]) == (None, None)


async def test_reading_is_one_snapshot_and_cannot_write(database: Database) -> None:
    async with database.reading(["A1"], "court-1") as held:
        assert await held.fetchval("SELECT my_units()") == ["A1"]
        assert await held.fetchval("SHOW transaction_read_only") == "on"
        assert await held.fetchval("SHOW transaction_isolation") == "repeatable read"


@pytest.mark.parametrize("code", ["", "A1,B2", "A1'; --", "A 1", "A1\\"])
async def test_a_code_that_is_none_never_reaches_the_server(database: Database, code: str) -> None:
    with pytest.raises(ValueError, match="not a unit code"):
        await database.read([code], None, "SELECT 1 WHERE (SELECT act_as($1, $2))")


async def test_a_query_without_eyes_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="act_as"):
        await database.read(["A1"], None, "SELECT 1")


async def test_a_healthy_database_says_so(database: Database) -> None:
    assert await database.healthy()
