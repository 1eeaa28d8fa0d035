"""Confirmation from the application to what comes after the ruling, over HTTP: who says, who hears."""

import json
import time
from typing import Any

import pytest

from tests.contract.kit import problem
from tests.contract.words import COMMITTEE, PARTIES, STATION, TRIBUNAL, TRIBUNAL_AS, dispute
from tests.http.clockwork import due, said, state
from tests.http.confirming import ABOVE, APPLIED, BUREAU_UNIT, ROOM, Confirming, number


def withdrawn(confirming: Confirming, case: str, target: str = "confirmation") -> dict[str, Any]:
    told = said(confirming.justice, about_case=case, target=target, by=["p1"], reason="自行和解")
    return confirming.justice.accepted("withdrawal", told, **APPLIED)


def codes(answer: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(f["code"], f.get("detail")) for f in answer["findings"]}


def units(answer: dict[str, Any]) -> list[str]:
    return [delivery["unit"] for delivery in answer["deliveries"]]


def test_before_acceptance_one_party_takes_the_application_back(confirming: Confirming):
    home = confirming.agreed()
    before = running(confirming, home)["JC_APPLY"]
    case = confirming.applied(home)
    assert "JC_APPLY" not in running(confirming, home)
    assert withdrawn(confirming, case)["case"]["state"] == "dropped"
    told = confirming.heard(confirming.court, TRIBUNAL, case, "withdrawal")
    assert told["document"]["by"] == ["p1"]
    assert running(confirming, home)["JC_APPLY"] == before  # it never begins anew
    assert "JC_ACCEPT" not in running(confirming, home)
    confirming.applied(home)  # the 30 days are not over


def running(confirming: Confirming, home: str) -> dict[str, str]:
    read = confirming.justice.get(f"/v1/disputes/{home}").json()
    return {d["rule"]: d["due"] for d in read["deadlines"] if d["state"] == "running"}


def test_after_acceptance_a_withdrawal_waits_for_the_court(confirming: Confirming):
    case = confirming.accepted()
    assert withdrawn(confirming, case)["case"]["state"] == "withdrawal_pending"
    assert (
        confirming.heard(confirming.court, TRIBUNAL, case, "withdrawal")["case"]["state"]
        == "withdrawal_pending"
    )
    refused = confirming.answer(case, decision="withdrawal_refused", reason="可能损害他人合法权益")
    assert refused["case"]["state"] == "accepted"
    assert confirming.heard(
        confirming.justice, COMMITTEE, case, "confirmation_answer", decision="withdrawal_refused"
    )
    withdrawn(confirming, case)
    ruled = confirming.ruled(case, "withdrawn", feedback="当事人自行和解")
    assert (ruled["case"]["state"], units(ruled)) == ("negative", [COMMITTEE])  # nothing fell: no bureau
    read = confirming.heard(confirming.justice, COMMITTEE, case, "confirmation_ruling", outcome="withdrawn")
    assert read["document"]["document"]["digest"]
    assert not {"JC_REVIEW", "JC_OUTER"} & due(confirming.court, case).keys()
    for party in ("p1", "p2"):
        served = confirming.served(case, party)
    assert served["case"]["state"] == "closed"
    assert not due(confirming.court, case)


def test_papers_that_never_come_are_taken_as_a_withdrawal(confirming: Confirming):
    """The hub says that the court's days are over; only the court rules, and no one else's clock did."""
    case = confirming.accepted()
    confirming.answer(case, decision="supplement", reason="权属证明不清", due=confirming.day(2))
    assert state(confirming.court, case) == "reviewing_supplement"
    review = due(confirming.court, case)["JC_REVIEW"]
    asked = confirming.heard(
        confirming.justice, COMMITTEE, case, "confirmation_answer", decision="supplement"
    )
    assert asked["document"]["due"] == confirming.day(2)
    confirming.move(days=3)
    for system, unit in ((confirming.court, TRIBUNAL), (confirming.justice, COMMITTEE)):
        notice = confirming.heard(
            system, unit, case, "deadline_notice", rule="JC_SUPPLEMENT", phase="expired"
        )
        assert "356" in notice["document"]["basis"]
    assert state(confirming.court, case) == "reviewing_supplement"
    assert due(confirming.court, case)["JC_REVIEW"] == review  # no rule stops it
    ruled = confirming.ruled(case, "deemed_withdrawn")
    assert ruled["case"]["state"] == "negative"
    assert ("ground", None) not in codes(ruled)
    assert units(ruled) == [COMMITTEE, BUREAU_UNIT]
    read = confirming.heard(
        confirming.justice, COMMITTEE, case, "confirmation_ruling", outcome="deemed_withdrawn"
    )
    assert read["document"]["document"]["digest"]


