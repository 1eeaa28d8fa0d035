"""锡盟 application and register: two slots, one list of types, texts that say the same twice."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from tests.adapters.justice.justice_files import (
    COMPANY,
    CREDIT_CODE,
    Json,
    document,
    example,
    only,
    read,
    read_form,
    rule,
    written,
)

APPLICATION = example("02_application_decoded")
REGISTER = example("03_register_response")


def applied(**changes: object) -> Json:
    return document("dispute", APPLICATION | changes)


def parties(found: Json) -> list[Json]:
    people = found["parties"]
    assert isinstance(people, list)
    return people


def registered(**changes: object) -> Json:
    body = REGISTER["body"]
    assert isinstance(body, dict)
    return document("dispute", REGISTER | {"body": body | changes})


def test_form_and_json_say_the_same() -> None:
    assert only(read_form(json.dumps(APPLICATION))).document == applied()


def test_it_has_no_number_of_its_own() -> None:
    record = only(read("dispute", APPLICATION))
    assert (record.own, record.case, record.links) == ((), (), ())
    assert "identifiers" not in applied()


def test_who_is_only_told_of_in_the_facts_is_no_party() -> None:
    found = applied()
    assert [party["name"] for party in parties(found)] == ["郑测一", "冯测二"]
    assert "余测三" in str(found["facts"])


@pytest.mark.parametrize(
    ("code", "label", "shared"),
    [
        ("2", "邻里纠纷", "2"),
        ("1", "邻里", "2"),  # the zero-based list
        ("2", "房屋宅基地纠纷", "3"),
        (9, "劳动争议纠纷", "10"),
        ("2", "", None),  # a bare number says nothing
        ("2", None, None),
        ("13", "消防", "99"),  # probably 消费: not guessed
    ],
)
def test_the_label_tells_the_type_and_the_bare_number_does_not(
    code: object, label: object, shared: str | None
) -> None:
    record = only(read("dispute", APPLICATION | {"caseType": code, "caseTypeDesc": label}))
    assert record.document is not None
    assert record.document.get("dispute_type") == shared
    assert record.document["native_extras"]["/caseType"] == str(code)
    assert any(f.code == "lossy" for f in record.findings) is (shared == "99")


@pytest.mark.parametrize(
    ("slot", "names"),
    [
        ("冯测二、余测三(翁媳)", ["冯测二", "余测三"]),
        ("冯测二,余测三", ["冯测二", "余测三"]),
        ("冯测二；余测三；", ["冯测二", "余测三"]),
        ("冯测二/阿依·测六", ["冯测二", "阿依·测六"]),
        ("袁某(身份不详)、余测三", ["袁某", "余测三"]),
        ("冯**、余测三", ["冯**", "余测三"]),
        (f"{COMPANY}、彭测四", [COMPANY, "彭测四"]),
        ("阿依·测六", ["阿依·测六"]),
        ("重庆测试八、九有限公司", ["重庆测试八、九有限公司"]),
        ("甲乙(丙、丁)有限公司", ["甲乙(丙、丁)有限公司"]),
        ("冯测二、余测三等5人", ["冯测二、余测三等5人"]),
        ("冯 测二", ["冯 测二"]),
    ],
)
def test_people_in_one_slot(slot: str, names: list[str]) -> None:
    found = applied(defendantName=slot)
    assert [party["name"] for party in parties(found)[1:]] == names
    assert schemas.faults("dispute", found) == ()


def test_what_belongs_to_one_goes_to_each_only_if_there_are_as_many() -> None:
    _, first, second = parties(
        applied(
            defendantName="冯测二、余测三",
            defendantIdcard="500000197511209026/500000490712905",
            defendantPhone="10000000002，10000000003",
            defendantSex="2、1",
            defendantBirthday="1975-11-20",
            defendantOccupation="农民、瓦工",
        )
    )
    assert (first["id_number"], second["id_number"]) == ("500000197511209026", "500000490712905")
    assert (first["phones"], second["phones"]) == (["10000000002"], ["10000000003"])
    assert (first["sex"], second["sex"]) == ("2", "1")
    assert "birth_date" in first
    assert "birth_date" not in second
    assert (first["occupation"], "occupation" in second) == ("农民、瓦工", False)
    assert first["addresses"] == second["addresses"]


def test_one_number_of_two_people_is_the_first_ones() -> None:
    _, first, second = parties(applied(defendantName="冯测二、余测三"))
    assert (first["id_status"], second["id_status"]) == ("valid", "missing")
    assert (first["phones"], second.get("phones")) == (["10000000002"], None)


def test_the_untouched_file_comes_back() -> None:
    sent = APPLICATION | {
        "defendantName": "冯测二、余测三(翁媳)",
        "defendantIdcard": "500000197511209026/500000490712905",
        "proxyName": "袁测五",
        "proxyType": "表兄",
    }
    back, dropped = written("xlgl_application", "dispute", document("dispute", sent), "xlgl_application")
    assert back == sent
    assert dropped == ["/business_time"]  # only the envelope told it


def test_from_elsewhere_two_sides_are_written_and_a_third_is_reported() -> None:
    people: list[Json] = [
        {"ref": f"p{n}", "kind": "person", "role": role, "name": name, "id_number": number}
        for n, (role, name, number) in enumerate(
            [
                ("plaintiff", "测甲", "1"),
                ("side_b", "测乙", "2"),
                ("side_b", "测丙", "3"),
                ("third", "测丁", "4"),
            ],
            start=1,
        )
    ]
    made, dropped = written("xlgl_application", "dispute", {"action": "register", "parties": people})
    assert (made["accuserName"], made["defendantName"], made["defendantIdcard"]) == (
        "测甲",
        "测乙、测丙",
        "2/3",
    )
    assert "/parties/3/name" in dropped
    assert made["accuserCounty"] == {"id": "", "name": "", "parentId": ""}
    assert made["caseTown"] == {"id": "", "name": ""}
    assert None not in made.values()


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("法定代理人", {"guardians": [{"name": "阿布·测七", "id_number": "1", "relation": "other"}]}),
        ("监护人", {"guardians": [{"name": "阿布·测七", "id_number": "1", "relation": "other"}]}),
        ("律师", {"agents": [{"name": "阿布·测七", "id_number": "1", "kind": "lawyer"}]}),
        ("特别授权", {"agents": [{"name": "阿布·测七", "id_number": "1", "authority": "special"}]}),
        ("", {"agents": [{"name": "阿布·测七", "id_number": "1"}]}),
        ("邻居", {"agents": [{"name": "阿布·测七", "id_number": "1"}]}),
    ],
)
def test_a_proxy_is_a_guardian_or_an_agent(kind: str, told: Json) -> None:
    child, other = parties(
        applied(
            accuserName="阿依·测六",
            accuserIdcard="500000200909099060",
            accuserBirthday="2009-9-9",
            proxyName="阿布·测七",
            proxyType=kind,
            proxyIdCard="1",
        )
    )
    assert {name: child[name] for name in ("guardians", "agents") if name in child} == told
    assert child["flags"] == {"minor": True}
    assert "agents" not in other


def test_a_company_has_a_credit_code_and_no_sex() -> None:
    _, company = parties(
        applied(defendantName=COMPANY, defendantIdcard=CREDIT_CODE, defendantSex="", defendantBirthday="")
    )
    assert (company["kind"], company["credit_code"]) == ("legal_person", CREDIT_CODE)
    assert not {"sex", "id_number", "id_status"} & set(company)


@pytest.mark.parametrize(
    ("changes", "addresses"),
    [
        ({"accuserAddress": ""}, [{"kind": "residence", "text": "示例区测试镇", "division": "500199"}]),
        (
            {"accuserAddress": "无", "accuserCounty": "示例区", "accuserTown": None},
            [{"kind": "residence", "text": "示例区"}],
        ),
        (
            {"accuserAddress": "", "accuserCounty": None, "accuserTown": "", "accuserDomicile": "二号路"},
            [{"kind": "household", "text": "二号路"}],
        ),
        (
            {"accuserTown": {"id": "500199001", "name": "测试镇"}, "accuserCounty": {}},
            [{"kind": "residence", "text": "重庆市示例区测试镇一号村1组", "township": "500199001"}],
        ),
        ({"accuserAddress": "", "accuserCounty": {"id": "500199"}, "accuserTown": {}}, None),
    ],
)
def test_addresses(changes: Json, addresses: list[Json] | None) -> None:
    found = applied(**changes)
    person = parties(found)[0]
    for address in person.get("addresses", []):
        address.pop("division_system", None)
    assert person.get("addresses") == addresses
    assert schemas.faults("dispute", found) == ()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"accuserSex": "3"}, ("code", "/accuserSex")),
        ({"accuserName": ["郑测一"]}, ("type", "/accuserName")),
        ({"mediator": {"id": "57", "nick": "沈"}}, ("unknown-field", "/mediator/nick")),
        ({"accuserAddress": ["一号村"]}, ("type", "/accuserAddress")),
    ],
)
def test_what_cannot_be_read_is_named_by_its_place(change: Json, place: tuple[str, str]) -> None:
    assert rule("dispute", APPLICATION | change) == [place]


def test_a_register_says_where_it_comes_from_and_what_happened_when() -> None:
    found = registered()
    assert (found["origin"], found["happened"], found["people_count"]) == (
        "police_referral",
        {"value": "2021-04-18", "precision": "day"},
        {"value": 3, "precision": "exact"},
    )
    assert found["place"] == {
        "text": "测试镇一号村2组",
        "division": "500199",
        "division_system": "gbt2260",
    }


@pytest.mark.parametrize(
    ("applied_for", "registered_as", "facts"),
    [
        ("双方争吵。", "见申请", "双方争吵。"),
        ("双方争吵。", "双方争吵。", "双方争吵。"),
        ("", "双方争吵。", "双方争吵。"),
        ("双方争吵。", "已劝离。", "双方争吵。\n已劝离。"),
        ("见附件", "", "见附件"),
    ],
)
def test_facts_told_twice(applied_for: str, registered_as: str, facts: str) -> None:
    assert registered(caseSituation=applied_for, disputeSituation=registered_as)["facts"] == facts


def test_a_field_of_a_later_step_is_kept_and_not_refused() -> None:
    found = registered(visitDate="2021-05-01", act={"flag": "yes"})
    extras = found["native_extras"]
    assert isinstance(extras, dict)
    assert (extras["/body/visitDate"], extras["/body/act/flag"]) == ("2021-05-01", "yes")


def test_the_register_comes_back() -> None:
    back, dropped = written("xlgl_register", "dispute", registered(), "xlgl_register")
    sent = REGISTER["body"]
    body = back["body"]
    assert isinstance(body, dict)
    assert isinstance(sent, dict)
    assert {name: body[name] for name in sent} == sent
    assert back["status"] == "0"
    assert dropped == ["/business_time"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(alphabet="测一二三四五六七八九十甲乙丙丁", min_size=2, max_size=4), min_size=1, max_size=6
    ),
    st.sampled_from("、，,;；/\n"),
)
def test_as_many_people_as_names(names: list[str], between: str) -> None:
    found = applied(defendantName=between.join(names), defendantIdcard="")
    assert [party["name"] for party in parties(found)[1:]] == names
    made, _ = written("xlgl_application", "dispute", found)
    again = document("dispute", made)
    assert [party["name"] for party in parties(again)[1:]] == names
