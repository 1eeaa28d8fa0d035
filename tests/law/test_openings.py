"""Openings: disputes that other kinds open, roles, second runs, what takes another's place, who is told."""

from typing import Any

import pytest

from hub.errors import Refused
from hub.law import decide
from hub.law.calendar import Calendar
from hub.law.model import Act, Situation
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.lawbook import UNITS
from tests.law.stages import Stage, at


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def steps(stage: Stage) -> list[tuple[str, str | None, str]]:
    assert stage.last is not None
    return [(s.machine, s.from_state, s.to_state) for s in stage.last.steps]


def test_a_referral_out_of_nowhere_registers_its_dispute(stage: Stage) -> None:
    stage.referred()
    assert steps(stage) == [
        ("dispute", None, "registered"), ("referral", None, "sent"), ("dispute", "registered", "handling")
    ]  # fmt: skip
    assert stage.book.roles == {
        "registrar": ("station",),
        "referring_unit": ("station",),
        "mediation_unit": ("room",),
        "mediation_supervisor": ("office",),
    }
    assert stage.last is not None
    assert [(t.unit, t.role) for t in stage.last.told] == [("room", "mediation_unit")]


def test_an_application_out_of_nowhere_is_about_an_agreement_in_force(stage: Stage) -> None:
    document = ls.application("2026-07-06")
    stage.confirmation = (
        stage.say("confirmation_application", document, "room", "07-07 09:00", to="tribunal").focus or ""
    )
    assert stage.book.state == "agreed"
    assert stage.case.facts["agreement"] == stage.book.last
    stage.accepted().ruled().effective()
    stage.say("performance", {"event": "all_performed", "on": "2026-07-20"}, "room", "07-20 09:00")
    assert (stage.book.state, stage.case.state) == ("performed", "performed")


def test_a_court_registers_a_direct_application(stage: Stage) -> None:
    document = {**ls.application("2026-07-06"), "route": "direct"}
    decision = stage.say("confirmation_application", document, "tribunal", "07-07 09:00", to="room")
    case = decision.cases[0]
    assert (case.roles["reviewing_court"], case.roles["applicant_unit"]) == (("tribunal",), ("room",))
    assert {t.unit for t in decision.told} == {"room"}


def test_where_nobody_has_received_it_no_answer_is_due(stage: Stage) -> None:
    stage.mediator = None  # type: ignore[assignment]
    stage.registered().referred()
    assert "REF_SIGN" not in stage.running()
    decision = stage.say("confirmation_application", ls.application("2026-07-06"), "room", "07-07 09:00")
    assert all(s.rule != "JC_ACCEPT" for s in decision.started)


@pytest.mark.parametrize(
    ("first", "second", "allowed"),
    [([1], [2], True), ([1, 2], [2], False), ([], [2], False), ([1], [], False)],
)
def test_a_second_run_on_the_same_matter(
    stage: Stage, first: list[int], second: list[int], allowed: bool
) -> None:
    stage.registered().referred(matters=first)
    run = stage.run
    if allowed:
        stage.referred("07-02 09:00", matters=second)
        assert len(stage.book.cases) == 2
        return
    with pytest.raises(Refused) as refusal:
        stage.referred("07-02 09:00", matters=second)
    fault = refusal.value.faults[0]
    assert (refusal.value.code, fault.rule, fault.args) == ("illegal-step", "no_second_run", ("room",))
    assert refusal.value.extra["case"] == run


def test_who_takes_no_part_is_not_told_which_run_is_in_the_way(stage: Stage) -> None:
    stage.registered().referred()
    with pytest.raises(Refused) as refusal:
        stage.say("referral", ls.referral("guided"), "court2", "07-02 09:00", to="committee2")
    assert refusal.value.extra == {"case": None, "state": None, "steps": []}
    assert refusal.value.faults[0].args == ()


def test_a_part_in_the_dispute_alone_is_not_told_of_the_run(stage: Stage) -> None:
    """Nor of whether there is one: what it names answers as what nobody knows."""
    stage.agreed().applied()
    run = stage.run
    stage.referred("07-08 09:00", matters=[2])
    for named in (stage.run, run, "nothing"):
        with pytest.raises(Refused, match="case-unknown"):
            stage.say(
                "referral", ls.referral("guided", replaces=named), "court", "07-09 09:00", to="committee2"
            )
    with pytest.raises(Refused) as refusal:
        stage.say("referral", ls.referral("guided", matters=[2]), "court", "07-09 09:00", to="committee2")
    assert refusal.value.faults[0].rule == "no_second_run"
    assert refusal.value.extra == {"case": None, "state": None, "steps": []}


def test_after_a_failed_run_another_may_open(stage: Stage) -> None:
    stage.mediating()
    stage.result("failed", "07-06 09:00")
    assert stage.book.state == "ended"
    stage.referred("07-07 09:00")
    assert stage.book.state == "handling"


def test_while_another_run_is_open_a_failure_does_not_end_the_dispute(stage: Stage) -> None:
    stage.mediating()
    first = stage.run
    stage.referred("07-03 09:00", matters=[2])
    stage.run = first
    stage.result("failed", "07-06 09:00")
    assert stage.book.state == "handling"


