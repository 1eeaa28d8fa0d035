"""What a role may see of a document: the views table, compiled once per kind and role (contract 3).

Pure. The table and what it means live in `schemas.visibility`; here it becomes a tree that a document is
walked along. Fail closed: an unknown kind or role sees nothing, a member the tree does not know is left
out, a value no mask understands is left out. A cut shares with its document what was kept whole: neither
may be changed afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, Self, get_args

import orjson

from hub.errors import Misconfigured
from hub.trust.masks import DROP, MASKS, Mask
from schemas import Action, Shield, ViewRow, kinds, shields, view
from schemas.types import machines

SENDER: Final = "sender"
"""The role of who sent it: sees what it said, and what is withheld from everyone else."""

ROLES: Final = frozenset(
    (
        SENDER,
        "addressee",
        *get_args(machines.DisputeRole),
        *get_args(machines.ReferralRole),
        *get_args(machines.ConsultationRole),
        *get_args(machines.WarningRole),
        *get_args(machines.ConfirmationRole),
    )
)
"""Every role a delivery or a reader can have; `addressee` is one that has no part in a machine."""

_RULES: Final = "1"  # changes with the masks, so that a stored cut is known to be an old one


@dataclass(slots=True)
class _Node:
    """A kept or masked member. `items` is set for arrays of objects, `members` for objects.

    `leaf`: the schema knows nothing inside, so the value is kept as it is. A member of which every
    member is withheld is no leaf.
    """

    leaf: bool = False
    mask: Mask | None = None
    members: dict[str, "_Node"] = field(default_factory=dict)
    items: "_Node | None" = None
    shields: list[Shield] = field(default_factory=list)
    pruned: dict[tuple[str, ...], "_Node"] = field(default_factory=dict)


class Views:
    """The views in force. Replaced whole when a district's configuration changes."""

    def __init__(self, stricter: tuple[ViewRow, ...] = ()) -> None:
        """`stricter` are a district's rows: they take away, never give."""
        self._stricter = stricter
        self._trees: dict[tuple[str, str], _Node | None] = {}
        self._versions: dict[tuple[str, str], str] = {}

    @classmethod
    def load(cls, config: object = None) -> Self:
        """The package's table, made stricter by the value of the district's `views` configuration.

        `config`: a list of `{"kind", "role", "pointer", "action"}` as in views.csv, action `mask` or
        `drop`. Raises Misconfigured naming the row.
        """
        return cls() if config is None else cls(district_rows(config))

    def cut(self, kind: str, role: str, document: Mapping[str, object]) -> dict[str, object]:
        """What `role` may see of a document of `kind`."""
        tree = self._tree(kind, role)
        kept = _cut(tree, document) if tree else {}
        return kept if isinstance(kept, dict) else {}

    def version(self, kind: str, role: str) -> str:
        """Changes exactly when the rules for this kind and role do: 16 hex digits."""
        found = self._versions.get((kind, role))
        if found is None:
            rules = sorted(_actions(kind, role, self._stricter).items())
            withheld = [(s.at, s.member, sorted(s.values), s.withheld) for s in _shields(kind, role)]
            found = sha256(orjson.dumps([_RULES, rules, sorted(withheld)])).hexdigest()[:16]
            self._versions[kind, role] = found
        return found

    def _tree(self, kind: str, role: str) -> _Node | None:
        key = (kind, role)
        if key not in self._trees:
            actions = _actions(kind, role, self._stricter)
            self._trees[key] = _compiled(actions, _shields(kind, role)) if actions else None
        return self._trees[key]


def district_rows(config: object) -> tuple[ViewRow, ...]:
    """The rows of a `views` configuration. Raises Misconfigured naming the row."""
    if not isinstance(config, list):
        raise Misconfigured("views: 应为列表 · must be a list")
    return tuple(_district_row(row, n) for n, row in enumerate(config, start=1))


