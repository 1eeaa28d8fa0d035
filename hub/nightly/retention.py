"""`expire`: every week, what has been kept as long as its rule says goes, with a certificate in the log.

Quarantine, the claims of delivered tokens and abandoned uploads go at once. A dispute goes by
crypto-erasure, which is destructive: the night only finds it due, two administrators decide
(`exchange.erasing`). A legal hold wins over every rule. Idempotency keys, receipts and the log stay for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import asyncpg

from hub.exchange.blobs import drop_abandoned
from hub.exchange.erasing import digest_of
from hub.exchange.evidence_rows import record
from hub.exchange.night_config import RETENTION, NightConfig
from hub.nightly.night import Night, Summary
from hub.store.administration import Admin

ACTOR: Final = "hub:nightly"
RULE: Final = "retention.messages_years"

_QUARANTINE: Final = "SELECT id FROM quarantine WHERE at < $1 ORDER BY id"
_TOKENS: Final = """
SELECT id FROM delivery d
 WHERE state IN ('acknowledged', 'superseded') AND done_at < $1 AND claims IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.dispute = d.subject AND h.lifted_at IS NULL) ORDER BY id
"""
_UPLOADS: Final = "SELECT id FROM blob WHERE complete_at IS NULL AND id < uuid7_floor($1) ORDER BY id"
# A merged dispute's cases live in another, whose key is not its own: neither of them goes by itself.
_DISPUTES: Final = """
SELECT d.id, greatest(d.changed_at, max(c.closed_at)) AS ended_at
  FROM dispute d LEFT JOIN case_run c ON c.dispute = d.id
 WHERE d.state = ANY ($1::text[]) AND d.key <> ''
   AND NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.dispute = d.id AND h.lifted_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.dispute = d.id)
   AND d.facts ->> 'merged_into' IS NULL AND coalesce(d.facts -> 'absorbed', '[]') = '[]'
 GROUP BY d.id
HAVING bool_and(c.id IS NULL OR c.closed_at IS NOT NULL)
   AND greatest(d.changed_at, max(c.closed_at)) + make_interval(years => $2) < $3
 ORDER BY d.id
"""
_DROP_QUARANTINE: Final = "DELETE FROM quarantine WHERE id = ANY ($1::uuid[])"
_DROP_TOKENS: Final = "UPDATE delivery SET claims = NULL, dek = NULL WHERE id = ANY ($1::uuid[])"
_FOUND: Final = """
INSERT INTO erasure (dispute, rule, ended_at, found_at) SELECT r.id, $3, r.ended_at, $4
  FROM unnest($1::uuid[], $2::timestamptz[]) AS r (id, ended_at) ON CONFLICT DO NOTHING
"""
_WAITING: Final = "SELECT dispute, state FROM erasure WHERE state <> 'done' ORDER BY dispute"


@dataclass(frozen=True, slots=True)
class Due:
    """What is due, by class: row ids; of disputes also when they ended."""

    quarantine: Sequence[UUID]
    tokens: Sequence[UUID]
    uploads: Sequence[UUID]
    uploads_before: datetime
    disputes: Sequence[asyncpg.Record]

    def counts(self) -> dict[str, int]:
        """How many rows of each class."""
        return {
            "quarantine": len(self.quarantine),
            "tokens": len(self.tokens),
            "uploads": len(self.uploads),
            "disputes": len(self.disputes),
        }


async def due(conn: asyncpg.Connection, night: Night) -> Due:
    """What is due as of the interval's end; changes nothing."""
    hub = night.hub
    at = min(night.interval.ends, hub.clock())
    config = NightConfig.of(hub.registry, at)
    before = {
        name: at - config.span(RETENTION, f"{name}_days") for name in ("quarantine", "tokens", "uploads")
    }
    years = config.whole(RETENTION, "messages_years")
    ends = [state for state, terminal in hub.desk.law.machines["dispute"].states.items() if terminal]
    return Due(
        quarantine=[r["id"] for r in await conn.fetch(_QUARANTINE, before["quarantine"])],
        tokens=[r["id"] for r in await conn.fetch(_TOKENS, before["tokens"])],
        uploads=[r["id"] for r in await conn.fetch(_UPLOADS, before["uploads"])],
        uploads_before=before["uploads"],
        disputes=[] if years is None else await conn.fetch(_DISPUTES, ends, years, at),
    )


async def expire(night: Night) -> Summary:
    """Let go what is due; answers how many rows of each class went, or (disputes) were found."""
    hub = night.hub
    reason = "保存期限届满 kept as long as its rule says"
    async with night.work("retention") as work:
        async with hub.database.writing() as conn:
            found = await due(conn, night)
            await conn.execute(_DROP_QUARANTINE, found.quarantine)
            await conn.execute(_DROP_TOKENS, found.tokens)
            await drop_abandoned(conn, found.uploads_before)
            admin = Admin(ACTOR, reason, hub.clock(), record, hub.sealer)
            for name in ("quarantine", "tokens", "uploads"):
                await _certify(conn, admin, name, getattr(found, name))
            ids = [row["id"] for row in found.disputes]
            ended = [row["ended_at"] for row in found.disputes]
            await conn.execute(_FOUND, ids, ended, RULE, hub.clock())
            work.digest_of([tuple(row) for row in await conn.fetch(_WAITING)])
        for name, n in found.counts().items():
            work.count(name, n)
    return work.counts


async def _certify(conn: asyncpg.Connection, admin: Admin, name: str, ids: Sequence[UUID]) -> None:
    """The certificate of what went: class, number, digest over the row ids."""
    if ids:
        what = f"retention.{name}_days {len(ids)} sha-256:{digest_of(ids).hex()}"
        await admin.tell(conn, "retention", what)
