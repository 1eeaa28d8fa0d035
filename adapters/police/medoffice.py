"""IMedCase: the case file of a mediation room resident in a police station (驻所人民调解室), as JSON.

One file is both: what the station hands over (`referral`) and what came of it (`mediation_result`).
"""

from typing import Final

from adapters.police.codecs import PARTY_COUNT, PARTY_NO
from adapters.police.codes import (
    ACCEPT_MODE,
    CASE_OUTCOME,
    DISPUTE_KIND,
    GB_SEX,
    MEDIATION_KIND,
    PARTY_KIND,
    PROCEDURE,
    WISH,
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
    Flag,
    Format,
    Ident,
    IdNumber,
    Items,
    JsonKeys,
    Known,
    Label,
    LegalDate,
    Map,
    Moment,
    Name,
    Native,
    Numbered,
    Phones,
    Role,
    Text,
    When,
    Whole,
)

_NUMBER: Final = Ident(("acceptDate", "caseId"), "medoffice", Role.OWN, Native.INTEGER)

_PARTIES: Final = Each(
    "parties",
    "parties",
    (
        Field("partyId", "ref", PARTY_NO),
        Field("name", ".", Name()),
        Field("partyKind", "role", Code(PARTY_KIND, Native.INTEGER)),
        Field("gender", "sex", Code(GB_SEX, Native.INTEGER)),
        Field("age", "age_reported", Whole(high=150)),
        Field("idCardNum", ".", IdNumber()),
        Field("birthday", "birth_date", Day()),
        Field("phoneNum", "phones", Phones()),
        Field("workLocOrAddr", "addresses/0/text", Text(200)),
    ),
)

_REFERRAL: Final = Map(
    "referral",
    Direction.BOTH,
    (
        Field("acceptDate", "business_time", Moment(When.DAY)),
        _NUMBER,
        Drop("officeFullName", "the room is the addressee of the envelope"),
        Drop("committeeName", "the committee of the room stands in the unit table"),
        Drop("docNum", "number of an agreement: of the result, not of the referral"),
        Drop("failedDocNum", "number of a failed mediation: of the result, not of the referral"),
        Field("caseName", "title", Text(120)),
        Field("caseKind", "mediation_type", Code(MEDIATION_KIND, Native.INTEGER)),
        Field("procedureKind", "procedure", Code(PROCEDURE, Native.INTEGER)),
        Field("disputeKind", "dispute_type", Label(DISPUTE_KIND)),
        Field("partyNum", "parties", PARTY_COUNT),
        Field("moneyInvolved", "amount", Amount()),
        Field("synopsis", "facts_found", Text(4000)),
        Drop("agreement", "of the result, not of the referral"),
        Field("acceptMode", "track", Label(ACCEPT_MODE)),
        Field("transferor", "contact/name", Text(80)),
        Drop("acceptor", "who takes it on is said by the answer"),
        Drop("medDate", "of the result, not of the referral"),
        Drop("medAddr", "of the result, not of the referral"),
        Drop("mediator", "who mediates is said by the answer"),
        Drop("medRecorder", "of the result, not of the referral"),
        Drop("closeDate", "of the result, not of the referral"),
        Drop("executionKind", "of the result, not of the referral"),
        Drop("revisit", "of the performance, not of the referral"),
        Drop("retentionPeriod", "how long the room keeps its paper file"),
        Drop("court", "of the confirmation, not of the referral"),
        _PARTIES,
        Const("track", "police_people"),
        Const("platform", "police"),
    ),
)

_RESULT: Final = Map(
    "mediation_result",
    Direction.BOTH,
    (
        _NUMBER,
        Drop("officeFullName", "the room is the sender of the envelope"),
        Drop("committeeName", "the committee of the room stands in the unit table"),
        Field("docNum", "agreements/0/number", Numbered("agreement_no")),
        Field("failedDocNum", "doc_no", Numbered("letter_no")),
        Drop("caseName", "a result has no title of its own"),
        Field("caseKind", "agreements/0/mediation_type", Code(MEDIATION_KIND, Native.INTEGER)),
        Field("caseKind", "outcome", Code(CASE_OUTCOME, Native.INTEGER)),
        Field("procedureKind", "wish", Code(WISH, Native.INTEGER)),
        Drop("disputeKind", "a label of the room's own list; the dispute carries its type"),
        Drop("partyNum", "the parties stand in the referral"),
        Drop("moneyInvolved", "the dispute carries it"),
        Drop("synopsis", "the referral carries the facts"),
        Field("agreement", "agreements/0/terms", Text(4000)),
        Drop("acceptMode", "the referral carries it"),
        Drop("transferor", "the referral carries it"),
        Drop("acceptor", "the answer to the referral carries it"),
        Field("medDate", "sessions/0/at", Moment(When.DAY)),
        Field("medAddr", "sessions/0/place", Text(200)),
        Field("mediator", "sessions/0/present", Items("、")),
        Drop("medRecorder", "who took the minutes"),
        Field("closeDate", "business_time", Moment(When.DAY), Direction.READ),
        Field("closeDate", "ended_on", LegalDate()),
        Field("executionKind", "agreements/0/performed_on_spot", Flag("1", "2", Native.INTEGER)),
        Drop("revisit", "the performance carries it"),
        Drop("retentionPeriod", "how long the room keeps its paper file"),
        Drop("court", "the confirmation carries it"),
        Drop("parties/*", "the parties stand in the referral"),
        Const("agreements/0/form", "written"),
        Const("agreements/0/organisation", Known.UNIT),
    ),
)

MEDOFFICE: Final = Format(
    name="medoffice",
    zh="驻所人民调解室案件",
    grade="B",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"acceptDate", "caseId"})),
    maps=(_REFERRAL, _RESULT),
    fields=(FieldList("police_medoffice.csv", ("IMedCase / IParty",)),),
)
