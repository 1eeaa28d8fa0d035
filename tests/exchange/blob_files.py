"""What the tests of files share."""

import hashlib
import random
from collections.abc import AsyncIterator

from hub.exchange import blobs
from hub.exchange.blob_read import Files
from hub.exchange.blob_upload import Interrupted, Part
from hub.store.database import Database
from hub.store.ids import new_id
from hub.trust.seal import CHUNK

MAX = 8 * CHUNK


def content(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def digest(data: bytes) -> str:
    return f"sha-256:{hashlib.sha256(data).hexdigest()}"


async def pieces(data: bytes, step: int = 50_000, stop: int | None = None) -> AsyncIterator[bytes]:
    """The bytes as a server hands them on; at `stop` the sender goes away."""
    for at in range(0, len(data) if stop is None else stop, step):
        yield data[at : at + step if stop is None else min(at + step, stop)]
    if stop is not None:
        raise Interrupted


def part(first: int, last: int, total: int | None) -> Part:
    return Part(first, last - 1, total)


async def read(database: Database, system: str, name: str, *units: str) -> bytes:
    files = Files(database, database.sealer, system, units)
    file = await files.look(name)
    assert file.complete
    return b"".join([chunk async for chunk in files.content(file, 0, file.size - 1)])


async def send_to(database: Database, system: str, name: str, unit: str) -> None:
    """What the writer does when a message of `system` carries the file to a unit."""
    async with database.writing() as conn:
        file = (await blobs.find(conn, system, (), [name]))[name]
        await conn.execute(
            "INSERT INTO blob_reader (digest, unit, blob, message) VALUES ($1, $2, $3, $4)",
            *(name, unit, file.blob, new_id(database.clock())),
        )


async def rows(database: Database) -> int:
    async with database.connection() as conn:
        found: int = await conn.fetchval("SELECT count(*) FROM blob")
        return found
