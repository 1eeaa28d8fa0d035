"""The hub's own keys in their table: read, made once, rotated, revoked. SQL only; the rules are in trust.

The connections come from the pools (`jsonb` values are Python objects on them).
"""

from datetime import datetime
from typing import Final

import asyncpg

from hub.errors import Broken
from hub.trust.keys import KeyRing, SigningKey, first_keys, open_key, revoked, rotated, seal_key
from hub.trust.seal import Sealer

# Whoever changes keys waits for whoever changes them; readers do not.
_LOCK: Final = "LOCK TABLE hub_key IN SHARE ROW EXCLUSIVE MODE"
_ALL: Final = "SELECT kid, purpose, state, changed_at, sealed FROM hub_key ORDER BY changed_at, kid"
_WRITE: Final = """
INSERT INTO hub_key (kid, purpose, jwk, sealed, state, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kid) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at
"""
_ACTIVE: Final = "SELECT kid FROM hub_key WHERE purpose = 'token' AND state = 'active'"
_UNACKNOWLEDGED: Final = """
SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'queued' AND first_sent_at <= $1)
    OR EXISTS (SELECT 1 FROM delivery WHERE state = 'held' AND first_sent_at <= $1)
"""


async def load_keys(conn: asyncpg.Connection, sealer: Sealer) -> list[SigningKey]:
    """Every key with its private half. Raises Broken if one does not open."""
    return [_opened(row, sealer) for row in await conn.fetch(_ALL)]


async def load_keyring(conn: asyncpg.Connection, sealer: Sealer) -> KeyRing:
    """The token keys of this moment."""
    return KeyRing(await load_keys(conn, sealer))


async def load_log_key(conn: asyncpg.Connection, sealer: Sealer) -> SigningKey:
    """The one key of the evidence log."""
    for key in await load_keys(conn, sealer):
        if key.purpose == "log" and key.state == "active":
            return key
    raise Broken("缺少存证日志密钥,请执行 liantiao init · the key of the evidence log is missing")


async def ensure_keys(conn: asyncpg.Connection, sealer: Sealer, now: datetime) -> None:
    """Make the first keys of a hub, once, whichever process comes first."""
    async with conn.transaction():
        await conn.execute(_LOCK)
        if not await conn.fetchval("SELECT EXISTS (SELECT 1 FROM hub_key)"):
            await write_keys(conn, first_keys(now), sealer)


async def rotate_keys(conn: asyncpg.Connection, sealer: Sealer, now: datetime) -> list[SigningKey]:
    """Let the next token key take over; returns what changed. Call it in a transaction."""
    await conn.execute(_LOCK)
    changed = rotated(await load_keys(conn, sealer), now)
    await write_keys(conn, changed, sealer)
    return changed


async def revoke_key(conn: asyncpg.Connection, sealer: Sealer, kid: str, now: datetime) -> list[SigningKey]:
    """Believe a token key no longer; returns what changed. Call it in a transaction."""
    await conn.execute(_LOCK)
    changed = revoked(await load_keys(conn, sealer), kid, now)
    await write_keys(conn, changed, sealer)
    return changed


async def write_keys(conn: asyncpg.Connection, keys: list[SigningKey], sealer: Sealer) -> None:
    """Insert new keys, move known ones to their state."""
    rows = [(k.kid, k.purpose, k.jwk, seal_key(k, sealer), k.state, k.changed_at) for k in keys]
    await conn.executemany(_WRITE, rows)


async def active_kid(conn: asyncpg.Connection) -> str:
    """The token key that signs now."""
    return str(await conn.fetchval(_ACTIVE))


async def still_needed(conn: asyncpg.Connection, key: SigningKey) -> bool:
    """Whether something this key signed is unacknowledged: a token that waits or is held (contract 1)."""
    return bool(await conn.fetchval(_UNACKNOWLEDGED, key.changed_at))


def _opened(row: asyncpg.Record, sealer: Sealer) -> SigningKey:
    like = SigningKey(row["kid"], row["purpose"], row["state"], row["changed_at"], b"", b"")
    return open_key(like, row["sealed"], sealer)
