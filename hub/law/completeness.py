"""What a complete document of a kind has, and which of it is missing: findings, never refusals.

The list is data of the `schemas` package; here it is compiled once to a tree that is walked beside the
document, so that only what a document has is looked at. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TypeAlias

import schemas
from hub.law.citations import of_expectation
from hub.law.model import Finding

# Tuples: a union of classes would be made anew for each of the forty members looked at in a document.
_SAID: Final = (bool, int, dict)
_WORDS: Final = (str, bool)


When: TypeAlias = tuple[tuple[str, frozenset[str | bool]], ...]
"""Members of the same object, and what each must say."""


class Leaf(NamedTuple):
    """One expected member of an object, and what the object must say for it to be expected."""

    n: int
    name: str
    when: When
    finding: Finding


@dataclass(slots=True)
class Node:
    """What an object should have, and the same of the objects in it; `each` is for items of an array."""

    leaves: list[Leaf] = field(default_factory=list)
    members: dict[str, "Node"] = field(default_factory=dict)
    each: "Node | None" = None


Expectations: TypeAlias = Mapping[str, Node]
"""Kind → what a complete document of it has."""


def load_expectations() -> Expectations:
    """Compile the lists of all kinds. Each finding is made once: it names a place, never a value."""
    compiled: dict[str, Node] = {}
    for kind in schemas.kinds():
        root = Node()
        for n, expected in enumerate(schemas.expectations(kind)):
            *parents, name = expected.pointer.removeprefix("/").split("/")
            finding = Finding(expected.finding, of_expectation(expected.basis), expected.pointer)
            when = tuple((k, _values(v)) for k, v in expected.when.items())
            _at(root, parents).leaves.append(Leaf(n, name, when, finding))
        compiled[kind] = root
    return compiled


def _at(node: Node, path: list[str]) -> Node:
    for name in path:
        if name == "*":
            node.each = node.each or Node()
            node = node.each
        else:
            node = node.members.setdefault(name, Node())
    return node


def _values(value: str | bool) -> frozenset[str | bool]:
    return frozenset({value}) if isinstance(value, bool) else frozenset(value.split("|"))


def missing(expected: Expectations, kind: str, document: Mapping[str, object]) -> list[Finding]:
    """Findings for what a document lacks: one for each expected member, however many items lack it."""
    root = expected.get(kind)
    if root is None:
        return []
    found: dict[int, Finding] = {}
    _walk(root, document, found)
    return [found[n] for n in sorted(found)]


def places(expected: Expectations, kind: str, document: Mapping[str, object]) -> list[tuple[str, str]]:
    """Every place at which an expected member is missing: pointer of the object, name of the member."""
    root = expected.get(kind)
    found: list[tuple[str, str]] = []
    if root is not None:
        _places(root, document, "", found)
    return found


def _places(node: Node, value: object, at: str, found: list[tuple[str, str]]) -> None:
    if isinstance(value, list):
        for n, item in enumerate(value) if node.each is not None else ():
            _places(node.each or node, item, f"{at}/{n}", found)
    elif isinstance(value, dict):
        found += [(at, leaf.name) for leaf in node.leaves if _lacks(leaf, value)]
        for name, child in node.members.items():
            if value.get(name):
                _places(child, value[name], f"{at}/{name}", found)


def _lacks(leaf: Leaf, value: Mapping[str, object]) -> bool:
    said = value.get(leaf.name)
    if said or isinstance(said, _SAID):
        return False
    return not leaf.when or _applies(leaf.when, value)


def _walk(node: Node, value: object, found: dict[int, Finding]) -> None:
    if isinstance(value, list):
        if node.each is not None:
            for item in value:
                _walk(node.each, item, found)
        return
    if not isinstance(value, dict):
        return
    for n, name, when, finding in node.leaves:
        said = value.get(name)
        if said or isinstance(said, _SAID):
            continue
        if not when or _applies(when, value):
            found[n] = finding
    for name, child in node.members.items():
        inner = value.get(name)
        if inner:
            _walk(child, inner, found)


def _applies(when: When, value: Mapping[str, object]) -> bool:
    for name, accepted in when:
        said = value.get(name)
        if not isinstance(said, _WORDS) or said not in accepted:
            return False
    return True
