"""What translation is told and what it answers: plain data, and the notebook of one record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple

from hub.errors import Fault, Refused
from hub.port import Doc, Known, Shape
from hub.port.values import Role

SHARED: Final = "shared"
"""Name of the format of a message that came in the shared form itself."""

SHARED_TYPE: Final = "application/vnd.liantiao+json"


@dataclass(frozen=True, slots=True)
class FileRef:
    """One entry of the envelope's `files`; `digest` is lower-case hex, `size` in bytes if the hub has it."""

    digest: str
    name: str | None = None
    media_type: str | None = None
    size: int | None = None


_NO_FILES: Final[dict[str, FileRef]] = {}
_NO_CELLS: Final[Mapping[str, str]] = {}


class Origin(NamedTuple):
    """What the envelope says: kind, sending unit, time of signing (aware), and its files by `ref`.

    `day` is the day of the act for a file that is read without an envelope; `name` the file's own.
    """

    kind: str
    unit: str
    at: datetime | None
    files: Mapping[str, FileRef] = _NO_FILES
    day: date | None = None
    name: str | None = None

    def known(self, what: Known) -> str | None:
        """The envelope's own value, as the shared form writes it."""
        if what is Known.UNIT:
            return self.unit or None
        if self.at is None:
            return None
        return self.at.isoformat(timespec="seconds")[: 10 if what is Known.DATE else None]


class Noted(NamedTuple):
    """A finding of translation: code (`encoding dropped truncated identity …`), places, never a value."""

    code: str
    pointer: str | None = None
    native: str | None = None
    detail: str | None = None
    basis: str = "translation"


class Embedded(NamedTuple):
    """A file that lay inside the native file; `digest` is lower-case hex SHA-256."""

    digest: str
    name: str
    content: bytes


class Number(NamedTuple):
    """A native number: identifier system, value as sent, normal form."""

    system: str
    value: str
    normal: str


class Record(NamedTuple):
    """One record as read. Exactly one of `document` and `fault` is there.

    `label` is its name in the answer (`row 3`, `item 2`; empty if the file is one record). `own` numbers
    identify it for the sending system, `case` numbers name the case it steps, `links` are numbers of
    other records or systems that join disputes. `kept` are native pointers kept in `native_extras`,
    `dropped` native pointers kept nowhere but in the native bytes. `persons` are tuples for blind indexes.
    `undated`: the file tells no time of the act, `business_time` is that of its signature. `cells`: native
    pointer → cell of a sheet, by which a person finds it.
    """

    label: str
    document: Doc | None
    fault: Refused | None = None
    own: tuple[Number, ...] = ()
    case: tuple[Number, ...] = ()
    links: tuple[Number, ...] = ()
    findings: tuple[Noted, ...] = ()
    kept: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    persons: tuple[tuple[str, ...], ...] = ()
    embedded: tuple[Embedded, ...] = ()
    undated: bool = False
    cells: Mapping[str, str] = _NO_CELLS


def placed(record: Record, cells: Mapping[str, str]) -> Record:
    """A record of a sheet: its faults and findings named by cell."""
    fault = record.fault
    if fault is not None:
        fault = Refused(fault.code, *(replace(f, native=_cell(f.native, cells)) for f in fault.faults))
    findings = tuple(noted._replace(native=_cell(noted.native, cells)) for noted in record.findings)
    return record._replace(fault=fault, findings=findings, cells=cells)


def _cell(native: str | None, cells: Mapping[str, str]) -> str | None:
    return cells.get(native, native) if native is not None else None


class Reading(NamedTuple):
    """A file as read: the format's name, whether the format holds several records, the records in order."""

    format: str
    shape: Shape
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A native file: media type with charset, bytes, and the shared pointers it does not carry."""

    media_type: str
    body: bytes
    dropped: tuple[str, ...]


class Run:
    """The notebook of one record: what the compiled map writes beside the document."""

    __slots__ = (
        "dropped",
        "embedded",
        "extras",
        "faults",
        "findings",
        "numbers",
        "origin",
    )

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.extras: dict[str, str] = {}
        self.faults: list[Fault] = []
        self.findings: list[Noted] = []
        self.dropped: list[str] = []
        self.numbers: list[tuple[Role, Number]] = []
        self.embedded: list[Embedded] = []

    def today(self) -> date | None:
        """The day of signing."""
        return self.origin.at.date() if self.origin.at else self.origin.day
