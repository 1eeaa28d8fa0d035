"""dsjfx: the rows of a police call platform, each a call with all that was done on it as one free text.

One row serves two kinds and the envelope says which: `dispute` registers the call, `case_status` passes the
feedback on. `replies` is kept as it is and never mined for facts, though a referral stands nowhere else.
"""

from typing import Final

from adapters.police.codecs import PLATFORM_SCENE, REPLIES
from adapters.police.codecs_class import PLATFORM_CLASSES
from hub.port import (
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Map,
    Moment,
    Role,
    Shape,
    Text,
    When,
)

_CLASS: Final = ("rows/newcharasubclass", "rows/neworicharasubclass")
_PLACE: Final = (
    "rows/occuraddress",
    "rows/lngofcriterion",
    "rows/latofcriterion",
    "rows/lngoflocate",
    "rows/latoflocate",
    "rows/lngofcall",
    "rows/latofcall",
)
_REGISTERED: Final = "the registration of the call carries it"

_OUTER: Final = (
    Drop("code", "0: the call of the interface itself went well"),
    Drop("total", "number of rows of the whole answer"),
    Drop("rows/cmdid", "the bureau above: the hub's unit table knows it"),
    Drop("rows/cmdname", "the bureau above: the hub's unit table knows it"),
    Drop("rows/dutydeptno", "unit in charge by the platform's own rules; the envelope names the sender"),
    Drop("rows/dutydeptname", "unit in charge by the platform's own rules; the envelope names the sender"),
    Drop("rows/neworicharasubclassname", "label of the code beside it"),
    Drop("rows/newcharasubclassname", "label of the code beside it"),
    Field("rows/casemarkok", "remarks", Text(2000)),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident("rows/caseno", "jjdbh", Role.OWN),
        Field("rows/calltime", "business_time", Moment(When.SECOND)),
        Field("rows/calltime", "reported_at", Moment(When.SECOND)),
        Field(_PLACE, "place", PLATFORM_SCENE),
        Field("rows/casecontents", "facts", Text(10_000)),
        Field(_CLASS, "police_class", PLATFORM_CLASSES),
        Drop("rows/replies", "what was done comes as case_status"),
        Drop("rows/updated_at", "when the row was changed on the platform"),
        *_OUTER,
        Const("action", "register"),
        Const("origin", "police_call"),
        Const("parties", [{"role": "other"}]),
    ),
)

_STATUS: Final = Map(
    "case_status",
    Direction.READ,
    (
        Ident("rows/caseno", "jjdbh", Role.CASE),
        Ident("rows/caseno", "jjdbh", Role.OWN),
        Field("rows/replies", "text", REPLIES),
        Field("rows/updated_at", "business_time", Moment(When.SECOND)),
        Drop("rows/calltime", _REGISTERED),
        Drop("rows/occuraddress", _REGISTERED),
        Drop("rows/lngofcriterion", _REGISTERED),
        Drop("rows/latofcriterion", _REGISTERED),
        Drop("rows/lngoflocate", _REGISTERED),
        Drop("rows/latoflocate", _REGISTERED),
        Drop("rows/lngofcall", _REGISTERED),
        Drop("rows/latofcall", _REGISTERED),
        Drop("rows/casecontents", _REGISTERED),
        Drop("rows/newcharasubclass", "class as confirmed: a registration of the call carries it"),
        Drop("rows/neworicharasubclass", "class as first told: a registration of the call carries it"),
        *_OUTER,
        Const("phase", "police_feedback"),
    ),
)

FEEDBACK: Final = Format(
    name="dsjfx",
    zh="警情平台处警情况",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"caseno", "replies"}), "rows"),
    maps=(_STATUS, _DISPUTE),
    fields=(FieldList("police_dsjfx_jq.csv", ("zq_kshddpt_dsjfx_jq (/dsjfx/case/list)",), "rows"),),
    records="rows",
    shape=Shape.MANY,
)
