"""The gate before a signature: what keeps a candidate from the public, by place; and the candidate itself.

Never minors, domestic violence or family matters, never a document of judicial confirmation (法释〔2016〕
19号; 人民调解法23; 特邀调解规定2). Reads the sealed candidate, the persons of the dispute it names and the
digests of rulings; decides, keeps nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.desk import Desk
from hub.exchange.typical import people
from hub.exchange.typical.withheld import of_type, withheld
from hub.law.reading import Document, at, objects, text
from hub.store.ids import read_id
from hub.trust import b64
from hub.trust.giveaway import Trace, traces
from hub.trust.publication import MEMBERS

EXCLUDED: Final = ("minor", "domestic_violence", "family", "confirmation_document", "state_secret")
_CANDIDATE: Final = """
SELECT m.id, m.sender, m.dek, m.document,
       EXISTS (SELECT FROM typical_withdrawn w WHERE w.message = m.id) AS ended,
       f.id AS file, f.dek AS file_dek, f.native
  FROM message m JOIN message_reader r ON r.message = m.id AND r.unit = $2
  JOIN message f ON f.id = coalesce(m.parent, m.id)
 WHERE m.id = $1 AND m.kind = 'typical_case'
"""
_TYPE: Final = "SELECT facts->>'dispute_type' FROM dispute WHERE id = $1"
_RULINGS: Final = "SELECT digest FROM ruling_digest WHERE digest = ANY ($1::text[])"


class Candidate(NamedTuple):
    """A typical case as its sender sent it, whether it was taken back, and the dispute it names."""

    message: UUID
    sender: str
    document: Document
    ended: bool
    dispute: str | None


async def candidate(conn: asyncpg.Connection, desk: Desk, message: UUID, unit: str) -> Candidate:
    """The candidate, for a unit that reads it. Raises Refused `unknown`."""
    row = await conn.fetchrow(_CANDIDATE, message, unit)
    if row is None:
        raise Refused("unknown")
    aad = f"message|{message}"
    dek = desk.sealer.unwrap(row["dek"], None, aad + "|dek")
    document: Document = orjson.loads(desk.sealer.open(dek, aad + "|document", row["document"]))
    dispute = text(document, "dispute") or _enveloped(desk, row)
    return Candidate(message, row["sender"], document, row["ended"], dispute)


def _enveloped(desk: Desk, row: asyncpg.Record) -> str | None:
    """The dispute that the envelope names: a kind without a case keeps it nowhere else."""
    if row["native"] is None:
        return None
    aad = f"message|{row['file']}"
    dek = desk.sealer.unwrap(row["file_dek"], None, aad + "|dek")
    protected, _, _ = desk.sealer.open(dek, aad + "|native", row["native"]).partition(b".")
    return text(orjson.loads(b64.decode(protected.decode("ascii"))), "dispute")


class Looked(NamedTuple):
    """What a candidate's texts give away, and the messages of its dispute they were held against."""

    found: tuple[Trace, ...]
    messages: list[Document]


async def look(conn: asyncpg.Connection, desk: Desk, case: Candidate) -> Looked:
    """Open its dispute, once. Raises Refused `unknown` where it names one that is not its sender's."""
    named = case.dispute
    opened = await people.documents(conn, desk, read_id(named), case.sender) if named else []
    texts = {f"/{member}": text(case.document, member) or "" for member in MEMBERS}
    return Looked(traces(texts, people.named_in(opened)), opened)


async def check(conn: asyncpg.Connection, case: Candidate, looked: Looked) -> None:
    """Raises Refused `rule` (422) with each place that keeps it from the public."""
    found = looked.found
    faults = [*_excluded(case.document), *_answered_for(case.document, found)]
    faults += [_fault("typical-direct", trace) for trace in found if trace.weight == "direct"]
    named = case.dispute
    if named and (of_type(await conn.fetchval(_TYPE, read_id(named))) or withheld(looked.messages)):
        faults.append(Fault("typical-excluded", "/dispute"))
    digests = [text(file, "digest") or "" for file in objects(case.document, "attachments")]
    if digests and await conn.fetch(_RULINGS, digests):
        faults.append(Fault("typical-excluded", "/attachments"))
    if faults:
        raise Refused("rule", *dict.fromkeys(faults))


def _excluded(document: Document) -> Iterator[Fault]:
    """What never is published, and that somebody has said of each that it is not so."""
    said = document.get("excluded_check")
    checked: Mapping[str, object] = said if isinstance(said, Mapping) else {}
    yield from (
        Fault("typical-unchecked", f"/excluded_check/{each}")
        for each in EXCLUDED
        if checked.get(each) is not False
    )
    tags = document.get("tags")
    for n, tag in enumerate(tags if isinstance(tags, list) else ()):
        if of_type(tag):
            yield Fault("typical-excluded", f"/tags/{n}")


def _answered_for(document: Document, found: tuple[Trace, ...]) -> Iterator[Fault]:
    """Consent, rules and the re-identification check are there; who leaves a hint says what risk remains."""
    if document.get("party_consent") is not True:
        yield Fault("typical-consent", "/party_consent")
    if not text(at(document, "masking"), "rules_version"):
        yield Fault("typical-unchecked", "/masking/rules_version")
    for member in ("by", "on", "result"):
        if not text(at(document, "reidentification"), member):
            yield Fault("typical-unchecked", f"/reidentification/{member}")
    hints = [trace for trace in found if trace.weight == "hint"]
    if hints and not text(at(document, "masking"), "remaining_risk"):
        yield from (_fault("typical-hint", trace) for trace in hints)


def _fault(name: str, trace: Trace) -> Fault:
    return Fault(name, trace.pointer, args=(str(trace.paragraph), trace.found))
