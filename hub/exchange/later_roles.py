"""Whether who mediated in a dispute comes back in it as judge, agent, witness, expert or interpreter.

特邀调解规定 16 forbids it; whether it is so is for a person to see, since a namesake is possible: a finding.
Who mediated stands in the sealed messages of the runs and, by number, in the register; both are opened in
memory, and no name goes further than this comparison.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.dossier import Dossier
from hub.exchange.prepare import Prepared
from hub.law.model import Finding
from hub.law.reading import Document, at, listed, objects, text
from hub.trust.seal import Sealer

BASIS: Final = "最高人民法院关于人民法院特邀调解的规定 法释〔2016〕14号16"
_SAYING: Final = ["referral_answer", "mediation_progress", "mediation_result"]
_HOLDERS: Final = ("parties", "applicants")
_ROLES: Final = ("代理", "证人", "鉴定", "翻译", "陪审", "agent", "witness", "expert", "interpreter", "juror")
_MESSAGES: Final = """
SELECT id, dispute, iss, dek, document FROM message
 WHERE dispute = ANY ($1::uuid[]) AND kind = ANY ($2::text[]) ORDER BY id LIMIT 500
"""
# A mediator's entries under the number a run named, and under every other number of the same person.
_ENTRIES: Final = """
SELECT q.dispute, e.message, e.dek, e.document
  FROM unnest($1::uuid[], $2::text[], $3::text[]) q(dispute, system, ref)
  LEFT JOIN mediator_person p ON p.system = q.system AND p.ref = q.ref AND p.undone_at IS NULL
  LEFT JOIN mediator_person o ON o.person = p.person AND o.undone_at IS NULL
  JOIN register_entry e ON e.register = 'mediator'
   AND ((e.system = q.system AND e.ref = q.ref) OR (e.system = o.system AND e.ref = o.ref))
 LIMIT 500
"""


@dataclass(slots=True, repr=False)  # what it holds of persons belongs in no trace
class Mediators:
    """Who mediated in one dispute: as named, and as the register knows them."""

    names: set[str] = field(default_factory=set)
    id_numbers: set[str] = field(default_factory=set)


Known = Mapping[UUID, Mediators]
"""Dispute → its mediators."""


def asked(items: Iterable[Prepared]) -> bool:
    """Whether a record of the batch names a judge, an agent or whoever takes part in a session."""
    return any(
        next(_roles(record.document), None) is not None
        for item in items
        if item.envelope.kind not in _SAYING
        for record in item.records
        if record.document is not None
    )


async def mediators(conn: asyncpg.Connection, dossiers: Mapping[UUID, Dossier], sealer: Sealer) -> Known:
    """The mediators of every dispute that had a run."""
    found = {
        did: Mediators()
        for did, dossier in dossiers.items()
        if any(case.state.machine == "referral" for case in dossier.cases.values())
    }
    numbers: set[tuple[UUID, str, str]] = set()
    homes = {home: dossiers[did] for did in found for home in dossiers[did].homes}
    for row in await conn.fetch(_MESSAGES, list(homes), _SAYING):
        dossier = homes[row["dispute"]]
        for named in _named(_opened(sealer, row, dossier.key_of(row["dispute"]))):
            found[dossier.id].names.add(named)
            numbers.add((dossier.id, row["iss"], named))
    if numbers:
        columns = [list(column) for column in zip(*numbers, strict=True)]
        for row in await conn.fetch(_ENTRIES, *columns):
            entry = _opened(sealer, row, None)
            found[row["dispute"]].names.update(_some(text(entry, "name")))
            found[row["dispute"]].id_numbers.update(_some(text(entry, "id_number")))
    return found


def _opened(sealer: Sealer, row: asyncpg.Record, key: bytes | None) -> Document:
    message = row["message"] if key is None else row["id"]
    dek = sealer.unwrap(row["dek"], key, f"message|{message}|dek")
    document: Document = orjson.loads(sealer.open(dek, f"message|{message}|document", row["document"]))
    return document


def _named(document: Document) -> Iterator[str]:
    """Numbers or names of mediators, whichever the unit's books have."""
    for place in (document, *objects(document, "agreements")):
        yield from (m.strip() for m in listed(place, "mediators") if isinstance(m, str))


def _some(value: str | None) -> tuple[str, ...]:
    return () if value is None else (value.strip(),)


def findings(document: Document, known: Mediators | None) -> tuple[Finding, ...]:
    """What is to be noted: each place where a mediator of the dispute has another part in it."""
    if known is None:
        return ()
    return tuple(
        Finding("later-role", BASIS, pointer, "id-number" if by_number else "name")
        for pointer, name, number in _roles(document)
        if (by_number := number in known.id_numbers) or name in known.names
    )


def _roles(document: Document | None) -> Iterator[tuple[str, str | None, str | None]]:
    """Places where somebody acts: pointer, name, number of an identity paper."""
    judge = text(at(document, "judge"), "name")
    if judge is not None:
        yield "/judge", judge.strip(), None
    for holder in _HOLDERS:
        for i, party in enumerate(objects(document, holder)):
            for j, agent in enumerate(objects(party, "agents")):
                yield f"/{holder}/{i}/agents/{j}", _stripped(agent, "name"), _stripped(agent, "id_number")
    for i, present in enumerate(objects(document, "participants")):
        role = text(present, "role") or ""
        if any(word in role for word in _ROLES):
            yield f"/participants/{i}", _stripped(present, "name"), None


def _stripped(holder: Document, name: str) -> str | None:
    value = text(holder, name)
    return None if value is None else value.strip()
