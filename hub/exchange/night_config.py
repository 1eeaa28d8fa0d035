"""What a district sets for the night: numbers of completeness, deadline watch and retention.

Their defaults are ours (configuration), never law; `check` says whether a value is understood. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from hub.errors import Fault, Refused
from hub.store.registry import Registry
from hub.strictjson import Json

COMPLETENESS: Final = "completeness"
WATCH: Final = "deadline-watch"
RETENTION: Final = "retention"

_DEFAULTS: Final[Mapping[str, Mapping[str, float | None]]] = {
    COMPLETENESS: {"grace_minutes": 10, "silence_hours": 24},
    WATCH: {"told_hours": 24, "silent_days": 3, "sum_days": 7},
    RETENTION: {"quarantine_days": 90, "tokens_days": 30, "uploads_days": 7, "messages_years": None},
}
_LEAST: Final = {(RETENTION, "quarantine_days"), (RETENTION, "tokens_days")}
"""Their defaults are the least: one administrator alone may not have the night destroy what is still owed."""
_WHOLE: Final = frozenset({"sum_days", "messages_years"})
_MOST: Final = 40000


@dataclass(frozen=True, slots=True)
class NightConfig:
    """The numbers in force on a day, by name of the configuration and of the member."""

    _numbers: Mapping[str, Mapping[str, float | None]]

    @classmethod
    def of(cls, registry: Registry, at: datetime) -> "NightConfig":
        """Defaults, with what the district has set for the day of `at`."""
        said = {name: cast("Mapping[str, float] | None", registry.config(name, at)) for name in _DEFAULTS}
        return cls({name: {**_DEFAULTS[name], **(said[name] or {})} for name in _DEFAULTS})

    def span(self, name: str, member: str) -> timedelta:
        """A member as a span of time, by the unit in its name (minutes, hours, days)."""
        unit = member.rpartition("_")[2]
        return timedelta(**{unit: self._numbers[name][member] or 0})

    @property
    def silence(self) -> timedelta:
        """How long nothing may be heard of whom something is expected of.

        One measure for the night's proof, the overview and `/v1/supervision`.
        """
        return self.span(COMPLETENESS, "silence_hours")

    def whole(self, name: str, member: str) -> int | None:
        """A whole number; None: not set."""
        number = self._numbers[name][member]
        return None if number is None else int(number)


def check(name: str, value: Json) -> None:
    """`{member: number}` of a known name; members left out keep their default. Raises Refused `schema`."""
    known = _DEFAULTS[name]
    if not isinstance(value, dict) or not set(value) <= set(known):
        raise Refused("schema", Fault("config-value", "/value"))
    for member, number in value.items():
        whole = isinstance(number, int) and not isinstance(number, bool)
        least = known[member] if (name, member) in _LEAST else None
        fits = whole or (isinstance(number, float) and member not in _WHOLE)
        if not fits or not _is_within(number, least or 0):
            raise Refused("schema", Fault("config-value", f"/value/{member}"))


def _is_within(number: Json, least: float) -> bool:
    return isinstance(number, int | float) and 0 < number <= _MOST and number >= least
