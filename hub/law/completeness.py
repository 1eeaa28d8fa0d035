"""What a complete document of a kind has, and which of it is missing: findings, never refusals.

The list is data of the `schemas` package; here it is compiled once to paths. Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import schemas
from hub.law.model import Finding

Path: TypeAlias = tuple[str, ...]
Wanted: TypeAlias = tuple[tuple[str, frozenset[str | bool]], ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """One expected member of an object, and what the object must say for it to be expected."""

    name: str
    when: Wanted
    finding: Finding


@dataclass(frozen=True, slots=True)
class Holder:
    """An object of the document (or each item of an array): the members it should have."""

    path: Path
    leaves: tuple[Leaf, ...]


Expectations: TypeAlias = Mapping[str, tuple[Holder, ...]]
"""Kind → the objects of its documents that should have certain members."""


def load_expectations() -> Expectations:
    """Compile the lists of all kinds. Each finding is made once: it names a place, never a value."""
    compiled: dict[str, tuple[Holder, ...]] = {}
    for kind in schemas.kinds():
        holders: dict[Path, list[Leaf]] = {}
        for expected in schemas.expectations(kind):
            *parents, name = expected.pointer.removeprefix("/").split("/")
            when = tuple((k, _values(v)) for k, v in expected.when.items())
            finding = Finding(expected.finding, expected.basis, expected.pointer)
            holders.setdefault(tuple(parents), []).append(Leaf(name, when, finding))
        compiled[kind] = tuple(Holder(path, tuple(leaves)) for path, leaves in holders.items())
    return compiled


def missing(expected: Expectations, kind: str, document: Mapping[str, object]) -> list[Finding]:
    """Findings for what a document lacks: one for each expected member, however many items lack it."""
    found: list[Finding] = []
    for holder in expected.get(kind, ()):
        objects = list(_objects(document, holder.path))
        if not objects:
            continue
        for leaf in holder.leaves:
            for node in objects:
                if _lacks(node, leaf.name) and _applies(node, leaf.when):
                    found.append(leaf.finding)
                    break
    return found


def _lacks(node: Mapping[str, object], name: str) -> bool:
    value = node.get(name)
    return value is None or value == "" or value == []


def _applies(node: Mapping[str, object], when: Wanted) -> bool:
    for name, accepted in when:
        value = node.get(name)
        if not isinstance(value, str | bool) or value not in accepted:
            return False
    return True


def _objects(node: object, path: Path) -> Iterator[Mapping[str, object]]:
    for i, name in enumerate(path):
        if name == "*":
            if isinstance(node, list):
                for item in node:
                    yield from _objects(item, path[i + 1 :])
            return
        if not isinstance(node, Mapping):
            return
        node = node.get(name)
    if isinstance(node, Mapping):
        yield node


def _values(value: str | bool) -> frozenset[str | bool]:
    return frozenset({value}) if isinstance(value, bool) else frozenset(value.split("|"))