def _district_row(row: object, n: int) -> ViewRow:
    if not isinstance(row, dict) or set(row) != {"kind", "role", "pointer", "action"}:
        raise Misconfigured(f"views[{n}]: 应有 kind role pointer action · needs exactly these members")
    kind, role, pointer, action = (row[name] for name in ("kind", "role", "pointer", "action"))
    if not isinstance(kind, str) or not (kind in kinds() or kind == "*" or kind.startswith("@")):
        raise Misconfigured(f"views[{n}].kind: 没有这种消息 · there is no such kind")
    if not isinstance(role, str) or not (role == "*" or role in ROLES):
        raise Misconfigured(f"views[{n}].role: 没有这种角色 · there is no such role")
    if not isinstance(pointer, str) or (pointer and not pointer.startswith("/")):
        raise Misconfigured(f"views[{n}].pointer: 应以斜杠开头 · must begin with a slash")
    if action not in ("mask", "drop"):
        raise Misconfigured(f"views[{n}].action: 只能 mask 或 drop · a district can only mask or drop")
    return ViewRow(kind, role, pointer, action)


def _actions(kind: str, role: str, stricter: tuple[ViewRow, ...]) -> Mapping[str, Action]:
    return view(kind, role, stricter) if kind in kinds() and role in ROLES else {}


def _shields(kind: str, role: str) -> tuple[Shield, ...]:
    return shields(kind) if kind in kinds() and role != SENDER else ()


def _compiled(actions: Mapping[str, Action], withheld: tuple[Shield, ...]) -> _Node:
    """The tree; what lies in a member that is not kept has no node to hang on."""
    root = _Node()
    inner = {pointer.rpartition("/")[0].removesuffix("/*") for pointer in actions}
    for pointer, action in actions.items():
        above, _, name = pointer.rpartition("/")
        mask = MASKS.get(name) if action == "mask" else None
        holder = _found(root, above)
        if holder is not None and (action == "keep" or mask):
            holder.members[name] = _Node(pointer not in inner, mask)
    for shield in withheld:
        place = _found(root, shield.at)
        if place is not None:
            place.shields.append(shield)
    return root


def _found(root: _Node, pointer: str) -> _Node | None:
    node: _Node | None = root
    for step in pointer.split("/")[1:]:
        if node is None:
            return None
        if step == "*":
            node.items = node.items or _Node()
            node = node.items
        else:
            node = node.members.get(step)
    return node


def _cut(node: _Node, value: object) -> object:
    """What is left of a value, or DROP."""
    if node.mask is not None:
        return node.mask(value)
    if node.leaf:
        return value
    if isinstance(value, dict):
        return _cut_object(node, value)
    if isinstance(value, list):
        if node.items is None:
            return DROP
        inner = node.items
        kept = [k for each in value if isinstance(each, dict) and (k := _cut(inner, each)) is not DROP]
        return kept if kept or not value else DROP
    return value  # a word where the schema also allows an object: the row of the member keeps it


def _cut_object(node: _Node, value: Mapping[str, object]) -> object:
    for shield in node.shields:
        if _hits(shield, value):
            if not shield.withheld:
                return DROP
            node = _without(node, shield.withheld)
    kept: dict[str, object] = {}
    for name, child in value.items():
        inner = node.members.get(name)
        if inner is not None and (left := _cut(inner, child)) is not DROP:
            kept[name] = left
    return kept if kept or not value else DROP


def _hits(shield: Shield, value: Mapping[str, object]) -> bool:
    found: object = value
    for name in shield.member.split("/")[1:]:
        found = found.get(name) if isinstance(found, dict) else None
    said = found if isinstance(found, list) else [found]
    return any(each in shield.values for each in said if isinstance(each, str))


def _without(node: _Node, pointers: tuple[str, ...]) -> _Node:
    """The node with some members left out; made once for each such choice."""
    if pointers not in node.pruned:
        node.pruned[pointers] = _pruned(node, [pointer.split("/")[1:] for pointer in pointers])
    return node.pruned[pointers]


def _pruned(node: _Node, paths: list[list[str]]) -> _Node:
    members = dict(node.members)
    for name, *rest in paths:
        if rest and name in members:
            members[name] = _pruned(members[name], [rest])
        else:
            members.pop(name, None)
    return _Node(node.leaf, node.mask, members, node.items)
