"""addTeam of the pre-litigation front end: whom a court asks for advice or invites to mediate with it."""

from typing import Final

from adapters.court.codecs_sf import WHOM, WHOM_FIELDS
from adapters.court.codes import SF_TEAM
from hub.port import (
    Code,
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Map,
    Native,
    Role,
    Shape,
    Text,
)

_ADDRESSEE: Final = "by the court's own number; the envelope names the addressee"

_CONSULTATION: Final = Map(
    "consultation",
    Direction.READ,
    (
        Ident(("sfLawCaseId",), "sf_case", Role.CASE),
        Field("type", "request_type", Code(SF_TEAM, Native.INTEGER)),
        Field("reason", "question", Text(4000)),
        Field(WHOM_FIELDS, "addressee_person", WHOM),
        Drop("orCadre", "whether somebody of the court itself is asked"),
        Drop("unitId", _ADDRESSEE),
        Drop("orgId", _ADDRESSEE),
        Drop("days", "counted from a day that the file does not name"),
        Drop("notificationMessage", "text of a short message to the one who is asked"),
        Const("action", "ask"),
    ),
)

ADD_TEAM: Final = Format(
    name="sf_add_team",
    zh="联合处理(咨询、协助调解)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"sfLawCaseId", "orCadre", "type"})),
    maps=(_CONSULTATION,),
    fields=(FieldList("court_sf_rest.csv", ("addTeam (array: joint handling / consultation)",)),),
    shape=Shape.MANY,
)
