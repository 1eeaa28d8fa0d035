"""B_ASJ_JQ: the case index of the police's own case system (警综), joined to the calls its cases came from.

Persons stand in it as numbers of papers alone, several in one column, and nothing says who is who.
"""

from typing import Final

from adapters.police.split import NUMBERS
from hub.port import (
    Const,
    Day,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    HeaderRow,
    Ident,
    IdNumber,
    Map,
    Moment,
    Numbered,
    Role,
    Shape,
    Slots,
    Text,
    When,
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident("AJBH", "ajbh", Role.OWN),
        Field("AJBH", "own_case/identifier", Numbered("ajbh")),
        Ident("DCD_XGJQBH", "jjdbh", Role.LINK),
        Field("BJSJ", "business_time", Moment(When.SECOND)),
        Field("BJSJ", "reported_at", Moment(When.SECOND)),
        Field("FASJCZ", "happened", Day(When.SECOND)),
        Drop("FASJZZ", "end of the span in which it happened; the shared form has its beginning"),
        Field("FADD", "place/text", Text(200)),
        Field("ZYAQ", "facts", Text(10_000)),
        Slots("parties", {"GLYS": (Field("GLYS_ZJHM", ".", IdNumber()),)}, NUMBERS),
        Drop("GLYS_DHHM", "telephones of the case's persons: not told whose"),
        Drop("SLJJDW", "unit that took it in: the envelope names the sender"),
        Drop("AB", "class of the case, a code of an unpublished list"),
        Drop("SL_JJFS", "way of taking it in, a code of an unpublished list"),
        Drop("SYSTEMID", "key of a row of the case system"),
        Drop("LASTUPDATEDTIME", "when the row was changed in the case system"),
        Drop("PK_MD5", "digest of the row's own key"),
        Const("action", "register"),
        Const("origin", "police_call"),
        Const("parties", [{"role": "other"}]),
    ),
)

CASE_INDEX: Final = Format(
    name="asj_jq",
    zh="警综案件索引",
    grade="A",
    media=("text/csv",),
    carrier=HeaderRow(
        frozenset({"AJBH", "ZYAQ"}),
        (
            "AJBH", "FASJCZ", "FASJZZ", "BJSJ", "SLJJDW", "AB", "SL_JJFS", "FADD", "ZYAQ", "SYSTEMID",
            "LASTUPDATEDTIME", "GLYS_ZJHM", "GLYS_DHHM", "DCD_XGJQBH", "PK_MD5",
        ),
    ),
    maps=(_DISPUTE,),
    fields=(FieldList("police_asj_jq.csv", ("B_ASJ_JQ (警综 case index)",)),),
    shape=Shape.MANY,
)  # fmt: skip
