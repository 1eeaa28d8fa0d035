"""Contract 2, "The same again": repeats, revisions, corrections; on the shared hub."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import SHARED, Hub, Key, System, packed, problem, sha
from tests.contract.samples import GBK, JSON, filed, office, sample
from tests.contract.stage import Stage, listed, own_number
from tests.contract.words import (
    BUREAU,
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    COURT_AS,
    POLICE_AS,
    STATION,
    dispute,
    document,
    referral,
)

NOWHERE = "00000000-0000-7000-8000-000000000000"
SIGNED = document(answer="signed", signed_at=document()["business_time"])


@pytest.fixture
def stage(cast: Cast) -> Stage:
    return Stage(cast)


def header(police: System, **members: Any) -> dict[str, Any]:
    return police.header("dispute", STATION, "police_handling", **members)


def test_a_repeat_gets_the_same_answer_byte_for_byte_and_has_no_second_effect(police: System):
    told, body = header(police), packed(dispute())
    first = police.post(told, body)
    before = listed(police)
    for iat in (police.now() - 200, police.now() + 200):
        again = police.post({**told, "iat": iat}, body)
        assert (again.status_code, again.content) == (202, first.content)
    assert listed(police) == before


def test_a_repeat_may_be_signed_with_another_key_of_the_system(hub: Hub):
    system = hub.add(f"two-keys-{own_number()}", "police", (BUREAU,), "--no-receiving")
    second = Key(f"{system.id}-2", "ES256")
    file = hub.data_dir / f"{system.id}-2.jwk"
    file.write_text(json.dumps(second.public()))
    hub.ok("system", "key", "add", system.id, str(file))
    told, body = system.header("dispute", BUREAU, "police_handling"), packed(dispute())
    first = system.post(told, body)
    assert first.status_code == 202, first.text
    again = system.post({**told, "alg": "ES256", "kid": second.kid}, body, key=second)
    assert (again.status_code, again.content) == (202, first.content)


OTHER: tuple[dict[str, Any], ...] = (
    {"unit": BUREAU},
    {"kind": "guidance"},
    {"to": COMMITTEE},
    {"dispute": NOWHERE},
    {"re": NOWHERE},
    {"purpose": "mediation"},
    {"cty": "application/json"},
    {"name": "other.json"},
    {"files": [{"ref": "1", "digest": "sha-256:" + "0" * 64}]},
)


@pytest.mark.parametrize("members", OTHER, ids=lambda members: next(iter(members)))
def test_each_of_these_makes_it_another_message(police: System, members: dict[str, Any]):
    told, body = header(police), packed(dispute())
    assert police.post(told, body).status_code == 202
    problem(police.post({**told, **members}, body), 409, "jti-reused")


def test_white_space_is_another_body(police: System):
    told, body = header(police), packed(dispute())
    assert police.post(told, body).status_code == 202
    problem(police.post(told, body + b" "), 409, "jti-reused")


def test_a_jti_is_unique_per_sender_only(police: System, court: System):
    told, body = header(police), packed(dispute())
    first = police.post(told, body)
    other = court.post(court.header("dispute", COURT, "adjudication", jti=told["jti"]), body)
    assert (first.status_code, other.status_code) == (202, 202)
    assert first.json()["message"] != other.json()["message"]


def test_twins_in_flight_have_one_effect(police: System):
    told, body = header(police), packed(dispute())
    police.token()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: police.post(told, body), range(16)))
    assert {a.status_code for a in answers} == {202}
    (one,) = {a.content for a in answers}
    found = [m for m in listed(police) if m.get("jti") == told["jti"]]
    assert [m["message"] for m in found] == [json.loads(one)["message"]]


def test_a_repeat_is_answered_when_the_case_has_moved_on(stage: Stage):
    home = Stage(stage.cast)
    told = stage.justice.header("referral_answer", COMMITTEE, "mediation", re=home.referred["message"])
    body = packed(SIGNED)
    first = stage.justice.post(told, body)
    assert first.json()["case"]["state"] == "signed", first.text
    step = document(answer="accepted", mediators=["M1"])
    stage.justice.accepted("referral_answer", step, **COMMITTEE_AS, re=home.referred["message"])
    again = stage.justice.post(told, body)
    assert (again.status_code, again.content) == (202, first.content)
    path = f"/v1/cases/{home.referred['case']['id']}"
    assert stage.justice.get(path).json()["state"] == "accepted"
    late = stage.justice.say("referral_answer", SIGNED, **COMMITTEE_AS, re=home.referred["message"])
    problem(late, 409, "illegal-step")


@pytest.mark.parametrize(
    ("members", "raw", "status"),
    [
        ({}, b"{", 400),
        ({}, packed(dispute(dispute_type="none")), 422),
        ({"unit": COMMITTEE}, packed(dispute()), 403),
        ({"dispute": NOWHERE}, packed(dispute()), 404),
        ({"to": "none"}, packed(dispute()), 422),
    ],
)
def test_only_acceptance_uses_up_a_jti(police: System, members: dict[str, Any], raw: bytes, status: int):
    told = header(police)
    assert police.post({**told, **members}, raw).status_code == status
    assert police.post(told, packed(dispute())).status_code == 202


def office_header(police: System, **members: Any) -> dict[str, Any]:
    return police.header("referral", STATION, "mediation", JSON, to=COMMITTEE, **members)


def test_the_same_native_number_again_is_a_revision(police: System, justice: System):
    body = office()
    first = police.post(office_header(police), body).json()
    state = justice.get(f"/v1/cases/{first['case']['id']}").json()
    changed = body.replace("共用排水沟堵塞".encode(), "共用排水沟再次堵塞".encode())
    assert changed != body
    second = police.post(office_header(police), changed)
    assert second.status_code == 202
    told = second.json()
    assert told["revision"] == 2
    assert told["message"] != first["message"]
    assert (told["dispute"], told["case"]) == (first["dispute"], first["case"])
    assert told["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
    after = justice.get(f"/v1/cases/{first['case']['id']}").json()
    assert (after["state"], len(after["history"])) == (state["state"], len(state["history"]))
    assert len(justice.get(f"/v1/disputes/{first['dispute']}").json()["cases"]) == 1
    read = justice.get(f"/v1/messages/{told['message']}").json()
    assert (read["revision"], read["replaces"]) == (2, first["message"])


def test_unchanged_content_is_stored_and_receipted_and_delivered_to_nobody(police: System):
    body = office()
    first = police.post(office_header(police), body).json()
    blanks = b" " + body
    told = police.post(office_header(police), blanks).json()
    assert (told["revision"], told["deliveries"]) == (2, [])
    assert told["receipt"] != first["receipt"]
    assert police.get(f"/v1/messages/{told['message']}").json()["deliveries"] == []
    assert police.get(f"/v1/messages/{told['message']}/native").content == blanks
    assert police.get(f"/v1/messages/{told['message']}/receipt").text == told["receipt"]
    third = police.post(office_header(police), body.replace("堵塞".encode(), "不通".encode())).json()
    assert third["revision"] == 3
    assert police.get(f"/v1/messages/{third['message']}").json()["replaces"] == told["message"]


def test_native_numbers_are_unique_per_kind(court: System):
    body = filed()
    first = court.post(court.header("dispute", COURT, "adjudication", GBK), body).json()
    number, case = (
        body.decode("gb18030").partition(f"<{name}>")[2].partition("<")[0] for name in ("案件标识", "案号")
    )
    closed = sample("court/04").decode("gb18030")
    for name, value in (("案件标识", number), ("案号", case)):
        old = closed.partition(f"<{name}>")[2].partition("<")[0]
        closed = closed.replace(old, value)
    told = court.post(court.header("case_status", COURT, "adjudication", GBK), closed.encode("gb18030"))
    assert told.status_code == 202, told.text
    assert "revision" not in told.json()
    assert told.json()["dispute"] == first["dispute"]


def test_native_numbers_are_unique_per_system(police: System, hub: Hub):
    other = hub.add(f"own-numbers-{own_number()}", "police", (BUREAU,), "--no-receiving")
    body = office()
    first = police.post(office_header(police), body).json()
    told = other.post(other.header("referral", BUREAU, "mediation", JSON, to=COMMITTEE), body)
    assert told.status_code == 202, told.text
    assert "revision" not in told.json()
    assert told.json()["dispute"] != first["dispute"]
    assert first["dispute"] not in told.text


def correction(message: str, **members: Any) -> dict[str, Any]:
    told = {
        "action": "apply",
        "message": message,
        "changes": [{"pointer": "/reason", "reason_code": "typing"}],
        "new": {"reason": "更正后的理由"},
        "requested_by": "unit",
        "reason": "录入错误",
        **members,
    }
    return document(**{name: value for name, value in told.items() if value is not None})


@pytest.mark.parametrize("new", [{"reason": "更正后的理由"}, None], ids=["replaced", "retracted"])
def test_a_correction_tells_the_receivers_and_leaves_the_evidence(stage: Stage, new: dict[str, Any] | None):
    message = stage.referred["message"]
    evidence = [stage.police.get(f"/v1/messages/{message}{part}").content for part in ("/native", "/receipt")]
    told = stage.police.accepted("correction", correction(message, new=new), **POLICE_AS)
    assert told["dispute"] == stage.home
    assert {"unit": COMMITTEE, "state": "queued"} in told["deliveries"]
    read = stage.justice.get(f"/v1/messages/{told['message']}").json()
    assert read["document"]["message"] == message
    case = stage.justice.get(f"/v1/cases/{stage.referred['case']['id']}").json()
    assert case["state"] == "sent"
    after = [stage.police.get(f"/v1/messages/{message}{part}").content for part in ("/native", "/receipt")]
    assert after == evidence


@pytest.mark.parametrize("speaker", ["justice", "court"])
def test_only_the_sender_corrects(stage: Stage, speaker: str):
    who = COMMITTEE_AS if speaker == "justice" else COURT_AS
    system: System = getattr(stage, speaker)
    problem(system.say("correction", correction(stage.referred["message"]), **who), 404, "unknown")
    problem(system.say("correction", correction(NOWHERE), **who), 404, "unknown")


def test_the_receipt_says_what_was_taken(hub: Hub, police: System):
    told, body = header(police), packed(dispute())
    sent = police.key.detached(told, body)
    answer = police.post(told, body, signature=sent).json()
    claims = hub.read(answer["receipt"], "liantiao-receipt+jwt", police.id)
    assert set(claims) == {"iss", "aud", "iat", "jti", "msg", "msg_jti", "digest", "leaf", "salt"}
    assert (claims["msg"], claims["msg_jti"]) == (answer["message"], told["jti"])
    assert claims["digest"] == sha(sent.split(".")[0].encode() + b"." + body)
    assert len(claims["leaf"]) == 64
    assert claims["leaf"] == claims["leaf"].lower()
    assert police.get(f"/v1/messages/{answer['message']}/native").content == body
    assert SHARED in police.get(f"/v1/messages/{answer['message']}/native").headers["content-type"]


def test_an_answer_has_these_members(police: System):
    told = police.accepted("dispute", dispute(), **POLICE_AS)
    assert set(told) == {"message", "dispute", "case", "deliveries", "findings", "receipt"}
    assert told["case"] is None
    sent = police.accepted("referral", referral(), **POLICE_AS, to=COMMITTEE, dispute=told["dispute"])
    assert set(sent["case"]) == {"id", "machine", "state"}
    assert sent["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
    for identifier in (told["message"], told["dispute"], sent["case"]["id"]):
        assert identifier[14] == "7"
