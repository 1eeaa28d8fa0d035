"""锡盟 AdvisoryBean: one form for two kinds. Type 1 is a question (`consultation`), type 2 a `complaint`.

The kind of the envelope must say the same as the form; the bean shows no field of an answer.
"""

from typing import Final

from adapters.justice.codecs_advisory import AGAIN, ASKED, COMPLAINED
from adapters.justice.codes_advisory import PROBLEM_TYPE
from hub.port import (
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    JsonKeys,
    Label,
    Map,
    Moment,
    Phones,
    Row,
    Text,
    When,
)

_AREA: Final = "the envelope names the unit, and the unit its district"
_STATE: Final = "where it is in the system of the bureau"
_PEOPLE: Final = "who hands it on inside the system of the bureau"

_INSIDE: Final[tuple[Row, ...]] = (
    Drop("area/id", _AREA),
    Drop("area/name", _AREA),
    Drop("user/id", "number of a user in that system; the name is read"),
    Drop("state", _STATE),
    Drop("stateDesc", _STATE),
    Drop("distributeUser/id", _PEOPLE),
    Drop("distributeUser/name", _PEOPLE),
    Drop("handleUser/id", _PEOPLE),
    Drop("handleUser/name", _PEOPLE),
)

_CONSULTATION: Final = Map(
    "consultation",
    Direction.BOTH,
    (
        Field("type", ".", ASKED),
        Field("problemType", "request_type", Label(PROBLEM_TYPE)),
        Field("title", "title", Text(120)),
        Field("content", "question", Text(4000)),
        Field("phone", "contact/phone", Text(30)),
        Field("user/name", "contact/name", Text(80)),
        Field("isInquiries", "action", AGAIN),
        Field("createDate", "business_time", Moment(When.SECOND)),
        *_INSIDE,
        Const("action", "ask"),
    ),
)

_COMPLAINT: Final = Map(
    "complaint",
    Direction.BOTH,
    (
        Field("type", ".", COMPLAINED),
        Drop("problemType", "a subject, not one of the grounds that the rules on mediation name"),
        Drop("title", "a complaint has no title of its own"),
        Field("content", "text", Text(4000)),
        Field("phone", "complainant/phones", Phones()),
        Field("user/name", "complainant/name", Text(80)),
        Drop("isInquiries", "whether it was asked before"),
        Field("createDate", "business_time", Moment(When.SECOND)),
        *_INSIDE,
        Const("about", {}),
    ),
)

ADVISORY: Final = Format(
    name="xlgl_advisory",
    zh="咨询投诉",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"type", "content", "createDate"})),
    maps=(_CONSULTATION, _COMPLAINT),
    fields=(FieldList("justice_xlgl.csv", ("consultation (AdvisoryBean)",)),),
)
