"""Erasing a dispute: its key is destroyed, and with it everything that was sealed under it.

The night finds what is due; one administrator proposes, another approves (`approvals`), and then it is done
at once, in one transaction under the dispute's lock. What goes: keys, sealed values, claims of tokens, index
entries, readers, files nobody else was sent. What stays: ids, codes, states, times, receipts and the salted
digests of the log, so that it and every bundle handed out still verify; a file that was sent in a living
dispute too stays readable there. The certificate is an administrator's action in the log: dispute, rule,
digest of the row ids.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange import approvals, holds
from hub.exchange.answers import shown
from hub.exchange.approvals import Approval, Done
from hub.exchange.desk import Desk
from hub.store.administration import Admin
from hub.store.ids import read_id

ERASE: Final = "erasure"
"""What the action is called where two administrators decide."""
_ROW: Final = "SELECT state, rule FROM erasure WHERE dispute = $1"
_DONE: Final = """
UPDATE erasure SET state = 'done', proposed_at = $2, proposed_by = $3, approved_at = $4, approved_by = $5,
       counts = $6, digest = $7
 WHERE dispute = $1
"""
_LIST: Final = """
SELECT e.dispute, e.rule, e.ended_at, h.id IS NOT NULL AS held, a.id AS approval, a.proposed_by FROM erasure e
  LEFT JOIN legal_hold h ON h.dispute = e.dispute AND h.lifted_at IS NULL
  LEFT JOIN approval a ON a.action = $1 AND a.object = e.dispute::text AND a.state = 'pending'
                      AND a.expires_at > $2
 WHERE e.state <> 'done' ORDER BY e.found_at, e.dispute LIMIT $3
"""
_LOCK: Final = "SELECT key FROM dispute WHERE id = $1 FOR UPDATE"
_MESSAGES: Final = "SELECT id FROM message WHERE dispute = $1 ORDER BY id"
# A file of several records is opened by its own key: it goes with the last dispute that one of them is of.
# Ids of a file and of its records begin with the same millisecond.
_EMPTIED: Final = """
SELECT DISTINCT m.parent FROM message m WHERE m.id = ANY ($1::uuid[]) AND m.parent IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM message o
                    WHERE o.id >= uuid7_floor(m.received_at - interval '1 minute')
                      AND o.id < uuid7_floor(m.received_at + interval '1 minute')
                      AND o.parent = m.parent AND o.id <> ALL ($1::uuid[]) AND octet_length(o.document) > 0)
"""
_SHARED: Final = (
    "SELECT count(DISTINCT parent) FROM message WHERE id = ANY ($1::uuid[]) AND parent <> ALL ($2::uuid[])"
)
_SEALED: Final = """
UPDATE message SET native = NULL, document = '', dek = '', persons = '', native_digest = '', findings = '[]'
 WHERE id = ANY ($1::uuid[])
"""
_READERS: Final = "DELETE FROM message_reader WHERE message = ANY ($1::uuid[])"
_NUMBERS: Final = "DELETE FROM identifier WHERE dispute = $1 OR message = ANY ($2::uuid[]) RETURNING message"
_NATIVE: Final = "DELETE FROM native_id WHERE dispute = $1 OR message = ANY ($2::uuid[]) RETURNING message"
_FILES: Final = "DELETE FROM blob_reader WHERE message = ANY ($1::uuid[]) RETURNING blob"
_BLOBS: Final = """
DELETE FROM blob b WHERE b.id = ANY ($1::uuid[])
   AND NOT EXISTS (SELECT 1 FROM blob_reader r WHERE r.blob = b.id) RETURNING b.id
"""
_TOKENS: Final = """
UPDATE delivery SET claims = NULL, dek = NULL, done_at = coalesce(done_at, $3),
       state = CASE WHEN state IN ('queued', 'held') THEN 'superseded' ELSE state END
 WHERE subject = $1 OR message = ANY ($2::uuid[]) RETURNING id
"""
_DISPUTE: Final = "UPDATE dispute SET key = '', participants = '{}' WHERE id = $1"
_CASES: Final = "UPDATE case_run SET participants = '{}' WHERE dispute = $1"
_DEADLINES: Final = """
UPDATE deadline SET state = 'stopped', next_notice = NULL, next_phase = NULL
 WHERE dispute = $1 AND state = 'running'
