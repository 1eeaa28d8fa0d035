"""Checks of the tables at load: what contradicts itself is a data error and stops the process.

Reachability, exits, a way to an end, one row per (state, step, role), and every role, guard and
deadline id known. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import TypeAlias

from hub.errors import Broken
from hub.law.shapes import APPLIES_IF, RULE_ID, Json, Rule, rule_ids

Edges: TypeAlias = Mapping[str, set[str]]


def check_tables(machines: Mapping[str, Json], rules: Mapping[str, Rule]) -> None:
    """Raise Broken with every error found."""
    errors = [
        f"{name}: {error}" for name, machine in machines.items() for error in machine_errors(machine, rules)
    ]
    if errors:
        raise Broken("the tables of hub/law contradict themselves: " + "; ".join(errors))


def machine_errors(machine: Json, rules: Mapping[str, Rule]) -> list[str]:
    """What is wrong in one machine; empty when nothing is."""
    states = {s["id"]: bool(s.get("terminal")) for s in machine["states"]}
    errors = list(_row_errors(machine, states))
    errors += _duplicates(machine)
    errors += _unknown_names(machine, rules)
    if not errors:
        errors += _path_errors(machine, states)
    return errors


def _row_errors(machine: Json, states: Mapping[str, bool]) -> Iterator[str]:
    for step in machine["steps"]:
        for state in step["from"]:
            if state not in states:
                yield f"{step['id']} starts in an unknown state"
            elif states[state] and not step.get("reopen"):
                yield f"{step['id']} leaves the end {state} without reopening"
        if step["to"] not in states and step["to"] != "=":
            yield f"{step['id']} leads to an unknown state"
        if step.get("applies_if", "other tracks") not in APPLIES_IF:
            yield f"{step['id']} has a condition nobody weighs"
        if not step["basis"]:
            yield f"{step['id']} has no basis"


def _duplicates(machine: Json) -> Iterator[str]:
    seen: dict[tuple[str, ...], str] = {}
    for step in machine["steps"]:
        names = sorted(step["when"])
        values = [str(step["when"][name]).split("|") for name in names]
        for state, role, chosen in product(step["from"], step["by"], product(*values)):
            key = (state, step["kind"], role, *names, *chosen)
            if key in seen:
                yield f"{step['id']} repeats {seen[key]} in {state} for {role}"
            seen[key] = step["id"]


def _unknown_names(machine: Json, rules: Mapping[str, Rule]) -> Iterator[str]:
    opened = machine["opened_by"]
    started: tuple[str, ...] = rule_ids((*opened.get("start", ()), *opened.get("stop", ())))
    named: list[tuple[str, Iterable[str], Iterable[str], Iterable[str]]] = [
        ("the opening", opened.get("guards", ()), (), started)
    ]
    for step in machine["steps"]:
        roles = (*step["by"], *step["tell"])
        named.append((step["id"], step["guards"], roles, tuple(_rules_of(step))))
    for where, guards, named_roles, deadlines in named:
        yield from (f"{where} names the unknown role {r}" for r in named_roles if r not in machine["roles"])
        yield from (f"{where} names the unknown guard {g}" for g in guards if g not in machine["guards"])
        yield from (f"{where} names the unknown deadline {d}" for d in deadlines if d not in rules)


def _rules_of(step: Json) -> Iterator[str]:
    yield from rule_ids((*step["start"], *step["stop"]))
    for entries in (step.get("start_if", {}), step.get("stop_if", {})):
        for entry in (e for listed in entries.values() for e in listed):
            yield from RULE_ID.findall(entry)
    if "rule" in step["when"]:
        yield step["when"]["rule"]


def _path_errors(machine: Json, states: Mapping[str, bool]) -> Iterator[str]:
    edges: dict[str, set[str]] = {s: set() for s in states}
    for step in machine["steps"]:
        for state in step["from"]:
            edges[state].add(state if step["to"] == "=" else step["to"])
    reached = _reach(edges, machine["initial"])
    for state, terminal in states.items():
        if state not in reached:
            yield f"{state} is never reached"
        if not terminal and not edges[state] - {state}:
            yield f"{state} has no exit"
        if not any(states[end] for end in _reach(edges, [state])):
            yield f"{state} has no way to an end"


def _reach(edges: Edges, start: list[str]) -> set[str]:
    reached, todo = set(start), list(start)
    while todo:
        for state in edges[todo.pop()] - reached:
            reached.add(state)
            todo.append(state)
    return reached
