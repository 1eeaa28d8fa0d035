"""A mediation run: what is refused and what is only noted (contract 2)."""

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


def send_referral(stage: Stage, **more: Any) -> Any:
    return stage.registered().referred(**more).last


@pytest.mark.parametrize("answer", ["no", "withdrawn"])
def test_one_refusal_blocks(stage: Stage, answer: str) -> None:
    given = [*ls.yes("mediation", 1), {"about": "mediation", "answer": answer, "by": "p2"}]
    with refused("consent", "/consents"):
        send_referral(stage, consents=given)
    assert stage.book.cases == {}


def test_a_change_of_mind_counts(stage: Stage) -> None:
    first = {"about": "mediation", "answer": "no", "by": "p1", "given_at": "2026-07-01T08:00:00+08:00"}
    later = {**first, "answer": "yes", "given_at": "2026-07-01T09:00:00+08:00"}
    assert "consent" not in codes(send_referral(stage, consents=[later, first]))


def test_consents_that_a_form_does_not_carry_are_a_finding(stage: Stage) -> None:
    decision = send_referral(stage, consents=[])
    assert "consent" in codes(decision, "/consents")
    assert stage.book.state == "handling"


def test_consents_may_stand_with_the_party(stage: Stage) -> None:
    parties = ls.parties()
    for party in parties:
        party["consents"] = [{"about": "mediation", "answer": "yes", "by": party["ref"]}]
    assert "consent" not in codes(send_referral(stage, consents=[], parties=parties))
    parties[1]["consents"][0]["answer"] = "no"
    with refused("consent", "/consents"):
        stage.referred(consents=[], parties=parties, matters=[9])


@pytest.mark.parametrize(("when", "open_"), [("2024-12-31T23:00", True), ("2025-01-01T00:00", False)])
def test_delegation_before_filing_closed_with_2025(stage: Stage, when: str, open_: bool) -> None:
    """The rules are those of the act's own day, in Shanghai."""
    document = ls.referral("prefiling_delegated")
    if open_:
        decision = stage.say("referral", document, "court", when, to="room", received=at("07-01 09:00"))
        assert decision.historical
        assert stage.book.state == "handling"
    else:
        with refused("track_open", "/track"):
            stage.say("referral", document, "court", when, to="room")


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"zhian": {"in_178": False}}, "/zhian/in_178"),
        ({"zhian": {"in_178": True, "exclusions_179": ["hired"]}}, "/zhian/exclusions_179"),
        ({"zhian": {"exclusions_179": ["family_violence"]}}, "/zhian/exclusions_179"),
        ({"domestic_violence": "victim", "zhian": {"in_178": True}}, "/matters"),
        ({"domestic_violence": "suspected", "matters": [2]}, "/matters"),
        ({"domestic_violence": "victim", "matters": []}, "/domestic_violence"),
    ],
)
def test_violence_and_cases_outside_178_are_not_referred(
    stage: Stage, more: dict[str, Any], pointer: str
) -> None:
    scopes = [{"no": 1, "scope": "civil"}, {"no": 2, "scope": "public_order"}]
    stage.registered(matters=scopes)
    with refused("zhian_range", pointer):
        stage.referred(**more)


def test_another_matter_of_the_same_family_may_be_mediated(stage: Stage) -> None:
    stage.registered(matters=[{"no": 1, "scope": "family"}])
    assert "zhian_range" not in codes(stage.referred(domestic_violence="victim").last)  # type: ignore[arg-type]


def test_violence_with_an_unnamed_matter_is_shown_on_other_tracks(stage: Stage) -> None:
    decision = send_referral(stage, track="guided", domestic_violence="suspected", matters=[7])
    assert "zhian_range" in codes(decision, "/domestic_violence")


@pytest.mark.parametrize(
    ("party", "noted"),
    [
        ({"flags": {"minor": True}}, True),
        ({"capacity": "none", "guardians": [{"name": "测", "is_alleged_offender": True}]}, True),
        ({"capacity": "limited", "guardians": [{"name": "测", "is_alleged_offender": False}]}, False),
        ({"capacity": "full"}, False),
    ],
)
def test_who_cannot_act_alone_needs_a_guardian(stage: Stage, party: dict[str, Any], noted: bool) -> None:
    parties = ls.parties()
    parties[1] |= party
    decision = send_referral(stage, parties=parties)
    assert ("guardian" in codes(decision, "/parties/1/guardians")) is noted


@pytest.mark.parametrize("answer", ["declined", "returned", "supplement_requested"])
def test_a_negative_answer_says_why(stage: Stage, answer: str) -> None:
    stage.registered().referred()
    stage.answer("signed", "07-01 11:00")
    with refused("reason", "/reason"):
        stage.answer(answer, "07-01 12:00")
    stage.answer(answer, "07-01 12:00", remarks="材料不清")  # a native form's free text will do


