"""Tables as text to native records: a heading row, then one record a row."""

import csv
import io
from dataclasses import dataclass
from typing import Final

from hub.errors import Fault, Refused
from hub.port import Doc
from hub.translate.charset import decode

MAX_ROWS: Final = 2000
MAX_COLUMNS: Final = 300
MAX_CELL: Final = 32_767
_END_OF_FILE: Final = "\x1a"
"""What programs of the DOS age write after the last line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table as read: headings, each row as a record or, if it does not fit them, a refusal."""

    label_lied: bool
    columns: tuple[str, ...]
    rows: tuple[Doc | Refused, ...]


def read_csv(
    body: bytes, charset: str | None, max_bytes: int, max_rows: int = MAX_ROWS, delimiter: str = ","
) -> Table:
    """A table separated by commas (RFC 4180) or another sign. Raises Refused `malformed` or `too-large`."""
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    decoded = decode(body, charset)
    try:
        text = io.StringIO(decoded.text.rstrip(_END_OF_FILE), newline="")
        lines = csv.reader(text, delimiter=delimiter, strict=True)
        heading = [cell.strip() for cell in next(lines, [])]
        while heading and not heading[-1]:
            heading.pop()  # a spreadsheet ends every line with the commas of columns that nobody filled
        columns = tuple(heading)
        _check_heading(columns)
        rows: list[Doc | Refused] = []
        for cells in lines:
            if not any(cell and not cell.isspace() for cell in cells):
                continue
            if len(rows) >= max_rows:
                raise Refused("too-large", Fault("records", args=(str(max_rows),)))
            rows.append(_row(columns, cells))
    except csv.Error as e:
        raise Refused("malformed", Fault("syntax")) from e
    return Table(decoded.label_lied, columns, tuple(rows))


def _check_heading(columns: tuple[str, ...]) -> None:
    if not 0 < len(columns) <= MAX_COLUMNS or len(set(columns)) != len(columns) or "" in columns:
        raise Refused("malformed", Fault("heading"))


def _row(columns: tuple[str, ...], cells: list[str]) -> Doc | Refused:
    extra = cells[len(columns) :]
    if len(cells) < len(columns) or any(cell.strip() for cell in extra):
        return Refused("untranslatable", Fault("columns", args=(str(len(columns)), str(len(cells)))))
    if any(len(cell) > MAX_CELL for cell in cells):
        return Refused("untranslatable", Fault("limit", args=(str(MAX_CELL),)))
    return {name: _unguarded(cell) for name, cell in zip(columns, cells, strict=False)}


def _unguarded(cell: str) -> str:
    """Takes away the apostrophe that our writer, and spreadsheets, put before what looks like a formula."""
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and bare[:1] in FORMULA else cell


def guarded(cell: str) -> str:
    """A cell that no spreadsheet reads as a formula; `read_csv` gives back exactly what was there."""
    return "'" + cell if cell.lstrip("'")[:1] in FORMULA else cell


FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
