"""What reconciliation found on business days: by kind, batch by batch, row by row. Masks, codes, counts.

A batch waits for a person, for a second one, or was answered; the hub mends some findings alone, others are
gone when a list came late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg

from hub.store.reasons import opened
from hub.trust.seal import Sealer

SHOWN: Final = 500
DAYS: Final = 14
State = Literal["waiting", "second", "answered", "closed"]

_DAYS: Final = """
WITH compared AS (
    SELECT (starts AT TIME ZONE 'Asia/Shanghai')::date AS day, count(DISTINCT part) AS groups
      FROM night_run WHERE job = 'reconcile' AND state = 'done' GROUP BY 1),
found AS (
    SELECT b.day, count(*) AS n, count(*) FILTER (WHERE f.state = 'open') AS open
      FROM finding f JOIN finding_batch b ON b.id = f.batch
     WHERE b.day IN (SELECT DISTINCT day FROM finding_batch ORDER BY day DESC LIMIT $1) AND f.state <> 'gone'
     GROUP BY b.day)
SELECT day, coalesce(groups, 0) AS groups, coalesce(n, 0) AS n, coalesce(open, 0) AS open
  FROM compared FULL JOIN found USING (day) ORDER BY day DESC LIMIT $1
"""
_GROUPS: Final = """
SELECT count(DISTINCT (starts, part)) FROM night_run
 WHERE job = 'reconcile' AND state = 'done' AND (starts AT TIME ZONE 'Asia/Shanghai')::date = ANY ($1::date[])
"""
_KINDS: Final = """
SELECT f.kind, count(*) AS n, count(*) FILTER (WHERE f.state = 'open') AS open
  FROM finding f JOIN finding_batch b ON b.id = f.batch
 WHERE b.day = ANY ($1::date[]) AND f.state <> 'gone'
 GROUP BY f.kind ORDER BY n DESC, f.kind
"""
_BATCHES: Final = """
SELECT b.id, b.day, b.agency, b.area, b.dataset, count(*) FILTER (WHERE f.state = 'open') AS open,
       count(*) FILTER (WHERE f.state = 'mended') AS mended,
       count(*) FILTER (WHERE f.state = 'decided') AS decided,
       count(*) FILTER (WHERE f.state = 'gone') AS gone,
       d.choice, d.actor, d.approver, d.at AS decided_at, p.said ->> 'choice' AS proposed,
       p.proposed_by AS proposer, k.tasks,
       d.id AS decision, d.reason, d.sealed_reason,
       p.id AS proposal, p.reason AS argument, p.sealed_reason AS sealed_argument
  FROM finding_batch b JOIN finding f ON f.batch = b.id
  LEFT JOIN LATERAL (SELECT id, choice, actor, approver, reason, sealed_reason, at FROM finding_decision
                      WHERE batch = b.id ORDER BY at DESC LIMIT 1) d ON true
  LEFT JOIN approval p ON p.action = 'discrepancy' AND p.state = 'pending' AND p.expires_at > $2
        AND p.said ->> 'batch' = b.id::text
        AND EXISTS (SELECT FROM finding WHERE batch = b.id AND state = 'open' AND approval = p.id)
  LEFT JOIN LATERAL (SELECT jsonb_object_agg(state, n) AS tasks FROM (
        SELECT t.state, count(*) AS n
          FROM finding_decision x CROSS JOIN LATERAL jsonb_each_text(x.told) AS u (unit, message)
          JOIN task t ON t.message = u.message::uuid
         WHERE x.batch = b.id GROUP BY t.state) s) k ON true
 WHERE b.day = ANY ($1::date[])
 GROUP BY b.id, d.id, d.choice, d.actor, d.approver, d.reason, d.sealed_reason, d.at, p.id, k.tasks
 ORDER BY b.day DESC, b.agency, b.area, b.dataset
"""
_LIST: Final = """
SELECT f.id, f.batch, b.day, b.agency, f.kind, f.unit, coalesce(u.name, f.unit) AS unit_name, f.record_kind,
       f.place, f.field, f.hub_shown, f.agency_shown, f.detail, f.state, s.code AS dispute,
       count(*) OVER () AS total
  FROM finding f JOIN finding_batch b ON b.id = f.batch
  LEFT JOIN unit u ON u.code = f.unit
  LEFT JOIN message m ON m.id = f.message LEFT JOIN dispute s ON s.id = m.dispute
 WHERE b.day = ANY ($1::date[]) AND ($2::uuid IS NULL OR f.batch = $2)
 ORDER BY f.state <> 'open', b.day DESC, b.agency, b.area, f.kind, f.record_kind, f.n, f.id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch and what became of it. `proposed`: chosen by a first person with an argument.

    Another person is to choose the same. `tasks`: how many units' tasks are in which state since.
    """

    id: UUID
    day: date
    agency: str
    area: str
    dataset: str
    open: int
    mended: int
    decided: int
    gone: int
    choice: str | None
    actor: str | None
    approver: str | None
    reason: str | None
    decided_at: datetime | None
    proposed: str | None
    proposer: str | None
    argument: str | None
    tasks: Mapping[str, int] | None

    @property
    def state(self) -> State:
        """What the batch waits for; `closed`: nothing was left to a person."""
        if self.open:
            return "second" if self.proposed else "waiting"
        return "answered" if self.choice else "closed"


@dataclass(frozen=True, slots=True)
class Differing:
    """The page. `days`: those that are shown; `total`: rows there are, shown or not.

    `groups`: how many groups of an agency were compared on them; none: nothing can be said yet. `others`:
    (day, groups, findings, open ones) of the latest days; `kinds`: (kind, findings, open ones) of the days
    shown. What is gone is counted with its batch only.
    """

    days: tuple[date, ...]
    groups: int
    others: tuple[tuple[date, int, int, int], ...]
    kinds: tuple[tuple[str, int, int], ...]
    batches: tuple[Batch, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int

    @property
    def open(self) -> int:
        """Findings that nobody decided yet."""
        return sum(n for _, _, n in self.kinds)

    def states(self, state: State) -> int:
        """How many batches are in a state."""
        return sum(batch.state == state for batch in self.batches)


async def look(
    conn: asyncpg.Connection,
    sealer: Sealer,
    now: datetime,
    days: Sequence[date] = (),
    batch: UUID | None = None,
) -> Differing:
    """Findings of the days, of the latest if none is named; rows of one batch, if it is named."""
    others = [tuple(row) for row in await conn.fetch(_DAYS, DAYS)]
    shown = list(days) or [row[0] for row in others[:1]]
    rows = await conn.fetch(_LIST, shown, batch, SHOWN)
    return Differing(
        days=tuple(shown),
        groups=await conn.fetchval(_GROUPS, shown),
        others=tuple(others),
        kinds=tuple(tuple(row) for row in await conn.fetch(_KINDS, shown)),
        batches=tuple(_batch(sealer, row) for row in await conn.fetch(_BATCHES, shown, now)),
        rows=tuple(dict(row) for row in rows),
        total=rows[0]["total"] if rows else 0,
    )


def _batch(sealer: Sealer, row: asyncpg.Record) -> Batch:
    told = dict(row)
    decision = {
        "id": told.pop("decision"),
        "reason": told["reason"],
        "sealed_reason": told.pop("sealed_reason"),
    }
    proposal = {
        "id": told.pop("proposal"),
        "reason": told["argument"],
        "sealed_reason": told.pop("sealed_argument"),
    }
    told["reason"] = opened(sealer, "finding_decision", decision) if decision["id"] else None
    told["argument"] = opened(sealer, "approval", proposal) if proposal["id"] else None
    return Batch(**told)
