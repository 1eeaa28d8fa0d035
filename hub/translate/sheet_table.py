"""A sheet seen as a table: where its headings are, what each cell below them says, what merged cells cover.

Works on the cells of a workbook as `books` gives them and on what a format says of its columns. Pure. Places
are told as the spreadsheet shows them (`K7`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hub.errors import Fault, Refused
from hub.port import SheetTable
from hub.translate.books import Book, Merge, Sheet
from hub.translate.text import EMPTY_WORDS, squeezed

TITLES: Final = 30
"""Rows in which the headings are looked for."""
MOST_LEVELS: Final = 3
MAX_COVERED: Final = 300_000
_LATE_START: Final = date(1904, 1, 1)
_LATE_DAYS: Final = range(18_000, 60_000)

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet with its headings. `covers`: a cell under a merged one → the cell that is shown there.

    `unread`: row → columns of what cannot be read. `prefix` is what places begin with, where a workbook has
    several such sheets.
    """

    sheet: Sheet
    carrier: SheetTable
    late_start: bool
    heading: int
    first: int
    names: dict[int, str]
    covers: dict[Place, Place]
    unread: dict[int, set[int]]
    prefix: str = ""

    def text(self, at: Place) -> str:
        """What is shown at a place; of cells merged sideways the first one says it."""
        shown = self.covers.get(at, at)
        if shown[1] != at[1]:
            return ""
        text = self._cell(shown).strip()
        if self.names.get(at[1]) in self.carrier.days and shown in self.sheet.bare:
            return _late_day(text)
        return text

    def own(self, row: int) -> dict[int, str]:
        """Column → text of the cells in which a row itself says something; unreadable ones are empty."""
        cells = {c: self._cell((row, c)).strip() for c in range(self._width(row))}
        filled = {c for c, text in cells.items() if text and text not in EMPTY_WORDS}
        filled |= self.unread.get(row, set())
        return {c: cells.get(c, "") for c in sorted(filled) if (row, c) not in self.covers}

    def is_under(self, row: int, names: frozenset[str], start: int) -> bool:
        """Whether a cell of these columns is covered by one of the rows from `start`."""
        covers = (self.covers.get((row, c)) for c, name in self.names.items() if name in names)
        return any(shown is not None and shown[0] >= start for shown in covers)

    def repeats_headings(self, own: dict[int, str]) -> bool:
        """Whether a row that has filled so much is the headings again, as on a printed page."""
        return all(self.names.get(c) == squeezed(text) for c, text in own.items())

    def is_aside(self, own: dict[int, str]) -> bool:
        """Whether a row that has filled so much is a sum or a note, and no record."""
        texts = {c: squeezed(text).rstrip(":：") for c, text in own.items()}
        if not self.carrier.asides.isdisjoint(texts.values()):
            return True
        said = {c for c, text in texts.items() if text.startswith(tuple(self.carrier.asides))}
        named = {c for c in own if self.names.get(c) in self.carrier.requires}
        return bool(said) and named <= said

    def is_hidden(self, at: Place) -> bool:
        """Whether a merged cell hides a text that is not the one it shows."""
        shown = self.covers.get(at)
        text = self._cell(at).strip()
        said = bool(text) and text not in EMPTY_WORDS
        return shown is not None and said and text != self._cell(shown).strip()

    def cell(self, at: Place) -> str:
        """A cell as a spreadsheet names it."""
        return f"{self.prefix}{letters(at[1])}{at[0] + 1}"

    def place(self, at: Place) -> str:
        """A cell as a refusal names it, with the heading of its column if the format knows it."""
        name = self.names.get(at[1])
        return f"{self.cell(at)} {name}" if name in self.carrier.columns else self.cell(at)

    def _cell(self, at: Place) -> str:
        return self.sheet.rows[at[0]][at[1]] if at[1] < self._width(at[0]) else ""

    def _width(self, row: int) -> int:
        return len(self.sheet.rows[row])


def tables(book: Book, carrier: SheetTable) -> list[Table]:
    """The shown sheets that have the format's headings, in their order."""
    found: list[tuple[Sheet, int, int, dict[int, str]]] = []
    for sheet in book.sheets:
        found += list(_headings(sheet, carrier))[:1]
    return [
        Table(
            sheet, carrier, book.late_start, heading, first, names, _covers(sheet, first), _by_row(sheet),
            f"sheet {sheet.number} " if len(found) > 1 else "",
        )
        for sheet, heading, first, names in found
    ]  # fmt: skip


def _headings(sheet: Sheet, carrier: SheetTable) -> Iterator[tuple[Sheet, int, int, dict[int, str]]]:
    """Headings: (sheet, row, first row below, names by column). Merged ones may have several levels."""
    for r in range(min(TITLES, len(sheet.rows))):
        levels = 1 + max((m.bottom - r for m in sheet.merges if m.top == r), default=0)
        first = r + min(levels, MOST_LEVELS)
        names: dict[int, str] = {}
        for row in sheet.rows[r:first]:
            names |= {c: name for c, text in enumerate(row) if (name := squeezed(text))}
        if carrier.requires <= set(names.values()) and carrier.forbids.isdisjoint(names.values()):
            _check(sheet, r, names, carrier)
            yield sheet, r, first, names


def _check(sheet: Sheet, row: int, names: dict[int, str], carrier: SheetTable) -> None:
    """A column that is there twice says two things in one place."""
    seen: set[str] = set()
    for column, name in names.items():
        if name in seen and name in carrier.columns:
            place = f"sheet {sheet.number} {letters(column)}{row + 1}"
            raise Refused("malformed", Fault("heading", native=place))
        seen.add(name)


def _covers(sheet: Sheet, first: int) -> dict[Place, Place]:
    covers: dict[Place, Place] = {}
    width = max(map(len, sheet.rows), default=0)
    for merge in sheet.merges:
        if merge.bottom < first:
            continue
        bottom, right = min(merge.bottom, len(sheet.rows) - 1), min(merge.right, width - 1)
        if len(covers) + (bottom - merge.top + 1) * (right - merge.left + 1) > MAX_COVERED:
            raise Refused("too-large", Fault("book-merges", native=f"sheet {sheet.number}"))
        covers |= _covered(merge, bottom, right)
    return covers


def _covered(merge: Merge, bottom: int, right: int) -> dict[Place, Place]:
    shown = (merge.top, merge.left)
    return {
        (r, c): shown
        for r in range(merge.top, bottom + 1)
        for c in range(merge.left, right + 1)
        if (r, c) != shown
    }


def _by_row(sheet: Sheet) -> dict[int, set[int]]:
    rows: dict[int, set[int]] = {}
    for row, column in sheet.unread:
        rows.setdefault(row, set()).add(column)
    return rows


def _late_day(text: str) -> str:
    """A bare number as the day that a calendar from 1904 counts by it."""
    days = int(text) if text.isascii() and text.isdecimal() else 0
    return (_LATE_START + timedelta(days=days)).isoformat() if days in _LATE_DAYS else text


def letters(column: int) -> str:
    """0 is `A`, 26 is `AA`."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
