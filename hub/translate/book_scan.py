"""One pass over the XML of a sheet before a library reads it: where cells are, and which cannot be believed.

A library gives no sign of a formula that was never computed or of a cell that shows an error, and makes room
for everything between the outermost cells. Runs in the confined process.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Final, TypeAlias
from xml.parsers import expat

from hub.errors import Fault, Refused
from hub.translate.book_parts import malformed

MAX_ROW: Final = 10_000
MAX_COLUMN: Final = 200
MAX_CELLS: Final = 300_000

Place: TypeAlias = tuple[int, int]
"""Row and column, from 0."""

_REFERENCE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


@dataclass(slots=True)
class Scan:
    """What was found: cells that hold something, numbers as they are held, what cannot be read and why."""

    numbers: dict[Place, float] = field(default_factory=dict)
    unread: dict[Place, str] = field(default_factory=dict)
    filled: set[Place] = field(default_factory=set)


def scan(content: bytes, sheet: int) -> Scan:
    """Raises Refused `malformed` (`syntax`, `book-cells`) or `too-large` (`book-size`)."""
    found = Scan()
    try:
        _Reader(found, sheet).parse(content)
    except expat.ExpatError as e:
        raise malformed("syntax", f"sheet {sheet}") from e
    return found


class _Reader:
    """The handlers of one pass; a row or cell that does not say where it is follows the one before."""

    def __init__(self, found: Scan, sheet: int) -> None:
        self._found = found
        self._sheet = sheet
        self._row = -1
        self._column = -1
        self._type = ""
        self._formula = False
        self._text: list[str] | None = None
        self._value = ""

    def parse(self, content: bytes) -> None:
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.Parse(content, True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        match name.rpartition(":")[2]:
            case "row":
                number = attributes.get("r", "")
                self._row = int(number) - 1 if number.isascii() and number.isdecimal() else self._row + 1
                self._column = -1
            case "c":
                self._cell(attributes)
            case "f":
                self._formula = True
            case "v" | "t":
                self._text = []
            case _:
                pass

    def _cell(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("r")
        self._column += 1
        if reference is not None:
            match = _REFERENCE.fullmatch(reference)
            if match is None:
                raise malformed("book-cells", f"sheet {self._sheet}")
            self._row, self._column = int(match[2]) - 1, column_number(match[1])
        self._type, self._formula, self._value = attributes.get("t", "n"), False, ""

    def _said(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def _end(self, name: str) -> None:
        match name.rpartition(":")[2]:
            case "v" | "t":
                self._value += "".join(self._text or ())
                self._text = None
            case "c" if self._value or self._formula:
                self._filled()
            case _:
                pass

    def _filled(self) -> None:
        at, found = (self._row, self._column), self._found
        if self._row >= MAX_ROW or self._column >= MAX_COLUMN or len(found.filled) >= MAX_CELLS:
            limits = (str(MAX_ROW), str(MAX_COLUMN))
            raise Refused("too-large", Fault("book-size", native=f"sheet {self._sheet}", args=limits))
        if at in found.filled:
            raise malformed("book-cells", f"sheet {self._sheet}")
        found.filled.add(at)
        if self._type == "e":
            found.unread[at] = "cell-error"
        elif not self._value:
            found.unread[at] = "cell-formula"
        elif self._type == "n":
            self._number(at)

    def _number(self, at: Place) -> None:
        """A number as the sheet holds it; what is none is a text, and what is beyond all numbers an error."""
        try:
            number = float(self._value)
        except ValueError:
            return
        if math.isfinite(number):
            self._found.numbers[at] = number
        else:
            self._found.unread[at] = "cell-error"


def column_number(letters: str) -> int:
    """`A` is 0, `AA` is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
