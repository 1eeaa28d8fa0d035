"""The state of the evidence log: its size over time, what waits, the checkpoint, who checked and cosigned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import asyncpg

from hub.store.reasons import opened
from hub.trust.seal import Sealer

POINTS: Final = 400

_SIZES: Final = """
SELECT max(size) AS size, max(at) AS at
  FROM (SELECT size, at, ntile($1) OVER (ORDER BY size) AS part FROM log_checkpoint) c
 GROUP BY part ORDER BY 1
"""
_NEWEST: Final = "SELECT size, root, note, at FROM log_checkpoint ORDER BY size DESC LIMIT 1"
_PENDING: Final = "SELECT count(*) FROM log_pending"
_TYPES: Final = (
    "SELECT entry::jsonb ->> 'type' AS type, count(*) AS n FROM log_leaf GROUP BY 1 ORDER BY n DESC, 1"
)
_COSIGNED: Final = """
SELECT size, count(*) AS witnesses, max(at) AS at
  FROM log_cosignature GROUP BY size ORDER BY size DESC LIMIT 1
"""
_CHECKED: Final = """
SELECT made_at AS at, (counts ->> 'log_faults')::int AS faults
  FROM completeness_report ORDER BY made_at DESC, id DESC LIMIT 1
"""
_ACTIONS: Final = (
    "SELECT id, at, actor, action, object, reason, sealed_reason FROM admin_action"
    " ORDER BY at DESC, id DESC LIMIT 50"
)


@dataclass(frozen=True, slots=True)
class Action:
    """What an administrator did, and why."""

    at: datetime
    actor: str
    action: str
    object: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The newest checkpoint that witnesses of agencies have signed too."""

    size: int
    witnesses: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """When the night went through the whole log last. `faults`: entries that do not fit."""

    at: datetime
    faults: int


@dataclass(frozen=True, slots=True)
class LogState:
    """The log. `sizes`: (when, leaves) of checkpoints, thinned out; `types`: entries by their type."""

    size: int
    root: str
    note: str
    signed_at: datetime | None
    pending: int
    sizes: tuple[tuple[datetime, int], ...]
    types: tuple[tuple[str, int], ...]
    actions: tuple[Action, ...]
    cosigned: Cosigned | None
    checked: Checked | None


async def look(conn: asyncpg.Connection, sealer: Sealer) -> LogState:
    """The log as it is now."""
    newest = await conn.fetchrow(_NEWEST)
    cosigned, checked = await conn.fetchrow(_COSIGNED), await conn.fetchrow(_CHECKED)
    return LogState(
        size=newest["size"] if newest else 0,
        root=bytes(newest["root"]).hex() if newest else "",
        note=newest["note"] if newest else "",
        signed_at=newest["at"] if newest else None,
        pending=await conn.fetchval(_PENDING),
        sizes=tuple((r["at"], r["size"]) for r in await conn.fetch(_SIZES, POINTS)),
        types=tuple((r["type"] or "", r["n"]) for r in await conn.fetch(_TYPES)),
        actions=tuple(_action(sealer, r) for r in await conn.fetch(_ACTIONS)),
        cosigned=Cosigned(**cosigned) if cosigned else None,
        checked=Checked(**checked) if checked else None,
    )


def _action(sealer: Sealer, row: asyncpg.Record) -> Action:
    said = opened(sealer, "admin_action", row)
    return Action(row["at"], row["actor"], row["action"], row["object"], said)
