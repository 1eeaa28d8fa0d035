"""Links between disputes: numbers that point elsewhere become proposals of the hub, and units answer them.

A number of another system joins nothing unless the sender could already read the dispute it belongs to; the
hub proposes the link to the unit that holds that dispute, and the sender is told nothing (contract 2, "Which
case"). Works on the batch; asks the database only where a message has such a number or speaks of links.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple
from uuid import UUID, uuid4

import asyncpg

import schemas
from hub.exchange.desk import Desk
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.run import HUB
from hub.store.ids import new_id, read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

KIND: Final = "dispute_link"
ANSWERS: Final[Mapping[str, str]] = {"relate": "related", "unrelate": "unrelated"}
"""What a unit says of a link → the state its proposal is in from then on."""

_KNOWN = """
SELECT dispute, other FROM link_proposal WHERE dispute = ANY ($1::uuid[]) OR other = ANY ($1::uuid[])
"""
_SETTLE = """
INSERT INTO link_proposal (id, at, message, dispute, other, reason)
SELECT $1, $2, $3, $4, $5, 'merged' WHERE NOT EXISTS (
    SELECT 1 FROM link_proposal WHERE (dispute = $4 AND other = $5) OR (dispute = $5 AND other = $4))
"""
_ANSWERED = """
UPDATE link_proposal SET state = $3
 WHERE (dispute = $1 AND other = ANY ($2::uuid[])) OR (other = $1 AND dispute = ANY ($2::uuid[]))
"""


class Proposal(NamedTuple):
    """That two disputes may belong together: `message` of `dispute` says so.

    `number` is the system of the number that points to `other`; None: a unit proposes it itself.
    """

    message: UUID
    sender: str
    dispute: UUID
    other: UUID
    number: str | None


class Answer(NamedTuple):
    """What a unit says of the links of a dispute to others."""

    dispute: UUID
    others: tuple[UUID, ...]
    state: str


def note(batch: "Batch", item: Prepared, taken: "Taken", dispute: UUID) -> None:
    """Keep in the batch what a record says of other disputes."""
    record, envelope = taken.record, item.envelope
    if envelope.kind == KIND and not item.native_less:
        _said(batch, item, taken, dispute)
    for other, number in _elsewhere(batch, item, taken, dispute):
        batch.proposed.append(Proposal(record.id, envelope.unit, dispute, other, number))


def _said(batch: "Batch", item: Prepared, taken: "Taken", dispute: UUID) -> None:
    document = taken.record.document or {}
    listed = document.get("related")
    others = tuple(read_id(str(r["dispute"])) for r in (listed if isinstance(listed, list) else ()))
    state = ANSWERS.get(str(document["action"]))
    if state is not None:
        batch.answered.append(Answer(dispute, others, state))
    elif document["action"] == "propose":
        head = (taken.record.id, item.envelope.unit, dispute)
        batch.proposed.extend(Proposal(*head, other, None) for other in others)


def _elsewhere(batch: "Batch", item: Prepared, taken: "Taken", dispute: UUID) -> Iterator[tuple[UUID, str]]:
    """Disputes that numbers of other systems belong to, each with the system of the number."""
    record = taken.record
    for number in (*record.refers, *record.names_case):
        hits = [h for h in batch.found.identifiers.get(number.blind, ()) if h.message != record.id]
        if number in record.names_case and any(h.system == item.envelope.iss for h in hits):
            continue  # the sender's own: whoever wrote it down beside the sender would hear of it
        for other in sorted({h.dispute for h in hits if h.dispute not in (None, dispute)}):
            yield other, number.system


async def follow(conn: asyncpg.Connection, batch: "Batch") -> list[Prepared]:
    """Proposals and answers of the batch as rows; the messages in which the hub proposes, to be decided."""
    for answer in batch.answered:
        await conn.execute(_ANSWERED, *answer)
    if not batch.proposed:
        return []
    disputes = {d for p in batch.proposed for d in (p.dispute, p.other)}
    known = {frozenset(row) for row in await conn.fetch(_KNOWN, list(disputes))}
    said: list[Prepared] = []
    for proposal in batch.proposed:
        pair = frozenset((proposal.dispute, proposal.other))
        if pair in known:
            continue
        known.add(pair)
        batch.rows.insert["link_proposal"].append(_row(batch, proposal))
        said.extend(_messages(batch, proposal))
    return said


async def settle(
    conn: asyncpg.Connection, message: UUID, dispute: UUID, other: UUID, state: str, now: datetime
) -> None:
    """What administrators decided of two disputes (`related`, `unrelated`), as the state of their link."""
    await conn.execute(_SETTLE, new_id(now), now, message, dispute, other)
    await conn.execute(_ANSWERED, dispute, [other], state)


def _row(batch: "Batch", proposal: Proposal) -> tuple[object, ...]:
    reason = proposal.number or "unit"
    return (new_id(batch.now), batch.now, proposal.message, proposal.dispute, proposal.other, reason)


def _messages(batch: "Batch", proposal: Proposal) -> Iterator[Prepared]:
    """The hub's proposal, one to each registrar of the dispute the number belongs to: they may relate it."""
    dossier = batch.dossiers.get(proposal.other)
    if proposal.number is None or dossier is None:
        return
    basis = {"explanation": _explanation(batch, proposal)}
    for unit in dossier.roles.get("registrar", ()):
        yield spoken(batch.desk, batch.now, Link("propose", dossier.id, proposal.dispute, basis, to=unit))


class Link(NamedTuple):
    """What the hub or its administrator says in the dispute `home` of the dispute `other`.

    `to` names who is asked; without it those are told whom the machine's table names.
    """

    action: Literal["propose", "relate", "unrelate"]
    home: UUID
    other: UUID
    basis: Mapping[str, object]
    to: str | None = None
    sender: str = HUB


def spoken(desk: Desk, now: datetime, link: Link) -> Prepared:
    """The message that says it, to be decided with a batch."""
    document = {
        "action": link.action,
        "related": [{"dispute": str(link.other)}],
        "basis": link.basis,
    }
    said = Saying(KIND, f"link-{uuid4()}", document, to=link.to, dispute=link.home, sender=link.sender)
    return own_message(desk, now, said)


def _explanation(batch: "Batch", proposal: Proposal) -> str:
    """One Chinese sentence for whoever must answer; the number itself is the unit's own and not repeated."""
    unit = batch.desk.units.get(proposal.sender)
    name = unit.name if unit else proposal.sender
    system = str(proposal.number)
    number = schemas.codes("identifier_system").get(system, system)
    return f"{name}的登记引用了本纠纷的编号({number}),请核对;确属关联的,请以“关联”答复。"
