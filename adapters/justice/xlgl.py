"""锡盟 智慧司法: the application for people's mediation, as a form or JSON.

One applicant and one respondent, told in fields of their own; empty texts, never null. The system gives the
dispute no number. Who is only named in the facts stays in the facts.
"""

from typing import Final

from adapters.justice.codecs_xlgl import PROXY, TOWN, addresses
from adapters.justice.codes_xlgl import CASE_TYPE, GB_SEX
from adapters.justice.split import PEOPLE
from hub.port import (
    Code,
    Const,
    Day,
    Direction,
    Drop,
    Field,
    FieldList,
    FileIds,
    Format,
    FormJson,
    IdNumber,
    JsonKeys,
    Label,
    Map,
    Name,
    Phones,
    Slots,
    Text,
)

COMMITTEE: Final = "the committee: the envelope names the unit"
SUPERVISED: Final = "supervision inside the system of the bureau"
LATER: Final = "of a later step of the mediation, which has a message of its own"

ACCUSER: Final = (
    Field("accuserName", ".", Name()),
    Field("accuserIdcard", ".", IdNumber()),
    Field("accuserSex", "sex", Code(GB_SEX)),
    Field("accuserBirthday", "birth_date", Day()),
    Field("accuserEthnic", "ethnic_group", Text(20)),
    Field(
        ("accuserAddress", "accuserCounty", "accuserTown", "accuserDomicile"),
        "addresses",
        addresses("accuser"),
    ),
    Field("accuserOccupation", "occupation", Text(120)),
    Drop("accuserPostCode", "the shared form has no post code"),
    Field("accuserPhone", "phones", Phones()),
    Field(("proxyName", "proxyType", "proxyIdCard"), ".", PROXY),
    Const("role", "applicant"),
)

DEFENDANT: Final = (
    Field("defendantName", ".", Name()),
    Field("defendantIdcard", ".", IdNumber()),
    Field("defendantSex", "sex", Code(GB_SEX)),
    Field("defendantBirthday", "birth_date", Day()),
    Field("defendantEthnic", "ethnic_group", Text(20)),
    Field(
        ("defendantAddress", "defendantCounty", "defendantTown", "defendantDomicile"),
        "addresses",
        addresses("defendant"),
    ),
    Field("defendantOccupation", "occupation", Text(120)),
    Drop("defendantPostCode", "the shared form has no post code"),
    Field("defendantPhone", "phones", Phones()),
    Const("role", "respondent"),
)

SLOTS: Final = {"accuser": ACCUSER, "defendant": DEFENDANT}

_APPLICATION: Final = (
    Field("caseTitle", "title", Text(120)),
    Drop(
        "caseType", "a code of an unpublished dictionary, zero-based elsewhere; the label beside it is read"
    ),
    Field("caseTypeDesc", "dispute_type", Label(CASE_TYPE)),
    Field(("caseCounty", "caseTown"), "place", TOWN),
    Field("caseSituation", "facts", Text()),
    Field("caseFile", "attachments", FileIds("other", joint=",")),
    Field("mediator/id", "handler/staff_no", Text(40)),
    Field("mediator/name", "handler/name", Text(80)),
    Drop("peopleMediationCommittee/id", COMMITTEE),
    Drop("peopleMediationCommittee/name", COMMITTEE),
    Drop("peopleMediationCommittee/pid", COMMITTEE),
    Drop("peopleMediationCommittee/type", COMMITTEE),
    Drop("warningState", SUPERVISED),
    Drop("warningTime", SUPERVISED),
    Slots("parties", SLOTS, PEOPLE),
    Const("action", "register"),
    Const("origin", "application"),
)

_FORM_FIELDS: Final = FieldList("justice_xlgl.csv", ("application (人民调解申请) – form field query=<json>",))
XLGL_APPLICATION: Final = Format(
    name="xlgl_application",
    zh="人民调解申请 (JSON)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"accuserName"})),
    maps=(Map("dispute", Direction.BOTH, _APPLICATION),),
    fields=(_FORM_FIELDS,),
)

XLGL_FORM: Final = Format(
    name="xlgl_form",
    zh="人民调解申请 (表单)",
    grade="A",
    media=("application/x-www-form-urlencoded",),
    carrier=FormJson(frozenset({"accuserName"})),
    maps=(Map("dispute", Direction.BOTH, _APPLICATION),),
    fields=(_FORM_FIELDS,),
)
