"""Confirmation from the application to what comes after the ruling, over HTTP: who says, who hears."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import POLL, Hub, problem
from tests.contract.words import COMMITTEE, HEAD, PARTIES, TRIBUNAL, TRIBUNAL_AS, dispute
from tests.http.clockwork import due, said, state
from tests.http.confirming import APPLIED, BUREAU_UNIT, Confirming

ROOM, ABOVE = "4105", "5001980000"
ELSEWHERE = f"""{HEAD}
{ABOVE},邻区司法局,justice,district,500198,,2010-01-01,
{ROOM},邻镇人民调解委员会,justice,town,500198,{ABOVE},2010-01-01,
"""


@pytest.fixture(scope="module")
def works(
    server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Confirming]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("ruling")) as own:
        made = Confirming(Hub(own.data_dir, own.database_url))
        made.hub.units(ELSEWHERE)
        made.room = made.hub.add("room-sys", "justice", (ROOM,))
        made.above = made.hub.add("above-sys", "justice", (ABOVE,))
        made.begin()
        for system in (made.room, made.above):
            system.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
        yield made
        made.hub.close()


def withdrawn(works: Confirming, case: str, target: str = "confirmation") -> dict[str, Any]:
    told = said(works.justice, about_case=case, target=target, by=["p1"], reason="自行和解")
    return works.justice.accepted("withdrawal", told, **APPLIED)


def codes(answer: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(f["code"], f.get("detail")) for f in answer["findings"]}


def units(answer: dict[str, Any]) -> list[str]:
    return [delivery["unit"] for delivery in answer["deliveries"]]


def test_before_acceptance_one_party_takes_the_application_back(works: Confirming):
    home = works.agreed()
    before = running(works, home)["JC_APPLY"]
    case = works.applied(home)
    assert "JC_APPLY" not in running(works, home)
    assert withdrawn(works, case)["case"]["state"] == "dropped"
    told = works.heard(works.court, TRIBUNAL, case, "withdrawal")
    assert told["document"]["by"] == ["p1"]
    assert running(works, home)["JC_APPLY"] == before  # it never begins anew
    assert "JC_ACCEPT" not in running(works, home)
    works.applied(home)  # the 30 days are not over


def running(works: Confirming, home: str) -> dict[str, str]:
    read = works.justice.get(f"/v1/disputes/{home}").json()
    return {d["rule"]: d["due"] for d in read["deadlines"] if d["state"] == "running"}


def test_after_acceptance_a_withdrawal_waits_for_the_court(works: Confirming):
    case = works.accepted()
    assert withdrawn(works, case)["case"]["state"] == "withdrawal_pending"
    assert works.heard(works.court, TRIBUNAL, case, "withdrawal")["case"]["state"] == "withdrawal_pending"
    refused = works.answer(case, decision="withdrawal_refused", reason="可能损害他人合法权益")
    assert refused["case"]["state"] == "accepted"
    assert works.heard(works.justice, COMMITTEE, case, "confirmation_answer", decision="withdrawal_refused")
    withdrawn(works, case)
    ruled = works.ruled(case, "withdrawn", feedback="当事人自行和解")
    assert (ruled["case"]["state"], units(ruled)) == ("negative", [COMMITTEE])  # nothing fell: no bureau
    read = works.heard(works.justice, COMMITTEE, case, "confirmation_ruling", outcome="withdrawn")
    assert read["document"]["document"]["digest"]
    assert not {"JC_REVIEW", "JC_OUTER"} & due(works.court, case).keys()
    for party in ("p1", "p2"):
        served = works.served(case, party)
    assert served["case"]["state"] == "closed"
    assert not due(works.court, case)


def test_papers_that_never_come_are_taken_as_a_withdrawal(works: Confirming):
    """The hub says that the court's days are over; only the court rules, and no one else's clock did."""
    case = works.accepted()
    works.answer(case, decision="supplement", reason="权属证明不清", due=works.day(2))
    assert state(works.court, case) == "reviewing_supplement"
    review = due(works.court, case)["JC_REVIEW"]
    asked = works.heard(works.justice, COMMITTEE, case, "confirmation_answer", decision="supplement")
    assert asked["document"]["due"] == works.day(2)
    works.move(days=3)
    for system, unit in ((works.court, TRIBUNAL), (works.justice, COMMITTEE)):
        notice = works.heard(system, unit, case, "deadline_notice", rule="JC_SUPPLEMENT", phase="expired")
        assert "356" in notice["document"]["basis"]
    assert state(works.court, case) == "reviewing_supplement"
    assert due(works.court, case)["JC_REVIEW"] == review  # no rule stops it
    ruled = works.ruled(case, "deemed_withdrawn")
    assert ruled["case"]["state"] == "negative"
    assert ("ground", None) not in codes(ruled)
    assert units(ruled) == [COMMITTEE, BUREAU_UNIT]
    read = works.heard(works.justice, COMMITTEE, case, "confirmation_ruling", outcome="deemed_withdrawn")
    assert read["document"]["document"]["digest"]


def test_papers_that_come_let_the_review_go_on(works: Confirming):
    case = works.accepted()
    works.answer(case, decision="supplement", reason="权属证明不清", due=works.day(5))
    told = said(works.justice, about_case=case, answers=[{"missing_no": 1, "text": "权属证明"}])
    brought = works.justice.accepted("confirmation_supplement", told, **APPLIED)
    assert brought["case"]["state"] == "accepted"
    assert (
        works.heard(works.court, TRIBUNAL, case, "confirmation_supplement")["document"]["answers"][0]["text"]
        == "权属证明"
    )
    assert "JC_SUPPLEMENT" not in due(works.court, case)


@pytest.mark.parametrize(
    ("outcome", "grounds"),
    [("rejected_355", ["355-3"]), ("rejected_358", ["358-5"]), ("terminated", [])],
)
def test_what_is_not_confirmed_goes_back_to_the_mediator_and_its_bureau(
    works: Confirming, outcome: str, grounds: list[str]
):
    case = works.accepted()
    ruled = works.ruled(case, outcome, grounds=grounds, feedback="给付内容不明确,可重新调解或者起诉")
    assert (ruled["case"]["state"], units(ruled)) == ("negative", [COMMITTEE, BUREAU_UNIT])
    mediator = works.heard(works.justice, COMMITTEE, case, "confirmation_ruling", outcome=outcome)
    bureau = works.heard(works.justice, BUREAU_UNIT, case, "confirmation_ruling", outcome=outcome)
    for read in (mediator, bureau):
        assert read["document"]["feedback"] == "给付内容不明确,可重新调解或者起诉"
        assert read["document"].get("grounds", []) == grounds
    assert {"document", "service_plan"} & bureau["document"].keys() == set()
    assert mediator["document"]["document"]["digest"]
    assert not [p["name"] for p in PARTIES if p["name"] in str(bureau)]


def test_who_mediated_hears_of_an_application_made_at_the_court(works: Confirming):
    """Nobody is named: the agreement's organisation hears of it, so a second application is seen."""
    home = works.court.accepted("dispute", dispute(), **TRIBUNAL_AS)["dispute"]
    told = said(
        works.court, route="direct", agreement=works.agreement((5,), organisation=ROOM), applicants=PARTIES,
        venue_basis="organisation_place", request="请求确认协议有效", effective_on=works.day(),
    )  # fmt: skip
    sent = works.court.accepted("confirmation_application", told, **TRIBUNAL_AS, dispute=home)
    case = sent["case"]["id"]
    assert units(sent) == [ROOM]
    heard = works.heard(works.room, ROOM, case, "confirmation_application", route="direct")
    assert [p["name"] for p in heard["document"]["applicants"]] == [p["name"] for p in PARTIES]
    again = said(works.room, **{k: v for k, v in told.items() if k not in ("route", "business_time")})
    second = {"unit": ROOM, "purpose": "confirmation", "to": TRIBUNAL, "dispute": home}
    twice = works.room.say("confirmation_application", {**again, "route": "on_site"}, **second)
    assert problem(twice, 409, "illegal-step")["case"] == case
    works.answer(case, decision="accepted", accepted_on=works.day())
    ruled = works.ruled(case, "rejected_358", grounds=["358-5"])
    assert units(ruled) == [ROOM, ABOVE]
    digest = works.heard(works.room, ROOM, case, "confirmation_ruling")["document"]["document"]["digest"]
    file = f"/v1/blobs/sha-256/{digest}"
    assert works.room.get(file).status_code == 200
    assert "document" not in works.heard(works.above, ABOVE, case, "confirmation_ruling")["document"]
    problem(works.above.get(file), 404, "unknown")


def test_a_district_may_have_the_bureau_told_only_of_what_the_court_remarks_on(works: Confirming):
    file = works.hub.data_dir / "config.json"
    told = [{"name": "confirmation-feedback", "value": "said", "valid_from": works.day()}]
    file.write_text(json.dumps(told), "utf-8")
    works.hub.ok("config", "import", str(file), "--reason", "试验 test")
    works.move()
    assert units(works.ruled(works.accepted(), "rejected_358", grounds=["358-1"])) == [COMMITTEE]
    remarked = works.ruled(works.accepted(), "rejected_358", grounds=["358-1"], feedback="条款违法")
    assert units(remarked) == [COMMITTEE, BUREAU_UNIT]
    file.write_text(json.dumps([{**told[0], "value": "never"}]), "utf-8")
    refused = works.hub.run("config", "import", str(file), "--reason", "试验 test")
    assert refused.returncode != 0
