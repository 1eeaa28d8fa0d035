"""What a receiver said of its tokens, taken in: acknowledged, or held; the same for push and poll.

One transaction per batch: state, evidence and, where the sender's stream asks for it, the `delivered`
event. An operator's replay of held tokens is here too. Unknown and foreign jti are passed over silently.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.evidence.entries import EventType
from hub.exchange import notices, proofs
from hub.exchange.letters import Letters, posting
from hub.exchange.sequences import Sequences
from hub.exchange.tokens_out import VERIFICATION
from hub.store.database import Database

REASONS: Final = frozenset(
    {
        "invalid_request",
        "invalid_key",
        "invalid_issuer",
        "invalid_audience",
        "authentication_failed",
        "access_denied",
    }
)
"""Error codes of RFC 8935, 2.4; anything else a receiver says is kept as `other`."""

_SETTLE: Final = """
WITH named AS (
    SELECT id, received_at FROM delivery
     WHERE id = ANY ($1::uuid[]) AND state = ANY ($2::text[]) AND ($3::text IS NULL OR system = $3)
       AND claims IS NOT NULL
     ORDER BY id FOR UPDATE
)
UPDATE delivery d
   SET state = $4, received_at = coalesce(d.received_at, $5),
       done_at = CASE WHEN $4 = 'acknowledged' THEN $5 END,
       held_for = coalesce(r.reason, d.held_for)
  FROM named n JOIN unnest($1::uuid[], $6::text[]) AS r (id, reason) ON r.id = n.id
 WHERE d.id = n.id
RETURNING d.id, d.message, d.system, d.unit, d.sender, d.role, d.subject, d.seq, d.event, d.detail,
          d.tries, d.dek, d.view, n.received_at IS NULL AS first,
          CASE WHEN n.received_at IS NULL AND d.id <> ALL ($7::uuid[]) THEN d.claims END AS claims
"""
_FORGET: Final = "DELETE FROM delivery WHERE id = ANY ($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Ends:
    """Outcomes of one batch by jti. `system` None: the hub pushed them and knows whose they are.

    `acknowledged` has the SHA-256 of the payload where it is known (None: it is read from the row);
    `held` the receiver's error code.
    """

    acknowledged: Mapping[UUID, bytes | None]
    held: Mapping[UUID, str]
    system: str | None = None


async def settle(database: Database, letters: Letters, ends: Ends, now: datetime) -> int:
    """Take the outcomes in; answers how many deliveries changed. Those settled before stay as they are."""
    if not ends.acknowledged and not ends.held:
        return 0
    async with database.writing() as conn:
        # Disputes are locked before deliveries, here as everywhere: two orders would be a deadlock.
        wanting = await notices.wanting_delivered(conn, ends.acknowledged)
        numbers = await Sequences.locked(conn, wanting.values()) if wanting else None
        acked = await _acknowledge(conn, letters, ends, now)
        held = await _hold(conn, letters, ends, now)
        if numbers is not None:
            told = [
                notices.Told(
                    row["message"],
                    row["subject"],
                    notices.about(row["id"], row["unit"], "acknowledged", now),
                )
                for row in acked
                if row["id"] in wanting
            ]
            await notices.tell(conn, "delivered", told, numbers, now)
    return len(acked) + len(held)


async def _acknowledge(
    conn: asyncpg.Connection, letters: Letters, ends: Ends, now: datetime
) -> Sequence[asyncpg.Record]:
    ids = list(ends.acknowledged)
    if not ids:
        return []
    known = {i: d for i, d in ends.acknowledged.items() if d is not None}
    states = ["queued", "held"]
    arguments = (ids, states, ends.system, "acknowledged", now, [None] * len(ids), list(known))
    rows: Sequence[asyncpg.Record] = await conn.fetch(_SETTLE, *arguments)
    await _prove(conn, letters, rows, known, "acknowledgement", now)
    verified = [row["id"] for row in rows if row["event"] == VERIFICATION]
    if verified:
        await conn.execute(_FORGET, verified)
    return rows


async def _hold(
    conn: asyncpg.Connection, letters: Letters, ends: Ends, now: datetime
) -> Sequence[asyncpg.Record]:
    ids = list(ends.held)
    if not ids:
        return []
    reasons = [code if code in REASONS else "other" for code in ends.held.values()]
    arguments: tuple[object, ...] = (ids, ["queued"], ends.system, "held", now, reasons, [])
    rows: Sequence[asyncpg.Record] = await conn.fetch(_SETTLE, *arguments)
    await _prove(conn, letters, rows, {}, "hold", now)
    return rows


async def _prove(
    conn: asyncpg.Connection,
    letters: Letters,
    rows: Sequence[asyncpg.Record],
    known: Mapping[UUID, bytes],
    what: EventType,
    now: datetime,
) -> None:
    """Evidence that a token arrived, the first time, and of what the receiver said of it."""
    events: list[proofs.Event] = []
    for row in rows:
        if row["event"] == VERIFICATION:
            continue
        place = (row["message"], row["id"], row["unit"])
        if row["first"]:
            claims = known.get(row["id"]) or letters.opened(posting(row)).digest
            events.append(proofs.Event("delivery", *place, claims))
        events.append(proofs.Event(what, *place))
    await proofs.record(conn, events, now)
