"""What leads to a person: direct marks, persons of the dispute, and details that fit together."""

import pytest

from hub.trust.giveaway import Person, traces

PEOPLE = [Person("name", "郑测一"), Person("number", "500000196803059010"), Person("address", "测试镇一号村")]
CLEAN = "两户相邻,因共用水沟发生争议。\n经人民调解员释明相邻义务,双方当场清理。"


def found(text: str) -> list[tuple[int, str, str]]:
    return [(t.paragraph, t.found, t.weight) for t in traces({"/text": text}, PEOPLE)]


def test_a_rewritten_text_gives_nothing_away():
    assert found(CLEAN) == []
    assert found("原告郑某认为水沟应当共用,被告方某不同意。") == []


@pytest.mark.parametrize(
    ("said", "kind", "weight"),
    [
        ("郑测一与邻居", "person-name", "direct"),
        ("号码500000196803059010", "person-number", "direct"),
        ("住在测试镇一号村", "person-address", "direct"),
        ("电话10000000001", "phone", "direct"),
        ("其子今年9岁", "minor", "direct"),
        ("双方原系夫妻", "excluded", "direct"),
        ("因家暴报警", "excluded", "direct"),
        ("被告王建国与邻居争执", "name-like", "hint"),
        ("3月4日,示例镇居民,67岁,诉求", "together:date+place+age", "hint"),
    ],
)
def test_each_mark_is_found_at_its_paragraph(said, kind, weight):
    assert (3, kind, weight) in found(f"{CLEAN}\n{said}")


def test_what_shows_over_paragraphs_only_is_found():
    assert (1, "ruling", "direct") in found("民事裁定书\n申请人\n裁定如下")


def test_two_details_are_no_combination():
    assert found("3月4日,67岁的老人来访") == []
