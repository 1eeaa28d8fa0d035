"""Plain words of the port: objects, reasons a value is not read, and the few choices a format makes."""

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Doc: TypeAlias = dict[str, object]
"""A JSON object: a native record as its reader made it, or a document of the shared form."""


class Unreadable(ValueError):
    """A codec cannot read, or cannot write, this value. `rule` names the reason, never the value.

    `fills` fill the rule's text with what the hub knows (the codes of a list), never with what was sent.
    `field` is the last name of the native field that is meant, for a codec that reads several.
    """

    def __init__(self, rule: str, *fills: str, field: str | None = None) -> None:
        super().__init__(rule)
        self.rule = rule
        self.fills = fills
        self.field = field


@dataclass(frozen=True, slots=True)
class Kept:
    """What a codec answers if `value` (None: nothing) does not hold all of the native text.

    The native text goes to `native_extras` under its pointer; `finding` names what to report, if anything.
    """

    value: object
    finding: str | None = None


class Direction(Enum):
    """What the hub does with a kind in a format."""

    READ = "read"
    WRITE = "write"
    BOTH = "both"


class Shape(Enum):
    """Whether a file is one record, or holds an array (a table) of them."""

    ONE = "one"
    MANY = "many"


class Absent(Enum):
    """How a format writes a field that has no value: not at all, or as its codec's empty value."""

    OMIT = "omit"
    EMPTY = "empty"


class Native(Enum):
    """The native type a codec writes; reading takes either."""

    TEXT = "text"
    INTEGER = "integer"


class Role(Enum):
    """What a native number says about its record.

    OWN identifies the record for the sending system (the same one again is a revision); CASE names the
    case that the record steps; LINK is a number of another record or system that joins disputes; NOTED
    is kept among the identifiers and decides nothing.
    """

    OWN = "own"
    CASE = "case"
    LINK = "link"
    NOTED = "noted"


class Known(Enum):
    """What the envelope knows and a native file may leave out: time of signing (iat) and sender."""

    AT = "at"
    DATE = "date"
    UNIT = "unit"


class Unlisted(Enum):
    """What becomes of a code that the list does not hold: refused, or kept in `native_extras`."""

    REFUSE = "refuse"
    KEEP = "keep"
