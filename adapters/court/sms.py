"""短信通知 of the court data exchange: short messages that the court sent itself. No kind: only understood.

In files of the exchange a time stands in the name of the receiver's type.
"""

from typing import Final

from hub.port import Direction, Drop, FieldList, Format, Map, Shape, XmlRoot

_ROW: Final = "短信通知记录/R"
_KEY: Final = "key of a table row of the court's system"
_SENT: Final = "of a short message that is sent already"

SMS: Final = Format(
    name="data2009_sms",
    zh="短信通知",
    grade="A",
    media=("application/xml",),
    carrier=XmlRoot("短信通知", "http://dataexchange.court.gov.cn/2009/data", "GB18030"),
    maps=(
        Map(
            "",
            Direction.READ,
            (
                Drop(f"{_ROW}/编号", _KEY),
                Drop(f"{_ROW}/案件编号", _KEY),
                Drop(f"{_ROW}/案件标识", _SENT),
                Drop(f"{_ROW}/接收人", _SENT),
                Drop(f"{_ROW}/接收人手机号", _SENT),
                Drop(f"{_ROW}/接收人类型代码", "a code that is nowhere explained"),
                Drop(f"{_ROW}/接收人类型名称", "a name in the list; a time in files of the exchange"),
                Drop(f"{_ROW}/法院编号", "the court is the sender of the envelope"),
                Drop(f"{_ROW}/短信内容", _SENT),
                Drop(f"{_ROW}/发送时间", _SENT),
            ),
        ),
    ),
    fields=(FieldList("court_2009data_xml.csv", ("短信通知/短信通知记录/R",), _ROW),),
    records=_ROW,
    shape=Shape.MANY,
)
