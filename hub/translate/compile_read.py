"""Maps compiled for reading: rows become one dictionary of handlers per native object.

A handler is looked up by the native key that is there, so order and missing fields cost nothing and what has
no handler is unknown. Compiled once per format and kind; per record only the handlers run.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Final

from hub.port import Const, Doc, Drop, Each, Field, Ident, Known, Row, Slots
from hub.translate import codecs_told, files  # noqa: F401 - importing registers their codecs
from hub.translate.codecs import build
from hub.translate.paths import get, is_in_every, put, shown, under
from hub.translate.read_rows import Handler, Late, clean_or_none, drop, field, ident, keep, refuse, several
from hub.translate.records import Noted, Run

Scope = Callable[[Doc, Doc, Run, str], None]

NUMBERS: Final = frozenset({int, float, bool})
"""Classes whose false values say something; an empty text, array or object does not."""


def compile_scope(rows: tuple[Row, ...], *, item: bool = False) -> Scope:
    """A function that reads one native object by `rows`.

    `item`: the object is one of an array; if it says nothing it stays empty.
    """
    handlers, late = _handlers(rows)
    finish = _defaults(rows)
    find = handlers.get

    def scope(native: Doc, doc: Doc, run: Run, at: str) -> None:
        padded = False
        for key, value in native.items():
            handler = find(key)
            if handler is None:
                handler, padded = find(key.strip()), True
            if handler is None:
                refuse(run, "unknown-field", f"{at}/{shown(key, native)}")
            elif value or value.__class__ in NUMBERS:
                handler(value, doc, run, at)
        if padded and late:
            native = {key.strip(): value for key, value in native.items()}
        for row in late:
            row(native, doc, run, at)
        if doc or not item:
            for fill in finish:
                fill(doc, run)

    return scope


def _handlers(rows: tuple[Row, ...]) -> tuple[dict[str, Handler], list[Late]]:
    here: dict[str, list[Handler]] = {}
    deeper: dict[str, list[Row]] = {}
    late: list[Late] = []
    for row in rows:
        if isinstance(row, Const):
            continue
        head, inner = under(row)
        if inner is not None:
            deeper.setdefault(head, []).append(inner)
        elif isinstance(row, Slots):
            reader, keys = _slots(row)
            late.append(reader)
            for key in keys:
                here.setdefault(key, []).append(_known)
        elif isinstance(row.native, tuple) or (isinstance(row, Field) and is_in_every(row.shared)):
            late.append(several(row))
            for key in (row.native,) if isinstance(row.native, str) else row.native:
                here.setdefault(key, []).append(_known)
        else:
            here.setdefault(head, []).append(_handler(row, head))
    for head, inner_rows in deeper.items():
        here.setdefault(head, []).append(_object(head, tuple(inner_rows)))
    return {key: _all(found) for key, found in here.items()}, late


def _known(_value: object, _doc: Doc, _run: Run, _at: str) -> None:
    """A field that a row with several fields reads."""


def _all(found: list[Handler]) -> Handler:
    if len(found) == 1:
        return found[0]
    several = tuple(found)

    def handle(value: object, doc: Doc, run: Run, at: str) -> None:
        for handler in several:
            handler(value, doc, run, at)

    return handle


def _handler(row: Field | Ident | Each | Drop, key: str) -> Handler:
    match row:
        case Field():
            return field(key, build(row.codec).read, row.shared)
        case Ident():
            return ident(key, row)
        case Each():
            return _each(key, row)
        case Drop():
            return drop(key)


def _object(key: str, rows: tuple[Row, ...]) -> Handler:
    scope = compile_scope(rows)

    def handle(value: object, doc: Doc, run: Run, at: str) -> None:
        if isinstance(value, dict):
            scope(value, doc, run, f"{at}/{key}")
        elif clean_or_none(value) is not None:
            refuse(run, "type", f"{at}/{key}")

    return handle


def _each(key: str, row: Each) -> Handler:
    scope, store = compile_scope(row.rows, item=True), put(row.shared)

    def handle(value: object, doc: Doc, run: Run, at: str) -> None:
        items = value if isinstance(value, list) else [value]
        made: list[object] = []
        for i, item in enumerate(items):
            if not isinstance(item, dict):
                if clean_or_none(item) is not None:
                    refuse(run, "type", f"{at}/{key}/{i}")
                continue
            one: Doc = {}
            scope(item, one, run, f"{at}/{key}/{i}")
            if one:
                made.append(one)
        if made:
            store(doc, made)

    return handle


def _slots(row: Slots) -> tuple[Late, set[str]]:
    """Reads each slot's own fields to an item; a split may make several of it."""
    readers = {slot: compile_slot(rows) for slot, rows in row.slots.items()}
    fields = {slot: native_names(rows) for slot, rows in row.slots.items()}
    split, store = row.split, put(row.shared)

    def read(native: Doc, doc: Doc, run: Run, at: str) -> None:
        items: list[object] = []
        for slot, reader in readers.items():
            parts, told = [native], native
            if split is not None:
                told = {name: native[name] for name in fields[slot] if name in native}
                parts = split.read(told)
            for n, part in enumerate(parts):
                item = reader(part, run, at)
                if item:
                    item["position_in_native"] = f"{slot}/split" if n else slot
                    items.append(item)
            if len(parts) > 1 or parts[0] != told:  # after the parts: what is kept is the whole of each field
                for name in fields[slot]:
                    if native.get(name):
                        keep(run, f"{at}/{name}", native[name])
        if items:
            store(doc, items)

    return read, {name for names in fields.values() for name in names}


