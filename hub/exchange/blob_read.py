"""Reading a file by an agency (contract 4): what it uploaded and what it was sent, as the role reader.

Everything else does not exist for it. A file is opened chunk by chunk, each in a statement of its own, so
that a slow reader holds neither memory nor a connection.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from hub.errors import Broken, Refused
from hub.exchange.blobs import chunk_aad, chunk_count, key_aad
from hub.store.database import Database
from hub.trust.seal import CHUNK, Sealer

# The conditions repeat the policies: they are fast, the policies are the net.
_LOOK: Final = """
SELECT b.id, b.received, b.dek, b.complete_at IS NOT NULL AS complete
  FROM blob b
 WHERE (SELECT act_as($1, $2)) AND b.digest = $3
   AND (b.system = $2 OR (b.complete_at IS NOT NULL AND EXISTS (
       SELECT 1 FROM blob_reader r
        WHERE r.digest = b.digest AND r.blob = b.id AND r.unit = ANY (string_to_array($1, ',')))))
 ORDER BY complete DESC, b.system <> $2, b.id LIMIT 1
"""
_CHUNK: Final = """
SELECT sealed FROM blob_chunk WHERE (SELECT act_as($1, $2)) AND blob = $3 AND n = $4
"""


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A file as its reader sees it; `size` is what has been received while it is not complete."""

    blob: UUID
    size: int
    complete: bool
    dek: bytes


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one system and its units."""

    database: Database
    sealer: Sealer
    system: str
    units: Sequence[str]

    async def look(self, digest: str) -> SeenFile:
        """The file; an upload under way is seen by its own system only. Raises Refused `unknown`."""
        rows = await self.database.read(self.units, self.system, _LOOK, digest)
        if not rows:
            raise Refused("unknown")
        row = rows[0]
        return SeenFile(row["id"], row["received"], row["complete"], row["dek"])

    async def content(self, file: SeenFile, first: int, last: int) -> AsyncGenerator[bytes, None]:
        """Bytes `first` to `last` (inclusive) of a complete file. Raises Broken if it is damaged."""
        key = self.sealer.unwrap(file.dek, None, key_aad(file.blob))
        for n in range(first // CHUNK, last // CHUNK + 1):
            plain = await self._chunk(file, key, n)
            start = n * CHUNK
            yield plain[max(0, first - start) : last + 1 - start]

    async def _chunk(self, file: SeenFile, key: bytes, n: int) -> bytes:
        rows = await self.database.read(self.units, self.system, _CHUNK, file.blob, n)
        if not rows:
            raise Broken(f"blob {file.blob}: 分块不全 · chunks are missing")
        last = n == chunk_count(file.size) - 1
        aad, sealed = chunk_aad(file.blob), rows[0]["sealed"]
        return await asyncio.to_thread(Sealer.open_chunk, key, aad, n, last=last, sealed=sealed)
