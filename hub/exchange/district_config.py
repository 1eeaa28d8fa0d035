"""Whether the configuration of warnings is what its reader understands: levels, units, proxies, trigger.

Each check names the place that is wrong, never the value. Pure.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Final, get_args

from hub.errors import Fault, Refused
from hub.law.district import Feedback
from hub.law.shapes import Rule
from hub.law.tables import load_tables
from hub.strictjson import Json

_MOST: Final = 1000
_LEVEL: Final = re.compile(r"[0-9a-z_]{1,20}")
_DIVISION: Final = re.compile(r"[0-9A-Z]{0,12}")
_LONGEST: Final = {"hour": 24 * 365, "working_day": 365, "calendar_day": 3650}


def levels(value: Json) -> None:
    """`{"scheme", "version", "levels": [{"code", "name", "superior"?, "periods"?: {rule: number}}]}`."""
    scheme = _members(value, "/value", {"scheme", "version", "levels"})
    for name in ("scheme", "version"):
        _text(scheme[name], f"/value/{name}", 60)
    seen: set[str] = set()
    for n, entry in enumerate(_listed(scheme["levels"], "/value/levels", 20)):
        at = f"/value/levels/{n}"
        level = _members(entry, at, {"code", "name"}, {"superior", "periods"})
        code = level["code"]
        if not isinstance(code, str) or not _LEVEL.fullmatch(code) or code in seen:
            raise _wrong(f"{at}/code")
        seen.add(code)
        _text(level["name"], f"{at}/name", 60)
        if not isinstance(level.get("superior", False), bool):
            raise _wrong(f"{at}/superior")
        numbers(level.get("periods", {}), f"{at}/periods", by_level=True)
    if not seen:
        raise _wrong("/value/levels")


def periods(value: Json) -> None:
    """`{rule: number}` for the rules that no law gives a number of."""
    numbers(value, "/value", by_level=False)


def numbers(value: Json, at: str, *, by_level: bool) -> None:
    """Numbers of configurable rules, in the unit of each; hours may be broken, days may not."""
    if not isinstance(value, dict):
        raise _wrong(at)
    rules = _rules()
    for name, number in value.items():
        rule = rules.get(name)
        if rule is None or rule.status != "configuration" or (by_level and not name.startswith("WARN_")):
            raise _wrong(at)
        broken = isinstance(number, float) and rule.unit != "hour"
        if not isinstance(number, int | float) or isinstance(number, bool) or broken:
            raise _wrong(f"{at}/{name}")
        if not 0 < number <= _LONGEST.get(rule.unit, 365):
            raise _wrong(f"{at}/{name}")


def units(value: Json) -> None:
    """`{"dispatchers"?: [{"unit", "division"?}], "police"?: [...]}`; `division` is a prefix of the code."""
    told = _members(value, "/value", set(), {"dispatchers", "police"})
    for name, entries in told.items():
        for n, entry in enumerate(_listed(entries, f"/value/{name}", _MOST)):
            at = f"/value/{name}/{n}"
            area = _members(entry, at, {"unit"}, {"division"})
            _text(area["unit"], f"{at}/unit", 40)
            division = area.get("division", "")
            if not isinstance(division, str) or not _DIVISION.fullmatch(division):
                raise _wrong(f"{at}/division")


def proxies(value: Json) -> None:
    """`{unit without a system: unit that receives and answers in its place}`; a proxy has none itself."""
    if not isinstance(value, dict) or len(value) > _MOST:
        raise _wrong("/value")
    for unit, proxy in value.items():
        _text(proxy, f"/value/{unit}", 40)
        if proxy == unit or proxy in value:
            raise _wrong(f"/value/{unit}")


def trigger(value: Json) -> None:
    """`{"calls": n, "failed": n, "days": n}`: so many calls and failed mediations within so many days."""
    told = _members(value, "/value", {"calls", "failed", "days"})
    for name, most in (("calls", 100), ("failed", 100), ("days", 3650)):
        number = told[name]
        if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= most:
            raise _wrong(f"/value/{name}")
    if told["days"] == 0 or told["calls"] == told["failed"] == 0:
        raise _wrong("/value")


def feedback(value: Json) -> None:
    """`"always"` or `"said"`: of which agreements not confirmed the justice bureau hears."""
    if value not in get_args(Feedback):
        raise _wrong("/value")


@cache
def _rules() -> Mapping[str, Rule]:
    """The deadline rules as the reference has them."""
    return load_tables().rules


def _members(value: Json, at: str, needed: set[str], more: Iterable[str] = ()) -> dict[str, Json]:
    if not isinstance(value, dict) or not needed <= set(value) <= needed.union(more):
        raise _wrong(at)
    return value


def _listed(value: Json, at: str, most: int) -> list[Json]:
    if not isinstance(value, list) or len(value) > most:
        raise _wrong(at)
    return value


def _text(value: Json, at: str, most: int) -> None:
    if not isinstance(value, str) or not 0 < len(value) <= most:
        raise _wrong(at)


def _wrong(at: str) -> Refused:
    return Refused("schema", Fault("config-value", at))
