"""The translator: finds the adapters by folder, picks the format of a file, reads and writes.

Holds compiled maps only; safe to share between threads and requests. Touches the file system once, in `load`,
to see which folders there are.
"""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hub.errors import Broken, Fault, Refused
from hub.port import (
    Agency,
    Carrier,
    CodedXml,
    DbfTable,
    Direction,
    Doc,
    Format,
    FormJson,
    HeaderRow,
    JsonKeys,
    Package,
    SheetTable,
    XmlRoot,
)
from hub.translate.bodies import Body, object_at, parse_body, split_type
from hub.translate.compile_read import compile_scope, enveloped, repeated
from hub.translate.compile_write import Sheet, Writer, compile_writer
from hub.translate.differences import lost
from hub.translate.places import native_place
from hub.translate.reading import Plan, read_records, read_shared
from hub.translate.records import SHARED, SHARED_TYPE, Origin, Reading, Written
from hub.translate.writers import write_bytes

_READS: Final = (Direction.READ, Direction.BOTH)
_WRITES: Final = (Direction.WRITE, Direction.BOTH)

LISTED_AS: Final[dict[str, type[Carrier]]] = {
    "xml": XmlRoot,
    "json": JsonKeys,
    "form": FormJson,
    "csv": HeaderRow,
    "xlsx": SheetTable,
    "dbf": DbfTable,
    "zip": Package,
    "soap_b64": CodedXml,
}
"""How a snapshot's message tells the format of its blobs (code list native_format)."""

_MOST_KNOWN: Final = 1024
_MOST_NAMES: Final = 256

MAX_LIST: Final = 64 * 1024 * 1024
MAX_LISTED: Final = 200_000
"""Bytes and records of a snapshot's blob: an agency's whole list of a day."""


@dataclass(frozen=True, slots=True)
class _Carried:
    """A format with the maps of its kinds, compiled."""

    format: Format
    plans: dict[str, Plan]
    reads: frozenset[str]
    writes: dict[str, Writer]


