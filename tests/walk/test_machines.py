"""`GET /v1/machines` (contract 7): five machines whole, as the tables have them, closed in themselves."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import Cast
from tests.walk.published import Machine, read

LAW = Path(__file__).parents[2] / "hub" / "law"
NAMES = ("dispute", "referral", "consultation", "warning", "confirmation")
HUB_ONLY = "deadline_notice"
RULE = re.compile(r"\b[A-Z][A-Z0-9_]{3,}\b")


@pytest.fixture(scope="module")
def answer(cast: Cast) -> dict[str, Any]:
    got = cast.justice.get("/v1/machines")
    assert got.status_code == 200
    told: dict[str, Any] = got.json()
    return told


@pytest.fixture(scope="module")
def machines(answer: dict[str, Any]) -> dict[str, Machine]:
    return read(answer)


def table(name: str) -> dict[str, Any]:
    """A table as it lies in the package: the law's copy, read as plain JSON."""
    told: dict[str, Any] = json.loads((LAW / "machines" / f"{name}.json").read_text("utf-8"))
    return told


def rules() -> dict[str, Any]:
    told = json.loads((LAW / "deadlines.json").read_text("utf-8"))
    return {rule["id"]: rule for rule in told["rules"]}


def named(value: object) -> Iterator[str]:
    """Every rule of the deadlines that a table names where it starts, stops, shows or waits for one."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in ("start", "stop", "shows", "start_if", "stop_if", "when"):
                yield from RULE.findall(json.dumps(inner))
            else:
                yield from named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named(inner)


def test_there_are_five_and_only_those_registered_may_read_them(cast: Cast, answer: dict[str, Any]):
    assert [told["machine"] for told in answer["machines"]] == list(NAMES)
    assert cast.hub.get("/v1/machines").status_code == 401


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_is_told_whole(name: str, machines: dict[str, Machine]):
    told = dict(machines[name].told)
    deadlines = told.pop("deadlines")
    assert told == table(name)
    known = rules()
    wanted = set(named(table(name))) & known.keys()
    assert {rule["id"] for rule in deadlines} == wanted
    assert all(rule == known[rule["id"]] for rule in deadlines)


@pytest.mark.parametrize("name", NAMES)
def test_a_machine_is_closed_in_itself(name: str, machines: dict[str, Machine]):
    machine = machines[name]
    roles, states, guards = machine.told["roles"], set(machine.states), machine.told["guards"]
    assert machine.reachable() == states
    for row in machine.rows:
        assert set(row.told["from"]) <= states, row.id
        assert row.told["to"] in states | {"="}, row.id
        assert set(row.told["by"]) | set(row.told["tell"]) <= set(roles), row.id
        assert set(row.guards) <= set(guards), row.id
        assert row.roles, row.id
        assert (row.kind == HUB_ONLY) == (row.roles == {"hub"}) or row.roles > {"hub"}, row.id
        for end in machine.ends.intersection(row.told["from"]):
            assert row.told.get("reopen") or row.after(end) == end, row.id
    assert all(role["zh"] and role["bound_by"] for role in roles.values())
    assert all(state["zh"] for state in machine.told["states"])


@pytest.mark.parametrize("name", NAMES)
def test_every_row_guard_and_deadline_says_what_it_stands_on(name: str, machines: dict[str, Machine]):
    told = machines[name].told
    for entry in (*told["steps"], *told["guards"].values()):
        assert entry["basis"], entry
        assert all({"law", "version", "article", "status"} <= set(basis) for basis in entry["basis"])
    for rule in told["deadlines"]:
        assert rule["name"]
        assert rule["source"]
        assert rule["status"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", told["valid_from"])
    assert told["version"]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_can_be_said(name: str, cast: Cast, machines: dict[str, Machine]):
    """Kinds are published kinds; what decides a step is a value that the kind's own schema takes."""
    machine = machines[name]
    for kind in sorted(machine.kinds | {machine.opened_by["kind"]}):
        got = cast.justice.get(f"/v1/schemas/{kind}")
        assert got.status_code == 200, kind
        for row in machine.rows:
            if row.kind == kind and not row.derived:
                assert set(row.told["when"]) <= known_fields(got.json(), kind), row.id


def known_fields(schema: dict[str, Any], kind: str) -> set[str]:
    """`this_dispute` is derived by the hub from `survivor` and `absorbed` (DIS05)."""
    return set(schema["properties"]) | ({"this_dispute"} if kind == "dispute_link" else set())
