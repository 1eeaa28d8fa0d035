"""One text for one value: how a document of the shared form is written before digests are taken of it.

Pure. Engines and languages print dates, amounts and emptiness in ways of their own, so every comparison of
the night is between these texts, or keyed digests of them. What a document says of its transport (schema,
the hub's own ids, when it was signed), what is never interpreted (native extras) and what a number was
written like before it was brought to its normal form are no part of the comparison.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final, Literal

import schemas

Form = Literal["text", "code", "date", "datetime", "number", "flag"]
"""How a value is written. Dates are ISO 8601 to the precision they have, instants in UTC."""

_OUTSIDE: Final = frozenset({
    "schema", "dispute", "about_case", "business_time", "identifiers", "attachments", "native_extras",
})  # fmt: skip
"""Members of the document itself that are not compared."""
_AS_SENT: Final = frozenset({"raw"})
_INSTANT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:.*")
_FIGURES: Final = frozenset({"amount", "longitude", "latitude"})
_NOTHING: Final[Mapping[str, Any]] = {}


def fields(kind: str, document: Mapping[str, object]) -> dict[str, str]:
    """JSON pointer → canonical text of everything a document of `kind` says. What is empty is absent."""
    schema = _schema(kind)
    told = {name: value for name, value in document.items() if name not in _OUTSIDE}
    return dict(_walk(told, schema, schema.get("$defs", _NOTHING), "", ""))


def text(value: object, form: Form) -> str:
    """The canonical text of a leaf; empty if it says nothing. What is not of its form is plain text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    said = unicodedata.normalize("NFC", str(value)).replace("\r\n", "\n").replace("\r", "\n").strip()
    if form == "number":
        return _number(said)
    if form == "datetime" or (form == "date" and _INSTANT.fullmatch(said)):
        return _instant(said)
    return said


def form_of(kind: str, pointer: str) -> Form:
    """The form of the value at a pointer of `fields`; of a list, that of its items."""
    schema = _schema(kind)
    defs = schema.get("$defs", _NOTHING)
    node: Mapping[str, Any] = schema
    name = ""
    for step in pointer.split("/")[1:]:
        node = _resolved(node, defs)
        if step.isdecimal():
            node = node.get("items", _NOTHING)
        else:
            name = _plain(step)
            node = node.get("properties", _NOTHING).get(name, _NOTHING)
    node = _resolved(node, defs)
    return _form(_resolved(node.get("items", node), defs), name)


def _number(said: str) -> str:
    try:
        number = Decimal(said)
    except InvalidOperation:
        return said
    if not number.is_finite():
        return said
    written = f"{number:f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return "0" if written in ("-0", "") else written


def _instant(said: str) -> str:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said
    if at.tzinfo is None:
        return at.isoformat(timespec="auto")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="auto") + "Z"


@cache
def _schema(kind: str) -> Mapping[str, Any]:
    return schemas.kind_schema(kind)


def _resolved(node: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        node = defs.get(str(node["$ref"]).removeprefix("#/$defs/"), _NOTHING)
    return node


def _walk(
    value: object, node: Mapping[str, Any], defs: Mapping[str, Any], pointer: str, name: str
) -> Iterator[tuple[str, str]]:
    node = _resolved(node, defs)
    if isinstance(value, Mapping):
        known = node.get("properties", _NOTHING)
        for member in _members(value):
            step = f"{pointer}/{_escaped(member)}"
            yield from _walk(value[member], known.get(member, _NOTHING), defs, step, member)
    elif isinstance(value, list):
        yield from _list(value, node.get("items", _NOTHING), defs, pointer, name)
    else:
        said = text(value, _form(node, name))
        if said:
            yield pointer, said


def _list(
    items: list[object], node: Mapping[str, Any], defs: Mapping[str, Any], pointer: str, name: str
) -> Iterator[tuple[str, str]]:
    """Objects one by one; plain values as the set they are, under the list's own pointer."""
    if any(isinstance(item, Mapping | list) for item in items):
        for n, item in enumerate(items):
            yield from _walk(item, node, defs, f"{pointer}/{n}", name)
        return
    form = _form(_resolved(node, defs), name)
    said = sorted({text(item, form) for item in items} - {""})
    if said:
        yield pointer, "\n".join(said)


def _members(value: Mapping[str, object]) -> list[str]:
    """Members that count: of a number its normal form, of an amount or a date not how it was written."""
    left = _AS_SENT | ({"value"} if value.get("normal_form") else frozenset())
    return [name for name in value if name not in left]


def _form(node: Mapping[str, Any], name: str) -> Form:
    said = node.get("format")
    if said == "date-time":
        return "datetime"
    if said == "date" or name in ("value", "birth_date"):
        return "date"
    kind = node.get("type")
    if kind in ("integer", "number") or name in _FIGURES:
        return "number"
    if kind == "boolean":
        return "flag"
    return "code" if "enum" in node or "const" in node else "text"


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
