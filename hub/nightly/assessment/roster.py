"""Who is assessed in a period: the mediators of the register, with all their numbers and their units."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.law.reading import day, objects, text
from hub.nightly.conference.period import Period
from hub.nightly.night import Night
from hub.trust.seal import Sealer

_ENTRIES: Final = """
SELECT DISTINCT ON (system, ref) message, system, ref, unit, action, valid_from, dek, document,
       min(valid_from) OVER (PARTITION BY system, ref) AS since
  FROM register_entry
 WHERE register = 'mediator' AND recorded_at < $1 AND valid_from <= $2 ORDER BY system, ref, message DESC
"""
_PERSONS: Final = "SELECT person, system, ref FROM mediator_person WHERE undone_at IS NULL"


class Number(NamedTuple):
    """A mediator's number in the books of one system."""

    system: str
    ref: str


@dataclass(frozen=True, slots=True)
class Mediator:
    """One person: `numbers`, the least first; `units` who is told; `since` the first day in the register."""

    numbers: tuple[Number, ...]
    units: tuple[str, ...]
    since: date

    @property
    def key(self) -> Number:
        """The number an assessment is kept under."""
        return self.numbers[0]


@dataclass(frozen=True, slots=True)
class Roster:
    """The mediators, by number and by unit and number as a stranger to the system would name them."""

    mediators: tuple[Mediator, ...]
    by_number: Mapping[Number, Mediator]
    by_unit: Mapping[tuple[str, str], Mediator]

    def named(self, system: str, refs: Iterable[object], told: Iterable[str] = ()) -> set[Mediator]:
        """Those whom a message of a system names; who is not in the register is left out.

        Numbers are the sender's own; else those of the books of a unit that was told (`told`).
        """
        found = (self._one(system, ref.strip(), told) for ref in refs if isinstance(ref, str))
        return {one for one in found if one is not None}

    def _one(self, system: str, ref: str, told: Iterable[str]) -> Mediator | None:
        own = self.by_number.get(Number(system, ref))
        others = (self.by_unit.get((unit, ref)) for unit in told)
        return own or next((other for other in others if other is not None), None)


async def roster(night: Night, conn: asyncpg.Connection, period: Period, cut_off: datetime) -> Roster:
    """Everybody who stood in the register on a day of the period, as it was known at the cut-off."""
    rows = [
        row
        for row in await conn.fetch(_ENTRIES, cut_off, period.last)
        if row["action"] != "remove" or row["valid_from"] >= period.first
    ]
    persons = {Number(r["system"], r["ref"]): r["person"] for r in await conn.fetch(_PERSONS)}
    known = {unit.code for unit in night.hub.registry.units_on(cut_off)}
    groups: dict[UUID | Number, list[asyncpg.Record]] = {}
    for row in rows:
        number = Number(row["system"], row["ref"])
        groups.setdefault(persons.get(number, number), []).append(row)
    by_number: dict[Number, Mediator] = {}
    by_unit: dict[tuple[str, str], Mediator] = {}
    mediators = []
    for group in groups.values():
        homes = {row["message"]: _homes(night.hub.sealer, row, period.last) & known for row in group}
        made = _mediator(group, homes)
        mediators.append(made)
        for row in group:
            by_number[Number(row["system"], row["ref"])] = made
            for unit in (row["unit"], *homes[row["message"]]):
                by_unit[unit, row["ref"]] = made
    return Roster(tuple(sorted(mediators, key=lambda m: m.key)), by_number, by_unit)


def _mediator(group: list[asyncpg.Record], homes: Mapping[UUID, set[str]]) -> Mediator:
    """Told are the organisations; where none is known here, the unit that entered the number."""
    numbers = sorted(Number(row["system"], row["ref"]) for row in group)
    units = {unit for row in group for unit in (homes[row["message"]] or {row["unit"]})}
    return Mediator(tuple(numbers), tuple(sorted(units)), min(row["since"] for row in group))


def _homes(sealer: Sealer, row: asyncpg.Record, last: date) -> set[str]:
    """Codes of the organisations of an entry that a mediator belongs to on a day."""
    aad = f"message|{row['message']}"
    dek = sealer.unwrap(row["dek"], None, aad + "|dek")
    document: Mapping[str, Any] = orjson.loads(sealer.open(dek, aad + "|document", row["document"]))
    return {
        unit
        for entry in objects(document, "organisations")
        if (unit := text(entry, "unit")) is not None
        and (day(entry.get("from")) or date.min) <= last <= (day(entry.get("to")) or date.max)
    }
