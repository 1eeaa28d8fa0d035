"""以案定补: claims for a payment for a mediated dispute; each has one, whichever agency asks.

A claim names disputes that the sender's own mediation brought to an agreement; what is claimed already is
refused, by whomever, and of two at a time the unique index lets one in. A unit that was told of a claim
answers it (`re`); its sender takes it back by a correction. Which local conditions it meets, the night finds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law.reading import Document, at, objects, text
from hub.store.ids import read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch

# The living dispute of each that is named, whose mediations came to an agreement in it, and what is claimed.
_NAMED: Final = """
WITH RECURSIVE chain (said, id) AS (
    SELECT q, q FROM unnest($1::uuid[]) q
     UNION
    SELECT c.said, (d.facts->>'merged_into')::uuid FROM chain c JOIN dispute d ON d.id = c.id
     WHERE d.facts ? 'merged_into')
SELECT c.said, d.id, s.message IS NOT NULL AS claimed, ARRAY(
       SELECT DISTINCT u.code FROM case_run r, jsonb_array_elements_text(r.roles->'mediation_unit') u (code)
        WHERE r.dispute = d.id AND r.machine = 'referral' AND EXISTS (
              SELECT 1 FROM case_history h WHERE h.case_id = r.id AND h.to_state = 'agreed')) AS units
  FROM chain c JOIN dispute d ON d.id = c.id AND NOT d.facts ? 'merged_into'
  LEFT JOIN subsidy_claim s ON s.dispute = d.id AND s.state <> 'withdrawn'
"""
_OF_MESSAGES: Final = """
SELECT message, dispute FROM subsidy_claim WHERE message = ANY ($1::uuid[]) AND state <> 'withdrawn'
"""
_CLAIM: Final = """
INSERT INTO subsidy_claim (message, dispute, unit, class, amount, at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
"""
_ANSWER: Final = """
UPDATE subsidy_claim SET state = 'answered', answered_by = $3, class = coalesce($4, class),
       amount = coalesce($5, amount), changed_at = $6
 WHERE message = $1 AND dispute = $2 AND state <> 'withdrawn'
"""
_WITHDRAW: Final = """
UPDATE subsidy_claim SET state = 'withdrawn', changed_at = $2 WHERE message = $1 AND state <> 'withdrawn'
"""


class Home(NamedTuple):
    """The living dispute of one that was named, and whose mediations came to an agreement in it."""

    dispute: UUID
    units: frozenset[str]


class Claim(NamedTuple):
    """A line of an accepted message. `answers`: the claim's message, of an answer."""

    message: UUID
    answers: UUID | None
    dispute: UUID
    unit: str
    grade: str | None
    amount: str | None


@dataclass(slots=True)
class Claims:
    """What the batch looked up, and what it has taken in."""

    homes: dict[UUID, Home] = field(default_factory=dict)
    claimed: set[UUID] = field(default_factory=set)
    of_message: dict[UUID, set[UUID]] = field(default_factory=dict)
    taken: list[Claim] = field(default_factory=list)
    withdrawn: list[UUID] = field(default_factory=list)


def _lines(document: Document | None) -> list[Document]:
    return objects(document or {}, "subsidy_claims")


async def look_up(conn: asyncpg.Connection, items: Iterable[Prepared]) -> Claims:
    """What is known of the disputes that a batch claims for."""
    found = Claims()
    asking = [(item, line) for item in items for record in item.records for line in _lines(record.document)]
    if not asking:
        return found
    for row in await conn.fetch(_NAMED, list({read_id(str(line["dispute"])) for _, line in asking})):
        found.homes[row["said"]] = Home(row["id"], frozenset(row["units"]))
        if row["claimed"]:
            found.claimed.add(row["id"])
    answered = {read_id(item.envelope.re) for item, _ in asking if item.envelope.re}
    for row in await conn.fetch(_OF_MESSAGES, list(answered)) if answered else ():
        found.of_message.setdefault(row["message"], set()).add(row["dispute"])
    return found


def check(batch: "Batch", item: Prepared, record: PreparedRecord) -> None:
    """Take the lines of a record in. Raises Refused `rule` naming each line that cannot be taken."""
    lines = _lines(record.document)
    if not lines:
        return
    answers = read_id(item.envelope.re) if item.envelope.re else None
    judged = list(_answers(batch, item, answers, lines) if answers else _claims(batch, item, lines))
    faults = [fault for fault, _ in judged if fault is not None]
    if faults:
        raise Refused("rule", *faults)
    known, unit = batch.assessing.claims, item.envelope.unit
    for (_, dispute), line in zip(judged, lines, strict=True):
        if dispute is None:
            raise AssertionError
        known.claimed.add(dispute)
        amount = text(at(line, "amount"), "amount")
        known.taken.append(Claim(record.id, answers, dispute, unit, text(line, "class"), amount))


Judged = tuple[Fault | None, UUID | None]


def _claims(batch: "Batch", item: Prepared, lines: Iterable[Document]) -> Iterator[Judged]:
    """What is not the sender's own says nothing of itself: not even whether it is claimed."""
    known, own = batch.assessing.claims, set[UUID]()
    for n, line in enumerate(lines):
        home = known.homes.get(read_id(str(line["dispute"])))
        place = f"/subsidy_claims/{n}/dispute"
        if home is None or item.envelope.unit not in home.units:
            yield Fault("subsidy-dispute", place), None
        elif home.dispute in known.claimed | own:
            yield Fault("subsidy-claimed", place), None
        else:
            own.add(home.dispute)
            yield None, home.dispute


def _answers(batch: "Batch", item: Prepared, claim: UUID, lines: Iterable[Document]) -> Iterator[Judged]:
    """Only a unit that was told of a claim answers it."""
    known = batch.assessing.claims
    read = batch.found.messages.get((claim, item.envelope.unit))
    told = read is not None and read.role != "sender"
    for n, line in enumerate(lines):
        home = known.homes.get(read_id(str(line["dispute"])))
        if not told or home is None or home.dispute not in known.of_message.get(claim, ()):
            yield Fault("subsidy-answer", f"/subsidy_claims/{n}/dispute"), None
        else:
            yield None, home.dispute


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """The rows of what was taken in; a dispute claimed meanwhile by another process fails the batch."""
    known: Mapping[str, list[Claim]] = {"new": [], "answer": []}
    for claim in batch.assessing.claims.taken:
        known["answer" if claim.answers else "new"].append(claim)
    if known["new"]:
        await conn.executemany(
            _CLAIM, [(c.message, c.dispute, c.unit, c.grade, c.amount, batch.now) for c in known["new"]]
        )
    for c in known["answer"]:
        await conn.execute(_ANSWER, c.answers, c.dispute, c.message, c.grade, c.amount, batch.now)
    for message in batch.assessing.claims.withdrawn:
        await conn.execute(_WITHDRAW, message, batch.now)
