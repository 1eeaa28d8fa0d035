"""editMediateResult of the pre-litigation front end: how a mediation ended, with its records."""

from typing import Final

from adapters.court.codecs_sf import RESULT, RESULT_FIELDS
from hub.port import (
    Absent,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    FileIds,
    Format,
    Ident,
    Items,
    JsonKeys,
    LegalDate,
    Map,
    Moment,
    Native,
    Role,
    When,
)

_LIST: Final = "court_sf_rest.csv"

_RESULT: Final = Map(
    "mediation_result",
    Direction.BOTH,
    (
        Ident(("sfLawCaseId",), "sf_case", Role.CASE, Native.INTEGER),
        Field(RESULT_FIELDS, ".", RESULT),
        Field("mediateEndDate", "ended_on", LegalDate()),
        Field("mediateEndDate", "business_time", Moment(When.DAY), Direction.READ),
        Each(
            "records",
            "sessions",
            (
                Field("mediateTime", "at", Moment(When.SECOND_UNPADDED)),
                Drop("mediateResult", "what a single session came to; the whole result is read"),
                Field("litigantNames", "present", Items(",")),
                Drop("userName", "who wrote the record"),
                Field("file", "files", FileIds("record", joint=";")),
            ),
        ),
    ),
)

EDIT_MEDIATE_RESULT: Final = Format(
    name="sf_edit_mediate_result",
    zh="调解结果登记",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"resultState"})),
    maps=(_RESULT,),
    fields=(
        FieldList(
            _LIST,
            ("acceptCase / acceptOfMediator / editMediateResult",),
            "",
            frozenset({"sfLawCaseId", "resultState", "judicialApplyFlag", "mediateEndDate"}),
        ),
        FieldList(
            _LIST,
            ("litigant / agent / send",),
            "records",
            frozenset({"mediateTime", "mediateResult", "litigantNames", "userName", "file"}),
        ),
    ),
    absent=Absent.OMIT,
)
