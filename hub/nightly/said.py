"""Whether the hub said of each deadline what it had to say, and whether who was to hear it has it.

Lays the phases that have passed beside the notices that are there: their documents are opened in memory for
rule, phase and object, nothing else of them is kept. Reads only.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.law.model import Started
from hub.law.shapes import Tables
from hub.law.timers import planned
from hub.store.ids import instant_of
from hub.trust.seal import Sealer

Kind = Literal["not-said", "lost", "undelivered", "silent"]
LATE: Final = timedelta(minutes=15)
"""How long the hub's own clock may take to say what is due."""

_AT_ONCE: Final = 500
_NOTICES: Final = """
SELECT m.id, m.dispute, m.received_at, m.dek, m.document, d.key
  FROM message m JOIN dispute d ON d.id = m.dispute
 WHERE m.dispute = ANY ($1::uuid[]) AND m.kind = 'deadline_notice' AND d.key <> '' ORDER BY m.id
"""
_OPEN: Final = """
SELECT message, unit FROM delivery
 WHERE message = ANY ($1::uuid[]) AND state IN ('queued', 'held') AND sender <> '' AND created_at <= $2
 ORDER BY message, unit
"""


class Wrong(NamedTuple):
    """What is wrong with a deadline's phase; `unit` '' is nobody in particular."""

    deadline: UUID
    dispute: UUID
    rule: str
    phase: str
    kind: Kind
    unit: str


class Said(NamedTuple):
    """A notice the hub has written."""

    message: UUID
    at: datetime


About = tuple[UUID, str, str, str]
"""Dispute, rule, object, phase."""


async def unsaid(
    conn: asyncpg.Connection,
    sealer: Sealer,
    tables: Tables,
    rows: Sequence[asyncpg.Record],
    at: datetime,
    patience: timedelta,
) -> list[Wrong]:
    """What is wrong with the notices of these deadlines (rows of the table) at the instant `at`."""
    passed = [(row, phase) for row in rows for phase in _passed(tables, row, at)]
    notices = await _notices(conn, sealer, sorted({row["dispute"] for row, _ in passed}))
    wrong: list[Wrong] = []
    heard: dict[UUID, Wrong] = {}
    for row, phase in passed:
        said = _said(notices, row, phase)
        one = Wrong(row["id"], row["dispute"], row["rule"], phase, "lost", "")
        if said is not None:
            heard[said.message] = one._replace(kind="undelivered")
        elif row["state"] == "running" and row["next_phase"] == phase and row["next_notice"] is not None:
            if row["next_notice"] <= at - LATE:
                wrong.append(one._replace(kind="not-said"))
        else:
            wrong.append(one)
    waiting = await conn.fetch(_OPEN, list(heard), at - patience)
    return [*wrong, *(heard[row["message"]]._replace(unit=row["unit"]) for row in waiting)]


def _passed(tables: Tables, row: asyncpg.Record, at: datetime) -> Iterator[str]:
    """The phases that must have been said by then, while the deadline ran."""
    began = instant_of(row["started_by"])
    ended = instant_of(row["stopped_by"]) if row["stopped_by"] else at
    case = str(row["case_id"]) if row["case_id"] else None
    head = (row["rule"], row["object"], case, row["due_on"], row["due"], row["provisional"], row["basis"])
    notices = planned(tables, Started(*head, started_at=row["started_at"]), began)
    for n, notice in enumerate(notices):
        # Of a deadline that was over when the hub learned of it, the last phase is said at once.
        told_at = max(began, notice.at)
        if (notice.at > began or n == len(notices) - 1) and told_at + LATE <= min(at, ended):
            yield notice.phase


async def _notices(
    conn: asyncpg.Connection, sealer: Sealer, disputes: Sequence[UUID]
) -> Mapping[About, Sequence[Said]]:
    found: dict[About, list[Said]] = defaultdict(list)
    for n in range(0, len(disputes), _AT_ONCE):
        for row in await conn.fetch(_NOTICES, disputes[n : n + _AT_ONCE]):
            aad = f"message|{row['id']}"
            dek = sealer.unwrap(row["dek"], sealer.dispute_key(row["dispute"], row["key"]), aad + "|dek")
            told = orjson.loads(sealer.open(dek, aad + "|document", row["document"]))
            about = (row["dispute"], told.get("rule"), told.get("item"), told.get("phase"))
            found[about].append(Said(row["id"], row["received_at"]))
    return found


def _said(notices: Mapping[About, Sequence[Said]], row: asyncpg.Record, phase: str) -> Said | None:
    """The last notice of this phase since the deadline began: a rule may run twice for one object."""
    began = instant_of(row["started_by"])
    told = notices.get((row["dispute"], row["rule"], row["object"], phase), ())
    return next((s for s in reversed(told) if s.at >= began - timedelta(seconds=1)), None)
