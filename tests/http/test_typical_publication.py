"""A typical case from draft to the public list: rewritten, checked, signed by two, taken back."""

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import httpx
import pytest

from hub.evidence import archive
from hub.evidence.verify import verify_bundle
from tests.contract.kit import System, problem
from tests.contract.words import COMMITTEE, OFFICE, PARTIES, TRIBUNAL, dispute
from tests.http.district import District, said

TEXT = "两户相邻,因共用水沟发生争议。\n经人民调解员释明相邻义务,双方当场清理,纠纷化解。"
CHECKED = dict.fromkeys(
    ("minor", "domestic_violence", "family", "confirmation_document", "state_secret"), False
)
READY: dict[str, Any] = {
    "title": "共用水沟引发的相邻纠纷",
    "text": TEXT,
    "rules": "相邻各方应当给予排水的便利。",
    "tags": ["2"],
    "excluded_check": CHECKED,
    "masking": {"rules_version": "2016-19"},
    "reidentification": {"by": "余测审", "on": "2026-11-20", "result": "未见可识别信息"},
    "party_consent": True,
}
FIRST, SECOND = "余测审", "包测签"


def sent(district: District, **members: Any) -> str:
    """A candidate of the committee that the tribunal reads."""
    told = said(district.justice, **{**READY, **members})
    answer = district.justice.accepted("typical_case", told, COMMITTEE, "mediation", to=TRIBUNAL)
    return str(answer["message"])


def sign(system: System, case: str, unit: str, person: str) -> httpx.Response:
    told = {"unit": unit, "person": person}
    return system.call("POST", f"/v1/typical-cases/{case}/signoffs", json=told)


