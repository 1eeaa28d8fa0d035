"""What needs two administrators: one proposes, another approves, and only then it happens.

Knows nothing of what is proposed: an action is a name, its object a text, its arguments ids and codes. What
an approved action does stands in `hub.exchange.effects`. A proposal waits seven days and can be withdrawn.
Every change runs with its row in `admin_action` and its entry in the evidence log. Two administrators are two
people only if neither could have made the other's key: whom one registered is not the other's second.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.store.administration import Admin
from hub.store.ids import new_id
from hub.store.reasons import opened
from hub.trust.seal import Sealer

LIFE: Final = timedelta(days=7)
"""How long a proposal waits for its second administrator."""

_EXPIRE: Final = """
UPDATE approval SET state = 'expired'
 WHERE action = $1 AND object = $2 AND state = 'pending' AND expires_at <= $3
"""
_PROPOSE: Final = """
INSERT INTO approval (id, action, object, said, proposed_at, proposed_by, reason, sealed_reason, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, '', $7, $8) ON CONFLICT DO NOTHING RETURNING true
"""
_LOCKED: Final = """
SELECT id, action, object, said, proposed_at, proposed_by, reason, sealed_reason, expires_at, state
  FROM approval WHERE id = $1 FOR UPDATE
"""
# Whoever registers a system, or a key of it, may hold that key: behind each of the two stand these systems.
_KIN: Final = """
WITH RECURSIVE behind (who, whom) AS (
    SELECT one, one FROM unnest($1::text[]) AS one
    UNION
    SELECT a.actor, b.whom FROM behind b JOIN admin_action a ON a.object = b.who
     WHERE a.action IN ('system-add', 'key-add') AND EXISTS (SELECT 1 FROM system s WHERE s.id = a.actor)
)
SELECT EXISTS (SELECT 1 FROM behind GROUP BY who HAVING count(DISTINCT whom) > 1)
"""
_DECIDE: Final = "UPDATE approval SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1"
_LISTED: Final = """
SELECT id, action, object, said, proposed_at, proposed_by, reason, sealed_reason, expires_at,
       decided_at, decided_by,
       CASE WHEN state = 'pending' AND expires_at <= $1 THEN 'expired' ELSE state END AS state
  FROM approval ORDER BY proposed_at DESC, id DESC LIMIT $2
"""


class Approval(NamedTuple):
    """What was proposed, by whom, when and why."""

    id: UUID
    action: str
    about: str
    said: Mapping[str, object]
    proposed_at: datetime
    proposed_by: str
    reason: str


def nothing() -> None:
    """Nothing is left to do."""


class Done(NamedTuple):
    """What an approved action did: as it is shown, and what is left to do once that is committed."""

    shown: Mapping[str, object]
    then: Callable[[], None] = nothing


async def propose(
    conn: asyncpg.Connection, action: str, about: str, said: Mapping[str, object], admin: Admin
) -> dict[str, object]:
    """Propose `action` on the object `about`; answers id and last instant of the proposal.

    Raises Refused `conflict` while the same is waiting already, `rule` without a reason.
    """
    approval = new_id(admin.now)
    expires = admin.now + LIFE
    async with admin.changing(conn, f"{action}-propose", f"{approval} {about}"):
        await conn.execute(_EXPIRE, action, about, admin.now)
        head = (approval, action, about, said, admin.now, admin.actor)
        if not await conn.fetchval(_PROPOSE, *head, admin.sealed("approval", approval), expires):
            raise Refused("conflict", Fault("approval-pending"))
    return {"approval": str(approval), "state": "pending", "expires_at": shown(expires)}


@asynccontextmanager
async def approving(conn: asyncpg.Connection, approval: UUID, admin: Admin) -> AsyncIterator[Approval]:
    """The transaction of an approved action: what runs inside happens with the approval or not at all.

    Raises Refused `unknown`, `conflict` (decided or expired), `rule`: who proposes does not approve, nor
    does a system that he let in, that let him in, or that owes its entry to the same system.
    """
    async with conn.transaction():
        found = await _pending(conn, approval, admin)
        if found.proposed_by == admin.actor:
            raise Refused("rule", Fault("two_approvers"))
        if await conn.fetchval(_KIN, [found.proposed_by, admin.actor]):
            raise Refused("rule", Fault("approver-kin"))
        async with admin.changing(conn, f"{found.action}-approve", f"{approval} {found.about}"):
            await conn.execute(_DECIDE, approval, "approved", admin.now, admin.actor)
            yield found


async def withdraw(conn: asyncpg.Connection, approval: UUID, admin: Admin) -> None:
    """Give up a proposal; any administrator may. Raises Refused as `approving`, but for who proposed."""
    async with conn.transaction():
        found = await _pending(conn, approval, admin)
        async with admin.changing(conn, f"{found.action}-withdraw", f"{approval} {found.about}"):
            await conn.execute(_DECIDE, approval, "withdrawn", admin.now, admin.actor)


async def _pending(conn: asyncpg.Connection, approval: UUID, admin: Admin) -> Approval:
    row = await conn.fetchrow(_LOCKED, approval)
    if row is None:
        raise Refused("unknown")
    if row["state"] != "pending" or row["expires_at"] <= admin.now:
        raise Refused("conflict", Fault("approval-over"))
    head = (row["id"], row["action"], row["object"], row["said"])
    return Approval(*head, row["proposed_at"], row["proposed_by"], opened(admin.sealer, "approval", row))


async def listed(
    conn: asyncpg.Connection, sealer: Sealer, now: datetime, limit: int
) -> list[dict[str, object]]:
    """Proposals, the latest first, with what became of them."""
    return [
        {
            "approval": str(row["id"]),
            "action": row["action"],
            "object": row["object"],
            "said": row["said"],
            "proposed_at": shown(row["proposed_at"]),
            "proposed_by": row["proposed_by"],
            "reason": opened(sealer, "approval", row),
            "expires_at": shown(row["expires_at"]),
            "state": row["state"],
            "decided_at": shown(row["decided_at"]) if row["decided_at"] else None,
            "decided_by": row["decided_by"],
        }
        for row in await conn.fetch(_LISTED, now, limit)
    ]
