"""以案定补: claims for a payment for a mediated dispute; each has one, whichever agency asks.

A claim names disputes that the sender's own mediation brought to an agreement; what is claimed already is
refused, by whomever, and of two at a time the unique index lets one in. A unit that was told of a claim
answers it (`re`), with the sum 0 where nothing is paid; its sender takes it back by a correction. Which local
conditions it meets, the night finds.

Disputes that were merged are one: what is claimed of any of them is claimed of all. Where two had been
claimed before, both claims stand until they are answered, and one is paid.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law.reading import Document, at, objects, text
from hub.store.ids import read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch

# The living dispute of each that is named, what it has absorbed, whose mediations came to an agreement in it.
_NAMED: Final = """
WITH RECURSIVE chain (said, id) AS (
    SELECT q, q FROM unnest($1::uuid[]) q
     UNION
    SELECT c.said, (d.facts->>'merged_into')::uuid FROM chain c JOIN dispute d ON d.id = c.id
     WHERE d.facts ? 'merged_into')
SELECT c.said, d.id, ARRAY(SELECT a.id::uuid FROM jsonb_array_elements_text(d.facts->'absorbed') a (id))
       AS absorbed, ARRAY(
       SELECT DISTINCT u.code FROM case_run r, jsonb_array_elements_text(r.roles->'mediation_unit') u (code)
        WHERE r.dispute = d.id AND r.machine = 'referral' AND EXISTS (
              SELECT 1 FROM case_history h WHERE h.case_id = r.id AND h.to_state = 'agreed')) AS units
  FROM chain c JOIN dispute d ON d.id = c.id AND NOT d.facts ? 'merged_into'
"""
# Locked, so that of two answers at a time the second sees what the first has paid.
_STANDING: Final = """
SELECT message, dispute, state = 'answered' AND coalesce(amount::numeric > 0, true) AS paid
  FROM subsidy_claim WHERE dispute = ANY ($1::uuid[]) AND state <> 'withdrawn'
 ORDER BY message, dispute FOR UPDATE
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
# What was claimed of the survivor by who mediated in the absorbed dispute, and not in the survivor itself.
_RETURN: Final = """
WITH mediated AS (
    SELECT DISTINCT r.dispute, u.code AS unit
      FROM case_run r, jsonb_array_elements_text(r.roles->'mediation_unit') u (code)
     WHERE r.dispute IN ($1, $2) AND r.machine = 'referral' AND EXISTS (
           SELECT 1 FROM case_history h WHERE h.case_id = r.id AND h.to_state = 'agreed'))
UPDATE subsidy_claim s SET dispute = $2, changed_at = $3
 WHERE s.dispute = $1 AND s.state <> 'withdrawn'
   AND (SELECT array_agg(m.dispute) FROM mediated m WHERE m.unit = s.unit) = ARRAY[$2]::uuid[]
"""


class Home(NamedTuple):
    """The living dispute of one that was named, what it has absorbed, and whose mediations agreed in it."""

    dispute: UUID
    absorbed: frozenset[UUID]
    units: frozenset[str]


class Standing(NamedTuple):
    """A claim that was not taken back, with the dispute it was made for."""

    message: UUID
    dispute: UUID


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
    standing: dict[UUID, dict[Standing, bool]] = field(default_factory=dict)
    """By the living dispute: which claims stand, and whether it is paid."""
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
    living: dict[UUID, UUID] = {}
    for row in await conn.fetch(_NAMED, list({read_id(str(line["dispute"])) for _, line in asking})):
        home = Home(row["id"], frozenset(row["absorbed"]), frozenset(row["units"]))
        found.homes[row["said"]] = home
        living |= dict.fromkeys({home.dispute, *home.absorbed}, home.dispute)
    for row in await conn.fetch(_STANDING, list(living)) if living else ():
        claims = found.standing.setdefault(living[row["dispute"]], {})
        claims[Standing(row["message"], row["dispute"])] = row["paid"]
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
        of = known.standing.setdefault(known.homes[read_id(str(line["dispute"]))].dispute, {})
        of[Standing(answers or record.id, dispute)] = answers is not None and _pays(line)
        known.taken.append(Claim(record.id, answers, dispute, unit, text(line, "class"), _sum(line)))


Judged = tuple[Fault | None, UUID | None]


def _sum(line: Document) -> str | None:
    return text(at(line, "amount"), "amount")


def _pays(line: Document) -> bool:
    """Whether an answer grants something; without a sum it grants what was claimed."""
    told = _sum(line)
    return told is None or Decimal(told) > 0


def _claims(batch: "Batch", item: Prepared, lines: Iterable[Document]) -> Iterator[Judged]:
    """What is not the sender's own says nothing of itself: not even whether it is claimed."""
    known, own = batch.assessing.claims, set[UUID]()
    for n, line in enumerate(lines):
        home = known.homes.get(read_id(str(line["dispute"])))
        place = f"/subsidy_claims/{n}/dispute"
        if home is None or item.envelope.unit not in home.units:
            yield Fault("subsidy-dispute", place), None
        elif known.standing.get(home.dispute) or home.dispute in own:
            yield Fault("subsidy-claimed", place), None
        else:
            own.add(home.dispute)
            yield None, home.dispute


def _answers(batch: "Batch", item: Prepared, claim: UUID, lines: Iterable[Document]) -> Iterator[Judged]:
    """Only a unit that was told of a claim answers it; of two claims of a merged dispute one is paid."""
    known, paying = batch.assessing.claims, set[UUID]()
    read = batch.found.messages.get((claim, item.envelope.unit))
    told = read is not None and read.role != "sender"
    for n, line in enumerate(lines):
        named = read_id(str(line["dispute"]))
        home = known.homes.get(named)
        standing = known.standing.get(home.dispute, {}) if home else {}
        answered = _meant(named, [s.dispute for s in standing if s.message == claim]) if told else None
        place = f"/subsidy_claims/{n}/dispute"
        if home is None or answered is None:
            yield Fault("subsidy-answer", place), None
            continue
        others = [paid for s, paid in standing.items() if s != Standing(claim, answered)]
        if _pays(line) and (any(others) or home.dispute in paying):
            yield Fault("subsidy-claimed", place), None
            continue
        paying |= {home.dispute} if _pays(line) else set()
        yield None, answered


def _meant(named: UUID, claimed: list[UUID]) -> UUID | None:
    """The dispute that was claimed under which a line's stands now; none where it could be several."""
    if named in claimed:
        return named
    return claimed[0] if len(claimed) == 1 else None


async def give_back(conn: asyncpg.Connection, survivor: UUID, absorbed: UUID, now: datetime) -> None:
    """After an undo: what was claimed meanwhile goes with the mediation that it is claimed for."""
    await conn.execute(_RETURN, survivor, absorbed, now)


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
