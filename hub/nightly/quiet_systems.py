"""Agencies that are silent although something was to be heard of them: a finding each, never more than one.

Something is expected of a system for which deliveries have waited as long as silence is allowed, and of one
that sent on most days of the week before. A sign is a message it sent, a token it fetched or answered.
Reads only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, NamedTuple

import asyncpg

from hub.exchange.tokens_out import VERIFICATION
from hub.law.calendar import SHANGHAI
from hub.store.ids import uuid7_at
from hub.store.registry import SystemRow

Expected = Literal["deliveries", "habit"]
WEEK: Final = 7
MOST_DAYS: Final = 5
_SENT: Final = """
SELECT iss, count(DISTINCT (received_at AT TIME ZONE 'Asia/Shanghai')::date) AS days, max(received_at) AS last
  FROM message WHERE id >= $1 AND id < $2 AND parent IS NULL GROUP BY iss
"""
_WAITING: Final = """
SELECT system, count(*) AS n FROM delivery
 WHERE state IN ('queued', 'held') AND created_at <= $1 AND event <> $2 GROUP BY system
"""
# Of a poll the hub knows when it first handed a token out; of a push only what was answered.
_TOOK: Final = """
SELECT d.system, max(greatest(d.received_at, d.done_at,
                              CASE WHEN s.method LIKE '%:8936' THEN d.first_sent_at END)) AS last
  FROM delivery d LEFT JOIN stream s ON s.system = d.system
 WHERE d.system = ANY ($1::text[]) GROUP BY d.system
"""


class Silent(NamedTuple):
    """A system of which nothing was heard. `waiting`: deliveries that wait for it for too long."""

    system: str
    agency: str
    expected: Expected
    waiting: int
    last_sign: datetime | None


async def silent(
    conn: asyncpg.Connection, systems: Mapping[str, SystemRow], at: datetime, allowed: timedelta
) -> list[Silent]:
    """The systems of which nothing was heard for `allowed` before `at`, by id."""
    since = at - allowed
    first = datetime.combine(
        at.astimezone(SHANGHAI).date() - timedelta(days=WEEK), datetime.min.time(), SHANGHAI
    )
    rows = await conn.fetch(_SENT, uuid7_at(min(first, since)), uuid7_at(at))
    sent = {row["iss"]: row for row in rows}
    waiting = {row["system"]: row["n"] for row in await conn.fetch(_WAITING, since, VERIFICATION)}
    expected: dict[str, Expected] = {iss: "habit" for iss, row in sent.items() if row["days"] >= MOST_DAYS}
    expected.update(dict.fromkeys(waiting, "deliveries"))
    took = {row["system"]: row["last"] for row in await conn.fetch(_TOOK, list(expected))}
    found = []
    for system, why in sorted(expected.items()):
        known = systems.get(system)
        signs = [s for s in (took.get(system), sent[system]["last"] if system in sent else None) if s]
        last = max(signs, default=None)
        if known is not None and not known.disabled and (last is None or last < since):
            found.append(Silent(system, known.agency, why, waiting.get(system, 0), last))
    return found
