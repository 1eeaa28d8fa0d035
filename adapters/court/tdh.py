"""Answer of the TDH query service (getPlAjbs, getPlAj …): a court's cases of a day, in Base64 twice over.

It comes inside a snapshot only. Each row says how far one case is.
"""

from typing import Final

from adapters.court.codecs_lists import LISTED_STATE, TDH_OK
from hub.port import (
    CodedXml,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    Map,
    Numbered,
    Role,
    Shape,
)

_ROW: Final = "Data/R"
_CASE: Final = Map(
    "case_status",
    Direction.READ,
    (
        Field("Result/Code", ".", TDH_OK),
        Drop("Result/Msg", "of the call itself"),
        Drop("Data/Count", "held against the rows that are there"),
        Ident((f"{_ROW}/AHDM",), "ahdm", Role.OWN),
        Ident((f"{_ROW}/AH",), "case_no", Role.CASE),
        Field(f"{_ROW}/AH", "case/identifier", Numbered("case_no")),
        Field((f"{_ROW}/LARQ", f"{_ROW}/JARQ", f"{_ROW}/AJZTMS"), ".", LISTED_STATE),
        Drop(f"{_ROW}/FY", "the court by its grade code, one of two systems; the snapshot names its unit"),
    ),
)

TDH_CASES: Final = Format(
    name="tdh_cases",
    zh="案件清单(TDH 查询应答)",
    grade="A",
    media=("text/plain",),
    carrier=CodedXml("Response"),
    maps=(_CASE,),
    fields=(
        FieldList(
            "court_tdh_soap.csv",
            ("Response (every text node Base64)",),
            "",
            frozenset({"Result/Code", "Result/Msg", "Data/Count", "Data/R/AHDM", "Data/R/AH", "Data/R/FY"}),
        ),
    ),
    records=_ROW,
    shape=Shape.MANY,
    counted="Data/Count",
    lists=True,
)
