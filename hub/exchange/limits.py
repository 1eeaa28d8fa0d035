"""How many requests a second each system may make of one process: a bucket per system, filled by time.

A bucket holds what flows in within `WINDOW` seconds, so that a backlog may come at once. It is kept as one
number, the instant at which it is full again. Knows systems by id alone; time comes in as a function.
"""

import math
import time
from collections.abc import Callable, Mapping
from typing import Final, cast

from hub.errors import Fault, Refused, TooMany
from hub.strictjson import Json

NAME: Final = "rate-limits"
WINDOW: Final = 10
"""Seconds whose inflow a bucket holds."""

LEAST: Final = 0.1
MOST: Final = 1_000_000
"""Bounds of a rate: at the least one request fits into a bucket."""

_POLICY: Final = "system"


class Limits:
    """The buckets of one process."""

    def __init__(self, rate: float, now: Callable[[], float] = time.monotonic) -> None:
        """`rate`: requests a second of whoever has none of its own; 0: no limit. `now`: never goes back."""
        self._rate = rate
        self._now = now
        self._own: Mapping[str, float] = {}
        self._full: dict[str, float] = {}

    def configure(self, value: object) -> None:
        """The district's own rates by system; None: there are none."""
        self._own = cast("Mapping[str, float]", value or {})

    def take(self, system: str) -> None:
        """One request of a system whose token is checked. Raises TooMany."""
        rate = self._own.get(system, self._rate)
        if not rate:
            return
        now = self._now()
        full = max(self._full.get(system, now), now) + 1 / rate
        if full - now > WINDOW:
            raise TooMany(self._told(rate, full - now), Fault("rate-limit", args=(f"{rate:g}",)))
        self._full[system] = full

    def told(self, system: str) -> dict[str, str]:
        """What an answer says of the quota once less than half of it is left; before that nothing."""
        rate = self._own.get(system, self._rate)
        spent = self._full.get(system, 0.0) - self._now()
        if not rate or spent * 2 <= WINDOW:
            return {}
        return _fields(rate, spent)

    def _told(self, rate: float, spent: float) -> dict[str, str]:
        return {"Retry-After": str(math.ceil(spent - WINDOW)), **_fields(rate, WINDOW)}


def check(value: Json) -> None:
    """Whether a configuration `rate-limits` is sound: `{"system": requests a second}`. Raises Refused."""
    if not isinstance(value, dict):
        raise Refused("schema", Fault("type", "/value"))
    for system, rate in value.items():
        if isinstance(rate, bool) or not isinstance(rate, int | float) or not LEAST <= rate <= MOST:
            raise Refused("schema", Fault("config-value", f"/value/{system}"))


def _fields(rate: float, spent: float) -> dict[str, str]:
    """RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11): left, seconds until full."""
    left = int(rate * (WINDOW - spent))
    return {
        "RateLimit-Policy": f'"{_POLICY}";q={int(rate * WINDOW)};w={WINDOW}',
        "RateLimit": f'"{_POLICY}";r={left};t={math.ceil(spent)}',
    }
