"""Whether readers could find out who a published text is about: what it says, and what it says together.

Beside the patterns of `publication` a text is held against the persons of the dispute it came from, and each
paragraph against details that are harmless alone and together fit one person. A finding says where to look
and what kind of thing it is, never a value. Pure.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

from hub.trust.publication import left_in, rule

Weight = Literal["direct", "hint"]
"""`direct` must go before the text is published; a `hint` is for a person to weigh and to answer for."""

TOGETHER: Final = 3
"""So many different details in one paragraph are a hint. Our own measure, not a rule of law."""

_DESIGN: Final = "本系统设计 design"
_SURNAMES: Final = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_NAME: Final = re.compile(
    rf"(?:原告|被告|申请人|被申请人|当事人|甲方|乙方|证人|代理人|村民|居民)[{_SURNAMES}](?!某)[\u4e00-\u9fff]{{1,2}}"
    r"(?=[、,。;与和因在,;系将与向]|$)"
)
_NEVER: Final = re.compile(
    r"家庭暴力|家暴|人身安全保护令|离婚|婚姻|夫妻|继承|赡养|抚养|扶养|收养|彩礼|强奸|猥亵|儿童|学生|幼儿园|小学"
)
_DETAILS: Final[Mapping[str, re.Pattern[str]]] = {
    "date": re.compile(r"[0-9]{1,2}月[0-9]{1,2}[日号]"),
    "place": re.compile(r"[\u4e00-\u9fff]{2,6}?(?:镇|乡|街道|村|社区|小区|社)"),
    "age": re.compile(r"(?:1[89]|[2-9][0-9]|1[01][0-9])\s*(?:周)?岁"),
    "amount": re.compile(r"(?<![0-9.])[0-9]*[1-9][0-9]{0,2}(?:\.[0-9]+)?元"),
    "organisation": re.compile(r"[\u4e00-\u9fff]{2,10}?(?:公司|工厂|商店|酒店|医院|学校|合作社|饭店|超市)"),
    "occupation": re.compile(r"医生|教师|村支书|村主任|干部|军人|警察|律师|记者|司机|厂长|经理|店主|运动员"),
}


class Trace(NamedTuple):
    """Something that leads to a person: the member, its paragraph from 1, what kind of thing, the source."""

    pointer: str
    paragraph: int
    found: str
    weight: Weight
    source: str


class Person(NamedTuple):
    """A value that names somebody of the dispute, and what kind of value it is."""

    kind: Literal["name", "number", "phone", "address"]
    value: str


def traces(told: Mapping[str, str], people: Iterable[Person]) -> tuple[Trace, ...]:
    """What the members of a text (`/text` → its words) give away, each kind once in a paragraph."""
    known = list(people)
    found: dict[Trace, None] = {}
    for pointer, text in told.items():
        paragraphs = [line for line in re.split(r"\r?\n", text) if line.strip()]
        for n, paragraph in enumerate(paragraphs, 1):
            found.update(dict.fromkeys(_paragraph(pointer, n, paragraph, known)))
        seen = {trace.found for trace in found if trace.pointer == pointer}
        for left in left_in(text):  # what only shows over several paragraphs
            if left.found not in seen:
                found[Trace(pointer, 1, left.found, "direct", left.rule.source)] = None
    return tuple(found)


def _paragraph(pointer: str, n: int, text: str, people: list[Person]) -> Iterator[Trace]:
    for left in left_in(text):
        yield Trace(pointer, n, left.found, "direct", left.rule.source)
    if _NEVER.search(text):
        yield Trace(pointer, n, "excluded", "direct", rule("excluded").source)
    for person in people:
        if person.value in text:
            source = rule("name" if person.kind == "name" else "private").source
            yield Trace(pointer, n, f"person-{person.kind}", "direct", source)
    if _NAME.search(text):
        yield Trace(pointer, n, "name-like", "hint", rule("name").source)
    details = [name for name, pattern in _DETAILS.items() if pattern.search(text)]
    if len(details) >= TOGETHER:
        yield Trace(pointer, n, "together:" + "+".join(details), "hint", _DESIGN)