def test_papers_that_come_let_the_review_go_on(confirming: Confirming):
    case = confirming.accepted()
    confirming.answer(case, decision="supplement", reason="权属证明不清", due=confirming.day(5))
    told = said(confirming.justice, about_case=case, answers=[{"missing_no": 1, "text": "权属证明"}])
    brought = confirming.justice.accepted("confirmation_supplement", told, **APPLIED)
    assert brought["case"]["state"] == "accepted"
    assert (
        confirming.heard(confirming.court, TRIBUNAL, case, "confirmation_supplement")["document"]["answers"][
            0
        ]["text"]
        == "权属证明"
    )
    assert "JC_SUPPLEMENT" not in due(confirming.court, case)


@pytest.mark.parametrize(
    ("outcome", "grounds"),
    [("rejected_355", ["355-3"]), ("rejected_358", ["358-5"]), ("terminated", [])],
)
def test_what_is_not_confirmed_goes_back_to_the_mediator_and_its_bureau(
    confirming: Confirming, outcome: str, grounds: list[str]
):
    case = confirming.accepted()
    ruled = confirming.ruled(case, outcome, grounds=grounds, feedback="给付内容不明确,可重新调解或者起诉")
    assert (ruled["case"]["state"], units(ruled)) == ("negative", [COMMITTEE, BUREAU_UNIT])
    mediator = confirming.heard(confirming.justice, COMMITTEE, case, "confirmation_ruling", outcome=outcome)
    bureau = confirming.heard(confirming.justice, BUREAU_UNIT, case, "confirmation_ruling", outcome=outcome)
    for read in (mediator, bureau):
        assert read["document"]["feedback"] == "给付内容不明确,可重新调解或者起诉"
        assert read["document"].get("grounds", []) == grounds
    assert {"document", "service_plan"} & bureau["document"].keys() == set()
    assert mediator["document"]["document"]["digest"]
    assert not [p["name"] for p in PARTIES if p["name"] in str(bureau)]


def test_who_mediated_hears_of_an_application_made_at_the_court(confirming: Confirming):
    """Nobody is named: the agreement's organisation hears of it, so a second application is seen."""
    home = confirming.court.accepted("dispute", dispute(), **TRIBUNAL_AS)["dispute"]
    agreement = confirming.agreement((5,), organisation=ROOM)
    told = said(
        confirming.court, route="direct", agreement=agreement, applicants=PARTIES,
        venue_basis="organisation_place", request="请求确认协议有效", effective_on=confirming.day(),
    )  # fmt: skip
    sent = confirming.court.accepted("confirmation_application", told, **TRIBUNAL_AS, dispute=home)
    case = sent["case"]["id"]
    assert units(sent) == [ROOM]
    heard = confirming.heard(confirming.room, ROOM, case, "confirmation_application", route="direct")
    assert [p["name"] for p in heard["document"]["applicants"]] == [p["name"] for p in PARTIES]
    again = said(confirming.room, **{k: v for k, v in told.items() if k not in ("route", "business_time")})
    second = {"unit": ROOM, "purpose": "confirmation", "to": TRIBUNAL, "dispute": home}
    twice = confirming.room.say("confirmation_application", {**again, "route": "on_site"}, **second)
    assert problem(twice, 409, "illegal-step")["case"] == case
    confirming.answer(case, decision="accepted", accepted_on=confirming.day())
    ruled = confirming.ruled(case, "rejected_358", grounds=["358-5"])
    assert units(ruled) == [ROOM, ABOVE]
    digest = confirming.heard(confirming.room, ROOM, case, "confirmation_ruling")["document"]["document"][
        "digest"
    ]
    file = f"/v1/blobs/sha-256/{digest}"
    assert confirming.room.get(file).status_code == 200
    assert (
        "document" not in confirming.heard(confirming.above, ABOVE, case, "confirmation_ruling")["document"]
    )
    problem(confirming.above.get(file), 404, "unknown")


