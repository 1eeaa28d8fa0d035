"""Service party by party: 留置 by a mediator, e-service, own windows, the last receipt, new rulings."""

from datetime import date

import pytest

from hub.errors import Refused
from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.stages import Stage, at, codes


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar).ruled()


def state(stage: Stage, ref: str) -> object:
    return stage.case.parties[ref]["state"]


@pytest.mark.parametrize("result", ["served", "refused"])
def test_a_mediator_cannot_leave_a_ruling(stage: Stage, result: str) -> None:
    decision = stage.receipt("p1", "left", result, "07-09 10:00")
    assert state(stage, "p1") == "attempted"
    assert "service_valid" in codes(decision, "/method")
    assert "JC_PARTY_OBJECTION" not in stage.running()
    assert [s.step for s in decision.steps] == ["CON29"]


def test_the_court_can(stage: Stage) -> None:
    stage.receipt("p1", "left", "refused", "07-09 10:00")
    decision = stage.receipt("p1", "left", "served", "07-09 15:00", "tribunal")
    assert state(stage, "p1") == "objection_open"
    assert "service_valid" not in codes(decision)


@pytest.mark.parametrize("method", ["announce", "entrusted_court", "transfer"])
def test_methods_only_a_court_has(stage: Stage, method: str) -> None:
    stage.receipt("p1", method, "served", "07-09 10:00")
    assert state(stage, "p1") == "attempted"


def test_a_hand_over_wants_the_receipt_and_the_courts_request(stage: Stage) -> None:
    bare = {"party": "p1", "method": "direct_assisted", "result": "served"}
    decision = stage.say("service_receipt", bare, "room", "07-09 10:00", case=stage.confirmation)
    assert state(stage, "p1") == "objection_open"
    assert {f.pointer for f in decision.findings if f.code == "service_valid"} == {
        "/receipt",
        "/entrusted_by",
    }


def test_e_service_against_a_recorded_refusal_is_none(tables: Tables, calendar: Calendar) -> None:
    applicants = ls.parties(3)
    assert applicants[2]["service_address"]["e_service"] is False
    stage = Stage.new(tables, calendar).agreed().applied(applicants=applicants).accepted().ruled()
    stage.receipt("p3", "electronic", "served", "07-09 10:00")
    assert state(stage, "p3") == "attempted"
    decision = stage.say(
        "service_receipt", {"party": "p1", "method": "electronic", "result": "served"}, "room", "07-09 10:00",
        case=stage.confirmation,
    )  # fmt: skip
    assert "service_valid" in codes(decision, "/e_voucher")
    assert state(stage, "p1") == "objection_open"


def test_each_party_has_its_own_window_and_the_last_receipt_makes_it_effective(stage: Stage) -> None:
    assert stage.due("JC_SERVE") == date(2026, 7, 14)
    stage.receipt("p1", "electronic", "served", "07-09 10:00", served_at=at("07-09 09:58").isoformat())
    assert stage.case.state == "ruled"
    decision = stage.receipt("p2", "electronic", "served", "07-13 10:00")
    assert [s.step for s in decision.steps] == ["CON28", "CON31"]
    assert stage.case.state == "effective"
    assert stage.due("JC_PARTY_OBJECTION", "p1") == date(2026, 7, 24)
    assert stage.due("JC_PARTY_OBJECTION", "p2") == date(2026, 7, 28)
    assert "JC_SERVE" not in stage.running()
    assert stage.due("ENFORCE_APPLY") == date(2028, 7, 20)


def test_a_window_that_is_over_waits_for_nothing(stage: Stage) -> None:
    stage.effective("07-10 09:00")
    notice = {"rule": "JC_PARTY_OBJECTION", "phase": "expired", "item": "p1"}
    decision = stage.say("deadline_notice", notice, "hub", "07-28 00:00", case=stage.confirmation)
    assert (state(stage, "p1"), state(stage, "p2")) == ("objection_over", "objection_open")
    assert decision.steps == ()
    assert stage.case.state == "effective"


def test_a_partys_objection_after_its_window_is_for_the_court(stage: Stage) -> None:
    stage.effective("07-10 09:00")
    in_time = {"by": "party", "objector": {"ref": "p1"}, "grounds": "测"}
    assert "obj_party_window" not in codes(stage.court("objection", "07-20 09:00", **in_time))
    assert stage.case.state == "objected"
    assert state(stage, "p1") == "objection_over"
    stage.court("confirmation_ruling", "07-22 09:00", outcome="objection_rejected")
    late = stage.court("objection", "08-20 09:00", by="party", objector={"ref": "p2"}, grounds="测")
    assert "obj_party_window" in codes(late, "/filed_at")
    assert stage.case.state == "objected"


def test_a_fallen_objection_leaves_the_case_where_it_was(stage: Stage) -> None:
    objection = {"by": "interested_person", "known_since": "2026-07-01", "grounds": "测"}
    stage.receipt("p1", "electronic", "served", "07-10 09:00")
    stage.court("objection", "07-13 09:00", **objection)
    stage.court("confirmation_ruling", "07-14 09:00", outcome="objection_rejected")
    assert stage.case.state == "ruled"  # not yet served on everyone
    stage.receipt("p2", "electronic", "served", "07-15 09:00")
    assert stage.case.state == "effective"
    stage.court("case_status", "07-21 09:00", phase="enforcement_applied")
    stage.court("objection", "07-22 09:00", **objection)
    withdrawn = {"target": "objection", "reason": "和解"}
    stage.say("withdrawal", withdrawn, "tribunal", "07-23 09:00", case=stage.confirmation)
    assert stage.case.state == "enforcing"