"""


async def listed(conn: asyncpg.Connection, now: datetime, limit: int) -> list[dict[str, object]]:
    """Disputes whose time is over and that are not erased yet, with the proposal that waits."""
    return [
        {
            "dispute": str(r["dispute"]),
            "rule": r["rule"],
            "ended_at": shown(r["ended_at"]),
            "state": "proposed" if r["approval"] else "due",
            "held": r["held"],
            "approval": str(r["approval"]) if r["approval"] else None,
            "proposed_by": r["proposed_by"],
        }
        for r in await conn.fetch(_LIST, ERASE, now, limit)
    ]


async def propose(conn: asyncpg.Connection, dispute: UUID, admin: Admin) -> dict[str, object]:
    """That a dispute found due shall be erased: the proposal, as `approvals` answers it.

    Raises Refused `unknown`, `conflict` (erased, held, proposed already), `rule`.
    """
    rule = await _due(conn, dispute)
    await holds.check(conn, dispute)
    return await approvals.propose(conn, ERASE, str(dispute), {"dispute": str(dispute), "rule": rule}, admin)


async def erase(conn: asyncpg.Connection, desk: Desk, approval: Approval, admin: Admin) -> Done:
    """Erase a dispute (`effects`); shows how many rows of each kind went.

    Raises Refused `unknown`, `conflict` (erased, held).
    """
    dispute = read_id(str(approval.said["dispute"]))
    rule = await _due(conn, dispute)
    if not await conn.fetchval(_LOCK, dispute):
        raise Refused("unknown")
    await holds.check(conn, dispute)
    counts, digest = await _erase(conn, dispute, admin)
    persons = (approval.proposed_at, approval.proposed_by, admin.now, admin.actor)
    await conn.execute(_DONE, dispute, *persons, counts, digest)
    await admin.tell(conn, ERASE, f"{dispute} {rule} sha-256:{digest.hex()}")
    return Done({"dispute": str(dispute), "counts": counts}, partial(desk.sealer.forget, dispute))


async def _due(conn: asyncpg.Connection, dispute: UUID) -> str:
    """The rule by which a dispute's time is over."""
    row = await conn.fetchrow(_ROW, dispute)
    if row is None:
        raise Refused("unknown")
    if row["state"] == "done":
        raise Refused("conflict", Fault("erasure-state"))
    return str(row["rule"])


async def _erase(conn: asyncpg.Connection, dispute: UUID, admin: Admin) -> tuple[dict[str, int], bytes]:
    ids = [row["id"] for row in await conn.fetch(_MESSAGES, dispute)]
    files = [row["parent"] for row in await conn.fetch(_EMPTIED, ids)]
    shared = await conn.fetchval(_SHARED, ids, files)
    gone = {
        "messages": [*ids, *files],
        "identifiers": [r["message"] for r in await conn.fetch(_NUMBERS, dispute, ids)],
        "native_ids": [r["message"] for r in await conn.fetch(_NATIVE, dispute, ids)],
        "tokens": [r["id"] for r in await conn.fetch(_TOKENS, dispute, ids, admin.now)],
    }
    blobs = {r["blob"] for r in await conn.fetch(_FILES, ids)}
    gone["files"] = [r["id"] for r in await conn.fetch(_BLOBS, list(blobs))]
    await conn.execute(_SEALED, gone["messages"])
    await conn.execute(_READERS, gone["messages"])
    for query in (_DEADLINES, _CASES, _DISPUTE):
        await conn.execute(query, dispute)
    counts = {name: len(rows) for name, rows in gone.items()}
    counts |= {"shared_files": len(blobs) - counts["files"], "shared_originals": shared}
    return counts, digest_of(f"{name} {row}" for name, rows in gone.items() for row in rows)


def digest_of(rows: Iterable[object]) -> bytes:
    """SHA-256 over row ids in order of their text, one a line: what a certificate commits to."""
    return sha256("".join(f"{row}\n" for row in sorted(map(str, rows))).encode()).digest()
