"""What a batch must know before it decides, read in few round trips.

One statement for keys, numbers and messages, then the disputes under their locks with cases and
deadlines. SQL text and the shapes of its answers; no decisions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.desk import Desk
from hub.exchange.dossier import Case, Deadline, Dossier
from hub.exchange.prepare import Prepared
from hub.law.model import CaseState, Running
from hub.store.ids import read_id

_LOOKUP = """
SELECT 'key' AS t, k.iss AS a, k.jti AS b, k.message AS m, k.fingerprint AS c,
       NULL::uuid AS d, NULL::uuid AS e, 0 AS n, NULL::bytea AS f, NULL AS g
  FROM unnest($1::text[], $2::text[]) q(iss, jti) JOIN message_key k ON k.iss = q.iss AND k.jti = q.jti
UNION ALL
SELECT 'native', n.system, n.kind, n.message, n.blind, n.dispute, n.case_id, n.revision, n.content, NULL
  FROM unnest($3::text[], $4::text[], $5::bytea[]) q(system, kind, blind)
  JOIN native_id n ON n.system = q.system AND n.kind = q.kind AND n.blind = q.blind
UNION ALL
SELECT 'identifier', i.system, NULL, i.message, i.blind, i.dispute, i.case_id, 0, NULL, NULL
  FROM identifier i WHERE i.blind = ANY ($6::bytea[])
UNION ALL
SELECT 'message', r.unit, m.kind, m.id, NULL, m.dispute, m.case_id, 0, NULL, r.role
  FROM unnest($7::uuid[], $8::text[]) q(id, unit)
  JOIN message_reader r ON r.message = q.id AND r.unit = q.unit
  JOIN message m ON m.id = q.id
UNION ALL
SELECT 'case', NULL, NULL, c.id, NULL, c.dispute, NULL, 0, NULL, NULL
  FROM case_run c WHERE c.id = ANY ($9::uuid[])
"""
_DISPUTES = """
SELECT id, code, state, opened_at, roles::text, facts::text, participants, seqs::text, key,
       (SELECT count(*) FROM case_history h WHERE h.dispute = dispute.id AND h.case_id = dispute.id) AS steps
  FROM dispute WHERE id = ANY ($1::uuid[]) AND key <> '' ORDER BY id FOR UPDATE
"""
_CASES = """
SELECT id, dispute, machine, state, opened_by, opened_at, closed_at, roles::text, facts::text,
       participants, parties::text, version,
       (SELECT count(*) FROM case_history h WHERE h.dispute = c.dispute AND h.case_id = c.id) AS steps
  FROM case_run c WHERE dispute = ANY ($1::uuid[]) ORDER BY id
"""
_READERS = """
SELECT message, unit, role FROM message_reader WHERE message = ANY ($1::uuid[]) AND role <> 'sender'
"""
_DEADLINES = """
SELECT id, dispute, case_id, rule, object, started_at, due_on, state
  FROM deadline WHERE dispute = ANY ($1::uuid[]) ORDER BY id
