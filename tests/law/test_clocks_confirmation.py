"""Clocks of confirmation: 30 days that never begin anew, 3 and 15 (+10) days, the outer period."""

from datetime import date

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law.stages import Stage, at


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def d(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


def test_no_thirty_days_for_an_entrusted_case(stage: Stage) -> None:
    stage.sender = "court"
    stage.registered().referred(track="entrusted_ordinary")
    stage.mediating("07-02 09:00").agreed()
    assert "JC_APPLY" not in stage.running()
    assert stage.due("PERF_ITEM") == d("07-20")


def test_the_thirty_days_stop_and_come_back_unchanged(stage: Stage) -> None:
    stage.agreed("07-06 11:00")
    assert stage.due("JC_APPLY") == d("08-05")
    stage.applied("07-20 09:00")
    assert "JC_APPLY" not in stage.running()
    stage.court("confirmation_answer", "07-22 09:00", decision="not_accepted", ground="355-2")
    assert stage.due("JC_APPLY") == d("08-05")
    started = next(s for s in stage.last.started if s.rule == "JC_APPLY")  # type: ignore[union-attr]
    assert started.started_at == at("07-06 00:00")


def test_a_withdrawn_application_gives_the_original_day_back(stage: Stage) -> None:
    stage.agreed().applied("07-20 09:00")
    stage.say("withdrawal", {"target": "confirmation"}, "room", "07-21 09:00", case=stage.confirmation)
    assert stage.case.state == "dropped"
    assert stage.case.facts["closed"] is True
    assert stage.due("JC_APPLY") == d("08-05")
    assert "JC_ACCEPT" not in stage.running()


def test_review_clocks_bind_peoples_mediation_only(tables: Tables, calendar: Calendar) -> None:
    for kind, rules in (("people", {"JC_REVIEW", "JC_OUTER"}), ("commercial", {"JC_OUTER"})):
        stage = Stage.new(tables, calendar).agreed(mediation_type=kind).applied()
        assert ("JC_ACCEPT" in stage.running()) is (kind == "people")
        stage.accepted("07-08 09:00")
        assert stage.running() & {"JC_REVIEW", "JC_OUTER"} == rules


def test_the_president_extends_the_review(stage: Stage) -> None:
    stage.agreed().applied().accepted("07-08 09:00")
    assert (stage.due("JC_REVIEW"), stage.due("JC_OUTER")) == (d("07-23"), d("08-07"))
    extension = {"days": 10, "approved_by": "院长"}
    stage.court("confirmation_answer", "07-20 09:00", decision="review_extended", extension=extension)
    assert stage.due("JC_REVIEW") == d("08-03")  # ten days from 07-23 end on a Sunday
    assert "JC_OUTER_EXT" not in stage.running()
    extension = {"days": 30, "approved_by": "院长", "basis": "民事诉讼法187"}
    stage.court("confirmation_answer", "07-30 09:00", decision="review_extended", extension=extension)
    assert stage.due("JC_OUTER_EXT") == d("09-07")
    stage.court("confirmation_ruling", "08-03 09:00", outcome="rejected_358", grounds=["358-5"])
    assert not stage.running() & {"JC_REVIEW", "JC_OUTER", "JC_OUTER_EXT"}


def test_a_longer_time_to_supplement_replaces_the_shorter(stage: Stage) -> None:
    stage.agreed().applied()
    stage.court("confirmation_answer", "07-08 09:00", decision="supplement", reason="缺证明")
    assert stage.due("JC_SUPPLEMENT") == d("07-15")
    stage.court("confirmation_answer", "07-10 09:00", decision="supplement", reason="再缺", due="2026-07-25")
    assert stage.due("JC_SUPPLEMENT") == d("07-25")
