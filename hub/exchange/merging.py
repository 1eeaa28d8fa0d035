"""Two disputes that are one: merging them and undoing it, as two administrators decided.

A merge is a link (contract, "dispute"): the absorbed one keeps its messages, its numbers and its day of
request, and says where it went; cases and running clocks go on in the survivor. Both hear of it in a message
of the administrator, decided by the tables (DIS05, DIS06, DIS09, DIS10), inside the approval's transaction.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange import links, merged, subsidies
from hub.exchange.approvals import Approval, Done
from hub.exchange.batch import Batch, decide_item, write
from hub.exchange.desk import Desk
from hub.exchange.dossier import Dossier
from hub.exchange.lookup import Found
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.calendar import legal_day
from hub.law.merging import BECOMES, FROM, INTO, absorb, moving, release
from hub.law.run import ADMIN
from hub.store.administration import Admin
from hub.store.ids import read_id
from hub.trust.seal import Sealer

MERGE: Final = "merge"
UNMERGE: Final = "unmerge"
MOST: Final = 20
"""Disputes absorbed in one merge."""

_OPEN: Final = "SELECT id, state FROM dispute WHERE id = ANY ($1::uuid[])"
_MOVE_CASES: Final = "UPDATE case_run SET dispute = $2 WHERE dispute = $1 AND id = ANY ($3::uuid[])"
_MOVE_HISTORY: Final = (
    "UPDATE case_history SET dispute = $2 WHERE dispute = $1 AND case_id = ANY ($3::uuid[])"
)
_NAME: Final = "UPDATE deadline SET object = $3 WHERE dispute = $1 AND id = $2"
_MOVE_CLOCKS: Final = """
UPDATE deadline SET dispute = $2
 WHERE dispute = $1 AND (case_id = ANY ($3::uuid[]) OR id = ANY ($4::uuid[]))
"""
_ROLES: Final = "SELECT roles FROM dispute WHERE id = ANY ($1::uuid[])"
_KEEP: Final = """
INSERT INTO dispute_merge (message, absorbed, survivor, merged_at, cases, deadlines, roles, participants)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_KEPT: Final = """
SELECT message, survivor, cases, deadlines, roles, participants FROM dispute_merge
 WHERE absorbed = $1 AND undone_at IS NULL FOR UPDATE
"""
_UNDONE: Final = "UPDATE dispute_merge SET undone_at = $2 WHERE message = $1"
_SINCE: Final = "SELECT id, dek FROM message WHERE dispute = $1 AND case_id = ANY ($2::uuid[])"
_REKEY: Final = "UPDATE message SET dispute = $2, dek = $3 WHERE id = $1"
_RENUMBER: Final = ("native_id", "identifier")


async def check(conn: asyncpg.Connection, desk: Desk, survivor: UUID, absorbed: list[UUID]) -> None:
    """Whether a merge can be proposed: all known, all different, none at an end. Raises Refused."""
    if not 0 < len(absorbed) <= MOST or len({survivor, *absorbed}) != len(absorbed) + 1:
        raise Refused("schema", Fault("merge-disputes", "/absorbed", args=(str(MOST),)))
    states = {row["id"]: row["state"] for row in await conn.fetch(_OPEN, [survivor, *absorbed])}
    if len(states) != len(absorbed) + 1:
        raise Refused("unknown")
    machine = desk.law.machines["dispute"]
    if any(machine.terminal(state) or not machine.at.get((state, links.KIND)) for state in states.values()):
        raise Refused("conflict", Fault("merge-state"))


async def check_undo(conn: asyncpg.Connection, absorbed: UUID) -> None:
    """Whether an undo can be proposed. Raises Refused `unknown`, `conflict` (it is not merged)."""
    state = await conn.fetchval("SELECT state FROM dispute WHERE id = $1", absorbed)
    if state is None:
        raise Refused("unknown")
    if state != "merged":
        raise Refused("conflict", Fault("merge-state"))


