"""Mediations that ended in a period, whose they were, and what became of what was agreed in them.

A run ends with its last agreement or failure before the cut-off; it is the mediators' whom its messages name
last. Documents are opened in memory; what leaves here are ids, numbers and codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import asyncpg

from hub.exchange.forms.mediation_file import contents
from hub.law.assessing.formulas import Run
from hub.law.clocks import PERIODS
from hub.law.reading import listed, objects, text
from hub.nightly.assessment.roster import Mediator, Roster
from hub.nightly.documents import opened
from hub.nightly.night import Night

Form = Literal["written", "oral", ""]
_NAMING: Final = ("referral_answer", "mediation_progress", "mediation_result")
_FORMS: Final[Mapping[str, Form]] = {
    "agreed_written": "written",
    "partly_agreed": "written",
    "agreed_oral": "oral",
}
# A handed-back run that is taken up again ends once more; performance said of an agreement is no end.
_ENDED: Final = """
SELECT DISTINCT ON (h.case_id) h.case_id, c.dispute, h.to_state, h.at, h.message,
       (SELECT min(a.at) FROM case_history a
         WHERE a.case_id = h.case_id AND a.to_state = 'accepted') AS accepted,
       (SELECT d.due FROM deadline d
         WHERE d.dispute = c.dispute AND d.case_id = h.case_id AND d.rule = ANY ($3::text[])
           AND NOT d.historical AND d.due IS NOT NULL AND d.started_at <= h.at
         ORDER BY d.started_at DESC, d.id DESC LIMIT 1) AS due
  FROM case_history h JOIN case_run c ON c.id = h.case_id
 WHERE c.machine = 'referral' AND h.at < $2 AND h.to_state IN ('agreed', 'not_agreed')
   AND h.from_state IS DISTINCT FROM h.to_state
   AND coalesce(h.from_state, '') NOT IN ('closed', 'recalled', 'reassigned')
   AND c.opened_at < $2 AND h.case_id IN (SELECT case_id FROM case_history WHERE at >= $1 AND at < $2)
 ORDER BY h.case_id, h.n DESC
"""
_RUNS_OF: Final = """
SELECT c.id, c.dispute, c.participants, EXISTS (
       SELECT 1 FROM case_history h WHERE h.case_id = c.id AND h.to_state = 'agreed' AND h.at < $3) AS agreed
  FROM case_run c WHERE c.machine = 'referral' AND (c.dispute = ANY ($1::uuid[]) OR c.id = ANY ($2::uuid[]))
 ORDER BY c.opened_at, c.id
"""
# What was said before disputes were merged stays under the dispute it was said in.
_HOMES: Final = """
SELECT id, id AS home FROM unnest($1::uuid[]) id
 UNION ALL
SELECT absorbed, survivor FROM dispute_merge WHERE undone_at IS NULL AND survivor = ANY ($1::uuid[])
"""
_SAYING: Final = """
SELECT id, iss, case_id FROM message
 WHERE dispute = ANY ($1::uuid[]) AND kind = ANY ($2::text[]) AND case_id = ANY ($3::uuid[]) ORDER BY id
"""
_WHOLE: Final = """
SELECT id, kind, dispute, case_id FROM message
 WHERE dispute = ANY ($1::uuid[]) AND received_at < $2 ORDER BY id
"""
# Disputes whose last item of performance fell due in the period, and whether they were performed by then.
_DUE: Final = """
SELECT d.dispute, EXISTS (SELECT 1 FROM case_history h WHERE h.case_id = d.dispute AND h.dispute = d.dispute
                             AND h.to_state = 'performed' AND h.at < $2) AS done
  FROM deadline d WHERE d.rule = 'PERF_ITEM' AND d.due IS NOT NULL AND d.started_at < $2
 GROUP BY d.dispute HAVING max(d.due) > $1 AND max(d.due) <= $2
"""
_DECIDED: Final = """
SELECT c.dispute, bool_or(h.to_state IN ('negative', 'revoked')) AS lost
  FROM case_history h JOIN case_run c ON c.id = h.case_id
 WHERE c.machine = 'confirmation' AND h.to_state IN ('ruled', 'negative', 'revoked')
   AND h.from_state IS DISTINCT FROM h.to_state AND h.at >= $1 AND h.at < $2
 GROUP BY c.id, c.dispute
