"""Whether a district's local rules of assessment and subsidies are what their reader understands. Pure.

Each check names the place that is wrong, never the value.
"""

import re
from typing import Final

import schemas
from hub.errors import Fault, Refused
from hub.law.assessing.grades import CONDITIONS
from hub.law.assessing.rules import NEEDS
from hub.strictjson import Json

_MOST_HOURS: Final = 8784
_MOST: Final = 100000
_LONGEST: Final = 60
_GRADES: Final = 20
_YUAN: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?")


def assessment(value: Json) -> None:
    """`{"scheme"?, "training_hours_year"?, "grades"?: [{"grade", conditions…}]}`, the highest grade first."""
    told = _members(value, {"scheme", "training_hours_year", "grades"})
    _scheme(told)
    hours = told.get("training_hours_year", 0)
    if not _is_number(hours, _MOST_HOURS):
        raise _wrong("/value/training_hours_year")
    grades = told.get("grades", [])
    if not isinstance(grades, list) or len(grades) > _GRADES:
        raise _wrong("/value/grades")
    for n, rule in enumerate(grades):
        _grade(rule, f"/value/grades/{n}")


def subsidy(value: Json) -> None:
    """`{"scheme"?, "needs"?: [agreed written file_complete performed], "amounts"?: {class: yuan}}`."""
    told = _members(value, {"scheme", "needs", "amounts"})
    _scheme(told)
    needs = told.get("needs", [])
    if not isinstance(needs, list) or any(need not in NEEDS for need in needs):
        raise _wrong("/value/needs")
    amounts = told.get("amounts", {})
    if not isinstance(amounts, dict):
        raise _wrong("/value/amounts")
    for name, yuan in amounts.items():
        known = name in schemas.codes("subsidy_class")
        if not known or not isinstance(yuan, str) or not _YUAN.fullmatch(yuan):
            raise _wrong(f"/value/amounts/{name}" if known else "/value/amounts")


def _grade(rule: Json, at: str) -> None:
    if not isinstance(rule, dict) or not {"grade"} < set(rule) <= {"grade", *CONDITIONS}:
        raise _wrong(at)
    if rule["grade"] not in schemas.codes("mediator_grade"):
        raise _wrong(f"{at}/grade")
    for name in CONDITIONS:
        if not _is_number(rule.get(name, 0), _MOST):
            raise _wrong(f"{at}/{name}")


def _members(value: Json, known: set[str]) -> dict[str, Json]:
    if not isinstance(value, dict) or not set(value) <= known:
        raise _wrong("/value")
    return value


def _scheme(told: dict[str, Json]) -> None:
    scheme = told.get("scheme", "-")
    if not isinstance(scheme, str) or not 0 < len(scheme) <= _LONGEST:
        raise _wrong("/value/scheme")


def _is_number(value: Json, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most


def _wrong(at: str) -> Refused:
    return Refused("schema", Fault("config-value", at))
