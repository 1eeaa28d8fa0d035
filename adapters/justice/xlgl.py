"""锡盟 智慧司法: the application for people's mediation (form or JSON) and the register that answers it.

One applicant and one respondent, told in fields of their own; empty texts, never null. The system gives the
dispute no number. Who is only named in the facts stays in the facts.
"""

from typing import Final

from adapters.justice.codecs_xlgl import FACTS, PROXY, SCENE, TOWN, addresses
from adapters.justice.codes_xlgl import CASE_SOURCE, CASE_TYPE, GB_SEX
from adapters.justice.split import PEOPLE
from hub.port import (
    Code,
    Const,
    Count,
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

_COMMITTEE: Final = "the committee: the envelope names the unit"
_SUPERVISED: Final = "supervision inside the system of the bureau"
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

_SLOTS: Final = {"accuser": ACCUSER, "defendant": DEFENDANT}

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
    Drop("peopleMediationCommittee/id", _COMMITTEE),
    Drop("peopleMediationCommittee/name", _COMMITTEE),
    Drop("peopleMediationCommittee/pid", _COMMITTEE),
    Drop("peopleMediationCommittee/type", _COMMITTEE),
    Drop("warningState", _SUPERVISED),
    Drop("warningTime", _SUPERVISED),
    Slots("parties", _SLOTS, PEOPLE),
    Const("action", "register"),
    Const("origin", "application"),
)

_REGISTER: Final = (
    Drop("status", "answer of the system: 0 is success", fill="0"),
    Drop("msg", "answer of the system"),
    Field("body/caseTitle", "title", Text(120)),
    Drop("body/caseType", "a code of an unpublished dictionary, zero-based elsewhere; the label is read"),
    Field("body/caseTypeDesc", "dispute_type", Label(CASE_TYPE)),
    Field(("body/caseArea", "body/caseCounty", "body/caseTown"), "place", SCENE),
    Field(("body/caseSituation", "body/disputeSituation"), "facts", FACTS),
    Field("body/caseFile", "attachments", FileIds("other", joint=",")),
    Field("body/caseSource", "origin", Label(CASE_SOURCE)),
    Drop("body/caseRank", "grade by an unpublished dictionary"),
    Field("body/caseTime", "happened", Day()),
    Field("body/caseInvolveCount", "people_count", Count()),
    Drop("body/hasMongol", "statistics of the banner; no ethnic group is kept but where a form demands it"),
    Field("body/mediator/id", "handler/staff_no", Text(40)),
    Field("body/mediator/name", "handler/name", Text(80)),
    Drop("body/peopleMediationCommittee/id", _COMMITTEE),
    Drop("body/peopleMediationCommittee/name", _COMMITTEE),
    Drop("body/peopleMediationCommittee/pid", _COMMITTEE),
    Drop("body/peopleMediationCommittee/type", _COMMITTEE),
    Drop("body/warningState", _SUPERVISED),
    Drop("body/warningTime", _SUPERVISED),
    Slots("parties", _SLOTS, PEOPLE, under="body"),
    Drop("body/examineDate", LATER),
    Drop("body/examinePlace", LATER),
    Drop("body/inquirer", LATER),
    Drop("body/respondent", LATER),
    Drop("body/recordContent", LATER),
    Drop("body/mediateDate", LATER),
    Drop("body/mediatePlace", LATER),
    Drop("body/mediateRecord", LATER),
    Drop("body/agreementCode", LATER),
    Drop("body/disputeFact", LATER),
    Drop("body/disputeMatter", LATER),
    Drop("body/agreementContent", LATER),
    Drop("body/performMode", LATER),
    Drop("body/timeLimit", LATER),
    Drop("body/recorder", LATER),
    Drop("body/visitCause", LATER),
    Drop("body/visitDate", LATER),
    Drop("body/visitSituation", LATER),
    Drop("body/dossierTitle", LATER),
    Drop("body/dossierContent", LATER),
    Drop("body/act/procInsId", "workflow inside the system"),
    Drop("body/act/taskDefKey", "workflow inside the system"),
    Drop("body/act/flag", "workflow inside the system"),
    Drop("body/act/comment", "workflow inside the system"),
    Const("action", "register"),
    Const("origin", "other"),
)

_FORM_FIELDS: Final = FieldList("justice_xlgl.csv", ("application (人民调解申请) – form field query=<json>",))
_REGISTER_FIELDS: Final = (
    FieldList("justice_xlgl.csv", ("application (人民调解申请) – form field query=<json>",), under="body"),
    FieldList(
        "justice_xlgl.csv", ("register / record / mediate / agreement / visit / dossier",), under="body"
    ),
)

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

XLGL_REGISTER: Final = Format(
    name="xlgl_register",
    zh="人民调解受理登记",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"status", "body"})),
    maps=(Map("dispute", Direction.BOTH, _REGISTER),),
    fields=_REGISTER_FIELDS,
)
