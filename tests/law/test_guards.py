"""The dispute: what is refused and what is only noted (contract 2)."""

import pytest

from hub.errors import Refused
from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.guarding import refused
from tests.law.stages import Stage, at, codes


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def test_guidance_never_takes_the_place_of_filing(stage: Stage) -> None:
    stage.sender = "court"
    stage.registered()
    guided = {"told": ["p1", "p2"], "consents": ls.yes("mediation", 1), "filing_requested": True}
    decision = stage.say("guidance", guided, "court", "07-01 10:00")
    assert {"filing_not_refused", "consent_each"} <= codes(decision)
    assert decision.steps[0].step == "DIS02"  # p2 was told and has not answered
    assert "FILE_CASE" in stage.running()


def test_everyone_consented(stage: Stage) -> None:
    stage.registered()
    guided = {"told": ["p1", "p2"], "consents": ls.yes("mediation", 2), "filing_requested": False}
    assert stage.say("guidance", guided, "station", "07-01 10:00").steps[0].step == "DIS01"
    assert stage.book.facts["consents"] == {"p1": "yes", "p2": "yes"}


def test_a_merge_takes_two_people(stage: Stage) -> None:
    stage.registered()
    merge = {"action": "merge", "survivor": "another", "approvers": [{"person": "甲"}, {"person": "甲"}]}
    with refused("two_approvers", "/approvers"):
        stage.say("dispute_link", merge, "hub_admin", "07-02 09:00")


def test_all_performed_is_not_said_while_another_agreement_is_owed(stage: Stage) -> None:
    stage.agreed()
    first = stage.book.last
    second = ls.agreement("2026-07-06", [ls.item(1, "2026-08-20")])
    stage.referred("07-07 09:00", matters=[2])
    stage.mediating("07-07 10:00")
    stage.result("agreed_written", "07-08 09:00", agreements=[second])
    done = {"event": "all_performed", "agreement": first, "on": "2026-07-20"}
    with refused("items_complete", "/agreement"):
        stage.say("performance", done, "room", "07-20 09:00")
    assert {i["state"] for i in stage.book.facts["items"]} == {"open"}  # a refusal leaves nothing behind
    assert {i["object"] for i in stage.book.facts["items"]} >= {"1"}
    assert len({i["object"] for i in stage.book.facts["items"]}) == 2


def test_a_dispute_is_not_put_away_while_a_run_is_open(stage: Stage) -> None:
    stage.registered().referred()
    with refused("no_open_case", "/phase"):
        stage.say("case_status", {"phase": "archived"}, "station", "07-02 09:00")
    with pytest.raises(Refused, match="illegal-step"):
        stage.say("withdrawal", {"target": "dispute", "reason": "误录"}, "station", "07-02 09:00")


def test_a_duty_to_report_comes_first(stage: Stage) -> None:
    report = {"required": True}
    stage.registered(mandatory_report=report)
    assert "MANDATORY_REPORT" in stage.running()
    decision = stage.say("dispute", {"action": "update"}, "station", "07-02 09:00")
    assert "safety_first" in codes(decision, "/mandatory_report")
    with refused("safety_first", "/phase"):
        stage.say("case_status", {"phase": "archived"}, "station", "07-03 09:00")
    done = {"action": "update", "mandatory_report": {**report, "done_at": at("07-03 10:00").isoformat()}}
    stage.say("dispute", done, "station", "07-03 10:00")
    assert "MANDATORY_REPORT" not in stage.running()
    stage.say("case_status", {"phase": "archived"}, "station", "07-03 11:00")
    assert stage.book.state == "archived"
