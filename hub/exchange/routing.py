"""Where a message goes when its envelope does not say: rules as data with dates of effect. Pure.

A rule is `{"kind", "to", "sender_type"?, "dispute_type"?, "division"?, "sender"?}`; lists mean any of,
`division` is a prefix of the code of the place as it was written or as it is today. The first rule that fits
wins; none fits: nobody is told, operators see it. Rules come from the district configuration `routing`
(contract 8, `config import`).

What is in doubt is held for a person, never guessed: a rule that fits one part of a district that was
divided, and a court for a place whose district changed after the rules were made. Rules that begin on the
day of the change or later are that person's answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

from hub.law.model import UnitInfo, Units
from hub.law.roles import COURT
from hub.reference import divisions

Rule = Mapping[str, object]
_STATISTICS: Final = "stats"
_CODES: Final = frozenset({None, "gbt2260", _STATISTICS})
"""Systems that number districts alike; towns they do not."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force and the day they began."""

    rules: Sequence[Rule]
    since: date


@dataclass(frozen=True, slots=True)
class Route:
    """The answer: the unit, and the rule that decided."""

    to: str
    rule: int
    why: str


@dataclass(frozen=True, slots=True)
class Held:
    """A rule fits, but a person must say whether it is right: `changed` is the day it was overtaken."""

    rule: int
    changed: date
    districts: tuple[str, ...]


Routed: TypeAlias = Route | Held | None


def explained(found: Routed) -> dict[str, object]:
    """The answer of a dry run: where to, which rule, why."""
    match found:
        case Route():
            return {"to": found.to, "rule": found.rule, "why": found.why}
        case Held():
            why = (
                f"区划 {found.changed} 变更,须由人确定 held for a person: the division changed; "
                f"today {' '.join(found.districts)}"
            )
            return {"to": None, "rule": found.rule, "why": why}
        case None:
            return {"to": None, "why": "没有规则适用,由数据管理员处理 no rule fits"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a message is from: the code as written, and the districts it may mean on the day."""

    code: str
    districts: tuple[str, ...]
    changed: date | None


def route(
    rules: Rules,
    kind: str,
    sender: UnitInfo | None,
    document: Mapping[str, object],
    units: Units,
    day: date,
) -> Routed:
    """The unit a message goes to, with the rule that decided; None when no rule fits."""
    place = _place(document, sender, day)
    for n, rule in enumerate(rules.rules, start=1):
        reasons = _fits(rule, kind, sender, document, place)
        to = units.get(str(rule.get("to", "")))
        if reasons is None or to is None:
            continue
        overtaken = place.changed is not None and rules.since < place.changed
        if place.changed and (_divided(rule, place) or (overtaken and to.type in COURT)):
            return Held(n, place.changed, place.districts)
        return Route(to.code, n, ", ".join(reasons))
    return None


def _place(document: Mapping[str, object], sender: UnitInfo | None, day: date) -> _Place:
    """The place of the matter, else that of the unit that sends."""
    told = document.get("place")
    said = told if isinstance(told, Mapping) else {}
    code, text = str(said.get("division", "")), str(said.get("text", ""))
    system, town = said.get("division_system"), str(said.get("township", ""))
    if system not in _CODES:
        return _Place(code, (code,), None)
    if not code and sender is not None:
        code, text = sender.division, sender.name
    known = divisions()
    districts = known.on(code, day, text, town if system == _STATISTICS else "")
    days = [changed for d in (code, *districts) if (changed := known.changed(d, day))]
    return _Place(code, districts, max(days, default=None))


def _fits(
    rule: Rule, kind: str, sender: UnitInfo | None, document: Mapping[str, object], place: _Place
) -> list[str] | None:
    """The conditions that held, or None."""
    held: list[str] = []
    checks = {
        "kind": kind,
        "sender": sender.code if sender else "",
        "sender_type": sender.type if sender else "",
        "dispute_type": str(document.get("dispute_type", "")),
    }
    for name, value in checks.items():
        if name in rule:
            if value not in _any_of(rule[name]):
                return None
            held.append(name)
    if "division" in rule:
        if not any(_under(rule, code) for code in (place.code, *place.districts)):
            return None
        held.append("division")
    return held


def _divided(rule: Rule, place: _Place) -> bool:
    """Whether a rule asks for a division, and the place lies in one part or the other of a divided one."""
    return "division" in rule and len({_under(rule, district) for district in place.districts}) > 1


def _under(rule: Rule, code: str) -> bool:
    return any(code.startswith(prefix) for prefix in _any_of(rule["division"]))


def _any_of(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)
