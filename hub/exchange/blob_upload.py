"""Uploading a file in one or several requests (contract 4): received, hashed, sealed and stored in passing.

An upload holds at most two chunks in memory and no database connection while it waits for bytes. Between
requests everything is in the database, so that any process goes on with it: only the running SHA-256 is
kept here, and is made again from the stored chunks where it is missing. Each step of the row compares the
length it knew, so that of two requests for one upload one goes on and the other is told `wrong-offset`.
"""

import asyncio
import hashlib
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.blobs import LOCK, chunk_aad, key_aad
from hub.store.clock import Clock
from hub.store.database import Database
from hub.store.ids import new_id
from hub.trust.seal import CHUNK, Sealer

if TYPE_CHECKING:
    from hashlib import _Hash

_ROW: Final = "SELECT id, received, complete_at, dek FROM blob WHERE digest = $1 AND system = $2"
_DROP: Final = "DELETE FROM blob WHERE id = $1"
_NEW: Final = "INSERT INTO blob (id, digest, system, dek) VALUES ($1, $2, $3, $4)"
_CHUNK: Final = "SELECT sealed FROM blob_chunk WHERE blob = $1 AND n = $2"
_STORE: Final = """
WITH moved AS (
    UPDATE blob SET received = $3, complete_at = $4
     WHERE id = $1 AND received = $2 AND complete_at IS NULL RETURNING id)
INSERT INTO blob_chunk (blob, n, sealed) SELECT id, $5, $6 FROM moved
    ON CONFLICT (blob, n) DO UPDATE SET sealed = EXCLUDED.sealed RETURNING n
"""
_HASHES: Final = 64


