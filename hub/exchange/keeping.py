"""The rows that keep an accepted message: message, readers, deliveries, numbers, evidence.

Turns what the batch took into rows, in memory; decides nothing, touches no connection.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from hub.errors import Refused
from hub.exchange import assessed, handing, knowledge, links, registers, suggesting
from hub.exchange.addressing import Addressee
from hub.exchange.answers import told_to_others
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.exchange.rows import Rows
from hub.exchange.typical import ending
from hub.law.feedback import BUREAU
from hub.store.ids import new_id, read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken


def collect(
    batch: "Batch",
    item: Prepared,
    results: Sequence["Taken | Refused"],
    signed: str,
    answer: bytes,
) -> None:
    """The rows of an accepted message."""
    rows = batch.rows
    envelope = item.envelope
    rows.insert["log_pending"].append((item.log_id, item.entry.text, item.entry.leaf))
    rows.insert["event_leaf"].append((item.entry.leaf, item.id, None, "message", item.digest, item.salt))
    if not item.native_less:
        key = (envelope.iss, envelope.jti, item.id, item.fingerprint)
        rows.insert["message_key"].append(key)
    if item.file is not None:
        _file(batch, item, signed, answer)
    for result in results:
        if not isinstance(result, Refused):
            _taken(batch, item, result, signed, answer)


def _file(batch: "Batch", item: Prepared, signed: str, answer: bytes) -> None:
    file = item.file
    if file is None:
        raise TypeError
    wrapped = batch.desk.sealer.wrap(file.dek, None, f"message|{file.id}|dek")
    _message(batch, item, file, (None, None, None, None, 1, None, False), (signed, answer, wrapped, b"[]"))
    batch.rows.insert["message_reader"].append((file.id, item.envelope.unit, "sender", batch.order))


def _taken(batch: "Batch", item: Prepared, taken: "Taken", signed: str, answer: bytes) -> None:
    rows, record, envelope = batch.rows, taken.record, item.envelope
    sealer = batch.desk.sealer
    aad = f"message|{record.id}|dek"
    if taken.dossier is not None:
        wrapped = sealer.wrap(record.dek, taken.dossier.key, aad)
    else:
        wrapped = sealer.wrap(record.dek, None, aad)
    case = read_id(taken.case.id) if taken.case else None
    dispute = taken.dossier.id if taken.dossier else None
    parent = item.id if item.several else None
    replaces = taken.place.revises.message if taken.place.revises else None
    historical = taken.decision.historical if taken.decision else False
    place = (dispute, case, parent, record.label, taken.revision, replaces, historical)
    _message(batch, item, record, place, (signed, answer, wrapped, taken.found))
    rows.insert["message_reader"].append((record.id, envelope.unit, "sender", batch.order))
    for told in taken.told:
        rows.insert["message_reader"].append((record.id, told.unit, told.role, batch.order))
        if told.system is not None and not told.silent:
            _delivery(batch, item, taken, told)
    handing.note(batch, taken)
    suggesting.note(batch, item, taken)
    knowledge.note(batch, item, taken)
    assessed.note(batch, item, taken, wrapped)
    ending.note(batch, envelope.unit, taken)
    entry = registers.row(envelope, record, wrapped, batch.now)
    if entry is not None:
        rows.insert["register_entry"].append(entry)
    _numbers(batch, item, taken, case)
    for digest, blob in item.files:
        # The sender too: a file that nobody was told of is kept as long as the message that names it.
        readers = (told.unit for told in taken.told if told.role != BUREAU)
        for unit in (envelope.unit, *readers):
            rows.insert["blob_reader"].append((digest, unit, blob, record.id))
    said_again = taken.place.revises is not None and taken.place.revises.content == record.content
    if item.ruling is not None and not said_again:
        rows.insert["ruling_digest"].append((item.ruling, record.id))


def _message(
    batch: "Batch",
    item: Prepared,
    record: PreparedRecord,
    place: tuple[UUID | None, UUID | None, UUID | None, str | None, int, UUID | None, bool],
    kept: tuple[str, bytes, bytes, bytes],
) -> None:
    envelope = item.envelope
    dispute, case, parent, label, revision, replaces, historical = place
    signed, answer, wrapped, findings = kept
    batch.order += 1
    batch.rows.insert["message"].append(
        (
            record.id,
            item.received_at,
            batch.order,
            envelope.iss,
            envelope.jti,
            envelope.unit,
            envelope.kind,
            envelope.purpose,
            envelope.to,
            dispute,
            case,
            read_id(envelope.re) if envelope.re else None,
            parent,
            label,
            revision,
            replaces,
            historical,
            item.media_type,
            item.format,
            item.fingerprint,
            item.digest,
            item.salt,
            item.entry.leaf,
            orjson.Fragment(findings),
            answer if record.id == item.id else b"",
            signed if record.id == item.id else "",
            wrapped,
            record.native,
            record.sealed,
            item.native_digest,
            record.persons,
        )
    )


def _delivery(batch: "Batch", item: Prepared, taken: "Taken", told: Addressee) -> None:
    dossier = taken.dossier
    subject = dossier.id if dossier else taken.record.id
    system = told.system or ""
    seq = dossier.next_seq(system) if dossier else batch.next_seq(subject, system)
    batch.rows.insert["delivery"].append(
        (
            new_id(batch.now),
            taken.record.id,
            told.system,
            told.unit,
            item.envelope.unit,
            told.role,
            subject,
            seq,
            item.envelope.kind,
            delivery_detail(item, taken, told),
            "queued",
            item.received_at,
            item.received_at,
        )
    )


def delivery_detail(item: Prepared, taken: "Taken", told: Addressee) -> dict[str, object]:
    """What a token says beside the document, as it was at the commit (contract 3)."""
    case = taken.case
    detail: dict[str, object] = {
        "from": item.envelope.unit,
        "to": told.unit,
        "case": {"id": case.id, "machine": case.machine, "state": case.state} if case else None,
        "deadlines": [
            {
                "rule": s.rule,
                "due": s.due_on.isoformat(),
                "basis": s.basis,
                "provisional": s.provisional,
            }
            for s in (taken.decision.started if taken.decision else ())
            if s.due_on is not None
        ],
    }
    found = told_to_others(taken.found)
    if found != b"[]":
        detail["findings"] = orjson.Fragment(found)
    if taken.revision > 1 and taken.place.revises is not None:
        detail["revision"] = taken.revision
        detail["replaces"] = str(taken.place.revises.message)
    if taken.place.corrects is not None:
        detail["replaces"] = str(taken.place.corrects.message)
    return detail


def _numbers(batch: "Batch", item: Prepared, taken: "Taken", case: UUID | None) -> None:
    """Native identifiers and numbers, for what comes later."""
    rows: Rows = batch.rows
    record, iss, kind = taken.record, item.envelope.iss, item.envelope.kind
    dispute = taken.dossier.id if taken.dossier else None
    for own in record.own:
        if taken.revision > 1:
            row = (iss, kind, own.blind, record.id, taken.revision, record.content)
            rows.update["native_id"].append(row)
        else:
            head = (iss, kind, own.blind, record.id, dispute, case)
            rows.insert["native_id"].append((*head, 1, record.content))
    if dispute is None:
        return
    for number in {n.blind: n for n in (*record.own, *record.names_case)}.values():
        rows.insert["identifier"].append((number.blind, iss, dispute, case, record.id))
    links.note(batch, item, taken, dispute)
