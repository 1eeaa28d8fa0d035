"""Assessments as rows and as the hub's messages to the mediators' units, both in one transaction.

A run that finds what stands changes nothing and tells nobody; one that finds other figures is a revision,
told anew. Neither row nor message holds a name.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Refused
from hub.evidence.entries import canonical
from hub.exchange import batch
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.assessing.formulas import VERSION, Figure
from hub.law.assessing.grades import CONDITIONS, Proposal
from hub.nightly.assessment.roster import Mediator
from hub.nightly.conference.period import Period
from hub.nightly.night import Night
from hub.store.ids import new_id, read_id

_LOCK: Final = "SELECT pg_advisory_xact_lock(7072, hashtext($1))"
_LAST: Final = """
SELECT revision, content FROM assessment
 WHERE system = $1 AND ref = $2 AND first_day = $3 AND last_day = $4 ORDER BY revision DESC LIMIT 1
"""
_KEEP: Final = """
INSERT INTO assessment (id, system, ref, numbers, first_day, last_day, revision, version, scheme, figures,
                        grade, conditions, content, units, readers, messages, made_at, cut_off)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '{}', $16, $17)
"""
_TOLD: Final = "UPDATE assessment SET messages = $2 WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Assessed:
    """What is said of one mediator and period. `scheme`: whose local rules proposed the grade."""

    mediator: Mediator
    period: Period
    figures: Sequence[Figure]
    proposal: Proposal
    scheme: str

    @property
    def told(self) -> list[dict[str, Any]]:
        """The figures as they are kept."""
        return [_figure(figure) for figure in self.figures]

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The conditions of the proposal as they are kept."""
        return [
            {"name": c.name, "asked": _text(c.asked), "found": _text(c.found), "met": c.met}
            for c in self.proposal.conditions
        ]

    @property
    def content(self) -> bytes:
        """The digest over all that it says."""
        said = [VERSION, self.scheme, self.told, self.proposal.grade, self.conditions]
        return sha256(canonical([*said, list(self.mediator.units)])).digest()


async def keep(night: Night, found: Assessed, cut_off: datetime) -> bool:
    """Store an assessment and tell its units; False: it stands already."""
    about = (*found.mediator.key, found.period.first, found.period.last)
    async with night.hub.database.writing() as conn:
        await conn.execute(_LOCK, "|".join(map(str, about)))
        last = await conn.fetchrow(_LAST, *about)
        if last is not None and bytes(last["content"]) == found.content:
            return False
        aid, revision, now = (
            new_id(night.hub.clock()),
            (last["revision"] if last else 0) + 1,
            night.hub.clock(),
        )
        numbers = [f"{n.system}:{n.ref}" for n in found.mediator.numbers]
        units = found.mediator.units
        grade, readers = found.proposal.grade, _readers(night, units)
        said = (VERSION, found.scheme, found.told, grade, found.conditions, found.content)
        row = (*about[:2], numbers, *about[2:], revision, *said, list(units), readers, now, cut_off)
        await conn.execute(_KEEP, aid, *row)
        messages = [await _tell(night, conn, found, (aid, revision), unit) for unit in units]
        await conn.execute(_TOLD, aid, messages)
    return True


def _readers(night: Night, units: Iterable[str]) -> list[str]:
    """The units and all above them."""
    found: set[str] = set()
    for code in units:
        unit: str | None = code
        while unit is not None and unit not in found:
            found.add(unit)
            known = night.hub.registry.units.get(unit)
            unit = known.parent if known else None
    return sorted(found)


async def _tell(
    night: Night, conn: asyncpg.Connection, found: Assessed, place: tuple[UUID, int], unit: str
) -> UUID:
    (outcome,) = await batch.run(conn, [_message(night, found, place, unit)], night.hub.desk)
    if isinstance(outcome, Refused):
        raise outcome
    return read_id(orjson.loads(outcome)["message"])


def _message(night: Night, found: Assessed, place: tuple[UUID, int], unit: str) -> Prepared:
    """The hub's own `assessment_result` to one unit: what is hidden or has no value is left out."""
    number = next((n for n in found.mediator.numbers if _acts(night, n.system, unit)), found.mediator.key)
    document: dict[str, object] = {
        "identifiers": [],
        "subject": {"kind": "mediator", "id": number.ref},
        "period": {"from": found.period.first.isoformat(), "to": found.period.last.isoformat()},
        "formula_version": VERSION,
        "figures": [
            {name: value for name, value in figure.items() if value is not None and name != "hidden"}
            for figure in found.told
        ],
        "remarks": _remarks(found, place[1]),
    }
    if found.proposal.grade is not None:
        document["grade_proposed"] = found.proposal.grade
    said = Saying("assessment_result", f"assessment-{place[0]}-{unit}", document, to=unit)
    return own_message(night.hub.desk, night.hub.clock(), said)


def _acts(night: Night, system: str, unit: str) -> bool:
    known = night.hub.registry.systems.get(system)
    return known is not None and unit in known.units


def _remarks(found: Assessed, revision: int) -> str:
    """Sentences for whoever reads it: what is hidden, what a person must still see, how to object."""
    said = [f"第{revision}版 revision {revision}。等级建议依{found.scheme},由人评定 a person decides。"]
    if any(figure.hidden for figure in found.figures):
        said.append("评价不足五人,不显示 fewer than five ratings are not shown。")
    if found.proposal.open:
        named = "、".join(CONDITIONS[name] for name in found.proposal.open)
        said.append(f"须人工核实 for a person to see: {named}。")
    said.append("不服可用本类消息申诉(appeal) an appeal is a message of this kind。")
    return "".join(said)


def _figure(figure: Figure) -> dict[str, Any]:
    told: Mapping[str, Decimal | None] = {
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "value": figure.value,
    }
    return {"indicator": figure.indicator, **{n: _text(v) for n, v in told.items()}, "hidden": figure.hidden}


def _text(number: Decimal | None) -> str | None:
    """Without zeros that say nothing."""
    return None if number is None else f"{number.normalize():f}"
