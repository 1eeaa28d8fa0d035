"""acceptCase and acceptOfMediator of the pre-litigation front end: whether a case is taken."""

from typing import Final

from adapters.court.codes import SF_DO_TYPE
from hub.port import (
    Code,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Map,
    Native,
    Numbered,
    Role,
    Text,
)

_PART: Final = "a part of the number beside it"

_ANSWER: Final = Map(
    "referral_answer",
    Direction.BOTH,
    (
        Ident(("sfLawCaseId",), "sf_case", Role.CASE, Native.INTEGER),
        Field("doType", "answer", Code(SF_DO_TYPE, Native.INTEGER)),
        Field("opinion", "reason", Text(2000)),
        Field("caseNo", "case_no", Numbered("sf_no")),
        Drop("year", _PART),
        Drop("number", _PART),
    ),
)

SF_ACCEPT_CASE: Final = Format(
    name="sf_accept",
    zh="诉非案件受理、接收",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"sfLawCaseId", "doType"})),
    maps=(_ANSWER,),
    fields=(
        FieldList(
            "court_sf_rest.csv",
            ("acceptCase / acceptOfMediator / editMediateResult",),
            "",
            frozenset({"sfLawCaseId", "doType", "year", "number", "caseNo", "opinion"}),
        ),
    ),
)
