"""What a district settles for itself: levels of warning and their hours, who dispatches, who stands in.

Sources give no national rule for any of it: it is configuration with dates of effect (`config import`),
read by the exchange and handed to a decision as plain data. Without configuration the three levels and
the hours of the deadline table hold, and the addressee dispatches. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, NamedTuple

from hub.law.shapes import Tables

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NOWHERE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


class Level(NamedTuple):
    """A level of the district's scheme. `superior`: the unit above is told of it and confirms its end."""

    code: str
    name: str
    superior: bool


class Area(NamedTuple):
    """A unit that answers for a part of the country: a prefix of division and township codes."""

    prefix: str
    unit: str


class District(NamedTuple):
    """The configuration of a day. `levels`: the gravest first; `homes`: unit → codes of where it works.

    `proxies`: a unit that no system receives for → the unit that receives and answers in its place.
    """

    levels: tuple[Level, ...]
    dispatchers: tuple[Area, ...] = ()
    police: tuple[Area, ...] = ()
    homes: Mapping[str, tuple[str, ...]] = _NOWHERE
    proxies: Mapping[str, str] = _NOTHING

    def level(self, code: str | None) -> Level | None:
        """A level of the scheme; None for a code that it does not have."""
        return next((level for level in self.levels if level.code == code), None)

    def graver(self, code: str | None, than: str | None) -> bool:
        """Whether one level of the scheme is graver than another."""
        order = [level.code for level in self.levels]
        return code in order and than in order and order.index(code) < order.index(than)

    def dispatcher(self, codes: Iterable[str]) -> str | None:
        """The unit that classifies and dispatches for a place."""
        return nearest(self.dispatchers, codes)

    def police_of(self, codes: Iterable[str]) -> str | None:
        """The police unit of a place."""
        return nearest(self.police, codes)

    def stands_in(self, unit: str, held: Iterable[str]) -> bool:
        """Whether a unit is the proxy of one of those that hold a role."""
        return any(self.proxies.get(other) == unit for other in held)


def nearest(areas: Iterable[Area], codes: Iterable[str]) -> str | None:
    """The unit of the smallest area that covers one of the codes; an area without a code covers all."""
    named = tuple(codes)
    fitting = [area for area in areas if not area.prefix or any(c.startswith(area.prefix) for c in named)]
    return max(fitting, key=lambda area: len(area.prefix)).unit if fitting else None


def built_in(tables: Tables) -> District:
    """What holds where a district has configured nothing: the levels of the deadline table.

    The first of them is the one whose end the superior confirms (guard `superior_clear`).
    """
    codes = sorted(tables.rules["WARN_ACK"].by_level)
    return District(tuple(Level(code, code, superior=n == 0) for n, code in enumerate(codes)))


def with_periods(
    tables: Tables, by_level: Mapping[str, Mapping[str, float]], plain: Mapping[str, float]
) -> Tables:
    """The tables with a district's own numbers: rule → level → number, and rule → number."""
    rules = dict(tables.rules)
    for rule, numbers in by_level.items():
        rules[rule] = replace(rules[rule], by_level=MappingProxyType(dict(numbers)))
    for rule, number in plain.items():
        rules[rule] = replace(rules[rule], n=number)
    return replace(tables, rules=MappingProxyType(rules))
