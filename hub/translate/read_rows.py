"""Handlers of single rows, for reading: one field, several together, a number, a dropped field.

What cannot be read is noted with its place and rule and the rest is read on: the sender learns all at once.
"""

from collections.abc import Callable
from typing import Final

import orjson

from hub.errors import Fault
from hub.port import Doc, Drop, Each, Field, Ident, Kept, Unreadable
from hub.translate.codecs import ReadValue, build
from hub.translate.identifiers import composite, normal_form
from hub.translate.paths import last, put
from hub.translate.records import Noted, Number, Run
from hub.translate.text import clean, number_text

Handler = Callable[[object, Doc, Run, str], None]
"""(native value, shared object being built, notebook, native pointer of the object the value is in)."""

Late = Callable[[Doc, Doc, Run, str], None]
"""The same for rows that read several fields: gets the whole native object."""

MAX_FAULTS: Final = 20
MAX_KEPT: Final = 200
MAX_KEPT_TEXT: Final = 10_000


def refuse(run: Run, rule: str, native: str, *fills: str) -> None:
    """Notes a place that cannot be read; the record is refused when all its places are known."""
    if len(run.faults) < MAX_FAULTS:
        run.faults.append(Fault(rule, native=native, args=fills))


def keep(run: Run, native: str, value: object) -> None:
    """Keeps a native value in `native_extras`, or notes that it is only in the native bytes."""
    text = value if isinstance(value, str) else (
        orjson.dumps(value).decode() if isinstance(value, dict | list | bool) else number_text(value)
    )  # fmt: skip
    if len(run.extras) < MAX_KEPT and len(text) <= MAX_KEPT_TEXT and len(native) <= 200:
        run.extras[native] = text
    else:
        run.dropped.append(native)


def field(key: str, read: ReadValue, shared: str) -> Handler:
    """One native field to one place."""
    store = put(shared)
    name = shared if "/" not in shared and shared != "." else None

    def handle(value: object, doc: Doc, run: Run, at: str) -> None:
        try:
            got = read(value, run)
        except Unreadable as e:
            refuse(run, e.rule, f"{at}/{key}", *e.fills)
            return
        if got.__class__ is Kept:
            got = _kept(got, value, run, f"{at}/{key}")
        if got is not None:
            if name is None or name in doc:
                store(doc, got)
            else:
                doc[name] = got

    return handle


def _kept(got: Kept, value: object, run: Run, native: str) -> object:
    keep(run, native, value)
    if got.finding:
        run.findings.append(Noted(got.finding, native=native))
    return got.value


def drop(key: str) -> Handler:
    """A native field that only `native_extras` keeps."""

    def handle(value: object, _doc: Doc, run: Run, at: str) -> None:
        keep(run, f"{at}/{key}", value)

    return handle


def ident(key: str, row: Ident) -> Handler:
    """A native number, noted with its role."""

    def handle(value: object, _doc: Doc, run: Run, at: str) -> None:
        try:
            text = clean(value)
        except Unreadable as e:
            refuse(run, e.rule, f"{at}/{key}", *e.fills)
            return
        if text is not None:
            run.numbers.append((row.role, Number(row.system, text, normal_form(row.system, text))))

    return handle


def several(row: Field | Ident | Each | Drop) -> Late:
    """A row read after the others: a composite number, a codec that gets an object, a place in every item."""
    match row:
        case Ident(native=tuple(names)):
            return _composite(row, names)
        case Field(native=tuple(names)):
            return _together(build(row.codec).read, row.shared, names)
        case Field(native=str(name)):
            return _afterwards(name, field(name, build(row.codec).read, row.shared))
        case _:
            raise TypeError(f"{row.native}: only Field and Ident read several fields")


def _afterwards(name: str, handle: Handler) -> Late:
    def read(native: Doc, doc: Doc, run: Run, at: str) -> None:
        if native.get(name):
            handle(native[name], doc, run, at)

    return read


def _composite(row: Ident, names: tuple[str, ...]) -> Late:
    def number(native: Doc, _doc: Doc, run: Run, at: str) -> None:
        parts: list[str] = []
        for name in names:
            try:
                part = clean(native.get(name, ""))
            except Unreadable as e:
                refuse(run, e.rule, f"{at}/{name}", *e.fills)
                return
            if part is not None:
                parts.append(part)
        if len(parts) < len(names):
            for name in names:
                if native.get(name):
                    keep(run, f"{at}/{name}", native[name])
            return
        whole = Number(row.system, "/".join(parts), composite(row.system, parts))
        run.numbers.append((row.role, whole))

    return number


def _together(read: ReadValue, shared: str, names: tuple[str, ...]) -> Late:
    store = put(shared)

    def handle(native: Doc, doc: Doc, run: Run, at: str) -> None:
        values = {name: native.get(name) for name in names}
        told = {name: value for name, value in values.items() if value not in (None, "", [])}
        if not told:
            return
        try:
            got = read(values, run)
        except Unreadable as e:
            refuse(run, e.rule, f"{at}/{_named(names, e.field)}", *e.fills)
            return
        if isinstance(got, Kept):
            for name, value in told.items():
                keep(run, f"{at}/{name}", value)
            if got.finding:
                run.findings.append(Noted(got.finding, native=f"{at}/{names[0]}"))
            got = got.value
        if got is not None:
            store(doc, got)

    return handle


def _named(names: tuple[str, ...], field: str | None) -> str:
    """Which of the fields read together a codec means; the first if it does not say."""
    return next((name for name in names if last(name) == field), names[0])


def clean_or_none(value: object) -> object:
    """None for text that says nothing (`无`), else the value."""
    return clean(value) if isinstance(value, str) else value
