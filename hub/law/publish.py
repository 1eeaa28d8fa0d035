"""The tables as everybody may read them: `GET /v1/machines`. Pure."""

from collections.abc import Iterable
from functools import cache

from hub.law.shapes import RULE_ID, Json, Tables
from hub.law.tables import read_source


def publish(tables: Tables) -> list[dict[str, object]]:
    """Every machine: states, roles, guards, steps with their basis, and the deadlines it starts or ends.

    The machine is the table as it lies in the package; `deadlines` are the rules it names, in the order
    of deadlines.json.
    """
    rules = _rules()
    return [
        {**machine.source, "deadlines": [rules[rid] for rid in rules if rid in _named(machine.source)]}
        for machine in tables.machines.values()
    ]


@cache
def _rules() -> dict[str, Json]:
    return {rule["id"]: rule for rule in read_source("deadlines.json")["rules"]}


def _named(source: Json) -> set[str]:
    """Every rule that a machine names anywhere."""
    return set(_ids(source["opened_by"].get("start", ()))) | {
        rid for step in source["steps"] for rid in _ids(_texts(step))
    }


def _texts(step: Json) -> Iterable[str]:
    yield from step["start"]
    yield from step["stop"]
    yield from step.get("shows", ())
    for entries in (step.get("start_if", {}), step.get("stop_if", {})):
        for entry in entries.values():
            yield from entry
    if "rule" in step["when"]:
        yield step["when"]["rule"]


def _ids(texts: Iterable[str]) -> Iterable[str]:
    known = _rules()
    for text in texts:
        yield from (rid for rid in RULE_ID.findall(text) if rid in known)
