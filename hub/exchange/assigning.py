"""Applications that the routing rules left to a person: which they are, and giving one to a court.

The message stays as it was accepted, and its time counts; the court gets it as an addressee would have,
files included. Role, clocks, delivery and the administrator's action are one transaction.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange import blobs
from hub.exchange.answers import shown
from hub.exchange.batch import Batch, write
from hub.exchange.desk import Desk
from hub.exchange.dossier import Deed, Dossier
from hub.exchange.lookup import Found
from hub.exchange.merged import open_all
from hub.law.decide import assigned
from hub.law.model import Act, Decision
from hub.law.run import ADMIN
from hub.store.administration import Admin
from hub.store.ids import new_id
from hub.translate.files import named
from hub.trust import b64

ROLE: Final = "reviewing_court"
_HELD: Final = """
SELECT c.id, c.dispute, c.opened_at, c.opened_by, m.sender
  FROM case_run c JOIN message m ON m.id = c.opened_by
 WHERE c.machine = 'confirmation' AND c.state = 'submitted' AND NOT jsonb_exists(c.roles, 'reviewing_court')
 ORDER BY c.opened_at LIMIT $1
"""
_CASE: Final = "SELECT dispute, opened_by FROM case_run WHERE id = $1 AND machine = 'confirmation'"
_MESSAGE: Final = """
SELECT id, dispute, parent, iss, sender, kind, findings, dek, document, native FROM message WHERE id = $1
"""
_READER: Final = """
INSERT INTO message_reader (message, unit, role, ord) VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING
"""


_BLOB: Final = "INSERT INTO blob_reader (digest, unit, blob, message) VALUES ($1, $2, $3, $4)"


async def waiting(conn: asyncpg.Connection, limit: int) -> list[dict[str, object]]:
    """Applications without a court, the oldest first."""
    return [
        {
            "case": str(row["id"]),
            "dispute": str(row["dispute"]),
            "message": str(row["opened_by"]),
            "from": row["sender"],
            "at": shown(row["opened_at"]),
        }
        for row in await conn.fetch(_HELD, limit)
    ]


async def assign(
    conn: asyncpg.Connection,
    desk: Desk,
    case: UUID,
    court: str,
    units: Mapping[str, tuple[str, ...]],
    admin: Admin,
) -> dict[str, object]:
    """Give an application to a court; answers the deadlines that began. `units`: those of each system.

    Raises Refused: `unknown`, `schema` (no court), `conflict` (it has one already).
    """
    async with admin.changing(conn, "case-route", f"{case} {court}"):
        found = await conn.fetchrow(_CASE, case)
        if found is None:
            raise Refused("unknown")
        dossier = (await open_all(conn, {found["dispute"]}, desk))[found["dispute"]]
        act = _act(found, str(case), court, admin)
        decision = assigned(desk.tables, act, dossier.situation(), desk.units, desk.calendar)
        message = await conn.fetchrow(_MESSAGE, found["opened_by"])
        batch = Batch(desk, admin.now, Found(), {dossier.id: dossier}, {})
        deed = Deed(message["id"], message["kind"], admin.now, admin.now, frozenset((court,)))
        dossier.apply(decision, deed, batch.rows)
        _deliver(batch, dossier, decision, message, court)
        await write(conn, batch)
        await conn.execute(_READER, message["id"], court, ROLE)
        for digest, blob in (await _files(conn, desk, dossier, message, units)).items():
            await conn.execute(_BLOB, digest, court, blob, message["id"])
    return {"case": str(case), "to": court, "deadlines": _deadlines(decision)}


def _act(found: asyncpg.Record, case: str, court: str, admin: Admin) -> Act:
    return Act(
        message=str(found["opened_by"]),
        kind="confirmation_application",
        document={},
        sender=ADMIN,
        to=court,
        dispute=str(found["dispute"]),
        case=case,
        acted_at=admin.now,
        received_at=admin.now,
    )


def _deliver(batch: Batch, dossier: Dossier, decision: Decision, message: asyncpg.Record, court: str) -> None:
    system = batch.desk.receiver(court)
    if system is None:
        return
    state = dossier.cases[str(decision.focus)].state
    detail = {
        "from": message["sender"],
        "to": court,
        "case": {"id": state.id, "machine": state.machine, "state": state.state},
        "deadlines": _deadlines(decision),
        **({"findings": message["findings"]} if message["findings"] else {}),
    }
    head = (new_id(batch.now), message["id"], system, court, message["sender"], ROLE, dossier.id)
    tail = (dossier.next_seq(system), message["kind"], detail, "queued")
    batch.rows.insert["delivery"].append((*head, *tail, batch.now, batch.now))


def _deadlines(decision: Decision) -> list[dict[str, object]]:
    return [
        {"rule": s.rule, "due": s.due_on.isoformat(), "basis": s.basis, "provisional": s.provisional}
        for s in decision.started
        if s.due_on is not None
    ]


async def _files(
    conn: asyncpg.Connection,
    desk: Desk,
    dossier: Dossier,
    message: asyncpg.Record,
    units: Mapping[str, tuple[str, ...]],
) -> dict[str, UUID]:
    """The files the message names, in its envelope or its document: digest → blob."""
    aad = f"message|{message['id']}"
    dek = desk.sealer.unwrap(message["dek"], dossier.key_of(message["dispute"]), f"{aad}|dek")
    document = orjson.loads(desk.sealer.open(dek, f"{aad}|document", message["document"]))
    digests = {str(file["digest"]) for _, file in named(document) if "digest" in file}
    if message["native"] is not None:
        native = desk.sealer.open(dek, f"{aad}|native", message["native"])
        envelope = orjson.loads(b64.decode(native.partition(b".")[0].decode("ascii")))
        digests |= {str(file["digest"]) for file in envelope.get("files", ())}
    wanted = {f"sha-256:{digest.removeprefix('sha-256:')}" for digest in digests}
    iss = message["iss"]
    return {d: f.blob for d, f in (await blobs.find(conn, iss, units.get(iss, ()), wanted)).items()}
