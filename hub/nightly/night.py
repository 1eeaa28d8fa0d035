"""What every nightly job is given: the hub's parts, the data interval, and a row that says what became of it.

A job is a coroutine over a `Night`; Airflow, the command line and the tests call the same one. Retries are
safe: a job writes rows by keys that follow from its interval, and `Work.digest` shows that a second run left
the same rows. Counts name numbers only: nothing about persons leaves a job by its row, its return or a log.
"""

import subprocess
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from hub.exchange.hub import Hub, open_hub
from hub.law.calendar import SHANGHAI, legal_day
from hub.settings import Settings
from hub.store.clock import Clock
from hub.store.ids import new_id

_BEGIN: Final = """
INSERT INTO night_run (id, job, part, starts, ends, revision, started_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_END: Final = "UPDATE night_run SET ended_at = $2, state = $3, counts = $4, digest = $5 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Interval:
    """The data interval [starts, ends) a run is for; aware instants."""

    starts: datetime
    ends: datetime

    @classmethod
    def of_day(cls, day: date) -> "Interval":
        """A business day in Asia/Shanghai."""
        starts = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        return cls(starts, starts + timedelta(days=1))

    @property
    def day(self) -> date:
        """The business day of a daily interval."""
        return legal_day(self.starts)


@dataclass(slots=True)
class Work:
    """What a run adds up while it works."""

    counts: dict[str, int] = field(default_factory=dict)
    digest: bytes | None = None

    def count(self, name: str, n: int = 1) -> None:
        """Add to a named number."""
        self.counts[name] = self.counts.get(name, 0) + n

    def digest_of(self, rows: Iterable[Iterable[object]]) -> None:
        """Take the digest over the rows the run left, in their order."""
        total = sha256()
        for row in rows:
            total.update(repr(tuple(map(str, row))).encode())
        self.digest = total.digest()


@dataclass(frozen=True, slots=True)
class Night:
    """The hub of this process and the interval of this run."""

    hub: Hub
    interval: Interval

    @asynccontextmanager
    async def work(self, job: str, part: str = "") -> AsyncIterator[Work]:
        """A run on record, from its beginning to its end or its failure."""
        run, work = new_id(self.hub.clock()), Work()
        spoken = (job, part, self.interval.starts, self.interval.ends, revision(), self.hub.clock())
        await self._say(_BEGIN, run, *spoken)
        try:
            yield work
        except BaseException:
            await self._say(_END, run, self.hub.clock(), "failed", work.counts, None)
            raise
        await self._say(_END, run, self.hub.clock(), "done", work.counts, work.digest)

    async def _say(self, query: str, *args: object) -> None:
        async with self.hub.database.writing() as conn:
            await conn.execute(query, *args)


@asynccontextmanager
async def open_night(
    settings: Settings, interval: Interval, clock: Clock | None = None
) -> AsyncIterator[Night]:
    """A night on the database of these settings, beside the hub that serves on it. Raises as `open_hub`."""
    async with open_hub(settings, clock) as hub:
        yield Night(hub, interval)


@cache
def revision() -> str:
    """The git revision of the code that runs; `unknown` outside a work tree, or where there is no git."""
    # The service's user rarely owns the work tree: git must not refuse to read it for that.
    words = ["git", "-c", "safe.directory=*", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        said = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603  fixed words
    except OSError:
        return "unknown"
    return said.stdout.strip() or "unknown"


Summary = Mapping[str, int]
"""What a job answers to its caller: counts by name, fit for a log and for XCom."""
