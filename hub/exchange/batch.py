"""One batch of messages, in one transaction: look up, lock, decide in the order of arrival, write.

The only place where decisions become rows.
"""

from collections.abc import Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange import (
    answers,
    assessed,
    cases,
    handing,
    keeping,
    knowledge,
    later_roles,
    links,
    lookup,
    merged,
    registers,
    served,
    standing,
    suggesting,
    tasking,
)
from hub.exchange.addressing import Addressee, addressees, held, routed
from hub.exchange.desk import Desk
from hub.exchange.dossier import Deed, Dossier
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.exchange.routing import Route, Routed
from hub.exchange.rows import Rows
from hub.exchange.typical import ending
from hub.law import decide
from hub.law.calendar import legal_day
from hub.law.model import Act, CaseState, Decision, Finding, Units
from hub.law.tables import Tables
from hub.store.ids import NO_ID, new_code, new_id, read_id

# Kinds that may change rows without a dispute: with several statements, in a transaction.
_CHANGES = frozenset({"correction", "task", "task_reply", "conference_notice"})
_ANSWERS = "SELECT id, answer FROM message WHERE id = ANY ($1::uuid[])"

Outcome = bytes | Refused
"""What a message comes to: the body of its 202, or a refusal."""


@dataclass(slots=True)
class Taken:
    """An accepted record with everything that must be said about it."""

    record: PreparedRecord
    place: cases.Place
    dossier: Dossier | None
    decision: Decision | None
    told: tuple[Addressee, ...]
    revision: int = 1
    findings: InitVar[tuple[Finding, ...]] = ()
    found: bytes = field(init=False)
    """The findings as they travel: JSON, written once for answer, tokens and row."""

    def __post_init__(self, findings: tuple[Finding, ...]) -> None:
        self.found = answers.findings_json(findings)

    @property
    def case(self) -> CaseState | None:
        """The case the answer shows."""
        if self.dossier is None:
            return None
        focus = self.decision.focus if self.decision else self.place.case
        return self.dossier.cases[focus].state if focus else None


@dataclass(slots=True)
class Batch:
    """State of one batch; thrown away after it."""

    desk: Desk
    now: datetime
    found: lookup.Found
    dossiers: dict[UUID, Dossier]
    readers: dict[UUID, dict[str, str]]
    names: served.Names = field(default_factory=dict)
    persons: knowledge.Persons = field(default_factory=dict)
    mediators: later_roles.Known = field(default_factory=dict)
    left: standing.Gone = field(default_factory=dict)
    assessing: assessed.Assessed = field(default_factory=assessed.Assessed)
    rows: Rows = field(default_factory=Rows)
    order: int = 0
    twins: dict[tuple[str, str], tuple[bytes, Outcome]] = field(default_factory=dict)
    seqs: dict[tuple[UUID, str], int] = field(default_factory=dict)
    proposed: list[links.Proposal] = field(default_factory=list)
    answered: list[links.Answer] = field(default_factory=list)
    handed: list[handing.Paper] = field(default_factory=list)
    counted: list[suggesting.Counted] = field(default_factory=list)
    advice: list[knowledge.Answer] = field(default_factory=list)
    ended: dict[UUID, str] = field(default_factory=dict)
    """Typical cases that their senders corrected or sent anew: message → unit."""
    tasks: tasking.Tasks = field(default_factory=dict)
    opened: list[tasking.Opened] = field(default_factory=list)
    words: list[tasking.Word] = field(default_factory=list)
    minutes: list[tasking.Minutes] = field(default_factory=list)
    sitting: dict[UUID, tasking.Minutes] = field(default_factory=dict)
    """Tasks that minutes decided: message of the task → the minutes."""
    law: Tables = field(init=False)
    units: Units = field(init=False)

    def __post_init__(self) -> None:
        # Of the batch's own instant: each look into the directory asks the clock and what day it is.
        self.law, self.units = self.desk.directory.law(self.now), self.desk.units

    def next_seq(self, subject: UUID, system: str) -> int:
        """The next number of a message without a dispute for a receiving system, from 1."""
        self.seqs[subject, system] = self.seqs.get((subject, system), 0) + 1
        return self.seqs[subject, system]


async def run(conn: asyncpg.Connection, items: Sequence[Prepared], desk: Desk) -> list[Outcome]:
    """Decide and write a batch; what is answered is durable. The connection is in no transaction."""
    found = await lookup.look_up(conn, items)
    alone = not found.native and not found.disputes() and not lookup.named_disputes(items)
    if alone and not assessed.asked(items) and not any(item.envelope.kind in _CHANGES for item in items):
        # Nothing that exists is touched: there is nothing to lock, and one statement commits by itself.
        return await _settle(conn, items, await _open(conn, items, desk, found))
    async with conn.transaction():
        return await _settle(conn, items, await _open(conn, items, desk, found))


