"""Delivery by poll (RFC 8936): acknowledgements in, tokens out, and the waiting in between.

Every poll repeats what is not acknowledged, of each dispute from its oldest number on without a gap. What
is handed out is read by the role reader under the caller's own eyes; only claims that are not fixed yet
are written, by the role hub.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused, Unavailable
from hub.exchange.bell import Bell
from hub.exchange.letters import COLUMNS, Letter, Letters, posting
from hub.exchange.receivers import POLL
from hub.exchange.settle import Ends, settle
from hub.store.clock import Clock
from hub.store.database import Database

HOLD: Final = 20.0
"""Seconds a poll with nothing to answer is held."""

LOOK: Final = 0.15
"""Seconds between two looks for what other processes committed."""

MOST: Final = 100
"""Tokens in one answer, whatever `maxEvents` says."""

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_WAITING: Final = 8
"""Polls of one system held at a time; further ones are answered at once."""

_QUIET: Final = 0.02

_STREAM: Final = """
SELECT method, status FROM stream WHERE (SELECT act_as($1, $2)) AND system = $2
"""
_PICK: Final = """
WITH oldest AS (
    SELECT subject, seq FROM delivery WHERE system = $2 AND state = 'queued'
     ORDER BY next_try, id LIMIT $3
), reach AS (SELECT subject, max(seq) AS seq FROM oldest GROUP BY subject)
SELECT d.* FROM reach r
 CROSS JOIN LATERAL (
    SELECT id, subject, seq, next_try FROM delivery
     WHERE subject = r.subject AND system = $2 AND seq <= r.seq
       AND state NOT IN ('superseded', 'held', 'acknowledged') OFFSET 0) d
 WHERE (SELECT act_as($1, $2))
"""
# Dispute by dispute, by `delivery_order`, whatever the tables held when this was planned: see `outbox`.
_LOAD: Final = f"""
SELECT {COLUMNS} FROM delivery
 WHERE (SELECT act_as($1, $2)) AND system = $2 AND state = 'queued' AND id = ANY ($3::uuid[])
"""  # noqa: S608  column names are ours
_LOCK: Final = f"""
SELECT {COLUMNS} FROM delivery WHERE system = $1 AND state = 'queued' AND id = ANY ($2::uuid[])
 ORDER BY id FOR UPDATE
"""  # noqa: S608  column names are ours
_NEWS: Final = """
SELECT w.system FROM unnest($1::text[]) AS w (system) JOIN stream s ON s.system = w.system
 WHERE s.status = 'enabled'
   AND EXISTS (SELECT 1 FROM delivery d WHERE d.system = w.system AND d.state = 'queued')
"""


_Place: TypeAlias = tuple[UUID, int]


@dataclass(frozen=True, slots=True)
class PollRequest:
    """A poll as it was asked (RFC 8936, 2.2): ids that are no UUID cannot be ours and are left out."""

    max_events: int = MOST
    return_immediately: bool = False
    acknowledged: tuple[UUID, ...] = ()
    errors: Mapping[UUID, str] | None = None


@dataclass(frozen=True, slots=True)
class PollAnswer:
    """Tokens by jti, in the order in which they are to be applied."""

    sets: Mapping[str, str]
    more: bool

    def json(self) -> dict[str, object]:
        """The answer's body (RFC 8936, 2.3)."""
        return {"sets": dict(self.sets), "moreAvailable": self.more}


class Watch:
    """Tells waiting polls that there is something for them: one look for all of them at a time."""

    def __init__(self, database: Database, bell: Bell) -> None:
        self._database = database
        self._bell = bell
        self._waiting: dict[str, asyncio.Event] = {}
        self._held: Counter[str] = Counter()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def has_room(self, system: str) -> bool:
        """Whether another poll of this system may be held."""
        return not self._closed and self._held[system] < MOST_WAITING

    async def wait(self, system: str, seconds: float) -> None:
        """Until there may be something for the system, the time is over or the hub stops."""
        event = self._waiting.setdefault(system, asyncio.Event())
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look(), name="poll-watch")
        self._held[system] += 1
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await event.wait()
        finally:
            self._held[system] -= 1

    def release(self) -> None:
        """Answer every held poll now, and hold no more."""
        self._closed = True
        self._wake(list(self._waiting))
        self._bell.set()

    async def close(self) -> None:
        """The same, and end the looking."""
        self.release()
        if self._task is not None:
            await self._task

    def _wake(self, systems: Sequence[str]) -> None:
        for system in systems:
            if event := self._waiting.pop(system, None):
                event.set()

    async def _look(self) -> None:
        while any(self._held.values()) and not self._closed:
            await self._bell.wait(LOOK)
            await asyncio.sleep(_QUIET)  # a busy hub rings all the time
            self._wake(await self._news(list(self._waiting)))
        self._wake(list(self._waiting))

    async def _news(self, waiting: Sequence[str]) -> list[str]:
        """Those of the waiting systems for which there is something; none while the database is away."""
        try:
            async with self._database.connection() as conn:
                rows = await conn.fetch(_NEWS, waiting)
        except (Unavailable, asyncpg.PostgresError):
            return []  # each poll asks for itself when its time is over, and says what is wrong
        return [row["system"] for row in rows]


