"""Registers and statistics of a caller's units as workbooks, made when asked for and kept nowhere.

What a register lists stands in `columns`, its lines in `lines`, counts in `statistics`, paper in `book`.
"""

from datetime import date, datetime
from typing import Final, Literal, NamedTuple

from hub.errors import Fault, Refused
from hub.exchange.hub import Hub
from hub.exchange.reading import Asking, Reader
from hub.exchange.registers import Register as Standing
from hub.exchange.sheets import book, facilities
from hub.exchange.sheets.columns import SHEETS, Register
from hub.exchange.sheets.lines import Line, Lines, Period
from hub.exchange.sheets.statistics import Statistics, counted
from hub.law.calendar import legal_day

_EARLIEST: Final = date(1949, 10, 1)
_LATEST: Final = date(2999, 12, 31)
SheetName = Register | Literal["statistics", "facilities"]


class Asked(NamedTuple):
    """A sheet and its period."""

    name: SheetName
    period: Period
    at: datetime


Content = list[Line] | Statistics


def asked(name: SheetName, first: date | None, last: date | None, now: datetime) -> Asked:
    """With this year so far as the period that was not said. Raises Refused `malformed`."""
    last = last or legal_day(now)
    first = first or last.replace(month=1, day=1)
    if not _EARLIEST <= first <= last <= _LATEST:
        raise Refused("malformed", Fault("parameter", pointer="from"))
    return Asked(name, (first, last), now)


async def content(hub: Hub, caller: Asking, wanted: Asked) -> Content:
    """What stands in a sheet. Raises Refused `malformed` for more lines than a workbook takes."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        if wanted.name == "statistics":
            return await counted(conn, caller.units, wanted.period, hub.tables.machines)
        if wanted.name == "facilities":
            today = legal_day(wanted.at)
            named = Standing(conn, caller.units, hub.sealer, hub.views, "organisations", today)
            return await facilities.read(named, hub.desk.units, wanted.period)
        sheet = SHEETS[wanted.name]
        lines = Lines(sheet, hub.tables.machines[sheet.machine], hub.desk.units)
        reader = Reader(conn, caller, hub.sealer, hub.views)
        return await lines.read(conn, reader, caller.units, wanted.period)


def workbook(wanted: Asked, found: Content) -> tuple[str, bytes]:
    """Name and bytes of the file; computes, so not for the event loop."""
    name = book.named(wanted.name, wanted.period)
    if isinstance(found, Statistics):
        return name, book.statistics(found, wanted.period, wanted.at)
    if wanted.name == "statistics":
        raise TypeError
    sheet = facilities.PAPER if wanted.name == "facilities" else SHEETS[wanted.name]
    return name, book.register(sheet, found, wanted.period, wanted.at)
