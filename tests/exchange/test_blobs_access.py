"""Files on a real database: who sees what, what came inside a message, and that damage is noticed."""

import pytest

from hub.errors import Broken, Refused
from hub.exchange import blobs
from hub.exchange.blob_read import Files
from hub.exchange.blob_upload import Progress, Uploads
from hub.store.database import Database
from hub.trust.seal import CHUNK
from tests.exchange.blob_files import MAX, content, digest, part, pieces, read, rows, send_to


@pytest.fixture
def uploads(database: Database) -> Uploads:
    return Uploads(database, database.sealer, database.clock, MAX, 2)


# ── who sees what ────────────────────────────────────────────────────────────────────────────────────
async def test_another_system_learns_nothing_and_gains_nothing(uploads: Uploads, database: Database) -> None:
    data = content(CHUNK + 9)
    name = digest(data)
    await uploads.put("a", name, None, pieces(data))
    other = Files(database, database.sealer, "b", ("3105",))
    with pytest.raises(Refused, match="unknown"):
        await other.look(name)
    with pytest.raises(Refused, match="wrong-offset") as refused:
        await uploads.put("b", name, part(CHUNK, CHUNK + 9, len(data)), pieces(data[CHUNK:]))
    assert refused.value.extra == {"offset": 0}
    with pytest.raises(Refused, match="digest-mismatch"):
        await uploads.put("b", name, None, pieces(b"what one guesses"))
    assert await uploads.put("b", name, part(0, 9, len(data)), pieces(data[:9])) == Progress(9, False)
    async with database.connection() as conn:
        assert await blobs.find(conn, "b", ["3105"], [name]) == {}


async def test_a_file_is_read_by_the_units_it_was_sent_to(uploads: Uploads, database: Database) -> None:
    data = content(CHUNK + 9)
    name = digest(data)
    await uploads.put("a", name, None, pieces(data))
    await send_to(database, "a", name, "3105")
    assert await read(database, "b", name, "3104", "3105") == data
    with pytest.raises(Refused, match="unknown"):
        await Files(database, database.sealer, "b", ("3104",)).look(name)
    with pytest.raises(Refused, match="unknown"):
        await Files(database, database.sealer, "", ()).look(name)
    async with database.connection() as conn:
        assert set(await blobs.find(conn, "b", ["3105"], [name, digest(b"?")])) == {name}


async def test_an_upload_under_way_is_nobody_elses_and_may_not_be_named(
    uploads: Uploads, database: Database
) -> None:
    data = content(100)
    name = digest(data)
    await uploads.put("a", name, part(0, 50, 100), pieces(data[:50]))
    assert (await Files(database, database.sealer, "a", ()).look(name)).size == 50
    async with database.connection() as conn:
        assert await blobs.find(conn, "a", [], [name]) == {}


async def test_the_policies_hold_without_the_conditions(uploads: Uploads, database: Database) -> None:
    data = content(100)
    await uploads.put("a", digest(data), None, pieces(data))
    await send_to(database, "a", digest(data), "3105")
    for units, system, seen in (((), "a", 1), (("3105",), "b", 1), (("3104",), "b", 0), ((), None, 0)):
        async with database.reading(units, system) as conn:
            for table in ("blob", "blob_chunk"):
                assert await conn.fetchval(f"SELECT count(*) FROM {table}") == seen


# ── inside the hub ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("size", [0, 531, CHUNK, CHUNK + 1])
async def test_a_file_that_came_inside_a_message_is_kept_once(database: Database, size: int) -> None:
    data = content(size)
    for _ in range(2):
        async with database.writing() as conn:
            file = await blobs.keep(conn, database.sealer, "a", data, database.clock())
            assert await blobs.read_whole(conn, database.sealer, file) == data
    assert await rows(database) == 1
    assert await read(database, "a", digest(data)) == data


async def test_a_file_kept_overtakes_its_upload(uploads: Uploads, database: Database) -> None:
    data = content(100)
    await uploads.put("a", digest(data), part(0, 50, 100), pieces(data[:50]))
    async with database.writing() as conn:
        await blobs.keep(conn, database.sealer, "a", data, database.clock())
    assert await read(database, "a", digest(data)) == data
    assert await rows(database) == 1


async def test_a_large_file_is_not_held_in_memory(database: Database) -> None:
    async with database.writing() as conn:
        file = await blobs.keep(conn, database.sealer, "a", content(100), database.clock())
        with pytest.raises(Refused, match="too-large"):
            await blobs.read_whole(conn, database.sealer, file, limit=99)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE blob_chunk SET sealed = set_byte(sealed, 100, get_byte(sealed, 100) # 1) WHERE n = 0",
        "DELETE FROM blob_chunk WHERE n = 2",
        "UPDATE blob_chunk c SET sealed = o.sealed FROM blob_chunk o WHERE c.n = 0 AND o.n = 1",
        "UPDATE blob SET received = 2097152",
    ],
    ids=["bit flipped", "chunk lost", "chunks swapped", "file cut at a chunk"],
)
async def test_damage_is_noticed(uploads: Uploads, database: Database, damage: str) -> None:
    data = content(2 * CHUNK + 9)
    await uploads.put("a", digest(data), None, pieces(data))
    async with database.writing() as conn:
        await conn.execute(damage)
        file = (await blobs.find(conn, "a", [], [digest(data)]))[digest(data)]
        with pytest.raises(Broken):
            await blobs.read_whole(conn, database.sealer, file)
    with pytest.raises(Broken):
        await read(database, "a", digest(data))
