"""The cells of a workbook as text, by the library; runs in the confined process after the scan.

A day keeps the number that the sheet holds for it; a number of more than 15 digits is none any more.
"""

import re
from datetime import date, datetime, time, timedelta
from io import BytesIO
from itertools import chain
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from hub.errors import Fault, Refused
from hub.translate.book_parts import Listed, Parts, malformed, open_parts
from hub.translate.book_scan import Scan, scan
from hub.translate.text import number_text

MAX_BOX: Final = 1_000_000
MAX_MERGES: Final = 10_000
KEPT_DIGITS: Final = 15
"""Digits that a spreadsheet keeps of a number."""
_SERIALS: Final = range(20_000, 60_000)
"""Numbers of days that are read as such anywhere: 1954 to 2064."""
_MIDNIGHT: Final = time()
_LOST: Final = re.compile(r"[1-9](?:\.\d+)?[Ee]\+?(?:1[5-9]|[2-9]\d)")

Cell = str | bool | int | float | date | datetime | time | timedelta


def cells(body: bytes) -> dict[str, object]:
    """Every shown sheet, as JSON tells it. Raises Refused."""
    parts = open_parts(body)
    shown = [sheet for sheet in parts.sheets if sheet.shown and sheet.part]
    scans = {sheet.number: _scanned(parts, sheet) for sheet in shown}
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(parts.packed()))
        sheets = [
            _sheet(sheet.number, book.get_sheet_by_index(sheet.number - 1), scans[sheet.number], parts)
            for sheet in shown
        ]
    except (CalamineError, ValueError) as e:
        raise malformed("book-form") from e
    hidden = [sheet.number for sheet in parts.sheets if not sheet.shown]
    return {"sheets": sheets, "hidden": hidden, "late_start": parts.late_start}


def _scanned(parts: Parts, sheet: Listed) -> Scan:
    if sheet.part not in parts.content:
        raise malformed("book-form")
    found = scan(parts.content[sheet.part], sheet.number)
    rows = 1 + max((row for row, _ in found.filled), default=0)
    columns = 1 + max((column for _, column in found.filled), default=0)
    if rows * columns > MAX_BOX:
        raise Refused("too-large", Fault("book-size", native=f"sheet {sheet.number}", args=("10000", "200")))
    return found


def _sheet(number: int, sheet: CalamineSheet, found: Scan, parts: Parts) -> dict[str, object]:
    merges = sheet.merged_cell_ranges or []
    if len(merges) > MAX_MERGES:
        raise Refused("too-large", Fault("book-merges", native=f"sheet {number}", args=(str(MAX_MERGES),)))
    unread = dict(found.unread)
    bare: list[tuple[int, int]] = []
    rows: list[list[str]] = []
    for r, row in enumerate(sheet.to_python(skip_empty_area=False)):
        rows.append([])
        for c, cell in enumerate(row):
            if _is_lost(cell):
                unread.setdefault((r, c), "digits-lost")
            if parts.late_start and type(cell) in (int, float):
                bare.append((r, c))
            text = _text(cell, found.numbers.get((r, c)), late=parts.late_start)
            rows[-1].append("" if (r, c) in unread else text)
        while rows[-1] and not rows[-1][-1]:
            rows[-1].pop()
    return {
        "number": number,
        "rows": rows,
        "merges": [list(chain(*merge)) for merge in merges],
        "unread": [[*at, rule] for at, rule in unread.items()],
        "bare": bare,
    }


def _is_lost(cell: Cell) -> bool:
    """Whether a number had more digits than a spreadsheet keeps."""
    if isinstance(cell, str):
        return _LOST.fullmatch(cell.strip()) is not None
    return isinstance(cell, int | float) and abs(cell) >= 10**KEPT_DIGITS


def _text(cell: Cell, number: float | None, *, late: bool) -> str:
    match cell:
        case str():
            return cell
        case bool() | int() | float():
            return number_text(cell)
        case datetime() if cell.time() != _MIDNIGHT:
            return _serial(number, late=late) or cell.isoformat(" ", "seconds")
        case date():
            return _serial(number, late=late) or cell.isoformat()[:10]
        case _:
            is_time = number is None or 0 <= number < 1
            return str(cell) if is_time else number_text(number)


def _serial(number: float | None, *, late: bool) -> str | None:
    """The number of a day as the sheet holds it, where everybody reads it as the same day."""
    if number is None or late or int(number) not in _SERIALS:
        return None
    return number_text(number)
