"""Held tokens (滞留件): what receivers refused, for an operator to look at and to replay.

A replay queues the token again under its old jti and seq, with the claims it had. Every replay is in the
evidence log; who ordered it and why is recorded by the caller, in the same transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.exchange import proofs
from hub.exchange.answers import shown

MAX_LISTED: Final = 500

_LIST: Final = """
SELECT id, message, system, unit, subject, seq, event, held_for, tries, created_at, received_at
  FROM delivery
 WHERE state = 'held' AND ($1::text IS NULL OR system = $1) AND ($2::uuid IS NULL OR id > $2)
 ORDER BY id LIMIT $3
"""
_REPLAY: Final = """
UPDATE delivery SET state = 'queued', next_try = $2
 WHERE id IN (SELECT id FROM delivery WHERE id = ANY ($1::uuid[]) AND state = 'held'
               ORDER BY id FOR UPDATE)
RETURNING id, message, unit
"""


async def listed(
    conn: asyncpg.Connection, system: str | None = None, after: UUID | None = None, limit: int = 100
) -> list[dict[str, object]]:
    """Held tokens, oldest first: ids, codes and times only. `after`: the last one of the page before."""
    rows = await conn.fetch(_LIST, system, after, min(limit, MAX_LISTED))
    return [{name: _shown(value) for name, value in row.items()} for row in rows]


def _shown(value: object) -> object:
    """As JSON has it."""
    if isinstance(value, datetime):
        return shown(value)
    return str(value) if isinstance(value, UUID) else value


async def replay(conn: asyncpg.Connection, deliveries: Sequence[UUID], now: datetime) -> list[UUID]:
    """Queue held tokens again; answers those that were held. Within the caller's transaction."""
    rows = await conn.fetch(_REPLAY, list(deliveries), now)
    events = [proofs.Event("release", row["message"], row["id"], row["unit"]) for row in rows]
    await proofs.record(conn, events, now)
    return [row["id"] for row in rows]
