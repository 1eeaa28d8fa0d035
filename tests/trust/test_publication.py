"""Every rule of publication has its code, and each code its vectors."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import reference
from hub.reference.catalogue import read_file
from hub.trust.publication import PUBLISHED, hidden, left_in, rewritten, rules

VECTORS = {
    "司法确认裁定/调解书": ("重庆市测试区人民法院民事裁定书……裁定如下:", {"ruling"}),
    "未成年人犯罪; 离婚及未成年子女抚养监护; 国家秘密": ("双方就抚养权达成一致", {"excluded"}),
    "婚姻家庭、继承当事人及法定代理人": ("郑测一与冯测二继承纠纷", "郑某与冯某继承纠纷"),
    "刑事被害人等、证人、鉴定人": ("证人郑测一称", "证人郑某称"),
    "未成年人及法定代理人": ("法定代理人欧阳测一", "法定代理人欧阳某"),
    "汉族式姓名": ("郑测一", "郑某"),
    "少数民族姓名": ("阿卜杜·测一", "阿某"),
    "外国人中文译名": ("约翰·测试", "约某"),
    "隐名后同名": ("郑测一、郑测二", "郑某1、郑某2"),
    "家庭住址、通讯方式、身份证号、银行账号、健康状况": (
        "住测试路1号,电话10000000001,身份证500000196803059010", {"address", "phone", "id-number"},
    ),
    "未成年人相关信息; 法人银行账号": ("账号6222000000000000018", {"bank-account"}),
    "车牌、权证编号、社交账号": (
        "渝A12345,不动产权第0001234号,微信号:ceshi_001", {"plate", "deed", "social-account"},
    ),
    "未成年人姓名、影像、住所、学校等": ("其女未成年,16岁", {"minor"}),
    "其他当事人和企业": ("重庆市测试区人民法院(2026)渝0101民特1号", set()),
}  # fmt: skip
BY_KIND = "调解过程与协议内容"
NAMES = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


def test_every_rule_of_the_file_has_its_code_and_its_vectors():
    items = [e.code for e in reference.entries("masking-rules")]
    assert [rule.item for rule in rules()] == items
    assert [row["item"] for row in read_file("masking_codes")] == items
    assert {*VECTORS, BY_KIND} == set(items)
    assert all(rule.source and rule.status for rule in rules())


@pytest.mark.parametrize("item", VECTORS)
def test_a_rule_does_what_it_says(item: str):
    text, wanted = VECTORS[item]
    code = next(rule.code for rule in rules() if rule.item == item)
    if isinstance(wanted, str):
        assert code in {"hide", "surname", "first", "number"}
        names = [
            n for n in ("郑测一", "郑测二", "冯测二", "欧阳测一", "阿卜杜·测一", "约翰·测试") if n in text
        ]
        assert rewritten(text, names) == wanted
    else:
        assert code in {"withhold", "delete", "keep"}
        assert {left.found for left in left_in(text)} == wanted
        assert all(left.rule.item for left in left_in(text))


def test_nothing_of_a_mediation_is_published():
    assert frozenset({"typical_case"}) == PUBLISHED


@pytest.mark.parametrize(
    "text",
    [
        "某镇两户相邻,因排水发生纠纷,经调解于2026年3月达成协议,补偿三百元。",
        "依照《中华人民共和国民事诉讼法》第二百零五条,(2026)渝0112民特15号。",
        "金额12345678元,共3户,历时45天,当事人63岁。",
        "",
    ],
)
def test_what_may_stay(text: str):
    assert left_in(text) == ()


@given(st.lists(NAMES, max_size=6))
def test_hidden_names_differ_as_the_names_do(names: list[str]):
    told = hidden(names)
    assert len(set(told.values())) == len(set(names))
    text = "、".join(names)
    assert all(name not in rewritten(text, names) or name in told.values() for name in names)
