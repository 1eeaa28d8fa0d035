"""Clocks: what starts which, by track and platform, what moves them, what ends them."""

from datetime import date

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.stages import Stage, at, codes


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_the_clock_starts_at_signing_not_at_sending(stage: Stage) -> None:
    stage.sender = "court"
    stage.registered("07-01 09:00").referred("07-01 10:00", track="entrusted_ordinary")
    assert not stage.running() & {"XIANXING_ORD", "REF_ACCEPT", "ONLINE_ACCEPT"}
    stage.answer("signed", "07-06 09:00", signed_at=at("07-03 15:00").isoformat())
    assert stage.due("XIANXING_ORD") == d("07-20")  # 15 days from 07-03 end on a Saturday
    assert stage.due("REF_ACCEPT") == d("07-08")
    stage.answer("accepted", "07-06 09:30")
    assert stage.due("XIANXING_ORD") == d("07-20")
    assert "REF_ACCEPT" not in stage.running()


@pytest.mark.parametrize(
    ("track", "platform", "answering", "period"),
    [
        ("police_people", "hub", {"REF_SIGN"}, "RM_NORMAL"),
        ("guided", "police", {"REF_SIGN"}, "RM_NORMAL"),
        ("entrusted_summary", "court_online", {"REF_SIGN", "ONLINE_ACCEPT"}, "XIANXING_SUM"),
        ("entrusted_ordinary", "paper", {"REF_SIGN"}, "XIANXING_ORD"),
        ("party_online", "court_online", {"REF_SIGN", "ONLINE_ACCEPT", "ONLINE_ASSIGN"}, "WEIPAI"),
        ("police_people", "court_online", {"REF_SIGN"}, "RM_NORMAL"),
    ],
)
def test_answer_clocks_and_periods_by_track(
    stage: Stage, track: str, platform: str, answering: set[str], period: str
) -> None:
    stage.registered().referred(track=track, platform=platform, consents=[])
    clocks = {"REF_SIGN", "ONLINE_ACCEPT", "ONLINE_ASSIGN", "ONLINE_CHOOSE", "REF_ACCEPT"}
    assert stage.running() & clocks == answering
    stage.answer("accepted", "07-02 09:00")
    periods = {"RM_NORMAL", "XIANXING_ORD", "XIANXING_SUM", "WEIPAI", "RM_MEDICAL", "LABOR"}
    assert stage.running() & periods == {period}


def test_choosing_together_needs_everyones_consent(stage: Stage) -> None:
    stage.registered().referred(track="party_online", platform="court_online")
    assert stage.due("ONLINE_CHOOSE") == d("07-03")
    stage.answer("accepted", "07-02 09:00")
    stage.progress("mediator_chosen", "07-02 10:00")
    assert not stage.running() & {"ONLINE_CHOOSE", "ONLINE_ASSIGN"}


@pytest.mark.parametrize(("kind", "rule"), [("13", "RM_MEDICAL"), ("10.1", "LABOR"), ("2", "RM_NORMAL")])
def test_special_periods_take_the_place_of_the_general_one(stage: Stage, kind: str, rule: str) -> None:
    stage.registered(dispute_type=kind).referred()
    stage.answer("accepted", "07-02 09:00")
    assert stage.running() & {"RM_MEDICAL", "LABOR", "RM_NORMAL"} == {rule}
    stage.result("agreed_oral", "07-03 09:00", agreements=[ls.agreement("2026-07-03", [])])
    assert not stage.running() & {"RM_MEDICAL", "LABOR", "RM_NORMAL"}


def test_an_own_run_is_accepted_at_once(stage: Stage) -> None:
    stage.sender = stage.mediator = "village"
    stage.registered().referred(track="self_accepted")
    assert stage.case.state == "accepted"
    assert "REF_SIGN" not in stage.running()
    assert stage.due("RM_NORMAL") == d("08-03")
    stage.result("failed", "07-06 09:00")
    assert "HANDBACK" not in stage.running()  # there is nobody to hand it back to


def test_an_extension_moves_the_original_day(stage: Stage) -> None:
    stage.mediating()
    assert stage.due("RM_NORMAL") == d("08-03")
    stage.progress("extended", "07-20 09:00", extension={"days": 10, "consents": ls.yes("extension")})
    assert stage.due("RM_NORMAL") == d("08-13")
    late = stage.progress("extended", "08-17 09:00", extension={"days": 5, "consents": ls.yes("extension")})
    assert "late" in codes(late, "/extension")
    assert stage.due("RM_NORMAL") == d("08-18")


def test_after_the_period_a_people_run_can_be_taken_up_again(stage: Stage) -> None:
    stage.mediating()
    stage.say(
        "deadline_notice", {"rule": "RM_NORMAL", "phase": "expired"}, "hub", "08-04 00:01", case=stage.run
    )
    assert stage.case.state == "period_over"
    stage.progress("extended", "08-05 09:00", extension={"days": 7, "consents": ls.yes("extension")})
    assert stage.due("RM_NORMAL") == d("08-12")
    assert "RESULT_REPORT" not in stage.running()