async def merge(conn: asyncpg.Connection, desk: Desk, approval: Approval, admin: Admin) -> Done:
    """Absorb disputes into a survivor (`effects`). Raises Refused where the tables have no such step."""
    survivor = read_id(str(approval.said["survivor"]))
    absorbed = [read_id(str(other)) for other in _list(approval.said["absorbed"])]
    await check(conn, desk, survivor, absorbed)
    batch = await _batch(conn, desk, {survivor, *absorbed}, admin)
    document = {
        "action": "merge",
        "survivor": str(survivor),
        "absorbed": [str(other) for other in absorbed],
        **_signed(approval, admin),
    }
    moves = [_absorb(batch, batch.dossiers[survivor], batch.dossiers[other], document) for other in absorbed]
    said = _say(batch, document, survivor)
    await write(conn, batch)
    for move in moves:
        await move.follow(conn, survivor, batch)
    for other in absorbed:
        await links.settle(conn, said, survivor, other, "related", batch.now)
    return Done({"survivor": str(survivor), "absorbed": document["absorbed"]})


class _Move:
    """What goes from one dispute to its survivor."""

    def __init__(self, message: UUID, absorbed: Dossier, survivor: Dossier) -> None:
        self._message, self._absorbed, before = message, absorbed.id, survivor.roles
        joined = absorb(survivor.situation(), absorbed.situation())
        self._names = joined.objects
        self._cases = [read_id(cid) for cid in absorbed.cases]
        self._clocks = [read_id(d) for d in moving(d.running for d in absorbed.deadlines)]
        self._brought = {
            role: [unit for unit in units if unit not in before.get(role, ())]
            for role, units in joined.roles.items()
        }
        self._joining = sorted(absorbed.participants - survivor.participants)
        survivor.roles, survivor.facts, survivor.changed = joined.roles, joined.facts, True
        survivor.participants |= absorbed.participants
        absorbed.facts = {**absorbed.facts, INTO: str(survivor.id)}

    async def follow(self, conn: asyncpg.Connection, survivor: UUID, batch: Batch) -> None:
        """Move the rows, and keep what an undo needs."""
        for deadline, name in self._names.items():
            await conn.execute(_NAME, self._absorbed, read_id(deadline), name)
        await conn.execute(_MOVE_CLOCKS, self._absorbed, survivor, self._cases, self._clocks)
        await conn.execute(_MOVE_CASES, self._absorbed, survivor, self._cases)
        await conn.execute(_MOVE_HISTORY, self._absorbed, survivor, self._cases)
        head = (self._message, self._absorbed, survivor, batch.now, self._cases, self._clocks)
        await conn.execute(_KEEP, *head, self._brought, self._joining)


def _absorb(batch: Batch, survivor: Dossier, absorbed: Dossier, document: Mapping[str, object]) -> _Move:
    return _Move(_say(batch, document, absorbed.id), absorbed, survivor)


async def unmerge(conn: asyncpg.Connection, desk: Desk, approval: Approval, admin: Admin) -> Done:
    """Take a dispute out of its survivor again (`effects`). Raises Refused `conflict`."""
    absorbed = read_id(str(approval.said["absorbed"]))
    kept = await conn.fetchrow(_KEPT, absorbed)
    if kept is None:
        raise Refused("conflict", Fault("merge-state"))
    survivor: UUID = kept["survivor"]
    batch = await _batch(conn, desk, {survivor, absorbed}, admin)
    home, out = batch.dossiers[survivor], batch.dossiers[absorbed]
    if INTO in home.facts:  # merged itself meanwhile: that is undone first
        raise Refused("conflict", Fault("merge-state"))
    signed = _signed(approval, admin)
    both = {"survivor": str(survivor), "absorbed": [str(absorbed)]}
    said = _say(batch, {"action": "unrelate", "related": [{"dispute": str(absorbed)}], **signed}, survivor)
    cases: list[UUID] = kept["cases"]
    left, back = release(home.facts, out.facts, str(absorbed), [str(case) for case in cases])
    home.facts, out.facts = left, back
    others = await _others(conn, left[FROM])
    home.roles = _without(home.roles, kept["roles"], others)
    home.participants -= set(kept["participants"]) - _staying(home, cases, others)
    _say(batch, {"action": "undo", **both, **signed}, absorbed)
    await write(conn, batch)
    await conn.execute(_MOVE_CLOCKS, survivor, absorbed, cases, kept["deadlines"])
    await conn.execute(_MOVE_CASES, survivor, absorbed, cases)
    await conn.execute(_MOVE_HISTORY, survivor, absorbed, cases)
    await _take_along(conn, desk.sealer, home, out, cases)
    await subsidies.give_back(conn, survivor, absorbed, batch.now)
    await conn.execute(_UNDONE, kept["message"], batch.now)
    await links.settle(conn, said, survivor, absorbed, "unrelated", batch.now)
    return Done({"dispute": str(absorbed), "out_of": str(survivor), "cases": [str(case) for case in cases]})


