"""Maps compiled for writing: a document of the shared form becomes one native record.

The same rows as for reading, run the other way. What the native text said beyond the shared value comes back
from `native_extras`, if the document was read from this very format and the value is still the same.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from hub.port import (
    Absent,
    Const,
    Direction,
    Doc,
    Drop,
    Each,
    Field,
    Ident,
    Kept,
    Native,
    Role,
    Row,
    Slots,
    Unreadable,
)  # fmt: skip
from hub.translate.codecs import Built, build
from hub.translate.compile_read import compile_slot
from hub.translate.kept import as_whole, structure, typed
from hub.translate.paths import get, last
from hub.translate.records import Origin, Run
from hub.translate.slots import assign

_NOBODY = Origin("", "", None)


@dataclass(slots=True)
class Sheet:
    """What is needed while one record is written. `extras`: native pointer → native text."""

    absent: Absent
    extras: Mapping[str, str] = field(default_factory=dict)


Writer = Callable[[Doc, Doc, Sheet, str], None]
"""(shared object, native object being built, sheet, native pointer of that object)."""


def compile_writer(rows: tuple[Row, ...]) -> Writer:
    """A function that writes one shared object into one native object by `rows`."""
    writers = [_writer(row) for row in rows if not isinstance(row, Const) and not _is_read_only(row)]

    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        for writer in writers:
            writer(doc, native, sheet, at)

    return write


def _is_read_only(row: Row) -> bool:
    return isinstance(row, Field) and row.direction is Direction.READ


def _writer(row: Field | Ident | Each | Slots | Drop) -> Writer:
    match row:
        case Field():
            codec = build(row.codec)
            if isinstance(row.native, str):
                return _field(row.native, row.shared, codec)
            return _together(row.native, row.shared, codec)
        case Ident():
            return _ident(row)
        case Each():
            return _each(row)
        case Slots():
            return _slots(row)
        case Drop():
            return _drop(row)


def _set(native: Doc, path: str, value: object, sheet: Sheet, *, empty: object = "") -> None:
    """Stores a value; an absent one (None) only where nothing is, and as the format writes absence."""
    *outer, name = path.split("/")
    for part in outer:
        native = _inner(native, part)
    if value is not None:
        if native.get(name) in (None, "", []):
            native[name] = value
    elif sheet.absent is Absent.EMPTY:
        native.setdefault(name, empty)


def _inner(native: Doc, part: str) -> Doc:
    """The object inside; one that leads nowhere if something else is there."""
    inner = native.setdefault(part, {})
    return inner if isinstance(inner, dict) else {}


def _field(native_path: str, shared: str, codec: Built) -> Writer:
    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        value = get(doc, shared)
        raw = sheet.extras.get(f"{at}/{native_path}")
        out = _value(codec, value, raw and typed(raw, codec.empty))
        _set(native, native_path, out, sheet, empty=codec.empty)

    return write


def _value(codec: Built, value: object, raw: object) -> object:
    """The native value: the native text itself where it still says the same, else what the codec writes.

    A text that the shared form could not hold at all says nothing that could have changed.
    """
    try:
        told = None if raw is None else codec.read(raw, Run(_NOBODY))
        if raw is not None and (_is_nothing(told) or _same(told, value)):
            return as_whole(raw) if codec.empty is None else raw
        return None if value is None else codec.write(value)
    except Unreadable:
        return None


def _is_nothing(read: object) -> bool:
    return isinstance(read, Kept) and read.value is None


def _same(read: object, value: object) -> bool:
    read = read.value if isinstance(read, Kept) else read
    if isinstance(read, dict) and isinstance(value, dict):
        return all(value.get(key) == part for key, part in read.items())
    return read == value


def _together(names: tuple[str, ...], shared: str, codec: Built) -> Writer:
    empty = codec.empty if isinstance(codec.empty, dict) else {}

    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        value = get(doc, shared)
        kept = {last(name): sheet.extras.get(f"{at}/{name}") for name in names}
        raws = {name: raw and typed(raw, empty.get(name)) for name, raw in kept.items()}
        out = _value(codec, value, None)
        if any(raws.values()):
            try:
                known = codec.read(raws, Run(_NOBODY))
                out = raws if _is_nothing(known) or _same(known, value) else out
            except Unreadable:
                pass
        parts = out if isinstance(out, dict) else {}
        for name in names:
            part = parts.get(last(name), parts.get(name))
            _set(native, name, part, sheet, empty=empty.get(last(name), ""))

    return write


def _ident(row: Ident) -> Writer:
    names = (row.native,) if isinstance(row.native, str) else row.native

    def part(text: str) -> object:
        return as_whole(text) if row.form is Native.INTEGER else text

    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        value = next(_numbers(doc, row), None)
        parts = value.rsplit("/", len(names) - 1) if value and len(names) > 1 else [value]
        whole = len(parts) == len(names)
        empty: object = None if row.form is Native.INTEGER else ""
        for i, name in enumerate(names):
            text = parts[i] if whole else None
            text = text or sheet.extras.get(f"{at}/{name}")
            _set(native, name, part(text) if text else None, sheet, empty=empty)

    return write


def _numbers(doc: Doc, row: Ident) -> Iterator[str]:
    """The numbers of a system that a document has; links of a dispute stand apart from its own."""
    links = doc.get("explicit_links") if row.role is Role.LINK else None
    entries = links or doc.get("identifiers")
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("system") == row.system:
            value = entry.get("value")
            if isinstance(value, str):
                yield value


def _each(row: Each) -> Writer:
    inner = compile_writer(row.rows)

    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        items = get(doc, row.shared)
        made: list[object] = []
        for i, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict):
                one: Doc = {}
                inner(item, one, sheet, f"{at}/{row.native}/{i}")
                made.append(one)
        _set(native, row.native, made or None, sheet, empty=[])

    return write


def _slots(row: Slots) -> Writer:
    writers = {slot: compile_writer(rows) for slot, rows in row.slots.items()}
    readers = {slot: compile_slot(rows) for slot, rows in row.slots.items()}

    def raw_of(slot: str, filled: Doc, people: list[Doc], sheet: Sheet, at: str) -> Doc:
        """The native text of a slot itself, where it still says the same of the same people."""
        raws: Doc = {
            name: typed(sheet.extras[f"{at}/{name}"], like)
            for name, like in filled.items()
            if f"{at}/{name}" in sheet.extras
        }
        if row.split is None or not raws:
            return filled
        whole = {name: "" if isinstance(like, str) else like for name, like in filled.items()}
        candidate = {**(whole if len(people) > 1 else filled), **raws}
        told = [readers[slot](part, Run(_NOBODY), at) for part in row.split.read(candidate)]
        same = len(told) == len(people) and all(map(_same, told, people))
        return candidate if same else filled

    def write(doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        for part in row.under.split("/") if row.under else ():
            native, at = _inner(native, part), f"{at}/{part}"
        items = get(doc, row.shared)
        people = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
        for slot, placed in assign(row, people).items():
            parts: list[Doc] = []
            plain = sheet if len(placed) < 2 else Sheet(sheet.absent)
            for person in placed or [{}]:
                parts.append({})
                writers[slot](person, parts[-1], plain, at)
            joined = row.split.write(parts) if row.split and len(parts) > 1 else parts[0]
            native.update(raw_of(slot, joined, placed, sheet, at))

    return write


def _drop(row: Drop) -> Writer:
    if row.native.endswith("/*"):
        return _subtree(row.native[:-2])

    def write(_doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        raw = sheet.extras.get(f"{at}/{row.native}")
        value = row.fill if raw is None else typed(raw, row.fill)
        _set(native, row.native, value, sheet, empty=None if isinstance(row.fill, int) else "")

    return write


def _subtree(path: str) -> Writer:
    def write(_doc: Doc, native: Doc, sheet: Sheet, at: str) -> None:
        raw = sheet.extras.get(f"{at}/{path}")
        if raw is not None:
            _set(native, path, structure(raw), sheet)

    return write