def test_a_late_agreement_is_valid_and_said_to_be_late(stage: Stage) -> None:
    stage.mediating()
    stage.say(
        "deadline_notice", {"rule": "RM_NORMAL", "phase": "expired"}, "hub", "08-04 00:01", case=stage.run
    )
    agreement = ls.agreement("2026-08-10", [])
    decision = stage.result("agreed_written", "08-10 09:00", agreements=[agreement])
    assert stage.case.state == "agreed"
    assert "late" in codes(decision)
    assert stage.due("JC_APPLY") == d("09-09")


def test_late_acceptance_takes_the_period_of_the_track(stage: Stage) -> None:
    stage.sender = "court"
    stage.registered().referred(track="entrusted_summary", platform="court_online")
    stage.say(
        "deadline_notice", {"rule": "ONLINE_ACCEPT", "phase": "expired"}, "hub", "07-07 00:01", case=stage.run
    )
    assert stage.case.state == "unanswered"
    stage.answer("accepted", "07-07 00:03")
    assert stage.due("XIANXING_SUM") == d("07-14")
    assert "RM_NORMAL" not in stage.running()


def test_an_act_after_its_day_is_a_finding(stage: Stage) -> None:
    stage.registered().referred()
    stage.answer("signed", "07-02 09:00")
    decision = stage.answer("accepted", "07-08 09:00")
    late = [f for f in decision.findings if f.code == "late"]
    assert [f.detail for f in late] == ["REF_ACCEPT"]
    assert late[0].basis


def test_filing_is_the_courts_clock(tables: Tables, calendar: Calendar) -> None:
    for sender, runs in (("tribunal", True), ("station", False)):
        stage = Stage.new(tables, calendar, sender=sender).registered()
        guided = {
            "told": ["p1"],
            "consents": ls.yes("mediation", 1),
            "filing_requested": True,
            "complaint_received_at": at("06-30 10:00").isoformat(),
        }
        stage.say("guidance", guided, sender, "07-01 11:00")
        assert (stage.due("FILE_CASE") == d("07-07")) is runs
        stage.say("guidance", {**guided, "filing_requested": False}, sender, "07-02 11:00")
        assert "FILE_CASE" not in stage.running()


def test_the_police_clock_runs_anew_from_breach(stage: Stage) -> None:
    stage.registered()
    stage.say("case_status", {"phase": "police_case_accepted", "on": "2026-07-01"}, "station", "07-01 09:30")
    assert stage.due("POLICE_CASE") == d("07-31")
    stage.referred().mediating().agreed()
    stage.say("performance", {"event": "item_breached", "item": 1, "on": "2026-07-21"}, "room", "07-22 09:00")
    assert stage.due("POLICE_CASE") == d("08-20")
    assert stage.book.state == "breached"


def test_every_request_is_evidence_of_its_own(stage: Stage) -> None:
    stage.registered().referred()
    stage.say("dispute", {"action": "update"}, "station", "07-03 09:00")
    stage.say(
        "dispute", {"action": "join", "reported_at": at("07-02 09:00").isoformat()}, "station2", "07-04 09:00"
    )
    dates = sorted(r.started_at.date() for r in stage.book.running("LIMITATION"))
    assert dates == [d("07-01"), d("07-01"), d("07-02"), d("07-03")]
    assert stage.book.roles["joined_unit"] == ("station2",)


def test_nothing_happening_is_counted_from_the_last_message(stage: Stage) -> None:
    stage.registered().referred()
    assert stage.due("DISPUTE_IDLE") == d("07-31")
    stage.answer("signed", "07-10 09:00")
    assert stage.due("DISPUTE_IDLE") == d("08-10")  # thirty days from 07-10 end on a Sunday
    decision = stage.answer("accepted", "07-10 15:00")
    assert all(s.rule != "DISPUTE_IDLE" for s in decision.started)  # the same day: nothing to move


def test_a_historical_act_is_counted_from_its_own_day(stage: Stage) -> None:
    stage.registered()
    decision = stage.say(
        "referral",
        ls.referral("police_people"),
        "station",
        "07-01 10:00",
        to="room",
        received=at("08-20 10:00"),
    )
    assert decision.historical
    assert "historical" in codes(decision)
    assert stage.due("REF_SIGN") == d("07-03")
    recent = stage.say(
        "referral",
        ls.referral("guided", matters=[2]),
        "station",
        "08-10 10:00",
        to="room",
        received=at("08-20 10:00"),
    )
    assert not recent.historical
    assert d("08-24") in {s.due_on for s in recent.started}  # 材料到达接收单位 is what counts


def test_a_closed_run_leaves_no_clock(stage: Stage) -> None:
    stage.mediating()
    taken = {"phase": "taken_back", "reason": "发现犯罪", "on": "2026-07-05"}
    stage.say("case_status", taken, "station", "07-05 09:00", case=stage.run)
    assert stage.case.facts["closed"] is True
    own = [x.rule for x in stage.book.deadlines if x.state == "running" and x.case == stage.run]
    assert set(own) == {"LIMITATION"}
