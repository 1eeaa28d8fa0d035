"""What the computable trigger counts: calls at their own time, mediations that came to nothing, once each."""

from datetime import date

import pytest

from hub.law.calendar import Calendar
from hub.law.district import Trigger
from hub.law.shapes import Tables
from hub.law.trigger import CALLS, FAILED, counted
from tests.law.stages import Stage

TODAY = date(2026, 7, 20)
THREE = Trigger(calls=3, failed=1, days=30)


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def call(stage: Stage, when: str, reported: str, origin: str = "police_call") -> str:
    told = {"action": "update", "origin": origin, "reported_at": f"2026-{reported}:00+08:00"}
    stage.say("dispute", told, "station", when)
    return stage.book.last


def facts_of(day: str, calls: int, failed: int) -> dict[str, object]:
    listed = {CALLS: calls, FAILED: failed}
    return {
        rule: [{"at": day, "message": f"{rule}{day}{n}"} for n in range(many)]
        for rule, many in listed.items()
    }


def test_a_call_counts_once_at_its_own_time(stage: Stage) -> None:
    stage.registered(origin="police_call", reported_at="2026-07-01T08:00:00+08:00")
    first = stage.book.last
    call(stage, "07-01 10:00", "07-01T08:00")  # the same call, told again
    second = call(stage, "07-03 09:00", "07-02T23:30")
    call(stage, "07-04 09:00", "07-04T08:00", origin="grid")
    assert [c["message"] for c in stage.book.facts[CALLS]] == [first, second]
    found = counted(Trigger(calls=2, failed=0, days=30), [stage.book.facts], TODAY)
    assert [(s.rule, s.on.isoformat(), s.message) for s in found] == [
        (CALLS, "2026-07-01", first),
        (CALLS, "2026-07-02", second),
    ]


@pytest.mark.parametrize(("outcome", "counts"), [("failed", True), ("withdrawn_by_party", False)])
def test_only_a_mediation_that_came_to_nothing_counts(stage: Stage, outcome: str, counts: bool) -> None:
    stage.mediating()
    points = dict.fromkeys(("basics", "reason", "cost_conduct", "hints"), "测")
    stage.result(outcome, "07-06 09:00", ended_on="2026-07-06", failure=points, routes_told=["suit"])
    assert bool(stage.book.facts.get(FAILED)) is counts


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ([facts_of("2026-07-01", 3, 1)], True),
        ([facts_of("2026-07-01", 2, 1), facts_of("2026-07-02", 1, 0)], True),
        ([facts_of("2026-06-20", 3, 1)], True),
        ([facts_of("2026-06-19", 3, 1)], False),
        ([facts_of("2026-07-01", 2, 9)], False),
        ([facts_of("2026-07-01", 9, 0)], False),
        ([facts_of("2026-07-01", 2, 1), facts_of("2026-07-01", 2, 1)], False),  # one dispute, read twice
        ([{CALLS: "x", FAILED: [{"at": "x", "message": "m"}, {"at": "2026-07-01"}]}], False),
    ],
)
def test_enough_of_both_within_the_days(facts: list[dict[str, object]], met: bool) -> None:
    assert bool(counted(THREE, facts, TODAY)) is met
