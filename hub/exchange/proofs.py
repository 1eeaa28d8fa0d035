"""Evidence of what happens to tokens: entries of the log, written in the transaction of the effect.

Turns events of deliveries into rows of `log_pending` and `event_leaf`; decides nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import asyncpg
import orjson

from hub.evidence import entries
from hub.store.ids import new_ids

_INSERT = """
WITH pending AS (
    INSERT INTO log_pending (id, entry, leaf) SELECT * FROM unnest($1::uuid[], $2::text[], $3::bytea[])
)
INSERT INTO event_leaf (leaf, message, delivery, type, digest, salt, claims)
SELECT * FROM unnest($3::bytea[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::bytea[], $9::bytea[])
"""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to one token. `claims`: SHA-256 of its payload, for a `delivery` only."""

    type: entries.EventType
    message: UUID
    delivery: UUID
    unit: str
    claims: bytes | None = None


async def record(conn: asyncpg.Connection, events: Sequence[Event], now: datetime) -> None:
    """Enter the events; within the caller's transaction."""
    if not events:
        return
    made = [entries.make(e.type, content(e), now) for e in events]
    await conn.execute(
        _INSERT,
        new_ids(now, len(made)),
        [m.text for m in made],
        [m.leaf for m in made],
        [e.message for e in events],
        [e.delivery for e in events],
        [e.type for e in events],
        [m.content for m in made],
        [m.salt for m in made],
        [e.claims for e in events],
    )


def content(event: Event) -> bytes:
    """The digest an entry hides: `entries.statement_digest` of the event's statement.

    Of an object of texts with ASCII names orjson writes the JCS form, at a twentieth of the cost.
    """
    statement = entries.event_statement(
        event.type, str(event.message), str(event.delivery), event.unit, event.claims
    )
    return sha256(orjson.dumps(statement, option=orjson.OPT_SORT_KEYS)).digest()