def public(district: District) -> dict[str, dict[str, Any]]:
    """The published list as anybody reads it, without a token."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    while True:
        page = district.hub.get(f"/v1/typical-cases?limit=1{after}").json()
        found |= {case["case"]: case for case in page["cases"]}
        if not page["more"]:
            return found
        after = f"&after={page['next']}"


def refused(answer: httpx.Response) -> set[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return {(each["rule"], each["pointer"]) for each in answer.json()["errors"]}


def test_two_persons_of_two_units_make_it_public(district: District):
    case = sent(district)
    assert case not in public(district)
    first = sign(district.justice, case, COMMITTEE, FIRST)
    assert (first.status_code, first.json()["state"]) == (201, "signed"), first.text
    assert case not in public(district)
    for system, unit, person in (
        (district.justice, COMMITTEE, SECOND),  # the same unit
        (district.court, TRIBUNAL, " 余测 审"),  # the same person, written otherwise
    ):
        again = sign(system, case, unit, person)
        assert problem(again, 403, "kind-not-allowed")["errors"][0]["rule"] == "two_signers"
    assert sign(district.police, case, "500199520000", SECOND).status_code == 404  # reads no candidate
    assert sign(district.justice, case, TRIBUNAL, SECOND).status_code == 403  # another's unit
    done = sign(district.court, case, TRIBUNAL, SECOND)
    assert (done.status_code, done.json()["state"]) == (201, "published"), done.text
    shown = public(district)[case]
    assert shown == district.hub.get(f"/v1/typical-cases/{case}").json()
    assert set(shown) == {"case", "units", "published_at", "title", "text", "rules", "tags"}
    assert (shown["text"], set(shown["units"])) == (TEXT, {COMMITTEE, TRIBUNAL})
    assert FIRST not in json.dumps(shown, ensure_ascii=False)
    assert sign(district.justice, case, OFFICE, "第三人").status_code in (404, 409)


def test_each_signature_is_in_the_log_and_in_the_bundle(district: District):
    case = sent(district)
    for system, unit, person in ((district.justice, COMMITTEE, FIRST), (district.court, TRIBUNAL, SECOND)):
        assert sign(system, case, unit, person).is_success
        assert not sign(system, case, unit, person).is_success  # what is refused leaves no entry
    trust = district.hub.get("/.well-known/liantiao-log").json()["vkey"]
    for system in (district.justice, district.court):
        bundle = system.get(f"/v1/messages/{case}/evidence").content
        assert verify_bundle(bundle, trust).ok, verify_bundle(bundle, trust).text()
        told = ZipFile(BytesIO(bundle)).read("events.json")
        signed = [event for event in json.loads(told) if event["type"] == "signoff"]
        assert {event["unit"] for event in signed} == {COMMITTEE, TRIBUNAL}
        assert FIRST not in told.decode()
        other = told.replace(f'"unit": "{TRIBUNAL}"'.encode(), f'"unit": "{OFFICE}"'.encode())
        assert not verify_bundle(changed(bundle, other), trust).ok
    done = district.hub.run("log", "verify", LIANTIAO_ISSUER=district.hub.issuer)
    assert done.returncode == 0, done.stdout + done.stderr


def changed(bundle: bytes, events: bytes) -> bytes:
    """The bundle with other events, its list of files made to fit."""
    files = {name: ZipFile(BytesIO(bundle)).read(name) for name in ZipFile(BytesIO(bundle)).namelist()}
    manifest = json.loads(files["manifest.json"])
    for file in manifest["files"]:
        if file["name"] == "events.json":
            file |= {"size": len(events), "sha256": sha256(events).hexdigest()}
    return archive.write({**files, "events.json": events, "manifest.json": json.dumps(manifest).encode()})


def test_what_keeps_it_from_the_public_is_told_by_place(district: District):
    case = sent(
        district,
        text=f"{TEXT}\n其子9岁,电话10000000001。",
        title="离婚后的水沟",
        tags=["2", "1"],
        excluded_check={**CHECKED} | {"family": False},
        party_consent=False,
        reidentification={"by": "余测审"},
    )
    found = refused(sign(district.justice, case, COMMITTEE, FIRST))
    assert found == {
        ("typical-direct", "/text"),
        ("typical-direct", "/title"),
        ("typical-excluded", "/tags/1"),
        ("typical-consent", "/party_consent"),
        ("typical-unchecked", "/reidentification/on"),
        ("typical-unchecked", "/reidentification/result"),
    }
    review = district.court.get(f"/v1/typical-cases/{case}/review").json()
    told = {(f["pointer"], f["paragraph"], f["found"]) for f in review["findings"]}
    assert told >= {("/text", 3, "phone"), ("/text", 3, "minor"), ("/title", 1, "excluded")}
    assert "10000000001" not in json.dumps(review)
    assert (review["state"], review["signed"]) == ("candidate", [])
    said_so = said(district.justice, **{**READY, "excluded_check": {**CHECKED, "minor": True}})
    never = district.justice.say("typical_case", said_so, COMMITTEE, "mediation", to=TRIBUNAL)
    assert never.status_code == 422


def test_a_text_is_held_against_the_persons_of_its_dispute(district: District):
    registered = dispute() | said(district.justice, origin="application")
    home = district.justice.accepted("dispute", registered, COMMITTEE, "mediation")["dispute"]
    name = PARTIES[0]["name"]
    words = f"{name}与邻居在测试镇一号村因排水争执,{PARTIES[0]['id_number']}。"
    case = sent(district, text=words, dispute=home)
    assert refused(sign(district.court, case, TRIBUNAL, SECOND)) == {("typical-direct", "/text")}
    review = district.court.get(f"/v1/typical-cases/{case}/review").json()
    assert {f["found"] for f in review["findings"]} >= {"person-name", "person-number", "person-address"}
    asked = {"unit": COMMITTEE, "text": words, "dispute": home}
    draft = district.justice.call("POST", "/v1/typical-cases/draft", json=asked).json()
    assert (draft["text"], draft["findings"]) == ("郑某与邻居在(略)因排水争执,(略)。", [])
    foreign = district.court.call(
        "POST", "/v1/typical-cases/draft", json={"unit": TRIBUNAL, "text": name, "dispute": home}
    )
    assert foreign.status_code == 404  # nobody tries names against a dispute that is not theirs
    rewritten = sent(district, text=draft["text"], dispute=home)
    assert sign(district.court, rewritten, TRIBUNAL, SECOND).status_code == 201
    family = {**registered, "dispute_type": "1", "facts": "另一件"}
    other = district.justice.accepted("dispute", family, COMMITTEE, "mediation")["dispute"]
    case = sent(district, dispute=other)
    assert refused(sign(district.justice, case, COMMITTEE, FIRST)) == {("typical-excluded", "/dispute")}


def test_a_dispute_that_the_envelope_names_counts_too(district: District):
    registered = dispute() | said(district.justice, origin="application", dispute_type="1")
    home = district.justice.accepted("dispute", registered, COMMITTEE, "mediation")["dispute"]
    told = said(district.justice, **{**READY, "text": f"{TEXT}\n{PARTIES[0]['name']}当场道歉。"})
    answer = district.justice.accepted(
        "typical_case", told, COMMITTEE, "mediation", to=TRIBUNAL, dispute=home
    )
    case = str(answer["message"])
    assert refused(sign(district.justice, case, COMMITTEE, FIRST)) == {
        ("typical-direct", "/text"),
        ("typical-excluded", "/dispute"),
    }


CHILD = {**PARTIES[0], "birth_date": {"value": "2015-06-01", "precision": "day"}}
CHILD.pop("id_number")


@pytest.mark.parametrize(
    "about",
    [
        {"parties": [CHILD, PARTIES[1]]},
        {"parties": [{**PARTIES[0], "flags": {"minor": True}}, PARTIES[1]]},
        {"parties": [{**PARTIES[0], "flags": {"domestic_violence": "victim"}}, PARTIES[1]]},
        {"cause": {"code": "15", "version": "2026"}},
    ],
    ids=["a child by its birthday", "a child as told", "violence at home", "a family's property"],
)
def test_a_dispute_that_is_never_published_is_known_by_its_own_messages(
    district: District, about: dict[str, Any]
):
    """Whatever its sender says of it: `excluded_check` says no to all."""
    plain = dispute() | said(district.justice, origin="application")
    for members, state in ((about, 422), ({}, 201)):
        told = {**plain, **members, "facts": f"共用水沟{uuid4()}"}
        home = district.justice.accepted("dispute", told, COMMITTEE, "mediation")["dispute"]
        answer = sign(district.justice, sent(district, dispute=home), COMMITTEE, FIRST)
        assert answer.status_code == state, answer.text
        if state == 422:
            assert refused(answer) == {("typical-excluded", "/dispute")}


def test_details_that_fit_together_are_answered_for(district: District):
    words = f"{TEXT}\n3月4日,示例镇居民,67岁,诉至调委会。"
    assert refused(sign(district.justice, sent(district, text=words), COMMITTEE, FIRST)) == {
        ("typical-hint", "/text")
    }
    weighed = {"rules_version": "2016-19", "remaining_risk": "同类纠纷较多,经研判不可识别"}
    assert sign(district.justice, sent(district, text=words, masking=weighed), COMMITTEE, FIRST).is_success


def test_what_is_taken_back_or_corrected_is_gone(district: District):
    case, other = sent(district), sent(district)
    for each in (case, other):
        assert sign(district.justice, each, COMMITTEE, FIRST).is_success
        assert sign(district.court, each, TRIBUNAL, SECOND).is_success
    assert public(district).keys() >= {case, other}
    back = f"/v1/typical-cases/{case}/withdrawal"
    assert district.police.call("POST", back, json={"unit": "500199520000"}).status_code == 404
    assert district.court.call("POST", back, json={"unit": TRIBUNAL}).is_success
    told = said(district.justice, message=other, action="apply", reason="当事人撤回同意")
    answer = district.justice.say("correction", told, COMMITTEE, "mediation")
    assert answer.status_code == 202, answer.text
    assert public(district).keys().isdisjoint({case, other})
    assert district.hub.get(f"/v1/typical-cases/{case}").status_code == 404
    assert sign(district.justice, case, OFFICE, SECOND).status_code in (404, 409)
