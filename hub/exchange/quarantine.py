"""Intake quarantine (存疑件): what was refused with 422 or 409, sealed, with code and places.

The sender lists its own; an operator releases or discards. Holds no decision: a release runs the original
bytes through the intake again. Ninety days are kept (retention is the nightly jobs').
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.exchange.answers import fault_json, shown
from hub.store.ids import new_id
from hub.trust.jose import VerifiedMessage
from hub.trust.seal import Sealer

HELD = frozenset({409, 422})

_HOLD = """
INSERT INTO quarantine (id, at, iss, jti, unit, kind, code, faults, digest, dek, native)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9, $10, $11)
"""
_LIST = """
SELECT id, at, jti, unit, kind, code, faults::text, state, message, digest FROM quarantine
 WHERE iss = $1 ORDER BY at DESC, id DESC LIMIT $2
"""
_ALL = """
SELECT id, at, iss, jti, unit, kind, code, faults::text, state, message, digest FROM quarantine
 WHERE state = $1 ORDER BY at DESC, id DESC LIMIT $2
"""
_ONE = "SELECT id, iss, dek, native, state, message FROM quarantine WHERE id = $1 FOR UPDATE"
_BECOMES = "UPDATE quarantine SET message = $2 WHERE id = $1 AND state = 'held'"
_CLOSE = "UPDATE quarantine SET state = $2, message = $3 WHERE id = $1 AND state = 'held' RETURNING true"


@dataclass(frozen=True, slots=True)
class Original:
    """What was sent: the compact detached JWS of the header, and the body.

    `becomes`: the message that a release, perhaps one that was cut short, was about to make of it.
    """

    id: UUID
    iss: str
    signature_header: str
    body: bytes
    becomes: UUID | None


async def hold(
    conn: asyncpg.Connection, verified: VerifiedMessage, refused: Refused, sealer: Sealer, now: datetime
) -> UUID:
    """Keep a refused message; returns its id."""
    qid = new_id(now)
    dek = sealer.new_dek()
    native = verified.protected.encode() + b"." + verified.signature.encode() + b"\n" + verified.body
    envelope = verified.envelope
    await conn.execute(
        _HOLD,
        qid,
        now,
        envelope.iss,
        envelope.jti,
        envelope.unit,
        envelope.kind,
        refused.code,
        orjson.dumps([fault_json(f) for f in refused.faults]).decode(),
        bytes.fromhex(verified.digest),
        sealer.wrap(dek, None, f"quarantine|{qid}|dek"),
        sealer.seal(dek, f"quarantine|{qid}|native", native),
    )
    return qid


async def own(conn: asyncpg.Connection, system: str, limit: int) -> list[dict[str, object]]:
    """A sender's refusals, newest first."""
    return [_shape(r) for r in await conn.fetch(_LIST, system, limit)]


async def everyones(conn: asyncpg.Connection, state: str, limit: int) -> list[dict[str, object]]:
    """For an operator: refusals in a state, with their sender."""
    rows: Sequence[asyncpg.Record] = await conn.fetch(_ALL, state, limit)
    return [{**_shape(r), "iss": r["iss"]} for r in rows]


async def original(conn: asyncpg.Connection, qid: UUID, sealer: Sealer) -> Original:
    """The bytes of a held message, locked for release. Raises Refused 'unknown' or 'conflict'."""
    row = await conn.fetchrow(_ONE, qid)
    if row is None:
        raise Refused("unknown")
    if row["state"] != "held":
        raise Refused("conflict")
    dek = sealer.unwrap(row["dek"], None, f"quarantine|{qid}|dek")
    native = sealer.open(dek, f"quarantine|{qid}|native", row["native"])
    head, _, body = native.partition(b"\n")
    protected, _, signature = head.decode().partition(".")
    return Original(qid, row["iss"], f"{protected}..{signature}", body, row["message"])


async def becomes(conn: asyncpg.Connection, qid: UUID, message: UUID) -> None:
    """Note what a release is about to make of a held message, before it is made."""
    await conn.execute(_BECOMES, qid, message)


async def close(conn: asyncpg.Connection, qid: UUID, state: str, message: UUID | None) -> None:
    """Mark a held message released (with the message it became) or discarded.

    Raises Refused `conflict` when somebody else has decided it meanwhile.
    """
    if not await conn.fetchval(_CLOSE, qid, state, message):
        raise Refused("conflict")


def _shape(row: asyncpg.Record) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at": shown(row["at"]),
        "jti": row["jti"],
        "unit": row["unit"],
        "kind": row["kind"],
        "code": row["code"],
        "errors": orjson.loads(row["faults"]),
        "digest": f"sha-256:{bytes(row['digest']).hex()}",
        "state": row["state"],
        "message": str(row["message"]) if row["state"] == "released" else None,
    }
