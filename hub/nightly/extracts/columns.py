"""Which members of a document go into an extract: an allow-list read from the schemas. Pure.

Codes, dates, numbers, truth values, unit codes and ids go; what is sealed never does, nor does text that
people write (it may name somebody, and no pattern can find that), nor what names a person by a number. Lists
of codes become one cell. What lies in lists of objects stays in the message; parties and native numbers have
tables of their own (`rows`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal, TypeAlias

from schemas import Schema, kind_schema

Type: TypeAlias = Literal["string", "integer", "boolean", "date", "datetime"]
Value: TypeAlias = str | int | bool | None

_ENVELOPE: Final = frozenset(
    {"schema", "dispute", "about_case", "identifiers", "attachments", "remarks", "native_extras"}
)
_PERSONS: Final = frozenset({"Party", "Guardian", "Agent", "ServiceAddress", "mediator_id", "party_ref"})
_NUMBERS: Final = frozenset({"Identifier", "File", "digest"})
_CLOSED: Final = frozenset({"unit_code"})
_NAMED: Final = frozenset({"division", "township", "amount"})
_PATTERNS: Final = ("^[0-9]{4}(", "^[0-9a-z_]{1,20}$", "^[A-Z][A-Z0-9_]{1,39}$")
"""Texts whose pattern leaves no room for words: dates of some precision, levels, rules."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its type as Table Schema calls it, its Chinese title, its code list if any."""

    name: str
    type: Type
    title: str
    codes: str = ""

    @property
    def pointer(self) -> tuple[str, ...]:
        """The way to the member in a document."""
        return tuple(self.name.split("."))


@cache
def columns(kind: str) -> tuple[Column, ...]:
    """The columns of a kind's table, in the order of its schema."""
    schema = kind_schema(kind)
    found = _members(schema, schema["$defs"], "", "")
    return tuple(column for column in found if column.pointer[0] not in _ENVELOPE)


def _members(node: Schema, defs: Schema, at: str, title: str) -> Iterator[Column]:
    for name, child in node.get("properties", {}).items():
        if child.get("x-sealed"):
            continue
        of = child["$ref"].removeprefix("#/$defs/") if "$ref" in child else ""
        if of in _PERSONS or of in _NUMBERS:
            continue
        target = defs[of] if of else child
        path, said = f"{at}.{name}" if at else name, _joined(title, child.get("title", ""))
        if "properties" in target and target.get("type") == "object":
            yield from _members(target, defs, path, said)
        elif (kind := _type(name, of, target, defs)) is not None:
            yield Column(path, kind, said, _codes(target, defs))


def _type(name: str, of: str, node: Schema, defs: Schema) -> Type | None:
    """The type of a leaf; None for what is no code, date or number."""
    match node.get("type"):
        case "boolean":
            return "boolean"
        case "integer":
            return "integer"
        case "string" if "enum" in node or of in _CLOSED or name in _NAMED:
            return "string"
        case "string" if node.get("pattern", "").startswith(_PATTERNS):
            return "string"
        case "string":
            return {"date": "date", "date-time": "datetime"}.get(node.get("format", ""))  # type: ignore[return-value]  # both are of Type
        case "array":
            return "string" if _coded(node.get("items", {}), defs) else None
        case _:
            return None


def _coded(items: Schema, defs: Schema) -> bool:
    of = items.get("$ref", "").removeprefix("#/$defs/")
    node = defs[of] if of else items
    return not items.get("x-sealed") and ("enum" in node or of in _CLOSED)


def _codes(node: Schema, defs: Schema) -> str:
    if node.get("type") == "array":
        items = node["items"]
        node = defs[items["$ref"].removeprefix("#/$defs/")] if "$ref" in items else items
    return str(node.get("x-code-list", ""))


def _joined(*titles: str) -> str:
    return "·".join(title for title in titles if title)


def value(document: Any, column: Column) -> Value:  # noqa: ANN401  any JSON value
    """What a document says in a column; None when it says nothing, or less than the column takes."""
    found = document
    for name in column.pointer:
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, list):
        return " ".join(each for each in found if isinstance(each, str)) or None
    if column.type == "boolean":
        return found if isinstance(found, bool) else None
    if column.type == "integer":
        return found if isinstance(found, int) and not isinstance(found, bool) else None
    return found if isinstance(found, str) else None
