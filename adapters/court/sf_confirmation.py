"""法院赋强 of the pre-litigation front end: an application for confirmation (moveCourt), and its answer."""

from typing import Final

from adapters.court.codecs_papers import PAPER_FIELDS, PAPERS
from adapters.court.codecs_sf import FILE_FIELDS, FILE_INFO, MOVE_RESULT
from hub.port import (
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Map,
    Moment,
    Native,
    Role,
    Text,
    When,
)

_LIST: Final = "court_sf_rest.csv"
_MOVED: Final = "of the application, which this answers"

_ANSWER: Final = Map(
    "confirmation_answer",
    Direction.READ,
    (
        Drop("code", "200: the call itself went well"),
        Drop("msg", "of the call itself"),
        Ident(("data/sfLawCaseId",), "sf_case", Role.CASE),
        Field("data/moveResult", "decision", MOVE_RESULT),
        Field("data/opinion", "reason", Text(4000)),
        Each(
            "data/fileInfo",
            "attachments",
            (
                Field(FILE_FIELDS, ".", FILE_INFO),
                Drop("filePath", "path in the court's file store"),
            ),
        ),
        Drop("data/moveTime", _MOVED),
        Drop("data/newClaim", _MOVED),
        Drop("data/newFactReason", _MOVED),
        Drop("data/plaintiffIds/*", _MOVED),
        Drop("data/defendantIds/*", _MOVED),
        Drop("data/complaintIds/*", _MOVED),
        Drop("data/sendAddressIds/*", _MOVED),
        Drop("data/mediateFileIds/*", _MOVED),
        Drop("data/applyFileIds/*", _MOVED),
        Drop("data/noteIds/*", _MOVED),
        Drop("data/moveIds/*", _MOVED),
        Drop("data/noticeIds/*", _MOVED),
        Drop("data/preservationIds/*", _MOVED),
        Drop("data/identifyIds/*", _MOVED),
        Drop("data/otherIds/*", _MOVED),
        Drop("data/acceptType", "code of the log entry; the decision is read"),
    ),
)

_APPLICATION: Final = Map(
    "confirmation_application",
    Direction.WRITE,
    (
        Ident(("sfLawCaseId",), "sf_case", Role.CASE, Native.INTEGER),
        Field("moveTime", "business_time", Moment(When.SECOND_UNPADDED)),
        Field("newClaim", "request", Text()),
        Field("newFactReason", "facts", Text()),
        Field(PAPER_FIELDS, ".", PAPERS),
    ),
)

MOVE_COURT: Final = Format(
    name="sf_move_court",
    zh="法院赋强申请",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"sfLawCaseId", "moveTime"})),
    maps=(_APPLICATION,),
    fields=(
        FieldList(
            _LIST,
            ("moveCourt (submit to court for confirmation 法院赋强)",),
            "",
            frozenset({"sfLawCaseId", "moveTime", "newClaim", "newFactReason", *PAPER_FIELDS}),
        ),
    ),
)

GET_MOVE_INFO: Final = Format(
    name="sf_get_move_info",
    zh="法院赋强审批结果",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"sfLawCaseId", "moveResult"}), "data"),
    maps=(_ANSWER,),
    fields=(
        FieldList(_LIST, ("moveCourt (submit to court for confirmation 法院赋强)",), "data"),
        FieldList(_LIST, ("litigant / agent / send",), "", frozenset({"code", "msg"})),
    ),
)
