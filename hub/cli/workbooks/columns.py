"""Which columns a kind's workbook has: members of its schema, objects opened, two places a list. Pure."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final, Literal, NamedTuple

import schemas

ENVELOPE: Final[Mapping[str, str]] = {
    "unit": "单位 unit",
    "to": "收件单位 addressed unit",
    "dispute": "纠纷编号 dispute",
    "re": "所答消息 answers",
}
"""What the envelope says, by column: its place is the name after `@`."""

Shape = Literal["text", "number", "integer", "boolean", "codes"]
_LEFT_OUT: Final = frozenset({"schema", "dispute", "native_extras", "attachments"})
_PLACES: Final = 2
_DEEPEST: Final = 4


class Column(NamedTuple):
    """A column: where its value goes, what people call it, how it is written, its code list.

    `codes`: the value is a list, several in one cell, apart by `、`.
    """

    place: str
    title: str
    shape: Shape = "text"
    listed: str = ""


@cache
def columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind, those of the envelope first. Raises KeyError for a kind there is not."""
    schema = schemas.kind_schema(kind)
    own = {name: field for name, field in schema["properties"].items() if name not in _LEFT_OUT}
    envelope = tuple(Column(f"@{name}", title) for name, title in ENVELOPE.items())
    return envelope + tuple(_members(schema["$defs"], own, "", "", 0))


def _members(
    defs: Mapping[str, Any], members: Mapping[str, Any], at: str, above: str, deep: int
) -> Iterator[Column]:
    for name, member in members.items():
        field, listed = _opened(defs, member)
        title = f"{above}{field.get('title', name)}"
        yield from _of(defs, field, listed, f"{at}/{name}", title, deep)


def _of(
    defs: Mapping[str, Any], field: Mapping[str, Any], listed: str, at: str, title: str, deep: int
) -> Iterator[Column]:
    kind = field.get("type", "string")
    if kind == "object" and deep < _DEEPEST:
        yield from _members(defs, field.get("properties", {}), at, f"{title}·", deep + 1)
    elif kind == "array":
        inner, codes = _opened(defs, field.get("items", {}))
        if inner.get("type") != "object":
            yield Column(at, title, "codes", codes)
        elif deep < 1:
            for n in range(_PLACES):
                yield from _of(defs, inner, codes, f"{at}/{n}", f"{title}{n + 1}", deep + 1)
    elif kind in ("number", "integer", "boolean"):
        yield Column(at, title, kind, listed)
    elif kind != "object":
        yield Column(at, title, "text", listed)


def _opened(defs: Mapping[str, Any], member: Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """A member with what it refers to, and the code list it is of."""
    name = str(member.get("$ref", "")).rpartition("/")[2]
    field = {**defs.get(name, {}), **member}
    return field, str(field.get("x-code-list", ""))
