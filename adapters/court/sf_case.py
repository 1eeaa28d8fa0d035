"""The case of the pre-litigation front end (诉非) as the court hands it over for mediation: a referral.

The front end wraps it as it wraps every answer, `{code, msg, data}`. It tells with one number (acceptType 80)
that a case is handed over; before or after filing follows from the case itself.
"""

from typing import Final

from adapters.court.codecs_sf import (
    ADDRESS_FIELDS,
    ADDRESSES,
    CATEGORY,
    CATEGORY_FIELDS,
    DELEGATED_AT,
    DELEGATED_FIELDS,
    TRACK,
    TRACK_FIELDS,
)
from adapters.court.codes import (
    SF_ID_TYPE,
    SF_INVOLVED,
    SF_PARTY_KIND,
    SF_PARTY_ROLE,
    SF_PROCEDURE,
    SF_SEX,
)
from hub.port import (
    Amount,
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
    Label,
    LegalDate,
    Map,
    Name,
    Native,
    Numbered,
    Phones,
    Role,
    Text,
    Whole,
)

_LIST: Final = "court_sf_rest.csv"
_STAFF: Final = "the court's own staff, by keys of its tables"
_INNER: Final = "of the court's own handling"

_LITIGANT: Final = (
    Field("partyType", "kind", Code(SF_PARTY_KIND, Native.INTEGER)),
    Field("litigationStatus", "role", Code(SF_PARTY_ROLE, Native.INTEGER)),
    Field("name", ".", Name()),
    Field("sex", "sex", Code(SF_SEX, Native.INTEGER)),
    Field("idCardType", "id_type", Code(SF_ID_TYPE, Native.INTEGER)),
    Field("idCard", ".", IdNumber()),
    Field("birthday", "birth_date", Day()),
    Field("phone", "phones", Phones()),
    Field(ADDRESS_FIELDS, "addresses", ADDRESSES),
    Field("legalManName", "legal_representative", Text(80)),
    Drop("lawerRelation", "what an agent is to a party; a litigant is none"),
)

_REFERRAL: Final = Map(
    "referral",
    Direction.READ,
    (
        Drop("code", "200: the call itself went well"),
        Drop("msg", "of the call itself"),
        Ident(("data/sfLawCaseId",), "sf_case", Role.OWN),
        Ident(("data/preCaseNo",), "pre_case_no", Role.CASE),
        Ident(("data/caseNo",), "case_no", Role.CASE),
        Field(TRACK_FIELDS, "track", TRACK),
        Field(DELEGATED_FIELDS, "business_time", DELEGATED_AT),
        Field("data/applicableProcedures", "procedure", Label(SF_PROCEDURE)),
        Field("data/caseNo", "own_case/identifier", Numbered("case_no")),
        Field("data/filingDate", "own_case/accepted_on", LegalDate()),
        Field(CATEGORY_FIELDS, "own_case/kind", CATEGORY),
        Field("data/briefName", "cause", Text(120)),
        Field("data/caseInvolve", "dispute_type", Label(SF_INVOLVED)),
        Field("data/subjectAmount", "amount", Amount()),
        Field("data/claim", "claims", Text(4000)),
        Field("data/factReason", "facts_found", Text(4000)),
        Field("data/days", "proposed_days", Whole(1, 365)),
        Each("data/litigants", "parties", _LITIGANT),
        Drop("data/briefId", "key of the court's own table of causes; its name is read"),
        Drop("data/caseType", "a label of the court's own list; the category is read"),
        Drop("data/caseSource", "how the case came to the court's front end"),
        Drop("data/preMediate", "what is handed over is to be mediated"),
        Drop("data/preservation", _INNER),
        Drop("data/judicialExpertise", _INNER),
        Drop("data/canSendDate", _INNER),
        Drop("data/litigationScene", _INNER),
        Drop("data/jurisdictionBasis", "why this court; not why this organisation"),
        Drop("data/receiveDepartmentId", _STAFF),
        Drop("data/receivePeopleId", _STAFF),
        Drop("data/assistantJudgeId", _STAFF),
        Drop("data/recorderId", _STAFF),
        Drop("data/orgId", "the organisation by the court's own number; the envelope names the addressee"),
        Drop("data/bigCase", _INNER),
        Drop("data/publicWelfare", _INNER),
        Drop("data/involveArmy", _INNER),
        Drop("data/involveFour", _INNER),
        Const("track", "prefiling_delegated", "completeness"),
        Const("platform", "court_online"),
    ),
)

SF_CASE: Final = Format(
    name="sf_case",
    zh="诉非案件(委派、委托)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"sfLawCaseId", "litigants"}), "data"),
    maps=(_REFERRAL,),
    fields=(
        FieldList(_LIST, ("case",), "data"),
        FieldList(
            _LIST,
            ("litigant / agent / send",),
            "data/litigants",
            frozenset({"partyType", "litigationStatus", "sex", "idCardType", "addResstype", "lawerRelation"}),
        ),
        FieldList(_LIST, ("litigant / agent / send",), "", frozenset({"code", "msg"})),
        FieldList(
            _LIST,
            ("moveCourt (submit to court for confirmation 法院赋强)",),
            "data",
            frozenset({"acceptType"}),
        ),
    ),
)