SlotReader = Callable[[Doc, Run, str], Doc]


def compile_slot(rows: tuple[Row, ...]) -> SlotReader:
    """A function that reads the fields of one slot, and no other, to one item; empty if all are."""
    handlers, late = _handlers(rows)
    finish = _defaults(rows)

    def read(native: Doc, run: Run, at: str) -> Doc:
        item: Doc = {}
        for key, handler in handlers.items():
            value = native.get(key)
            if value or value.__class__ in NUMBERS:
                handler(value, item, run, at)
        for reader in late:
            reader(native, item, run, at)
        if item:
            for fill in finish:
                fill(item, run)
        return item

    return read


def native_names(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """First parts of the native paths that the rows of a slot read."""
    names = [
        name.partition("/")[0]
        for row in rows
        if not isinstance(row, Const | Slots)
        for name in ((row.native,) if isinstance(row.native, str) else row.native)
    ]
    return tuple(dict.fromkeys(names))


def _defaults(rows: tuple[Row, ...]) -> list[Callable[[Doc, Run], None]]:
    return [_default(row) for row in rows if isinstance(row, Const)]


def _default(row: Const) -> Callable[[Doc, Run], None]:
    store, parent = put(row.shared), row.shared.rpartition("/")[0]
    if isinstance(row.value, str) and "/" not in row.shared and row.finding is None:
        return _plain_default(row.shared, row.value)

    def fill(doc: Doc, run: Run) -> None:
        if get(doc, row.shared) is not None or (parent and get(doc, parent) is None):
            return
        value = run.origin.known(row.value) if isinstance(row.value, Known) else deepcopy(row.value)
        if value is not None:
            store(doc, value)
            if row.finding:
                run.findings.append(Noted(row.finding, pointer="/" + row.shared))

    return fill


def _plain_default(name: str, value: str) -> Callable[[Doc, Run], None]:
    def fill(doc: Doc, _: Run) -> None:
        if name not in doc:
            doc[name] = value

    return fill


def repeated(rows: tuple[Row, ...], at: str = "") -> set[str]:
    """Native paths that hold arrays, for readers that cannot tell one item from none (XML).

    A path ending in `/*` is a section that is dropped whole: anything in it may be there several times.
    """
    found: set[str] = set()
    for row in rows:
        if isinstance(row, Each):
            found |= {f"{at}{row.native}"} | repeated(row.rows, f"{at}{row.native}/")
        elif isinstance(row, Drop) and (row.repeats or row.native.endswith("/*")):
            found.add(f"{at}{row.native}")
    return found


def enveloped(rows: tuple[Row, ...]) -> tuple[str, ...]:
    """Pointers of what the sending unit itself is: no file says it, every reader of an envelope knows it."""
    return tuple(f"/{row.shared}" for row in rows if isinstance(row, Const) and row.value is Known.UNIT)
