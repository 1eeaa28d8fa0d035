"""合肥 "和合码": a case of its table with the persons of it, registered or ended.

The table's columns and the persons' are published; that the persons lie in an array `person`, and that
each has a `name`, is filled in.
"""

from typing import Final

from adapters.justice.codecs_hefei import CREDIT
from adapters.justice.codes_hefei import (
    HEFEI_ID_TYPE,
    HEFEI_PARTY,
    HEFEI_RESULT,
    HEFEI_ROLE,
    HEFEI_SOURCE,
    HEFEI_TYPE,
)
from adapters.justice.codes_xlgl import GB_SEX
from hub.port import (
    Code,
    Const,
    Day,
    Direction,
    Drop,
    Each,
    Field,
    FieldList,
    Format,
    Ident,
    IdNumber,
    JsonKeys,
    Map,
    Name,
    Role,
    Row,
    Text,
    When,
)

_REGISTERED: Final = "of the registration, which has a message of its own"

_ALWAYS: Final[tuple[Row, ...]] = (
    Drop("place_code", "ids of the platform's own tree of places; the address is read"),
    Drop("method", "by the parties themselves or with a third: the mediation says it"),
    Drop("status", "two screens of the platform number it differently: 3 is 案件结束 or 成功"),
    Drop("case_level", "the shared form grades a warning, not a dispute"),
    Drop("involved_people", "the same people in one text; the rows of persons carry them"),
)

_PERSONS: Final = Each(
    "person",
    "parties",
    (
        Field("class", "role", Code(HEFEI_ROLE)),
        Field("type", "kind", Code(HEFEI_PARTY)),
        Field("name", ".", Name()),
        Field("identity_type", "id_type", Code(HEFEI_ID_TYPE)),
        Field("identity_num", ".", IdNumber()),
        Field("gender", "sex", Code(GB_SEX)),
        Field("credit_code", ".", CREDIT),
        Field("legal_representative", "legal_representative", Text(80)),
    ),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.BOTH,
    (
        Ident("case_num", "hefei_code", Role.OWN),
        Field("case_description", "facts", Text(10_000)),
        Field("case_type", "dispute_type", Code(HEFEI_TYPE)),
        Field("place_detail", "place/text", Text(200)),
        Field("occurrence_time", "happened", Day(When.SECOND)),
        Field("request", "claims", Text(4000)),
        Field("case_source", "origin", Code(HEFEI_SOURCE)),
        Drop("result", "of the result, which has a message of its own"),
        *_ALWAYS,
        _PERSONS,
        Const("action", "register"),
        Const("origin", "other"),
    ),
)

_RESULT: Final = Map(
    "mediation_result",
    Direction.READ,
    (
        Ident("case_num", "hefei_code", Role.CASE),
        Field("result", "outcome", Code(HEFEI_RESULT)),
        Drop("case_description", _REGISTERED),
        Drop("case_type", _REGISTERED),
        Drop("place_detail", _REGISTERED),
        Drop("occurrence_time", _REGISTERED),
        Drop("request", _REGISTERED),
        Drop("case_source", _REGISTERED),
        *_ALWAYS,
        Drop("person/*", _REGISTERED),
    ),
)

HEFEI_CASE: Final = Format(
    name="hefei_case",
    zh="和合码案件 (合肥)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"case_num", "case_type"})),
    maps=(_DISPUTE, _RESULT),
    fields=(FieldList("justice_hefei.csv", ("t_mediation_case + persons",)),),
)
