"""Events to the sender about its own message: delivered, not delivered in time, released from quarantine.

Each is a delivery of its own, numbered in the same dispute, for the system that receives for the sending
unit (else the one that sent). Works in the caller's transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange import proofs
from hub.exchange.sequences import Sequences
from hub.exchange.tokens_out import NOT_MESSAGES, Notice, uri
from hub.law.calendar import SHANGHAI
from hub.store.clock import Clock
from hub.store.database import Database
from hub.store.ids import new_ids

PATIENCE: Final = timedelta(days=3)
"""How long a delivery may stay unacknowledged before its sender is told."""

_AT_ONCE: Final = 200

_SENDERS = """
SELECT m.id, m.sender, coalesce(u.system, m.iss) AS system
  FROM message m LEFT JOIN system_unit u ON u.unit = m.sender AND u.receiving
 WHERE m.id = ANY ($1::uuid[]) AND m.sender NOT IN ('hub', 'hub_admin')
"""
_INSERT = """
INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, detail, state,
                      created_at, next_try)
SELECT r.id, r.message, r.system, r.unit, '', 'sender', r.subject, r.seq, $8, r.detail::jsonb, 'queued',
       $9, $9
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::int[], $7::text[])
    AS r (id, message, system, unit, subject, seq, detail)
"""
_WANTING = """
SELECT d.id, d.subject
  FROM delivery d JOIN message m ON m.id = d.message
  LEFT JOIN system_unit u ON u.unit = m.sender AND u.receiving
 WHERE EXISTS (SELECT 1 FROM stream WHERE $2 = ANY (events))
   AND d.id = ANY ($1::uuid[]) AND d.event <> ALL ($3::text[])
   AND EXISTS (SELECT 1 FROM stream s
                WHERE s.system = coalesce(u.system, m.iss) AND $2 = ANY (s.events))
"""
_LATE = """
SELECT id, subject FROM delivery
 WHERE overdue_at IS NULL AND state IN ('queued', 'held') AND created_at <= $1
   AND event <> ALL ($2::text[])
 ORDER BY created_at LIMIT $3
"""
_MARK_LATE = """
UPDATE delivery SET overdue_at = $2
 WHERE id IN (SELECT id FROM delivery WHERE id = ANY ($1::uuid[]) AND overdue_at IS NULL
                 AND state IN ('queued', 'held') ORDER BY id FOR UPDATE)
RETURNING id, message, subject, unit, state, created_at
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one message: `detail` goes into the event beside the message's ids."""

    message: UUID
    subject: UUID
    detail: Mapping[str, object]


async def tell(
    conn: asyncpg.Connection, notice: Notice, told: Sequence[Told], numbers: Sequences, now: datetime
) -> None:
    """Queue a notice for each; their subjects must be locked in `numbers`."""
    if not told:
        return
    found = await conn.fetch(_SENDERS, list({t.message for t in told}))
    senders = {row["id"]: row for row in found}
    to = [t for t in told if t.message in senders]
    systems = [senders[t.message]["system"] for t in to]
    await conn.execute(
        _INSERT,
        new_ids(now, len(to)),
        [t.message for t in to],
        systems,
        [senders[t.message]["sender"] for t in to],
        [t.subject for t in to],
        [numbers.next(t.subject, system) for t, system in zip(to, systems, strict=True)],
        [orjson.dumps(t.detail).decode() for t in to],
        notice,
        now,
    )
    await numbers.store(conn)


def about(delivery: UUID, unit: str, state: str, at: datetime) -> dict[str, object]:
    """What a notice says of the delivery it is about."""
    stamp = at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    return {"delivery": {"jti": str(delivery), "unit": unit, "state": state, "at": stamp}}


async def wanting_delivered(conn: asyncpg.Connection, deliveries: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of these deliveries, those whose sender's stream asks for `delivered`: id → subject."""
    rows = await conn.fetch(_WANTING, list(deliveries), uri("delivered"), list(NOT_MESSAGES))
    return {row["id"]: row["subject"] for row in rows}


async def tell_late(database: Database, clock: Clock) -> int:
    """Tell senders of what stayed unacknowledged for three days, once each; trying goes on.

    Answers how many were told; called again and again until that is none.
    """
    now = clock()
    async with database.writing() as conn:
        rows = await conn.fetch(_LATE, now - PATIENCE, list(NOT_MESSAGES), _AT_ONCE)
        if not rows:
            return 0
        numbers = await Sequences.locked(conn, {row["subject"] for row in rows})
        late = await conn.fetch(_MARK_LATE, [row["id"] for row in rows], now)
        told = [
            Told(r["message"], r["subject"], about(r["id"], r["unit"], r["state"], r["created_at"]))
            for r in late
        ]
        await tell(conn, "non-delivery", told, numbers, now)
        events = [proofs.Event("non-delivery", r["message"], r["id"], r["unit"]) for r in late]
        await proofs.record(conn, events, now)
        return len(late)
