"""The 202 of a message and the rows that keep it: receipt, deliveries, readers, evidence.

Turns what the batch took into the answer of contract 2 and into rows; decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import orjson

from hub.errors import Fault, Refused
from hub.evidence import receipt as receipts
from hub.exchange.addressing import Addressee
from hub.exchange.desk import Desk
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.exchange.rows import Rows
from hub.law.model import Finding
from hub.store.ids import new_id, read_id

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

SHANGHAI = timedelta(hours=8)


def all_refused(item: Prepared, refused: Sequence[Refused]) -> Refused:
    """A message none of whose records was accepted: the first refusal answers, with every place."""
    first = refused[0]
    faults = [f for r in refused for f in (r.faults or (Fault(r.code),))]
    return Refused(first.code, *faults, extra=first.extra) if item.several else first


def receipt(desk: Desk, item: Prepared) -> str:
    """The signed receipt; made before the commit, sent after it."""
    if item.native_less:
        return ""
    claims = receipts.claims(
        issuer=desk.settings.issuer,
        client=item.envelope.iss,
        message=str(item.id),
        jti=item.envelope.jti,
        digest=item.digest,
        entry=item.entry,
        at=item.received_at,
    )
    return desk.keyring.sign("liantiao-receipt+jwt", claims)


def accepted(item: Prepared, results: Sequence["Taken | Refused"], signed: str) -> dict[str, object]:
    """The body of the 202 (contract 2)."""
    if not item.several:
        (taken,) = results
        if isinstance(taken, Refused):
            raise TypeError
        body = {"message": str(item.id), **_of(taken), "receipt": signed}
        record = item.records[0]
        return {**body, "records": [_record(record, taken)]} if record.label else body
    records = [_record(record, result) for record, result in zip(item.records, results, strict=True)]
    return {
        "message": str(item.id),
        "dispute": None,
        "case": None,
        "deliveries": [],
        "findings": [],
        "records": records,
        "receipt": signed,
    }


def _record(record: PreparedRecord, result: "Taken | Refused") -> dict[str, object]:
    if isinstance(result, Refused):
        problem = {
            "type": f"urn:liantiao:problem:{result.code}",
            "status": result.status,
            "errors": [fault_json(f) for f in result.faults],
        }
        return {"record": record.label, "problem": problem}
    return {"record": record.label, "message": str(record.id), **_of(result)}


def _of(taken: "Taken") -> dict[str, object]:
    case = taken.case
    out: dict[str, object] = {
        "dispute": str(taken.dossier.id) if taken.dossier else None,
        "case": {"id": case.id, "machine": case.machine, "state": case.state} if case else None,
        "deliveries": [
            {"unit": t.unit, "state": "queued" if t.system else "unconnected"}
            for t in taken.told
            if not t.silent
        ],
        "findings": orjson.Fragment(taken.found),
    }
    if taken.revision > 1:
        out["revision"] = taken.revision
    return out


def finding_json(finding: Finding) -> dict[str, str]:
    """A finding as it travels."""
    out = {"code": finding.code, "basis": finding.basis}
    if finding.pointer is not None:
        out["pointer"] = finding.pointer
    if finding.detail is not None:
        out["detail"] = finding.detail
    return out


def fault_json(fault: Fault) -> dict[str, object]:
    """A fault without its text, which depends on the reader's language."""
    out: dict[str, object] = {"rule": fault.rule}
    for name in ("record", "pointer", "native"):
        value = getattr(fault, name)
        if value is not None:
            out[name] = value
    return out


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
    _numbers(batch, item, taken, case)
    for digest, blob in item.files:
        for told in taken.told:
            rows.insert["blob_reader"].append((digest, told.unit, blob, record.id))
    if item.ruling is not None:
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
            findings.decode(),
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
    detail = orjson.dumps(delivery_detail(item, taken, told)).decode()
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
            detail,
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
    if taken.found != b"[]":
        detail["findings"] = orjson.Fragment(taken.found)
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
    _proposals(batch, taken, dispute)


def _proposals(batch: "Batch", taken: "Taken", dispute: UUID) -> None:
    """A number of another system whose dispute the sender could not read: a proposal, never a join."""
    for number in (*taken.record.refers, *taken.record.names_case):
        others = {
            hit.dispute
            for hit in batch.found.identifiers.get(number.blind, ())
            if hit.dispute is not None and hit.dispute != dispute
        }
        for other in sorted(others):
            batch.rows.insert["link_proposal"].append(
                (new_id(batch.now), batch.now, taken.record.id, dispute, other, number.system)
            )


def shown(at: datetime) -> str:
    """An instant as the hub shows it: RFC 3339 at +08:00."""
    return (at + SHANGHAI).replace(tzinfo=None).isoformat(timespec="milliseconds") + "+08:00"
