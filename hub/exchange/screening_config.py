"""Thresholds of the screening for false litigation that a district sets; defaults are ours. Pure."""

from dataclasses import fields, replace
from datetime import datetime
from typing import Any, Final, cast

from hub.errors import Fault, Refused
from hub.law.screening import Limits
from hub.store.registry import Registry
from hub.strictjson import Json

NAME: Final = "screening"
AREAS: Final = "areas"
_NUMBERS: Final = frozenset(f.name for f in fields(Limits)) - {AREAS}
_MOST: Final = 1_000_000_000
_MOST_DAYS: Final = 3650


def limits_on(registry: Registry, at: datetime) -> Limits:
    """Defaults, with what the district has set for the day of `at`."""
    said = cast("dict[str, Any] | None", registry.config(NAME, at)) or {}
    told: dict[str, Any] = {n: tuple(value) if n == AREAS else value for n, value in said.items()}
    return replace(Limits(), **told)


def check(value: Json) -> None:
    """`{threshold: whole number, "areas"?: [name]}`, all optional (`Limits`). Raises Refused `schema`."""
    if not isinstance(value, dict) or not set(value) <= _NUMBERS | {AREAS}:
        raise Refused("schema", Fault("config-value", "/value"))
    for name, said in value.items():
        if not (_are_names(said) if name == AREAS else _is_number(name, said)):
            raise Refused("schema", Fault("config-value", f"/value/{name}"))


def _is_number(name: str, said: Json) -> bool:
    most = _MOST if name.endswith("_yuan") else _MOST_DAYS
    return isinstance(said, int) and not isinstance(said, bool) and 0 < said <= most


def _are_names(said: Json) -> bool:
    return isinstance(said, list) and all(isinstance(n, str) and 1 < len(n) <= 60 for n in said)
