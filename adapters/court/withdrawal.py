"""案件撤销 of the court data exchange: cases entered by mistake that are taken out of the register."""

from typing import Final

from hub.port import (
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    LegalDate,
    Map,
    Moment,
    Role,
    Shape,
    Text,
    When,
    XmlRoot,
)

_ROW: Final = "案件撤销记录/R"
_CASE: Final = f"{_ROW}/案件的唯一标识"
_AT: Final = f"{_ROW}/撤销时间"

_STATUS: Final = Map(
    "case_status",
    Direction.READ,
    (
        Ident((_CASE,), "ajbs", Role.CASE),
        Ident((_CASE, _AT), "ajbs_withdrawn", Role.OWN),
        Field(_AT, "business_time", Moment(When.SECOND_T)),
        Field(_AT, "on", LegalDate(When.SECOND_T)),
        Field(f"{_ROW}/撤销原因", "reason", Text(4000)),
        Drop(f"{_ROW}/编号", "key of a table row of the court's system"),
        Drop(f"{_ROW}/案件编号", "key of a table row of the court's system"),
        Drop(f"{_ROW}/经办法院编号", "the court is the sender of the envelope"),
        Drop(f"{_ROW}/更新时间", "when the record was changed in the court's system"),
        Const("phase", "closed_other"),
        Const("closed_how", "other"),
    ),
)

WITHDRAWAL: Final = Format(
    name="data2009_withdrawal",
    zh="案件撤销",
    grade="A",
    media=("application/xml",),
    carrier=XmlRoot("案件撤销", "http://dataexchange.court.gov.cn/2009/data", "GB18030"),
    maps=(_STATUS,),
    fields=(FieldList("court_2009data_xml.csv", ("案件撤销/案件撤销记录/R",), _ROW),),
    records=_ROW,
    shape=Shape.MANY,
)
