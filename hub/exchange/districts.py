"""The district of a day as the law room is told of it: configuration and unit table made into plain data.

Which police unit is that of a place is said by the configuration, else by the unit table: a unit of the
police line that serves the place's code, else the only station of its division, else the only bureau. Its
basic court is the one that serves it, else the only one of its division.
Reads the registry in memory; asks nothing.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any, Final, cast

from hub.law.calendar import legal_day
from hub.law.district import Area, District, Feedback, Level, Trigger
from hub.law.localised import with_periods
from hub.law.tables import Tables
from hub.store.registry import Registry, UnitRow

LEVELS: Final = "warning-levels"
UNITS: Final = "warning-units"
PROXIES: Final = "proxies"
PERIODS: Final = "periods"
TRIGGER: Final = "warning-trigger"
FEEDBACK: Final = "confirmation-feedback"
NAMES: Final = (LEVELS, UNITS, PROXIES, PERIODS, TRIGGER, FEEDBACK)
_DAY: Final = timedelta(days=1)


class Districts:
    """Districts by the time in which nothing of them changes; thrown away with the registry they are of."""

    def __init__(self, registry: Registry, tables: Tables) -> None:
        self._registry = registry
        self._tables = tables
        self._made: dict[int, Tables] = {}
        spans = [(row.valid_from, row.valid_to) for row in registry.units.values()]
        for name in NAMES:
            spans += [(dated.valid_from, dated.valid_to) for dated in registry.configs.get(name, ())]
        last = {to + _DAY for _, to in spans if to is not None and to < date.max}
        self._changes = sorted(last.union(first for first, _ in spans))

    def of(self, at: datetime) -> Tables:
        """The tables with the district's levels, units and numbers, as of the day of an instant."""
        span = bisect_right(self._changes, legal_day(at))
        if span not in self._made:
            self._made[span] = self._make(at)
        return self._made[span]

    def _make(self, at: datetime) -> Tables:
        config = self._registry.config
        levels = cast("Mapping[str, Any] | None", config(LEVELS, at))
        plain = cast("Mapping[str, float]", config(PERIODS, at) or {})
        tables = with_periods(self._tables, _by_level(levels), plain)
        units = cast("Mapping[str, Any]", config(UNITS, at) or {})
        rows = self._registry.units_on(at)
        known = frozenset(row.code for row in rows)
        proxies = cast("Mapping[str, str]", config(PROXIES, at) or {})
        trigger = cast("Mapping[str, int] | None", config(TRIGGER, at))
        district = District(
            levels=_levels(levels) if levels else self._tables.district.levels,
            dispatchers=tuple(_areas(units.get("dispatchers", ()), known)),
            police=(*_areas(units.get("police", ()), known), *_police(rows)),
            courts=tuple(_courts(rows)),
            homes=MappingProxyType({row.code: _home(row) for row in rows}),
            proxies=MappingProxyType(
                {u: p for u, p in proxies.items() if p in known and u not in self._registry.receivers}
            ),
            trigger=Trigger(**trigger) if trigger else None,
            feedback=cast("Feedback", config(FEEDBACK, at) or "always"),
        )
        return replace(tables, district=district)


def strangers(registry: Registry, at: datetime) -> list[str]:
    """Units that the configuration of a day names and the unit table does not know: nobody there acts."""
    units = cast("Mapping[str, list[dict[str, str]]]", registry.config(UNITS, at) or {})
    proxies = cast("Mapping[str, str]", registry.config(PROXIES, at) or {})
    named = {entry["unit"] for entries in units.values() for entry in entries}
    return sorted(u for u in named.union(proxies, proxies.values()) if registry.unit(u, at) is None)


def _levels(config: Mapping[str, Any]) -> tuple[Level, ...]:
    return tuple(Level(e["code"], e["name"], e.get("superior") is True) for e in config["levels"])


def _by_level(config: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, float]]:
    """Rule → level → number, for the rules that a scheme gives numbers of."""
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for entry in config["levels"] if config else ():
        for rule, number in entry.get("periods", {}).items():
            found[rule][entry["code"]] = number
    return found


def _areas(entries: Iterable[Mapping[str, str]], known: frozenset[str]) -> Iterator[Area]:
    """Configured areas, of units that exist on the day."""
    return (Area(e.get("division", ""), e["unit"]) for e in entries if e["unit"] in known)


def _home(row: UnitRow) -> tuple[str, ...]:
    """Where a unit works: the one place it serves, and its division."""
    served = row.serves if len(row.serves) == 1 else ()
    return tuple(code for code in (*served, row.division) if code)


def _police(rows: Iterable[UnitRow]) -> Iterator[Area]:
    """Areas of the police line by the unit table. Of a division only who is its only one can be meant."""
    stations: dict[str, list[str]] = defaultdict(list)
    bureaus: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.type == "station":
            yield from (Area(code, row.code) for code in row.serves if code)
            stations[row.division].append(row.code)
        elif row.type == "police_bureau":
            bureaus[row.division].append(row.code)
    for division in (stations.keys() | bureaus.keys()) - {""}:
        for held in (stations.get(division, ()), bureaus.get(division, ())):
            if len(held) == 1:
                yield Area(division, held[0])
                break


def _courts(rows: Iterable[UnitRow]) -> Iterator[Area]:
    """Areas of the basic courts by the unit table."""
    held: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if row.type == "court" and row.tier == "district":
            yield from (Area(code, row.code) for code in row.serves if code)
            held[row.division].append(row.code)
    yield from (Area(division, of[0]) for division, of in held.items() if division and len(of) == 1)
