"""档案信息 of the court data exchange (DA): a case's dossier with its files inside, here the ruling.

It comes as it is, or in a package of the exchange whose name holds its own number and those of its units.
"""

from typing import Final

from adapters.court.codecs_dossier import CARRIED, RULING_TOLD, ruling_of
from hub.port import (
    Const,
    Direction,
    Drop,
    Each,
    EmbeddedFile,
    Field,
    FieldList,
    Format,
    Ident,
    LegalDate,
    Map,
    Moment,
    Numbered,
    Package,
    Role,
    Text,
    When,
    XmlRoot,
)

_ARCHIVE: Final = "how the court files the paper"

_NAMED: Final = "包名"
_PARTS: Final = ("业务流程编码", "节点编码", "发送单位编码", "接收单位编码", "交互编号", "MD5校验码")
_ROUTE: Final = "how the exchange platform routes it; the envelope names the units"

_ROWS: Final = (
    Ident(("案号",), "case_no", Role.CASE),
    Ident(("案件标识",), "ajbs", Role.CASE),
    Field("案号", "case_number", Numbered("case_no")),
    Field("结案日期", "ruled_on", LegalDate()),
    Field("结案日期", "business_time", Moment(When.DAY)),
    Field("承办人", "judge/name", Text(80)),
    Field("文件信息", "document", EmbeddedFile("ruling", ruling_of)),
    Field("文件信息", ".", RULING_TOLD),
    Each(
        "文件信息/R",
        "attachments",
        (
            Drop("序号", "order of the files"),
            Drop("文件名称", "the ruling has it; the other files stay in the dossier"),
            Field("文件标识", "digest", CARRIED),
            Drop("是否属于正卷", _ARCHIVE),
            Drop("所属目录编号", _ARCHIVE),
            Drop("文件大小", "counted from the content"),
        ),
    ),
    Drop("目录信息/*", _ARCHIVE),
    Drop("立案日期", "the answer to the application carries it"),
    Drop("档案或卷宗", _ARCHIVE),
    Drop("总页数", _ARCHIVE),
    Drop("案件类别", "civil: only such cases are confirmed"),
    Drop("案件类型", "a code that is nowhere explained"),
    Const("outcome", "confirmed", "completeness"),
)

_RECORD: Final = XmlRoot("档案信息", "http://dataexchange.court.gov.cn/2009/data", "GB18030")
_FIELDS: Final = FieldList("court_2009data_dossier.csv", ("档案信息 (DA_档案信息.xsd)",))

DOSSIER: Final = Format(
    name="data2009_dossier",
    zh="电子档案(裁定书回传)",
    grade="A",
    media=("application/xml",),
    carrier=_RECORD,
    maps=(Map("confirmation_ruling", Direction.READ, _ROWS),),
    fields=(_FIELDS,),
    max_bytes=16_777_216,
)

DOSSIER_PACKAGE: Final = Format(
    name="exchange_dossier",
    zh="数据交换包(裁定书回传)",
    grade="A",
    media=("application/zip",),
    carrier=Package(_RECORD, _NAMED, _PARTS, ("文件信息/R", "文件名称", "文件标识")),
    maps=(
        Map(
            "confirmation_ruling",
            Direction.READ,
            (
                Ident((f"{_NAMED}/交互编号",), "exchange_id", Role.OWN),
                Drop(f"{_NAMED}/业务流程编码", _ROUTE),
                Drop(f"{_NAMED}/节点编码", _ROUTE),
                Drop(f"{_NAMED}/发送单位编码", _ROUTE),
                Drop(f"{_NAMED}/接收单位编码", _ROUTE),
                Drop(
                    f"{_NAMED}/MD5校验码", "of which bytes no source says; what it is found to be of is noted"
                ),
                *_ROWS,
            ),
        ),
    ),
    fields=(_FIELDS, FieldList("court_exchange_package.csv", ("zip file name",), _NAMED)),
    max_bytes=16_777_216,
)
