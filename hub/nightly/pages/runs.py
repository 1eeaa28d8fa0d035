"""The runs of nightly jobs: for which interval, by which code, how long, with what counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import asyncpg

from hub.law.calendar import legal_day

SHOWN: Final = 200

_LIST: Final = """
SELECT r.job, r.part, r.starts, r.ends, r.revision, r.started_at, r.ended_at, r.state, r.counts, r.digest,
       (SELECT count(DISTINCT o.digest) FROM night_run o
         WHERE o.job = r.job AND o.part = r.part AND o.starts = r.starts AND o.ends = r.ends
           AND o.state = 'done') AS digests
  FROM night_run r
 WHERE $1::text[] IS NULL OR r.job = ANY ($1)
 ORDER BY r.started_at DESC, r.id DESC LIMIT $2
"""


COMPARING: Final = frozenset({"collect_snapshots", "reconcile", "resolve_discrepancies"})
"""Jobs that lead to discrepancies of their day."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run. `digests` above 1: runs of this interval left different rows."""

    job: str
    part: str
    starts: datetime
    ends: datetime
    revision: str
    started_at: datetime
    ended_at: datetime | None
    state: str
    counts: Mapping[str, int]
    digest: bytes | None
    digests: int

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return None if self.ended_at is None else (self.ended_at - self.started_at).total_seconds()

    @property
    def compared(self) -> date | None:
        """The business day whose discrepancies it has to do with."""
        return legal_day(self.starts) if self.job in COMPARING else None


async def listed(conn: asyncpg.Connection, jobs: list[str] | None = None) -> list[Run]:
    """Runs, newest first; of these jobs only, if any are named."""
    return [Run(**r) for r in await conn.fetch(_LIST, jobs, SHOWN)]
