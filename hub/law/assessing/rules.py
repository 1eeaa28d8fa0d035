"""The local rules of assessment and subsidies: those of `rules.json`, replaced by what a district sets. Pure.

Nothing in them is law: each default names the place it is taken from. Amounts have no default.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Final, cast

from hub.law.assessing.grades import Conditions

ASSESSMENT: Final = "mediator-assessment"
SUBSIDY: Final = "case-subsidy"
"""Names of the district's configuration."""
NEEDS: Final = ("agreed", "written", "file_complete", "performed")
"""What a subsidy may ask for."""
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class AssessmentRules:
    """`scheme`: whose rules they are, as people read it; `grades`: the highest first."""

    scheme: str
    training_hours_year: Decimal
    grades: Sequence[Conditions]

    def hours_in(self, months: int) -> Decimal:
        """Hours asked for in so many months: their share of a year's."""
        return self.training_hours_year * months / _MONTHS


@dataclass(frozen=True, slots=True)
class SubsidyRules:
    """`needs`: names of `NEEDS`; `amounts`: class → yuan of one case."""

    scheme: str
    needs: Sequence[str]
    amounts: Mapping[str, Decimal]


def assessment_rules(said: Mapping[str, Any] | None) -> AssessmentRules:
    """The rules in force: `said` is what the district has set, checked before."""
    default, told = _defaults()["assessment"], said or {}
    scheme = told.get("scheme") or f"地方规则(默认) local default: {default['grades']['place']}"
    hours = told.get("training_hours_year", default["training_hours_year"]["value"])
    grades = told.get("grades", default["grades"]["value"])
    return AssessmentRules(str(scheme), Decimal(str(hours)), cast("Sequence[Conditions]", grades))


def subsidy_rules(said: Mapping[str, Any] | None) -> SubsidyRules:
    """The rules in force: `said` is what the district has set, checked before."""
    default, told = _defaults()["subsidy"], said or {}
    scheme = told.get("scheme") or f"地方规则(默认) local default: {default['needs']['place']}"
    amounts = told.get("amounts", default["amounts"]["value"])
    needs = told.get("needs", default["needs"]["value"])
    return SubsidyRules(str(scheme), tuple(needs), {name: Decimal(str(n)) for name, n in amounts.items()})


@cache
def _defaults() -> Mapping[str, Any]:
    text = files("hub.law.assessing").joinpath("rules.json").read_text("utf-8")
    return cast("Mapping[str, Any]", json.loads(text))