"""


class Ended(NamedTuple):
    """A run that ended in the period, with what its documents tell of it."""

    case: UUID
    dispute: UUID
    at: datetime
    form: Form
    run: Run


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose runs are: by case, and the runs of a dispute in the order they were opened."""

    by_case: Mapping[UUID, frozenset[Mediator]]
    runs: Mapping[UUID, Sequence[asyncpg.Record]]

    def of_dispute(self, dispute: UUID) -> frozenset[Mediator]:
        """Those of the last run of a dispute that came to an agreement."""
        agreed = [run["id"] for run in self.runs.get(dispute, ()) if run["agreed"]]
        return self.by_case.get(agreed[-1], frozenset()) if agreed else frozenset()

    def rated(self, sender: str, case: UUID | None, dispute: UUID | None) -> frozenset[Mediator]:
        """Those whom a rating is about; nobody where its sender has no part in the run."""
        for runs in self.runs.values():
            for run in runs:
                if case is not None and run["id"] == case and sender in run["participants"]:
                    return self.by_case.get(case, frozenset())
        parts = (
            [r["id"] for r in self.runs.get(dispute, ()) if sender in r["participants"]] if dispute else []
        )
        return self.by_case.get(parts[-1], frozenset()) if parts and case is None else frozenset()


async def owners(
    night: Night,
    conn: asyncpg.Connection,
    roster: Roster,
    disputes: Iterable[UUID],
    cases: Iterable[UUID],
    cut_off: datetime,
) -> Owners:
    """Whose the runs of these disputes, and these runs, are."""
    found = await conn.fetch(_RUNS_OF, list(set(disputes)), list(set(cases)), cut_off)
    runs: dict[UUID, list[asyncpg.Record]] = {}
    for row in found:
        runs.setdefault(row["dispute"], []).append(row)
    homes = await _homes(conn, runs)
    said = await conn.fetch(_SAYING, list(homes), list(_NAMING), [row["id"] for row in found])
    rows = {row["id"]: row for row in said}
    named: dict[UUID, frozenset[Mediator]] = {}
    async for documents in opened(night.hub, list(rows)):
        for message, document in documents:
            row = rows[message]
            last = roster.named(row["iss"], _named(document))
            if last:
                named[row["case_id"]] = frozenset(last)
    return Owners(named, runs)


def _named(document: Mapping[str, Any]) -> list[object]:
    return [
        ref for place in (document, *objects(document, "agreements")) for ref in listed(place, "mediators")
    ]


async def ended(night: Night, conn: asyncpg.Connection, starts: datetime, cut_off: datetime) -> list[Ended]:
    """Runs whose last end before the cut-off lies in the period, by id."""
    rows = await conn.fetch(_ENDED, starts, cut_off, sorted(PERIODS))
    rows = [row for row in rows if row["at"] >= starts]
    told = await _told(night, conn, {row["dispute"] for row in rows}, cut_off)
    return [_ended(row, told.get(row["dispute"], [])) for row in rows]


async def _homes(conn: asyncpg.Connection, disputes: Iterable[UUID]) -> dict[UUID, UUID]:
    """Where messages of these disputes are kept → the dispute."""
    return {row["id"]: row["home"] for row in await conn.fetch(_HOMES, list(disputes))}


async def _told(
    night: Night, conn: asyncpg.Connection, disputes: set[UUID], cut_off: datetime
) -> dict[UUID, list[dict[str, Any]]]:
    """The messages of disputes, as the mediation file reads them."""
    homes = await _homes(conn, disputes)
    rows = {row["id"]: row for row in await conn.fetch(_WHOLE, list(homes), cut_off)}
    told: dict[UUID, list[dict[str, Any]]] = {}
    async for documents in opened(night.hub, list(rows)):
        for message, document in documents:
            row = rows[message]
            case = str(row["case_id"]) if row["case_id"] else None
            one = {"id": message, "kind": row["kind"], "case": case, "document": document}
            told.setdefault(homes[row["dispute"]], []).append(one)
    return told


def _ended(row: asyncpg.Record, said: Sequence[Mapping[str, Any]]) -> Ended:
    agreed = row["to_state"] == "agreed"
    result: Mapping[str, Any] = next((m["document"] for m in said if m["id"] == row["message"]), {})
    form = _FORMS.get(text(result, "outcome") or "", "") if agreed else ""
    taken = row["accepted"]
    days = (row["at"] - taken).days if taken is not None and taken <= row["at"] else None
    late = row["at"] > row["due"] if row["due"] is not None else None
    parts = _parts(row["case_id"], said) if form else (0, 0)
    run = Run(agreed, form == "oral", days, late, parts)
    return Ended(row["case_id"], row["dispute"], row["at"], form, run)


def _parts(case: UUID, said: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Required parts of the mediation file that are there, and all of them."""
    needed = [p for p in contents({"messages": said}, {"id": str(case)}) if p["need"] == "required"]
    return sum(not p["missing"] for p in needed), len(needed)


async def due(conn: asyncpg.Connection, starts: datetime, ends: datetime) -> list[tuple[UUID, bool]]:
    """(dispute, performed) of those whose last item fell due in the span."""
    return [(row["dispute"], row["done"]) for row in await conn.fetch(_DUE, starts, ends)]


async def decided(conn: asyncpg.Connection, starts: datetime, ends: datetime) -> list[tuple[UUID, bool]]:
    """(dispute, lost) of each confirmation that a court decided in the span."""
    return [(row["dispute"], row["lost"]) for row in await conn.fetch(_DECIDED, starts, ends)]
