"""The answer of the OtherLink interface: what the police system made of a token that was delivered to it.

A string: `"1"` is success, `"0"` an error. The envelope's `re` names the message that is answered.
"""

from typing import Final

from adapters.police.codes import PUSH_RESULT
from hub.port import Code, Direction, Field, FieldList, Format, JsonKeys, Map, Numbered, Text

_ACK: Final = Map(
    "native_ack",
    Direction.BOTH,
    (
        Field("ResultCode", "result", Code(PUSH_RESULT)),
        Field("ResultCode", "native_code", Text(40), Direction.READ),
        Field("ResultMsg", "text", Text(400)),
        Field("NewJLBm", "about", Numbered("jq_tywysbm")),
    ),
)

ACK: Final = Format(
    name="otherlink_ack",
    zh="接口回执",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"ResultCode"})),
    maps=(_ACK,),
    fields=(
        FieldList(
            "police_otherlink_api.csv",
            ("AddJQPJInfo (JSON or DataContract XML)",),
            names=frozenset({"ResultCode", "ResultMsg", "NewJLBm"}),
        ),
    ),
)
