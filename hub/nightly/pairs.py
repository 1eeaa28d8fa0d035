"""The four sets of completeness for each pair of units: accepted, queued, delivered, acknowledged.

Reads a day's messages in the order of their ids and lays what was promised (the kept 202) beside what the
delivery table and the evidence log hold. A set is a count and a Merkle root (RFC 9162) whose leaves are
id ‖ digest of its messages in that order, so that equal sets have equal roots. One exception is kept for each
difference, at the first stage where it shows. Papers handed on later count with the message they belong to;
what was erased with its dispute counts no more.
Reads only; holds the edges of the trees and the exceptions, not the day.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.evidence.merkle import Tree, leaf_hash
from hub.store.ids import read_id, uuid7_at

Kind = Literal[
    "not-queued",
    "undelivered",
    "held",
    "unacknowledged",
    "unproved",
    "message-lost",
    "message-changed",
    "unlogged",
]
STAGES: Final = ("accepted", "queued", "delivered", "acknowledged")
_AT_ONCE: Final = 1000
_SLACK: Final = timedelta(minutes=1)
_MESSAGES: Final = """
SELECT id, received_at, sender, parent, digest, leaf, answer FROM message
 WHERE id > $1 AND id < $2 AND received_at >= $3 AND received_at < $4 AND octet_length(document) > 0
 ORDER BY id LIMIT $5
"""
_ANSWERS: Final = "SELECT id, answer FROM message WHERE id = ANY ($1::uuid[])"
_KNOWN: Final = "SELECT id FROM message WHERE id = ANY ($1::uuid[])"
_DELIVERIES: Final = """
SELECT id, message, unit, sender, state, received_at, done_at FROM delivery
 WHERE message = ANY ($1::uuid[]) AND state <> 'superseded' AND sender <> '' ORDER BY message, unit, id
"""
_EVENTS: Final = """
SELECT message, delivery, type, leaf, digest FROM event_leaf WHERE message = ANY ($1::uuid[])
"""
_LOGGED: Final = """
SELECT e.message FROM event_leaf e
 WHERE e.type = 'message' AND e.message > $1 AND e.message < $2
   AND NOT EXISTS (SELECT 1 FROM message m WHERE m.id = e.message) ORDER BY e.message
"""
_BACKLOG: Final = """
SELECT sender, unit, count(*) AS n, min(created_at) AS oldest FROM delivery
 WHERE state IN ('queued', 'held') AND created_at < $1 AND sender <> '' GROUP BY sender, unit
