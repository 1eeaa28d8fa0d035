"""The reading side of the evidence log: checkpoint, entries, proofs, and what a bundle needs of it.

Reads the evidence tables through the connection or pool it is given. Unknown leaves and sizes, and size
0, are refused as `unknown` (contract 6).
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, TypedDict
from uuid import UUID

from hub.errors import Fault, Refused
from hub.evidence.merkle import Plan, assemble, consistency_plan, inclusion_plan
from hub.evidence.ports import Reads
from hub.evidence.tables import read_nodes, tree_size

MAX_ENTRIES: Final = 1000
_LEAF: Final = re.compile(r"[0-9a-f]{64}")


class LogEntry(TypedDict):
    """One leaf as it is published; `entry` is the exact text under the leaf hash."""

    index: int
    leaf: str
    entry: str


class Entries(TypedDict):
    """A stretch of the log; `size` is that of the tree now."""

    size: int
    entries: list[LogEntry]


class Proof(TypedDict):
    """An inclusion proof (`index` of the leaf) or a consistency proof (`index` is the first size)."""

    index: int
    size: int
    hashes: list[str]


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry with its place in the tree and the hashes that prove it at the size asked for."""

    index: int
    entry: str
    hashes: tuple[bytes, ...]


async def checkpoint(db: Reads, size: int | None = None) -> str:
    """The latest signed note, or the one over exactly `size` leaves. Raises Refused `unknown`."""
    if size is None:
        note = await db.fetchval("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
    else:
        note = await db.fetchval("SELECT note FROM log_checkpoint WHERE size = $1", size)
    if note is None:
        raise _unknown("checkpoint")
    text: str = note
    return text


async def origin(db: Reads) -> str | None:
    """Whose log this is by its latest checkpoint; None: nothing is signed yet."""
    note = await db.fetchval("SELECT note FROM log_checkpoint ORDER BY size DESC LIMIT 1")
    return None if note is None else str(note).split("\n", 1)[0]


async def checkpoint_sizes(db: Reads, before: int, limit: int = 16) -> list[int]:
    """Sizes of the checkpoints signed before the one of size `before`, latest first."""
    rows = await db.fetch(
        "SELECT size FROM log_checkpoint WHERE size < $1 ORDER BY size DESC LIMIT $2", before, limit
    )
    return [row["size"] for row in rows]


async def entries(db: Reads, start: int, end: int) -> Entries:
    """Leaves `start` to `end`, both included (as in RFC 9162 §5.6), at most 1,000 of them."""
    size = await tree_size(db)
    if not 0 <= start < size or end < start:
        raise _unknown("start")
    last = min(end, size - 1, start + MAX_ENTRIES - 1)
    rows = await db.fetch(
        "SELECT index, leaf, entry FROM log_leaf WHERE index BETWEEN $1 AND $2 ORDER BY index",
        start,
        last,
    )
    found: list[LogEntry] = [
        {"index": row["index"], "leaf": row["leaf"].hex(), "entry": row["entry"]} for row in rows
    ]
    return {"size": size, "entries": found}


async def inclusion(db: Reads, leaf: str, size: int | None = None) -> Proof:
    """Proof that the leaf (64 lower-case hex digits) is in the tree of `size` (default: the present)."""
    if not _LEAF.fullmatch(leaf):
        raise _unknown("leaf")
    size = await _known_size(db, size)
    index = await db.fetchval("SELECT index FROM log_leaf WHERE leaf = $1", bytes.fromhex(leaf))
    if index is None or index >= size:
        raise _unknown("leaf")
    hashes = await _prove(db, [inclusion_plan(index, size)])
    return {"index": index, "size": size, "hashes": _base64(hashes[0])}


async def consistency(db: Reads, first: int, second: int | None = None) -> Proof:
    """Proof that the tree of `second` (default: the present) continues the tree of `first`."""
    second = await _known_size(db, second)
    if not 0 < first <= second:
        raise _unknown("first")
    hashes = await _prove(db, [consistency_plan(first, second)])
    return {"index": first, "size": second, "hashes": _base64(hashes[0])}


async def prove(db: Reads, leaves: Sequence[bytes], size: int) -> dict[bytes, Logged]:
    """Entries and inclusion proofs of many leaves at once; a leaf not in the tree of `size` is left out."""
    size = await _known_size(db, size)
    rows = await db.fetch(
        "SELECT index, leaf, entry FROM log_leaf WHERE leaf = ANY($1::bytea[]) AND index < $2",
        list(leaves),
        size,
    )
    proofs = await _prove(db, [inclusion_plan(row["index"], size) for row in rows])
    return {
        row["leaf"]: Logged(row["index"], row["entry"], tuple(hashes))
        for row, hashes in zip(rows, proofs, strict=True)
    }


async def earlier(
    db: Reads, size: int, also: int | None = None, limit: int = 16
) -> list[tuple[int, list[bytes]]]:
    """Proofs to the tree of `size`, as (first size, hashes): a bundle carries them.

    From the checkpoints before it, latest first, and from `also`, the size of one that the reader kept.
    Raises Refused `unknown` for a size the tree never had.
    """
    if also is not None and not 0 < also <= size:
        raise _unknown("since")
    firsts = await checkpoint_sizes(db, size, limit)
    if also is not None and also not in (*firsts, size):
        firsts.append(also)
    proofs = await _prove(db, [consistency_plan(first, size) for first in firsts])
    return list(zip(firsts, proofs, strict=True))


async def oldest_pending(db: Reads) -> datetime | None:
    """When the oldest entry that is not yet in the tree was written (its id is a UUIDv7)."""
    row: UUID | None = await db.fetchval("SELECT id FROM log_pending ORDER BY id LIMIT 1")
    return None if row is None else datetime.fromtimestamp((row.int >> 80) / 1000, UTC)


async def _known_size(db: Reads, size: int | None) -> int:
    present = await tree_size(db)
    size = present if size is None else size
    if not 0 < size <= present:
        raise _unknown("size")
    return size


async def _prove(db: Reads, plans: Sequence[Plan]) -> list[list[bytes]]:
    needed = sorted({node for plan in plans for part in plan for node in part})
    nodes = await read_nodes(db, needed) if needed else {}
    return [assemble(plan, nodes) for plan in plans]


def _base64(hashes: Sequence[bytes]) -> list[str]:
    return [b64encode(value).decode() for value in hashes]


def _unknown(what: str) -> Refused:
    return Refused("unknown", Fault("unknown", pointer=f"/{what}"))
