"""BUF_EAJ / EAJ, the buffer table of a court's cases, as rows of text: where each case stands.

The participants lie in a table of their own, which says nothing without this one.
"""

from typing import Final

from adapters.court.codecs_lists import LISTED_STATE
from hub.port import (
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    HeaderRow,
    Ident,
    Map,
    Numbered,
    Role,
    Shape,
)

_INNER: Final = "of the court's own administration"
_CODE: Final = "a code that is nowhere explained"
_REGISTERED: Final = "the registration carries it"

_STATUS: Final = Map(
    "case_status",
    Direction.READ,
    (
        Ident(("AJBS",), "ajbs", Role.CASE),
        Ident(("AHDM",), "ahdm", Role.CASE),
        Ident(("AH",), "case_no", Role.CASE),
        Ident(("AJBS", "AJJZJD"), "ajbs_stage", Role.OWN),
        Field("AH", "case/identifier", Numbered("case_no")),
        Field(("AJJZJD", "AJZTMS", "LARQ", "JARQ"), ".", LISTED_STATE),
        Drop("AJLX", _CODE),
        Drop("DEPTCODE", _INNER),
        Drop("FYDM", "the court, by one of two systems of codes; it is the sender of the envelope"),
        Drop("LAAY", _CODE),
        Drop("CBSPT", _INNER),
        Drop("CBSPTBS", _INNER),
        Drop("CBR", _REGISTERED),
        Drop("JAFS", _CODE),
        Drop("JAFSX", _CODE),
        Drop("SFSQTJ", _CODE),
        Drop("QSBDJE", _REGISTERED),
        Drop("SFWLS", _CODE),
        Drop("GGSD", _CODE),
        Drop("SJTS", "counted by the court itself"),
        Drop("LASTUPDATE", "when the row was changed in the court's system"),
    ),
)

EAJ: Final = Format(
    name="eaj_cases",
    zh="案件缓冲表 EAJ",
    grade="A",
    media=("text/csv",),
    carrier=HeaderRow(
        frozenset({"AJBS", "AJJZJD"}),
        ("AJBS", "AHDM", "AJLX", "DEPTCODE", "AH", "FYDM", "AJJZJD", "AJZTMS", "LARQ", "JARQ", "LAAY"),
    ),
    maps=(_STATUS,),
    fields=(
        FieldList(
            "court_eaj_tables.csv",
            ("BUF_EAJ / EAJ",),
        ),
    ),
    shape=Shape.MANY,
)
