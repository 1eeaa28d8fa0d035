"""Whether a mediator who is named for a run still stands in the register of the system that names them.

A number nobody ever entered says nothing: many books are not registered. One that was entered and has left is
noted, for the unit to name another.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

import asyncpg

from hub.exchange.prepare import Prepared
from hub.law.citations import OURS
from hub.law.model import Finding
from hub.law.reading import Document, listed

_NAMING: Final = frozenset({"referral_answer", "mediation_progress"})
_BASIS: Final[Mapping[str, str]] = {"remove": "人民调解法15", "suspend": OURS}
_GONE: Final = """
SELECT system, ref, action FROM (
    SELECT DISTINCT ON (e.system, e.ref) e.system, e.ref, e.action
      FROM unnest($1::text[], $2::text[]) q(system, ref)
      JOIN register_entry e ON e.register = 'mediator' AND e.system = q.system AND e.ref = q.ref
     WHERE e.valid_from <= $3 ORDER BY e.system, e.ref, e.message DESC
) last WHERE action IN ('remove', 'suspend')
"""

Gone = Mapping[tuple[str, str], str]
"""(system, number) of a mediator who has left → the action by which."""


async def gone(conn: asyncpg.Connection, items: Iterable[Prepared], day: date) -> Gone:
    """Of the mediators named in a batch, those who have left. Asks nothing if nobody is named."""
    named = {
        (item.envelope.iss, number)
        for item in items
        if item.envelope.kind in _NAMING
        for record in item.records
        for number in _numbers(record.document or {})
    }
    if not named:
        return {}
    rows = await conn.fetch(_GONE, [system for system, _ in named], [ref for _, ref in named], day)
    return {(row["system"], row["ref"]): row["action"] for row in rows}


def findings(kind: str, system: str, document: Document, left: Gone) -> tuple[Finding, ...]:
    """What is noted of a message that names who has left."""
    if kind not in _NAMING or not left:
        return ()
    return tuple(
        Finding("roster", _BASIS[left[system, number]], f"/mediators/{i}", left[system, number])
        for i, number in enumerate(_numbers(document))
        if (system, number) in left
    )


def _numbers(document: Document) -> list[str]:
    return [m.strip() for m in listed(document, "mediators") if isinstance(m, str)]
