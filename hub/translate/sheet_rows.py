"""The rows of a hand-kept sheet joined to native records: several people under one dispute are one record.

Pure; `sheet_table` says what stands where. What is refused is named by row and column of the sheet.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.translate.books import Book
from hub.translate.paths import safe_name
from hub.translate.sheet_table import Table
from hub.translate.text import EMPTY_WORDS

MAX_ASIDES: Final = 20
MAX_FAULTS: Final = 20


class SheetRecord(NamedTuple):
    """One record: its label, its native object or why there is none, the cell of each native pointer."""

    label: str
    native: Doc | Refused
    cells: dict[str, str]


@dataclass(slots=True)
class _Joined:
    """The rows of one record so far."""

    table: Table
    start: int
    native: Doc = field(default_factory=dict)
    items: list[Doc] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def continues(self, row: int, own: dict[int, str]) -> bool:
        """Whether a row is of this record: it lies under its merged cells, or tells of one more item only."""
        carrier, names = self.table.carrier, self.table.names
        return self.table.is_under(row, carrier.begins, self.start) or all(
            names.get(c) in carrier.of_items for c in own
        )

    def add(self, row: int, own: dict[int, str]) -> None:
        """Takes in a row."""
        table = self.table
        several = any(table.names.get(c) in table.carrier.of_items for c in own)
        if several:
            self.items.append({})
        for c, name in table.names.items():
            at = (row, c)
            if name not in table.carrier.columns:
                continue
            if at in table.sheet.unread and at not in table.covers:
                self._refuse(table.sheet.unread[at], table.place(at))
            elif table.is_hidden(at):
                self._refuse("covered-value", table.place(at))
            elif name in table.carrier.of_items:
                if several:
                    self._put(self.items[-1], f"/{table.carrier.items}/{len(self.items) - 1}", name, at)
            else:
                self._put(self.native, "", name, at)
        for c in own:
            if table.names.get(c) not in table.carrier.columns:
                told = safe_name(table.names.get(c, ""))
                self._refuse("unknown-field", f"{table.place((row, c))} {told}".strip())

    def _put(self, into: Doc, pointer: str, name: str, at: tuple[int, int]) -> None:
        """One value of a record, told once: another row may only leave the place empty or repeat it."""
        text = self.table.text(at)
        if not text:
            return
        if into.setdefault(name, text) != text and text not in EMPTY_WORDS:
            self._refuse("second-value", self.table.place(at))
        self.cells.setdefault(f"{pointer}/{name}", self.table.place(at))

    def _refuse(self, rule: str, place: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(rule, native=place))

    def made(self) -> SheetRecord:
        """The record."""
        table = self.table
        if not self.faults and not table.carrier.begins & self.native.keys():
            self._refuse("record-start", f"{table.prefix}row {self.start + 1}")
        native: Doc | Refused = self.native
        if self.items:
            self.native[table.carrier.items] = self.items
        if self.faults:
            native = Refused("untranslatable", *self.faults)
        return SheetRecord(f"{table.prefix}row {self.start + 1}", native, self.cells)


def records(table: Table) -> Iterator[SheetRecord]:
    """The records of a sheet in its order; an empty row ends one."""
    current: _Joined | None = None
    for row in range(table.first, len(table.sheet.rows)):
        own = table.own(row)
        if own and (table.repeats_headings(own) or table.is_aside(own)):
            continue
        if current is not None and not own and table.is_under(row, table.carrier.begins, current.start):
            continue
        if current is not None and not (own and current.continues(row, own)):
            yield current.made()
            current = None
        if own:
            current = current or _Joined(table, row)
            current.add(row, own)
    if current is not None:
        yield current.made()


def asides(book: Book, tables: list[Table]) -> list[str]:
    """Places that hold something and are of no record: titles, sums, notes, other sheets, hidden ones."""
    read = {table.sheet.number for table in tables}
    places = [f"sheet {sheet.number}" for sheet in book.sheets if sheet.number not in read and sheet.rows]
    places += [f"sheet {number}" for number in book.hidden]
    for table in tables:
        for row in (*range(table.heading), *range(table.first, len(table.sheet.rows))):
            own = table.own(row)
            if row < table.heading or (own and table.is_aside(own)):
                places += [table.cell((row, c)) for c in own]
    return places[:MAX_ASIDES]
