"""锡盟 智慧司法: the register that answers an application (受理登记), answers by the workflow block alone.

Everything comes in the envelope `{status, msg, body}`. A register tells a dispute or what was handed over; a
body with `act` and without parties tells only yes or no to what the envelope of the message names.
"""

from typing import Final

from adapters.justice.codecs_xlgl import FACTS, SCENE, TRACK
from adapters.justice.codes_xlgl import ACCEPTED, CASE_SOURCE, CASE_TYPE, DECIDED
from adapters.justice.split import PEOPLE
from adapters.justice.xlgl import COMMITTEE, LATER, SLOTS, SUPERVISED
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
    Ident,
    JsonKeys,
    Label,
    Map,
    Role,
    Row,
    Slots,
    Text,
)

_WORKFLOW: Final = "workflow inside the system"
_DISPUTED: Final = "of the dispute, which has a message of its own"

_ANSWER: Final[tuple[Row, ...]] = (
    Drop("status", "answer of the system: 0 is success", fill="0"),
    Drop("msg", "answer of the system"),
)

_REGISTERED: Final[tuple[Row, ...]] = (
    *_ANSWER,
    Field("body/caseTitle", "title", Text(120)),
    Drop("body/caseType", "a code of an unpublished dictionary, zero-based elsewhere; the label is read"),
    Field("body/caseTypeDesc", "dispute_type", Label(CASE_TYPE)),
    Field("body/caseFile", "attachments", FileIds("other", joint=",")),
    Drop("body/caseRank", "grade by an unpublished dictionary"),
    Drop("body/hasMongol", "statistics of the banner; no ethnic group is kept but where a form demands it"),
    Drop("body/peopleMediationCommittee/id", COMMITTEE),
    Drop("body/peopleMediationCommittee/name", COMMITTEE),
    Drop("body/peopleMediationCommittee/pid", COMMITTEE),
    Drop("body/peopleMediationCommittee/type", COMMITTEE),
    Drop("body/warningState", SUPERVISED),
    Drop("body/warningTime", SUPERVISED),
    Slots("parties", SLOTS, PEOPLE, under="body"),
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
    Drop("body/act/procInsId", _WORKFLOW),
    Drop("body/act/taskDefKey", _WORKFLOW),
    Drop("body/act/flag", _WORKFLOW),
    Drop("body/act/comment", _WORKFLOW),
)

_DISPUTE: Final = Map(
    "dispute",
    Direction.BOTH,
    (
        *_REGISTERED,
        Field(("body/caseArea", "body/caseCounty", "body/caseTown"), "place", SCENE),
        Field(("body/caseSituation", "body/disputeSituation"), "facts", FACTS),
        Field("body/caseSource", "origin", Label(CASE_SOURCE)),
        Field("body/caseTime", "happened", Day()),
        Field("body/caseInvolveCount", "people_count", Count()),
        Field("body/mediator/id", "handler/staff_no", Text(40)),
        Field("body/mediator/name", "handler/name", Text(80)),
        Const("action", "register"),
        Const("origin", "other"),
    ),
)

_REFERRAL: Final = Map(
    "referral",
    Direction.BOTH,
    (
        *_REGISTERED,
        Field("body/caseSource", "track", TRACK),
        Field(("body/caseSituation", "body/disputeSituation"), "facts_found", FACTS),
        Drop("body/caseArea", _DISPUTED),
        Drop("body/caseCounty/id", _DISPUTED),
        Drop("body/caseCounty/name", _DISPUTED),
        Drop("body/caseTown/id", _DISPUTED),
        Drop("body/caseTown/name", _DISPUTED),
        Drop("body/caseTime", _DISPUTED),
        Drop("body/caseInvolveCount", _DISPUTED),
        Drop("body/mediator/id", "who mediates is said by the answer"),
        Drop("body/mediator/name", "who mediates is said by the answer"),
        Const("mediation_type", "people"),
        Const("platform", "justice"),
    ),
)

_LIST: Final = "justice_xlgl.csv"
_BEAN: Final = "register / record / mediate / agreement / visit / dossier"

XLGL_REGISTER: Final = Format(
    name="xlgl_register",
    zh="人民调解受理登记",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"accuserName"}), at="body"),
    maps=(_DISPUTE, _REFERRAL),
    fields=(
        FieldList(_LIST, ("application (人民调解申请) – form field query=<json>",), under="body"),
        FieldList(_LIST, (_BEAN,), under="body"),
    ),
)

_REFERRAL_ANSWER: Final = Map(
    "referral_answer",
    Direction.BOTH,
    (
        *_ANSWER,
        Field("body/act/flag", "answer", Code(ACCEPTED)),
        Field("body/act/comment", "reason", Text(2000)),
        Ident("body/act/procInsId", "proc_inst", Role.CASE),
        Drop("body/act/taskDefKey", _WORKFLOW),
    ),
)

_CONFIRMATION_ANSWER: Final = Map(
    "confirmation_answer",
    Direction.WRITE,
    (
        *_ANSWER,
        Field("body/act/flag", "decision", Code(DECIDED)),
        Field("body/act/comment", "reason", Text(4000)),
        Ident("body/act/procInsId", "proc_inst", Role.CASE),
        Drop("body/act/taskDefKey", _WORKFLOW),
    ),
)

XLGL_ANSWER: Final = Format(
    name="xlgl_answer",
    zh="审批意见 (act)",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"act"}), at="body", forbids=frozenset({"accuserName"})),
    maps=(_REFERRAL_ANSWER, _CONFIRMATION_ANSWER),
    fields=(
        FieldList(
            _LIST,
            (_BEAN,),
            under="body",
            names=frozenset({"act.procInsId", "act.taskDefKey", "act.flag", "act.comment"}),
        ),
    ),
)
