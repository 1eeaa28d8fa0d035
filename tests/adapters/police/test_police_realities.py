"""The awkward realities that police files meet, each shown on a file of a real system."""

import json

import pytest

import schemas
from hub.translate.conformance_examples import SIGNED_AT
from hub.translate.records import Origin
from hub.translate.registry import Translator
from tests.adapters.police.station_files import (
    CALLS,
    CSV,
    JSON,
    PUSHED,
    REGISTER,
    STATION,
    document,
    members,
    only,
    places,
    table,
)

ROOM, WARNING = "07_medoffice.json", "08_early_warning.json"


def parties(police: Translator, **columns: str) -> list[dict[str, object]]:
    made = document(only(police, "dispute", CSV, table(REGISTER, columns)))
    assert schemas.faults("dispute", made) == ()
    return made["parties"]


@pytest.mark.parametrize(("native", "shared"), [("1", "1"), ("2", "2"), ("0", "0"), ("9", "9"), ("女", "2")])
def test_sex_in_the_register_and_the_room_is_by_the_standard(
    police: Translator, native: str, shared: str
) -> None:
    assert parties(police, DSRYXB=native)[0]["sex"] == shared
    told = json.loads(members(ROOM))
    told["parties"][0]["gender"] = native
    made = document(only(police, "referral", JSON, json.dumps(told).encode()))
    assert made["parties"][0]["sex"] == shared


@pytest.mark.parametrize(("native", "shared"), [("男", "1"), ("女", "2")])
def test_sex_of_a_call_is_a_word(police: Translator, native: str, shared: str) -> None:
    made = document(only(police, "dispute", CSV, table(CALLS, {"BJRXB": native})))
    assert made["parties"][0]["sex"] == shared


@pytest.mark.parametrize("number", ["0", "1", "2"])
def test_a_number_in_the_place_of_the_word_is_no_sex(police: Translator, number: str) -> None:
    record = only(police, "dispute", CSV, table(CALLS, {"BJRXB": number}))
    assert "sex" not in document(record)["parties"][0]
    assert ("lossy", "/BJRXB") in [(f.code, f.native) for f in record.findings]


@pytest.mark.parametrize("code", ["2", "02", "3", ""])
def test_the_label_tells_the_type_and_the_bare_code_never(police: Translator, code: str) -> None:
    told = {"JFLX": code, "JFLXMC": "房屋宅基地纠纷"}
    assert document(only(police, "dispute", CSV, table(REGISTER, told)))["dispute_type"] == "3"
    bare = document(only(police, "dispute", CSV, table(REGISTER, {"JFLX": code, "JFLXMC": ""})))
    assert "dispute_type" not in bare


def test_numbers_of_several_systems_stand_side_by_side(police: Translator) -> None:
    record = only(police, "early_warning", JSON, members(WARNING, mediationCode="综2021-7"))
    numbers = {(n["system"], n["value"]) for n in document(record)["identifiers"]}
    assert numbers == {("zongzhi_no", "综2021-7"), ("jjdbh", "20210419081500009")}
    assert [n.system for n in record.own] == ["zongzhi_no"]
    assert [n.system for n in record.links] == ["jjdbh"]


def test_a_repeat_call_names_the_first_and_keeps_its_own_number(police: Translator) -> None:
    told = {"JJDBH": "2", "GLJJDBH": "1"}
    record = only(police, "dispute", CSV, table(CALLS, told))
    assert ([n.value for n in record.own], [n.value for n in record.links]) == (["2"], ["1"])


def test_persons_as_a_station_writes_them(police: Translator) -> None:
    first, second, third = parties(
        police,
        DSRYXM="袁某(身份不详)",
        DSRYSFHM="",
        DSRYGZDWJZY="学生(监护人:阿布·测七)",
        DSREXM="冯测二、余测三(翁媳)",
        DSRESFHM="500000197511209026/500000490712905",
        DSRENL="45",
    )
    assert (first["name"], first["name_status"], first["id_status"]) == ("袁某", "unknown", "missing")
    assert first["guardians"] == [{"name": "阿布·测七", "relation": "other"}]
    assert first["occupation"] == "学生"
    assert "birth_date" not in first
    assert (second["name"], second["id_number"], second["age_reported"]) == (
        "冯测二",
        "500000197511209026",
        45,
    )
    assert (third["name"], third["id_status"]) == ("余测三", "fifteen")
    assert "age_reported" not in third


