"""Grade proposals by local rules: each condition held against what is known, else left open.

A proposal is no decision: it names the highest grade no known condition of which fails, and lists what a
person must look at before. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

Number: TypeAlias = int | float
Conditions: TypeAlias = Mapping[str, "str | Number"]
"""`grade`, and conditions by name."""


@dataclass(frozen=True, slots=True)
class Career:
    """What is known of a mediator up to the cut-off, over all periods; None: not known here.

    `years`: since the first entry in the register; `training`: hours reached of those asked for in a year.
    `converted`: disputes that became criminal cases.
    """

    years: Decimal
    cases: int
    oral_share: Decimal | None = None
    success: Decimal | None = None
    training: Decimal | None = None
    converted: int | None = None


class Condition(NamedTuple):
    """One condition: what is asked, what was found, whether it is met; None: a person must see."""

    name: str
    asked: Decimal
    found: Decimal | None
    met: bool | None


class Proposal(NamedTuple):
    """The grade that is proposed, None for none; the conditions of that grade, else of the lowest one."""

    grade: str | None
    conditions: tuple[Condition, ...]

    @property
    def open(self) -> tuple[str, ...]:
        """Conditions that nothing here can tell."""
        return tuple(c.name for c in self.conditions if c.met is None)


_FOUND: Final[Mapping[str, Callable[[Career], "Decimal | int | None"]]] = {
    "years": lambda c: c.years,
    "cases": lambda c: c.cases,
    "oral_share": lambda c: c.oral_share,
    "success": lambda c: c.success,
    "training": lambda c: c.training,
    "converted": lambda c: c.converted,
}
CONDITIONS: Final = {
    "years_least": "备案满年数 years in the register",
    "cases_least": "累计办结件数 mediations ended",
    "oral_share_most": "口头协议占比 share of oral agreements",
    "success_least": "调解成功率 share agreed",
    "training_least": "年度学时达标率 training hours reached in a year",
    "converted_most": "民转刑件数 disputes that became criminal cases",
}
"""Name of a condition → what it is about."""


def propose(rules: Sequence[Conditions], career: Career) -> Proposal:
    """`rules`: the highest grade first. Without rules there is nothing to propose."""
    looked = Proposal(None, ())
    for rule in rules:
        conditions = tuple(_condition(name, rule[name], career) for name in CONDITIONS if name in rule)
        if all(c.met is not False for c in conditions):
            return Proposal(str(rule["grade"]), conditions)
        looked = Proposal(None, conditions)
    return looked


def _condition(name: str, asked: str | Number, career: Career) -> Condition:
    about, _, bound = name.rpartition("_")
    limit, found = Decimal(str(asked)), _FOUND[about](career)
    if found is None:
        return Condition(name, limit, None, None)
    known = Decimal(found)
    return Condition(name, limit, known, known >= limit if bound == "least" else known <= limit)
