"""Numbers of the pre-check that no verified source gives: set by a district, or not computed. Pure."""

from datetime import datetime
from typing import Final, cast

from hub.errors import Fault, Refused
from hub.law.precheck.matter import Limits
from hub.store.registry import Registry
from hub.strictjson import Json

NAME: Final = "precheck"
_MOST: Final = 1e13


def limits_on(registry: Registry, at: datetime) -> Limits:
    """What the district has set for the day of `at`."""
    said = cast("dict[str, float] | None", registry.config(NAME, at)) or {}
    return Limits(said.get("intermediate_from"), said.get("interest_cap_percent"))


def check(value: Json) -> None:
    """`{"intermediate_from"?: yuan, "interest_cap_percent"?: percent a year}`. Raises Refused `schema`."""
    if not isinstance(value, dict) or not set(value) <= set(Limits._fields):
        raise Refused("schema", Fault("config-value", "/value"))
    for name, number in value.items():
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 < number <= _MOST:
            raise Refused("schema", Fault("config-value", f"/value/{name}"))