@pytest.mark.parametrize("column", ["DSREXM", "DSRESFHM"])
def test_a_register_without_a_column_of_a_slot_is_refused_by_what_it_has(
    police: Translator, column: str
) -> None:
    """Without the name nobody can say whose sex and age the others are: nothing breaks over it."""
    text = table(REGISTER, {"DSREXM": "冯测二、余测三(翁媳)"}).decode("gb18030")
    body = text.replace(column, f"{column}_", 1).encode("gb18030")
    record = police.read("police", CSV, body, Origin("dispute", STATION, SIGNED_AT)).records[0]
    assert places(record) == [("unknown-field", f"/{column}_")]


def test_an_export_masks_names_and_phones(police: Translator) -> None:
    told = {"BJRXM": "冯*二", "BJDH": "100****0002", "LXDH": "100****0002"}
    record = only(police, "dispute", CSV, table(CALLS, told))
    (caller,) = document(record)["parties"]
    assert (caller["name"], caller["name_status"]) == ("冯*二", "masked")
    assert caller["phones"] == ["100****0002"]
    assert not any("*" in part for key in record.persons for part in key)


@pytest.mark.parametrize("name", ["阿依·测六", "重庆测试八建筑劳务有限公司", "郑某", "郑×一"])
def test_names_of_every_kind_come_back(police: Translator, name: str) -> None:
    sent = table(REGISTER, {"DSRYXM": name})
    made = document(only(police, "dispute", CSV, sent))
    written = police.write("police", "fwqz_jftjdj", "dispute", made, "fwqz_jftjdj")
    assert written.body == sent


def test_two_slots_give_back_two_people_in_one_and_report_a_third_party(police: Translator) -> None:
    sent = table(REGISTER, {})
    made = document(only(police, "dispute", CSV, sent))
    assert len(made["parties"]) == 3
    untouched = police.write("police", "fwqz_jftjdj", "dispute", made, "fwqz_jftjdj")
    assert (untouched.body, untouched.dropped) == (sent, ())
    third = {"ref": "p9", "kind": "person", "role": "third", "name": "彭测四", "name_status": "full"}
    more = {**made, "parties": [*made["parties"], third]}
    written = police.write("police", "fwqz_jftjdj", "dispute", more, "fwqz_jftjdj")
    assert any(pointer.startswith("/parties/3") for pointer in written.dropped)


@pytest.mark.parametrize(
    ("told", "money"),
    [
        ("300元", {"amount": "300", "precision": "exact", "raw": "300元"}),
        ("1.2万元", {"amount": "12000", "precision": "exact", "raw": "1.2万元"}),
        ("12,000余元", {"amount": "12000", "precision": "at_least", "raw": "12,000余元"}),
        ("约3万", {"amount": "30000", "precision": "about", "raw": "约3万"}),
        ("若干", {"precision": "in_text", "raw": "若干"}),
    ],
)
def test_money_is_told_in_words(police: Translator, told: str, money: dict[str, str]) -> None:
    made = document(only(police, "referral", JSON, members(ROOM, moneyInvolved=told)))
    assert made["amount"] == money
    written = police.write("police", "medoffice", "referral", made, "medoffice")
    assert json.loads(written.body)["moneyInvolved"] == told


@pytest.mark.parametrize(
    ("told", "value", "how"), [("30余人", 30, "at_least"), ("二人", 2, "exact"), ("约十人", 10, "about")]
)
def test_people_are_counted_in_words(police: Translator, told: str, value: int, how: str) -> None:
    made = document(only(police, "early_warning", JSON, members(WARNING, involveNum=told)))
    assert made["people_count"] == {"value": value, "precision": how, "raw": told}


def test_a_cell_may_hold_lines_and_separators(police: Translator) -> None:
    text = '报称"堵水沟",双方争吵\n有推搡;后离开'
    record = only(police, "dispute", CSV, table(CALLS, {"BJNR": text}))
    assert document(record)["facts"] == text


@pytest.mark.parametrize("nothing", ["", None, "无", "/", "  "])
def test_empty_null_missing_and_words_for_nothing_are_one(police: Translator, nothing: object) -> None:
    names = ("LXDH", "BJNR", "ZDF_BJLBDM", "BJRXM")
    told = json.loads(members(PUSHED))
    missing = json.dumps({name: value for name, value in told.items() if name not in names}).encode()
    empty = members(PUSHED, **dict.fromkeys(names, nothing))
    left_out = document(only(police, "dispute", JSON, missing))
    filled = document(only(police, "dispute", JSON, empty))
    assert {k: v for k, v in filled.items() if k != "native_extras"} == {
        k: v for k, v in left_out.items() if k != "native_extras"
    }
