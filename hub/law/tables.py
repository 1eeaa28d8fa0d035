"""Loads the tables of the law room: read once, checked, indexed by (machine, state, kind).

Reads the machine files and the deadline rules that lie beside this module, nothing else. What a row
means is said in docs/machines/README.md; tables that contradict themselves stop the process.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Final, get_args

from hub.law.citations import of_rule
from hub.law.completeness import load_expectations
from hub.law.localised import built_in
from hub.law.model import Machine as MachineName
from hub.law.shapes import (
    RULE_ID,
    Condition,
    Conditional,
    Guard,
    Json,
    Machine,
    Opening,
    Row,
    Rule,
    Tables,
    basis_text,
    rule_ids,
)
from hub.law.tablecheck import check_tables

__all__ = ["Tables", "load_tables", "read_source"]

MACHINES: Final[tuple[MachineName, ...]] = get_args(MachineName)

# What the words of the tables mean in the code list dispute_type.
_DISPUTE_TYPES: Final = {"medical": ("13",), "labor": ("10", "10.1", "10.2")}


def load_tables() -> Tables:
    """Read, check and index the tables. Raises Broken when they contradict themselves."""
    sources: dict[str, Json] = {name: read_source(f"machines/{name}.json") for name in MACHINES}
    rules = _rules(read_source("deadlines.json"))
    check_tables(sources, rules)
    machines: dict[str, Machine] = {name: _machine(name, sources[name]) for name in MACHINES}
    phases, notified = _notices(machines.values())
    return Tables(
        machines=MappingProxyType(machines),
        rules=MappingProxyType(rules),
        notices=MappingProxyType(phases),
        notified=MappingProxyType(notified),
        stepping=frozenset(kind for m in machines.values() for kind in m.kinds),
        expected=load_expectations(),
        district=built_in(rules),
    )


def read_source(name: str) -> Json:
    """A table file of this package, as parsed."""
    text = files("hub.law").joinpath(name).read_text(encoding="utf-8")
    parsed: Json = json.loads(text)
    return parsed


def _rules(source: Json) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    basis = ""
    for r in source["rules"]:
        basis = of_rule(r["source"], basis)
        rules[r["id"]] = _rule(r, basis)
    return rules


def _rule(r: Json, basis: str) -> Rule:
    extend = r.get("extend") or {}
    return Rule(
        id=r["id"],
        zh=r["name"],
        starts_from=r.get("from", ""),
        n=r.get("n"),
        unit=r["unit"],
        basis=basis,
        status=r["status"],
        extend=extend.get("n"),
        default=r.get("default"),
        by_level=MappingProxyType(r.get("by_level", {})),
        not_for_track=tuple(r.get("not_for_track", ())),
        outside=extend.get("not_counted_in"),
    )


def _machine(name: MachineName, source: Json) -> Machine:
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


def _row(machine: MachineName, s: Json) -> Row:
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


# Whose act a deadline waits for, where no row of a table says who is reminded of it.
_RESPONSIBLE: Final[Mapping[str, tuple[str, ...]]] = {
    "FILE_CASE": ("case_unit", "registrar"),
    "POLICE_CASE": ("case_unit",),
    "ZHIAN_SECOND": ("case_unit",),
    "PSPO_72H": ("case_unit",),
    "PSPO_24H": ("case_unit",),
    "EXEC_NOTICE": ("enforcing_court", "case_unit"),
    "FEE_PAY": ("referring_unit",),
    "RESULT_REPORT": ("mediation_unit",),
    "RETURN_MATERIALS": ("mediation_unit",),
    "LABOR_ARB_REVIEW": ("mediation_unit",),
    "ARCHIVE": ("mediation_unit",),
    "ONLINE_CHOOSE": ("referring_unit", "mediation_unit"),
    "ONLINE_ASSIGN": ("referring_unit",),
    "JC_ACCEPT_RESTART": ("reviewing_court",),
    "JC_OUTER_EXT": ("reviewing_court",),
    "ANNOUNCE_SERVICE": ("reviewing_court",),
    "MANDATORY_REPORT": ("safety_unit", "raiser", "registrar", "superior"),
    "CORRECTION_REPLY": ("registrar", "mediation_unit", "case_unit"),
}

_PHASES: Final = ("due_soon", "due", "overdue", "expired")


def _notices(
    machines: Iterable[Machine],
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """By rule: the phases that rows know, and the roles told of it."""
    phases: dict[str, set[str]] = defaultdict(set)
    tell: dict[str, dict[str, None]] = defaultdict(dict)
    for machine in machines:
        for row in machine.kinds.get("deadline_notice", ()):
            rule = row.source["when"]["rule"]
            phases[rule].add(row.source["when"]["phase"])
            tell[rule].update(dict.fromkeys(row.tell))
    # The service sub-machine of a confirmation has no rows of its own in `steps`.
    phases["JC_PARTY_OBJECTION"].add("expired")
    ordered: dict[str, tuple[str, ...]] = {
        rule: tuple(p for p in _PHASES if p in found) for rule, found in phases.items()
    }
    return ordered, {**_RESPONSIBLE, **{rule: tuple(roles) for rule, roles in tell.items()}}
