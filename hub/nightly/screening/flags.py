"""The rows of flags: one a case and sign, its reason sealed; and that the case has one the judge must see.

A later night writes a flag anew only when it rests on other messages. Nothing else about the case changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson

from hub.exchange.flags import CONTENT, DEK
from hub.exchange.hub import Hub
from hub.law.screening import Flag
from hub.nightly.night import Interval
from hub.store.ids import derived_id

# None where the dispute was erased, or the case moved by a merge, since it was looked at.
_LOCK: Final = """
SELECT key FROM dispute
 WHERE id = $1 AND key <> '' AND EXISTS (SELECT 1 FROM case_run WHERE id = $2 AND dispute = $1) FOR UPDATE
"""
_KEPT: Final = "SELECT id, rests, ends FROM false_litigation_flag WHERE case_id = $1"
_KEEP: Final = """
INSERT INTO false_litigation_flag
       (id, case_id, dispute, sign, rests, dek, content, starts, ends, found_at, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
ON CONFLICT (id) DO UPDATE SET dispute = $3, rests = $5, dek = $6, content = $7, starts = $8, ends = $9,
       changed_at = $10
"""
# What the guard `flag_seen` asks of a case; an answer that says the flags were seen sets the second.
_FLAGGED: Final = """
UPDATE case_run SET facts = facts || '{"flagged": true, "flags_seen": false}', version = version + 1
 WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Found:
    """A flag on its way into the table."""

    case: UUID
    dispute: UUID
    flag: Flag

    @property
    def id(self) -> UUID:
        """The same each time the sign shows of the case."""
        return derived_id(self.case, self.flag.sign)

    @property
    def rests(self) -> bytes:
        """Digest over what it rests on: only ids."""
        return sha256(" ".join((self.flag.sign, *self.flag.messages)).encode()).digest()


async def keep(hub: Hub, interval: Interval, found: Sequence[Found]) -> dict[str, int]:
    """Write the flags of one case; answers how many were `new`, `changed`, `known`."""
    counts = {"new": 0, "changed": 0, "known": 0}
    if not found:
        return counts
    case, dispute, now = found[0].case, found[0].dispute, hub.clock()
    async with hub.database.writing() as conn:
        wrapped = await conn.fetchval(_LOCK, dispute, case)
        if wrapped is None:
            return counts
        key = hub.sealer.dispute_key(dispute, wrapped)
        kept = {row["id"]: row for row in await conn.fetch(_KEPT, case)}
        for one in found:
            row = kept.get(one.id)
            if row is not None and (bytes(row["rests"]) == one.rests or row["ends"] > interval.ends):
                counts["known"] += 1
                continue
            dek = hub.sealer.new_dek()
            told = {**one.flag.reason._asdict(), "messages": one.flag.messages}
            content = hub.sealer.seal(dek, CONTENT.format(one.id), orjson.dumps(told))
            sealed = (hub.sealer.wrap(dek, key, DEK.format(one.id)), content)
            head = (one.id, case, dispute, one.flag.sign, one.rests)
            await conn.execute(_KEEP, *head, *sealed, interval.starts, interval.ends, now)
            counts["changed" if row else "new"] += 1
        if counts["new"] or counts["changed"]:
            await conn.execute(_FLAGGED, case)
    return counts
