"""Assessments and claims as units read them, and the figures that are published: sums that name nobody.

A unit reads those of its own mediators and of the units below it; what an appeal corrected stands beside the
hub's figures. Published are sums of a unit's mediators where at least five were assessed.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.exchange.answers import shown
from hub.law.assessing.formulas import FORMULAS, Figure, summed
from hub.store.ids import NO_ID
from hub.trust.disclosure import LEAST, small

_PAGE: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (system, ref, first_day, last_day) id, ref, first_day, last_day, revision, version,
           scheme, figures, grade, conditions, units, messages, made_at, cut_off
      FROM assessment WHERE readers && $1::text[] AND last_day BETWEEN $2 AND $3
     ORDER BY system, ref, first_day, last_day, revision DESC) a
 WHERE id > $4 ORDER BY id LIMIT $5
"""
_WORDS: Final = """
SELECT w.message, w.appeal, w.said, w.unit, w.at, w.figures, w.grade, s.id AS standing
  FROM assessment_word w JOIN assessment a ON a.id = w.assessment
  JOIN assessment s ON (s.system, s.ref, s.first_day, s.last_day) = (a.system, a.ref, a.first_day, a.last_day)
 WHERE s.id = ANY ($1::uuid[]) ORDER BY w.message
"""
_PERIOD: Final = """
SELECT DISTINCT ON (system, ref) id, units, figures FROM assessment
 WHERE first_day = $1 AND last_day = $2 AND made_at < $3 ORDER BY system, ref, revision DESC
"""
_LATEST: Final = """
SELECT first_day, last_day FROM assessment WHERE last_day <= $1 AND made_at < $2
 ORDER BY last_day DESC, first_day LIMIT 1
"""
_CLAIMS: Final = """
SELECT c.message, c.dispute, c.unit, c.class, c.amount, c.state, c.answered_by, c.at, c.changed_at
  FROM subsidy_claim c
 WHERE EXISTS (SELECT 1 FROM message_reader r WHERE r.message = c.message AND r.unit = ANY ($1::text[]))
   AND (c.message, c.dispute) > ($2, $3)
 ORDER BY c.message, c.dispute LIMIT $4
"""
_FOUND: Final = """
SELECT message, dispute, rule FROM subsidy_finding WHERE message = ANY ($1::uuid[]) ORDER BY rule
"""
_OF_CASES: Final = frozenset(
    {"mediation_success", "overdue_rate", "performance_rate", "not_confirmed", "complaints_upheld"}
)
"""Figures both of whose numbers count cases, so that small ones could tell of one."""


async def page(
    conn: asyncpg.Connection,
    units: tuple[str, ...],
    span: tuple[date, date],
    after: UUID | None,
    limit: int,
) -> dict[str, object]:
    """Assessments of periods that end in a span of days, as they stand."""
    rows = await conn.fetch(_PAGE, list(units), *span, after or NO_ID, limit)
    words: dict[UUID, list[asyncpg.Record]] = {}
    for word in await conn.fetch(_WORDS, [row["id"] for row in rows]):
        words.setdefault(word["standing"], []).append(word)
    more = len(rows) == limit
    return {
        "assessments": [_assessment(row, words.get(row["id"], [])) for row in rows],
        "next": str(rows[-1]["id"]) if more else None,
    }


def _assessment(row: asyncpg.Record, words: Iterable[asyncpg.Record]) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "mediator": row["ref"],
        "period": {"from": row["first_day"].isoformat(), "to": row["last_day"].isoformat()},
        "revision": row["revision"],
        "formula_version": row["version"],
        "figures": row["figures"],
        "grade_proposed": row["grade"],
        "rules": row["scheme"],
        "conditions": row["conditions"],
        "units": row["units"],
        "messages": [str(message) for message in row["messages"]],
        "made_at": shown(row["made_at"]),
        "cut_off": shown(row["cut_off"]),
        "words": [_word(word) for word in words],
    }


def _word(word: asyncpg.Record) -> dict[str, object]:
    told: dict[str, object] = {
        "message": str(word["message"]),
        "said": word["said"],
        "unit": word["unit"],
        "at": shown(word["at"]),
    }
    if word["appeal"] is not None:
        told |= {"decides": str(word["appeal"]), "figures": word["figures"], "grade": word["grade"]}
    return told