async def _settle(conn: asyncpg.Connection, items: Sequence[Prepared], batch: Batch) -> list[Outcome]:
    outcomes = [decide_item(batch, item) for item in items]
    await _repeats(conn, items, batch, outcomes)
    for said in await links.follow(conn, batch):
        decide_item(batch, said)  # refused where the dispute takes no more: the row is there for an operator
    for said in await suggesting.follow(conn, batch):
        decide_item(batch, said)
    for said in tasking.decided(batch):
        decide_item(batch, said)
    await tasking.follow(conn, batch)
    await handing.follow(conn, batch)
    await knowledge.follow(conn, batch)
    await assessed.follow(conn, batch)
    await ending.follow(conn, batch)
    await write(conn, batch)
    return outcomes


async def dry_run(conn: asyncpg.Connection, item: Prepared, desk: Desk) -> Outcome:
    """What would come of a message; the caller rolls back."""
    batch = await _open(conn, [item], desk, await lookup.look_up(conn, [item]))
    outcomes: list[Outcome] = [decide_item(batch, item)]
    await _repeats(conn, [item], batch, outcomes)
    return outcomes[0]


async def _open(
    conn: asyncpg.Connection, items: Sequence[Prepared], desk: Desk, found: lookup.Found
) -> Batch:
    wanted = found.disputes() | lookup.named_disputes(items)
    opened = await merged.open_all(conn, wanted, desk)
    if found.native:
        # Another writer may have revised the same record while this one waited for the dispute.
        found = await lookup.look_up(conn, items)
    dossiers = merged.living(opened)
    earlier = {k.message for k in found.native.values()}
    earlier |= {k.message for k in found.messages.values() if k.role == "sender"}
    readers = await lookup.readers(conn, earlier) if earlier else {}
    names = await served.applicants(conn, dossiers, desk.sealer) if served.asked(items) else {}
    persons = await knowledge.persons(conn, dossiers, desk.sealer) if knowledge.asked(items) else {}
    asked = dossiers and later_roles.asked(items)
    known = await later_roles.mediators(conn, dossiers, desk.sealer) if asked else {}
    now = desk.clock()
    left = await standing.gone(conn, items, legal_day(now))
    known_as = merged.redirected(opened, found)
    said = await assessed.look_up(conn, items)
    batch = Batch(desk, now, found, known_as, readers, names, persons, known, left, said)
    batch.tasks = await tasking.load(conn, items)
    return batch


async def write(conn: asyncpg.Connection, batch: Batch) -> None:
    """Every row of the batch; nothing when it accepted nothing."""
    for dossier in {dossier.id: dossier for dossier in batch.dossiers.values()}.values():
        dossier.write(batch.rows, batch.now)
    for said in (batch.rows.changing(), batch.rows.inserting()):
        if said is not None:
            await conn.fetch(*said)


async def _repeats(
    conn: asyncpg.Connection, items: Sequence[Prepared], batch: Batch, outcomes: list[Outcome]
) -> None:
    """Put the first answer, byte for byte, where a message came again."""
    first = {
        i: batch.found.keys[(item.envelope.iss, item.envelope.jti)].message
        for i, item in enumerate(items)
        if outcomes[i] == b""
    }
    if not first:
        return
    stored = {r["id"]: bytes(r["answer"]) for r in await conn.fetch(_ANSWERS, list(first.values()))}
    for i, message in first.items():
        outcomes[i] = stored[message]


def decide_item(batch: Batch, item: Prepared) -> Outcome:
    """Decide one message: the body of its 202, a refusal, or b"" for a repeat of a stored one."""
    key = (item.envelope.iss, item.envelope.jti)
    known = batch.found.keys.get(key)
    if known is not None:
        return b"" if known.fingerprint == item.fingerprint else Refused("jti-reused")
    twin = batch.twins.get(key)
    if twin is not None:
        return twin[1] if twin[0] == item.fingerprint else Refused("jti-reused")
    taken: list[Taken] = []
    refused: list[Refused] = []
    results: list[Taken | Refused] = []
    for record in item.records:
        result = _decide_record(batch, item, record)
        results.append(result)
        (refused if isinstance(result, Refused) else taken).append(result)  # type: ignore[arg-type]
    if not taken:
        return answers.all_refused(item, refused)
    outcome = _accept(batch, item, results)
    batch.twins[key] = (item.fingerprint, outcome)
    return outcome


def _decide_record(batch: Batch, item: Prepared, record: PreparedRecord) -> Taken | Refused:
    if record.refused is not None:
        return record.refused
    try:
        place = cases.place(item.envelope, record, batch.found, batch.dossiers)
        taken = _follow(batch, item, record, place)
    except Refused as refusal:
        return refusal if record.label is None else refusal.in_record(record.label)
    _remember(batch, item, taken)
    return taken


