"""Two disputes as one, and apart again: what of roles, facts and clocks the survivor takes over. Pure.

The tables (DIS05, DIS06) say that open cases move with their clocks; which rows move is the exchange's. Here:
who becomes what in the survivor, whose agreements it watches, and under which names clocks can run side by
side, since one rule runs once for an object.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from hub.law.clocks import OF_AGREEMENT
from hub.law.items import Fact
from hub.law.model import Facts, Running, Situation
from hub.law.reading import listed, objects
from hub.law.roles import bind

INTO: Final = "merged_into"
"""Fact of an absorbed dispute: the survivor's id."""
FROM: Final = "absorbed"
"""Fact of a survivor: the ids of what it has absorbed, at first or second hand."""
BECOMES: Final = {"registrar": "joined_unit"}
"""Roles of the absorbed dispute that are others in the survivor."""


class Joined(NamedTuple):
    """A survivor after it took another dispute in. `objects`: deadline id → the name it runs under there."""

    roles: Mapping[str, tuple[str, ...]]
    facts: dict[str, object]
    objects: Mapping[str, str]


def absorb(survivor: Situation, absorbed: Situation) -> Joined:
    """What the survivor becomes; the absorbed dispute keeps its own facts."""
    roles: dict[str, tuple[str, ...]] = dict(survivor.roles)
    for role, units in absorbed.roles.items():
        roles = bind(roles, BECOMES.get(role, role), *units)
    facts, renamed = _agreements(dict(survivor.facts), absorbed.facts)
    if absorbed.facts.get("mandatory_report") == "required":
        facts["mandatory_report"] = "required"
    facts[FROM] = [*listed(facts, FROM), absorbed.dispute, *listed(absorbed.facts, FROM)]
    return Joined(roles, facts, _objects(survivor, absorbed, renamed))


def _agreements(facts: dict[str, object], other: Facts) -> tuple[dict[str, object], dict[str, str]]:
    """Agreements of both; an item whose name is taken is named by its agreement too."""
    own, taken = objects(facts, "items"), {item["object"] for item in objects(facts, "items")}
    renamed: dict[str, str] = {}
    brought: list[Fact] = []
    for item in objects(other, "items"):
        name = str(item["object"])
        if name in taken:
            renamed[name] = f"{item['no']}@{item['agreement']}"
        brought.append({**item, "object": renamed.get(name, name)})
    if brought or objects(other, "agreements"):
        facts["items"] = [*own, *brought]
        facts["agreements"] = [*objects(facts, "agreements"), *objects(other, "agreements")]
    return facts, renamed


def _objects(survivor: Situation, absorbed: Situation, renamed: Mapping[str, str]) -> dict[str, str]:
    taken = {(d.rule, d.object) for d in survivor.deadlines if d.state == "running"}
    found: dict[str, str] = {}
    for deadline in absorbed.deadlines:
        if deadline.state != "running":
            continue
        name = renamed.get(deadline.object) if deadline.rule in OF_AGREEMENT else None
        if name is None and (deadline.rule, deadline.object) in taken:
            name = f"{deadline.object}@{deadline.case or absorbed.dispute}"
        if name is not None:
            found[deadline.id] = name
    return found


def moving(deadlines: Iterable[Running]) -> list[str]:
    """The dispute's own clocks that go on in the survivor; a mere day of evidence stays where it was said."""
    return [d.id for d in deadlines if d.case is None and d.state == "running" and d.due_on is not None]


def release(
    survivor: Facts, absorbed: Facts, dispute: str, cases: Iterable[str]
) -> tuple[dict[str, object], dict[str, object]]:
    """The facts of both after an undo: agreements of the cases that go back go with them, as they stand."""
    going = set(cases)
    ours = {a["id"] for a in objects(absorbed, "agreements")}
    left, back = dict(survivor), {name: value for name, value in absorbed.items() if name != INTO}
    for name, key in (("agreements", "id"), ("items", "agreement")):
        known = objects(survivor, name)
        back[name] = [f for f in known if f[key] in ours or f.get("case") in going]
        left[name] = [f for f in known if f not in objects(back, name)]
    gone = {dispute, *listed(absorbed, FROM)}
    left[FROM] = [other for other in listed(survivor, FROM) if other not in gone]
    return left, back