class Translator:
    """All adapters, compiled."""

    def __init__(self, agencies: Iterable[Agency]) -> None:
        self.agencies: dict[str, Agency] = {agency.name: agency for agency in agencies}
        self._formats: dict[str, tuple[_Carried, ...]] = {
            name: tuple(_compile(fmt) for fmt in agency.formats) for name, agency in self.agencies.items()
        }
        self._by_media: dict[tuple[str, str], list[_Carried]] = defaultdict(list)
        for name, formats in self._formats.items():
            for carried in formats:
                for media in () if carried.format.lists else carried.format.media:
                    self._by_media[name, media].append(carried)
        self._told_at = {way: places for way, all_ in self._by_media.items() if (places := _places(all_))}
        self._known: dict[tuple[object, ...], _Carried] = {}

    @classmethod
    def load(cls) -> "Translator":
        """All folders of the package `adapters` that hold an adapter."""
        return cls(discover())

    def read(self, agency: str, content_type: str, body: bytes, origin: Origin) -> Reading:
        """The records of a file as its sender's agency writes them.

        Raises Refused: `media-type`, `too-large`, `malformed`, `untranslatable` (no format fits, or two, or
        the only record cannot be read). In a file of several, a record that cannot be read has its `fault`.
        """
        media, charset = split_type(content_type)
        if media == SHARED_TYPE:
            return read_shared(body, origin, self._systems(agency))
        candidates = self._by_media.get((agency, media), ())
        if not candidates:
            raise Refused("untranslatable", Fault("no-format"))
        parsed = parse_body(charset, body, [c.format for c in candidates], origin.name)
        found = self._fitting((agency, media), parsed, candidates)
        if len(body) > found.format.max_bytes:
            raise Refused("too-large", Fault("size", args=(str(found.format.max_bytes),)))
        if origin.kind not in found.reads:
            raise Refused("untranslatable", Fault("kind-not-in-format", args=(found.format.name,)))
        return read_records(found.plans[origin.kind], parsed, origin)

    def _fitting(self, way: tuple[str, str], parsed: Body, candidates: Sequence[_Carried]) -> _Carried:
        """As `_only`. JSON bodies are told apart by names, and known by them the next time."""
        places = self._told_at.get(way)
        if places is None:
            return _only(parsed, candidates)
        found_at = [object_at(parsed.content, at) for at in places]
        names = (way, *(None if named is None else tuple(named) for named in found_at))
        found = self._known.get(names)
        if found is None:
            found = _only(parsed, candidates)
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            if sum(len(named or ()) for named in found_at) <= _MOST_NAMES:
                self._known[names] = found
        return found

    def read_list(
        self, agency: str, told: str, body: bytes, origin: Origin, kind: str | None = None
    ) -> Reading:
        """The records of a snapshot's blob; `told` is the word its message has for the format.

        `origin.at` is the list's cut-off. `kind` is what its rows are read as, if the format has several.
        Raises Refused as `read` does.
        """
        carrier = LISTED_AS.get(told)
        candidates = [c for c in self._formats.get(agency, ()) if type(c.format.carrier) is carrier]
        if not candidates:
            raise Refused("untranslatable", Fault("no-format"))
        limited = replace(candidates[0].format, max_bytes=MAX_LIST)
        parsed = parse_body(None, body, [limited], origin.name, MAX_LISTED)
        found = _only(parsed, candidates)
        wanted = kind or next(iter(found.plans))
        if wanted not in found.reads or (kind is None and len(found.plans) > 1):
            raise Refused("untranslatable", Fault("kind-not-in-format", args=(found.format.name,)))
        return read_records(found.plans[wanted], parsed, origin._replace(kind=wanted), MAX_LISTED)

    def only_kind(self, agency: str, name: str) -> str:
        """The kind of a format that has one. Raises Broken for another."""
        carried = self._named(agency, name)
        if carried is None or len(carried.plans) != 1:
            raise Broken(f"{agency}/{name}: 不止一种消息类型 · not a format of one kind")
        return next(iter(carried.plans))

    def write(
        self, agency: str, format_name: str, kind: str, document: Doc, came_from: str | None = None
    ) -> Written:
        """The document as a file of `format_name`; `came_from` is the format it was read from, if any.

        `native_extras` are used only if that is the same format. `dropped` are the pointers of what a
        reader of the file will not find in it. Raises Refused `no-native-form`.
        """
        carried = self._named(agency, format_name)
        writer = carried.writes.get(kind) if carried else None
        if carried is None or writer is None:
            raise Refused("no-native-form", Fault("format"))
        extras = document.get("native_extras") if came_from == format_name else None
        texts = {k: v for k, v in extras.items() if isinstance(v, str)} if isinstance(extras, dict) else {}
        native: Doc = {}
        writer(document, native, Sheet(carried.format.absent, texts), "")
        media_type, body = write_bytes(carried.format, native)
        again = _read_back(carried, Origin(kind, "", None, day=_day_of(document)), media_type, body)
        ignored = carried.plans[kind].enveloped + (() if texts else ("/native_extras",))
        return Written(media_type, body, lost(document, again, ignored))

    def native_format_for(self, agency: str, kind: str, wanted: str | None = None) -> str | None:
        """The format to write `kind` in for a system: the one it asked for, else the agency's first."""
        names = self.writable(agency, kind)
        if wanted is not None:
            return wanted if wanted in names or wanted == SHARED else None
        return names[0] if names else None

    def writable(self, agency: str, kind: str) -> tuple[str, ...]:
        """Names of the agency's formats that the hub can write for a kind."""
        return tuple(c.format.name for c in self._formats.get(agency, ()) if kind in c.writes)

    def native_of(self, agency: str, format_name: str, kind: str, pointer: str, document: Doc) -> str | None:
        """Native pointer of what `pointer` of a document was read from, for a refusal to name."""
        carried = self._named(agency, format_name)
        rows = next((m.rows for m in carried.format.maps if m.kind == kind), ()) if carried else ()
        return native_place(rows, pointer, document)

    def media_types(self) -> tuple[tuple[str, str, str], ...]:
        """(media type, agency, format) of everything that can be sent, for the published list."""
        rows = {
            (media, agency, c.format.name)
            for agency, formats in self._formats.items()
            for c in formats
            if c.reads and not c.format.lists
            for media in c.format.media
        }
        return ((SHARED_TYPE, "", SHARED), *sorted(rows))

    def _systems(self, agency: str) -> frozenset[str]:
        known = self.agencies.get(agency)
        return known.systems if known else frozenset()

    def _named(self, agency: str, name: str) -> _Carried | None:
        return next((c for c in self._formats.get(agency, ()) if c.format.name == name), None)


