"""What a format and an agency declare."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.port.rows import Row
from hub.port.values import Absent, Direction, Shape


@dataclass(frozen=True, slots=True)
class JsonKeys:
    """JSON. Fits a file whose object at `at` has all keys of `requires` and none of `forbids`."""

    requires: frozenset[str]
    at: str = ""
    forbids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FormJson:
    """A form with JSON in the one parameter `parameter`; fits as `JsonKeys` does."""

    requires: frozenset[str]
    parameter: str = "query"
    at: str = ""
    forbids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class XmlRoot:
    """XML, by the qualified name of its root, which is no part of native paths."""

    root: str
    namespace: str = ""
    charset: str = "UTF-8"


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A table with a heading row that has all columns of `requires` and none of `forbids`.

    `delimiter` stands between cells; a cell that holds it is quoted as in RFC 4180.
    """

    requires: frozenset[str]
    columns: tuple[str, ...]
    charset: str = "GB18030"
    forbids: frozenset[str] = frozenset()
    delimiter: str = ","


Carrier: TypeAlias = JsonKeys | FormJson | XmlRoot | HeaderRow


@dataclass(frozen=True, slots=True)
class FieldList:
    """The published field list: a file in `fields/` of the adapter, and the objects meant.

    `under` is the native path its names are relative to; `names` are those meant, if not all of the objects'.
    """

    file: str
    objects: tuple[str, ...]
    under: str = ""
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Map:
    """How one kind lies in a format."""

    kind: str
    direction: Direction
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One native format. `records` is the path of the array in a file of several (`""`: the file itself).

    The formats of an adapter are disjoint: media type and carrier decide, never the content.
    """

    name: str
    zh: str
    grade: Literal["A", "B"]
    media: tuple[str, ...]
    carrier: Carrier
    maps: tuple[Map, ...]
    fields: tuple[FieldList, ...]
    records: str = ""
    shape: Shape = Shape.ONE
    absent: Absent = Absent.EMPTY
    max_bytes: int = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """What an adapter folder exposes. `systems`: identifier systems whose numbers this agency gives out."""

    name: str
    zh: str
    formats: tuple[Format, ...]
    systems: frozenset[str]
