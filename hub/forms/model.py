"""What a form says, before it is a file: a title and its parts in order. Pure data."""

from dataclasses import dataclass
from typing import Final, TypeAlias

BLANK: Final = "____________"
"""What is left for a pen."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that begins a section."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, its first line indented."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head; `widths` are shares of the line."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Closing:
    """Lines at the end of a form, each to the right: signatures, day."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Address:
    """To whom it is given: two lines, the second to the left."""

    salute: str
    to: str


@dataclass(frozen=True, slots=True)
class NextSheet:
    """What follows begins a page of its own, under the title again."""


Part: TypeAlias = Heading | Paragraph | Table | Closing | Address | NextSheet


@dataclass(frozen=True, slots=True)
class Form:
    """A form. Lines of the title after the first stand small; `note` is at the foot of each page."""

    title: str
    parts: tuple[Part, ...]
    note: str = ""
