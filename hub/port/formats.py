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
class CodedXml:
    """XML in Base64 whose every text and attribute is Base64 again; attributes are read like elements.

    What came without the outer Base64 is read too. No namespace, no charset: the wire is ASCII.
    """

    root: str


@dataclass(frozen=True, slots=True)
class Package:
    """A ZIP with one XML of `record` and files beside it; its name says which package it is.

    The name's parts, joined by `_`, are the fields of the native object `name`; the last one is an MD5.
    `files` are the native paths of an array of the record's files, of a file's name and of its Base64 content
    in it: what the XML names without content is taken from beside it.
    """

    record: XmlRoot
    name: str
    parts: tuple[str, ...]
    files: tuple[str, str, str]


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


@dataclass(frozen=True, slots=True)
class DbfTable:
    """A DBF table that has all columns of `requires` and none of `forbids`, told by their first ten bytes.

    `columns` are the full names of those that a table may have.
    """

    requires: frozenset[str]
    columns: tuple[str, ...]
    forbids: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet of a workbook with a heading row, somewhere near its top, that has all columns of `requires`.

    `columns` are all that it may have. What a record has several of lies in the columns `of_items`, a row
    each, and becomes the array `items`; a row that tells nothing else belongs to the record above it. A
    record names itself in one of `begins`. Bare numbers in the columns `days` count the days of the
    workbook's calendar. Rows that begin with a word of `asides` are no records (合计).
    """

    requires: frozenset[str]
    columns: tuple[str, ...]
    begins: frozenset[str]
    items: str = ""
    of_items: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    asides: frozenset[str] = frozenset()
    forbids: frozenset[str] = frozenset()


Carrier: TypeAlias = JsonKeys | FormJson | XmlRoot | CodedXml | Package | HeaderRow | DbfTable | SheetTable


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
    """How one kind lies in a format. The kind `""` is none: a file that is understood and no message."""

    kind: str
    direction: Direction
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One native format. `records` is the path of the array in a file of several (`""`: the file itself).

    The formats of an adapter are disjoint: media type and carrier decide, never the content. `counted` is the
    native path where a file of several says how many it has. One that `lists` comes inside a snapshot only.
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
    counted: str = ""
    lists: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """What an adapter folder exposes. `systems`: identifier systems whose numbers this agency gives out."""

    name: str
    zh: str
    formats: tuple[Format, ...]
    systems: frozenset[str]
