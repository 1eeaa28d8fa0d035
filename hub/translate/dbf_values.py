"""What the columns of a DBF table hold, as text: every type of dBASE III to Visual FoxPro. Pure."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from hub.port import Unreadable

CUT_FROM: Final = 20
"""A text that fills a column this wide was probably cut; narrower ones hold codes, numbers and times."""
_BLANK: Final = b" \x00"
_FIRST_DAY: Final = datetime(1, 1, 1)  # noqa: DTZ001  a table tells local times
_FIRST_COUNTED: Final = 1721426


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name as the table has it, type letter, place and width in the record."""

    name: str
    type: str
    at: int
    width: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as text; `cut`: its column was, it seems, too narrow for it."""

    text: str
    cut: bool = False


def _character(raw: bytes, charset: str, *, full: bool) -> Cell:
    """A text; where it fills the column its last character may have been cut in half.

    Raises Unreadable `encoding` for bytes that are not in the charset.
    """
    for lost in range(4 if full else 1):
        try:
            text = raw[: len(raw) - lost].decode(charset)
        except UnicodeDecodeError:
            continue
        return Cell(text, cut=bool(lost) or (full and len(raw) >= CUT_FROM))
    raise Unreadable("encoding")


def value(column: Column, raw: bytes, charset: str) -> Cell:
    """The value of one column of a known type. Raises Unreadable with its rule."""
    if column.type == "C":
        bare = raw.rstrip(_BLANK)
        return _character(bare, charset, full=len(bare) == len(raw))
    return Cell(_READ[column.type](raw))


def is_known(column: Column) -> bool:
    """Whether a column's type is one that is read, in the width it has."""
    return column.type == "C" or (
        column.type in _READ and column.width == _WIDTH.get(column.type, column.width)
    )


def _text(raw: bytes) -> str:
    return raw.strip(_BLANK).decode("ascii", "replace")


def _number(raw: bytes) -> str:
    text = _text(raw)
    if text.startswith("*"):
        raise Unreadable("digits-lost")  # what dBASE writes for a number that does not fit
    return text


def _logical(raw: bytes) -> str:
    return "true" if raw in b"TtYy" else "false" if raw in b"FfNn" else ""


def _memo(raw: bytes) -> str:
    if raw.strip(_BLANK + b"0"):
        raise Unreadable("dbf-memo")  # the text is in a file beside the table
    return ""


def _whole(raw: bytes) -> str:
    return str(struct.unpack("<i", raw)[0])


def _double(raw: bytes) -> str:
    number: float = struct.unpack("<d", raw)[0]
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _currency(raw: bytes) -> str:
    return str(Decimal(struct.unpack("<q", raw)[0]) / 10_000)


def _moment(raw: bytes) -> str:
    """A day of the astronomers' count and the milliseconds of it."""
    days, milliseconds = struct.unpack("<ii", raw)
    if not days:
        return ""
    try:
        at = _FIRST_DAY + timedelta(days=days - _FIRST_COUNTED, milliseconds=milliseconds)
    except OverflowError as e:
        raise Unreadable("date") from e
    return at.isoformat(" ", "seconds")


_READ: Final[dict[str, Callable[[bytes], str]]] = {
    "N": _number, "F": _number, "D": _text, "L": _logical, "M": _memo, "G": _memo, "P": _memo,
    "I": _whole, "B": _double, "Y": _currency, "T": _moment,
}  # fmt: skip
_WIDTH: Final = {"D": 8, "L": 1, "I": 4, "B": 8, "Y": 8, "T": 8}
