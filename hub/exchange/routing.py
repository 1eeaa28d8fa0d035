"""Where a message goes when its envelope does not say: rules as data with dates of effect. Pure.

A rule is `{"kind", "to", "sender_type"?, "dispute_type"?, "division"?, "sender"?}`; lists mean any of,
`division` is a prefix. The first rule that fits wins; none fits: nobody is told, operators see it.
Rules come from the district configuration `routing` (contract 8, `config import`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from hub.law.model import UnitInfo, Units

Rule = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Route:
    """The answer of a dry run: the unit, and the rule that decided."""

    to: str
    rule: int
    why: str


def route(
    rules: Sequence[Rule],
    kind: str,
    sender: UnitInfo | None,
    document: Mapping[str, object],
    units: Units,
) -> Route | None:
    """The unit a message goes to, with the rule that decided; None when no rule fits."""
    for n, rule in enumerate(rules, start=1):
        reasons = _fits(rule, kind, sender, document)
        to = str(rule.get("to", ""))
        if reasons is not None and units.get(to) is not None:
            return Route(to, n, ", ".join(reasons))
    return None


def _fits(rule: Rule, kind: str, sender: UnitInfo | None, document: Mapping[str, object]) -> list[str] | None:
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
        place = document.get("place")
        division = str(cast("Mapping[str, object]", place).get("division", "")) if place else ""
        if not any(division.startswith(prefix) for prefix in _any_of(rule["division"])):
            return None
        held.append("division")
    return held


def _any_of(value: object) -> tuple[str, ...]:
    return tuple(str(v) for v in value) if isinstance(value, list) else (str(value),)
