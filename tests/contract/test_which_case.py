"""Contract 2, "Which case": what names the case a message means, in that order, and never by guess."""

from typing import Any

import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import System, packed, problem
from tests.contract.samples import JSON, changed
from tests.contract.stage import Stage, own_number
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    COURT_AS,
    JUSTICE_BUREAU,
    POLICE_AS,
    TRIBUNAL,
    TRIBUNAL_AS,
    dispute,
    document,
    now,
    referral,
)

ASK = {"action": "ask", "request_type": "law", "question": "相邻排水如何处理"}
REPLY = document(action="accepted")


def signed(**members: Any) -> dict[str, Any]:
    return document(answer="signed", signed_at=now(), **members)


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


@pytest.fixture
def asked(stage: Stage) -> list[dict[str, Any]]:
    """Two consultations of the tribunal about the dispute, both open."""
    about = {**COMMITTEE_AS, "to": TRIBUNAL, "dispute": stage.home}
    return [stage.justice.accepted("consultation", document(**ASK), **about) for _ in range(2)]


def test_re_names_it(stage: Stage):
    told = stage.justice.accepted("referral_answer", signed(), **COMMITTEE_AS, re=stage.referred["message"])
    assert told["case"] == {**stage.referred["case"], "state": "signed"}
    assert told["dispute"] == stage.home


def test_about_case_names_it(stage: Stage):
    told = stage.justice.accepted(
        "referral_answer", signed(about_case=stage.referred["case"]["id"]), **COMMITTEE_AS
    )
    assert told["case"] == {**stage.referred["case"], "state": "signed"}


def test_the_dispute_names_its_only_open_case(stage: Stage):
    told = stage.justice.accepted("referral_answer", signed(), **COMMITTEE_AS, dispute=stage.home)
    assert told["case"] == {**stage.referred["case"], "state": "signed"}


def test_a_dispute_without_an_open_case_of_the_machine_names_none(stage: Stage):
    stage.police.accepted(
        "withdrawal", document(target="referral", reason="撤回"), **POLICE_AS, re=stage.referred["message"]
    )
    answer = stage.justice.say("referral_answer", signed(), **COMMITTEE_AS, dispute=stage.home)
    problem(answer, 422, "case-unknown")
    late = stage.justice.say("referral_answer", signed(), **COMMITTEE_AS, re=stage.referred["message"])
    told = problem(late, 409, "illegal-step")
    assert told["state"] == "recalled"
    assert "referral_answer" not in {step["kind"] for step in told["steps"]}


def test_of_several_open_cases_none_is_guessed(stage: Stage, asked: list[dict[str, Any]]):
    answer = stage.court.say(
        "consultation_reply", REPLY, **{**TRIBUNAL_AS, "purpose": "mediation"}, dispute=stage.home
    )
    problem(answer, 422, "case-unknown")
    told = stage.court.accepted(
        "consultation_reply", REPLY, **{**TRIBUNAL_AS, "purpose": "mediation"}, re=asked[1]["message"]
    )
    assert told["case"]["id"] == asked[1]["case"]["id"]


def test_what_contradicts_itself_is_not_guessed(stage: Stage):
    other = Stage(stage.cast)
    answer = stage.justice.say(
        "referral_answer", signed(), **COMMITTEE_AS, re=stage.referred["message"], dispute=other.home
    )
    problem(answer, 422, "case-unknown")
    assert stage.seen()[f"police-sys /v1/disputes/{stage.home}"][1]["cases"][0]["state"] == "sent"


def test_a_native_number_of_the_senders_own_names_it(court: System, justice: System):
    serial = int(own_number()[-8:])

    def of_case(told: dict[str, Any]) -> None:
        assert "sfLawCaseId" in told or "sfLawCaseId" in str(told)
        _number(told, serial)

    body = changed("court/11_entrusted", of_case)
    header = court.header("referral", TRIBUNAL, "adjudication", JSON, to=COMMITTEE)
    first = court.post(header, body)
    assert first.status_code == 202, first.text
    numbers = [{"system": "sf_case", "value": str(serial)}]
    taken = document(target="referral", reason="撤回", identifiers=numbers)
    said = {"unit": TRIBUNAL, "purpose": "adjudication"}
    told = court.accepted("withdrawal", taken, **said)
    assert told["case"] == {**first.json()["case"], "state": "recalled"}
    stranger = justice.say("referral_answer", signed(identifiers=numbers), **COMMITTEE_AS)
    problem(stranger, 422, "case-unknown")


def _number(told: Any, serial: int) -> None:
    """Every case id in a front end's JSON."""
    if isinstance(told, dict):
        for name, value in told.items():
            if name == "sfLawCaseId":
                told[name] = serial
            elif name == "caseNo" and value:
                told[name] = f"（2026）渝0199民初{serial}号"
            else:
                _number(value, serial)
    elif isinstance(told, list):
        for part in told:
            _number(part, serial)


def test_a_number_of_another_system_joins_at_once_for_who_could_read_the_dispute(stage: Stage):
    numbers = [{"system": "jjdbh", "value": stage.number}]
    told = stage.justice.accepted("dispute", dispute(explicit_links=numbers), **COMMITTEE_AS)
    assert told["dispute"] == stage.home


def test_a_number_of_another_system_proposes_a_link_to_who_holds_it(stage: Stage):
    numbers = [{"system": "jjdbh", "value": stage.number}]
    told = stage.court.accepted("dispute", dispute(explicit_links=numbers), **COURT_AS)
    assert told["dispute"] != stage.home
    admin = stage.hub.add(
        f"links-{stage.number}", "justice", (JUSTICE_BUREAU,), "--scope", "admin", "--no-receiving"
    )
    proposed = admin.get("/v1/admin/link-proposals").json()
    assert told["dispute"] in str(proposed)
    assert stage.home in str(proposed)


def test_a_dispute_that_is_named_and_readable_is_joined(stage: Stage):
    told = stage.justice.accepted("dispute", dispute(), **COMMITTEE_AS, dispute=stage.home)
    assert told["dispute"] == stage.home


@pytest.mark.parametrize("member", ["re", "dispute"])
def test_another_s_ids_answer_as_no_ids_in_a_dry_run_too(stage: Stage, member: str):
    ids = {"re": stage.referred["message"], "dispute": stage.home}
    header = stage.court.header("dispute", COURT, "adjudication", **{member: ids[member]})
    body = packed(dispute())
    dry = stage.court.post(header, body, headers={"Prefer": "handling=validate"})
    assert stage.home not in dry.text
    problem(stage.court.post(header, body), 404, "unknown")


def test_the_addressee_of_the_envelope_wins_over_the_rules(stage: Stage):
    told = stage.police.accepted("dispute", dispute(), **POLICE_AS, to=COURT)
    assert told["deliveries"] == [{"unit": COURT, "state": "queued"}]
    assert stage.court.get(f"/v1/messages/{told['message']}").status_code == 200
    sent = stage.police.accepted("referral", referral(), **POLICE_AS, to=COMMITTEE, dispute=told["dispute"])
    assert sent["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
    problem(stage.court.get(f"/v1/messages/{sent['message']}"), 404, "unknown")
