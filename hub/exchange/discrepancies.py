"""What reconciliation found, for a person: batches, and findings shown by masks.

The night writes the findings; here they are read. What a person decides of them takes effect in
`discrepancy_decisions`. Works on a connection of the role hub; shows no value but masks.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

import asyncpg

from hub.exchange.answers import shown

Choice = Literal["hub_right", "agency_right", "ask_agency", "ignore"]
CHOICES: Final[tuple[Choice, ...]] = get_args(Choice)
NEEDS_SECOND: Final = frozenset({"agency_right"})
"""Choices by which what the hub holds will be replaced: a second person approves them."""

_BATCHES: Final = """
SELECT b.id, b.day, b.agency, b.area, b.dataset, f.kind, count(*) AS n
  FROM finding_batch b JOIN finding f ON f.batch = b.id
 WHERE f.state = 'open' AND ($1::date IS NULL OR b.day = $1) AND ($2::text IS NULL OR b.agency = $2)
 GROUP BY b.id, f.kind ORDER BY b.day DESC, b.id, f.kind
"""
_LIST: Final = """
SELECT f.id, f.batch, b.day, b.agency, b.area, b.dataset, f.kind, f.unit, f.system, f.record_kind, f.field,
       f.place, f.message, f.delivery, f.hub_shown, f.agency_shown, f.detail, f.mended, f.state, f.found_at
  FROM finding f JOIN finding_batch b ON b.id = f.batch
 WHERE ($1::date IS NULL OR b.day = $1) AND ($2::text IS NULL OR b.agency = $2)
   AND ($3::text IS NULL OR f.kind = $3) AND ($4::text IS NULL OR f.state = $4)
   AND ($5::uuid IS NULL OR f.batch = $5) AND ($6::uuid IS NULL OR f.id > $6)
 ORDER BY f.id LIMIT $7
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings are asked for; None: all."""

    day: date | None = None
    agency: str | None = None
    kind: str | None = None
    state: str | None = None
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on a batch: who decided what and why, and who approved it."""

    choice: Choice
    reason: str
    actor: str
    approver: str | None = None


async def batches(
    conn: asyncpg.Connection, day: date | None = None, agency: str | None = None
) -> list[dict[str, Any]]:
    """Batches with open findings, latest day first: counts by kind."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in await conn.fetch(_BATCHES, day, agency):
        head = {name: row[name] for name in ("agency", "dataset")}
        at = {"id": str(row["id"]), "day": row["day"].isoformat(), "group": row["area"], **head, "kinds": {}}
        found.setdefault(row["id"], at)["kinds"][row["kind"]] = row["n"]
    return list(found.values())


async def listed(
    conn: asyncpg.Connection, wanted: Wanted, after: UUID | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Findings in the order of their ids; values as masks. `after`: the last one of the page before."""
    rows = await conn.fetch(
        _LIST, wanted.day, wanted.agency, wanted.kind, wanted.state, wanted.batch, after, limit
    )
    return [{name: _plain(value) for name, value in row.items() if value is not None} for row in rows]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return shown(value)
    return value if isinstance(value, dict | int) else str(value)
