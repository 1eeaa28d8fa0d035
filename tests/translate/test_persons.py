"""Names, numbers, minors, and the keys persons are found by."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.translate import persons
from hub.translate.check_digits import is_credit_code
from hub.translate.records import Origin, Run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("郑测一", {"name": "郑测一", "name_status": "full"}),
        ("阿依·测六", {"name": "阿依·测六", "name_status": "full"}),
        ("冯*二", {"name": "冯*二", "name_status": "masked"}),
        ("冯××", {"name": "冯××", "name_status": "masked"}),
        ("袁某", {"name": "袁某", "name_status": "partial"}),
        ("袁某(身份不详)", {"name": "袁某", "name_status": "unknown"}),
        ("（身份不详）", {"name": "身份不详", "name_status": "unknown"}),
        ("测老六（绰号）", {"name": "测老六", "name_status": "alias"}),
        ("不详", {"name": "不详", "name_status": "unknown"}),
        (
            "重庆测试八建筑劳务有限公司",
            {"name": "重庆测试八建筑劳务有限公司", "name_status": "full", "kind": "legal_person"},
        ),
        ("测试(重庆)公司", {"name": "测试(重庆)公司", "name_status": "full", "kind": "legal_person"}),
    ],
)
def test_names(text: str, expected: dict[str, object]) -> None:
    assert persons.name(text) == expected
    again = persons.name(persons.write_name(expected) or "")
    assert again == expected


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("500000196803059010", "valid"),
        ("500000196803059011", "bad_checksum"),
        ("500112190001010008", "valid"),
        ("510202190001010002", "valid"),
        ("512301190001010003", "valid"),
        ("500157190001010000", "valid"),
        ("500112190001010000", "truncated"),
        ("500112190002300007", "bad_checksum"),
        ("500000490712905", "fifteen"),
        ("500112900101001", "fifteen"),
        ("500000********9010", "masked"),
        ("5000001968030590", "truncated"),
        ("E12345678", "not_checked"),
    ],
)
def test_id_numbers_are_judged_and_never_refused(text: str, status: str) -> None:
    assert persons.id_number(text)["id_status"] == status
    assert persons.id_number(text)["id_number"] == text


def test_a_first_generation_number_has_a_real_day_of_birth() -> None:
    assert persons.id_number("500112901301001")["id_status"] == "bad_checksum"


def test_a_person_is_found_by_the_old_number_and_the_new() -> None:
    def key(number: str) -> tuple[tuple[str, ...], ...]:
        party = {"name": "测丙", **persons.id_number(number)}
        return persons.keys("dispute", {"parties": [party]})

    assert persons.id_number("500000194907129050")["id_status"] == "bad_checksum"
    assert key("500000490712905") == key("500000194907129053")


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("91500000MA5TE0T03K", True),
        ("52500112MJA0000X07", True),
        ("Y1500112MA5UAAAA0H", True),
        ("52500112MJI0000X07", False),
        ("91500000MA5TE0T03L", False),
    ],
)
def test_credit_codes(code: str, right: bool) -> None:
    assert is_credit_code(code) is right
    if right:
        assert persons.id_number(code.lower()) == {"kind": "legal_person", "credit_code": code}


@given(st.text(max_size=40))
def test_any_text_is_some_number_and_some_name(text: str) -> None:
    assert persons.id_number(text)
    if text.strip():
        assert persons.name(text)["name"]


def run() -> Run:
    return Run(Origin("dispute", "1", datetime(2026, 11, 25, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("person", "minor"),
    [
        ({"birth_date": {"value": "2009-09-09", "precision": "day"}}, True),
        ({"birth_date": {"value": "2003-04-19", "precision": "day"}}, False),
        ({"birth_date": {"value": "2003-04-20", "precision": "day"}}, True),
        ({"id_number": "500000200909099060"}, True),
        ({"birth_date": {"value": "2003-04", "precision": "month"}}, False),
        ({"id_number": "500000490712905"}, False),
        ({"age_reported": 17}, True),
        ({"age_reported": 18}, False),
        ({"birth_date": {"value": "2009", "precision": "year"}, "age_reported": 11}, True),
        ({}, False),
    ],
)
def test_a_minor_is_one_on_the_day_of_the_act(person: dict[str, object], minor: bool) -> None:
    document: dict[str, object] = {
        "business_time": "2021-04-19T10:00:00+08:00",
        "parties": [{"name": "测甲", "role": "side_a"} | person],
    }
    persons.complete("dispute", document, run())
    assert ("flags" in document["parties"][0]) is minor  # type: ignore[index]


def test_refs_are_given_in_order_and_never_twice() -> None:
    document: dict[str, object] = {"parties": [{"ref": "p2"}, {}, {"ref": "p2"}, {"ref": "p9"}]}
    persons.complete("dispute", document, run())
    refs = [party["ref"] for party in document["parties"]]  # type: ignore[attr-defined]
    assert refs[0] == "p2"
    assert refs[3] == "p9"
    assert len(set(refs)) == 4


def test_keys_are_of_whole_data_only() -> None:
    document: dict[str, object] = {
        "parties": [
            {
                "name": "测甲",
                "id_number": "50000019680305901x",
                "id_status": "valid",
                "phones": ["10000000001", "100****0005"],
                "birth_date": {"value": "1968-03-05", "precision": "day"},
            },
            {"name": "测乙", "id_number": "5000***", "id_status": "masked"},
            {"name": "测公司", "credit_code": "91500000MA5TE0T03K"},
        ]
    }
    assert persons.keys("dispute", document) == (
        ("id", "50000019680305901X"),
        ("phone", "10000000001"),
        ("name", "测甲", "1968-03-05"),
        ("id", "91500000MA5TE0T03K"),
    )


def test_single_persons_are_persons_too() -> None:
    document: dict[str, object] = {"objector": {"name": "测丙", "phones": ["10000000003"]}}
    assert persons.keys("objection", document) == (("phone", "10000000003"),)
