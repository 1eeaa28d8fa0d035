"""The tables as the law room uses them: frozen, parsed once, indexed by (machine, state, kind).

Reads the machine files and the deadline rules that lie beside this module, nothing else. What a row
means is said in docs/machines/README.md; a row that contradicts itself is refused at load.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from hub.law.completeness import Expectations, load_expectations

Json: TypeAlias = Mapping[str, Any]
"""A parsed table: its shape is checked by hub.law.tablecheck, so its values are open here."""

MACHINES: Final = ("dispute", "referral", "consultation", "warning", "confirmation")
RULE_ID: Final = re.compile(r"[A-Z][A-Z0-9_]{3,}")

# What the words of the tables mean in the code list dispute_type.
_DISPUTE_TYPES: Final = {"medical": ("13",), "labor": ("10", "10.1", "10.2")}


@dataclass(frozen=True, slots=True)
class Rule:
    """One deadline rule. `n` None: the document or an event decides. `by_level`: hours or days by level."""

    id: str
    zh: str
    starts_from: str
    n: float | None
    unit: str
    source: str
    status: str
    extend: int | None = None
    default: int | None = None
    by_level: Mapping[str, float] = field(default_factory=dict)
    not_for_track: tuple[str, ...] = ()
    restart_by: str | None = None


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
    machine: str
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

    id: str
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
    """All machines and rules of one process. `notices`: rule → its phases in the order they come."""

    machines: Mapping[str, Machine]
    rules: Mapping[str, Rule]
    notices: Mapping[str, tuple[str, ...]]
    notified: Mapping[str, tuple[str, ...]]
    stepping: frozenset[str]
    expected: Expectations


def load_tables() -> Tables:
    """Read, check and index the tables. Raises Broken when they contradict themselves."""
    from hub.law.tablecheck import check_tables  # it checks what this module reads

    sources = {name: read_source(f"machines/{name}.json") for name in MACHINES}
    rules = {r["id"]: _rule(r) for r in read_source("deadlines.json")["rules"]}
    check_tables(sources, rules)
    machines = {name: _machine(source) for name, source in sources.items()}
    phases, notified = _notices(machines.values())
    return Tables(
        machines=MappingProxyType(machines),
        rules=MappingProxyType(rules),
        notices=MappingProxyType(phases),
        notified=MappingProxyType(notified),
        stepping=frozenset(kind for m in machines.values() for kind in m.kinds),
        expected=load_expectations(),
    )


def read_source(name: str) -> Json:
    """A table file of this package, as parsed."""
    text = files("hub.law").joinpath(name).read_text(encoding="utf-8")
    parsed: Json = json.loads(text)
    return parsed


def basis_text(basis: Iterable[Json]) -> str:
    """Laws and articles of a row or guard in one line; what is only our design says so."""
    parts = [f"{b['law']}{b['article']}" for b in basis if b["law"] not in ("design", "configuration")]
    return "; ".join(parts) or "平台设计"


def rule_ids(entries: Iterable[str]) -> tuple[str, ...]:
    """Rule ids of entries such as `ONLINE_ACCEPT (court platform tracks)`."""
    return tuple(entry.split(" ")[0] for entry in entries)


def _rule(r: Json) -> Rule:
    extend = r.get("extend") or {}
    return Rule(
        id=r["id"],
        zh=r["name"],
        starts_from=r.get("from", ""),
        n=r.get("n"),
        unit=r["unit"],
        source=r["source"],
        status=r["status"],
        extend=extend.get("n"),
        default=r.get("default"),
        by_level=MappingProxyType(r.get("by_level", {})),
        not_for_track=tuple(r.get("not_for_track", ())),
        restart_by=r.get("restart_by"),
    )


def _machine(source: Json) -> Machine:
    name = source["machine"]
    rows = tuple(_row(name, s) for s in source["steps"])
    at: dict[tuple[str, str], list[Row]] = defaultdict(list)
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        kinds[row.kind].append(row)
        for state in row.states:
            at[(state, row.kind)].append(row)
    opened = source["opened_by"]
    opening = Opening(
        kind=opened["kind"],
        state=opened["to_state"],
        guards=tuple(opened.get("guards", ())),
        start=rule_ids(opened.get("start", ())),
        stop=rule_ids(opened.get("stop", ())),
    )
    guards = {
        gid: Guard(gid, g["zh"], g["effect"], basis_text(g["basis"])) for gid, g in source["guards"].items()
    }
    return Machine(
        id=name,
        zh=source["zh"],
        states=MappingProxyType({s["id"]: bool(s.get("terminal")) for s in source["states"]}),
        opening=opening,
        guards=MappingProxyType(guards),
        rows=rows,
        at=MappingProxyType({key: tuple(found) for key, found in at.items()}),
        kinds=MappingProxyType({key: tuple(found) for key, found in kinds.items()}),
        source=source,
    )


def _row(machine: str, s: Json) -> Row:
    start_if = _conditionals(s.get("start_if", {}))
    stop_if = _conditionals(s.get("stop_if", {}))
    depends = {rule for c in start_if for rule in c.rules}
    return Row(
        id=s["id"],
        machine=machine,
        states=frozenset(s["from"]),
        kind=s["kind"],
        when=tuple((name, _accepted(value)) for name, value in s["when"].items()),
        to=s["to"],
        by=frozenset(s["by"]),
        tell=tuple(s["tell"]),
        start=tuple(r for r in rule_ids(s["start"]) if r not in depends),
        stop=rule_ids(s["stop"]),
        start_if=start_if,
        stop_if=stop_if,
        guards=tuple(s["guards"]),
        echo="echo_of" in s,
        per_item=bool(s.get("per_item")),
        derived=s.get("derived", "") != "",
        source=s,
    )


def _accepted(value: str | bool) -> frozenset[str | bool] | None:
    if isinstance(value, bool):
        return frozenset({value})
    return None if value == "*" else frozenset(value.split("|"))


def _conditionals(entries: Mapping[str, list[str]]) -> tuple[Conditional, ...]:
    found = []
    for text, rules in entries.items():
        ids = tuple(rid for entry in rules for rid in RULE_ID.findall(entry))
        found.append(Conditional(_condition(text), ids, any("|" in entry for entry in rules)))
    return tuple(found)


def _condition(text: str) -> Condition:
    if text in ("other", "otherwise"):
        return Condition(None, frozenset())
    if " not " in text:
        name, pattern = text.split(" not ")
        return Condition(name, frozenset({pattern.removesuffix("*")}), negated=True)
    name, values = text.split("=")
    wanted = values.split("|")
    if name == "dispute_type":
        wanted = [code for word in wanted for code in _DISPUTE_TYPES[word]]
    return Condition(name, frozenset(wanted))


_PHASES: Final = ("due_soon", "due", "overdue", "expired")


def _notices(
    machines: Iterable[Machine],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """By rule: the phases the hub announces, and the roles it then tells."""
    phases: dict[str, set[str]] = defaultdict(set)
    tell: dict[str, dict[str, None]] = defaultdict(dict)
    for machine in machines:
        for row in machine.kinds.get("deadline_notice", ()):
            rule = row.source["when"]["rule"]
            phases[rule].add(row.source["when"]["phase"])
            tell[rule].update(dict.fromkeys(row.tell))
    # The service sub-machine of a confirmation has no rows of its own in `steps`.
    phases["JC_PARTY_OBJECTION"].add("expired")
    ordered = {rule: tuple(p for p in _PHASES if p in found) for rule, found in phases.items()}
    return ordered, {rule: tuple(roles) for rule, roles in tell.items()}
