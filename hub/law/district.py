"""What a district settles for itself: levels of warning and their hours, who dispatches, who stands in.

Sources give no national rule for any of it: it is configuration with dates of effect (`config import`),
read by the exchange and part of the tables a decision is given. Without configuration the three levels and
the hours of the deadline table hold, and the addressee dispatches. Pure.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, Literal, NamedTuple, TypeAlias

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_NOWHERE: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType({})


Feedback: TypeAlias = Literal["always", "said"]
"""Of which agreements not confirmed the bureau hears: of each, or of what the court remarks on."""


class Level(NamedTuple):
    """A level of the district's scheme. `superior`: the unit above is told of it and confirms its end."""

    code: str
    name: str
    superior: bool


class Area(NamedTuple):
    """A unit that answers for a part of the country: a prefix of division and township codes."""

    prefix: str
    unit: str


class Trigger(NamedTuple):
    """So many calls and so many failed mediations within so many days call for a person's look."""

    calls: int
    failed: int
    days: int


class District(NamedTuple):
    """The configuration of a day. `levels`: the gravest first; `homes`: unit → codes of where it works.

    `proxies`: a unit that no system receives for → the unit that receives and answers in its place.
    """

    levels: tuple[Level, ...]
    dispatchers: tuple[Area, ...] = ()
    police: tuple[Area, ...] = ()
    courts: tuple[Area, ...] = ()
    homes: Mapping[str, tuple[str, ...]] = _NOWHERE
    proxies: Mapping[str, str] = _NOTHING
    trigger: Trigger | None = None
    feedback: Feedback = "always"

    def level(self, code: str | None) -> Level | None:
        """A level of the scheme; None for a code that it does not have."""
        return next((level for level in self.levels if level.code == code), None)

    def gravest(self, code: str | None) -> bool:
        """Whether a level is the gravest of the scheme."""
        return bool(self.levels) and self.levels[0].code == code

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

    def court_of(self, codes: Iterable[str]) -> str | None:
        """The basic court of a place."""
        return nearest(self.courts, codes)

    def stands_in(self, unit: str, held: Iterable[str]) -> bool:
        """Whether a unit is the proxy of one of those that hold a role."""
        return any(self.proxies.get(other) == unit for other in held)


def nearest(areas: Iterable[Area], codes: Iterable[str]) -> str | None:
    """The unit of the smallest area that covers one of the codes; an area without a code covers all."""
    named = tuple(codes)
    fitting = [area for area in areas if not area.prefix or any(c.startswith(area.prefix) for c in named)]
    return max(fitting, key=lambda area: len(area.prefix)).unit if fitting else None
