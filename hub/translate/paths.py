"""Paths: into the shared form (`own_case/identifier`, `agreements/0/terms`, `.`), and of native fields."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Final

from hub.port import Doc, Drop, Each, Field, Ident, Slots

_SAFE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")

Put = Callable[[Doc, object], None]
Mapped = Field | Ident | Each | Drop | Slots

_EVERY: Final = "/*/"


def get(doc: object, path: str) -> object:
    """What lies at `path`; None if nothing does."""
    if path == ".":
        return doc
    if _EVERY in path:
        return _common(doc, path)
    here = doc
    for part in path.split("/"):
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return None
    return here


def _common(doc: object, path: str) -> object:
    """What every item of an array says at a path below it; None if they differ."""
    array, _, inner = path.partition(_EVERY)
    items = get(doc, array)
    told = [get(item, inner) for item in items] if isinstance(items, list) else []
    return told[0] if told and all(value == told[0] for value in told) else None


def is_in_every(path: str) -> bool:
    """Whether a path is a place in every item of an array."""
    return _EVERY in path


def put(path: str) -> Put:
    """A function that stores a value at `path`, making the objects and arrays on the way.

    An array is added to the array that is there; at `.` the value is an object whose members are added and
    what is there already stays.
    """
    if path == ".":
        return _merge
    if _EVERY in path:
        return _put_in_every(path)
    first, *inner = path.split("/")
    steps, last = tuple(pairwise([first, *inner])), path.rpartition("/")[2]
    fresh = _fresh(inner)

    def store(doc: Doc, value: object) -> None:
        if first not in doc:
            doc[first] = fresh(value)
            return
        here: dict[str, object] | list[object] = doc
        for part, following in steps:
            here = _step(here, part, [] if following.isdigit() else {})
        if isinstance(here, list):
            if len(here) == int(last):
                here.append(value)
        elif last in here:
            here[last] = _joined(here[last], value)
        else:
            here[last] = value

    return store


def _put_in_every(path: str) -> Put:
    array, _, inner = path.partition(_EVERY)
    store = put(inner)

    def store_in_every(doc: Doc, value: object) -> None:
        items = get(doc, array)
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict):
                store(item, value)

    return store_in_every


def _fresh(inner: list[str]) -> Callable[[object], object]:
    """A function that wraps a value in the objects and arrays of a path where nothing is yet."""
    if not inner:
        return lambda value: value
    name, wrap = inner[0], _fresh(inner[1:])
    if name.isdigit():
        return lambda value: [wrap(value)]
    return lambda value: {name: wrap(value)}


def _joined(there: object, value: object) -> object:
    if isinstance(there, list) and isinstance(value, list):
        return [*there, *(item for item in value if item not in there)]
    return value


def _merge(doc: Doc, value: object) -> None:
    if isinstance(value, dict):
        for key, part in value.items():
            doc.setdefault(key, part)


def _step(
    here: dict[str, object] | list[object], part: str, fresh: dict[str, object] | list[object]
) -> dict[str, object] | list[object]:
    if isinstance(here, list):
        if int(part) == len(here):
            here.append(fresh)
        found = here[int(part)]
    else:
        found = here.setdefault(part, fresh)
    if not isinstance(found, dict | list):
        raise TypeError(f"{part}: a value is where an object should be")
    return found


def under(row: Mapped) -> tuple[str, Mapped | None]:
    """The first part of a row's native path, and the row as seen from there (None: it is that part)."""
    if isinstance(row, Slots):
        head, _, rest = row.under.partition("/")
        return head, replace(row, under=rest) if head else None
    first = row.native if isinstance(row.native, str) else row.native[0]
    head, _, rest = first.partition("/")
    if not rest or (isinstance(row, Drop) and rest == "*"):
        return head, None
    if isinstance(row.native, str):
        return head, replace(row, native=rest)
    return head, replace(row, native=tuple(name.partition("/")[2] for name in row.native))


def last(path: str) -> str:
    """The last part of a path: the name of the field itself."""
    return path.rpartition("/")[2]


def shown(key: str, among: Doc) -> str:
    """A native field's name as it may be shown: if it is an identifier; else its place."""
    return safe_name(key) or f"#{list(among).index(key) + 1}"


def safe_name(key: str) -> str:
    """A name that is one of a field and of nobody, else nothing."""
    return key if _SAFE_NAME.fullmatch(key) else ""


def escaped(name: str) -> str:
    """A member name inside a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1") if "~" in name or "/" in name else name
