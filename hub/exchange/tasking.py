"""Conferences and tasks in the batch: who is told, tasks opened and moved, decisions of minutes.

A notice of a conference goes to each unit it names; of its minutes each decision with an owner becomes a task
that the hub sends. Rows hold ids, codes and days; what a task says stays in its sealed message.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law import tasks
from hub.law.calendar import end_of_day
from hub.law.citations import OURS
from hub.law.completeness import missing
from hub.law.model import Finding, UnitInfo, Units
from hub.law.reading import Document, at, day, objects, text
from hub.law.run import HUB
from hub.law.tasks import Task
from hub.store.ids import read_id
from hub.trust.jose import Envelope

if TYPE_CHECKING:
    from hub.exchange.addressing import Addressee
    from hub.exchange.batch import Batch

KINDS: Final = frozenset({"conference_notice", "task", "task_reply"})
SOON: Final = timedelta(days=1)
"""How long before the end of its last day a task is called to mind."""

_TASKS: Final = """
SELECT message, owner, closers, state FROM task WHERE message = ANY ($1::uuid[]) ORDER BY message FOR UPDATE
"""
_OPEN: Final = """
INSERT INTO task (message, kind, level, issuer, owner, closers, due, conference, opened_at, next_notice,
                  state)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open')
"""
_MOVE: Final = """
UPDATE task SET state = $2, closed_by = CASE WHEN $2 = 'closed' THEN $3 END,
       closed_at = CASE WHEN $2 = 'closed' THEN $4::timestamptz END,
       next_notice = CASE WHEN $2 = 'closed' THEN NULL ELSE next_notice END
 WHERE message = $1
"""
_SAID: Final = "INSERT INTO task_word (message, task, unit, action, at) VALUES ($1, $2, $3, $4, $5)"
_TITLE: Final = 200

Tasks = dict[UUID, Task]
"""Tasks that replies of the batch are about, as they stand in it."""


class Opened(NamedTuple):
    """A task that a record opens."""

    message: UUID
    issuer: str
    owner: str
    closers: tuple[str, ...]
    document: Document
    conference: UUID | None


class Word(NamedTuple):
    """A reply of the batch, and the state it leads to."""

    message: UUID
    task: UUID
    unit: str
    action: str
    state: str


class Minutes(NamedTuple):
    """Minutes of a conference: their decisions become tasks. `units`: who sits in it, the host first."""

    message: UUID
    units: tuple[str, ...]
    document: Document


async def load(conn: asyncpg.Connection, items: Iterable[Prepared]) -> Tasks:
    """Lock and read the tasks that replies name."""
    named = [read_id(i.envelope.re) for i in items if i.envelope.kind == "task_reply" and i.envelope.re]
    rows = await conn.fetch(_TASKS, named) if named else ()
    return {
        r["message"]: Task(str(r["message"]), r["owner"], frozenset(r["closers"]), r["state"]) for r in rows
    }


def told(batch: "Batch", item: Prepared, record: PreparedRecord) -> dict[str, str]:
    """Who hears of the record beside its `to`: unit → role. Raises Refused for what no task can be."""
    document, envelope = record.document or {}, item.envelope
    match envelope.kind:
        case "conference_notice":
            units = _units(document)
            for n, unit in enumerate(units):
                if batch.units.get(unit) is None:
                    raise Refused("rule", Fault("unit-unknown", f"/units/{n}"))
            found = units
        case "task":
            found = _of_task(batch, envelope, record)
        case "task_reply":
            found = _of_reply(batch, envelope, document)
        case _:
            found = ()
    return dict.fromkeys(found, "addressee")


def _of_task(batch: "Batch", envelope: Envelope, record: PreparedRecord) -> tuple[str, ...]:
    owner = text(record.document, "owner") or envelope.to
    if owner is None:
        return ()
    if batch.units.get(owner) is None:
        raise Refused("rule", Fault("unit-unknown", "/owner"))
    conference = batch.sitting.get(record.id)
    others = conference.units if conference else (envelope.to,) if envelope.to else ()
    if not tasks.closers(owner, (envelope.unit, *others), batch.units):
        raise Refused("rule", Fault("task-owner", "/owner"))
    return (owner, *others)


def _of_reply(batch: "Batch", envelope: Envelope, document: Document) -> tuple[str, ...]:
    """The sides of the task. Raises Refused: no task named, one not the sender's, a step it may not take."""
    if envelope.re is None:
        raise Refused("case-unknown", Fault("case-unknown", "/re"))
    task = batch.tasks.get(read_id(envelope.re))
    reads = batch.found.messages.get((read_id(envelope.re), envelope.unit))
    if reads is None or (task is None and reads.kind != "task"):
        raise Refused("unknown", Fault("unknown", "/re"))
    if task is None:
        return ()  # the hub's own of a time when these had no row
    tasks.step(task, text(document, "action") or "", envelope.unit)
    if text(at(document, "accepted_by"), "unit") not in (None, envelope.unit):
        raise Refused("rule", Fault("task-own", "/accepted_by/unit"))
    return (task.owner, *task.closers)


