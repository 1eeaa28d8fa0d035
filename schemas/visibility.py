"""Who sees what: views.csv (kind × role × pointer → keep, mask, drop) and shields.csv, resolved.

A row of views.csv covers its pointer and all below it. `kind` is kinds, `*`, or `@Party` (every place
where that shared object stands, the pointer counted from there); `role` is roles or `*`; `*` in a
pointer stands for every item of an array. The deciding row is the one with the longest pointer; then
the one that names the role; then a named kind before a shared object before `*`. A row without
pointer decides for the whole document. What no row covers is dropped, and so is all that lies in a
dropped member.

shields.csv withholds by value, from every role: members of an object of that name when one of its own
members has one of these values (the address of a victim of domestic violence), or `*` the whole object.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, NamedTuple, TypeAlias

from schemas.load import Schema, kind_schema, read_rows

Action: TypeAlias = Literal["keep", "mask", "drop"]
STRICTNESS: Final[dict[Action, int]] = {"keep": 0, "mask": 1, "drop": 2}


class Place(NamedTuple):
    """A member of a document: its pointer, the shared objects around it, whether it is personal.

    `around` holds (name of the object, pointer counted from it), the innermost last.
    """

    pointer: str
    around: tuple[tuple[str, str], ...]
    sealed: bool


@dataclass(frozen=True, slots=True)
class ViewRow:
    """One decision of the views table. `pointer` empty: the whole document."""

    kind: str
    role: str
    pointer: str
    action: Action


@dataclass(frozen=True, slots=True)
class Shield:
    """What is withheld from everyone at `at` if the value at `member` is one of `values`.

    `at` is the pointer of the object, `member` and `withheld` are counted from it; nothing in
    `withheld` means the whole object.
    """

    at: str
    member: str
    values: frozenset[str]
    withheld: tuple[str, ...]


@cache
def places(kind: str) -> tuple[Place, ...]:
    """Every member a document of the kind can have, in the order of the schema."""
    schema = kind_schema(kind)
    return tuple(_members(schema, schema["$defs"], "", ()))


def _members(node: Schema, defs: Schema, at: str, around: tuple[tuple[str, str], ...]) -> Iterator[Place]:
    """The members below a node. `around` holds (object, pointer where it stands)."""
    if "$ref" in node:
        name = node["$ref"].removeprefix("#/$defs/")
        node = defs[name]
        if "properties" in node:
            around = (*around, (name, at))
    for name, child in node.get("properties", {}).items():
        pointer = f"{at}/{name}"
        inside = tuple((obj, pointer.removeprefix(stands)) for obj, stands in around)
        yield Place(pointer, inside, _sealed(child, defs))
        yield from _members(child, defs, pointer, around)
    if "items" in node:
        yield from _members(node["items"], defs, f"{at}/*", around)
    if "else" in node:
        yield from _members(node["else"], defs, at, around)


def _sealed(node: Schema, defs: Schema) -> bool:
    """True when the value itself is personal: marked, or a list of marked values."""
    if "$ref" in node and "properties" not in defs[node["$ref"].removeprefix("#/$defs/")]:
        return bool(node.get("x-sealed"))
    return bool(node.get("x-sealed") or node.get("items", {}).get("x-sealed"))


@cache
def view_rows() -> tuple[ViewRow, ...]:
    """The table as it lies in the package, one kind and one role per row."""
    return tuple(
        ViewRow(kind, role, row["pointer"], _action(row["action"]))
        for row in read_rows("views.csv")
        for kind in row["kind"].split()
        for role in row["role"].split()
    )


def _action(text: str) -> Action:
    for action in STRICTNESS:
        if action == text:
            return action
    raise ValueError(f"views.csv: no such action: {text}")


Table: TypeAlias = Mapping[tuple[str, str, str], Action]


@cache
def _table() -> Table:
    return _by_place(view_rows())


def _by_place(rows: Iterable[ViewRow]) -> Table:
    return {(row.kind, row.role, row.pointer): row.action for row in rows}


class Decision(NamedTuple):
    """What becomes of a member, and the pointer of the row that says so (None: no row)."""

    action: Action
    row: ViewRow | None


def decide(table: Table, kind: str, role: str, place: Place) -> Decision:
    """The most specific row for one member."""
    found = [
        (base + len(row.pointer), whose == role, rank, row)
        for whose in (role, "*")
        for rank, of, base, pointer in _sights(kind, place)
        if (row := _longest(table, of, whose, pointer))
    ]
    if not found:
        return Decision("drop", None)
    whole = [row for length, _, _, row in found if not length]
    row = whole[0] if whole else max(found, key=lambda each: each[:3])[3]
    return Decision(row.action, row)


def _sights(kind: str, place: Place) -> Iterator[tuple[int, str, int, str]]:
    """How rows may speak of a member: rank, kind cell, where the pointer begins, the pointer."""
    yield 2, kind, 0, place.pointer
    for name, pointer in place.around:
        yield 1, f"@{name}", len(place.pointer) - len(pointer), pointer
    yield 0, "*", 0, place.pointer


def _longest(table: Table, kind: str, role: str, pointer: str) -> ViewRow | None:
    """The row with the longest pointer that covers this one."""
    while True:
        action = table.get((kind, role, pointer))
        if action:
            return ViewRow(kind, role, pointer, action)
        if not pointer:
            return None
        pointer = pointer.rpartition("/")[0]


@cache
def view(kind: str, role: str, stricter: tuple[ViewRow, ...] = ()) -> Mapping[str, Action]:
    """Pointer → action for every member a document of the kind can have.

    A kept member that has members of its own is gone through: they decide for themselves. `stricter`
    are a district's rows: they can take away, never give.
    """
    district = _by_place(stricter)
    actions: dict[str, Action] = {}
    for place in places(kind):
        own = decide(_table(), kind, role, place).action
        local = decide(district, kind, role, place)
        if local.row and STRICTNESS[local.action] > STRICTNESS[own]:
            own = local.action
        actions[place.pointer] = "drop" if actions.get(_holder(place.pointer)) == "drop" else own
    return actions


def _holder(pointer: str) -> str:
    """The member that holds this one."""
    return pointer.rpartition("/")[0].removesuffix("/*")


@cache
def shields(kind: str) -> tuple[Shield, ...]:
    """What is withheld by value in documents of the kind, from every role."""
    found = {}
    for place in places(kind):
        for row in read_rows("shields.csv"):
            at = _stands(place, row["object"])
            if at is not None and place.pointer == at + row["member"]:
                found[at, row["member"]] = Shield(
                    at,
                    row["member"],
                    frozenset(row["values"].split()),
                    () if row["withheld"] == "*" else tuple(row["withheld"].split()),
                )
    return tuple(found.values())


def _stands(place: Place, name: str) -> str | None:
    """Where the object of that name around a member stands."""
    for obj, pointer in place.around:
        if obj == name:
            return place.pointer.removesuffix(pointer)
    return None
