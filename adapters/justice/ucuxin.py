"""ucuxin 在线调解: the conclusion of a mediation, and statistics, which no kind carries. Only read."""

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
    Shape,
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

_LIST: Final = "justice_ucuxin.csv"
_PAGES: Final = ("POST v3/OnlineMediateWW/* (3 pages held by the corpus)",)
_COUNTS: Final = frozenset({
    "DisputeTypeId", "DisputeType", "DisputeCnt", "AcceptingCnt", "InvestigatedCnt", "InMediationCnt",
    "ConfirmedCnt", "OverCnt", "OverPercentage",
})  # fmt: skip

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
    fields=(FieldList(_LIST, _PAGES, names=_LISTED),),
)

_ANSWER: Final = "answer of the platform"
_COUNTED: Final = "a count of another system: no message tells statistics"
_SHARE: Final = "a share that the platform computes, beyond 100% too"

UCUXIN_STATISTICS: Final = Format(
    name="ucuxin_statistics",
    zh="纠纷类型统计 (ucuxin)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"DisputeTypeId", "DisputeCnt"}), at="Data"),
    maps=(
        Map(
            "",
            Direction.READ,
            (
                Drop("Data/DisputeTypeId", "a code of an unpublished list, a number sent as a text"),
                Drop("Data/DisputeType", _COUNTED),
                Drop("Data/DisputeCnt", _COUNTED),
                Drop("Data/AcceptingCnt", _COUNTED),
                Drop("Data/InvestigatedCnt", _COUNTED),
                Drop("Data/InMediationCnt", _COUNTED),
                Drop("Data/ConfirmedCnt", _COUNTED),
                Drop("Data/OverCnt", _COUNTED),
                Drop("Data/AcceptingPercentage", _SHARE),
                Drop("Data/InvestigatedPercentage", _SHARE),
                Drop("Data/InMediationPercentage", _SHARE),
                Drop("Data/ConfirmedPercentage", _SHARE),
                Drop("Data/OverPercentage", _SHARE),
                Drop("Ret", "answer of the platform: 0 is success"),
                Drop("ErrCode", _ANSWER),
                Drop("Msg", _ANSWER),
                Drop("SeqId", _ANSWER),
                Drop("InfoMsg", _ANSWER),
            ),
        ),
    ),
    fields=(
        FieldList(_LIST, _PAGES, names=frozenset({"Data", "Ret", "ErrCode", "Msg", "SeqId"})),
        FieldList(_LIST, _PAGES, under="Data", names=_COUNTS),
    ),
    records="Data",
    shape=Shape.MANY,
)
