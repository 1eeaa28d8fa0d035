"""The outbox: which tokens may leave by push now, and what became of those that left (contract 3).

Order: of a dispute and receiver only the lowest number that is neither acknowledged nor held may leave.
The time of the next try is written before the attempt, so a crash means another attempt. A receiver that
failed is probed with one token at a time, over all workers: who moves `blocked_until` on has the probe.
All SQL of the way out but the streams' is here and in `letters`; time comes in as an argument.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import asyncpg

from hub.exchange.backoff import LONGEST, Uniform, chance, delay, wait
from hub.exchange.letters import COLUMNS, Letter, Letters, posting
from hub.exchange.receivers import Receiver, push_receivers
from hub.store.database import Database

WINDOW: Final = 32
"""Tokens under way to one receiver at a time."""

AT_ONCE: Final = 100
"""Tokens claimed in one transaction."""

LEASE: Final = timedelta(seconds=20)
"""How long a claimed token is its worker's: longer than an attempt may take."""

FARTHEST: Final = timedelta(seconds=LONGEST)
"""The latest a token's next try is ever put; a Retry-After holds up the receiver, not the token."""

_CANDIDATES: Final = 500
_SLACK: Final = timedelta(seconds=1)

_HEAD: Final = """
    d.system = q.system AND d.state = 'queued' AND d.next_try <= $3
    AND (SELECT e.id FROM delivery e WHERE e.subject = d.subject AND e.system = d.system
            AND e.seq < d.seq AND e.state NOT IN ('superseded', 'held', 'acknowledged') LIMIT 1) IS NULL
"""
# Plans are made on empty tables, where every way costs the same. NOT EXISTS may become a join that reads
# all that is queued, whatever the limit; "= 'queued'" would let the lower numbers be looked for among all
# that is queued for the system, not in their dispute.
_CLAIM: Final = f"""
SELECT d.* FROM unnest($1::text[], $2::int[]) AS q (system, room)
 CROSS JOIN LATERAL (
    SELECT {COLUMNS} FROM delivery d WHERE {_HEAD}
     ORDER BY d.next_try, d.id LIMIT q.room FOR UPDATE SKIP LOCKED) d
"""  # noqa: S608  column names are ours
_PROBE: Final = f"""
SELECT c.id, q.system FROM unnest($1::text[], $2::int[]) AS q (system, room)
 CROSS JOIN LATERAL (
    SELECT f.id FROM (
        SELECT d.id, d.tries, d.next_try FROM delivery d WHERE {_HEAD}
         ORDER BY d.next_try, d.id LIMIT {_CANDIDATES}) f
     ORDER BY f.tries, f.next_try, f.id LIMIT q.room) c
"""  # noqa: S608  column names are ours
_LOCK: Final = f"""
SELECT {COLUMNS} FROM delivery WHERE id = ANY ($1::uuid[]) AND state = 'queued'
 ORDER BY id FOR UPDATE SKIP LOCKED
"""  # noqa: S608  column names are ours
_TAKE_PROBE: Final = """
UPDATE stream SET blocked_until = $3
 WHERE id IN (SELECT id FROM stream WHERE system = ANY ($1::text[]) AND failures > 0
                 AND (blocked_until IS NULL OR blocked_until <= $2) ORDER BY id FOR UPDATE SKIP LOCKED)
RETURNING system
"""
_FAILED: Final = """
UPDATE stream s
   SET failures = r.seen + 1, failing_since = coalesce(s.failing_since, $4),
       blocked_until = r.until
  FROM unnest($1::text[], $2::int[], $3::timestamptz[]) AS r (system, seen, until)
 WHERE s.system = r.system AND s.failures = r.seen
   AND s.id IN (SELECT id FROM stream WHERE system = ANY ($1::text[]) ORDER BY id FOR UPDATE)
"""
_DEFER: Final = """
UPDATE delivery d SET next_try = r.at FROM unnest($1::uuid[], $2::timestamptz[]) AS r (id, at)
 WHERE d.id = r.id AND d.state = 'queued'
   AND d.id IN (SELECT id FROM delivery WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE)
"""
_RECOVERED: Final = """
UPDATE stream SET failures = 0, failing_since = NULL, blocked_until = NULL
 WHERE id IN (SELECT id FROM stream WHERE system = ANY ($1::text[]) AND failures > 0
               ORDER BY id FOR UPDATE)
"""
_AHEAD: Final = """
SELECT q.system FROM unnest($1::text[]) AS q (system)
 WHERE EXISTS (SELECT 1 FROM delivery d
                WHERE d.system = q.system AND d.state = 'queued' AND d.next_try > $2)
"""
_RECALL_RECEIVERS: Final = """
UPDATE stream SET blocked_until = $2
 WHERE id IN (SELECT id FROM stream WHERE system = ANY ($1::text[]) AND blocked_until > $2
               ORDER BY id FOR UPDATE)
"""
_RECALL: Final = """
UPDATE delivery SET next_try = $2
 WHERE id IN (SELECT id FROM delivery WHERE system = ANY ($1::text[]) AND state = 'queued' AND next_try > $3
               ORDER BY id FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter claimed for push, and the receiver as it was then."""

    letter: Letter
    receiver: Receiver


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that came to nothing. `retry_after`: seconds the receiver asked for, within bounds."""

    outgoing: Outgoing
    retry_after: float | None = None


class Outbox:
    """Claims for push and notes failures. Any number of them work on one database."""

    def __init__(self, database: Database, letters: Letters, uniform: Uniform = chance) -> None:
        self._database = database
        self._letters = letters
        self._uniform = uniform
        self.receivers = 0
        """How many receivers take tokens by push, as of the last claim."""

    async def claim(self, now: datetime, under_way: Mapping[str, int]) -> list[Outgoing]:
        """Letters that may leave now, their next try written. `under_way`: by receiver, in this worker."""
        async with self._database.writing() as conn:
            receivers = {r.system: r for r in await push_receivers(conn)}
            self.receivers = len(receivers)
            if not receivers:
                return []
            # Streams are locked before deliveries, here as everywhere: two orders would be a deadlock.
            rows = await self._probes(conn, receivers.values(), under_way, now)
            rows += await self._well(conn, receivers.values(), under_way, now)
            if not rows:
                return []
            postings = [posting(row) for row in rows]
            letters = await self._letters.fix(conn, postings, now, now + LEASE)
        return [Outgoing(letter, receivers[letter.system]) for letter in letters]

    async def _well(
        self,
        conn: asyncpg.Connection,
        receivers: Iterable[Receiver],
        under_way: Mapping[str, int],
        now: datetime,
    ) -> list[asyncpg.Record]:
        room = {
            r.system: min(WINDOW - under_way.get(r.system, 0), AT_ONCE) for r in receivers if r.failures == 0
        }
        room = {system: n for system, n in room.items() if n > 0}
        if not room:
            return []
        return list(await conn.fetch(_CLAIM, list(room), list(room.values()), now))

    async def _probes(
        self,
        conn: asyncpg.Connection,
        receivers: Iterable[Receiver],
        under_way: Mapping[str, int],
        now: datetime,
    ) -> list[asyncpg.Record]:
        down = [
            r.system
            for r in receivers
            if r.failures > 0
            and not under_way.get(r.system)
            and (r.blocked_until is None or r.blocked_until <= now)
        ]
        if not down:
            return []
        found = await conn.fetch(_PROBE, down, [1] * len(down), now)
        if not found:
            return []
        wanted = [row["system"] for row in found]
        taken = {row["system"] for row in await conn.fetch(_TAKE_PROBE, wanted, now, now + LEASE)}
        return list(await conn.fetch(_LOCK, [row["id"] for row in found if row["system"] in taken]))

    async def failed(self, failures: Sequence[Failure], now: datetime) -> None:
        """Note attempts that failed: the receiver is down from now on, its tokens wait.

        Of several failures under way at once only the first counts: backoff grows with rounds, not with
        how many tokens were caught in one.
        """
        until: dict[str, tuple[int, datetime]] = {}
        later: dict[UUID, datetime] = {}
        for failure in failures:
            receiver, letter = failure.outgoing.receiver, failure.outgoing.letter
            blocked = now + timedelta(seconds=wait(receiver.failures + 1, failure.retry_after, self._uniform))
            seen = until.get(receiver.system)
            if seen is None or seen[1] < blocked:
                until[receiver.system] = (receiver.failures, blocked)
            own = blocked
            if letter.tries > receiver.failures + 1:
                # A token that fails where others do not: its own tries count, so that it leaves them room.
                own = max(own, now + timedelta(seconds=delay(letter.tries, self._uniform)))
            later[letter.id] = min(own, now + FARTHEST)
        async with self._database.writing() as conn:
            await conn.execute(
                _FAILED,
                list(until),
                [seen for seen, _ in until.values()],
                [blocked for _, blocked in until.values()],
                now,
            )
            await conn.execute(_DEFER, list(later), list(later.values()))

    async def recall(self, now: datetime) -> None:
        """Let leave now what was put off further than anything is: the clock has been set back since.

        A receiver that is down has such tokens too then, so that its own time is known to be wrong.
        """
        farthest = now + max(FARTHEST, LEASE) + _SLACK
        async with self._database.writing() as conn:
            receivers = [r.system for r in await push_receivers(conn)]
            ahead = [row["system"] for row in await conn.fetch(_AHEAD, receivers, farthest)]
            if ahead:
                await conn.execute(_RECALL_RECEIVERS, ahead, now)
                await conn.execute(_RECALL, ahead, now, farthest)

    async def recovered(self, systems: Iterable[str]) -> None:
        """These receivers answered: all their tokens may leave again."""
        async with self._database.writing() as conn:
            await conn.execute(_RECOVERED, list(systems))