async def _others(conn: asyncpg.Connection, absorbed: object) -> dict[str, set[str]]:
    """Roles that units have in the survivor by other disputes that stay merged."""
    found: dict[str, set[str]] = {}
    for row in await conn.fetch(_ROLES, [read_id(str(other)) for other in _list(absorbed)]):
        for role, units in row["roles"].items():
            found.setdefault(BECOMES.get(role, role), set()).update(units)
    return found


def _without(
    roles: Mapping[str, tuple[str, ...]], brought: Mapping[str, list[str]], others: Mapping[str, set[str]]
) -> dict[str, tuple[str, ...]]:
    gone = {role: set(units) - others.get(role, set()) for role, units in brought.items()}
    left = {role: tuple(u for u in held if u not in gone.get(role, ())) for role, held in roles.items()}
    return {role: units for role, units in left.items() if units}


def _staying(home: Dossier, cases: list[UUID], others: Mapping[str, set[str]]) -> set[str]:
    """Units that take part in the survivor otherwise: in its roles, or in cases that stay."""
    going = {str(case) for case in cases}
    own = {unit for units in home.roles.values() for unit in units}.union(*others.values())
    return own.union(*(case.participants for cid, case in home.cases.items() if cid not in going))


async def _take_along(
    conn: asyncpg.Connection, sealer: Sealer, home: Dossier, out: Dossier, cases: list[UUID]
) -> None:
    """What was said of the cases while they were in the survivor goes with them, under their own key."""
    moved: list[tuple[UUID, UUID, bytes]] = []
    for row in await conn.fetch(_SINCE, home.id, cases):
        aad = f"message|{row['id']}|dek"
        dek = sealer.unwrap(row["dek"], home.key, aad)
        moved.append((row["id"], out.id, sealer.wrap(dek, out.key, aad)))
    await conn.executemany(_REKEY, moved)
    for table in _RENUMBER:
        text = f"UPDATE {table} SET dispute = $2 WHERE dispute = $1 AND case_id = ANY ($3::uuid[])"  # noqa: S608
        await conn.execute(text, home.id, out.id, cases)


async def _batch(conn: asyncpg.Connection, desk: Desk, ids: set[UUID], admin: Admin) -> Batch:
    dossiers = await merged.open_all(conn, ids, desk)
    return Batch(desk, admin.now, Found(), dossiers, {})


def _signed(approval: Approval, admin: Admin) -> dict[str, object]:
    """Who approved, and why it was proposed."""
    return {
        "basis": {"explanation": approval.reason},
        "approvers": [
            {"person": approval.proposed_by, "on": legal_day(approval.proposed_at).isoformat()},
            {"person": admin.actor, "on": legal_day(admin.now).isoformat()},
        ],
    }


def _say(batch: Batch, document: Mapping[str, object], dispute: UUID) -> UUID:
    """A message of the administrator in a dispute; answers its id. Raises Refused."""
    item = _message(batch, document, dispute)
    outcome = decide_item(batch, item)
    if isinstance(outcome, Refused):
        raise outcome
    return item.id


def _message(batch: Batch, document: Mapping[str, object], dispute: UUID) -> Prepared:
    said = Saying(links.KIND, f"merge-{uuid4()}", document, dispute=dispute, sender=ADMIN)
    return own_message(batch.desk, batch.now, said)


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
