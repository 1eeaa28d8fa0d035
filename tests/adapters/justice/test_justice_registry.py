"""The 12348 registry: five entries stay five, a GUID is no sex, a doubled address is told once."""

import pytest

import schemas
from tests.adapters.justice.justice_files import TRANSLATOR, Json, document, example, read, rule

PAGE = example("07_mediator_registry")
ONE = example("08_org_gz12348")


def page(*rows: Json, **changes: object) -> Json:
    result = PAGE["result"]
    assert isinstance(result, dict)
    return PAGE | {"result": result | {"resultData": list(rows)}} | changes


MEDIATOR: Json = {
    "id": "AE7BE26CDAA742CA148068D5AC90EACA",
    "name": "沈调一",
    "orgName": "测试镇人民调解委员会",
}


def test_one_person_under_two_ids_is_two_entries() -> None:
    records = read("mediator", PAGE).records
    documents = [record.document or {} for record in records]
    assert [told["mediator"] for told in documents] == [
        "AE7BE26CDAA742CA148068D5AC90EACA",
        "478F89D86BCAA9168600921F39DFB1EC",
        "AAF2F89992379705DAC844C0A2A1D45F",
        "5001998MZTESTM03",
        "FD6B6FC9220B72D21683AE8E4F50A210",
    ]
    assert [told["name"] for told in documents[:2]] == ["沈调一", "沈调一"]
    assert documents[3]["name"] == "沈调三"  # its name ends in a blank
    assert all(schemas.faults("mediator", told) == () for told in documents)


def test_a_guid_of_an_unpublished_dictionary_is_kept_and_noted() -> None:
    first, _, third, *_ = read("mediator", PAGE).records
    assert first.document is not None
    assert not {"sex", "education"} & set(first.document)
    extras = first.document["native_extras"]
    assert extras["/result/resultData/gender"] == "96718f2ad697fc2cc8a4a986e24dcf6a"
    assert [(f.code, f.native) for f in first.findings] == [
        ("lossy", "/result/resultData/gender"),
        ("lossy", "/result/resultData/education"),
    ]
    assert third.findings == ()


def test_a_mediator_named_like_the_committee_is_noted_and_nobody_else_is() -> None:
    noted = [
        [f.native for f in record.findings if f.code == "identity"]
        for record in read("mediator", PAGE).records
    ]
    assert noted == [[], [], [], [], ["/result/resultData/name"]]


def test_the_answer_of_a_failed_query_is_no_registry() -> None:
    assert rule("mediator", page(MEDIATOR, code=0)) == [("code", "/code")]
    assert rule("mediator", page()) == [("no-format", None)]


def test_committees_come_alone_or_as_a_page() -> None:
    told = document("mediation_organisation", ONE)
    listed = read("mediation_organisation", page(ONE, ONE | {"id": "5001998MZTESTKW1", "isDeleted": "1"}))
    assert [record.label for record in listed.records] == ["item 1", "item 2"]
    actions = [(record.document or {})["action"] for record in listed.records]
    assert actions == ["join", "remove"]
    first = listed.records[0].document or {}
    left_aside = {"native_extras"}
    assert {k: v for k, v in first.items() if k not in left_aside} == {
        k: v for k, v in told.items() if k not in left_aside
    }
    assert schemas.faults("mediation_organisation", told) == ()


@pytest.mark.parametrize(
    ("address", "text"),
    [
        ("重庆市示例区重庆市示例区测试镇一号路1号", "重庆市示例区测试镇一号路1号"),
        ("示例区示例区测试镇一号路1号", "示例区测试镇一号路1号"),
        ("重庆市示例区测试镇一号路1号", "重庆市示例区测试镇一号路1号"),
        ("测试镇测试村1号", "测试镇测试村1号"),
        ("市区市区路1号", "市区市区路1号"),  # nothing stands before the word of a division
        ("", "测试镇一号路1号"),
        ("无", "测试镇一号路1号"),
    ],
)
def test_a_doubled_prefix_is_told_once_and_kept(address: str, text: str) -> None:
    told = document("mediation_organisation", ONE | {"completeAddress": address})
    assert told["place"]["text"] == text
    if address and address != "无":
        assert told["native_extras"]["/completeAddress"] == address


@pytest.mark.parametrize("axis", ["", "0", "lng,lat", "206.5,29.5", "106.5;29.5", "29.5"])
def test_what_is_no_position_is_none(axis: str) -> None:
    place = document("mediation_organisation", ONE | {"axis": axis})["place"]
    assert "longitude" not in place


def test_the_registry_of_others_is_not_written() -> None:
    for kind in ("mediator", "mediation_organisation"):
        assert TRANSLATOR.writable("justice", kind) == ()
