"""What may be used once: client assertions and proofs of possession, remembered past their last use. SQL.

Every process of a hub asks the same rows, and they outlive a restart. A row goes some while after what it
stands for became unusable: a clock that is set back must not make it usable again.
"""

from datetime import datetime, timedelta
from typing import Final

import asyncpg

from hub.trust.dpop import Proof
from hub.trust.tokens import ClientAssertion

KEPT_ON: Final = timedelta(minutes=15)
_MOST: Final = 10_000
_ASSERTION: Final = """
INSERT INTO client_assertion (system, jti, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (system, jti) DO NOTHING RETURNING true
"""
_PROOF: Final = """
INSERT INTO used_proof (name, expires_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING RETURNING true
"""
_FORGET: Final = (
    """
DELETE FROM client_assertion WHERE (system, jti) IN (
    SELECT system, jti FROM client_assertion WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
""",
    """
DELETE FROM used_proof WHERE name IN (
    SELECT name FROM used_proof WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
""",
)


async def first_assertion(conn: asyncpg.Connection, proved: ClientAssertion) -> bool:
    """Whether the assertion was not used before; from now on it was."""
    return bool(await conn.fetchval(_ASSERTION, proved.client_id, proved.jti, proved.remember_until))


async def first_proof(conn: asyncpg.Connection, proof: Proof) -> bool:
    """Whether the proof was not used before; from now on it was."""
    return bool(await conn.fetchval(_PROOF, proof.name, proof.remember_until))


async def forget(conn: asyncpg.Connection, now: datetime) -> int:
    """Delete some of what can be used no more; answers how many rows. Zero: there is no more of it."""
    gone = 0
    for query in _FORGET:
        tag = await conn.execute(query, now - KEPT_ON, _MOST)
        gone += int(tag.rpartition(" ")[2])
    return gone
