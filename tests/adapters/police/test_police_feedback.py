"""Feedback on calls, the case index, and the answers of the interface: what is read and what is only kept."""

import json

import pytest

import schemas
from hub.errors import Refused
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin
from hub.translate.registry import Translator
from tests.adapters.police.station_files import (
    ACK,
    CSV,
    INDEX,
    JSON,
    document,
    feedback,
    members,
    only,
    table,
)

TOLD = (
    "[2021-04-18 09:52:05]【过程反馈】到场。当事人冯测二,身份证500000197511209026,已受案。",
    "[2021-04-19 10:15:00]【结警反馈】处理结果：双方同意调解,赔偿3000元,移交测试镇人民调解委员会。",
)


def test_free_text_is_kept_as_it_is_and_not_mined(police: Translator) -> None:
    text = "\n".join(TOLD)
    record = only(police, "case_status", JSON, feedback({"replies": text}))
    made = document(record)
    assert made["text"] == text
    assert made["phase"] == "police_feedback"
    own = {"schema", "text", "remarks", "business_time", "phase", "identifiers", "native_extras"}
    assert set(made) == own
    assert record.persons == ()
    assert schemas.faults("case_status", made) == ()


def test_a_text_beyond_the_limit_is_reported_and_its_beginning_passed_on(police: Translator) -> None:
    record = only(police, "case_status", JSON, feedback({"replies": "处" * 10_001}))
    assert document(record)["text"] == "处" * 10_000
    assert [(f.code, f.native) for f in record.findings] == [("lossy", "/rows/replies")]
    assert schemas.faults("case_status", document(record)) == ()


@pytest.mark.parametrize("nothing", ["", "无", None])
def test_a_call_nobody_reported_on_says_nothing(police: Translator, nothing: object) -> None:
    assert "text" not in document(only(police, "case_status", JSON, feedback({"replies": nothing})))


def test_replies_that_are_no_text_are_refused_by_their_place(police: Translator) -> None:
    record = only(police, "case_status", JSON, feedback({"replies": ["一", "二"]}))
    assert record.fault is not None
    assert [(f.rule, f.native) for f in record.fault.faults] == [("type", "/rows/replies")]


def test_z_beside_local_time_is_one_time(police: Translator) -> None:
    record = only(police, "case_status", JSON, feedback({"updated_at": "2021-04-18T02:15:03Z"}))
    assert document(record)["business_time"] == "2021-04-18T10:15:03+08:00"
    local = only(police, "case_status", JSON, feedback({"updated_at": "2021-04-18 10:15:03"}))
    assert document(local)["business_time"] == "2021-04-18T10:15:03+08:00"


NOWHERE = {"lngofcriterion": "", "latofcriterion": "29.5"}
ZERO = {"lngoflocate": "0", "latoflocate": "0"}


@pytest.mark.parametrize(
    ("changes", "position"),
    [
        ({"lngofcriterion": "106.5", "latofcriterion": "29.5"}, ("106.5", "29.5")),
        (NOWHERE | {"lngoflocate": "106.6", "latoflocate": "29.6"}, ("106.6", "29.6")),
        (NOWHERE | ZERO | {"lngofcall": "106.7", "latofcall": "29.7"}, ("106.7", "29.7")),
        (NOWHERE, (None, None)),
    ],
)
def test_positions_fall_back_pair_by_pair(
    police: Translator, changes: dict[str, object], position: tuple[str | None, str | None]
) -> None:
    place = document(only(police, "dispute", JSON, feedback(changes)))["place"]
    assert (place.get("longitude"), place.get("latitude")) == position


def test_each_row_of_an_answer_is_a_record(police: Translator) -> None:
    body = feedback({"caseno": "1"}, {"caseno": "2", "newcharasubclass": "99"}, {"caseno": "3"})
    reading = police.read("police", JSON, body, Origin("dispute", "500199520000", SIGNED_AT))
    assert [r.label for r in reading.records] == ["item 1", "item 2", "item 3"]
    assert [r.fault is None for r in reading.records] == [True, False, True]


def test_an_unknown_member_is_refused_by_name_and_not_by_value(police: Translator) -> None:
    record = only(police, "case_status", JSON, feedback({"suspect": "郑测一"}))
    assert record.fault is not None
    assert [(f.rule, f.native, f.args) for f in record.fault.faults] == [
        ("unknown-field", "/rows/suspect", ())
    ]


@pytest.mark.parametrize(
    "joined",
    [
        "500000196803059010;500000197511209026;",
        "500000196803059010,500000197511209026,,",
        " 500000196803059010、500000197511209026",
        "500000196803059010\n500000197511209026",
        "500000196803059010;500000197511209026;500000196803059010",
    ],
)
def test_a_column_of_several_numbers_is_a_person_each(police: Translator, joined: str) -> None:
    record = only(police, "dispute", CSV, table(INDEX, {"GLYS_ZJHM": joined}))
    made = document(record)
    assert [p["id_number"] for p in made["parties"]] == ["500000196803059010", "500000197511209026"]
    assert {p["name_status"] for p in made["parties"]} == {"unknown"}
    assert made["native_extras"]["/GLYS_ZJHM"] == joined
    assert schemas.faults("dispute", made) == ()


def test_one_number_with_a_separator_after_it_is_one_person(police: Translator) -> None:
    record = only(police, "dispute", CSV, table(INDEX, {"GLYS_ZJHM": "500000196803059010;"}))
    assert [p["id_number"] for p in document(record)["parties"]] == ["500000196803059010"]
    assert document(record)["native_extras"]["/GLYS_ZJHM"] == "500000196803059010;"


def test_nobody_is_given_a_telephone_that_may_be_anothers(police: Translator) -> None:
    record = only(police, "dispute", CSV, table(INDEX, {"GLYS_DHHM": "10000000001,10000000002,"}))
    assert all("phones" not in p for p in document(record)["parties"])
    assert "/GLYS_DHHM" in record.kept


@pytest.mark.parametrize(("sent", "result"), [("1", "ok"), (1, "ok"), ("0", "failed"), (" 1 ", "ok")])
def test_success_is_a_string_one(police: Translator, sent: object, result: str) -> None:
    made = document(only(police, "native_ack", JSON, members(ACK, ResultCode=sent)))
    assert (made["result"], made["native_code"]) == (result, str(sent).strip())
    written = police.write("police", "otherlink_ack", "native_ack", made)
    assert json.loads(written.body)["ResultCode"] == {"ok": "1", "failed": "0"}[result]


@pytest.mark.parametrize("code", ["200", "2", "ok", "true"])
def test_success_of_another_system_is_not_taken_for_ours(police: Translator, code: str) -> None:
    with pytest.raises(Refused) as refused:
        only(police, "native_ack", JSON, members(ACK, ResultCode=code))
    assert [(f.rule, f.native) for f in refused.value.faults] == [("code", "/ResultCode")]


def test_a_call_is_named_and_known_by_its_number(police: Translator) -> None:
    record = only(police, "case_status", JSON, feedback({}))
    assert [n.normal for n in record.case] == ["20210418093011001"]
    assert record.own == record.case
