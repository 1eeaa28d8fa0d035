"""The confirmation application of a committee: all parties, their agreement, promises and papers."""

import pytest

import schemas
from hub.translate.records import FileRef
from tests.adapters.justice.justice_files import (
    COMPANY,
    CREDIT_CODE,
    Json,
    document,
    example,
    only,
    read,
    rule,
    written,
)

KIND = "confirmation_application"
FORM = example("06_confirmation_application")
APPLICANT: Json = {"姓名": "郑测一", "性别": "男", "生日": "1968-3-5", "身份证": "500000196803059010"}


def applicants(*people: Json) -> list[Json]:
    found = document(KIND, FORM | {"申请人": list(people)})
    assert schemas.faults(KIND, found) == ()
    told = found["applicants"]
    assert isinstance(told, list)
    return told


def test_it_brings_the_agreement_the_law_needs() -> None:
    found = document(KIND, FORM)
    assert found["agreement"] == {
        "number": {
            "system": "agreement_no",
            "value": "测调〔2021〕12号",
            "normal_form": "测调(2021)12号",
        },
        "form": "written",
        "mediation_type": "people",
        "organisation": "3105",
        "effective_on": "2021-04-18",
    }
    assert (found["effective_on"], found["business_time"]) == ("2021-04-18", "2021-04-19T00:00:00+08:00")
    assert (found["route"], found["venue_basis"]) == ("on_site", "undecided")


def test_the_agreement_number_only_joins() -> None:
    record = only(read(KIND, FORM))
    assert [(n.system, n.normal) for n in record.links] == [("agreement_no", "测调(2021)12号")]
    assert (record.own, record.case) == ((), ())


def test_the_receiver_is_everybodys() -> None:
    found = document(KIND, FORM)
    told = found["applicants"]
    assert isinstance(told, list)
    assert [a["service_address"] for a in told] == [{"receiver": "沈调一"}] * 3
    assert written("confirmation_form", KIND, found)[0]["代收人"] == "沈调一"
    told[1]["service_address"] = {"receiver": "冯测二"}
    made, dropped = written("confirmation_form", KIND, found)
    assert made["代收人"] == ""
    assert "/applicants/0/service_address/receiver" in dropped


@pytest.mark.parametrize("nobody", ["", "无", None])
def test_nobody_receives_for_them(nobody: object) -> None:
    told = document(KIND, FORM | {"代收人": nobody})["applicants"]
    assert isinstance(told, list)
    assert not any("service_address" in a for a in told)


@pytest.mark.parametrize(
    ("told", "promises", "elsewhere"),
    [
        (FORM["承诺"], ["voluntary", "no_harm", "no_other_application"], False),
        ("双方自愿达成协议;未损害他人利益", ["voluntary", "no_harm"], None),
        (["所提供的材料真实", "自愿"], ["true_materials", "voluntary"], None),
        (["如给他人造成损害,愿意承担责任"], None, None),
        ([], None, None),
        ("无", None, None),
    ],
)
def test_promises(told: object, promises: list[str] | None, elsewhere: bool | None) -> None:
    found = document(KIND, FORM | {"承诺": told})
    assert found.get("promises") == promises
    assert found.get("other_applications") is elsewhere
    back, _ = written("confirmation_form", KIND, found, "confirmation_form")
    assert document(KIND, back).get("promises") == promises


def test_a_promise_nobody_listed_is_noted() -> None:
    record = only(read(KIND, FORM | {"承诺": ["自愿达成", "我们很高兴"]}))
    assert ("lossy", "/承诺") in [(f.code, f.native) for f in record.findings]


def test_papers_are_bound_by_the_word_in_the_envelope() -> None:
    files = {"调解协议书": FileRef("a" * 64, "协议.pdf", "application/pdf", 12)}
    record = only(read(KIND, FORM, files))
    assert record.document is not None
    agreement, identity, address = record.document["papers"]
    assert agreement == {
        "ref": "调解协议书",
        "catalogue": "agreement",
        "digest": "a" * 64,
        "name": "协议.pdf",
        "media_type": "application/pdf",
        "size": 12,
    }
    assert identity == {"ref": "身份证复印件", "catalogue": "identity"}
    assert address == {"ref": "送达地址确认书", "catalogue": "service_address"}
    assert [f.detail for f in record.findings if f.code == "paper"] == ["file", "file"]


def test_papers_from_elsewhere_are_written_as_the_form_calls_them() -> None:
    papers = [
        {"catalogue": "agreement", "ref": "505", "digest": "b" * 64},
        {"catalogue": "other", "name": "照片.jpg"},
        {"catalogue": "identity", "ref": "户口簿复印件"},
    ]
    made, _ = written("confirmation_form", KIND, {"papers": papers})
    assert made["附件"] == ["调解协议书", "照片.jpg", "户口簿复印件"]


def test_a_company_applies_under_its_name_and_seat() -> None:
    company: Json = {
        "名称": COMPANY,
        "住所地": "二号路8号",
        "法定代表人": "彭测四",
        "职务": "经理",
        "身份证": CREDIT_CODE,
        "委托代理人": "袁测五",
    }
    person, firm = applicants(APPLICANT, company)
    assert (person["kind"], person["birth_date"]) == (
        "person",
        {"value": "1968-03-05", "precision": "day", "raw": "1968-3-5"},
    )
    assert {name: firm[name] for name in ("kind", "name", "credit_code", "legal_representative")} == {
        "kind": "legal_person",
        "name": COMPANY,
        "credit_code": CREDIT_CODE,
        "legal_representative": "彭测四",
    }
    assert (firm["addresses"], firm["agents"]) == (
        [{"kind": "registered", "text": "二号路8号"}],
        [{"name": "袁测五"}],
    )
    made, _ = written("confirmation_form", KIND, {"applicants": [person, firm]})
    one, two = made["申请人"]
    assert (one["姓名"], one["名称"]) == ("郑测一", "")
    assert {name: two[name] for name in company} == company


def test_a_hospital_is_an_organisation() -> None:
    [hospital] = applicants({"名称": "测试医院"})
    assert (hospital["kind"], hospital["name"]) == ("organisation", "测试医院")


def test_people_as_they_come() -> None:
    minor, masked, unknown, untold = applicants(
        APPLICANT | {"姓名": "阿依·测六", "身份证": "500000200909099060", "生日": "2009年9月9日"},
        APPLICANT | {"姓名": "袁*五", "身份证": "500000********0005"},
        APPLICANT | {"姓名": "袁某(身份不详)", "身份证": "无", "生日": None},
        {"性别": "女"},
    )
    assert minor["flags"] == {"minor": True}
    assert (masked["name_status"], masked["id_status"]) == ("masked", "masked")
    assert (unknown["name_status"], unknown["id_status"]) == ("unknown", "missing")
    assert (untold["name"], untold["sex"]) == ("身份不详", "2")


def test_sex_is_a_word_here_and_a_number_says_nothing() -> None:
    changed = FORM | {"申请人": [APPLICANT | {"性别": "1"}]}
    assert rule(KIND, changed) == [("code", "/#2/0/#2")] or rule(KIND, changed)[0][0] == "code"


def test_the_form_comes_back() -> None:
    back, dropped = written("confirmation_form", KIND, document(KIND, FORM), "confirmation_form")
    people = back.pop("申请人")
    assert isinstance(people, list)
    assert back == {name: value for name, value in FORM.items() if name != "申请人"}
    for person, sent in zip(people, FORM["申请人"], strict=True):
        assert {name: person[name] for name in sent} == sent
    assert dropped == []
