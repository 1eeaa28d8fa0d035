"""The tables as loaded: complete, consistent, and refused when they contradict themselves."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from hub.errors import Broken
from hub.law import guards
from hub.law.publish import publish
from hub.law.shapes import Tables
from hub.law.tablecheck import check_tables, machine_errors
from hub.law.tables import MACHINES, read_source


def test_all_machines_load_and_index_their_rows(tables: Tables) -> None:
    assert tuple(tables.machines) == MACHINES
    for machine in tables.machines.values():
        assert sum(len(rows) for rows in machine.kinds.values()) == len(machine.rows)
        for (state, kind), rows in machine.at.items():
            assert all(state in r.states and r.kind == kind for r in rows)


def test_every_guard_of_the_tables_is_kept_somewhere(tables: Tables) -> None:
    known = guards.KNOWN
    for machine in tables.machines.values():
        assert machine.guards.keys() <= known, machine.id


def test_conditions_are_understood(tables: Tables) -> None:
    rows = {r.id: r for r in tables.machines["referral"].rows}
    accepted = {c.condition.field: c for c in rows["REF02"].start_if}
    assert accepted["platform"].by_track
    assert accepted["platform"].rules == ("XIANXING_ORD", "XIANXING_SUM", "WEIPAI")
    agreed = rows["REF34"].start_if[0].condition
    assert (agreed.field, agreed.negated, agreed.values) == ("track", True, frozenset({"entrusted_"}))
    reviewed = {r.id: r for r in tables.machines["confirmation"].rows}["CON01"]
    assert reviewed.start == ()  # both of its rules hang on a condition
    assert reviewed.start_if[1].condition.field is None


Break = Callable[[dict[str, Any]], object]
BREAKS: dict[str, Break] = {
    "unknown state": lambda m: m["steps"][0]["from"].append("nowhere"),
    "leads to an unknown state": lambda m: m["steps"][0].update(to="nowhere"),
    "unknown role": lambda m: m["steps"][0]["by"].append("nobody"),
    "unknown guard": lambda m: m["steps"][0]["guards"].append("nothing"),
    "unknown deadline": lambda m: m["steps"][0]["start"].append("NEVER"),
    "opening names the unknown deadline": lambda m: m["opened_by"]["start"].append("NEVER"),
    "opening names the unknown guard": lambda m: m["opened_by"].setdefault("guards", []).append("x"),
    "has no basis": lambda m: m["steps"][0].update(basis=[]),
    "repeats": lambda m: m["steps"].append({**m["steps"][0], "id": "TWICE"}),
    "leaves the end": lambda m: m["steps"][0]["from"].append("closed"),
    "condition nobody weighs": lambda m: m["steps"][0].update(applies_if="the moon is full"),
    "never reached": lambda m: m["states"].append({"id": "island", "terminal": True}),
}


@pytest.mark.parametrize("said", list(BREAKS))
def test_a_broken_table_is_refused(tables: Tables, said: str) -> None:
    source = copy.deepcopy(dict(read_source("machines/referral.json")))
    BREAKS[said](source)
    assert any(said in error for error in machine_errors(source, tables.rules)), said
    with pytest.raises(Broken, match="referral"):
        check_tables({"referral": source}, tables.rules)


def test_a_state_without_exit_is_refused(tables: Tables) -> None:
    source = copy.deepcopy(dict(read_source("machines/consultation.json")))
    for step in source["steps"]:
        step["from"] = [s for s in step["from"] if s != "declined"]
    source["steps"] = [s for s in source["steps"] if s["from"]]
    errors = machine_errors(source, tables.rules)
    assert any("declined has no exit" in e for e in errors)
    assert any("declined has no way to an end" in e for e in errors)


def test_the_tables_as_published(tables: Tables) -> None:
    published = {str(m["machine"]): m for m in publish(tables)}
    assert published.keys() == tables.machines.keys()
    for name, machine in published.items():
        assert {"zh", "states", "roles", "steps", "guards", "deadlines", "opened_by"} <= machine.keys()
        steps = machine["steps"]
        assert isinstance(steps, list)
        assert [s["id"] for s in steps] == [r.id for r in tables.machines[name].rows]
    deadlines = published["confirmation"]["deadlines"]
    assert isinstance(deadlines, list)
    assert {"JC_ACCEPT", "JC_REVIEW", "JC_PARTY_OBJECTION", "JC_THIRD_OBJECTION"} <= {
        d["id"] for d in deadlines
    }


def test_every_deadline_that_ends_has_somebody_to_remind(tables: Tables) -> None:
    silent = {"LIMITATION", "ENFORCE_OPEN", "ZHIAN_CASE_CLOCK", "POLICE_TRANSFER", "JC_PARTY_OBJECTION"}
    assert tables.notified.keys() <= tables.rules.keys()
    roles = {role for m in tables.machines.values() for role in m.source["roles"]}
    assert {role for told in tables.notified.values() for role in told} <= roles
    for machine in tables.machines.values():
        started = {
            r for row in machine.rows for r in (*row.start, *(x for c in row.start_if for x in c.rules))
        }
        assert started | set(machine.opening.start) <= tables.notified.keys() | silent, machine.id
