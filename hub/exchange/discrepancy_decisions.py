"""What one person, or two, decide of a batch of discrepancies: on record, in the log, told to the units.

A choice that lets the hub's records be replaced is proposed by one administrator and approved by another
(`approvals`). A proposal stands for the findings that were open when it was made, as they were shown then:
what is found or shown otherwise since waits for another. Decision, evidence and the units' tasks are one
transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange import approvals
from hub.exchange.approvals import Approval, Done
from hub.exchange.desk import Desk
from hub.exchange.discrepancies import CHOICES, NEEDS_SECOND, Ruling
from hub.exchange.discrepancy_tasks import tell
from hub.exchange.evidence_rows import record
from hub.exchange.hub import Hub
from hub.store.administration import Admin
from hub.trust.seal import Sealer

DISCREPANCY: Final = "discrepancy"
"""The action of a proposal; its object is the batch and the choice."""

_LOCK: Final = "SELECT true FROM finding_batch WHERE id = $1 FOR UPDATE"
_WAITING: Final = """
SELECT a.id, a.said ->> 'choice' AS choice, a.proposed_by,
       EXISTS (SELECT FROM finding f WHERE f.batch = $2 AND f.state = 'open'
                  AND f.approval IS DISTINCT FROM a.id) AS outgrown
  FROM approval a
 WHERE a.action = $1 AND a.said ->> 'batch' = $2::text AND a.state = 'pending' AND a.expires_at > $3
"""
_MARK: Final = "UPDATE finding SET approval = $2 WHERE batch = $1 AND state = 'open'"
_COUNT: Final = "SELECT count(*) FROM finding WHERE batch = $1 AND state = 'open'"
_OPEN: Final = "SELECT id FROM finding WHERE batch = $1 AND state = 'open' ORDER BY id FOR UPDATE"
_PROPOSED: Final = """
SELECT id FROM finding WHERE batch = $1 AND state = 'open' AND approval = $2 ORDER BY id FOR UPDATE
"""
_DECIDE: Final = """
INSERT INTO finding_decision (id, batch, choice, reason, sealed_reason, actor, approver, at, findings)
VALUES ($1, $2, $3, '', $4, $5, $6, $7, $8)
"""
_DECIDED: Final = "UPDATE finding SET state = 'decided', decision = $2 WHERE id = ANY ($1::uuid[])"


class _Waiting(NamedTuple):
    """A proposal that waits. `outgrown`: the batch has open findings that it does not stand for."""

    id: UUID
    choice: str
    proposed_by: str
    outgrown: bool

    def is_of(self, ruling: Ruling) -> bool:
        """Whether this person proposed this choice."""
        return (self.choice, self.proposed_by) == (ruling.choice, ruling.actor)

    def may_be_approved(self, ruling: Ruling) -> bool:
        """Whether this person's choice is the second of two for all that is open."""
        return self.choice == ruling.choice and self.proposed_by != ruling.actor and not self.outgrown


async def decide(hub: Hub, batch: UUID, ruling: Ruling) -> dict[str, int]:
    """Decide a batch and tell the units concerned; counts.

    By one person every open finding. A choice that needs a second one: what `ruling.actor` proposed and
    `ruling.approver` approves. Raises Refused `unknown`, `conflict` (nothing open, not what waits), `rule`.
    """
    _check(ruling)
    async with hub.database.writing() as conn:
        waiting = await _locked(conn, batch, hub.clock())
        if ruling.choice not in NEEDS_SECOND:
            counts = await _alone(conn, hub, batch, ruling, waiting)
        elif waiting is None or not waiting.is_of(ruling):
            raise Refused("conflict", Fault("approval-over"))
        else:
            counts = await _approve(conn, hub, waiting.id, ruling.approver or "", ruling.reason)
    hub.writer.committed.set()
    return counts


async def propose(hub: Hub, batch: UUID, ruling: Ruling) -> dict[str, object]:
    """Decide, or for a choice that needs a second person wait for one: the same choice by another decides.

    Where more is open by then, that choice is a proposal of its own. Raises Refused as `decide` does.
    """
    if ruling.choice not in NEEDS_SECOND:
        return {"state": "decided", **await decide(hub, batch, ruling)}
    _check_words(ruling)
    async with hub.database.writing() as conn:
        waiting = await _locked(conn, batch, hub.clock())
        if waiting is None or not waiting.may_be_approved(ruling):
            return {"state": "proposed", "approval": str(await _note(conn, hub, batch, ruling, waiting))}
        counts = await _approve(conn, hub, waiting.id, ruling.actor, ruling.reason)
    hub.writer.committed.set()
    return {"state": "decided", **counts}


async def note(hub: Hub, batch: UUID, ruling: Ruling) -> UUID:
    """Propose what the first of two persons chose, where the second is asked elsewhere; once.

    Raises Refused as `decide` does.
    """
    _check_words(ruling)
    async with hub.database.writing() as conn:
        waiting = await _locked(conn, batch, hub.clock())
        return await _note(conn, hub, batch, ruling, waiting)