def take(batch: "Batch", item: Prepared, record: PreparedRecord, reached: Sequence["Addressee"]) -> None:
    """What follows from an accepted record; `reached`: its addressees."""
    document, envelope = record.document or {}, item.envelope
    if envelope.kind == "task" and (owner := text(document, "owner") or envelope.to):
        conference = batch.sitting.get(record.id)
        knows = {envelope.unit, *(each.unit for each in reached)} - {HUB}
        may = tuple(sorted(tasks.closers(owner, knows, batch.units)))
        home = conference.message if conference else None
        if may or envelope.unit == HUB:  # the hub's own after a comparison is ended by another comparison
            batch.opened.append(Opened(record.id, envelope.unit, owner, may, document, home))
    elif envelope.kind == "task_reply" and envelope.re is not None:
        _replied(batch, record.id, read_id(envelope.re), text(document, "action") or "", envelope.unit)
    elif envelope.kind == "conference_notice" and document.get("kind") == "minutes":
        batch.minutes.append(Minutes(record.id, (envelope.unit, *_units(document)), document))


def _replied(batch: "Batch", message: UUID, about: UUID, action: str, unit: str) -> None:
    task = batch.tasks.get(about)
    if task is not None:
        after = tasks.step(task, action, unit)
        batch.tasks[about] = task._replace(state=after)
        batch.words.append(Word(message, about, unit, action, after))


def findings(batch: "Batch", item: Prepared, record: PreparedRecord) -> tuple[Finding, ...]:
    """What is noted: completeness, a tier that is not the sender's, decisions without owner or day."""
    kind, document = item.envelope.kind, record.document
    if kind not in KINDS or document is None or item.native_less:
        return ()
    found = missing(batch.desk.tables.expected, kind, document)
    sender = batch.units.get(item.envelope.unit)
    tier = text(document, "tier")
    if kind == "conference_notice" and tier and sender is not None and sender.tier != tier:
        found.append(Finding("conference-tier", OURS, "/tier"))
    if kind == "conference_notice" and document.get("kind") == "minutes":
        sits = (item.envelope.unit, *_units(document))
        for n, decision in enumerate(objects(document, "decisions")):
            if _owner(decision, sits, batch.units) is None:
                found.append(Finding("decision-owner", OURS, f"/decisions/{n}/owner"))
            if day(decision.get("due")) is None:
                found.append(Finding("completeness", OURS, f"/decisions/{n}/due"))
    return tuple(found)


def decided(batch: "Batch") -> list[Prepared]:
    """The tasks that the minutes of the batch decide, as messages of the hub to be written with it."""
    made: list[Prepared] = []
    for minutes in batch.minutes:
        for decision in objects(minutes.document, "decisions"):
            owner = _owner(decision, minutes.units, batch.units)
            if owner is None or not tasks.closers(owner, minutes.units, batch.units):
                continue
            document = _decision(minutes, decision, owner)
            said = Saying("task", f"task-{uuid4()}", document, to=owner)
            message = own_message(batch.desk, batch.now, said)
            batch.sitting[message.id] = minutes
            made.append(message)
    batch.minutes = []
    return made


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """The rows of tasks opened and moved."""
    for o in batch.opened:
        due = day(o.document.get("due"))
        notice = max(end_of_day(due) - SOON, batch.now) if due else None
        head = (o.message, o.document["kind"], o.document.get("level"), o.issuer, o.owner, list(o.closers))
        await conn.execute(_OPEN, *head, due, o.conference, batch.now, notice)
    for word in batch.words:
        await conn.execute(_SAID, word.message, word.task, word.unit, word.action, batch.now)
        await conn.execute(_MOVE, word.task, word.state, word.unit, batch.now)


def _units(document: Mapping[str, object]) -> tuple[str, ...]:
    named = document.get("units")
    return tuple(str(unit) for unit in named) if isinstance(named, list) else ()


def _owner(decision: Document, sits: Iterable[str], units: Units) -> str | None:
    """The unit a decision names by its code, or by its name among those that sit in the conference."""
    said = text(decision, "owner")
    if said is None or units.get(said) is not None:
        return said
    return next((u for u in sits if (row := units.get(u)) is not None and _called(row, said)), None)


def _called(row: UnitInfo, said: str) -> bool:
    return row.name == said.strip()


def _decision(minutes: Minutes, decision: Document, owner: str) -> dict[str, object]:
    told = {"owner": owner, "due": decision.get("due")}
    return {
        "identifiers": [],
        "kind": "conference_decision",
        "title": str(decision["text"])[:_TITLE],
        "basis": {"conference": str(minutes.message), "finding": f"议定事项 {decision['no']}"},
        **{name: value for name, value in told.items() if value is not None},
    }
