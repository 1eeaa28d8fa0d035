"""The statistics sheet 统计表 of a caller's units: what was opened in a period, and how it stands.

Counts of cases the caller takes part in, made by the database; nothing of persons. SQL text.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import asyncpg

import schemas
from hub.exchange.sheets.lines import Period, bounds
from hub.law import words
from hub.law.shapes import Machine

CRIMINAL: Final = """
c.machine = 'warning' AND c.facts ? 'converted' AND (c.facts ->> 'converted' = 'criminal' OR EXISTS (
    SELECT FROM jsonb_each_text(coalesce(d.facts -> 'own_cases', '{}')) own WHERE own.value = 'criminal'))
"""
"""Of a case `c` of a dispute `d`: whether it is a warning that became a criminal case (民转刑)."""

_ALL: Final = """
    SELECT 'dispute' AS machine, state, opened_at, NULL::timestamptz AS closed_at, participants, facts
      FROM dispute
     UNION ALL
    SELECT machine, state, opened_at, closed_at, participants, facts FROM case_run
"""
_STATES: Final = f"""
SELECT machine, state, count(*) AS n FROM ({_ALL}) c
 WHERE participants && $1::text[] AND opened_at > $2 AND opened_at <= $3 GROUP BY machine, state
"""  # noqa: S608  the text is ours
_CRIMINAL: Final = f"""
SELECT count(*) AS n, count(*) FILTER (WHERE {CRIMINAL}) AS criminal
  FROM case_run c JOIN dispute d ON d.id = c.dispute
 WHERE c.participants && $1::text[] AND c.opened_at > $2 AND c.opened_at <= $3 AND c.facts ? 'converted'
"""  # noqa: S608
_MONTHS: Final = f"""
SELECT machine, to_char(opened_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month, count(*) AS n
  FROM ({_ALL}) c WHERE participants && $1::text[] AND opened_at > $2 AND opened_at <= $3
 GROUP BY machine, month ORDER BY month
"""  # noqa: S608
_TYPES: Final = """
SELECT coalesce(facts ->> 'dispute_type', '') AS code, count(*) AS n FROM dispute
 WHERE participants && $1::text[] AND opened_at > $2 AND opened_at <= $3 GROUP BY 1 ORDER BY n DESC, 1
"""
_TRACKS: Final = """
SELECT coalesce(facts ->> 'track', '') AS code, count(*) AS n FROM case_run
 WHERE machine = 'referral' AND participants && $1::text[] AND opened_at > $2 AND opened_at <= $3
 GROUP BY 1 ORDER BY n DESC, 1
"""


class Count(NamedTuple):
    """A number and what it is of. `within`: it is counted in a line above."""

    of: str
    what: str
    n: int
    within: bool = False


class Statistics(NamedTuple):
    """All counts of a period: by machine and state, month and machine, type of dispute, track; 民转刑."""

    states: list[Count]
    months: list[Count]
    types: list[Count]
    tracks: list[Count]
    converted: list[Count]


async def counted(
    conn: asyncpg.Connection, own: Sequence[str], period: Period, machines: Mapping[str, Machine]
) -> Statistics:
    """The counts of the units `own`."""
    among = (list(own), *bounds(period))
    police = await conn.fetchrow(_CRIMINAL, *among)
    states = {(r["machine"], r["state"]): r["n"] for r in await conn.fetch(_STATES, *among)}
    return Statistics(
        states=[
            Count(machine.zh, words.state(machine, state), states[name, state])
            for name, machine in machines.items()
            for state in machine.states
            if (name, state) in states
        ],
        months=[
            Count(r["month"], machines[r["machine"]].zh, r["n"]) for r in await conn.fetch(_MONTHS, *among)
        ],
        types=[_named("dispute_type", r) for r in await conn.fetch(_TYPES, *among)],
        tracks=[_named("referral_track", r) for r in await conn.fetch(_TRACKS, *among)],
        converted=[
            Count(machines["warning"].zh, "转治安或刑事案件 converted to a case", police["n"]),
            Count(
                machines["warning"].zh, "其中转为刑事案件 of them criminal", police["criminal"], within=True
            ),
        ],
    )


def _named(listed: str, row: asyncpg.Record) -> Count:
    return Count(row["code"], schemas.codes(listed).get(row["code"], "未填 not said"), row["n"])
