"""The shapes of a loaded table: machines, rows, guards and deadline rules. Frozen data, no reading."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from hub.law.citations import OURS
from hub.law.completeness import Expectations
from hub.law.district import District
from hub.law.model import Machine as MachineName

Json: TypeAlias = Mapping[str, Any]
"""A parsed table: its shape is checked by hub.law.tablecheck, so its values are open here."""

RULE_ID: Final = re.compile(r"[A-Z][A-Z0-9_]{3,}")
"""What a deadline rule's id looks like inside the words of a condition."""


APPLIES_IF: Final = frozenset(
    {
        "no pending case of the referring unit",
        "last ruling was confirming",
        "track in court tracks via platform",
        "other tracks",
    }
)
"""Conditions beside rows that this room knows; the tables may hold no other."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline rule. `n` None: the document or an event decides. `by_level`: hours or days by level."""

    id: str
    zh: str
    starts_from: str
    n: float | None
    unit: str
    basis: str
    status: str
    extend: int | None = None
    default: int | None = None
    by_level: Mapping[str, float] = field(default_factory=dict)
    not_for_track: tuple[str, ...] = ()
    outside: str | None = None
    """What an extension is not counted in."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A rule of a row: `effect` as the table has it, `basis` as one readable line."""

    id: str
    zh: str
    effect: str
    basis: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of `start_if`/`stop_if`. `field` None: none of the conditions before it held."""

    field: str | None
    values: frozenset[str]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Conditional:
    """Rules that depend on a condition; `by_track`: only the one of the case's track, if not yet run."""

    condition: Condition
    rules: tuple[str, ...]
    by_track: bool


When: TypeAlias = tuple[tuple[str, frozenset[str | bool] | None], ...]
"""Field and its accepted values; None: any value (`*`)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One step of a machine. `start` and `stop` hold what does not depend on a condition."""

    id: str
    machine: MachineName
    states: frozenset[str]
    kind: str
    when: When
    to: str
    by: frozenset[str]
    tell: tuple[str, ...]
    start: tuple[str, ...]
    stop: tuple[str, ...]
    start_if: tuple[Conditional, ...]
    stop_if: tuple[Conditional, ...]
    guards: tuple[str, ...]
    echo: bool
    per_item: bool
    derived: bool
    source: Json


@dataclass(frozen=True, slots=True)
class Opening:
    """How a machine's run opens: state, guards, and every rule that may start with it."""

    kind: str
    state: str
    guards: tuple[str, ...]
    start: tuple[str, ...]
    stop: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine, indexed. `kinds` holds the rows of a kind whatever the state."""

    id: MachineName
    zh: str
    states: Mapping[str, bool]
    opening: Opening
    guards: Mapping[str, Guard]
    rows: tuple[Row, ...]
    at: Mapping[tuple[str, str], tuple[Row, ...]]
    kinds: Mapping[str, tuple[Row, ...]]
    source: Json

    def terminal(self, state: str) -> bool:
        """Whether nothing but a reopening leaves the state."""
        return self.states[state]


@dataclass(frozen=True, slots=True)
class Tables:
    """All machines and rules of one process.

    `notices`: rule → the phases its rows know, in the order they come. `notified`: rule → the roles told of
    it. `stepping`: the kinds that step a machine. `district`: what is configured, not law.
    """

    machines: Mapping[str, Machine]
    rules: Mapping[str, Rule]
    notices: Mapping[str, tuple[str, ...]]
    notified: Mapping[str, tuple[str, ...]]
    stepping: frozenset[str]
    expected: Expectations
    district: District


def basis_text(basis: Iterable[Json]) -> str:
    """Laws and articles of a row or guard in one line; what is only our design says so."""
    parts = [f"{b['law']}{b['article']}" for b in basis if b["law"] not in ("design", "configuration")]
    return "; ".join(parts) or OURS


def rule_ids(entries: Iterable[str]) -> tuple[str, ...]:
    """Rule ids of entries such as `ONLINE_ACCEPT (court platform tracks)`."""
    return tuple(entry.split(" ")[0] for entry in entries)