def _places(candidates: Iterable[_Carried]) -> tuple[str, ...]:
    """Where the names are that tell these formats apart; none unless all of them are JSON."""
    carriers = [c.format.carrier for c in candidates]
    told = {carrier.at for carrier in carriers if isinstance(carrier, JsonKeys)}
    return tuple(sorted(told)) if all(isinstance(c, JsonKeys) for c in carriers) else ()


def _only(parsed: Body, candidates: Iterable[_Carried]) -> _Carried:
    """The one format whose structure the body has. Raises Refused if none has, or two have."""
    fitting = [c for c in candidates if parsed.fits(c.format)]
    if len(fitting) != 1:
        raise Refused("untranslatable", Fault("no-format" if not fitting else "two-formats"))
    return fitting[0]


def named_once(agencies: Iterable[Agency]) -> None:
    """A name means one format over all adapters: messages keep it. Raises Broken, with both places."""
    seen: dict[str, str] = {}
    for agency in agencies:
        for fmt in agency.formats:
            if fmt.name in seen:
                both = f"{seen[fmt.name]}, adapters/{agency.name}"
                raise Broken(
                    f"格式名 {fmt.name} 重复,须改其一 · the format name {fmt.name} is there twice: {both}"
                )
            seen[fmt.name] = f"adapters/{agency.name}"


def discover() -> tuple[Agency, ...]:
    """The agencies of all adapter folders, by name.

    Raises Broken for a folder that exposes none, and for a format name that is there twice.
    """
    import adapters

    found: list[Agency] = []
    for entry in pkgutil.iter_modules(adapters.__path__):
        if not entry.ispkg:
            continue
        agency = getattr(importlib.import_module(f"adapters.{entry.name}"), "AGENCY", None)
        if not isinstance(agency, Agency) or agency.name != entry.name:
            raise Broken(f"adapters/{entry.name} exposes no AGENCY of that name")
        found.append(agency)
    named_once(found)
    return tuple(found)


def _compile(fmt: Format) -> _Carried:
    repeats = {path for m in fmt.maps for path in repeated(m.rows)}
    if fmt.records:
        repeats.add(fmt.records)
    return _Carried(
        fmt,
        {m.kind: Plan(fmt, compile_scope(m.rows), frozenset(repeats), enveloped(m.rows)) for m in fmt.maps},
        frozenset(m.kind for m in fmt.maps if m.direction in _READS),
        {m.kind: compile_writer(m.rows) for m in fmt.maps if m.direction in _WRITES},
    )


def _day_of(document: Doc) -> date | None:
    """The day of the act: on it one sees who is a minor."""
    when = document.get("business_time")
    return date.fromisoformat(when[:10]) if isinstance(when, str) else None


def _read_back(carried: _Carried, origin: Origin, content_type: str, body: bytes) -> Doc:
    """What the written file says to a reader who knows nothing of its envelope.

    Nothing, if our own reader refuses it: then the file carries nothing that can be vouched for.
    """
    _, charset = split_type(content_type)
    parsed = parse_body(charset, body, [carried.format])
    try:
        record = read_records(carried.plans[origin.kind], parsed, origin).records[0]
    except Refused:
        return {}
    return record.document or {}
