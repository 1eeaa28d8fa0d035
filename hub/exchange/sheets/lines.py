"""The lines of a register: the caller's cases of a period, each with what was said of it.

Reads as the reader role; documents are cut to the caller's view. SQL text and the shapes of its answers.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import asyncpg
import orjson

import schemas
from hub.errors import Fault, Refused
from hub.exchange.reading import Reader, Said
from hub.exchange.sheets.columns import Column, Held, Sheet, Told, Who
from hub.exchange.written import written
from hub.law import words
from hub.law.calendar import SHANGHAI, end_of_day
from hub.law.model import Units
from hub.law.shapes import Machine

MOST: Final = 5_000
"""Lines of one workbook: what is asked for in one answer is opened in one."""

_DISPUTES: Final = """
SELECT id, id AS dispute, code, state, opened_at, NULL::timestamptz AS closed_at, roles::text
  FROM dispute WHERE participants && $1::text[] AND opened_at > $2 AND opened_at <= $3
 ORDER BY opened_at, id LIMIT $4
"""
_CASES: Final = """
SELECT c.id, c.dispute, d.code, c.state, c.opened_at, c.closed_at, c.roles::text
  FROM case_run c JOIN dispute d ON d.id = c.dispute
 WHERE c.participants && $1::text[] AND c.opened_at > $2 AND c.opened_at <= $3 AND c.machine = $5
 ORDER BY c.opened_at, c.id LIMIT $4
"""
Line = list[str]
Period = tuple[date, date]
"""First and last day, both within."""


class Lines:
    """Makes the lines of one register for one caller."""

    def __init__(self, sheet: Sheet, machine: Machine, units: Units) -> None:
        self._sheet = sheet
        self._machine = machine
        self._units = units

    async def read(
        self, conn: asyncpg.Connection, reader: Reader, own: Sequence[str], period: Period
    ) -> list[Line]:
        """One line a case, oldest first. Raises Refused `malformed` for more than `MOST`."""
        rows = await self._cases(conn, own, period)
        if len(rows) > MOST:
            raise too_long()
        told = await reader.told([row["dispute"] for row in rows], self._sheet.kinds)
        return [self._line(row, told.get(row["dispute"], [])) for row in rows]

    async def _cases(
        self, conn: asyncpg.Connection, own: Sequence[str], period: Period
    ) -> list[asyncpg.Record]:
        first, last = bounds(period)
        among: tuple[Any, ...] = (list(own), first, last, MOST + 1)
        if self._sheet.machine == "dispute":
            return list(await conn.fetch(_DISPUTES, *among))
        return list(await conn.fetch(_CASES, *among, self._sheet.machine))

    def _line(self, row: asyncpg.Record, told: Iterable[Said]) -> Line:
        """Of what was said the case's own comes before the dispute's; another case's is not its business."""
        told = list(told)
        said = [m for m in told if m.case == row["id"]] + [m for m in told if m.case is None]
        if self._sheet.machine == "dispute":
            said = told
        roles: Mapping[str, list[str]] = orjson.loads(row["roles"])
        return [self._cell(column, row, roles, said) for column in self._sheet.columns]

    def _cell(
        self, column: Column, row: asyncpg.Record, roles: Mapping[str, list[str]], said: Sequence[Said]
    ) -> str:
        if isinstance(column, Held):
            return self._held(column, row)
        if isinstance(column, Who):
            return "、".join(self._named(code) for code in roles.get(column.role, ()))
        return _word(column, said)

    def _held(self, column: Held, row: asyncpg.Record) -> str:
        value = row[column.own]
        if column.own == "state":
            return words.state(self._machine, value)
        if column.own == "code":
            return str(value)
        return "" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")

    def _named(self, code: str) -> str:
        unit = self._units.get(code)
        return unit.name if unit else code


def too_long() -> Refused:
    """More lines than a workbook takes."""
    return Refused("malformed", Fault("sheet-too-long", pointer="from", args=(str(MOST),)))


def bounds(period: Period) -> tuple[Any, Any]:
    """The instants between which the period lies: after the first, up to the second."""
    first, last = period
    return end_of_day(date.fromordinal(first.toordinal() - 1)), end_of_day(last)


def _word(column: Told, said: Iterable[Said]) -> str:
    for message in said:
        value = message.document.get(column.member) if message.kind in column.kinds else None
        if value not in (None, [], ""):
            return _inner(column.inner, value) if column.inner else _in_words(message.kind, column, value)
    return ""


def _inner(name: str, value: object) -> str:
    parts = value if isinstance(value, list) else [value]
    return "、".join(str(part[name]) for part in parts if isinstance(part, dict) and part.get(name))


def _in_words(kind: str, column: Told, value: object) -> str:
    schema = schemas.kind_schema(kind)
    return written(schema["$defs"], schema["properties"].get(column.member, {}), value)