"""


class Missing(NamedTuple):
    """One difference: which message, at which stage it is missing; ids only."""

    kind: Kind
    sender: str
    receiver: str
    message: UUID
    delivery: UUID | None
    at: datetime | None


@dataclass(slots=True)
class Pair:
    """What one unit sent another. `trees` by stage."""

    trees: dict[str, Tree] = field(default_factory=lambda: {stage: Tree() for stage in STAGES})
    unconnected: int = 0
    backlog: int = 0
    oldest_open: datetime | None = None

    def opened(self, at: datetime, n: int = 0) -> None:
        """A delivery is open since then."""
        self.backlog += n
        self.oldest_open = at if self.oldest_open is None else min(self.oldest_open, at)


@dataclass(slots=True)
class Sets:
    """Pairs by (sender, receiver), and every difference."""

    pairs: dict[tuple[str, str], Pair] = field(default_factory=lambda: defaultdict(Pair))
    missing: list[Missing] = field(default_factory=list)


class _Chunk(NamedTuple):
    """Messages of one read with what belongs to them."""

    messages: Sequence[asyncpg.Record]
    promised: Mapping[UUID, Mapping[str, str]]
    deliveries: Mapping[UUID, Sequence[asyncpg.Record]]
    events: Mapping[tuple[UUID, str], bytes]
    leaves: Mapping[UUID, tuple[bytes, bytes]]


async def collect(conn: asyncpg.Connection, starts: datetime, ends: datetime, cut_off: datetime) -> Sets:
    """The sets of the messages received in [starts, ends), by what had happened at `cut_off`."""
    sets = Sets()
    last, end = uuid7_at(starts - _SLACK), uuid7_at(ends + _SLACK)
    while True:
        rows = await conn.fetch(_MESSAGES, last, end, starts, ends, _AT_ONCE)
        if rows:
            await _take(conn, sets, rows, cut_off)
        if len(rows) < _AT_ONCE:
            break
        last = rows[-1]["id"]
    for row in await conn.fetch(_LOGGED, uuid7_at(starts), uuid7_at(ends)):
        sets.missing.append(Missing("message-lost", "", "", row["message"], None, None))
    for row in await conn.fetch(_BACKLOG, starts):
        sets.pairs[row["sender"], row["unit"]].opened(row["oldest"], row["n"])
    sets.missing = sorted(set(sets.missing), key=lambda m: (m.message, m.receiver, m.kind))
    return sets


async def _take(
    conn: asyncpg.Connection, sets: Sets, rows: Sequence[asyncpg.Record], cut_off: datetime
) -> None:
    chunk = await _read(conn, rows)
    for row in rows:
        _logged(sets, chunk, row)
        for unit, delivery in _addressed(chunk, row):
            _stage(sets, chunk, row, unit, delivery, cut_off)
    await _records(conn, sets, chunk)


async def _read(conn: asyncpg.Connection, rows: Sequence[asyncpg.Record]) -> _Chunk:
    ids = [row["id"] for row in rows]
    parents = {row["parent"] for row in rows if row["parent"] is not None}
    answers = {row["id"]: row["answer"] for row in rows if row["answer"]}
    away = list(parents - set(answers))
    if away:
        answers.update({row["id"]: row["answer"] for row in await conn.fetch(_ANSWERS, away)})
    promised: dict[UUID, dict[str, str]] = {}
    for answer in answers.values():
        promised.update(_promised(answer))
    deliveries = defaultdict(list)
    for row in await conn.fetch(_DELIVERIES, ids):
        deliveries[row["message"]].append(row)
    events, leaves = {}, {}
    for row in await conn.fetch(_EVENTS, [*ids, *parents]):
        if row["delivery"] is not None:
            events[row["delivery"], row["type"]] = row["leaf"]
        elif row["type"] == "message":
            leaves[row["message"]] = (bytes(row["leaf"]), bytes(row["digest"]))
    return _Chunk(rows, promised, deliveries, events, leaves)


def _promised(answer: bytes) -> Iterator[tuple[UUID, dict[str, str]]]:
    """What a 202 says: message → unit → state."""
    told = orjson.loads(answer)
    for one in (told, *told.get("records", ())):
        if "message" in one and "deliveries" in one:
            yield read_id(one["message"]), {d["unit"]: d["state"] for d in one["deliveries"]}


def _logged(sets: Sets, chunk: _Chunk, row: asyncpg.Record) -> None:
    """That the log says what the row says of the message."""
    said = chunk.leaves.get(row["parent"] or row["id"])
    if said is None:
        sets.missing.append(Missing("unlogged", row["sender"], "", row["id"], None, row["received_at"]))
    elif said != (bytes(row["leaf"]), bytes(row["digest"])):
        sets.missing.append(
            Missing("message-changed", row["sender"], "", row["id"], None, row["received_at"])
        )


def _addressed(chunk: _Chunk, row: asyncpg.Record) -> Iterator[tuple[str, asyncpg.Record | None]]:
    """Every unit that was promised the message or was handed it later, with its delivery."""
    made = {d["unit"]: d for d in chunk.deliveries.get(row["id"], ())}
    yield from made.items()
    for unit in chunk.promised.get(row["id"], {}):
        if unit not in made:
            yield unit, None


def _stage(
    sets: Sets,
    chunk: _Chunk,
    row: asyncpg.Record,
    unit: str,
    delivery: asyncpg.Record | None,
    cut_off: datetime,
) -> None:
    """Enters a message in the sets it has reached, and what keeps it from the next."""
    sender = row["sender"] if delivery is None else delivery["sender"]
    pair = sets.pairs[sender, unit]
    if delivery is None and chunk.promised[row["id"]].get(unit) != "queued":
        pair.unconnected += 1
        return
    leaf = leaf_hash(row["id"].bytes + bytes(row["digest"]))
    reached, wrong = _reached(chunk, delivery, cut_off)
    for stage in STAGES[:reached]:
        pair.trees[stage].append(leaf)
    if reached < len(STAGES):
        pair.opened(row["received_at"])
    if wrong is not None:
        jti = delivery["id"] if delivery is not None else None
        sets.missing.append(Missing(wrong, sender, unit, row["id"], jti, row["received_at"]))


def _reached(chunk: _Chunk, delivery: asyncpg.Record | None, cut_off: datetime) -> tuple[int, Kind | None]:
    """How many of the four sets it is in, and what is wrong."""
    if delivery is None:
        return 1, "not-queued"
    jti = delivery["id"]
    if not _by(delivery["received_at"], cut_off):
        return 2, "undelivered"
    if (jti, "delivery") not in chunk.events:
        return 2, "unproved"
    if delivery["state"] == "held":
        return 3, "held"
    if delivery["state"] != "acknowledged" or not _by(delivery["done_at"], cut_off):
        return 3, "unacknowledged"
    return (4, None) if (jti, "acknowledgement") in chunk.events else (3, "unproved")


def _by(at: datetime | None, cut_off: datetime) -> bool:
    return at is not None and at <= cut_off


async def _records(conn: asyncpg.Connection, sets: Sets, chunk: _Chunk) -> None:
    """Records that a 202 names and no row holds."""
    here = {row["id"] for row in chunk.messages}
    named = [mid for mid in chunk.promised if mid not in here]
    if not named:
        return
    known = {row["id"] for row in await conn.fetch(_KNOWN, named)}
    for mid in named:
        if mid not in known:
            sets.missing.append(Missing("message-lost", "", "", mid, None, None))