async def carry_out(conn: asyncpg.Connection, desk: Desk, approval: Approval, admin: Admin) -> Done:
    """Decide what an approved proposal stands for (`effects`).

    Raises Refused `conflict`: nothing of it is open as it was.
    """
    batch = UUID(str(approval.said["batch"]))
    rows = await conn.fetch(_PROPOSED, batch, approval.id)
    if not rows:
        raise Refused("conflict", Fault("findings-changed"))
    choice = next(known for known in CHOICES if known == approval.said["choice"])
    ruling = Ruling(choice, approval.reason, approval.proposed_by, admin.actor)
    await _write(conn, desk.sealer, batch, ruling, rows, admin.now)
    return Done({"batch": str(batch), "decided": len(rows), "told": await tell(conn, desk, batch)})


async def _locked(conn: asyncpg.Connection, batch: UUID, now: datetime) -> _Waiting | None:
    """The proposal that waits on a batch, which nobody else decides meanwhile. Raises Refused `unknown`."""
    if not await conn.fetchval(_LOCK, batch):
        raise Refused("unknown")
    row = await conn.fetchrow(_WAITING, DISCREPANCY, batch, now)
    return None if row is None else _Waiting(*row)


async def _note(
    conn: asyncpg.Connection, hub: Hub, batch: UUID, ruling: Ruling, waiting: _Waiting | None
) -> UUID:
    """The proposal of this person for what is open now, made if there is none; it takes another's place."""
    if waiting is not None and waiting.is_of(ruling) and not waiting.outgrown:
        return waiting.id
    admin = Admin(ruling.actor, ruling.reason, hub.clock(), record, hub.sealer)
    if waiting is not None:
        await approvals.withdraw(conn, waiting.id, admin)
    count = await conn.fetchval(_COUNT, batch)
    if not count:
        raise Refused("conflict", Fault("nothing-open"))
    said = {"batch": str(batch), "choice": ruling.choice, "findings": count}
    made = await approvals.propose(conn, DISCREPANCY, f"{batch} {ruling.choice}", said, admin)
    proposal = UUID(str(made["approval"]))
    await conn.execute(_MARK, batch, proposal)
    return proposal


async def _approve(
    conn: asyncpg.Connection, hub: Hub, proposal: UUID, actor: str, reason: str
) -> dict[str, int]:
    admin = Admin(actor, reason, hub.clock(), record, hub.sealer)
    async with approvals.approving(conn, proposal, admin) as found:
        done = await carry_out(conn, hub.desk, found, admin)
    return {name: count for name, count in done.shown.items() if isinstance(count, int)}


async def _alone(
    conn: asyncpg.Connection, hub: Hub, batch: UUID, ruling: Ruling, waiting: _Waiting | None
) -> dict[str, int]:
    """What takes one person; what another proposed for the same batch is given up."""
    now = hub.clock()
    if waiting is not None:
        await approvals.withdraw(
            conn, waiting.id, Admin(ruling.actor, ruling.reason, now, record, hub.sealer)
        )
    rows = await conn.fetch(_OPEN, batch)
    if rows:
        await _write(conn, hub.sealer, batch, ruling, rows, now)
    told = await tell(conn, hub.desk, batch)
    if not rows and not told:
        raise Refused("conflict", Fault("nothing-open"))
    return {"decided": len(rows), "told": told}


async def _write(
    conn: asyncpg.Connection,
    sealer: Sealer,
    batch: UUID,
    ruling: Ruling,
    rows: Sequence[asyncpg.Record],
    now: datetime,
) -> None:
    """The decision, its administrator action and its evidence."""
    did, admin = uuid4(), Admin(ruling.actor, ruling.reason, now, record, sealer)
    reason = admin.sealed("finding_decision", did)
    await conn.execute(
        _DECIDE, did, batch, ruling.choice, reason, ruling.actor, ruling.approver, now, len(rows)
    )
    await conn.execute(_DECIDED, [row["id"] for row in rows], did)
    second = f" {ruling.approver}" if ruling.approver else ""
    what = f"{batch} {ruling.choice} {len(rows)}{second}"
    await admin.tell(conn, "discrepancy-decide", what)


def _check_words(ruling: Ruling) -> None:
    if ruling.choice not in CHOICES:
        raise Refused("rule", Fault("one-of", "/choice", args=(" ".join(CHOICES),)))
    if not ruling.reason.strip():
        raise Refused("rule", Fault("reason-missing", "/reason"))


def _check(ruling: Ruling) -> None:
    _check_words(ruling)
    if ruling.choice in NEEDS_SECOND and ruling.approver in (None, "", ruling.actor):
        raise Refused("rule", Fault("second-approver", "/approver"))
