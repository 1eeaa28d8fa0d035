"""From verified bytes to what the writer needs: everything that can be made before the transaction.

Pure computation: ids, data keys, sealed values, blind indexes, the evidence leaf. Knows neither the
database nor HTTP. One `Prepared` is one message (one receipt, one leaf) with one or more records.
"""

import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

import orjson

from hub.errors import Refused
from hub.evidence import entries
from hub.law.model import Finding
from hub.port import Shape
from hub.store.ids import derived_id, new_id
from hub.translate.records import Noted, Number, Reading, Record
from hub.trust.jose import Envelope, VerifiedMessage
from hub.trust.publication import MEMBERS, PUBLISHED, left_in
from hub.trust.seal import Sealer

_NATIVE, _DOCUMENT = "native", "document"


class Blinded(NamedTuple):
    """An identifier as it is looked up: keyed digest of system and normal form."""

    system: str
    blind: bytes


class PreparedRecord(NamedTuple):
    """One record, ready to be decided: its document, sealed, and the keyed digests to find it by."""

    id: UUID
    label: str | None
    document: Mapping[str, object] | None
    refused: Refused | None
    dek: bytes
    native: bytes | None
    sealed: bytes
    content: bytes
    own: tuple[Blinded, ...] = ()
    names_case: tuple[Blinded, ...] = ()
    refers: tuple[Blinded, ...] = ()
    persons: bytes = b""
    findings: tuple[Finding, ...] = ()


class Prepared(NamedTuple):
    """One message on its way to the writer.

    `file` is there for a file of several records; `files` are the blobs it names (digest, row id),
    `ruling` the digest of a ruling document it brings, `native_less` a message of the hub itself.
    """

    id: UUID
    envelope: Envelope
    received_at: datetime
    media_type: str
    format: str
    fingerprint: bytes
    digest: bytes
    salt: bytes
    entry: entries.Entry
    log_id: UUID
    native_digest: bytes
    records: tuple[PreparedRecord, ...]
    file: PreparedRecord | None = None
    files: tuple[tuple[str, UUID], ...] = ()
    ruling: str | None = None
    native_less: bool = False

    @property
    def several(self) -> bool:
        """Whether the message is a file of records with an answer for each."""
        return self.file is not None


def fingerprint(verified: VerifiedMessage) -> bytes:
    """What makes two messages the same (contract 2, "The same again"): 32 bytes."""
    e = verified.envelope
    named = [e.iss, e.jti, e.unit, e.kind, e.to, e.dispute, e.re, e.purpose, e.cty, e.name]
    files = [[f.ref, f.digest, f.name, f.type] for f in e.files]
    return sha256(sha256(verified.body).digest() + orjson.dumps([named, files])).digest()


def prepare(verified: VerifiedMessage, reading: Reading, sealer: Sealer, now: datetime) -> Prepared:
    """Everything of a message that does not depend on the database."""
    body = verified.body
    digest = bytes.fromhex(verified.digest)
    entry = entries.make("message", digest, now)
    native = verified.protected.encode() + b"." + verified.signature.encode() + b"\n" + body
    several = reading.shape is Shape.MANY and len(reading.records) > 1
    first = new_id(now)
    records = []
    for record in reading.records:
        rid = first if not several else derived_id(first, record.label)
        made = _record(record, rid, sealer, None if several else native)
        if verified.envelope.kind in PUBLISHED and record.document is not None:
            made = made._replace(findings=(*made.findings, *_still_told(record.document)))
        records.append(made)
    file = _file_record(first, sealer, native) if several else None
    return Prepared(
        id=first,
        envelope=verified.envelope,
        received_at=now,
        media_type=verified.envelope.cty,
        format=reading.format,
        fingerprint=fingerprint(verified),
        digest=digest,
        salt=entry.salt,
        entry=entry,
        log_id=new_id(now),
        native_digest=sealer.blind("body", body),
        records=tuple(records),
        file=file,
    )


def _record(record: Record, rid: UUID, sealer: Sealer, native: bytes | None) -> PreparedRecord:
    dek = sealer.new_dek()
    label = record.label or None
    document = record.document
    if record.fault is not None or document is None:
        return PreparedRecord(rid, label, None, record.fault, dek, None, b"", b"")
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return PreparedRecord(
        id=rid,
        label=label,
        document=document,
        refused=None,
        dek=dek,
        native=None if native is None else sealer.seal(dek, _aad(rid, _NATIVE), native),
        sealed=sealer.seal(dek, _aad(rid, _DOCUMENT), content),
        content=sealer.blind("content", _undated(document) if record.undated else content),
        own=tuple(_blinded(sealer, i) for i in record.own),
        names_case=tuple(_blinded(sealer, i) for i in record.case),
        refers=tuple(_blinded(sealer, i) for i in record.links),
        persons=b"".join([sealer.blind("person", *key) for key in record.persons]),
        findings=tuple(_finding(n) for n in record.findings),
    )


def _undated(document: Mapping[str, object]) -> bytes:
    """What a record says whose file tells no time: the time of its signature is news of nothing."""
    told = {name: value for name, value in document.items() if name != "business_time"}
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)


def _file_record(rid: UUID, sealer: Sealer, native: bytes) -> PreparedRecord:
    dek = sealer.new_dek()
    return PreparedRecord(
        id=rid,
        label=None,
        document={},
        refused=None,
        dek=dek,
        native=sealer.seal(dek, _aad(rid, _NATIVE), native),
        sealed=sealer.seal(dek, _aad(rid, _DOCUMENT), b"{}"),
        content=b"",
    )


def _blinded(sealer: Sealer, number: Number) -> Blinded:
    return Blinded(number.system, sealer.blind("identifier", number.system, number.normal))


def _finding(noted: Noted) -> Finding:
    """A note of translation as a finding; its place is the sender's own when the shared form has none."""
    return Finding(noted.code, noted.basis, noted.pointer or noted.native, noted.detail)


def _still_told(document: Mapping[str, object]) -> Iterator[Finding]:
    """What a document for the public still gives away: for who signs it off, never refused."""
    for member in MEMBERS:
        for left in left_in(str(document.get(member, ""))):
            yield Finding("masking", left.rule.source, f"/{member}", left.found)


def _aad(message: UUID, column: str) -> str:
    return f"message|{message}|{column}"


def hub_message(
    document: Mapping[str, object], envelope: Envelope, sealer: Sealer, now: datetime
) -> Prepared:
    """A message of the hub itself (deadline notices, link proposals): no native bytes, no receipt."""
    content = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    digest = sha256(content).digest()
    entry = entries.make("message", digest, now)
    mid = new_id(now)
    dek = sealer.new_dek()
    record = PreparedRecord(
        id=mid,
        label=None,
        document=document,
        refused=None,
        dek=dek,
        native=None,
        sealed=sealer.seal(dek, _aad(mid, _DOCUMENT), content),
        content=sealer.blind("content", content),
    )
    return Prepared(
        id=mid,
        envelope=envelope,
        received_at=now,
        media_type="application/vnd.liantiao+json",
        format="shared",
        fingerprint=secrets.token_bytes(32),
        digest=digest,
        salt=entry.salt,
        entry=entry,
        log_id=new_id(now),
        native_digest=sealer.blind("body", content),
        records=(record,),
        native_less=True,
    )
