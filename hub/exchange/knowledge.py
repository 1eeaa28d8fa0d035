"""Answers kept as reusable knowledge: a text without persons, readable by every registered system.

An item is taken from an answer whose unit lets it stand (`knowledge.publish`): the text for others, tags,
articles, nothing of question, case or persons. The law room looks for numbers that lead to a person; here
the names of the dispute's persons are looked for, opened in memory and going no further. A corrected
answer ends its item, and every system that opened it is told. Works in the batch's transaction.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.dossier import Dossier
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law.guards_consultation import TEXT, publishes
from hub.store.ids import new_id, read_id
from hub.trust.seal import Sealer

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

CORRECTED: Final = "knowledge-corrected"
_DOCUMENTS: Final = """
SELECT m.id, m.dispute, m.dek, m.document FROM unnest($1::uuid[]) AS d (id) CROSS JOIN LATERAL (
    SELECT id, dispute, dek, document FROM message
     WHERE dispute = d.id AND kind = ANY ($2::text[]) ORDER BY id DESC LIMIT 500) m
"""
_KEEP: Final = """
INSERT INTO knowledge (id, message, case_id, unit, kept_at, dek, content) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_END: Final = """
UPDATE knowledge SET state = $2, replaced_by = $3, changed_at = $4
 WHERE case_id = $1 AND state = 'current' AND id IS DISTINCT FROM $3 RETURNING id
"""
_WITHDRAW: Final = """
UPDATE knowledge SET state = 'withdrawn', changed_at = $2 WHERE message = $1 AND state = 'current'
RETURNING id
"""
_USERS: Final = """
SELECT k.system, k.item, min(u.unit) AS unit
  FROM knowledge_use k JOIN system_unit u ON u.system = k.system
 WHERE k.item = ANY ($1::uuid[]) AND k.system <> $2 GROUP BY k.system, k.item
"""
_NAMING: Final = (
    "dispute", "referral", "early_warning", "consultation", "consultation_reply", "mediation_result",
    "confirmation_application",
)  # fmt: skip
_NOT_PERSONS: Final = frozenset({"attachments", "papers", "native_extras"})

Persons = Mapping[UUID, frozenset[str]]
"""Dispute → names of its persons and organisations."""


class Answer(NamedTuple):
    """An answer or its correction, taken in by the batch. `corrects`: the message a `correction` is of."""

    message: UUID
    case: UUID | None
    unit: str
    system: str
    about: object
    corrects: UUID | None
    document: Mapping[str, object]


def asked(items: Iterable[Prepared]) -> bool:
    """Whether a record of the batch is to be kept as knowledge."""
    return any(_keeps(item, record) for item in items for record in item.records)


def _keeps(item: Prepared, record: PreparedRecord) -> bool:
    return item.envelope.kind == "consultation_reply" and publishes(record.document or {})


async def persons(conn: asyncpg.Connection, dossiers: Mapping[UUID, Dossier], sealer: Sealer) -> Persons:
    """Every name that the messages of these disputes give to somebody."""
    found: dict[UUID, set[str]] = {did: set() for did in dossiers}
    for did, document in await documents(conn, dossiers, sealer):
        found[did].update(_names(document))
    return {did: frozenset(names) for did, names in found.items()}


async def documents(
    conn: asyncpg.Connection, dossiers: Mapping[UUID, Dossier], sealer: Sealer
) -> list[tuple[UUID, object]]:
    """The messages of these disputes that name somebody, opened: dispute and document.

    The latest 500 of each. For comparisons in memory; nothing of them may go further.
    """
    opened: list[tuple[UUID, object]] = []
    homes = {home: dossier for dossier in dossiers.values() for home in dossier.homes}
    for row in await conn.fetch(_DOCUMENTS, list(homes), list(_NAMING)):
        dossier, aad = homes[row["dispute"]], f"message|{row['id']}"
        dek = sealer.unwrap(row["dek"], dossier.key_of(row["dispute"]), aad + "|dek")
        document = orjson.loads(sealer.open(dek, aad + "|document", row["document"]))
        opened.append((dossier.id, document))
    return opened


