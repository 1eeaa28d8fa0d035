"""The class of a call is read with its system in hand; what its list cannot tell is refused with the list."""

import pytest

from hub.translate.registry import Translator
from tests.adapters.police.station_files import (
    CALLS,
    CSV,
    JSON,
    PUSHED,
    document,
    feedback,
    members,
    only,
    places,
    table,
)

MAPPED = {"BJLB": "200000", "BJLX": "200200", "BJXL": ""}


def test_a_level_in_the_list_classes_the_call_and_the_most_specific_code_is_kept(police: Translator) -> None:
    record = only(police, "dispute", CSV, table(CALLS, MAPPED | {"BJXL": "200299"}))
    told = {"native": "200299", "system": "BJLXDMB", "code": "dispute"}
    assert document(record)["police_class"] == told


def test_a_label_in_a_column_of_codes_is_kept_and_does_not_class(police: Translator) -> None:
    record = only(police, "dispute", CSV, table(CALLS, MAPPED | {"BJXL": " 讨薪上访 "}))
    assert document(record)["police_class"]["native"] == "200200"
    assert "/BJXL" in record.kept


@pytest.mark.parametrize(
    ("levels", "rule", "place"),
    [
        ({"BJLB": "900000", "BJLX": "909900"}, "code-twice", "/BJLX"),
        ({"BJXL": "909900"}, "code-twice", "/BJXL"),
        ({"BJLX": "08000000"}, "code", "/BJLX"),
        ({"BJLB": "100000", "BJLX": "100100"}, "code", "/BJLX"),
        ({"BJLX": "2002A0"}, "code", "/BJLX"),
    ],
)
def test_what_the_six_digit_list_cannot_tell_is_refused_by_its_column(
    police: Translator, levels: dict[str, str], rule: str, place: str
) -> None:
    record = only(police, "dispute", CSV, table(CALLS, MAPPED | levels))
    assert places(record) == [(rule, place)]
    assert record.fault is not None
    (candidates,) = record.fault.faults[0].args
    assert candidates.startswith("BJLX · BJLXDMB: 200100 打架斗殴, 200200 治安纠纷")
    wrong = [code for code in levels.values() if not code.endswith("0000")]
    assert not any(code in candidates for code in wrong)


@pytest.mark.parametrize(
    ("confirmed", "first", "code"),
    [
        ("08000000", "02010800", "dispute"),
        ("08010203", "02010800", "dispute"),
        ("", "02010800", "public_order"),
        ("无", "01000000", "criminal"),
    ],
)
def test_the_confirmed_class_counts_before_the_first_one(
    police: Translator, confirmed: str, first: str, code: str
) -> None:
    body = feedback({"newcharasubclass": confirmed, "neworicharasubclass": first})
    record = only(police, "dispute", JSON, body)
    assert document(record)["police_class"]["code"] == code
    assert "/rows/neworicharasubclass" in record.kept


@pytest.mark.parametrize(
    ("classes", "place"),
    [
        ({"newcharasubclass": "200200"}, "/rows/newcharasubclass"),
        ({"newcharasubclass": "0800000"}, "/rows/newcharasubclass"),
        ({"newcharasubclass": "03000000"}, "/rows/newcharasubclass"),
        ({"newcharasubclass": "", "neworicharasubclass": "909900"}, "/rows/neworicharasubclass"),
    ],
)
def test_what_the_eight_digit_list_cannot_tell_is_refused_by_its_member(
    police: Translator, classes: dict[str, object], place: str
) -> None:
    record = only(police, "dispute", JSON, feedback(classes))
    assert places(record) == [("code", place)]
    assert record.fault is not None
    assert "08000000 纠纷类" in record.fault.faults[0].args[0]


def test_a_row_without_any_class_has_none(police: Translator) -> None:
    nothing = feedback({"newcharasubclass": "", "neworicharasubclass": ""})
    assert "police_class" not in document(only(police, "dispute", JSON, nothing))
    empty = table(CALLS, dict.fromkeys(MAPPED, ""))
    assert "police_class" not in document(only(police, "dispute", CSV, empty))


def test_a_pushed_class_is_of_an_unpublished_list_and_classes_nothing(police: Translator) -> None:
    record = only(police, "dispute", JSON, members(PUSHED, ZDF_BJLBDM="200200"))
    assert document(record)["police_class"] == {"native": "200200", "system": "ZDF_BJLBDM"}


def test_one_number_is_a_woman_for_one_system_and_refused_by_the_next(police: Translator) -> None:
    pushed = only(police, "dispute", JSON, members(PUSHED, EM_XB=0))
    assert document(pushed)["parties"][0]["sex"] == "2"
    with pytest.raises(Exception, match="untranslatable") as refused:
        only(police, "dispute", JSON, members(PUSHED, EM_XB=2))
    (fault,) = refused.value.faults
    assert (fault.rule, fault.native) == ("code", "/EM_XB")
    assert fault.args == ("EM_XB · OtherLink: 0 女, 1 男",)


@pytest.mark.parametrize("ending", ["", "纠纷"])
@pytest.mark.parametrize("name", ["邻里", "婚姻家庭", "劳动争议", "物业管理", "其他"])
def test_a_type_is_read_with_and_without_its_last_word(police: Translator, name: str, ending: str) -> None:
    types = {"邻里": "2", "婚姻家庭": "1", "劳动争议": "10", "物业管理": "15", "其他": "99"}
    record = only(
        police, "dispute", CSV, table("04_dispute_register_FWQZ_gbk.csv", {"JFLXMC": name + ending})
    )
    assert document(record)["dispute_type"] == types[name]
