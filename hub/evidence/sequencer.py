"""Moves accepted entries from `log_pending` into the tree and signs a checkpoint over it.

One transaction a batch: the leaves leave `log_pending`, enter `log_leaf` in the order of their ids, the
complete subtrees they fill enter `log_node`, and the checkpoint is stored. A process that dies leaves
nothing half done; the next one goes on. Any number of workers may run: an advisory lock lets one work at
a time. Touches the evidence tables and nothing else; the connection, key and clock are passed in.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asyncpg import InterfaceError, PostgresError

from hub.errors import Broken, HubError, Unavailable
from hub.evidence.merkle import Tree, cover, leaf_hash
from hub.evidence.note import Checkpoint, Signer
from hub.evidence.ports import Connection, Row, Writing
from hub.evidence.tables import read_nodes, tree_size
from hub.logs import Event, note

LOCK: Final = 7062

# An entry that is already a leaf (a restored backup) is only taken off the list.
_PENDING: Final = """
SELECT p.id, p.entry, p.leaf, l.leaf IS NOT NULL AS known
FROM (SELECT id, entry, leaf FROM log_pending ORDER BY id LIMIT $1) p
LEFT JOIN log_leaf l ON l.leaf = p.leaf
ORDER BY p.id
"""
_TAKE: Final = "DELETE FROM log_pending WHERE id = ANY($1::uuid[])"
_STORE: Final = """
WITH leaves AS (
    INSERT INTO log_leaf (index, leaf, entry)
    SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::text[])
), nodes AS (
    INSERT INTO log_node (level, index, hash)
    SELECT * FROM unnest($4::int[], $5::bigint[], $6::bytea[])
)
INSERT INTO log_checkpoint (size, root, note, at) VALUES ($7, $8, $9, $10)
"""


@dataclass(slots=True)
class _Growth:
    """What one batch adds: leaves from `first` on, and the subtrees they complete."""

    tree: Tree
    first: int
    leaves: list[bytes]
    entries: list[str]
    nodes: list[tuple[int, int, bytes]]

    def arguments(self) -> tuple[list[object], ...]:
        indexes = range(self.first, self.first + len(self.leaves))
        levels, places, hashes = zip(*self.nodes, strict=True) if self.nodes else ((), (), ())
        columns = (indexes, self.leaves, self.entries, levels, places, hashes)
        return tuple(list(column) for column in columns)


class Sequencer:
    """The log's only writer: `run` in every worker, `step` for one batch.

    `writing` opens a transaction of the role hub; the key of `signer` signs checkpoints.
    `batch` bounds the leaves of one transaction; `interval` (seconds) is how long an entry waits at most
    when nobody calls `poke`; `pause` is kept between two checkpoints, so that a busy hub signs few.
    """

    def __init__(
        self,
        writing: Writing,
        signer: Signer,
        clock: Callable[[], datetime],
        *,
        batch: int = 2000,
        interval: float = 1.0,
    ) -> None:
        self._writing = writing
        self._signer = signer
        self._clock = clock
        self._batch = batch
        self._interval = interval
        self._pause = interval / 4
        self._poked = asyncio.Event()

    def poke(self) -> None:
        """Says that there are new entries; costs nothing."""
        self._poked.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; a database that is away is asked again, with growing pauses."""
        failures = 0
        while not stop.is_set():
            self._poked.clear()
            try:
                moved = await self.step()
                failures = 0
            except (PostgresError, InterfaceError, OSError, Unavailable, Broken) as e:
                moved = 0
                failures += 1
                note(Event.LOG_STEP_FAILED, tries=failures, error=type(e).__name__, reason=_reason(e))
            if moved < self._batch:
                await self._rest(stop, failures)

    async def _rest(self, stop: asyncio.Event, failures: int) -> None:
        if failures:
            await _first_of(min(30.0, self._interval * 2**failures), stop)
            return
        await _first_of(self._pause, stop)
        if not stop.is_set():
            await _first_of(self._interval - self._pause, stop, self._poked)

    async def drain(self) -> int:
        """Steps until nothing is pending; answers how many entries went in. For commands and tests."""
        total = 0
        while moved := await self.step():
            total += moved
        return total

    async def step(self) -> int:
        """One batch; answers how many entries left `log_pending` (0: none, or another worker is at it)."""
        async with self._writing() as db:
            # First the lock, then the reading: a statement sees what was committed when it began.
            if not await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                return 0
            pending = await db.fetch(_PENDING, self._batch)
            if not pending:
                return 0
            await db.execute(_TAKE, [row["id"] for row in pending])
            fresh = [row for row in pending if not row["known"]]
            if fresh:
                await self._store(db, fresh)
            return len(pending)

    async def _store(self, db: Connection, rows: Sequence[Row]) -> None:
        size = await tree_size(db)
        edge = cover(0, size)
        known = await read_nodes(db, edge)
        growth = _grow(Tree(size, [known[node] for node in edge]), rows)
        checkpoint = Checkpoint(self._signer.name, growth.tree.size, growth.tree.root())
        note = self._signer.sign(checkpoint.text())
        await db.execute(_STORE, *growth.arguments(), checkpoint.size, checkpoint.root, note, self._clock())


def _grow(tree: Tree, rows: Sequence[Row]) -> _Growth:
    growth = _Growth(tree, tree.size, [], [], [])
    seen: set[bytes] = set()
    for row in rows:
        leaf: bytes = row["leaf"]
        if leaf_hash(row["entry"].encode()) != leaf:
            raise Broken(f"存证条目与叶不符 · entry {row['id']} does not have the leaf it names")
        if leaf not in seen:
            seen.add(leaf)
            growth.leaves.append(leaf)
            growth.entries.append(row["entry"])
            growth.nodes.extend(tree.append(leaf))
    return growth


async def _first_of(seconds: float, *events: asyncio.Event) -> None:
    """Returns when one of the events is set or the time is over."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waits:
        task.cancel()


def _reason(error: Exception) -> str:
    """Our own words only: a database's text may hold a value."""
    return str(error) if isinstance(error, HubError) else "-"
