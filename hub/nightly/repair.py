"""What the hub mends alone: a delivery that the agency's list lacks and that was never acknowledged.

A held token is queued again under its old jti and seq, one that waits for its next try is tried now; both
are said in the finding and in the evidence log. Once for a finding: what is held again is a person's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.exchange.evidence_rows import record
from hub.exchange.held import replay
from hub.exchange.hub import Hub
from hub.nightly.digests import least
from hub.nightly.documents import opened
from hub.nightly.findings import Found
from hub.nightly.hub_side import numbers
from hub.store.administration import Admin
from hub.trust.seal import Sealer

ACTOR: Final = "night"
_REASON: Final = "日终对账:对方清单中没有,且未签收 · reconciliation: not in the list, not acknowledged"
_UNTAKEN: Final = """
SELECT d.id, d.message, d.unit, d.system FROM delivery d JOIN message m ON m.id = d.message
 WHERE d.system = $1 AND d.unit = ANY ($2::text[]) AND m.kind = $3 AND d.event = m.kind
   AND d.state <> 'superseded' AND d.created_at <= $4 AND (d.done_at IS NULL OR d.done_at > $4)
 ORDER BY d.id
"""
_LISTED: Final = """
SELECT DISTINCT number FROM snapshot_row r, unnest(r.numbers) AS number
 WHERE r.snapshot = $1 AND number = ANY ($2::bytea[])
"""
_TO_MEND: Final = """
SELECT f.id, f.delivery, d.state, d.next_try FROM finding f JOIN delivery d ON d.id = f.delivery
 WHERE f.id = ANY ($1::uuid[]) AND f.mended IS NULL AND f.state = 'open' ORDER BY f.id
"""
_HURRY: Final = "UPDATE delivery SET next_try = $2 WHERE id = $1 AND state = 'queued'"
_MENDED: Final = "UPDATE finding SET mended = $2, state = 'mended' WHERE id = $1"


class List(NamedTuple):
    """A complete list, as far as it matters here."""

    id: UUID
    system: str
    kind: str
    dataset: str
    coverage: Sequence[str]
    cut_off: datetime


async def untaken(hub: Hub, listed: List) -> list[Found]:
    """Records that were on their way to the agency at the cut-off and are not in its list.

    What has no number cannot be looked for; what was acknowledged goes by the agency's own numbers from then.
    """
    async with hub.database.connection() as conn:
        rows = await conn.fetch(_UNTAKEN, listed.system, list(listed.coverage), listed.kind, listed.cut_off)
    found: list[Found] = []
    by_message = {row["message"]: row for row in rows}
    async for documents in opened(hub, list(by_message)):
        told = {message: numbers(hub, document) for message, document in documents}
        there = await _there(hub, listed.id, told)
        for message, keys in told.items():
            key = least(keys)
            if key is not None and not there & set(keys):
                found.append(_found(listed, by_message[message], key))
    return found


async def _there(hub: Hub, snapshot: UUID, told: dict[UUID, list[bytes]]) -> set[bytes]:
    wanted = sorted({key for keys in told.values() for key in keys})
    async with hub.database.connection() as conn:
        rows = await conn.fetch(_LISTED, snapshot, wanted)
    return {bytes(row["number"]) for row in rows}


def _found(listed: List, row: Any, key: bytes) -> Found:  # noqa: ANN401  a row of the driver
    return Found(
        kind="missing_at_agency",
        dataset=listed.dataset,
        system=listed.system,
        unit=row["unit"],
        record=key.hex(),
        record_kind=listed.kind,
        snapshot=listed.id,
        message=row["message"],
        delivery=row["id"],
        detail={"delivery": "not-acknowledged"},
    )


async def mend(conn: asyncpg.Connection, sealer: Sealer, findings: Sequence[UUID], now: datetime) -> int:
    """Send again what these findings miss; answers how many. Within the caller's transaction."""
    admin = Admin(ACTOR, _REASON, now, record, sealer)
    rows = await conn.fetch(_TO_MEND, list(findings))
    for row in rows:
        done = "acknowledged"
        if row["state"] == "held":
            await replay(conn, [row["delivery"]], now)
            done = "replayed"
        elif row["state"] == "queued":
            await conn.execute(_HURRY, row["delivery"], now)
            done = "tried-now"
        if done != "acknowledged":
            await admin.tell(conn, f"delivery-{done}", str(row["delivery"]))
        await conn.execute(_MENDED, row["id"], done)
    return len(rows)
