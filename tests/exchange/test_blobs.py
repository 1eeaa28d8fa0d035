"""Uploading on a real database: received, hashed, sealed, resumed, limited."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from hub.errors import Refused
from hub.exchange import blobs
from hub.exchange.blob_read import Files
from hub.exchange.blob_upload import Interrupted, Progress, Uploads
from hub.store.database import Database
from hub.trust.seal import CHUNK
from tests.exchange.blob_files import MAX, content, digest, part, pieces, read, rows


@pytest.fixture
def uploads(database: Database) -> Uploads:
    return Uploads(database, database.sealer, database.clock, MAX, 2)


# ── one request ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 7])
async def test_a_whole_file_is_stored_sealed_and_read_again(
    uploads: Uploads, database: Database, size: int
) -> None:
    data = content(size)
    assert await uploads.put("a", digest(data), None, pieces(data)) == Progress(size, complete=True)
    assert await read(database, "a", digest(data)) == data
    async with database.connection() as conn:
        sealed = [r["sealed"] for r in await conn.fetch("SELECT sealed FROM blob_chunk ORDER BY n")]
    assert len(sealed) == blobs.chunk_count(size)
    assert not any(data[i : i + 40] in b"".join(sealed) for i in range(0, max(0, size - 40), 100_000))


async def test_pieces_larger_than_a_chunk(uploads: Uploads, database: Database) -> None:
    data = content(3 * CHUNK + 5)
    await uploads.put("a", digest(data), None, pieces(data, step=len(data)))
    assert await read(database, "a", digest(data)) == data


async def test_the_digest_of_the_address_decides(uploads: Uploads, database: Database) -> None:
    data = content(2 * CHUNK)
    with pytest.raises(Refused, match="digest-mismatch"):
        await uploads.put("a", digest(data), None, pieces(data[:-1]))
    assert await rows(database) == 0
    assert (await uploads.put("a", digest(data), None, pieces(data))).complete


async def test_the_same_file_again_is_no_second_file(uploads: Uploads, database: Database) -> None:
    data = content(CHUNK + 3)
    for _ in range(2):
        progress = await uploads.put("a", digest(data), None, pieces(data))
        assert progress == Progress(len(data), complete=True)
    assert await rows(database) == 1
    with pytest.raises(Refused, match="digest-mismatch"):
        await uploads.put("a", digest(data), None, pieces(content(9)))
    last = part(CHUNK, CHUNK + 3, len(data))
    assert (await uploads.put("a", digest(data), last, pieces(data[CHUNK:]))).complete
    assert await rows(database) == 1


async def test_limits(uploads: Uploads) -> None:
    data = content(MAX + 1)
    with pytest.raises(Refused, match="too-large"):
        await uploads.put("a", digest(data), None, pieces(data))
    with pytest.raises(Refused, match="too-large"):
        await uploads.put("a", digest(data), part(0, 9, MAX + 1), pieces(data[:9]))


async def test_a_system_has_few_uploads_at_a_time_and_others_do_not_wait_for_it(
    uploads: Uploads,
) -> None:
    gate = asyncio.Event()

    async def slow(data: bytes) -> AsyncIterator[bytes]:
        yield data[:5]
        await gate.wait()
        yield data[5:]

    files = [content(100, seed) for seed in range(3)]
    running = [asyncio.create_task(uploads.put("a", digest(data), None, slow(data))) for data in files[:2]]
    await asyncio.sleep(0)
    with pytest.raises(Refused, match="busy"):
        await uploads.put("a", digest(files[2]), None, pieces(files[2]))
    assert (await uploads.put("b", digest(files[2]), None, pieces(files[2]))).complete
    gate.set()
    assert all(p.complete for p in await asyncio.gather(*running))
    assert (await uploads.put("a", digest(files[2]), None, pieces(files[2]))).complete


# ── several requests ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("seed", range(8))
async def test_parts_and_broken_connections_of_any_length_make_the_same_file(
    uploads: Uploads, database: Database, seed: int
) -> None:
    rng = random.Random(seed)
    data = content(rng.choice([3 * CHUNK, 3 * CHUNK + 11, 2 * CHUNK + CHUNK // 2]), seed)
    name, total = digest(data), len(data)
    offset, door = 0, uploads
    while offset < total:
        near = (offset // CHUNK + 1) * CHUNK
        ends = [near, near - 1, near + 1, offset + 1, offset + rng.randrange(1, CHUNK), total]
        last = min(total, rng.choice([e for e in ends if e > offset]))
        if rng.random() < 0.3:  # another process goes on
            door = Uploads(database, database.sealer, database.clock, MAX, 2)
        rest = data[offset:last]
        if rng.random() < 0.3 and last < total:
            stop = rng.randrange(len(rest) + 1)
            with pytest.raises(Interrupted):
                await door.put("a", name, part(offset, last, total), pieces(rest, stop=stop))
            offset += stop
        else:
            progress = await door.put("a", name, part(offset, last, total), pieces(rest))
            offset = last
            assert progress == Progress(offset, complete=offset == total)
        seen = await Files(database, database.sealer, "a", ()).look(name)
        assert (seen.size, seen.complete) == (offset, offset == total)
    assert await read(database, "a", name) == data


async def test_a_whole_file_that_broke_off_goes_on_as_parts(uploads: Uploads, database: Database) -> None:
    data = content(3 * CHUNK)
    with pytest.raises(Interrupted):
        await uploads.put("a", digest(data), None, pieces(data, stop=CHUNK + 77))
    rest = part(CHUNK + 77, len(data), len(data))
    assert (await uploads.put("a", digest(data), rest, pieces(data[CHUNK + 77 :]))).complete
    assert await read(database, "a", digest(data)) == data


async def test_a_connection_that_breaks_after_the_last_byte_leaves_a_whole_file(
    uploads: Uploads, database: Database
) -> None:
    data = content(2 * CHUNK)
    with pytest.raises(Interrupted):
        await uploads.put("a", digest(data), None, pieces(data, stop=len(data)))
    assert await read(database, "a", digest(data)) == data


async def test_an_unknown_total_is_known_by_the_digest(uploads: Uploads) -> None:
    data = content(CHUNK + 1)
    first = await uploads.put("a", digest(data), part(0, 9, None), pieces(data[:9]))
    assert first == Progress(9, complete=False)
    rest = part(9, len(data), None)
    assert (await uploads.put("a", digest(data), rest, pieces(data[9:]))).complete


@pytest.mark.parametrize("first", [0, 9, 11, CHUNK])
async def test_a_part_goes_on_exactly_where_the_upload_stands(uploads: Uploads, first: int) -> None:
    data = content(2 * CHUNK)
    await uploads.put("a", digest(data), part(0, 10, len(data)), pieces(data[:10]))
    with pytest.raises(Refused, match="wrong-offset") as refused:
        await uploads.put("a", digest(data), part(first, first + 5, len(data)), pieces(data[:5]))
    assert refused.value.extra == {"offset": 10}


async def test_nothing_begins_in_the_middle(uploads: Uploads, database: Database) -> None:
    with pytest.raises(Refused, match="wrong-offset"):
        await uploads.put("a", digest(b"x"), part(5, 9, 20), pieces(b"xxxx"))
    assert await rows(database) == 0


async def test_a_last_part_that_does_not_fit_begins_the_upload_anew(
    uploads: Uploads, database: Database
) -> None:
    data = content(100)
    await uploads.put("a", digest(data), part(0, 50, 100), pieces(data[:50]))
    with pytest.raises(Refused, match="digest-mismatch"):
        await uploads.put("a", digest(data), part(50, 100, 100), pieces(bytes(50)))
    assert await rows(database) == 0
    assert (await uploads.put("a", digest(data), None, pieces(data))).complete


async def test_more_bytes_than_the_part_said(uploads: Uploads, database: Database) -> None:
    data = content(100)
    with pytest.raises(Refused, match="malformed"):
        await uploads.put("a", digest(data), part(0, 50, 100), pieces(data))
    assert (await uploads.put("a", digest(data), None, pieces(data))).complete
    assert await rows(database) == 1


async def test_of_two_requests_for_one_upload_one_goes_on(uploads: Uploads, database: Database) -> None:
    data = content(2 * CHUNK + 9)
    reached, gate = asyncio.Event(), asyncio.Event()

    async def stuck() -> AsyncIterator[bytes]:
        yield data[: CHUNK + 5]
        reached.set()
        await gate.wait()
        yield data[CHUNK + 5 :]

    old = asyncio.create_task(uploads.put("a", digest(data), None, stuck()))
    await reached.wait()
    assert (await uploads.put("a", digest(data), None, pieces(data))).complete
    gate.set()
    with pytest.raises(Refused, match="wrong-offset"):
        await old
    assert await read(database, "a", digest(data)) == data


async def test_abandoned_uploads_are_dropped_and_files_stay(uploads: Uploads, database: Database) -> None:
    done, left = content(10, 1), content(10, 2)
    await uploads.put("a", digest(done), None, pieces(done))
    await uploads.put("a", digest(left), part(0, 5, 10), pieces(left[:5]))
    async with database.writing() as conn:
        assert await blobs.drop_abandoned(conn, database.clock() - timedelta(days=1)) == 0
        assert await blobs.drop_abandoned(conn, database.clock() + timedelta(days=1)) == 1
    assert await rows(database) == 1
