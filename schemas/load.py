"""Reads the data files of this package: schemas, code lists, kinds and purposes.

Touches nothing but its own package resources; every answer is cached and must not be changed by the
caller. A schema is handed out self-contained: the shared objects and code lists it uses are bundled
under `$defs`, all references are local.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, TypeAlias

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema (2020-12) as parsed; its shape is that of the meta-schema, so its values are open."""

SHARED: Final = ("_shared", "_codes")


@dataclass(frozen=True, slots=True)
class KindRow:
    """One row of kinds.csv: `senders` are unit types (empty: the hub only, `any` for all)."""

    kind: str
    zh: str
    machines: tuple[str, ...]
    senders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PurposeRow:
    """One row of purposes.csv: a kind may be sent for this purpose, which rests on this law."""

    kind: str
    purpose: str
    law: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A member that a complete document has; its absence is a finding, never a refusal.

    `pointer` is a JSON Pointer with `*` for every item of an array. `when` names members of the
    object that holds the expected one: all must have one of the values (`a|b`), or be true.
    """

    pointer: str
    when: dict[str, str | bool]
    basis: str
    finding: str


def read_text(*path: str) -> str:
    """Text of a data file of this package."""
    return files("schemas").joinpath(*path).read_text(encoding="utf-8")


@cache
def read_rows(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a CSV file of this package."""
    return tuple(csv.DictReader(read_text(name).splitlines()))


@cache
def source(name: str) -> Schema:
    """A file of v1 as it lies in the package, references to its neighbours and all."""
    document: Schema = json.loads(read_text("v1", f"{name}.json"))
    return document


@cache
def kind_schema(kind: str) -> Schema:
    """The schema of a kind, self-contained. Raises KeyError for a kind there is not."""
    if kind not in kinds():
        raise KeyError(kind)
    defs: Schema = {}
    bundled = _bundle(source(kind), kind, defs)
    return {**bundled, "$defs": dict(sorted(defs.items()))} if defs else bundled


@cache
def shared_schema(name: str) -> Schema:
    """The schema of a shared object (`Party`, `Agreement` …), self-contained."""
    defs: Schema = {}
    bundled = _bundle(source("_shared")["$defs"][name], "_shared", defs)
    return {**bundled, "$defs": dict(sorted(defs.items()))}


def _bundle(node: Any, home: str, defs: Schema) -> Any:  # noqa: ANN401 - any JSON value
    """The node with local references; what they point to is added to `defs`."""
    if isinstance(node, list):
        return [_bundle(item, home, defs) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _bundle(value, home, defs) for key, value in node.items() if key != "$ref"}
    if "$ref" not in node:
        return out
    file, _, pointer = node["$ref"].partition("#")
    target = file.removesuffix(".json") or home
    name, *rest = pointer.removeprefix("/$defs/").split("/")
    if rest:  # a member of the document every kind has: put in place
        found = source(target)["$defs"][name]
        for step in rest:
            found = found[step]
        return {**_bundle(found, target, defs), **out}
    if name not in defs:
        defs[name] = True  # holds the place: shared objects refer to one another
        defs[name] = _bundle(source(target)["$defs"][name], target, defs)
    return {**out, "$ref": f"#/$defs/{name}"}


@cache
def kinds() -> dict[str, KindRow]:
    """Every message kind, in the order of the contract."""
    return {
        row["kind"]: KindRow(
            row["kind"], row["zh"], tuple(row["machines"].split()), tuple(row["senders"].split())
        )
        for row in read_rows("kinds.csv")
    }


@cache
def purposes() -> dict[tuple[str, str], PurposeRow]:
    """Which kind may be sent for which purpose, and the law of it."""
    return {
        (row["kind"], row["purpose"]): PurposeRow(row["kind"], row["purpose"], row["law"])
        for row in read_rows("purposes.csv")
    }


@cache
def code_lists() -> dict[str, dict[str, str]]:
    """Every code list: code → 中文, in the order of the file."""
    lists: dict[str, dict[str, str]] = {}
    for row in read_rows("codes.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["zh"]
    return lists


def codes(name: str) -> dict[str, str]:
    """One code list. Raises KeyError for a list there is not."""
    return code_lists()[name]


@cache
def code_sources(name: str) -> dict[str, str]:
    """Where codes of a list come from, of those that were taken over: code → source."""
    return {r["code"]: r["source"] for r in read_rows("codes.csv") if r["list"] == name and r["source"]}


@cache
def expectations(kind: str) -> tuple[Expected, ...]:
    """What a complete document of this kind has, the members of its shared objects included."""
    schema = kind_schema(kind)
    return tuple(_expected(schema, schema["$defs"], ""))


def _expected(node: Schema, defs: Schema, at: str) -> Iterator[Expected]:
    if "$ref" in node:
        node = defs[node["$ref"].removeprefix("#/$defs/")]
    for row in node.get("x-expected", ()):
        yield Expected(at + row["pointer"], row.get("when", {}), row["basis"], row["finding"])
    for name, child in node.get("properties", {}).items():
        yield from _expected(child, defs, f"{at}/{name}")
    if "items" in node:
        yield from _expected(node["items"], defs, f"{at}/*")
    if "else" in node:
        yield from _expected(node["else"], defs, at)
