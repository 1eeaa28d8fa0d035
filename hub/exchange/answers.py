"""What is said of a message: its receipt, its 202 (contract 2), findings and faults as they travel.

Shapes of JSON made of what the batch took; knows no tables, decides nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import orjson

from hub.errors import Fault, Refused
from hub.evidence import receipt as receipts
from hub.exchange.desk import Desk
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law.calendar import SHANGHAI
from hub.law.leads import NO_POLICE
from hub.law.model import Finding

if TYPE_CHECKING:
    from hub.exchange.batch import Taken

_OF_SENDER: Final = frozenset({"flag_seen", NO_POLICE})


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


@lru_cache(maxsize=1024)
def findings_json(findings: tuple[Finding, ...]) -> bytes:
    """Findings as they travel. Kept: messages of one kind and sender mostly lack the same."""
    return orjson.dumps([finding_json(finding) for finding in findings])


def told_to_others(found: bytes) -> bytes:
    """Findings as everyone but their sender is told of them.

    That a judge has not looked at signs of false litigation tells that there are some: the court's alone;
    so does what is wrong with a lead that others are not told of.
    """
    if not any(code.encode() in found for code in _OF_SENDER):
        return found
    return orjson.dumps([f for f in orjson.loads(found) if f["code"] not in _OF_SENDER])


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
    if fault.rule in _OF_LISTS and fault.args:
        out["candidates"] = fault.args[0]
    return out


_OF_LISTS: Final = frozenset({"code", "code-twice"})
"""Rules that come with the list a code is missing from: what a person can choose among."""


def shown(at: datetime) -> str:
    """An instant as the hub shows it: RFC 3339 at +08:00."""
    return at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