"""


class Known(NamedTuple):
    """A message found by jti, native identifier, number or id."""

    message: UUID
    dispute: UUID | None
    case_id: UUID | None
    kind: str | None = None
    revision: int = 1
    content: bytes | None = None
    fingerprint: bytes | None = None
    system: str | None = None
    role: str | None = None


@dataclass(slots=True)
class Found:
    """What the lookup found; records accepted earlier in the batch are added as they are decided."""

    keys: dict[tuple[str, str], Known] = field(default_factory=dict)
    native: dict[tuple[str, str, bytes], Known] = field(default_factory=dict)
    identifiers: dict[bytes, list[Known]] = field(default_factory=dict)
    messages: dict[tuple[UUID, str], Known] = field(default_factory=dict)
    cases: dict[UUID, UUID] = field(default_factory=dict)

    def disputes(self) -> set[UUID]:
        """Every dispute that something points to."""
        known: list[Known] = [*self.native.values(), *self.messages.values()]
        known.extend(k for hits in self.identifiers.values() for k in hits)
        return {k.dispute for k in known if k.dispute} | set(self.cases.values())

    def moved(self, absorbed: UUID, survivor: UUID) -> None:
        """What was found of a dispute that was merged belongs to the survivor."""
        self.native = {key: _moved(k, absorbed, survivor) for key, k in self.native.items()}
        self.messages = {key: _moved(k, absorbed, survivor) for key, k in self.messages.items()}
        for hits in self.identifiers.values():
            hits[:] = [_moved(k, absorbed, survivor) for k in hits]
        self.cases.update({case: survivor for case, home in self.cases.items() if home == absorbed})


def _moved(known: Known, absorbed: UUID, survivor: UUID) -> Known:
    return known._replace(dispute=survivor) if known.dispute == absorbed else known


async def look_up(conn: asyncpg.Connection, batch: Sequence[Prepared]) -> Found:
    """One round trip for the whole batch."""
    rows = await conn.fetch(_LOOKUP, *_arguments(batch))
    found = Found()
    for t, a, b, m, c, d, e, n, f, g in rows:
        if t == "key":
            found.keys[(a, b)] = Known(m, None, None, fingerprint=bytes(c))
        elif t == "native":
            found.native[(a, b, bytes(c))] = Known(m, d, e, b, n, bytes(f))
        elif t == "identifier":
            found.identifiers.setdefault(bytes(c), []).append(Known(m, d, e, system=a))
        elif t == "message":
            found.messages[(m, a)] = Known(m, d, e, b, role=g)
        else:
            found.cases[m] = d
    return found


def _arguments(batch: Sequence[Prepared]) -> list[list[object]]:
    args: list[list[object]] = [[] for _ in range(9)]
    for item in batch:
        envelope = item.envelope
        args[0].append(envelope.iss)
        args[1].append(envelope.jti)
        if envelope.re is not None:
            args[6].append(read_id(envelope.re))
            args[7].append(envelope.unit)
        for record in item.records:
            for own in record.own:
                args[2].append(envelope.iss)
                args[3].append(envelope.kind)
                args[4].append(own.blind)
            args[5].extend(i.blind for i in (*record.own, *record.names_case, *record.refers))
            document = record.document or {}
            about = document.get("about_case")
            if isinstance(about, str):
                args[8].append(read_id(about))
            corrected = document.get("message") if envelope.kind == "correction" else None
            if isinstance(corrected, str):
                args[6].append(read_id(corrected))
                args[7].append(envelope.unit)
    return args


async def readers(conn: asyncpg.Connection, messages: Iterable[UUID]) -> dict[UUID, dict[str, str]]:
    """Who was told of earlier messages, and in which role: message → unit → role."""
    out: dict[UUID, dict[str, str]] = {}
    for row in await conn.fetch(_READERS, list(messages)):
        out.setdefault(row["message"], {})[row["unit"]] = row["role"]
    return out


def named_disputes(batch: Iterable[Prepared]) -> set[UUID]:
    """Disputes that envelopes and documents name outright."""
    out: set[UUID] = set()
    for item in batch:
        if item.envelope.dispute is not None:
            out.add(read_id(item.envelope.dispute))
        for record in item.records:
            wanted = (record.document or {}).get("dispute")
            if isinstance(wanted, str):
                out.add(read_id(wanted))
    return out


async def open_dossiers(conn: asyncpg.Connection, ids: set[UUID], desk: Desk) -> dict[UUID, Dossier]:
    """Lock the disputes in the order of their ids, then read them.

    A lock taken inside the reading statement would read a snapshot from before the wait (READ COMMITTED).
    """
    if not ids:
        return {}
    wanted = list(ids)
    dossiers = {r["id"]: _dossier(r, desk) for r in await conn.fetch(_DISPUTES, wanted)}
    if not dossiers:
        return {}
    for row in await conn.fetch(_CASES, list(dossiers)):
        dossiers[row["dispute"]].cases[str(row["id"])] = _case(row)
    for row in await conn.fetch(_DEADLINES, list(dossiers)):
        case = str(row["case_id"]) if row["case_id"] else None
        head = (str(row["id"]), row["rule"], row["object"], case)
        running = Running(*head, row["started_at"], row["due_on"], row["state"])
        dossiers[row["dispute"]].deadlines.append(Deadline(running))
    return dossiers


def _dossier(row: asyncpg.Record, desk: Desk) -> Dossier:
    return Dossier(
        tables=desk.law,
        id=row["id"],
        code=row["code"],
        key=desk.sealer.dispute_key(row["id"], row["key"]),
        wrapped_key=row["key"],
        opened_at=row["opened_at"],
        state=row["state"],
        roles=_roles(row["roles"]),
        facts=orjson.loads(row["facts"]),
        participants=set(row["participants"]),
        seqs=orjson.loads(row["seqs"]),
        steps=row["steps"],
    )


def _case(row: asyncpg.Record) -> Case:
    state = CaseState(
        id=str(row["id"]),
        machine=row["machine"],
        state=row["state"],
        roles=_roles(row["roles"]),
        facts=orjson.loads(row["facts"]),
        opened_at=row["opened_at"],
        parties=orjson.loads(row["parties"]),
    )
    return Case(
        state,
        row["opened_by"],
        set(row["participants"]),
        version=row["version"],
        steps=row["steps"],
        closed_at=row["closed_at"],
    )


def _roles(text: str) -> Mapping[str, tuple[str, ...]]:
    return {role: tuple(units) for role, units in orjson.loads(text).items()}
