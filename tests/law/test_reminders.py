"""Notices of the hub and the machines of warnings and questions: levels, the unit above, who must act."""

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law.stages import Stage, at


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def test_hours_by_level_and_the_unit_above(stage: Stage) -> None:
    decision = stage.say(
        "early_warning", {"action": "raise", "level_proposed": "01"}, "village", "05-01 21:15", to="station"
    )
    case = decision.focus
    assert stage.book.state == "registered"
    classify = next(s for s in decision.started if s.rule == "WARN_CLASSIFY")
    assert classify.due == at("05-01 22:15")
    assert classify.tell == ("station", "bureau")
    notice = {"rule": "WARN_CLASSIFY", "phase": "overdue"}
    told = stage.say("deadline_notice", notice, "hub", "05-01 22:16", case=case).told
    assert {(t.unit, t.role) for t in told} == {("station", "dispatcher"), ("bureau", "superior")}


def test_a_rule_without_rows_reminds_whoever_must_act(stage: Stage) -> None:
    stage.mediating()
    stage.result("failed", "07-06 09:00")
    notice = {"rule": "RESULT_REPORT", "phase": "overdue"}
    decision = stage.say("deadline_notice", notice, "hub", "07-10 00:00", case=stage.run)
    assert decision.steps == ()
    assert {(t.unit, t.role) for t in decision.told} == {("room", "mediation_unit")}
    silent = {"rule": "PERF_VISIT", "phase": "overdue"}  # has a row, but not in this state
    assert stage.say("deadline_notice", silent, "hub", "07-10 00:00").told == ()


def test_a_computed_warning_waits_for_a_person(stage: Stage) -> None:
    stage.registered()
    decision = stage.say("early_warning", {"action": "suggest"}, "hub", "07-02 09:00", to="centre")
    case = decision.focus
    assert decision.cases[0].state == "suggested"
    stage.say("early_warning", {"action": "raise"}, "centre", "07-02 10:00", case=case)
    assert stage.book.cases[str(case)].state == "raised"


def test_a_question_is_passed_on(stage: Stage) -> None:
    case = stage.say("consultation", {"action": "ask"}, "room", "07-06 09:00", to="tribunal").focus
    moved = {"action": "transferred", "reason": "属规划", "transfer_to": "office"}
    stage.say("consultation_reply", moved, "tribunal", "07-06 15:00", case=case)
    assert stage.book.cases[str(case)].roles["adviser"] == ("office",)
    stage.say("consultation_reply", {"action": "accepted"}, "office", "07-07 09:00", case=case)
    assert stage.book.cases[str(case)].state == "accepted"
