"""Judicial confirmation: what is refused and what is only noted (contract 2)."""

from typing import Any

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.guarding import refused
from tests.law.stages import Stage, at, codes


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


@pytest.mark.parametrize("applicants", [[], ls.parties(1)])
def test_no_applicants_no_application(stage: Stage, applicants: list[dict[str, Any]]) -> None:
    with refused("joint", "/applicants"):
        stage.agreed().applied(applicants=applicants)


def test_who_does_not_want_it_does_not_apply(stage: Stage) -> None:
    applicants = ls.parties()
    applicants[1]["consents"] = [{"about": "joint_application", "answer": "no", "by": "p2"}]
    with refused("joint", "/applicants"):
        stage.agreed().applied(applicants=applicants)


def test_a_missing_statement_paper_or_venue_is_for_the_court(stage: Stage) -> None:
    stage.agreed().applied(joint_statement=[], papers=[], venue_basis="undecided")
    assert {"joint", "papers", "venue"} <= codes(stage.last)  # type: ignore[arg-type]
    assert stage.case.state == "submitted"


@pytest.mark.parametrize(("when", "late"), [("08-05 23:59", False), ("08-06 00:00", True)])
def test_the_thirtieth_day_ends_at_midnight(stage: Stage, when: str, late: bool) -> None:
    stage.agreed().applied(when)
    assert stage.case.state == "submitted"
    found = codes(stage.last)  # type: ignore[arg-type]
    assert ("window" in found) is late
    assert ("late" in found) is late


def test_an_old_application_is_late_by_the_hubs_receipt(stage: Stage) -> None:
    document = ls.application("2021-04-18")
    decision = stage.say(
        "confirmation_application",
        document,
        "office",
        "2021-04-19T10:00",
        to="tribunal",
        received=at("07-01 09:00"),
    )
    assert {"historical", "window"} <= codes(decision)
    assert decision.historical


@pytest.mark.parametrize(
    ("kind", "noted"), [("people", False), ("police_public_order", True), ("administrative", True)]
)
def test_whose_mediation_the_court_may_doubt(stage: Stage, kind: str, noted: bool) -> None:
    stage.agreed(mediation_type=kind).applied()
    assert ("org_kind" in codes(stage.last)) is noted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "noted"),
    [
        ("（2026）渝0199民特12号", False),
        ("(2026) 渝0199 民特 12 号", False),
        ("〔2026〕渝0199民特12号", False),
        ("(2026)渝0199民初12号", True),
        ("(2021)渝0199民特12号", True),
        ("12号", True),
    ],
)
def test_the_case_number_of_a_confirmation(stage: Stage, number: str, noted: bool) -> None:
    stage.agreed().applied()
    decision = stage.court(
        "confirmation_answer", "07-08 09:00", decision="accepted", case_number=ls.case_number(number)
    )
    assert ("caseno" in codes(decision, "/case_number")) is noted


def test_a_refusal_to_accept_names_its_ground(stage: Stage) -> None:
    stage.agreed().applied()
    with refused("ground", "/ground"):
        stage.court("confirmation_answer", "07-08 09:00", decision="not_accepted")
    decision = stage.court(
        "confirmation_answer", "07-08 09:00", decision="not_accepted", remarks="不属本院管辖"
    )
    assert "ground" in codes(decision, "/ground")


def test_a_suspicion_must_have_been_looked_at(stage: Stage) -> None:
    stage.agreed().applied()
    report = {"origin": "screening", "signs": [{"id": "F4"}]}
    stage.say("false_litigation_report", report, "hub_admin", "07-07 12:00", case=stage.confirmation)
    assert "flag_seen" in codes(stage.court("confirmation_answer", "07-08 09:00", decision="accepted"))
    seen = stage.court(
        "confirmation_answer", "07-09 09:00", decision="review_extended", reason="待查",
        flags_seen={"seen": True, "disposition": "explained"},
    )  # fmt: skip
    assert "flag_seen" not in codes(seen)
    assert "flag_seen" not in codes(stage.court("confirmation_ruling", "07-10 09:00", outcome="confirmed"))


def test_the_parties_are_asked_together(stage: Stage) -> None:
    stage.agreed().applied().accepted()
    session = {"action": "held", "purpose": "court_verification", "participants": [{"ref": "p1"}]}
    stage.court("video_session", "07-08 10:00", **session)
    assert "verified_together" not in codes(
        stage.court("confirmation_ruling", "07-09 09:00", outcome="confirmed")
    )


def test_a_ruling_without_their_being_asked_is_noted(stage: Stage) -> None:
    stage.ruled()
    assert "verified_together" in codes(stage.last)  # type: ignore[arg-type]