class Interrupted(Exception):
    """The sender went away in the middle; what arrived is kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """`Content-Range: bytes first-last/total`; total None for `*` (RFC 9110, 14.4)."""

    first: int
    last: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """What the hub has of an upload: bytes from the beginning, and whether that is the whole file."""

    received: int
    complete: bool


@dataclass(slots=True)
class _Upload:
    """One upload in the hands of one request. `tail` is the chunk being filled, `n` its number."""

    blob: UUID
    key: bytes
    stored: int
    n: int
    tail: bytearray
    hash: "_Hash"

    @property
    def received(self) -> int:
        return self.n * CHUNK + len(self.tail)

    def is_whole(self, digest: str) -> bool:
        return f"sha-256:{self.hash.hexdigest()}" == digest


class Uploads:
    """The uploads of this process."""

    def __init__(
        self, database: Database, sealer: Sealer, clock: Clock, max_size: int, max_open: int
    ) -> None:
        """`max_size`: bytes of a file; `max_open`: uploads of one system at a time."""
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self.max_size = max_size
        self._max_open = max_open
        self._open: Counter[str] = Counter()
        self._hashes: OrderedDict[UUID, tuple[int, _Hash]] = OrderedDict()

    async def put(self, system: str, digest: str, part: Part | None, body: AsyncIterator[bytes]) -> Progress:
        """Take a whole file (`part` None) or the next part of one.

        A whole file begins anew whatever was there; a part goes on exactly where the upload stands.
        `body` raises Interrupted when the sender goes away. Raises that, and Refused `too-large`,
        `wrong-offset` (member `offset`: where it stands), `digest-mismatch` (the upload is forgotten),
        `malformed` (more bytes than the part said), `busy`.
        """
        if part is not None and max(part.last + 1, part.total or 0) > self.max_size:
            raise self._too_large()
        with self._slot(system):
            upload = await self._begin(system, digest, part)
            if isinstance(upload, Progress):
                await self._again(digest, part, body)
                return upload
            end = self.max_size if part is None else part.last + 1
            try:
                await self._take(upload, body, end, whole=part is None)
            except Interrupted:
                await self._settle(upload, digest)
                raise
            return await self._finish(upload, digest, part)

    # ── beginning ────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self, system: str, digest: str, part: Part | None) -> "_Upload | Progress":
        async with self._database.writing() as conn:
            await conn.execute(LOCK, digest, system)
            row = await conn.fetchrow(_ROW, digest, system)
            if row is not None and row["complete_at"] is not None:
                if part is not None and part.last >= row["received"]:
                    raise _wrong_offset(row["received"])
                return Progress(row["received"], complete=True)
            received = row["received"] if row is not None else 0
            if part is not None and part.first != received:
                raise _wrong_offset(received)
            if row is None or part is None:
                return await self._anew(conn, system, digest, row)
        return await self._resumed(row)

    async def _anew(
        self, conn: asyncpg.Connection, system: str, digest: str, row: asyncpg.Record | None
    ) -> _Upload:
        if row is not None:
            await conn.execute(_DROP, row["id"])
        blob, key = new_id(self._clock()), self._sealer.new_dek()
        await conn.execute(_NEW, blob, digest, system, self._sealer.wrap(key, None, key_aad(blob)))
        return _Upload(blob, key, 0, 0, bytearray(), hashlib.sha256())

    async def _resumed(self, row: asyncpg.Record) -> _Upload:
        """The upload as it stands, its last chunk taken up again: the end of the file is sealed as such."""
        blob, received = row["id"], row["received"]
        key = self._sealer.unwrap(row["dek"], None, key_aad(blob))
        hashed, running = self._hashes.pop(blob, (0, hashlib.sha256()))
        if hashed > received:
            hashed, running = 0, hashlib.sha256()
        n, tail = max(0, received - 1) // CHUNK, b""
        for number in range(min(hashed // CHUNK, n), n + 1 if received else 0):
            tail = await self._chunk(blob, key, number)
            fresh = memoryview(tail)[max(0, hashed - number * CHUNK) :]
            await asyncio.to_thread(running.update, fresh)
        return _Upload(blob, key, received, n, bytearray(tail), running)

    async def _chunk(self, blob: UUID, key: bytes, n: int) -> bytes:
        async with self._database.connection() as conn:
            sealed = await conn.fetchval(_CHUNK, blob, n)
        if sealed is None:
            raise _wrong_offset(0)  # another request began the upload anew
        aad = chunk_aad(blob)
        return await asyncio.to_thread(Sealer.open_chunk, key, aad, n, last=False, sealed=sealed)

    # ── receiving ────────────────────────────────────────────────────────────────────────────────────

    async def _take(self, upload: _Upload, body: AsyncIterator[bytes], end: int, *, whole: bool) -> None:
        async for data in body:
            if upload.received + len(data) > end:
                raise self._too_large() if whole else Refused("malformed", Fault("content-range"))
            upload.hash.update(data)
            for at in range(0, len(data), CHUNK):
                upload.tail += data[at : at + CHUNK]
                # A full chunk waits for one more byte: whether it is the last is sealed into it.
                if len(upload.tail) > CHUNK:
                    plain = bytes(upload.tail[:CHUNK])
                    await self._store(upload, plain, last=False)
                    upload.n += 1
                    del upload.tail[:CHUNK]

    async def _store(self, upload: _Upload, plain: bytes, *, last: bool) -> None:
        aad = chunk_aad(upload.blob)
        sealed = await asyncio.to_thread(Sealer.seal_chunk, upload.key, aad, upload.n, last=last, plain=plain)
        received = upload.n * CHUNK + len(plain)
        at = self._clock() if last else None
        async with self._database.connection() as conn:
            arguments = (upload.blob, upload.stored, received, at, upload.n, sealed)
            if await conn.fetchval(_STORE, *arguments) is None:
                raise _wrong_offset(received)
        upload.stored = received

    async def _finish(self, upload: _Upload, digest: str, part: Part | None) -> Progress:
        at_the_end = part is None or upload.received == part.total
        if at_the_end and not upload.is_whole(digest):
            async with self._database.connection() as conn:
                await conn.execute(_DROP, upload.blob)
            raise Refused("digest-mismatch", Fault("digest"))
        return await self._settle(upload, digest)

    async def _settle(self, upload: _Upload, digest: str) -> Progress:
        """Keep what has arrived: as the file if it is all of it, else with the place of the hash."""
        if upload.is_whole(digest):
            await self._store(upload, bytes(upload.tail), last=True)
            return Progress(upload.received, complete=True)
        if upload.received > upload.stored:
            await self._store(upload, bytes(upload.tail), last=False)
        self._hashes[upload.blob] = (upload.received, upload.hash)
        if len(self._hashes) > _HASHES:
            self._hashes.popitem(last=False)
        return Progress(upload.received, complete=False)

    async def _again(self, digest: str, part: Part | None, body: AsyncIterator[bytes]) -> None:
        """A complete file is sent again: heard to the end, changing nothing."""
        running, size = hashlib.sha256(), 0
        async for data in body:
            size += len(data)
            if size > self.max_size:
                raise self._too_large()
            running.update(data)
        if part is None and f"sha-256:{running.hexdigest()}" != digest:
            raise Refused("digest-mismatch", Fault("digest"))

    # ── limits ───────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def _slot(self, system: str) -> Iterator[None]:
        if self._open[system] >= self._max_open:
            raise Refused("busy", Fault("uploads-at-a-time", args=(str(self._max_open),)))
        self._open[system] += 1
        try:
            yield
        finally:
            self._open[system] -= 1
            if not self._open[system]:
                del self._open[system]

    def _too_large(self) -> Refused:
        return Refused("too-large", Fault("size", args=(str(self.max_size),)))


def _wrong_offset(offset: int) -> Refused:
    return Refused("wrong-offset", Fault("content-range"), extra={"offset": offset})