def test_the_police_apply_for_what_they_mediated_and_the_court_weighs_it(confirming: Confirming):
    """An administrative organ is no committee: noted, not refused, and only 民诉法 187 gives days."""
    police, who = confirming.police, {"unit": STATION, "purpose": "police_handling"}
    home = police.accepted("dispute", dispute(), **who)["dispute"]
    agreement = confirming.agreement((5,), organisation=STATION, mediation_type="police_public_order")
    told = said(
        police, route="on_site", agreement=agreement, applicants=PARTIES, request="请求确认协议有效",
        venue_basis="organisation_place", effective_on=confirming.day(),
    )  # fmt: skip
    as_applicant = {"unit": STATION, "purpose": "confirmation", "to": TRIBUNAL, "dispute": home}
    sent = police.accepted("confirmation_application", told, **as_applicant)
    case = sent["case"]["id"]
    assert ("org_kind", None) in codes(sent)
    heard = confirming.heard(confirming.court, TRIBUNAL, case, "confirmation_application")["document"]
    assert heard["agreement"]["mediation_type"] == "police_public_order"
    confirming.answer(case, decision="accepted", accepted_on=confirming.day())
    assert due(confirming.court, case).keys() == {"JC_OUTER"}
    assert confirming.heard(police, STATION, case, "confirmation_answer", decision="accepted")
    assert units(confirming.ruled(case, "rejected_355", grounds=["355-1"])) == [
        STATION
    ]  # has no bureau above


def objected(
    confirming: Confirming, case: str, ref: str, *, by: str = "party", **members: Any
) -> dict[str, Any]:
    """A party's objection comes by the committee, a third person's at the court."""
    person = {"ref": ref, "kind": "person", "role": "third" if by == "interested_person" else "side_a"}
    told = {"objector": {**person, "name": "余测三"}, "by": by, "grounds": "共有房屋未经同意"}
    system, who = (confirming.justice, APPLIED) if by == "party" else (confirming.court, TRIBUNAL_AS)
    at = said(system)["business_time"]
    document = said(system, about_case=case, filed_at=at, case_number=number(case), **{**told, **members})
    return system.accepted("objection", document, **who)


def party_states(confirming: Confirming, case: str) -> dict[str, str]:
    read = confirming.court.get(f"/v1/cases/{case}").json()
    return {ref: held["state"] for ref, held in read["parties"].items()}


def test_each_party_has_fifteen_days_from_its_own_service(confirming: Confirming):
    case = confirming.effective(ruled=-21, served=(-20, -3))
    assert due(confirming.court, case)["JC_PARTY_OBJECTION"] >= confirming.day(12)
    settled = {"p1": "objection_over", "p2": "objection_open"}
    deadline = time.monotonic() + 20
    while party_states(confirming, case) != settled:  # the hub's own clock says so within seconds
        assert time.monotonic() < deadline
        time.sleep(0.1)
    late = objected(confirming, case, "p1")
    assert late["case"]["state"] == "objected"  # a court decides on lateness
    assert ("obj_party_window", "late") in codes(late)
    intime = objected(confirming, case, "p2")
    assert not {"obj_party_window", "obj_third_window"} & {code for code, _ in codes(intime)}
    assert party_states(confirming, case)["p2"] == "objection_over"
    for ref in ("p1", "p2"):
        heard = confirming.heard(confirming.court, TRIBUNAL, case, "objection")["document"]
        assert (heard["objector"]["ref"], heard["grounds"]) == (ref, "共有房屋未经同意")
    assert due(confirming.court, case)["OBJECTION_REVIEW"] >= confirming.day(30)
    changed = confirming.ruled(case, "objection_upheld_changed")
    assert (changed["case"]["state"], units(changed)) == ("ruled", [COMMITTEE, BUREAU_UNIT])
    assert "OBJECTION_REVIEW" not in due(confirming.court, case)
    assert party_states(confirming, case) == {"p1": "pending", "p2": "pending"}
    confirming.served(case, "p1")
    assert confirming.served(case, "p2")["case"]["state"] == "effective"
    assert party_states(confirming, case) == {"p1": "objection_open", "p2": "objection_open"}