def _follow(batch: Batch, item: Prepared, record: PreparedRecord, place: cases.Place) -> Taken:
    """What follows from a record at its place."""
    desk, envelope = batch.desk, item.envelope
    if place.revises is not None:
        return _revise(batch, record, place)
    needs_dispute = envelope.kind in cases.OPENS or envelope.kind == "dispute"
    if place.dispute is None and not needs_dispute:
        earlier = batch.readers.get(_corrected(place), {}) | tasking.told(batch, item, record)
        earlier |= registers.informed(desk, envelope, record)
        told = addressees(desk, item, record, None, (), earlier)
        tasking.take(batch, item, record, told)
        heard = [each.unit for each in told]
        noted = (
            *registers.findings(desk, envelope.kind, record, heard),
            *tasking.findings(batch, item, record),
        )
        assessed.check(batch, item, record)
        return Taken(record, place, None, None, told, findings=(*record.findings, *noted))
    dossier = batch.dossiers.get(place.dispute) if place.dispute else None
    fresh = dossier is None
    if dossier is None:
        dossier = _new_dossier(batch, item.received_at)
    way = routed(desk, item, record.document or {})
    act = _act(batch, item, record, dossier, place, way)
    new_case = str(new_id(batch.now))
    situation = dossier.situation()
    law = desk.directory.law(act.acted_at)
    decision = decide(law, act, situation, batch.units, new_case, desk.calendar)
    knowledge.check(item, record, dossier.id, batch.persons)
    focus = next((c for c in decision.cases if c.id == decision.focus), None)
    told = addressees(desk, item, record, focus, decision.told, batch.readers.get(_corrected(place), {}))
    if fresh:
        batch.dossiers[dossier.id] = dossier
    involved = frozenset((envelope.unit, *(t.unit for t in told)))
    deed = Deed(record.id, act.kind, act.acted_at, batch.now, involved)
    dossier.apply(decision, deed, batch.rows)
    again = later_roles.findings(act.document, batch.mediators.get(dossier.id))
    away = standing.findings(act.kind, envelope.iss, act.document, batch.left)
    noted = (*record.findings, *held(way), *decision.findings, *again, *away)
    return Taken(record, place, dossier, decision, told, findings=noted)


def _corrected(place: cases.Place) -> UUID:
    return place.corrects.message if place.corrects else NO_ID


def _act(
    batch: Batch,
    item: Prepared,
    record: PreparedRecord,
    dossier: Dossier,
    place: cases.Place,
    way: Routed,
) -> Act:
    envelope = item.envelope
    document = dict(record.document or {})
    if envelope.kind == "dispute" and dossier.state is not None and document["action"] == "register":
        # Said again of a dispute that exists: news of the registrar's own, or another unit joining.
        own = envelope.unit in dossier.roles.get("registrar", ())
        document["action"] = "update" if own else "join"
    if envelope.kind == "service_receipt":
        document = served.with_party(document, place.case, batch.names)
    return Act(
        message=str(record.id),
        kind=envelope.kind,
        document=document,
        sender=envelope.unit,
        to=envelope.to or (way.to if isinstance(way, Route) else None),
        dispute=str(dossier.id),
        case=place.case,
        acted_at=datetime.fromisoformat(str(document["business_time"])),
        received_at=item.received_at,
    )


def _new_dossier(batch: Batch, now: datetime) -> Dossier:
    did = new_id(now)
    key, wrapped = batch.desk.sealer.new_dispute_key(did)
    return Dossier(batch.law, did, new_code(), key, wrapped, opened_at=now, fresh=True)


def _revise(batch: Batch, record: PreparedRecord, place: cases.Place) -> Taken:
    """A new version of an earlier message: same dispute and case, no step (contract 2)."""
    known = place.revises
    if known is None:
        raise AssertionError
    dossier = batch.dossiers.get(known.dispute) if known.dispute else None
    earlier = batch.readers.get(known.message, {})
    if dossier is not None and known.content != record.content:
        handing.revised(dossier, place.case, str(known.message), str(record.id))
    told = tuple(
        Addressee(unit, role, batch.desk.receiver(unit), silent=known.content == record.content)
        for unit, role in sorted(earlier.items())
    )
    return Taken(record, place, dossier, None, told, known.revision + 1, record.findings)


def _remember(batch: Batch, item: Prepared, taken: Taken) -> None:
    """Let later records of the batch find this one by its numbers."""
    if taken.dossier is None:
        return
    case = read_id(taken.case.id) if taken.case else None
    known = lookup.Known(
        taken.record.id,
        taken.dossier.id,
        case,
        item.envelope.kind,
        taken.revision,
        taken.record.content,
        system=item.envelope.iss,
    )
    for own in taken.record.own:
        batch.found.native[(item.envelope.iss, item.envelope.kind, own.blind)] = known
    batch.readers[taken.record.id] = {t.unit: t.role for t in taken.told}
    for number in (*taken.record.own, *taken.record.names_case):
        batch.found.identifiers.setdefault(number.blind, []).append(known)


def _accept(batch: Batch, item: Prepared, results: Sequence[Taken | Refused]) -> bytes:
    """Rows and the answer of a message of which at least one record is accepted."""
    receipt = answers.receipt(batch.desk, item)
    body = answers.accepted(item, results, receipt)
    answer = orjson.dumps(body)
    keeping.collect(batch, item, results, receipt, answer)
    return answer
