"""Receipts of the inter-agency exchange (协同平台): what a unit's own books made of a task, by its number."""

from typing import Final

from adapters.court.codecs_exchange import STATE, STATE_FIELDS
from hub.port import (
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    JsonKeys,
    Map,
    Moment,
    Numbered,
    Shape,
    Text,
    When,
)

_ROUTE: Final = "how the exchange platform routes it; the envelope names the delivery"
_PEER: Final = "the units of the task, by the platform's own codes"
_BINDING: Final = "of the row that ties a court's case to the platform's"

_ACK: Final = Map(
    "native_ack",
    Direction.READ,
    (
        Field("rwh", "about", Numbered("rwh")),
        Field(STATE_FIELDS, "result", STATE),
        Field("jgzt", "native_code", Text(40)),
        Field("ztms", "text", Text(400)),
        Field("fhsj", "at", Moment(When.SECOND_COMPACT)),
        Field("fhsj", "business_time", Moment(When.SECOND_COMPACT)),
        Drop("xtptbh", _ROUTE),
        Drop("lcjdbh", _ROUTE),
        Drop("lcslbh", _ROUTE),
        Drop("ywlcbm", _ROUTE),
        Drop("jdbm", _ROUTE),
        Drop("jsdwbm", _PEER),
        Drop("jsdwlx", _PEER),
        Drop("jsdwmc", _PEER),
        Drop("fsdwbm", _PEER),
        Drop("fsdwlx", _PEER),
        Drop("fsdwmc", _PEER),
        Drop("FLAG", _BINDING),
        Drop("JHBH", _BINDING),
        Drop("PTAJBH", _BINDING),
        Drop("WSWH", _BINDING),
    ),
)

EXCHANGE_RECEIPT: Final = Format(
    name="exchange_receipt",
    zh="协同平台回执",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"rwh", "jgzt"})),
    maps=(_ACK,),
    fields=(FieldList("court_exchange_package.csv", ("receipt / callback",)),),
    shape=Shape.MANY,
)
