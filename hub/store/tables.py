"""A table an administrator hands in: CSV in UTF-8 or GB18030, its cells checked with their place.

Pure. Faults name row and column, never the cell's text.
"""

import csv
import io
import re
from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from hub.errors import Fault, Refused

MAX_TABLE: Final = 16 * 1024 * 1024
_LONGEST_TEXT = 200


class Row:
    """One row: its cells by column, its label (`row 2` is the line below the header), its faults."""

    def __init__(self, label: str, cells: Mapping[str, str]) -> None:
        self.label = label
        self.faults: list[Fault] = []
        self._cells = cells

    def fault(self, rule: str, column: str, *args: str) -> None:
        """Note that a cell breaks a rule."""
        self.faults.append(Fault(rule, pointer=f"/{column}", record=self.label, args=args))

    def text(self, column: str) -> str:
        """The cell without outer white space, empty if the column is not there."""
        found = self._cells.get(column, "").strip()
        if len(found) > _LONGEST_TEXT:
            self.fault("length", column, str(_LONGEST_TEXT))
            return ""
        return found

    def required(self, column: str) -> str:
        """The cell, which must not be empty."""
        found = self.text(column)
        if not found:
            self.fault("required", column)
        return found

    def matching(self, column: str, pattern: re.Pattern[str]) -> str:
        """The cell, all of which must fit the pattern of codes."""
        found = self.text(column)
        if not pattern.fullmatch(found):
            self.fault("code" if found else "required", column)
        return found

    def one_of(self, column: str, values: Collection[str]) -> str:
        """The cell, which must be one of the values."""
        found = self.text(column)
        if found not in values:
            self.fault("one-of", column, " ".join(values))
        return found

    def period(self) -> tuple[date, date | None]:
        """First and last day from `valid_from` (empty: always was) and `valid_to` (empty: no end)."""
        first = self._date("valid_from") or date.min
        last = self._date("valid_to")
        if last is not None and last < first:
            self.fault("period", "valid_to")
        return first, last

    def _date(self, column: str) -> date | None:
        found = self.text(column)
        if not found:
            return None
        try:
            return date.fromisoformat(found) if len(found) == len("2026-11-25") else _no_date()
        except ValueError:
            self.fault("date", column)
            return None


def read_table(raw: bytes, needed: Collection[str], optional: Collection[str] = ()) -> list[Row]:
    """The rows of a CSV file. Raises Refused `malformed` (encoding, form), `schema` (header, cells)."""
    if len(raw) > MAX_TABLE:
        raise Refused("too-large")
    reader = csv.reader(io.StringIO(_decoded(raw), newline=""), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(header, needed, optional)
        rows = [(f"row {reader.line_num}", cells) for cells in reader if any(cells)]
    except csv.Error as e:
        raise Refused("malformed", Fault("table")) from e
    uneven = [Fault("cells", record=label) for label, cells in rows if len(cells) != len(header)]
    if uneven:
        raise Refused("schema", *uneven)
    return [Row(label, dict(zip(header, cells, strict=True))) for label, cells in rows]


def _check_header(header: list[str], needed: Collection[str], optional: Collection[str]) -> None:
    missing = [Fault("header-missing", args=(name,)) for name in needed if name not in header]
    unknown = [
        Fault("header-unknown", args=(str(n),))
        for n, name in enumerate(header, start=1)
        if name not in {*needed, *optional} or header.index(name) != n - 1
    ]
    if missing or unknown:
        raise Refused("schema", *missing, *unknown)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("malformed", Fault("encoding"))


def _no_date() -> date:
    raise ValueError
