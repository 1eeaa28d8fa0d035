"""贵州 12348: the public registry of mediators (a page of a list) and of committees (one, or a page).

Only read: a registry that others publish is not written for them. A person who is in it under several
ids stays several entries: only a person may say that they are one.
"""

from typing import Final

from adapters.justice.codecs_gz12348 import NAMESAKE, SEAT
from adapters.justice.codes_gz12348 import GUID_EDUCATION, GUID_SEX, IS_DELETED, LIST_OK
from hub.port import (
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
    Role,
    Row,
    Shape,
    Text,
)

_ANSWER: Final = "answer of the system"
_PAGE: Final = "which page of the list it is"

_ENVELOPE: Final[tuple[Row, ...]] = (
    Field("code", ".", Code(LIST_OK)),
    Drop("description", _ANSWER),
    Drop("secretKey", _ANSWER),
    Drop("exception", _ANSWER),
    Drop("success", _ANSWER),
    Drop("result/next", _PAGE),
    Drop("result/last", _PAGE),
    Drop("result/lastPage", _PAGE),
    Drop("result/totalPage", _PAGE),
    Drop("result/prev", _PAGE),
    Drop("result/count", _PAGE),
    Drop("result/firstResult", _PAGE),
    Drop("result/pageSize", _PAGE),
    Drop("result/pageNo", _PAGE),
)


_BUREAU: Final = "number of the judicial office in that registry; its name is read"
_ONLINE: Final = "that it mediates online; on which platform and since when is not told"

_MEDIATORS: Final[tuple[Row, ...]] = (
    *_ENVELOPE,
    Field("result/resultData/id", "mediator", Text(40)),
    Ident("result/resultData/id", "gz12348", Role.OWN),
    Field("result/resultData/name", "name", Text(80)),
    Field("result/resultData/orgName", "organisations/0/unit", Text(120)),
    Field(("result/resultData/name", "result/resultData/orgName"), ".", NAMESAKE),
    Field("result/resultData/gender", "sex", Code(GUID_SEX)),
    Field("result/resultData/education", "education", Code(GUID_EDUCATION)),
    Const("action", "join"),
)

_ORGANISATIONS: Final[tuple[Row, ...]] = (
    *_ENVELOPE,
    Field("result/resultData/id", "code", Text(40)),
    Ident("result/resultData/id", "gz12348", Role.OWN),
    Field("result/resultData/name", "name", Text(120)),
    Drop("result/resultData/justiceBureauId", _BUREAU),
    Field("result/resultData/justiceBureauName", "parent_unit", Text(120)),
    Field(
        (
            "result/resultData/province",
            "result/resultData/city",
            "result/resultData/county",
            "result/resultData/address",
            "result/resultData/completeAddress",
            "result/resultData/axis",
        ),
        "place",
        SEAT,
    ),
    Field("result/resultData/telephone", "phone", Text(30)),
    Drop("result/resultData/openOnline", _ONLINE),
    Field("result/resultData/isDeleted", "action", Code(IS_DELETED)),
    Const("action", "join"),
)

_ORGANISATION: Final[tuple[Row, ...]] = (
    Field("id", "code", Text(40)),
    Ident("id", "gz12348", Role.OWN),
    Field("name", "name", Text(120)),
    Drop("justiceBureauId", _BUREAU),
    Field("justiceBureauName", "parent_unit", Text(120)),
    Field(("province", "city", "county", "address", "completeAddress", "axis"), "place", SEAT),
    Field("telephone", "phone", Text(30)),
    Drop("openOnline", _ONLINE),
    Field("isDeleted", "action", Code(IS_DELETED)),
    Const("action", "join"),
)

_ROWS: Final = "result/resultData"
_LIST: Final = FieldList("justice_gz12348.csv", ("rest.q4w list envelope",))

GZ_MEDIATORS: Final = Format(
    name="gz12348_mediators",
    zh="调解员名册 (12348)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"id", "orgName"}), at=_ROWS),
    maps=(Map("mediator", Direction.READ, _MEDIATORS),),
    fields=(_LIST, FieldList("justice_gz12348.csv", ("mediator",), under=_ROWS)),
    records=_ROWS,
    shape=Shape.MANY,
)

GZ_ORGANISATIONS: Final = Format(
    name="gz12348_organisations",
    zh="调解组织名册 (12348)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"id", "justiceBureauName"}), at=_ROWS),
    maps=(Map("mediation_organisation", Direction.READ, _ORGANISATIONS),),
    fields=(_LIST, FieldList("justice_gz12348.csv", ("org",), under=_ROWS)),
    records=_ROWS,
    shape=Shape.MANY,
)

GZ_ORGANISATION: Final = Format(
    name="gz12348_organisation",
    zh="调解组织 (12348)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"id", "justiceBureauName"})),
    maps=(Map("mediation_organisation", Direction.READ, _ORGANISATION),),
    fields=(FieldList("justice_gz12348.csv", ("org",)),),
)
