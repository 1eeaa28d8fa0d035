"""The ledger of disputes found and settled (矛盾纠纷排查化解), columns of GB/T 31000, kept in a workbook.

One row a dispute; where several people are under one dispute their rows lie under its merged cells. The
ledger gives a dispute no number: each row is a new one unless the envelope names it.
"""

from typing import Final

from adapters.justice.codecs_ledger import PLACE
from adapters.justice.codes_ledger import EVENT_TYPE, GB_SEX, SCALE
from hub.port import (
    Code,
    Const,
    Count,
    Day,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    IdNumber,
    Label,
    Map,
    Name,
    Shape,
    SheetTable,
    Text,
)

_OBJECT: Final = "矛盾纠纷排查化解 as implemented twice (JSON names: jeecg entity / netGrid)"
_LATER: Final = "of the settlement, which has a message of its own"
_REVIEW: Final = "review of the settlement inside the bureau"

OF_DISPUTES: Final = (
    "事件名称", "发生日期", "发生地点", "事件规模", "事件类别", "涉及人数", "事件简述", "涉及单位",
    "化解时限", "化解方式", "化解组织", "化解责任人姓名", "化解责任人联系方式", "化解是否成功", "化解情况",
    "考评日期", "考评意见", "经度", "纬度",
)  # fmt: skip
OF_PEOPLE: Final = (
    "主要当事人证件代码", "主要当事人证件号码", "主要当事人姓名", "主要当事人性别", "主要当事人民族",
    "主要当事人学历", "主要当事人人员类别", "主要当事人居住详址",
)  # fmt: skip
ASIDES: Final = frozenset({
    "合计", "总计", "小计", "共计", "累计", "本页合计", "本页小计", "填报", "填表", "制表", "审核", "负责人",
    "备注:", "备注：", "注:", "注：", "说明:", "说明：",
})  # fmt: skip

_PERSON: Final = (
    Drop("主要当事人证件代码", "a code of GA/T 517, which was not seen; the number itself tells its kind"),
    Field("主要当事人证件号码", ".", IdNumber()),
    Field("主要当事人姓名", ".", Name()),
    Field("主要当事人性别", "sex", Code(GB_SEX)),
    Field("主要当事人民族", "ethnic_group", Text(20)),
    Drop("主要当事人学历", "the shared form has no schooling"),
    Drop("主要当事人人员类别", "a code of an unpublished dictionary"),
    Field("主要当事人居住详址", "addresses/0/text", Text(200)),
)

_DISPUTE: Final = (
    Drop("序号", "place in the ledger; no number of the dispute"),
    Field("事件名称", "title", Text(120)),
    Field("发生日期", "happened", Day()),
    Field(("发生地点", "经度", "纬度"), "place", PLACE),
    Field("事件规模", "scale", Code(SCALE)),
    Field("事件类别", "dispute_type", Label(EVENT_TYPE)),
    Field("涉及人数", "people_count", Count()),
    Field("事件简述", "facts", Text(2000)),
    Drop("涉及单位", "a unit involved in whatever way; the heading does not say that it is a party"),
    Each("当事人", "parties", _PERSON),
    Drop("化解时限", "a day set for the settlement inside the bureau, not a term of law"),
    Drop("化解方式", _LATER),
    Drop("化解组织", _LATER),
    Field("化解责任人姓名", "handler/name", Text(80)),
    Drop("化解责任人联系方式", "the shared form has no phone of a handler"),
    Drop("化解是否成功", _LATER),
    Drop("化解情况", _LATER),
    Drop("考评日期", _REVIEW),
    Drop("考评意见", _REVIEW),
    Const("action", "register"),
    Const("origin", "proactive"),
)

LEDGER: Final = Format(
    name="gbt31000_ledger",
    zh="矛盾纠纷排查化解台账",
    grade="A",
    media=("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",),
    carrier=SheetTable(
        requires=frozenset({"事件名称", "事件简述", "主要当事人姓名"}),
        columns=("序号", *OF_DISPUTES, *OF_PEOPLE),
        begins=frozenset({"序号", "事件名称"}),
        items="当事人",
        of_items=frozenset(OF_PEOPLE),
        days=frozenset({"发生日期", "化解时限", "考评日期"}),
        asides=ASIDES,
    ),
    maps=(Map("dispute", Direction.READ, _DISPUTE),),
    fields=(
        FieldList("justice_gbt31000.csv", (_OBJECT,), names=frozenset(OF_DISPUTES)),
        FieldList("justice_gbt31000.csv", (_OBJECT,), under="当事人", names=frozenset(OF_PEOPLE)),
    ),
    shape=Shape.MANY,
)
