"""What a person decides of a candidate, and taking it back: row, message, administrator's action, in one.

The messages are the data administrator's (machine `dispute`, DIS07 and DIS09). A decision against a link is
told to nobody, and neither is taking it back: the units never heard of the candidate.
"""

from typing import Final, Literal
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.evidence_rows import record
from hub.exchange.links import Link, spoken
from hub.exchange.prepare import Prepared
from hub.law.run import ADMIN
from hub.nightly.linkage.candidates import REASON, say
from hub.nightly.linkage.reasons import Reason
from hub.nightly.night import Night, Summary
from hub.store.administration import Admin
from hub.store.ids import new_id, read_id

Answer = Literal["link", "no_link"]
_ROW: Final = "SELECT id, dispute, other, state, reasons FROM link_candidate WHERE id = $1"
_DECIDE: Final = "UPDATE link_candidate SET state = $2, decided_at = $3, decided_by = $4 WHERE id = $1"
_WAITS: Final = """
UPDATE link_candidate SET state = 'waiting', decided_at = NULL, decided_by = NULL WHERE id = $1
"""
_UNSETTLED: Final = "DELETE FROM link_proposal WHERE message = $1 AND reason = $2"
_ANSWERED: Final = """
UPDATE link_proposal SET state = $3
 WHERE (dispute = $1 AND other = $2) OR (dispute = $2 AND other = $1) RETURNING true
"""
_PROPOSAL: Final = """
INSERT INTO link_proposal (id, at, message, dispute, other, reason, state) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def decide(night: Night, candidate: str, answer: Answer, reason: str, actor: str) -> Summary:
    """Link a waiting candidate, or decline it.

    Raises Refused: `unknown`, `conflict` (decided already), `rule` (no reason), `illegal-step` (neither
    dispute takes a link any more).
    """
    admin = _admin(night, reason, actor)
    async with (
        night.hub.database.connection() as conn,
        admin.changing(conn, "link-decide", f"{candidate} {answer}"),
    ):
        row = await _locked(conn, candidate, ("waiting",))
        if answer == "no_link":
            await _close(conn, row, admin, "declined", "unrelated", row["id"])
            return {"declined": 1}
        messages = _both(night, row, "relate", admin)
        await _close(conn, row, admin, "linked", "related", messages[0].id)
        said = await _said(conn, night, messages)
    night.hub.writer.committed.set()
    return {"linked": 1, "messages": said}


async def undo(night: Night, candidate: str, reason: str, actor: str) -> Summary:
    """Take apart what was proposed or linked; the pair is not proposed again. Raises as `decide`."""
    admin = _admin(night, reason, actor)
    async with (
        night.hub.database.connection() as conn,
        admin.changing(conn, "link-undo", candidate),
    ):
        row = await _locked(conn, candidate, ("proposed", "linked"))
        messages = _both(night, row, "unrelate", admin)
        await _close(conn, row, admin, "undone", "unrelated", messages[0].id)
        said = await _said(conn, night, messages)
    night.hub.writer.committed.set()
    return {"undone": 1, "messages": said}


async def reopen(night: Night, candidate: str, reason: str, actor: str) -> Summary:
    """Take back that a candidate was declined: it waits for a person again. Raises as `decide`.

    The pair leaves the list of proposals if declining put it there; what a unit said of it stays.
    """
    admin = _admin(night, reason, actor)
    async with (
        night.hub.database.connection() as conn,
        admin.changing(conn, "link-reopen", candidate),
    ):
        row = await _locked(conn, candidate, ("declined",))
        await conn.execute(_WAITS, row["id"])
        await conn.execute(_UNSETTLED, row["id"], REASON)
    return {"reopened": 1}


async def waterfall(night: Night, candidate: str) -> list[Reason]:
    """Why it was found, step by step; words of the comparisons and weights only. Raises Refused `unknown`."""
    async with night.hub.database.connection() as conn:
        row = await conn.fetchrow(_ROW, _id(candidate))
    if row is None:
        raise Refused("unknown")
    found: list[Reason] = row["reasons"]
    return found


def _admin(night: Night, reason: str, actor: str) -> Admin:
    return Admin(actor, reason, night.hub.clock(), record, night.hub.sealer)


def _id(candidate: str) -> UUID:
    try:
        return read_id(candidate)
    except ValueError as e:
        raise Refused("unknown") from e


async def _locked(conn: asyncpg.Connection, candidate: str, states: tuple[str, ...]) -> asyncpg.Record:
    row = await conn.fetchrow(f"{_ROW} FOR UPDATE", _id(candidate))
    if row is None:
        raise Refused("unknown")
    if row["state"] not in states:
        raise Refused("conflict", Fault("candidate-state"))
    return row


def _both(
    night: Night, row: asyncpg.Record, action: Literal["relate", "unrelate"], admin: Admin
) -> list[Prepared]:
    """The same said in both disputes, so that the units of each hear it."""
    words = {"relate": "数据管理员确认为同一起纠纷。", "unrelate": "数据管理员解除关联。"}
    basis = {"explanation": words[action]}
    sides = ((row["dispute"], row["other"]), (row["other"], row["dispute"]))
    return [
        spoken(night.hub.desk, admin.now, Link(action, home, other, basis, sender=ADMIN))
        for home, other in sides
    ]


async def _said(conn: asyncpg.Connection, night: Night, messages: list[Prepared]) -> int:
    said = await say(conn, night.hub, messages)
    if not said:
        raise Refused("illegal-step", Fault("no-such-step"))
    return said


async def _close(
    conn: asyncpg.Connection, row: asyncpg.Record, admin: Admin, state: str, answered: str, message: UUID
) -> None:
    """The candidate's end, and the pair's on the list of proposals: numbers that come later find it there."""
    await conn.execute(_DECIDE, row["id"], state, admin.now, admin.actor)
    if not await conn.fetch(_ANSWERED, row["dispute"], row["other"], answered):
        pair = (row["other"], row["dispute"], REASON, answered)
        await conn.execute(_PROPOSAL, new_id(admin.now), admin.now, message, *pair)
