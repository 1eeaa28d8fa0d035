"""Files (contract 4) as the exchange uses them: which ones a message may name, and who reads them then.

Works on a connection of the role hub, inside the caller's transaction.

A file is a row of `blob` (one per uploading system, so that nobody learns from an upload what another has
stored) and its chunks of 1 MiB, each sealed for its place under the file's own data key. Uploading lives
in `hub.exchange.blob_upload`, reading by agencies in `hub.exchange.blob_read`. Digests are `sha-256:<hex>`.
"""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Broken, Fault, Refused
from hub.store.ids import new_id
from hub.trust.seal import CHUNK, Sealer

HELD: Final = 16 * 1024 * 1024
"""Bytes of a file that may be held in memory: as many as of a package (contract 2)."""
_HEX = re.compile(r"[0-9a-f]{64}")
LOCK: Final = "SELECT pg_advisory_xact_lock(7064, hashtext($1 || ' ' || $2))"
"""Taken before a row of `blob` is made or begun anew; parameters digest and system."""
_FIND: Final = """
SELECT DISTINCT ON (b.digest) b.digest, b.id, b.received, b.dek
  FROM blob b
 WHERE b.digest = ANY ($3::text[]) AND b.complete_at IS NOT NULL
   AND (b.system = $1 OR EXISTS (
       SELECT 1 FROM blob_reader r
        WHERE r.digest = b.digest AND r.blob = b.id AND r.unit = ANY ($2::text[])))
 ORDER BY b.digest, b.system <> $1, b.id
"""
_CHUNKS: Final = "SELECT n, sealed FROM blob_chunk WHERE blob = $1 ORDER BY n"
_COMPLETE: Final = """
INSERT INTO blob (id, digest, system, received, complete_at, dek) VALUES ($1, $2, $3, $4, $5, $6)
"""
_ABANDONED: Final = "DELETE FROM blob WHERE complete_at IS NULL AND id < uuid7_floor($1)"


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A complete file: its row, digest, size in bytes and wrapped data key."""

    blob: UUID
    digest: str
    size: int
    dek: bytes


def digest_of(hexadecimal: str) -> str:
    """The digest an address names. Raises Refused `unknown` for what is no digest at all."""
    if not _HEX.fullmatch(hexadecimal):
        raise Refused("unknown")
    return f"sha-256:{hexadecimal}"


def key_aad(blob: UUID) -> str:
    """The cell a file's data key is wrapped for."""
    return f"blob|{blob}|dek"


def chunk_aad(blob: UUID) -> str:
    """The cells a file's chunks are sealed for; the chunk functions add number and last-flag."""
    return f"blob_chunk|{blob}|sealed"


def chunk_count(size: int) -> int:
    """How many chunks a file of this size has; an empty one has one, so that its end is sealed too."""
    return max(1, -(-size // CHUNK))


async def find(
    conn: asyncpg.Connection, system: str, units: Sequence[str], digests: Iterable[str]
) -> dict[str, StoredFile]:
    """The complete files among `digests` that the system uploaded or its units may read.

    What is missing from the answer may not be named by a message of theirs (`422 blob-missing`).
    """
    wanted = sorted(set(digests))
    rows = await conn.fetch(_FIND, system, list(units), wanted) if wanted else []
    return {r["digest"]: StoredFile(r["id"], r["digest"], r["received"], r["dek"]) for r in rows}


async def read_whole(conn: asyncpg.Connection, sealer: Sealer, file: StoredFile, limit: int = HELD) -> bytes:
    """The content in memory. Raises Refused `too-large` above `limit` bytes, Broken if damaged."""
    if file.size > limit:
        raise Refused("too-large", Fault("size", args=(str(limit),)))
    rows = await conn.fetch(_CHUNKS, file.blob)
    count = chunk_count(file.size)
    if [r["n"] for r in rows] != list(range(count)):
        raise Broken(f"blob {file.blob}: 分块不全 · chunks are missing")
    key = sealer.unwrap(file.dek, None, key_aad(file.blob))
    aad = chunk_aad(file.blob)
    opened = [Sealer.open_chunk(key, aad, r["n"], last=r["n"] == count - 1, sealed=r["sealed"]) for r in rows]
    return b"".join(opened)


async def keep(
    conn: asyncpg.Connection, sealer: Sealer, system: str, content: bytes, now: datetime
) -> StoredFile:
    """Store a file that came inside a message, as if its sender had uploaded it; twice is once.

    Runs in the caller's transaction. An upload of the same file that is under way is overtaken.
    """
    digest = f"sha-256:{sha256(content).hexdigest()}"
    await conn.execute(LOCK, digest, system)
    known = await find(conn, system, (), [digest])
    if known:
        return known[digest]
    await conn.execute("DELETE FROM blob WHERE digest = $1 AND system = $2", digest, system)
    blob, key = new_id(now), sealer.new_dek()
    file = StoredFile(blob, digest, len(content), sealer.wrap(key, None, key_aad(blob)))
    chunks = await asyncio.to_thread(_sealed, key, blob, content)
    await conn.execute(_COMPLETE, blob, digest, system, file.size, now, file.dek)
    await conn.executemany("INSERT INTO blob_chunk (blob, n, sealed) VALUES ($1, $2, $3)", chunks)
    return file


def _sealed(key: bytes, blob: UUID, content: bytes) -> list[tuple[UUID, int, bytes]]:
    count, aad = chunk_count(len(content)), chunk_aad(blob)
    return [
        (
            blob,
            n,
            Sealer.seal_chunk(key, aad, n, last=n == count - 1, plain=content[n * CHUNK : (n + 1) * CHUNK]),
        )
        for n in range(count)
    ]


async def drop_abandoned(conn: asyncpg.Connection, before: datetime) -> int:
    """Remove uploads that were begun before then and never completed; answers how many."""
    done: str = await conn.execute(_ABANDONED, before)
    return int(done.rsplit(" ", 1)[1])
