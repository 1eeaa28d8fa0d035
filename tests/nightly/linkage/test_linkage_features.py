"""What is compared of names, places and documents; persons are those of people.csv or of their kind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.nightly.linkage import names, places
from hub.nightly.linkage.records import Compared, compared
from hub.trust.blind import Blinder

BLIND = Blinder(b"k" * 32).blind
HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
SPOILT = ("", " ", "　", "(化名)", "(身份不详)", "先生", "女士")


def of(**members: object) -> Compared:
    told = {
        "business_time": "2026-11-25T10:00:00+08:00",
        "parties": [
            {"ref": "p1", "name": "郑测一", "id_number": "500000196803059010", "phones": ["10000000001"]},
            {"ref": "p2", "name": "冯测二"},
        ],
    }
    found = compared("a", "police", [{**told, **members}], BLIND, fresh=True)
    assert found is not None
    return found


@given(st.text(HAN, min_size=2, max_size=4).filter(names.cleaned), st.sampled_from(SPOILT))
def test_a_name_is_the_same_with_notes_titles_and_spaces(name: str, spoilt: str):
    assert names.cleaned(f" {name[0]} {name[1:]}{spoilt}") == names.cleaned(name)


@given(st.text(HAN, min_size=2, max_size=4))
def test_cleaning_cleans_once(name: str):
    assert names.cleaned(names.cleaned(name)) == names.cleaned(name)


@pytest.mark.parametrize("name", ["张某", "郑**", "李×", "不详", "身份不详", "无名氏", "", "()"])
def test_who_is_not_told_is_nobody(name: str):
    assert names.cleaned(name) == ""


def test_homophones_sound_alike_and_a_wrong_character_keeps_one_syllable():
    assert names.pinyin("郑测一") == names.pinyin("郑策一") == "zheng ce yi"
    assert set(names.skeletons("郑测一")) & set(names.skeletons("郑测八")) == {"zheng+ce"}
    assert names.skeletons("欧阳测") == ("ouyang+ce",)
    assert names.skeletons("示例恒达物业服务") == ()


def test_a_company_is_the_same_under_its_short_form():
    assert names.cleaned("重庆测试八建筑劳务有限公司") == names.cleaned("重庆测试八建筑劳务公司")
    assert names.cleaned("有限公司")


@pytest.mark.parametrize(
    "text",
    [
        "人民路八十八号",
        "示例区人民路88号3栋",
        "重庆市示例区测试镇人民路 88号",
        "测试街道人民路88号阳光小区3幢",
        "人民路８８号",
    ],
)
def test_one_door_in_many_hands(text: str):
    assert "人民路88" in {spot.full for spot in places.doors(text)}


@pytest.mark.parametrize(
    "text", ["测试镇石坝村三组", "石坝村3社", "重庆市示例区测试镇石坝村3组12号", "人民路88号石坝村3组"]
)
def test_one_home_in_many_hands(text: str):
    assert "石坝3" in {spot.full for spot in places.homes(text)}


@given(st.integers(1, 999))
def test_numerals_are_read_back(number: int):
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    said = (digits[hundreds] + "百" if hundreds else "") + ("零" if hundreds and rest < 10 and ones else "")
    said += (digits[tens] + "十" if tens else "") + (digits[ones] if ones else "")
    assert places.plain(f"{said}号") == f"{number}号"


@given(st.text(max_size=60))
def test_any_text_is_read_as_a_place_or_not_at_all(text: str):
    assert all(spot.name for spot in (*places.doors(text), *places.homes(text)))


@given(st.permutations(["郑测一", "冯测二", "余测三"]))
def test_the_order_of_parties_tells_nothing(order: list[str]):
    parties = [{"ref": f"p{n}", "name": name} for n, name in enumerate(order)]
    assert of(parties=parties) == of(parties=sorted(parties, key=lambda p: p["name"]))


def test_numbers_are_keyed_digests_and_what_it_holds_is_not_shown():
    found = of()
    assert found.ids == (BLIND("person", "id", "500000196803059010").hex(),)
    assert len(found.phones) == 1
    assert "郑" not in repr(found)
    assert "500000196803059010" not in str(found.blocking_keys())


@pytest.mark.parametrize(
    "told",
    [
        {"id_number": "500000********9010"},
        {"id_number": "500000xxxxxxxx9010"},
        {"phones": ["100****0005", "无"]},
    ],
)
def test_a_masked_number_and_words_in_its_place_are_nobody_s(told: dict[str, object]):
    found = of(parties=[{"ref": "p1", "name": "袁测五", **told}])
    assert found.ids == found.phones == ()


def test_the_day_is_that_of_the_event_then_of_the_report():
    assert of(happened={"value": "2026-11-03", "precision": "day"}).day == date(2026, 11, 3)
    assert of(happened={"value": "2026-11", "precision": "month"}).day == date(2026, 11, 25)
    assert of(reported_at="2026-11-24T08:00:00+08:00").day == date(2026, 11, 24)


def test_amounts_of_matters_count_where_the_whole_has_none():
    matters = [{"no": n, "amount": {"amount": "150.5", "precision": "exact"}} for n in (1, 2)]
    assert of(matters=matters).amount == 301.0
    assert of(matters=matters, amount={"amount": "12", "precision": "exact"}).amount == 12.0


def test_a_document_that_names_nobody_is_not_compared():
    told = {"business_time": "2026-11-25T10:00:00+08:00", "parties": [{"ref": "p1", "name": "不详"}]}
    assert compared("a", "police", [told], BLIND, fresh=True) is None
    assert compared("a", "police", [], BLIND, fresh=True) is None


def test_a_moved_day_still_meets_over_the_turn_of_the_month():
    late = of(happened={"value": "2026-10-31", "precision": "day"})
    early = of(happened={"value": "2026-11-01", "precision": "day"})
    assert "month 202610" in {*late.narrowing_keys()} & {*early.narrowing_keys()}
