"""What the night finds of claims for a subsidy: two for one dispute after all, local conditions not met.

Disputes are merged and linked after they were claimed: nobody could refuse that then. A finding decides
nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, cast
from uuid import UUID

import asyncpg

from hub.law.assessing.rules import SUBSIDY, SubsidyRules, subsidy_rules
from hub.nightly.night import Night

_CLAIMS: Final = """
SELECT c.message, c.dispute, c.class, c.amount, r.form, r.parts_there, r.parts_needed,
       EXISTS (SELECT 1 FROM case_history h WHERE h.case_id = c.dispute AND h.to_state = 'performed'
                  AND h.at < $1) AS performed
  FROM subsidy_claim c LEFT JOIN LATERAL (
       SELECT form, parts_there, parts_needed FROM mediation_run
        WHERE dispute = c.dispute AND agreed ORDER BY last_day DESC, ended_at DESC LIMIT 1) r ON true
 WHERE c.state <> 'withdrawn' AND c.at < $1
"""
# A claim of a dispute that was merged into one that is claimed, or into the same one as another that is.
_MERGED: Final = """
WITH RECURSIVE chain (first, id) AS (
    SELECT dispute, dispute FROM subsidy_claim WHERE state <> 'withdrawn' AND at < $1
     UNION
    SELECT c.first, (d.facts->>'merged_into')::uuid FROM chain c JOIN dispute d ON d.id = c.id
     WHERE d.facts ? 'merged_into'),
last AS (SELECT c.first, d.id FROM chain c JOIN dispute d ON d.id = c.id AND NOT d.facts ? 'merged_into')
SELECT s.message, a.first AS dispute, b.first AS other
  FROM last a JOIN last b ON b.id = a.id AND b.first <> a.first
  JOIN subsidy_claim s ON s.dispute = a.first AND s.state <> 'withdrawn'
"""
_LINKED: Final = """
SELECT s.message, s.dispute, o.dispute AS other
  FROM link_proposal p, LATERAL (VALUES (p.dispute, p.other), (p.other, p.dispute)) l (one, two)
  JOIN subsidy_claim s ON s.dispute = l.one AND s.state <> 'withdrawn' AND s.at < $1
  JOIN subsidy_claim o ON o.dispute = l.two AND o.state <> 'withdrawn' AND o.at < $1
 WHERE p.state = 'related'
"""
_KEEP: Final = """
INSERT INTO subsidy_finding (message, dispute, rule, other, found_at)
SELECT r.*, $5 FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) AS r ON CONFLICT DO NOTHING
"""
_CLEAR: Final = """
DELETE FROM subsidy_finding f WHERE NOT EXISTS (
    SELECT 1 FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS r (message, dispute, rule)
     WHERE (r.message, r.dispute, r.rule) = (f.message, f.dispute, f.rule))
"""


class Found(NamedTuple):
    """A finding; `other`: the other dispute."""

    message: UUID
    dispute: UUID
    rule: str
    other: UUID | None = None


async def look(night: Night, cut_off: datetime) -> list[Found]:
    """Look at all claims; the rows are what was found, what is right again goes."""
    said = night.hub.registry.config(SUBSIDY, cut_off)
    rules = subsidy_rules(cast("Mapping[str, Any] | None", said))
    async with night.hub.database.writing() as conn:
        found = {(f.message, f.dispute, f.rule): f for f in await _found(conn, rules, cut_off)}
        columns = [list(column) for column in zip(*found.values(), strict=True)] if found else [[]] * 4
        await conn.execute(_CLEAR, *columns[:3])
        await conn.execute(_KEEP, *columns, night.hub.clock())
    return sorted(found.values(), key=str)


async def _found(conn: asyncpg.Connection, rules: SubsidyRules, cut_off: datetime) -> list[Found]:
    found = [f for row in await conn.fetch(_CLAIMS, cut_off) for f in _unmet(row, rules)]
    for rule, query in (("merged", _MERGED), ("linked", _LINKED)):
        rows = await conn.fetch(query, cut_off)
        found += [Found(row["message"], row["dispute"], rule, row["other"]) for row in rows]
    return found


def _unmet(row: asyncpg.Record, rules: SubsidyRules) -> Iterator[Found]:
    """Local conditions that a claim does not meet; nothing of a run that no assessment has looked at."""
    assessed = row["form"] is not None
    met = {
        "written": not assessed or row["form"] == "written",
        "file_complete": not assessed or row["parts_there"] == row["parts_needed"],
        "performed": row["performed"],
    }
    for need in rules.needs:
        if not met.get(need, True):
            yield Found(row["message"], row["dispute"], need)
    most = rules.amounts.get(row["class"] or "")
    if most is not None and row["amount"] is not None and Decimal(row["amount"]) > most:
        yield Found(row["message"], row["dispute"], "amount")
