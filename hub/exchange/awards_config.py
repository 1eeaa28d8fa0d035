"""Awards whose criteria a district sets: which figures of a unit's own report are looked at, with what bound.

No source gives numbers for any of them: without the configuration there is no package. A criterion that is
met decides nothing; who is chosen is for people. Pure.
"""

from datetime import datetime
from typing import Any, Final, NamedTuple, cast

from hub.errors import Fault, Refused
from hub.store.registry import Registry
from hub.strictjson import Json

NAME: Final = "awards"
_MEMBERS: Final = {"award", "types", "criteria"}
_LONGEST: Final = 24  # of a sheet of a workbook, with what stands before it


class Criterion(NamedTuple):
    """A figure of the report by its Chinese name, and one bound; rates are shares of one."""

    figure: str
    least: float | None = None
    most: float | None = None


class Award(NamedTuple):
    """An award: its name, the types of unit it is for, its criteria."""

    name: str
    types: frozenset[str]
    criteria: tuple[Criterion, ...]


def awards_on(registry: Registry, at: datetime, unit_type: str) -> tuple[Award, ...]:
    """What the district has set for the day of `at` and a type of unit."""
    said = cast("list[dict[str, Any]] | None", registry.config(NAME, at)) or []
    awards = (
        Award(one["award"], frozenset(one["types"]), tuple(Criterion(**c) for c in one["criteria"]))
        for one in said
    )
    return tuple(award for award in awards if unit_type in award.types)


def check(value: Json) -> None:
    """`[{"award", "types": […], "criteria": [{"figure", "least" or "most"}]}]`. Raises Refused `schema`."""
    if not isinstance(value, list):
        raise Refused("schema", Fault("type", "/value"))
    names: set[str] = set()
    for n, one in enumerate(value):
        if not _is_award(one) or str(cast("dict[str, Json]", one)["award"]) in names:
            raise Refused("schema", Fault("config-value", f"/value/{n}"))
        names.add(str(cast("dict[str, Json]", one)["award"]))


def _is_award(one: Json) -> bool:
    if not isinstance(one, dict) or set(one) != _MEMBERS:
        return False
    types, criteria = one["types"], one["criteria"]
    return (
        _is_text(one["award"], _LONGEST)
        and isinstance(types, list)
        and bool(types)
        and all(_is_text(t, _LONGEST) for t in types)
        and isinstance(criteria, list)
        and bool(criteria)
        and all(map(_is_criterion, criteria))
    )


def _is_criterion(said: Json) -> bool:
    if not isinstance(said, dict) or len(said) != 2 or not _is_text(said.get("figure"), 60):
        return False
    bound = said.get("least", said.get("most"))
    return isinstance(bound, int | float) and not isinstance(bound, bool) and bound >= 0


def _is_text(said: Json, longest: int) -> bool:
    return isinstance(said, str) and 0 < len(said) <= longest and not set(said) & set("[]:*?/\\'")
