"""The rows of candidates and the messages that go with them, each pair in one transaction.

A pair is written once: what is known already, as a candidate or as a proposal of a unit or of a number, is
not proposed again, whatever became of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Refused
from hub.exchange import batch
from hub.exchange.hub import Hub
from hub.exchange.links import Link, spoken
from hub.exchange.prepare import Prepared
from hub.nightly.linkage.model import Model
from hub.nightly.linkage.pairing import LINKED, Pair
from hub.nightly.linkage.reasons import Reason, reasons, sentence
from hub.nightly.night import Interval
from hub.store.ids import derived_id, new_id, read_id

REASON: Final = "night"
"""What stands in `link_proposal.reason` beside the systems of numbers."""
_LOCK: Final = "SELECT pg_advisory_xact_lock(7081)"  # one night at a time writes candidates
_KNOWN: Final = """
SELECT EXISTS (SELECT 1 FROM link_candidate WHERE dispute = $1 AND other = $2)
    OR EXISTS (SELECT 1 FROM link_proposal
                WHERE (dispute = $1 AND other = $2) OR (dispute = $2 AND other = $1))
"""
_CANDIDATE: Final = """
INSERT INTO link_candidate
       (id, dispute, other, basis, model, probability, weight, reasons, starts, ends, found_at, state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
_PROPOSAL: Final = """
INSERT INTO link_proposal (id, at, message, dispute, other, reason, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_REGISTRARS: Final = "SELECT id, roles FROM dispute WHERE id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Found:
    """A pair on its way into the tables. `older` was registered first."""

    older: UUID
    newer: UUID
    pair: Pair
    told: Sequence[Reason]

    @classmethod
    def of(cls, pair: Pair, model: Model) -> "Found":
        """The pair with its ids read and its reasons in words."""
        return cls(read_id(pair.left), read_id(pair.right), pair, reasons(pair, model))

    @property
    def id(self) -> UUID:
        """Id of the candidate: the same each time the pair is found."""
        return derived_id(self.newer, str(self.older))

    @property
    def sure(self) -> bool:
        """Whether it is proposed to the units without a person's look."""
        return self.pair.probability >= LINKED


async def keep(hub: Hub, interval: Interval, found: Found, model: Model) -> str:
    """Write a pair unless it is known; answers `known`, `waiting`, `proposed` or `unsaid`.

    `unsaid`: neither dispute takes a proposal any more; the row of the proposal is there for an operator.
    """
    async with hub.database.writing() as conn:
        await conn.execute(_LOCK)
        if await conn.fetchval(_KNOWN, found.older, found.newer):
            return "known"
        state, now = ("proposed" if found.sure else "waiting"), hub.clock()
        pair = found.pair
        head = (found.id, found.older, found.newer, pair.basis, model.version, pair.probability, pair.weight)
        await conn.execute(_CANDIDATE, *head, found.told, interval.starts, interval.ends, now, state)
        if not found.sure:
            return state
        messages = await _proposals(conn, hub, found, now)
        message = messages[0].id if messages else found.id
        await write_proposal(conn, found, message, "proposed", now)
        said = await say(conn, hub, messages)
    hub.writer.committed.set()
    return state if said else "unsaid"


async def write_proposal(
    conn: asyncpg.Connection, found: "Found", message: UUID, state: str, now: datetime
) -> None:
    """The row by which units' answers and numbers that come later know of the pair."""
    await conn.execute(_PROPOSAL, new_id(now), now, message, found.newer, found.older, REASON, state)


async def say(conn: asyncpg.Connection, hub: Hub, messages: Sequence[Prepared]) -> int:
    """Decide and write messages within the caller's transaction; answers how many were accepted."""
    outcomes = await batch.run(conn, messages, hub.desk) if messages else []
    return sum(not isinstance(outcome, Refused) for outcome in outcomes)


async def _proposals(conn: asyncpg.Connection, hub: Hub, found: Found, now: datetime) -> list[Prepared]:
    """The question to the registrars of both disputes; one who registered both is asked once."""
    registrars = await _registrars(conn, (found.older, found.newer))
    asked: dict[str, Prepared] = {}
    for home, other in ((found.older, found.newer), (found.newer, found.older)):
        theirs = ",".join(_name(hub, unit) for unit in registrars[other])
        basis = {"score": found.pair.probability, "explanation": sentence(theirs, found.told)}
        for unit in registrars[home]:
            if unit not in asked:
                asked[unit] = spoken(hub.desk, now, Link("propose", home, other, basis, to=unit))
    return list(asked.values())


async def _registrars(conn: asyncpg.Connection, disputes: Iterable[UUID]) -> Mapping[UUID, list[str]]:
    rows = await conn.fetch(_REGISTRARS, list(disputes))
    return {row["id"]: row["roles"].get("registrar", []) for row in rows}


def _name(hub: Hub, unit: str) -> str:
    known = hub.desk.units.get(unit)
    return known.name if known else unit
