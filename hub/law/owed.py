"""Who owes the act that ends a running deadline, as the machines' rows say: roles and kinds. Pure.

Looked for where the case stands, then anywhere in its machine, among those who are told of the deadline when
it is due; where no row of theirs ends it, they owe it all the same.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from hub.law.clocks import REMINDERS
from hub.law.run import HUB
from hub.law.shapes import Row, Tables

_OVERSEE: Final = frozenset({HUB, "hub_admin", "superior", "mediation_supervisor"})
_ONE_KIND: Final[Mapping[str, str]] = {
    "JC_APPLY": "confirmation_application",
    "JC_SUPPLEMENT": "confirmation_supplement",
    "REF_SUPPLEMENT": "referral_supplement",
    "WARN_JOINT": "consultation",
}
"""Rules that are for one act only; other acts stop them because they end what it was for."""
_MEMBERS: Final[Mapping[str, Mapping[str, str]]] = {
    "WARN_JOINT": {"action": "ask", "request_type": "joint_mediation"}
}
"""What the document must say, where the kind alone does not tell; it goes to the dispute, not the case."""
_ASIDE: Final = frozenset(
    {("phase", "taken_back"), ("phase", "archived"), ("replaces", "this case"), ("event", "resumed"),
     ("event", "extended")}
)  # fmt: skip
"""What stops a clock without being what the clock waits for; archiving is waited for by its own."""


class Owed(NamedTuple):
    """Roles that must act, and the kinds of message by which they do."""

    roles: frozenset[str]
    kinds: tuple[str, ...]


def owed(tables: Tables, machine: str, state: str, rule: str) -> Owed:
    """What ends `rule` of a case of `machine` that stands in `state`."""
    told = frozenset(tables.notified.get(rule, ())) - _OVERSEE
    rows = [row for row in tables.machines[machine].rows if _ends(row, rule)]
    for some in ([row for row in rows if state in row.states], rows):
        found = _of(some, told)
        if found.roles:
            return found
    return Owed(told, tuple(kind for name, kind in _ONE_KIND.items() if name == rule))


def late(rule: str) -> bool:
    """Whether something is late once the day of a rule is over: a reminder that was given is not.

    An item of an agreement is: nobody of ours owes it, and somebody must look.
    """
    return rule == "PERF_ITEM" or rule not in REMINDERS


def members(rule: str) -> Mapping[str, str]:
    """What the document that ends `rule` says beside its kind; empty where the kind is enough."""
    return _MEMBERS.get(rule, {})


@cache
def english() -> Mapping[str, str]:
    """Rule → what is to be done, in English."""
    found: dict[str, str] = json.loads(files(__package__).joinpath("rules_en.json").read_text("utf-8"))
    return found


def _ends(row: Row, rule: str) -> bool:
    stops = (*row.stop, *(name for group in row.stop_if for name in group.rules))
    if rule not in stops or row.kind == "withdrawal" or row.kind != _ONE_KIND.get(rule, row.kind):
        return False
    return rule == "ARCHIVE" or _ASIDE.isdisjoint(row.source["when"].items())


def _of(rows: Iterable[Row], told: frozenset[str]) -> Owed:
    """Those of `told` (if anybody is) by whom a row is taken, and its kinds."""
    taken = [(row.kind, row.by & told if told else row.by - _OVERSEE) for row in rows]
    roles = frozenset(role for _, by in taken for role in by)
    return Owed(roles, tuple(dict.fromkeys(kind for kind, by in taken if by)))
