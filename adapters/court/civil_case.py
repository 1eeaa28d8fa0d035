"""民事案件 of the court data exchange (2009/data): a filed case, and what became of it.

One root element serves two kinds and the envelope says which: `dispute` when a case is filed, `case_status`
when it moves. The file holds a section for the case, one for its parties and some twenty that these two
kinds have no place for.
"""

from typing import Final

from adapters.court.civil_sections import BASIC, FIELDS, SECTIONS
from adapters.court.codecs import PARTY_NO, paired
from adapters.court.codecs_case import (
    CASE_KIND,
    CASE_STATE,
    CAUSE,
    CAUSE_FIELDS,
    KIND_FIELDS,
    ORIGINAL_CASE,
    SERVED,
    SERVED_AT,
    SERVED_FIELDS,
    STATE_FIELDS,
)
from adapters.court.codes import XML_DOCUMENT_KIND, XML_PARTY_KIND, XML_PARTY_ROLE, XML_SERVICE_METHOD
from hub.port import (
    Amount,
    Const,
    Direction,
    Drop,
    Each,
    Field,
    Format,
    Ident,
    LegalDate,
    Map,
    Moment,
    Name,
    Numbered,
    Role,
    Text,
    When,
    XmlRoot,
)

_CASE_NO: Final = f"{BASIC}/案号"
_PARTY_KIND: Final = ("当事人类型代码", "当事人类型名称")
_PARTY_ROLE: Final = ("诉讼地位代码", "诉讼地位名称")
_DOCUMENT: Final = ("文书类型代码", "文书类型名称")
_METHOD: Final = ("送达方式代码", "送达方式名称")

_DISPUTE: Final = Map(
    "dispute",
    Direction.BOTH,
    (
        Ident((f"{BASIC}/案件标识",), "ajbs", Role.OWN),
        Ident((_CASE_NO,), "case_no", Role.CASE),
        Field(_CASE_NO, "own_case/identifier", Numbered("case_no")),
        Field(f"{BASIC}/立案日期", "own_case/accepted_on", LegalDate()),
        Field(f"{BASIC}/立案日期", "business_time", Moment(When.DAY), Direction.READ),
        Field(CAUSE_FIELDS, "cause", CAUSE),
        Field(KIND_FIELDS, "own_case/kind", CASE_KIND),
        Field(f"{BASIC}/诉讼标的金额", "amount", Amount()),
        Field(f"{BASIC}/承办人", "handler/name", Text(80)),
        Each(
            "当事人/R",
            "parties",
            (
                Drop("编号", "key of a table row of the court's system"),
                Drop("案件编号", "key of a table row of the court's system"),
                Field("序号", "ref", PARTY_NO),
                Field(_PARTY_KIND, "kind", paired(XML_PARTY_KIND, _PARTY_KIND)),
                Field(_PARTY_ROLE, "role", paired(XML_PARTY_ROLE, _PARTY_ROLE)),
                Field("名称", ".", Name(80)),
                Field("法定代表人", "legal_representative", Text(80)),
            ),
        ),
        Each(
            "原案情况/R",
            "explicit_links",
            (
                Drop("编号", "key of a table row of the court's system"),
                Drop("案件编号", "key of a table row of the court's system"),
                Drop("序号", "order of the original cases"),
                Ident("案号", "case_no", Role.LINK),
                Field("案号", ".", ORIGINAL_CASE),
                Drop("经办法院代码", "the number of the original case names its court"),
                Drop("经办法院名称", "the number of the original case names its court"),
            ),
        ),
        Drop(f"{BASIC}/经办法院代码", "the court is the sender of the envelope"),
        Drop(f"{BASIC}/经办法院名称", "the court is the sender of the envelope"),
        Drop(f"{BASIC}/案件进展阶段代码", "a registration opens the case; its stage comes as case_status"),
        Drop(f"{BASIC}/案件进展阶段名称", "a registration opens the case; its stage comes as case_status"),
        Drop(f"{BASIC}/结案日期", "the end of the case comes as case_status"),
        Drop(f"{BASIC}/结案方式代码", "the end of the case comes as case_status"),
        Drop(f"{BASIC}/结案方式名称", "the end of the case comes as case_status"),
        Drop(f"{BASIC}/新结案方式代码", "the end of the case comes as case_status"),
        Drop(f"{BASIC}/新结案方式名称", "the end of the case comes as case_status"),
        Drop(f"{BASIC}/更新时间", "when the record was changed in the court's system"),
        Drop("送达信息/*", "service comes as case_status"),
        *SECTIONS,
        Const("action", "register"),
        Const("origin", "court_visit"),
    ),
)

_STATUS: Final = Map(
    "case_status",
    Direction.READ,
    (
        Ident((f"{BASIC}/案件标识",), "ajbs", Role.CASE),
        Ident((_CASE_NO,), "case_no", Role.CASE),
        Ident((f"{BASIC}/案件标识", f"{BASIC}/案件进展阶段代码"), "ajbs_stage", Role.OWN),
        Field(STATE_FIELDS, ".", CASE_STATE),
        Field(_CASE_NO, "case/identifier", Numbered("case_no")),
        Field(KIND_FIELDS, "case/kind", CASE_KIND),
        Field(f"{BASIC}/经办法院名称", "case/court_or_unit", Text(120)),
        Field(f"{BASIC}/结案日期", "on", LegalDate()),
        Field(f"{BASIC}/更新时间", "business_time", Moment(When.SECOND_T)),
        Each(
            "送达信息/R",
            "services",
            (
                Drop("编号", "key of a table row of the court's system"),
                Drop("案件编号", "key of a table row of the court's system"),
                Drop("序号", "order of the rows"),
                Field(_DOCUMENT, "document_kind", paired(XML_DOCUMENT_KIND, _DOCUMENT)),
                Field(_METHOD, "method", paired(XML_SERVICE_METHOD, _METHOD)),
                Field("受送达人", "party_name", Text(80)),
                Field(SERVED_FIELDS, "result", SERVED),
                Field(SERVED_FIELDS, "served_at", SERVED_AT),
            ),
        ),
        Drop(f"{BASIC}/立案日期", "the registration carries it"),
        Drop(f"{BASIC}/诉讼标的金额", "the registration carries it"),
        Drop(f"{BASIC}/经办法院代码", "the court is the sender of the envelope"),
        Drop(f"{BASIC}/承办人", "the registration carries it"),
        Drop(f"{BASIC}/结案方式代码", "a code that is nowhere explained; the label beside it is read"),
        Drop(f"{BASIC}/新结案方式代码", "a code that is nowhere explained; the label beside it is read"),
        Drop("当事人/*", "the registration carries the parties"),
        Drop("原案情况/*", "the registration carries the links"),
        *SECTIONS,
    ),
)

CIVIL_CASE: Final = Format(
    name="data2009_civil_case",
    zh="民事案件(数据交换)",
    grade="A",
    media=("application/xml",),
    carrier=XmlRoot("民事案件", "http://dataexchange.court.gov.cn/2009/data", "GB18030"),
    maps=(_DISPUTE, _STATUS),
    fields=FIELDS,
)