def _names(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for member, value in node.items():
            if member in ("name", "legal_representative") and isinstance(value, str) and len(value) > 1:
                yield value.strip()
            elif member == "people" and isinstance(value, list):
                yield from (name.strip() for name in value if isinstance(name, str) and len(name) > 1)
            elif member not in _NOT_PERSONS:
                yield from _names(value)
    elif isinstance(node, list):
        for value in node:
            yield from _names(value)


def check(item: Prepared, record: PreparedRecord, dispute: UUID, known: Persons) -> None:
    """Raises Refused `rule` where the text for others names somebody of the dispute."""
    if not _keeps(item, record):
        return
    kept = orjson.dumps((record.document or {})["knowledge"]).decode()
    if any(name in kept for name in known.get(dispute, ())):
        raise Refused("rule", Fault("no_person", TEXT))


def note(batch: "Batch", item: Prepared, taken: "Taken") -> None:
    """Keep in the batch an answer that makes or ends an item."""
    envelope, document = item.envelope, taken.record.document or {}
    action, corrected = document.get("action"), taken.place.corrects
    head = (taken.record.id, read_id(taken.case.id) if taken.case else None, envelope.unit, envelope.iss)
    if corrected is not None and action == "apply" and corrected.kind == "consultation_reply":
        batch.advice.append(Answer(*head, None, corrected.message, {}))
    elif envelope.kind == "consultation_reply" and taken.decision is not None and taken.case is not None:
        about = taken.case.facts.get("request_type")
        if _changes(action, document):
            batch.advice.append(Answer(*head, about, None, document))


def _changes(action: object, document: Mapping[str, object]) -> bool:
    """Whether a reply makes an item, or ends the one of its case."""
    return action == "corrected" or (action == "answered" and publishes(document))


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """Items kept and items ended by the answers of the batch; who opened an ended one is told."""
    for answer in batch.advice:
        item = new_id(batch.now) if publishes(answer.document) else None
        if answer.corrects is not None:
            ended = await conn.fetch(_WITHDRAW, answer.corrects, batch.now)
        else:
            if item is not None:
                await conn.execute(_KEEP, item, *_row(batch, answer, item))
            state = "corrected" if item else "withdrawn"
            ended = await conn.fetch(_END, answer.case, state, item, batch.now)
        ids = [row["id"] for row in ended]
        for user in await conn.fetch(_USERS, ids, answer.system) if ids else ():
            _tell(batch, answer, user, item)


def _row(batch: "Batch", answer: Answer, item: UUID) -> tuple[object, ...]:
    sealer = batch.desk.sealer
    said = answer.document["knowledge"]
    content = {
        "text": said["text_without_persons"] if isinstance(said, dict) else "",
        "tags": said.get("tags", []) if isinstance(said, dict) else [],
        "law_refs": answer.document.get("law_refs", []),
        "request_type": answer.about,
    }
    dek = sealer.new_dek()
    wrapped = sealer.wrap(dek, None, f"knowledge|{item}|dek")
    sealed = sealer.seal(dek, f"knowledge|{item}|content", orjson.dumps(content))
    return answer.message, answer.case, answer.unit, batch.now, wrapped, sealed


def _tell(batch: "Batch", answer: Answer, user: asyncpg.Record, later: UUID | None) -> None:
    """The notice to a system that opened the item: which one, and what stands in its place."""
    detail = {
        "knowledge": str(user["item"]),
        "state": "corrected" if later else "withdrawn",
        "replaced_by": str(later) if later else None,
    }
    seq = batch.next_seq(user["item"], user["system"])
    head = (new_id(batch.now), answer.message, user["system"], user["unit"], "", "sender", user["item"], seq)
    rest = (CORRECTED, detail, "queued", batch.now, batch.now)
    batch.rows.insert["delivery"].append((*head, *rest))