def test_the_rule_of_the_document_comes_before_the_step(stage: Stage) -> None:
    stage.registered().referred()
    with refused("agreement_complete", "/agreements"):
        stage.result("agreed_written", "07-01 12:00", agreements=[])


def test_an_agreement_that_lacks_something_is_accepted_with_findings(stage: Stage) -> None:
    stage.mediating()
    bare = {"form": "written", "terms": "一、疏通;二、补偿", "items": [{"no": 1, "kind": "pay"}]}
    decision = stage.result("agreed_written", "07-06 09:00", agreements=[bare])
    assert stage.case.state == "agreed"
    places = {f.pointer for f in decision.findings if f.code == "agreement_complete"}
    assert {
        "/agreements/0/signatures",
        "/agreements/0/items/0/debtors",
        "/agreements/0/organisation_seal_at",
    } <= places


def test_in_force_when_the_last_has_signed(stage: Stage) -> None:
    stage.mediating()
    early = ls.agreement("2026-07-06", [], effective_on="2026-07-03")
    decision = stage.result("agreed_written", "07-06 12:00", agreements=[early])
    assert "agreement_complete" in codes(decision, "/agreements/0/effective_on")


def test_without_a_date_the_last_signature_decides(stage: Stage) -> None:
    stage.mediating()
    undated = {k: v for k, v in ls.agreement("2026-07-06", []).items() if k != "effective_on"}
    stage.result("agreed_written", "07-08 12:00", agreements=[undated])
    assert stage.due("JC_APPLY") == at("08-05 00:00").date()


def test_a_failure_report_and_its_concessions(stage: Stage) -> None:
    stage.mediating()
    decision = stage.result("failed", "07-06 09:00", concessions="甲愿出三百")
    noted = {f.pointer: f.detail for f in decision.findings if f.code == "failure_record"}
    assert noted["/concessions"] == "not-forwarded"
    assert {"/failure/basics", "/failure/reason", "/failure/cost_conduct", "/failure/hints"} <= noted.keys()
    assert "routes_told" in codes(decision)


def test_an_extension_somebody_refuses_is_none(stage: Stage) -> None:
    stage.mediating()
    given = [*ls.yes("extension", 1), {"about": "extension", "answer": "no", "by": "p2"}]
    with refused("extend_all", "/extension/consents"):
        stage.progress("extended", "07-10 09:00", extension={"days": 10, "consents": given})
    decision = stage.progress("extended", "07-10 09:00", extension={"days": 45, "consents": []})
    assert "extend_all" in codes(decision, "/extension/consents")
    assert "extend_all" in codes(decision, "/extension/days")


def test_a_court_track_is_not_extended_after_its_end(stage: Stage) -> None:
    stage.sender = "court"
    stage.registered().referred(track="entrusted_summary")
    stage.mediating("07-02 09:00")
    stage.say(
        "deadline_notice", {"rule": "XIANXING_SUM", "phase": "expired"}, "hub", "07-10 00:01", case=stage.run
    )
    with refused("extend_all", "/event"):
        stage.progress("extended", "07-10 09:00", extension={"days": 7, "consents": ls.yes("extension")})


def test_interests_are_disclosed_and_agreed_to(stage: Stage) -> None:
    stage.registered().referred()
    decision = stage.answer("accepted", "07-02 09:00", disclosure="曾为邻居")
    assert "recusal" in codes(decision, "/disclosure")


@pytest.mark.parametrize(
    ("flag", "pointer"),
    [
        ("agreement", "/no_penalty/agreement"),
        ("performed", "/no_penalty/performed"),
        ("written_request_all", "/no_penalty/written_request_all"),
        ("police_approval", "/no_penalty/police_approval"),
        (None, "/no_penalty/decided_already"),
    ],
)
def test_no_penalty_needs_all_four_before_a_decision(stage: Stage, flag: str | None, pointer: str) -> None:
    stage.agreed()
    four = dict.fromkeys(("agreement", "performed", "written_request_all", "police_approval"), True)
    document = {
        "phase": "police_no_penalty",
        "no_penalty": {**four, **({flag: False} if flag else {"decided_already": True})},
    }
    with refused("four_flags", pointer):
        stage.say("case_status", document, "station", "07-10 09:00", case=stage.run)
    stage.say(
        "case_status",
        {"phase": "police_no_penalty", "no_penalty": four},
        "station",
        "07-10 09:00",
        case=stage.run,
    )
    assert stage.case.state == "closed"
