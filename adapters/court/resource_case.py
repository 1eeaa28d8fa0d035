"""`<resource>` with T_AJ_AJXQ and T_AJ_DSR_AJXQ: a filed civil case and its parties, out of another system.

The prefix of a name is its type (N_ number, C_ text, DT_ time, D_ day); most elements are empty.
"""

from typing import Final

from adapters.court.codecs import PARTY_NO
from adapters.court.codes_exchange import RESOURCE_ID_TYPE, RESOURCE_PARTY_KIND
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
    LegalDate,
    Map,
    Moment,
    Name,
    Numbered,
    Phones,
    Role,
    Text,
    When,
    XmlRoot,
)

_CASE: Final = "T_AJ_AJXQ"
_PARTIES: Final = "T_AJ_DSR_AJXQ"
_LIST: Final = "court_resource_xml.csv"
_CODE: Final = "a code whose list is not published"

_DISPUTE: Final = Map(
    "dispute",
    Direction.READ,
    (
        Ident((f"{_CASE}/N_AJBS",), "ajbs", Role.OWN),
        Ident((f"{_CASE}/C_AH",), "case_no", Role.CASE),
        Ident((f"{_CASE}/C_GSHAH",), "case_no", Role.CASE),
        Field(f"{_CASE}/C_AH", "own_case/identifier", Numbered("case_no")),
        Field(f"{_CASE}/DT_LASJ", "own_case/accepted_on", LegalDate(When.SECOND_DOT_ZERO)),
        Field(f"{_CASE}/DT_LASJ", "business_time", Moment(When.SECOND_DOT_ZERO)),
        Drop(f"{_CASE}/N_LAAY", _CODE),
        Drop(f"{_CASE}/N_JAFS", _CODE),
        Drop(f"{_CASE}/N_AJLB", "civil in the one file that was seen; the list is not published"),
        Drop(f"{_CASE}/N_AJZLB", _CODE),
        Drop(f"{_CASE}/N_SYCX", _CODE),
        Drop(f"{_CASE}/N_BH_JBFY", "the court is the sender of the envelope"),
        Drop(f"{_CASE}/C_BH", "key of a table row of the court's system"),
        Each(
            _PARTIES,
            "parties",
            (
                Field("N_XH", "ref", PARTY_NO),
                Field("N_LX", "kind", Code(RESOURCE_PARTY_KIND)),
                Field("C_MC", ".", Name()),
                Field("N_SFZJLX", "id_type", Code(RESOURCE_ID_TYPE)),
                Field("C_ZJHM", ".", IdNumber()),
                Field("D_CSRQ", "birth_date", Day()),
                Field("C_XZZ", "addresses/0/text", Text(200)),
                Field("C_SJHM", "phones", Phones()),
                Field("C_FDDBR", "legal_representative", Text(80)),
                Drop("N_XB", "no list says which number is a man: four lists contradict each other"),
                Drop("C_TSSF", "a person's special standing, in the system's own words", repeats=True),
            ),
        ),
        Const("action", "register"),
        Const("origin", "court_visit"),
    ),
)

RESOURCE_CASE: Final = Format(
    name="resource_case",
    zh="案件资源(T_AJ)",
    grade="B",
    media=("application/xml",),
    carrier=XmlRoot("resource"),
    maps=(_DISPUTE,),
    fields=(FieldList(_LIST, (_CASE,), _CASE), FieldList(_LIST, (_PARTIES,), _PARTIES)),
)
