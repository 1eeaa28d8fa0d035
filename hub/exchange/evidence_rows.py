"""Entries of the log for what is not a message: keys that were registered, administrators' actions.

Written in the caller's transaction, next to the change they are about.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.evidence import entries
from hub.store.administration import AdminAction
from hub.store.ids import new_id

_PENDING: Final = "INSERT INTO log_pending (id, entry, leaf) VALUES ($1, $2, $3)"
_LEAF: Final = """
INSERT INTO event_leaf (leaf, message, delivery, type, digest, salt) VALUES ($1, $2, NULL, $3, $4, $5)
"""
_KNOWN: Final = "SELECT message FROM event_leaf WHERE message = ANY ($1::uuid[])"


async def log_keys(
    conn: asyncpg.Connection, keys: Iterable[tuple[Mapping[str, object], str | None]], now: datetime
) -> None:
    """Let the log vouch for public keys (JWK, and the system whose it is; None: the hub's); once each."""
    made = {(entry := entries.key_entry(jwk, now, system)).ref: entry for jwk, system in keys}
    known = {r["message"] for r in await conn.fetch(_KNOWN, list(made))}
    for ref, entry in made.items():
        if ref not in known:
            await _enter(conn, entry.entry, ref, now)


async def record(conn: asyncpg.Connection, action: AdminAction) -> None:
    """The entry of an administrator's action, and of the key it registers (`store.administration`)."""
    statement = entries.admin_statement(action.id, action.action, action.actor, action.object, action.reason)
    content = entries.statement_digest(statement)
    await _enter(conn, entries.make("admin-action", content, action.at), action.id, action.at)
    if action.jwk is not None:
        await log_keys(conn, [(action.jwk, action.system)], action.at)


async def _enter(conn: asyncpg.Connection, entry: entries.Entry, ref: UUID, now: datetime) -> None:
    await conn.execute(_PENDING, new_id(now), entry.text, entry.leaf)
    await conn.execute(_LEAF, entry.leaf, ref, entry.type, entry.content, entry.salt)
