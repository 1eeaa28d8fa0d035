"""The application for judicial confirmation as the word template of a committee has it."""

from typing import Final

from adapters.justice.codecs_forms import ORGANISATION, PROMISES, SEAT
from adapters.justice.codes_forms import PAPERS, TEMPLATE_SEX
from hub.port import (
    Const,
    Day,
    Direction,
    Each,
    Field,
    FieldList,
    FileIds,
    Format,
    Ident,
    IdNumber,
    JsonKeys,
    Known,
    Label,
    LegalDate,
    Map,
    Moment,
    Name,
    Numbered,
    Role,
    Text,
    When,
)

_APPLICANTS: Final = Each(
    "申请人",
    "applicants",
    (
        Field(("名称", "法定代表人"), ".", ORGANISATION),
        Field("姓名", ".", Name(organisations=False)),
        Field("性别", "sex", Label(TEMPLATE_SEX)),
        Field("族", "ethnic_group", Text(20)),
        Field("生日", "birth_date", Day(When.DAY_UNPADDED)),
        Field("身份证", ".", IdNumber()),
        Field(("住", "住所地"), ".", SEAT),
        Field("职务", "legal_representative_title", Text(40)),
        Field("委托代理人", "agents/0/name", Text(80)),
        Const("role", "applicant"),
    ),
)

_APPLICATION: Final = Map(
    "confirmation_application",
    Direction.BOTH,
    (
        Field("bh", "agreement/number", Numbered("agreement_no")),
        Ident("bh", "agreement_no", Role.LINK),
        _APPLICANTS,
        Field("请求事项", "request", Text(2000)),
        Field("达成日期", "effective_on", LegalDate(When.DAY_CHINESE)),
        Field("达成日期", "agreement/effective_on", LegalDate(When.DAY_CHINESE)),
        Field("承诺", ".", PROMISES),
        Field("附件", "papers", FileIds("other", labels=PAPERS)),
        Field("代收人", "applicants/*/service_address/receiver", Text(80)),
        Field("申请日期", "business_time", Moment(When.DAY_CHINESE)),
        Const("agreement/form", "written"),
        Const("agreement/mediation_type", "people"),
        Const("agreement/organisation", Known.UNIT),
        Const("route", "on_site"),
        Const("venue_basis", "undecided"),
    ),
)

CONFIRMATION_FORM: Final = Format(
    name="confirmation_form",
    zh="司法确认申请书",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"申请人"})),
    maps=(_APPLICATION,),
    fields=(
        FieldList(
            "justice_nanjing_templates.csv",
            ("司法确认申请书 / 人民调解协议书 (word templates, 南京医调委)",),
            under="申请人",
            names=frozenset(
                {
                    "姓名",
                    "性别",
                    "族",
                    "生日",
                    "身份证",
                    "住",
                    "名称",
                    "住所地",
                    "法定代表人",
                    "职务",
                    "委托代理人",
                }
            ),
        ),
    ),
)