class Poller:
    """Answers polls. One per process."""

    def __init__(self, database: Database, letters: Letters, clock: Clock, watch: Watch) -> None:
        self._database = database
        self._letters = letters
        self._clock = clock
        self._watch = watch

    async def poll(self, system: str, request: PollRequest) -> PollAnswer:
        """Take acknowledgements in, answer with tokens. Raises Refused `unknown` without a poll stream."""
        await self._open(system)
        acknowledged: dict[UUID, bytes | None] = dict.fromkeys(request.acknowledged)
        held = dict(request.errors or {})
        for jti in held:
            acknowledged.pop(jti, None)  # said both ways: an operator looks at it
        await settle(self._database, self._letters, Ends(acknowledged, held, system), self._clock())
        until = time.monotonic() + HOLD
        while True:
            answer = await self._answer(system, request.max_events)
            left = until - time.monotonic()
            at_once = request.return_immediately or request.max_events == 0
            if answer.sets or at_once or left <= 0 or not self._watch.has_room(system):
                return answer
            await self._watch.wait(system, left)

    async def _open(self, system: str) -> bool:
        """Whether the system's poll stream is enabled. Raises Refused `unknown` if there is none."""
        rows = await self._database.read((), system, _STREAM)
        if not rows or rows[0]["method"] != POLL:
            raise Refused("unknown", Fault("no-poll-stream"))
        return bool(rows[0]["status"] == "enabled")

    async def _answer(self, system: str, max_events: int) -> PollAnswer:
        if not await self._open(system):
            return PollAnswer({}, more=False)
        limit = min(max_events, MOST)
        picked = in_order(await self._database.read((), system, _PICK, limit + 1))
        chosen = picked[:limit]
        if not chosen:
            return PollAnswer({}, more=bool(picked))
        letters, stuck = await self._load(system, [row["id"] for row in chosen])
        sets: dict[str, str] = {}
        size = 0
        for row in chosen:
            letter = letters.get((row["subject"], row["seq"]))
            if letter is None or row["subject"] in stuck:
                continue
            size += len(letter.payload)
            if sets and size > MOST_BYTES:
                break
            sets[str(letter.id)] = self._letters.sign(letter)
        return PollAnswer(sets, more=len(picked) > len(sets))

    async def _load(self, system: str, ids: Sequence[UUID]) -> tuple[dict[_Place, Letter], set[UUID]]:
        """The letters by place, and the disputes in which one cannot be read: nothing may pass it there.

        What was never handed out gets its claims fixed now.
        """
        found = [posting(r) for r in await self._database.read((), system, _LOAD, list(ids))]
        ready = [p for p in found if self._letters.settled(p)]
        letters = self._letters.open_all(ready)
        fresh = [p.id for p in found if not self._letters.settled(p)]
        if fresh:
            async with self._database.writing() as conn:
                locked = [posting(row) for row in await conn.fetch(_LOCK, system, fresh)]
                letters += await self._letters.fix(conn, locked, self._clock())
            ready += locked
        by_place = {(letter.subject, letter.seq): letter for letter in letters}
        stuck = {p.subject for p in ready if (p.subject, p.seq) not in by_place}
        return by_place, stuck


def in_order(rows: Sequence[asyncpg.Record]) -> list[asyncpg.Record]:
    """Oldest first, and never a number of a dispute before a lower one.

    A row's place is that of the latest among itself and the lower numbers of its dispute, so that any
    beginning of the list has no gap.
    """
    places: dict[UUID, tuple[UUID, tuple[object, UUID]]] = {}
    latest: dict[UUID, tuple[object, UUID]] = {}
    for row in sorted(rows, key=lambda r: r["seq"]):
        own = (row["next_try"], row["id"])
        subject = row["subject"]
        latest[subject] = max(latest.get(subject, own), own)
        places[row["id"]] = (subject, latest[subject])
    return sorted(rows, key=lambda r: (places[r["id"]][1], r["seq"]))
