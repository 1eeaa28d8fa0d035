"""A filled-in workbook or CSV as documents of the shared form, and documents as its lines.

A workbook is read in the confined process of `hub.translate.books`. A line is a message; its id follows from
what it says, so that the same line sent again is the same message to the hub.
"""

import contextlib
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from hub.cli.workbooks.columns import Column, columns
from hub.cli.workbooks.paper import MARK
from hub.errors import Fault, Refused
from hub.translate.books import read_book

MAX_BYTES: Final = 1024 * 1024
MOST: Final = 2_000
_HEAD: Final = 3
_YES: Final[Mapping[str, bool]] = {"true": True, "是": True, "false": False, "否": False}


class Line(NamedTuple):
    """A line: its number as a spreadsheet shows it, what its envelope says, its document, its message id."""

    number: int
    envelope: Mapping[str, str]
    document: Mapping[str, Any]
    jti: str


def read(name: str, body: bytes) -> tuple[str, list[Line]]:
    """Kind and lines of a file. Raises Refused, naming row and column and no value."""
    if len(body) > MAX_BYTES:
        raise Refused("too-large", Fault("size", args=(str(MAX_BYTES),)))
    rows = _table(body) if name.lower().endswith(".csv") else _first_sheet(body)
    known = len(rows) >= _HEAD and rows[0][:1] == (MARK,) and len(rows[0]) > 1
    kind = rows[0][1] if known else ""
    try:
        by_place = {column.place: column for column in columns(kind)}
    except KeyError as e:
        raise Refused("untranslatable", Fault("heading", native="A1")) from e
    if len(rows) > _HEAD + MOST:
        raise Refused("too-large", Fault("records", args=(str(MOST),)))
    return kind, [
        _line(kind, number, list(_cells(rows[2], row, number, by_place)))
        for number, row in enumerate(rows[_HEAD:], _HEAD + 1)
        if any(cell.strip() for cell in row)
    ]


def _first_sheet(body: bytes) -> tuple[tuple[str, ...], ...]:
    sheets = read_book(body, MAX_BYTES).sheets
    return sheets[0].rows if sheets else ()


def _table(body: bytes) -> tuple[tuple[str, ...], ...]:
    for charset in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError, csv.Error):
            return tuple(map(tuple, csv.reader(io.StringIO(body.decode(charset)))))
    raise Refused("malformed", Fault("encoding"))


def _cells(
    places: Sequence[str], row: Sequence[str], number: int, known: Mapping[str, Column]
) -> Iterator[tuple[str, Any]]:
    for place, cell in zip(places, row, strict=False):
        if not cell.strip():
            continue
        column = known.get(place)
        value = _value(column, cell.strip()) if column else None
        if value is None:
            raise Refused("malformed", Fault("type", native=f"row {number} {place}"))
        yield place, value


def _value(column: Column, cell: str) -> object | None:
    """The value of a cell; of `code name` the code. None: it cannot be one."""
    if column.shape == "codes":
        return [_code(column, part.strip()) for part in cell.split("、") if part.strip()]
    word = _code(column, cell)
    if column.shape == "boolean":
        return _YES.get(word.split(" ", maxsplit=1)[0])
    if column.shape not in ("number", "integer"):
        return word
    try:
        return int(word) if column.shape == "integer" else float(word)
    except ValueError:
        return None


def _code(column: Column, cell: str) -> str:
    return cell.split(" ", maxsplit=1)[0] if column.listed else cell


def _line(kind: str, number: int, cells: list[tuple[str, Any]]) -> Line:
    envelope = {place[1:]: str(value) for place, value in cells if place.startswith("@")}
    document: dict[str, Any] = {"schema": MARK}
    for place, value in cells:
        if place.startswith("/"):
            _put(document, place.split("/")[1:], value)
    said = orjson.dumps([kind, envelope, document], option=orjson.OPT_SORT_KEYS)
    return Line(number, envelope, _closed(document), f"line-{sha256(said).hexdigest()[:40]}")


def _put(document: dict[str, Any], steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        document = document.setdefault(step, {})
    document[steps[-1]] = value


def _closed(node: Any) -> Any:  # noqa: ANN401  any JSON value
    """With lists where the steps were numbers; places left empty are none."""
    if not isinstance(node, dict):
        return node
    inner = {name: _closed(value) for name, value in node.items()}
    return [inner[n] for n in sorted(inner)] if inner and all(n.isdigit() for n in inner) else inner


def line_of(kind: str, envelope: Mapping[str, str], document: Mapping[str, Any]) -> dict[str, str]:
    """A document as a line of its kind's workbook: place → text; what the columns cannot hold is left out."""
    told = {f"@{name}": value for name, value in envelope.items()}
    for column in columns(kind):
        value: Any = None if column.place.startswith("@") else document
        for step in column.place.split("/")[1:]:
            value = _step(value, step)
        if value is not None:
            told[column.place] = _written(value)
    return told


def _step(value: Any, step: str) -> Any:  # noqa: ANN401  any JSON value
    if isinstance(value, list):
        return value[int(step)] if step.isdigit() and int(step) < len(value) else None
    return value.get(step) if isinstance(value, dict) else None


def _written(value: Any) -> str:  # noqa: ANN401  any JSON value
    if isinstance(value, bool):
        return "true" if value else "false"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)
