"""Several numbers of one mediator, joined by a person with a reason and taken apart again. SQL.

A name, a birthday or a phone that is the same proves nothing: only an administrator says that two numbers are
one person's. Each number is in one person at a time; nothing is removed, an undone join stays on record.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Fault, ProblemCode, Refused
from hub.store.administration import Admin
from hub.store.ids import new_id

MOST: Final = 20
"""Numbers that one join may name."""

_KNOWN: Final = """
SELECT q.n FROM unnest($1::text[], $2::text[]) WITH ORDINALITY q(system, ref, n)
 WHERE NOT EXISTS (SELECT 1 FROM register_entry e
                    WHERE e.register = 'mediator' AND e.system = q.system AND e.ref = q.ref)
 ORDER BY q.n
"""
_JOINED: Final = """
SELECT q.n FROM unnest($1::text[], $2::text[]) WITH ORDINALITY q(system, ref, n)
  JOIN mediator_person p ON p.system = q.system AND p.ref = q.ref AND p.undone_at IS NULL
 ORDER BY q.n
"""
_JOIN: Final = """
INSERT INTO mediator_person (person, system, ref, merged_at, merged_by)
SELECT $1, q.system, q.ref, $4, $5 FROM unnest($2::text[], $3::text[]) q(system, ref)
"""
_UNDO: Final = """
UPDATE mediator_person SET undone_at = $2, undone_by = $3 WHERE person = $1 AND undone_at IS NULL
"""
_LIST: Final = """
SELECT e.system, e.ref, e.unit, e.action, e.valid_from, e.recorded_at, p.person
  FROM (SELECT DISTINCT ON (system, ref) system, ref, unit, action, valid_from, recorded_at
          FROM register_entry WHERE register = 'mediator' ORDER BY system, ref, message DESC) e
  LEFT JOIN mediator_person p ON p.system = e.system AND p.ref = e.ref AND p.undone_at IS NULL
 ORDER BY e.ref, e.system LIMIT $1
"""


class Number(NamedTuple):
    """A mediator's number in the books of one system."""

    system: str
    ref: str


async def merge(conn: asyncpg.Connection, numbers: Sequence[Number], admin: Admin) -> UUID:
    """Join numbers as one person's; answers the person's id.

    Raises Refused `schema` (fewer than two, or one twice), `unknown` (not in the register), `conflict`
    (already another person's: that join is undone first).
    """
    if len(set(numbers)) != len(numbers) or not 2 <= len(numbers) <= MOST:
        raise Refused("schema", Fault("mediator-numbers", "/ids", args=(str(MOST),)))
    person = new_id(admin.now)
    systems, refs = [n.system for n in numbers], [n.ref for n in numbers]
    try:
        async with admin.changing(conn, "mediator-merge", f"{person} {len(numbers)}"):
            _none(await conn.fetch(_KNOWN, systems, refs), "unknown", "mediator-unknown")
            _none(await conn.fetch(_JOINED, systems, refs), "conflict", "mediator-joined")
            await conn.execute(_JOIN, person, systems, refs, admin.now, admin.actor)
    except asyncpg.UniqueViolationError as e:  # another administrator joined one of them meanwhile
        raise Refused("conflict", Fault("mediator-joined", "/ids")) from e
    return person


def _none(found: Sequence[asyncpg.Record], code: ProblemCode, rule: str) -> None:
    if found:
        raise Refused(code, *(Fault(rule, f"/ids/{row['n'] - 1}") for row in found))


async def undo(conn: asyncpg.Connection, person: UUID, admin: Admin) -> None:
    """Take a join apart: its numbers stand for themselves again. Raises Refused `unknown`."""
    async with admin.changing(conn, "mediator-merge-undo", str(person)):
        changed = await conn.execute(_UNDO, person, admin.now, admin.actor)
        if changed == "UPDATE 0":
            raise Refused("unknown", Fault("person-unknown"))


async def listed(conn: asyncpg.Connection, limit: int) -> list[dict[str, object]]:
    """Numbers with their states and persons, no names: who joins them knows why."""
    rows = await conn.fetch(_LIST, limit)
    return [
        {
            "system": r["system"],
            "mediator": r["ref"],
            "unit": r["unit"],
            "action": r["action"],
            "valid_from": r["valid_from"].isoformat(),
            "recorded_at": r["recorded_at"].isoformat(),
            "person": str(r["person"]) if r["person"] else None,
        }
        for r in rows
    ]