def test_a_revoked_ruling_ends_windows_and_enforcement(stage: Stage) -> None:
    stage.effective("07-10 09:00")
    stage.say("performance", {"event": "item_breached", "item": 1}, "room", "07-22 09:00")
    stage.court("objection", "07-23 09:00", by="interested_person", known_since="2026-07-01", grounds="测")
    stage.court("confirmation_ruling", "07-24 09:00", outcome="objection_upheld_revoked")
    assert stage.case.state == "revoked"
    gone = {"JC_PARTY_OBJECTION", "ENFORCE_OPEN", "ENFORCE_APPLY", "PERF_ITEM", "EXEC_NOTICE"}
    assert not stage.running() & gone
    stage.receipt("p1", "electronic", "served", "07-27 09:00")
    assert (state(stage, "p1"), stage.case.state) == ("served", "revoked")


def test_a_third_persons_window_only_informs(stage: Stage) -> None:
    stage.effective()
    objection = {
        "by": "interested_person",
        "known_since": "2026-01-02",
        "filed_at": at("07-20 09:00").isoformat(),
    }
    decision = stage.court("objection", "07-20 09:00", **objection)
    assert "obj_third_window" in codes(decision, "/filed_at")
    shown = next(s for s in decision.started if s.rule == "JC_THIRD_OBJECTION")
    assert (shown.due_on, shown.due) == (date(2026, 7, 2), None)


def test_a_changed_ruling_is_served_on_everyone_again(stage: Stage) -> None:
    stage.effective("07-10 09:00")
    stage.court("objection", "07-20 09:00", by="party", objector={"ref": "p1"}, grounds="测")
    stage.court("confirmation_ruling", "07-24 09:00", outcome="objection_upheld_changed")
    assert {state(stage, "p1"), state(stage, "p2")} == {"pending"}
    assert "ENFORCE_APPLY" not in stage.running()
    stage.effective("07-27 09:00")
    assert stage.case.state == "effective"
    assert stage.due("JC_PARTY_OBJECTION", "p1") == date(2026, 8, 11)


def test_a_negative_ruling_opens_no_window(tables: Tables, calendar: Calendar) -> None:
    stage = Stage.new(tables, calendar).agreed().applied().accepted().ruled(outcome="rejected_358")
    decision = stage.receipt("p1", "electronic", "served", "07-09 10:00")
    assert state(stage, "p1") == "served"
    assert all(s.rule != "JC_PARTY_OBJECTION" for s in decision.started)
    stage.receipt("p2", "electronic", "served", "07-09 10:00")
    assert (stage.case.state, stage.case.facts["closed"]) == ("closed", True)


def test_somebody_who_is_no_party_is_not_served(stage: Stage) -> None:
    with pytest.raises(Refused) as refusal:
        stage.receipt("p7", "electronic", "served", "07-09 10:00")
    assert [(f.rule, f.pointer) for f in refusal.value.faults] == [("service_valid", "/party")]


def test_a_receipt_that_names_nobody_moves_nothing(stage: Stage) -> None:
    decision = stage.say(
        "service_receipt",
        {"method": "post", "result": "served"},
        "room",
        "07-09 10:00",
        case=stage.confirmation,
    )
    assert "completeness" in codes(decision, "/party")
    assert {state(stage, "p1"), state(stage, "p2")} == {"pending"}


def test_the_mediator_is_told_of_the_ruling_and_the_court_of_the_receipt(stage: Stage) -> None:
    told = {(t.unit, t.role) for t in stage.last.told}  # type: ignore[union-attr]
    assert told == {("room", "applicant_unit"), ("office", "mediation_supervisor")}
    decision = stage.receipt("p1", "electronic", "served", "07-09 10:00")
    assert {(t.unit, t.role) for t in decision.told} == {("tribunal", "reviewing_court")}


def test_windows_of_two_confirmations_do_not_meet(tables: Tables, calendar: Calendar) -> None:
    stage = Stage.new(tables, calendar).effective("07-10 09:00")
    first = stage.confirmation
    stage.referred("07-13 09:00", matters=[2]).mediating("07-13 10:00")
    stage.agreed("07-14 09:00", dues=("08-20",))
    stage.applied("07-14 10:00", agreement=stage.book.last, effective_on="2026-07-14").accepted("07-15 09:00")
    stage.ruled("07-16 09:00").effective("07-17 09:00")
    assert stage.confirmation != first
    windows = {(d.object, d.due_on) for d in stage.book.running("JC_PARTY_OBJECTION")}
    assert (f"p1@{stage.confirmation}", date(2026, 8, 3)) in windows
    assert ("p1", date(2026, 7, 27)) in windows
    notice = {"rule": "JC_PARTY_OBJECTION", "phase": "expired", "item": f"p1@{stage.confirmation}"}
    stage.say("deadline_notice", notice, "hub", "08-04 00:00", case=stage.confirmation)
    assert state(stage, "p1") == "objection_over"
