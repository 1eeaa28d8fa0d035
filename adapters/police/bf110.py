"""BF_110: the calls of a day from the 110 desk, a table of 69 columns of which an export has some.

Names and phones may be masked. A repeat call points to the first one (GLJJDBH) and belongs to its dispute.
"""

from typing import Final

from adapters.police.codecs import SCENE
from adapters.police.codecs_class import CALL_CLASSES
from adapters.police.codes import BF110_SEX
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
    Label,
    Map,
    Moment,
    Name,
    Native,
    Phones,
    Role,
    Shape,
    Slots,
    Text,
    When,
    Whole,
)

_DESK: Final = "of the desk's own work"
_UNKNOWN: Final = "the source does not say what it means"

_CALLER: Final = (
    Field("BJRXM", ".", Name(30)),
    Field("BJRXB", "sex", Label(BF110_SEX)),
    Field("LXDH", "phones", Phones()),
    Field("BJDH", "phones", Phones()),
    Field("S_IDENTITYCARDNO", ".", IdNumber()),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident("JJDBH", "jjdbh", Role.OWN),
        Ident("GLJJDBH", "jjdbh", Role.LINK),
        Field(("SFDZ", "XZQHBH", "SDDWXZB", "SDDWYZB", "ZDDWXZB", "ZDDWYZB"), "place", SCENE),
        Field(("BJLB", "BJLX", "BJXL"), "police_class", CALL_CLASSES),
        Field("BJSJ", "business_time", Moment(When.SECOND)),
        Field("BJSJ", "reported_at", Moment(When.SECOND)),
        Field("AFSJ", "happened", Day(When.SECOND)),
        Slots("parties", {"BJR": _CALLER}),
        Field("BJNR", "facts", Text(2000)),
        Field("BCJJNR", "remarks", Text(2000)),
        Field("SSRS", "injuries/injured", Whole(high=10_000, native=Native.TEXT)),
        Field("SWRS", "injuries/dead", Whole(high=10_000, native=Native.TEXT)),
        Drop("JJDWBH", _DESK),
        Drop("LHLXBH", _DESK),
        Drop("BJFSBH", "way of calling, a code of the desk: every row of this table is a 110 call"),
        Drop("TFHM", _UNKNOWN),
        Drop("JJYBH", _DESK),
        Drop("JJYXM", _DESK),
        Drop("JJSJ", "when the desk answered; the call itself is what counts"),
        Drop("BJDHYHXM", "subscriber of the line, not necessarily the caller"),
        Drop("BJDHYHDZ", "subscriber of the line, not necessarily the caller"),
        Drop("GXDWBH", "unit in charge by the desk's own rules; the hub routes by its own"),
        Drop("LDGBH", _UNKNOWN),
        Drop("YWWXWZ", "dangerous substances: of the police operation"),
        Drop("YWBZXL", "explosion or leak: of the police operation"),
        Drop("YWBKRY", "trapped persons: of the police operation"),
        Drop("SFSW", "a foreigner is involved: not told which of the persons"),
        Drop("RKSJC", _DESK),
        Drop("GXSJ", _DESK),
        Drop("AJZT", "state of the call at the desk"),
        Drop("JQJB", "grade by the desk's own scale"),
        Drop("FLAG", _DESK),
        Drop("S_PHONELOCATION", "position of the phone, not of the dispute"),
        Drop("S_MARK", _DESK),
        Drop("SFSWYBJ", _UNKNOWN),
        Drop("GXRXM", _DESK),
        Drop("FKYQ", _DESK),
        Drop("YWXAJBS", _UNKNOWN),
        Drop("ZFAJBS", _UNKNOWN),
        Drop("ZAGJ", "tool of an offence: of the police case"),
        Drop("GXRBH", _DESK),
        Drop("TRANSMITUNIT", _DESK),
        Drop("BKRS", "trapped persons: of the police operation"),
        Drop("SFBG", _DESK),
        Drop("BGAJBH", _DESK),
        Drop("JJLX", _DESK),
        Drop("DZLX", "kind of address, a code of the desk"),
        Drop("ZHDJ", "grade of a disaster: of the police operation"),
        Drop("JJTBH", _DESK),
        Drop("JJTIP", _DESK),
        Drop("HZSJ", _UNKNOWN),
        Drop("HRSC", _DESK),
        Drop("JJSC", _DESK),
        Drop("JJLYH", "number of the recording"),
        Drop("ZZDW", "unit passed on to, as inferred; the hub routes by its own rules"),
        Drop("CANRECORD", _DESK),
        Drop("HRSJ", _DESK),
        Drop("D_MARKTIME", _DESK),
        Drop("BZ", _UNKNOWN),
        Const("action", "register"),
        Const("origin", "police_call"),
        Const("reported_how", "phone_110"),
        Const("parties", [{"position_in_native": "BJR"}]),
    ),
)

COLUMNS: Final = (
    "XZQHBH", "JJDWBH", "JJDBH", "GLJJDBH", "BJSJ", "JJSJ", "BJDH", "BJRXM", "BJRXB", "LXDH", "SFDZ", "BJNR",
    "GXDWBH", "BJLB", "BJLX", "BJXL", "BCJJNR", "SSRS", "SWRS", "JQJB", "AFSJ", "AJZT", "GXSJ",
)  # fmt: skip

BF110: Final = Format(
    name="bf_110",
    zh="110 接警日报",
    grade="A",
    media=("text/csv",),
    carrier=HeaderRow(frozenset({"JJDBH", "BJSJ"}), COLUMNS),
    maps=(_DISPUTE,),
    fields=(FieldList("police_bf110.csv", ("BF_110 (meanings partly inferred from pinyin initials)",)),),
    shape=Shape.MANY,
)
