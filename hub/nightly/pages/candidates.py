"""Two disputes that may be one, as the night found them: by state, and one of them with its reasons.

Codes of disputes, units, words of comparisons and bits; nothing that a party told. A decision is
`nightly.linkage`'s, with its row in `admin_action` and its evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Refused
from hub.exchange.hub import Hub
from hub.law.calendar import legal_day
from hub.nightly import linkage
from hub.nightly.linkage.reasons import Reason
from hub.nightly.night import Interval, Night
from hub.nightly.pages.doubtful import fit

SHOWN: Final = 200
STATES: Final = ("waiting", "proposed", "linked", "declined", "undone")
DECISIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "waiting": ("link", "decline"),
    "proposed": ("undo",),
    "linked": ("undo",),
    "declined": ("reopen",),
}
"""What an administrator may decide of a candidate in a state."""

_COUNTS: Final = "SELECT state, count(*) AS n FROM link_candidate GROUP BY state"
_FIND: Final = """
SELECT c.id, c.basis, c.model, c.probability, c.weight, c.reasons, c.found_at, c.state, c.decided_at,
       c.decided_by, a.code AS code, a.state AS at, a.opened_at, a.roles, b.code AS other_code,
       b.state AS other_at, b.opened_at AS other_opened_at, b.roles AS other_roles,
       (SELECT l.state FROM link_proposal l
         WHERE (l.dispute, l.other) IN ((c.dispute, c.other), (c.other, c.dispute)) LIMIT 1) AS answer
  FROM link_candidate c LEFT JOIN dispute a ON a.id = c.dispute LEFT JOIN dispute b ON b.id = c.other
"""
_LIST: Final = f"{_FIND} WHERE c.state = $1 ORDER BY c.probability DESC, c.id DESC LIMIT $2"
_ONE: Final = f"{_FIND} WHERE c.id = $1"
_UNITS: Final = "SELECT code, name FROM unit WHERE code = ANY ($1::text[])"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two disputes. `code` None: erased since."""

    code: str | None
    state: str | None
    opened_at: datetime | None
    registrars: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair. `answer`: what stands of it on the list of proposals; None: it is not there."""

    id: UUID
    sides: tuple[Side, Side]
    basis: str
    model: str
    probability: float
    weight: float
    reasons: tuple[Reason, ...]
    found_at: datetime
    state: str
    decided_at: datetime | None
    decided_by: str | None
    answer: str | None

    @property
    def weighed(self) -> tuple[Reason, ...]:
        """The reasons that weigh something or could have; without those that make it certain."""
        return tuple(reason for reason in self.reasons if reason["weight"] is not None)

    @property
    def grounds(self) -> tuple[Reason, ...]:
        """What makes it certain without weighing."""
        return tuple(reason for reason in self.reasons if reason["weight"] is None)

    @property
    def decisions(self) -> tuple[str, ...]:
        """What may be decided of it now."""
        return DECISIONS.get(self.state, ())


async def counts(conn: asyncpg.Connection) -> dict[str, int]:
    """How many there are in each state."""
    found = {row["state"]: row["n"] for row in await conn.fetch(_COUNTS)}
    return {state: found.get(state, 0) for state in STATES}


async def listed(conn: asyncpg.Connection, state: str) -> list[Candidate]:
    """Candidates in a state, the likeliest first. Raises Refused for a state there is not."""
    if state not in STATES:
        raise Refused("unknown")
    return await _read(conn, await conn.fetch(_LIST, state, SHOWN))


async def one(conn: asyncpg.Connection, item: UUID) -> Candidate:
    """A candidate. Raises Refused `unknown`."""
    (found,) = await _read(conn, await conn.fetch(_ONE, item)) or (None,)
    if found is None:
        raise Refused("unknown")
    return found


async def link(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Say that they are one. Raises Refused as `linkage.decide`."""
    await linkage.decide(_night(hub), str(item), "link", fit(reason), actor)


async def decline(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Say that they are two. Raises Refused as `linkage.decide`."""
    await linkage.decide(_night(hub), str(item), "no_link", fit(reason), actor)


async def undo(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Take a link or a proposal back. Raises Refused as `linkage.undo`."""
    await linkage.undo(_night(hub), str(item), fit(reason), actor)


async def reopen(hub: Hub, item: UUID, actor: str, reason: str) -> None:
    """Take back that they are two: it waits again. Raises Refused as `linkage.reopen`."""
    await linkage.reopen(_night(hub), str(item), fit(reason), actor)


def _night(hub: Hub) -> Night:
    return Night(hub, Interval.of_day(legal_day(hub.clock())))


async def _read(conn: asyncpg.Connection, rows: list[asyncpg.Record]) -> list[Candidate]:
    codes = {unit for row in rows for side in ("roles", "other_roles") for unit in _registrars(row[side])}
    names = {row["code"]: row["name"] for row in await conn.fetch(_UNITS, sorted(codes))}

    def side(row: asyncpg.Record, prefix: str) -> Side:
        units = tuple(names.get(unit, unit) for unit in _registrars(row[f"{prefix}roles"]))
        return Side(row[f"{prefix}code"], row[f"{prefix}at"], row[f"{prefix}opened_at"], units)

    same = ("id", "basis", "model", "probability", "weight", "found_at", "state", "decided_at", "decided_by")
    return [
        Candidate(
            sides=(side(row, ""), side(row, "other_")),
            reasons=tuple(row["reasons"]),
            answer=row["answer"],
            **{name: row[name] for name in same},
        )
        for row in rows
    ]


def _registrars(roles: Mapping[str, list[str]] | None) -> list[str]:
    return (roles or {}).get("registrar", [])
