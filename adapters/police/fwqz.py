"""T_FWQZ_JFTJDJXX: the dispute register of a county police system, a table with exactly two parties a row.

As text and, with names and texts cut to what dBASE holds, as DBF. Both carry one number: BH.
"""

from typing import Final

from adapters.police.codecs import WORK
from adapters.police.codes import DISPUTE_LABEL, GB_SEX
from adapters.police.split import PEOPLE
from hub.port import (
    Code,
    Const,
    DbfTable,
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
    Role,
    Shape,
    Slots,
    Text,
    When,
    Whole,
)

_FIRST: Final = (
    Field("DSRYXM", ".", Name(30)),
    Field("DSRYXB", "sex", Code(GB_SEX)),
    Field("DSRYNL", "age_reported", Whole(high=150, native=Native.TEXT)),
    Field("DSRYSFHM", ".", IdNumber(20)),
    Field("DSRYGZDWJZY", ".", WORK),
    Field("DSRYJTZZ", "addresses/0/text", Text(120)),
    Const("role", "side_a"),
)

_SECOND: Final = (
    Field("DSREXM", ".", Name(30)),
    Field("DSREXB", "sex", Code(GB_SEX)),
    Field("DSRENL", "age_reported", Whole(high=150, native=Native.TEXT)),
    Field("DSRESFHM", ".", IdNumber(20)),
    Field("DSREGZDWJZY", ".", WORK),
    Field("DSREJTZZ", "addresses/0/text", Text(120)),
    Const("role", "side_b"),
)

_ROWS: Final = (
    Ident("BH", "jf_bh", Role.OWN),
    Drop("ZATJLX", "the kind of a police mediation; a registration has none"),
    Drop("JFLX", "a code of an unpublished dictionary; the label beside it is read"),
    Field("JFLXMC", "dispute_type", Label(DISPUTE_LABEL)),
    Drop("SFSFJD", "whether an expert opinion was obtained: of the mediation"),
    Field("ZCRXM", "handler/name", Text(30)),
    Drop("ZCRDWJZW", "unit and position of the host; the envelope names the unit"),
    Drop("TJDD", "place of the mediation, not of the dispute"),
    Drop("TJSJ", "day of the mediation, not of the dispute"),
    Drop("TJJZRXM", "witness of the mediation"),
    Drop("TJJZRJTZZ", "witness of the mediation"),
    Drop("TJJZRLXFS", "witness of the mediation"),
    Slots("parties", {"DSRY": _FIRST, "DSRE": _SECOND}, PEOPLE),
    Field("ZYSS", "facts", Text(4000)),
    Drop("DCXYNR", "an agreement made on the spot; a registration has none"),
    Drop("DJDWDM", "the registering unit: the envelope names it"),
    Field("DJSJ", "business_time", Moment(When.SECOND)),
    Field("DJSJ", "reported_at", Moment(When.SECOND)),
    Const("action", "register"),
    Const("origin", "police_visit"),
)

COLUMNS: Final = (
    "BH", "ZATJLX", "JFLX", "JFLXMC", "SFSFJD", "ZCRXM", "ZCRDWJZW", "TJDD", "TJSJ", "TJJZRXM", "TJJZRJTZZ",
    "TJJZRLXFS", "DSRYXM", "DSRYXB", "DSRYNL", "DSRYSFHM", "DSRYGZDWJZY", "DSRYJTZZ", "DSREXM", "DSREXB",
    "DSRENL", "DSRESFHM", "DSREGZDWJZY", "DSREJTZZ", "ZYSS", "DCXYNR", "DJDWDM", "DJSJ",
)  # fmt: skip

FWQZ: Final = Format(
    name="fwqz_jftjdj",
    zh="纠纷调解登记",
    grade="A",
    media=("text/csv",),
    carrier=HeaderRow(frozenset({"BH", "DSRYXM"}), COLUMNS),
    maps=(Map("dispute", Direction.BOTH, _ROWS),),
    fields=(FieldList("police_fwqz_jftjdj.csv", ("T_FWQZ_JFTJDJXX",)),),
    shape=Shape.MANY,
)

FWQZ_DBF: Final = Format(
    name="fwqz_jftjdj_dbf",
    zh="纠纷调解登记 (DBF)",
    grade="A",
    media=("application/vnd.dbf",),
    carrier=DbfTable(frozenset({"BH", "DSRYXM"}), COLUMNS),
    maps=(Map("dispute", Direction.READ, _ROWS),),
    fields=(FieldList("police_fwqz_jftjdj.csv", ("T_FWQZ_JFTJDJXX",)),),
    shape=Shape.MANY,
)