def test_an_objection_is_rejected_or_taken_back_and_the_case_is_where_it_was(confirming: Confirming):
    case = confirming.effective()
    objected(confirming, case, "p1")
    ruled = confirming.ruled(case, "objection_rejected")
    assert (ruled["case"]["state"], units(ruled)) == ("effective", [COMMITTEE])
    before = party_states(confirming, case)
    confirming.served(case, "p1")
    assert "JC_SERVE" in due(confirming.court, case)
    confirming.served(case, "p2")  # this ruling, too, goes to every party, and moves no window
    assert "JC_SERVE" not in due(confirming.court, case)
    assert (state(confirming.court, case), party_states(confirming, case)) == ("effective", before)
    objected(confirming, case, "p9", by="interested_person", known_since=confirming.day(-10))
    assert confirming.heard(confirming.justice, COMMITTEE, case, "objection", by="interested_person")
    assert withdrawn(confirming, case, "objection")["case"]["state"] == "effective"
    assert (
        confirming.heard(confirming.court, TRIBUNAL, case, "withdrawal")["document"]["target"] == "objection"
    )
    assert "OBJECTION_REVIEW" not in due(confirming.court, case)


@pytest.mark.parametrize(("days", "late"), [(-150, False), (-190, True)])
def test_a_third_person_has_six_months_from_knowing(confirming: Confirming, days: int, late: bool):
    """The hub computes the day from what the objector says, and tells it to the court: no more."""
    case = confirming.effective(ruled=-21, served=(-20, -20))
    told = objected(confirming, case, "p9", by="interested_person", known_since=confirming.day(days))
    assert told["case"]["state"] == "objected"
    assert (("obj_third_window", "late") in codes(told)) is late
    shown = due(confirming.court, case)["JC_THIRD_OBJECTION"]
    assert (shown < confirming.day()) is late
    revoked = confirming.ruled(case, "objection_upheld_revoked", feedback="共有人未同意")
    assert (revoked["case"]["state"], units(revoked)) == ("revoked", [COMMITTEE, BUREAU_UNIT])
    bureau = confirming.heard(confirming.justice, BUREAU_UNIT, case, "confirmation_ruling")
    assert bureau["document"]["outcome"] == "objection_upheld_revoked"
    assert not {"ENFORCE_APPLY", "PERF_ITEM", "OBJECTION_REVIEW"} & due(confirming.court, case).keys()
    for party in ("p1", "p2"):
        assert "JC_SERVE" in due(confirming.court, case)
        confirming.served(case, party)
    assert "JC_SERVE" not in due(confirming.court, case)


def test_a_district_may_have_the_bureau_told_only_of_what_the_court_remarks_on(confirming: Confirming):
    file = confirming.hub.data_dir / "config.json"
    told = [{"name": "confirmation-feedback", "value": "said", "valid_from": confirming.day()}]
    file.write_text(json.dumps(told), "utf-8")
    confirming.hub.furnish("config", "import", str(file), "--reason", "试验 test")
    confirming.move()
    assert units(confirming.ruled(confirming.accepted(), "rejected_358", grounds=["358-1"])) == [COMMITTEE]
    remarked = confirming.ruled(confirming.accepted(), "rejected_358", grounds=["358-1"], feedback="条款违法")
    assert units(remarked) == [COMMITTEE, BUREAU_UNIT]
    file.write_text(json.dumps([{**told[0], "value": "never"}]), "utf-8")
    refused = confirming.hub.run("config", "import", str(file), "--reason", "试验 test")
    assert refused.returncode != 0