def replacing(stage: Stage, **more: Any) -> Any:
    document = ls.referral("police_people", **more)
    return stage.say("referral", document, stage.sender, "07-03 09:00", to="room2")


def test_another_unit_takes_a_declined_run(stage: Stage) -> None:
    stage.registered().referred()
    old, message = stage.run, stage.book.last
    stage.answer("declined", "07-02 09:00", reason="人力不足", reason_code="capacity_full")
    assert "HANDBACK" in stage.running()
    decision = replacing(stage, replaces=message)
    assert [s.step for s in decision.steps] == ["REF13", "open", "DIS11"]
    assert stage.book.cases[old].state == "reassigned"
    assert "HANDBACK" not in stage.running()
    assert {t.unit for t in decision.told} == {"room", "room2"}


def test_what_cannot_be_replaced(stage: Stage) -> None:
    stage.registered().referred()
    with pytest.raises(Refused) as refusal:
        replacing(stage, replaces=stage.run)
    assert (refusal.value.code, refusal.value.extra["state"]) == ("illegal-step", "sent")
    with pytest.raises(Refused, match="case-unknown"):
        replacing(stage, replaces="nothing")
    stage.answer("declined", "07-02 09:00", reason="人力不足")
    stage.sender = "station2"
    with pytest.raises(Refused, match="case-unknown"):
        replacing(stage, replaces=stage.run)


def test_one_application_at_a_time(stage: Stage) -> None:
    stage.agreed().applied()
    with pytest.raises(Refused) as refusal:
        stage.say("confirmation_application", ls.application("2026-07-06"), "room", "07-08 09:00", to="court")
    assert (refusal.value.code, refusal.value.faults[0].rule) == ("illegal-step", "one_open")
    assert refusal.value.extra["case"] == stage.confirmation
    stage.court("confirmation_answer", "07-09 09:00", decision="not_accepted", ground="355-2")
    stage.applied("07-10 09:00", to="court")
    assert len([c for c in stage.book.cases.values() if c.machine == "confirmation"]) == 2


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("guidance", {"told": ["p1"], "consents": []}),
        ("dispute", {"action": "update"}),
        ("performance", {"event": "visit"}),
        ("referral_answer", {"answer": "accepted"}),
    ],
)
def test_without_a_dispute_there_is_nothing_to_step(
    stage: Stage, kind: str, document: dict[str, Any]
) -> None:
    with pytest.raises(Refused, match="case-unknown"):
        stage.say(kind, document, "room", "07-01 09:00")


@pytest.mark.parametrize("kind", ["snapshot", "mediator", "conference_notice", "native_ack", "task"])
def test_kinds_without_a_machine_step_nothing(stage: Stage, kind: str) -> None:
    decision = stage.say(kind, {}, "room", "07-01 09:00")
    assert (decision.steps, decision.dispute_state, decision.cases) == ((), None, ())


def test_a_session_outside_any_case_is_only_passed_on(stage: Stage) -> None:
    stage.registered()
    decision = stage.say("video_session", {"action": "held", "purpose": "visit"}, "station", "07-02 09:00")
    assert decision.steps == ()


def test_a_case_that_is_not_of_this_dispute(tables: Tables, calendar: Calendar) -> None:
    when = at("07-01 09:00")
    act = Act("m", "referral_answer", {"answer": "accepted"}, "room", None, "d", "elsewhere", when, when)
    with pytest.raises(Refused, match="case-unknown"):
        decide(tables, act, Situation("d", "handling", {"mediation_unit": ("room",)}), UNITS, "c", calendar)


def test_a_court_reports_on_its_own_case_beside_the_summary(stage: Stage) -> None:
    stage.registered()
    closed = {"phase": "closed_other", "on": "2026-07-02", "case": {"kind": "special_confirmation"}}
    decision = stage.say("case_status", closed, "court", "07-02 09:00")
    assert decision.steps == ()
    assert {t.unit for t in decision.told} == {"station"}
    with pytest.raises(Refused, match="unknown"):
        stage.say("case_status", closed, "committee2", "07-02 09:00")


def test_no_part_in_a_case_closed_by_a_pending_one(tables: Tables, calendar: Calendar) -> None:
    """REF57: the mediator puts a failed run away only if the referring unit has nothing pending."""
    for track, sender, allowed in (
        ("police_people", "station", True),
        ("entrusted_ordinary", "court", False),
    ):
        stage = Stage.new(tables, calendar, sender=sender).registered().referred(track=track)
        stage.mediating("07-02 09:00")
        stage.result("failed", "07-06 09:00")
        archive = {"phase": "archived", "on": "2026-07-07"}
        if allowed:
            stage.say("case_status", archive, "room", "07-07 09:00", case=stage.run)
            assert (stage.case.state, stage.book.state) == ("closed", "archived")
        else:
            with pytest.raises(Refused, match="illegal-step"):
                stage.say("case_status", archive, "room", "07-07 09:00", case=stage.run)
