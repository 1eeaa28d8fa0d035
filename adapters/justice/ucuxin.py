"""ucuxin 在线调解: the conclusion of a mediation, as the pages of its interface list it. Only read."""

from typing import Final

from adapters.justice.codecs_ucuxin import CONCLUSION, FORM
from hub.port import (
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    FileIds,
    Format,
    Ident,
    JsonKeys,
    Known,
    Map,
    Moment,
    Role,
    Text,
)

_CONCLUSION: Final = Map(
    "mediation_result",
    Direction.READ,
    (
        Ident("Id", "ucuxin", Role.CASE),
        Drop("TypeCode", "a code of an unpublished list; the dispute carries its type"),
        Field(("MS", "MSDesc", "MF", "MFDesc", "ReasonsTermination", "Reconciling"), ".", CONCLUSION),
        Field(("MS", "MSDesc"), "agreements/0/form", FORM),
        Field("CTime", "business_time", Moment()),
        Drop("DId", "department by the platform's own number; the envelope names the unit"),
        Field("MediateRecord/Words", "sessions/0/record", Text(4000)),
        Field("MediateRecord/Imgs", "attachments", FileIds("record")),
        Field("MediateAgreement/Words", "agreements/0/terms", Text(4000)),
        Field("MediateAgreement/Imgs", "attachments", FileIds("agreement")),
        Drop("MediatePlan/Words", "a plan before the agreement; what was conceded stays in the mediation"),
        Const("agreements/0/mediation_type", "people"),
        Const("agreements/0/organisation", Known.UNIT),
    ),
)

_LISTED: Final = frozenset({
    "Id", "TypeCode", "MS", "MSDesc", "MF", "MFDesc", "ReasonsTermination", "Reconciling", "CTime", "DId",
    "MediateRecord.Words", "MediateRecord.Imgs[]", "MediateAgreement.Words", "MediateAgreement.Imgs[]",
    "MediatePlan.Words",
})  # fmt: skip

UCUXIN_CONCLUSION: Final = Format(
    name="ucuxin_conclusion",
    zh="在线调解结论 (ucuxin)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"MS", "MF"})),
    maps=(_CONCLUSION,),
    fields=(
        FieldList(
            "justice_ucuxin.csv",
            ("POST v3/OnlineMediateWW/* (3 pages held by the corpus)",),
            names=_LISTED,
        ),
    ),
)
