"""The numbers of a dispute's tokens (`seq`, contract 3) for events the hub adds to it outside the writer.

The writer numbers what it delivers under the dispute's row lock; so does this. A message without a
dispute is its own subject: there the numbers go by an advisory lock. Locks are taken in the order of
the ids, before any lock on a delivery.
"""

from collections.abc import Iterable
from uuid import UUID

import asyncpg
import orjson

_DISPUTES = "SELECT id, seqs FROM dispute WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE"
_LOCK = "SELECT pg_advisory_xact_lock(7063, hashtext(s::text)) FROM unnest($1::uuid[]) AS s"
# What is superseded has its number again in the token that took its place.
_LAST = """
SELECT subject, system, max(seq) AS last FROM delivery
 WHERE subject = ANY ($1::uuid[]) AND state <> 'superseded' GROUP BY 1, 2
"""
_STORE = """
UPDATE dispute d SET seqs = n.seqs::jsonb FROM unnest($1::uuid[], $2::text[]) AS n (id, seqs)
 WHERE d.id = n.id
"""


class Sequences:
    """Last numbers by subject and receiving system, held under lock until the transaction ends."""

    def __init__(self, last: dict[UUID, dict[str, int]], disputes: set[UUID]) -> None:
        self._last = last
        self._disputes = disputes
        self._changed: set[UUID] = set()

    @classmethod
    async def locked(cls, conn: asyncpg.Connection, subjects: Iterable[UUID]) -> "Sequences":
        """The numbers of these subjects, locked. Within the caller's transaction."""
        wanted = sorted(set(subjects))
        last: dict[UUID, dict[str, int]] = {s: {} for s in wanted}
        rows = await conn.fetch(_DISPUTES, wanted)
        disputes = {row["id"] for row in rows}
        last.update({row["id"]: dict(row["seqs"]) for row in rows})
        others = [s for s in wanted if s not in disputes]
        if others:
            await conn.execute(_LOCK, others)
            for row in await conn.fetch(_LAST, others):
                last[row["subject"]][row["system"]] = row["last"]
        return cls(last, disputes)

    def next(self, subject: UUID, system: str) -> int:
        """The next number, from 1 on."""
        numbers = self._last[subject]
        numbers[system] = numbers.get(system, 0) + 1
        self._changed.add(subject)
        return numbers[system]

    async def store(self, conn: asyncpg.Connection) -> None:
        """Write the numbers given out back to their disputes."""
        changed = sorted(self._changed & self._disputes)
        if changed:
            texts = [orjson.dumps(self._last[d]).decode() for d in changed]
            await conn.execute(_STORE, changed, texts)