async def published(
    conn: asyncpg.Connection, first: date, last: date, until: datetime
) -> list[dict[str, Any]]:
    """The sums of each unit's mediators in a period as they stood; units of fewer than five are left out."""
    rows = await conn.fetch(_PERIOD, first, last, until)
    corrected: dict[UUID, dict[str, Figure]] = {}
    for word in await conn.fetch(_WORDS, [row["id"] for row in rows]):
        if word["at"] < until:
            corrected.setdefault(word["standing"], {}).update(_figures(word["figures"]))
    homes: dict[str, list[dict[str, Figure]]] = {}
    for row in rows:
        standing = {**_figures(row["figures"]), **corrected.get(row["id"], {})}
        for unit in row["units"]:
            homes.setdefault(unit, []).append(standing)
    return [
        {"unit": unit, "mediators": len(found), "figures": [_open(f) for f in summed(found).values()]}
        for unit, found in sorted(homes.items())
        if len(found) >= LEAST
    ]


@dataclass(frozen=True, slots=True)
class AreaSum:
    """Published sums of several units added up. `figures`: indicator → figure, None where one is hidden."""

    first: date
    last: date
    mediators: int
    figures: Mapping[str, Figure | None]


async def of_area(
    conn: asyncpg.Connection, units: Collection[str], last: date, until: datetime
) -> AreaSum | None:
    """The last assessed period that ended by a day, over units; None where nothing of it is published.

    Only what is published is added up: whoever subtracts the one from the other learns nothing new.
    """
    period = await conn.fetchrow(_LATEST, last, until)
    if period is None:
        return None
    days = (period["first_day"], period["last_day"])
    found = [unit for unit in await published(conn, *days, until) if unit["unit"] in units]
    if not found:
        return None
    hidden = {f["indicator"] for unit in found for f in unit["figures"] if f["hidden"]}
    open_ = [_figures(f for f in unit["figures"] if not f["hidden"]) for unit in found]
    sums = {name: None if name in hidden else figure for name, figure in summed(open_).items()}
    return AreaSum(*days, sum(unit["mediators"] for unit in found), sums)


def _figures(told: Iterable[Mapping[str, Any]]) -> dict[str, Figure]:
    known = {formula.indicator for formula in FORMULAS}
    return {
        f["indicator"]: Figure(
            f["indicator"], _number(f["numerator"]), _number(f["denominator"]), _number(f["value"])
        )
        for f in told
        if f["indicator"] in known
    }


def _number(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _open(figure: Figure) -> dict[str, object]:
    """A figure as all may read it: what is about few cases is hidden whole."""
    over, under = figure.numerator or Decimal(0), figure.denominator or Decimal(0)
    about = (over, under, under - over)
    if figure.indicator in _OF_CASES and any(small(int(n)) for n in about):
        return {"indicator": figure.indicator, "hidden": True}
    numbers = {"numerator": over, "denominator": under, "value": figure.value}
    told = {name: None if n is None else f"{n.normalize():f}" for name, n in numbers.items()}
    return {"indicator": figure.indicator, **told, "hidden": False}


async def claims(
    conn: asyncpg.Connection, units: tuple[str, ...], after: str | None, limit: int
) -> dict[str, object]:
    """Claims that the units sent or were told of, the oldest first, with what the night found of them.

    `after`: message and dispute of the last one of the page before, with a dot between.
    """
    place = [UUID(part) for part in after.split(".")] if after else [NO_ID, NO_ID]
    rows = await conn.fetch(_CLAIMS, list(units), *place, limit)
    found: dict[tuple[UUID, UUID], list[str]] = {}
    for row in await conn.fetch(_FOUND, [row["message"] for row in rows]):
        found.setdefault((row["message"], row["dispute"]), []).append(row["rule"])
    told = [
        {
            "message": str(row["message"]),
            "dispute": str(row["dispute"]),
            "unit": row["unit"],
            "class": row["class"],
            "amount": row["amount"],
            "state": row["state"],
            "answered_by": str(row["answered_by"]) if row["answered_by"] else None,
            "at": shown(row["at"]),
            "changed_at": shown(row["changed_at"]),
            "findings": found.get((row["message"], row["dispute"]), []),
        }
        for row in rows
    ]
    last = f"{told[-1]['message']}.{told[-1]['dispute']}" if len(rows) == limit else None
    return {"claims": told, "next": last}
