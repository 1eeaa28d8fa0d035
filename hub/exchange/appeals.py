"""Appeals against an assessment, and what was decided of them.

A unit that was told of an assessment appeals; a unit above it decides, with the figures and the grade it
corrects where it corrects any. Both are messages of the kind `assessment_result` for the same mediator and
period; their texts stay sealed, their order and codes are rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Fault, Refused
from hub.exchange.prepare import Prepared, PreparedRecord
from hub.law.reading import Document, at, day, objects, text

if TYPE_CHECKING:
    from hub.exchange.batch import Batch

# The assessment that stands for a number and a period, and its last appeal that nobody decided.
_STANDING: Final = """
SELECT DISTINCT ON (q.n) q.n, a.id, a.units, a.readers, (
       SELECT w.message FROM assessment_word w
        WHERE w.assessment IN (SELECT id FROM assessment o WHERE (o.system, o.ref, o.first_day, o.last_day)
                                  = (a.system, a.ref, a.first_day, a.last_day))
          AND w.said = 'appeal'
          AND NOT EXISTS (SELECT 1 FROM assessment_word d WHERE d.appeal = w.message)
        ORDER BY w.message DESC LIMIT 1) AS appeal
  FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::date[], $6::date[])
       q (n, system, unit, ref, first_day, last_day)
  JOIN assessment a ON a.first_day = q.first_day AND a.last_day = q.last_day AND q.unit = ANY (a.readers)
   AND EXISTS (SELECT 1 FROM unnest(a.numbers) number WHERE substr(number, strpos(number, ':') + 1) = q.ref)
 ORDER BY q.n, (q.system || ':' || q.ref = ANY (a.numbers)) DESC, a.revision DESC, a.id DESC
"""
_KEEP: Final = """
INSERT INTO assessment_word (message, assessment, appeal, said, unit, at, figures, grade)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
_FIGURE: Final = ("indicator", "numerator", "denominator", "value")


class About(NamedTuple):
    """Who speaks of whose assessment; a number is first sought in the sender's own books."""

    system: str
    unit: str
    ref: str
    first: date
    last: date


class Standing(NamedTuple):
    """An assessment. `appeal`: one that waits for a decision."""

    id: UUID
    units: frozenset[str]
    readers: frozenset[str]
    appeal: UUID | None


class Word(NamedTuple):
    """What an accepted record adds. `appeal`: of a decision, what it decides."""

    message: UUID
    assessment: UUID
    appeal: UUID | None
    unit: str
    figures: list[dict[str, Any]]
    grade: str | None


@dataclass(slots=True)
class Words:
    """What the batch looked up, and what it has taken in."""

    standing: dict[About, Standing] = field(default_factory=dict)
    taken: list[Word] = field(default_factory=list)


def _about(item: Prepared, document: Document | None) -> About | None:
    """None: no appeal, and no decision of one."""
    if document is None or not isinstance(document.get("appeal"), dict):
        return None
    ref = text(document, "subject.id") or ""
    first, last = (day(at(document, f"period.{name}")) or date.min for name in ("from", "to"))
    return About(item.envelope.iss, item.envelope.unit, ref, first, last)


async def look_up(conn: asyncpg.Connection, items: Iterable[Prepared]) -> Words:
    """The assessments that a batch speaks of."""
    found = Words()
    named = [_about(item, record.document) for item in items for record in item.records]
    asked = [about for about in named if about is not None]
    if not asked:
        return found
    columns = [list(column) for column in zip(*asked, strict=True)]
    for row in await conn.fetch(_STANDING, list(range(len(asked))), *columns):
        readers = frozenset(row["readers"])
        found.standing[asked[row["n"]]] = Standing(row["id"], frozenset(row["units"]), readers, row["appeal"])
    return found


def check(batch: "Batch", item: Prepared, record: PreparedRecord) -> None:
    """Take an appeal or a decision in. Raises Refused `rule` where there is nothing to speak of."""
    about, document = _about(item, record.document), record.document
    if about is None or document is None:
        return
    words = batch.assessing.words
    standing = words.standing.get(about)
    if standing is None:
        raise Refused("rule", Fault("assessment-unknown", "/subject/id"))
    decides = text(document, "appeal.decision") is not None
    if decides and (about.unit in standing.units or standing.appeal is None):
        raise Refused("rule", Fault("appeal-decision", "/appeal/decision"))
    if not decides and about.unit not in standing.units:
        raise Refused("rule", Fault("appeal-unit", "/appeal"))
    figures = [{n: f.get(n) for n in _FIGURE} for f in objects(document, "figures")] if decides else []
    grade = text(document, "grade_proposed") if decides else None
    appeal = standing.appeal if decides else None
    words.taken.append(Word(record.id, standing.id, appeal, about.unit, figures, grade))
    waits = None if decides else record.id
    words.standing[about] = standing._replace(appeal=waits)


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """The rows of what was taken in."""
    for word in batch.assessing.words.taken:
        said = "decision" if word.appeal else "appeal"
        head = (word.message, word.assessment, word.appeal, said, word.unit)
        await conn.execute(_KEEP, *head, batch.now, word.figures, word.grade)
