"""送达回证: who was handed a court document, one row for each person, filled in on the spot."""

from typing import Final

from adapters.justice.codecs_forms import SIGNATURE
from adapters.justice.codes_forms import SERVED_DOCUMENT, SERVICE_METHOD
from hub.port import (
    Const,
    Direction,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Label,
    Map,
    Moment,
    Numbered,
    Role,
    Shape,
    Text,
    When,
)

_RECEIPT: Final = Map(
    "service_receipt",
    Direction.BOTH,
    (
        Field("案号", "case_number", Numbered("case_no")),
        Ident("案号", "case_no", Role.CASE),
        Field("送达文书", "document_kind", Label(SERVED_DOCUMENT)),
        Field("送达人", "server/name", Text(80)),
        Field("送达地点", "place", Text(200)),
        Field(("记录/签收", "记录/受送达人"), ".", SIGNATURE),
        Field("记录/送达方式", "method", Label(SERVICE_METHOD)),
        Field("记录/签收时间", "served_at", Moment(When.MINUTE_CHINESE)),
        Field("记录/签收时间", "business_time", Moment(When.MINUTE_CHINESE), Direction.READ),
        Field("记录/见证人", "refusal/witness", Text(80)),
        Const("result", "pending", finding="lossy"),
    ),
)

SERVICE_RECEIPT: Final = Format(
    name="service_receipt",
    zh="送达回证",
    grade="B",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"记录"})),
    maps=(_RECEIPT,),
    fields=(FieldList("justice_service_receipt.csv", ("送达回证 (JSON)",)),),
    records="记录",
    shape=Shape.MANY,
)
