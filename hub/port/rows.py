"""The rows of a map, six of them. A map is data: no lambda, no expression, no condition."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from hub.port.codecs import Codec
from hub.port.values import Direction, Doc, Native, Role


@dataclass(frozen=True, slots=True)
class Field:
    """One native field, or several read together by an `Own` codec, ↔ one place of the shared form.

    A `shared` path with `*` (`applicants/*/remarks`) is a place in every item of an array: the one native
    field says the same of all of them, and is written only if they all say the same. With `READ` the field is
    written by another row alone: a day of filing tells the time of an act, not the other way round.
    """

    native: str | tuple[str, ...]
    shared: str
    codec: Codec
    direction: Literal[Direction.BOTH, Direction.READ] = Direction.BOTH


@dataclass(frozen=True, slots=True)
class Ident:
    """A number ↔ an entry of `identifiers`. Several native fields make a composite, joined by `/`.

    `form` is the native type of those parts that are digits only.
    """

    native: str | tuple[str, ...]
    system: str
    role: Role
    form: Native = Native.TEXT


@dataclass(frozen=True, slots=True)
class Each:
    """A native array ↔ an array of the shared form, item by item."""

    native: str
    shared: str
    rows: "tuple[Row, ...]"


@dataclass(frozen=True, slots=True)
class Split:
    """How a flat slot holds more than one item, told on its native values (by the slot's field names).

    `read` makes one set of values per item of what the slot holds; `write` joins the sets again, as many as
    the slot holds. What was split stays in `native_extras` too.
    """

    name: str
    read: Callable[[Doc], list[Doc]]
    write: Callable[[list[Doc]], Doc]


@dataclass(frozen=True, slots=True)
class Slots:
    """A fixed number of items spread over native fields of their own ↔ an array of the shared form.

    `under` is the native object that holds all these fields, if it is not the record itself.
    """

    shared: str
    slots: "Mapping[str, tuple[Row, ...]]"
    split: Split | None = None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Const:
    """What the format says without a field: fills `shared` where nothing else did and its parent exists.

    `finding` is reported when it stands for something the file should have said.
    """

    shared: str
    value: object
    finding: str | None = None


@dataclass(frozen=True, slots=True)
class Drop:
    """A native field with no place in the shared form, and why; its value goes to `native_extras`.

    `fill` is what is written if there is no value to write back (None: nothing). A `native` ending in
    `/*` drops a whole subtree. `repeats`: the one element may be there several times.
    """

    native: str
    reason: str
    fill: object = None
    repeats: bool = False


Row: TypeAlias = Field | Ident | Each | Slots | Const | Drop
