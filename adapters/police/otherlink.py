"""AddJQPJInfo: a call pushed the moment it is taken, as JSON or as DataContract XML; both say the same."""

from typing import Final

from adapters.police.codecs import PUSH_SCENE
from adapters.police.codecs_class import PUSH_CLASS
from adapters.police.codes import PUSH_SEX
from hub.port import (
    Absent,
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
    Moment,
    Name,
    Native,
    Phones,
    Role,
    Slots,
    Text,
    When,
    XmlRoot,
)

_CALLER: Final = (
    Field("BJRXM", ".", Name()),
    Field("EM_XB", "sex", Code(PUSH_SEX, Native.INTEGER)),
    Field("LXDH", "phones", Phones()),
    Field("BJDH", "phones", Phones()),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident("JQ_TYWYSBM", "jq_tywysbm", Role.OWN),
        Field(("AFDD", "BJDZWD", "BJDZJD"), "place", PUSH_SCENE),
        Field("ZDF_BJLBDM", "police_class", PUSH_CLASS),
        Slots("parties", {"BJR": _CALLER}),
        Field("BJNR", "facts", Text(4000)),
        Field("BJSJ", "business_time", Moment(When.OFFSET_SEVEN)),
        Field("BJSJ", "reported_at", Moment(When.OFFSET_SEVEN)),
        Drop("ZDF_GXDWDM", "unit in charge by the desk's own rules; the hub routes by its own"),
        Drop("JJYXM", "who took the call"),
        Drop("EM_JQJB", "grade by the desk's own scale"),
        Drop("BJLYURL", "address of the recording, inside the police network"),
        Drop("ZDF_ZLXDBMDM", "order to a patrol: of the police operation"),
        Drop("ZLCZXX", "order to a patrol: of the police operation"),
        Drop("ZDF_ZLSJDWDM", "order to a patrol: of the police operation"),
        Drop("OL_ISTEST", "flag of the sending interface"),
        Drop("DlTocken", "token of the sending interface; the signature says who sends"),
        Drop("ReqAuthInfo/*", "credentials of the sending interface; the signature says who sends"),
        Drop("StaffCode", "id number of the officer who pushed it"),
        Drop("DevId", "device of the officer who pushed it"),
        Const("action", "register"),
        Const("origin", "police_call"),
        Const("reported_how", "phone_110"),
        Const("parties", [{"position_in_native": "BJR"}]),
    ),
)

_FIELDS: Final = FieldList(
    "police_otherlink_api.csv",
    ("AddJQPJInfo (JSON or DataContract XML)",),
    names=frozenset(
        {
            "JQ_TYWYSBM",
            "AFDD",
            "BJDZWD",
            "BJDZJD",
            "ZDF_BJLBDM",
            "BJDH",
            "BJRXM",
            "EM_XB",
            "LXDH",
            "ZDF_GXDWDM",
            "BJNR",
            "BJSJ",
            "JJYXM",
            "EM_JQJB",
            "BJLYURL",
            "ZDF_ZLXDBMDM",
            "ZLCZXX",
            "ZDF_ZLSJDWDM",
            "OL_ISTEST",
            "DlTocken",
            "ReqAuthInfo",
            "StaffCode",
            "DevId",
        }
    ),
)

PUSH_JSON: Final = Format(
    name="otherlink_json",
    zh="警情推送(JSON)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"JQ_TYWYSBM"})),
    maps=(_DISPUTE,),
    fields=(_FIELDS,),
    absent=Absent.OMIT,
)

PUSH_XML: Final = Format(
    name="otherlink_xml",
    zh="警情推送(XML)",
    grade="A",
    media=("application/xml",),
    carrier=XmlRoot("JQPJInfo", "http://schemas.datacontract.org/2004/07/RT.Model"),
    maps=(_DISPUTE,),
    fields=(_FIELDS,),
    absent=Absent.OMIT,
)
