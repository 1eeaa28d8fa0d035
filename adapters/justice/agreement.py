"""锡盟 智慧司法: the mediation agreement with its workflow block, as a result or a later visit."""

from typing import Final

from adapters.justice.codecs_xlgl import AGREED, APPROVAL, PERFORMANCE
from adapters.justice.xlgl import LATER
from hub.port import (
    Const,
    Direction,
    Drop,
    Field,
    FieldList,
    Format,
    Ident,
    JsonKeys,
    Known,
    LegalDate,
    Map,
    Moment,
    Numbered,
    Role,
    Row,
    Text,
    When,
)

_REGISTERED: Final = "of the registration, which has a message of its own"

_MEDIATED: Final = "of the result, which has a message of its own"

_NOT_OF_IT: Final[tuple[Row, ...]] = (
    Drop("query/caseSource", _REGISTERED),
    Drop("query/caseRank", _REGISTERED),
    Drop("query/caseTime", _REGISTERED),
    Drop("query/caseArea", _REGISTERED),
    Drop("query/caseInvolveCount", _REGISTERED),
    Drop("query/hasMongol", _REGISTERED),
    Drop("query/disputeSituation", _REGISTERED),
    Drop("query/examineDate", "of an inquiry before the mediation"),
    Drop("query/examinePlace", "of an inquiry before the mediation"),
    Drop("query/inquirer", "of an inquiry before the mediation"),
    Drop("query/respondent", "of an inquiry before the mediation"),
    Drop("query/recordContent", "of an inquiry before the mediation"),
    Drop("query/dossierTitle", LATER),
    Drop("query/dossierContent", LATER),
)

_RESULT: Final = Map(
    "mediation_result",
    Direction.BOTH,
    (
        Field("query/agreementCode", "agreements/0/number", Numbered("agreement_no")),
        Ident("query/agreementCode", "agreement_no", Role.CASE),
        Field("query/disputeFact", "agreements/0/facts", Text(4000)),
        Field("query/disputeMatter", "agreements/0/matters/0/text", Text(500)),
        Field("query/agreementContent", "agreements/0/terms", Text(4000)),
        Field("query/agreementContent", "outcome", AGREED),
        Field(("query/performMode", "query/timeLimit"), "agreements/0/items", PERFORMANCE),
        Field("query/mediateDate", "sessions/0/at", Moment(When.DAY)),
        Field("query/mediatePlace", "sessions/0/place", Text(200)),
        Field("query/mediateRecord", "sessions/0/record", Text(4000)),
        Drop("query/recorder", "who wrote it down, not who mediated"),
        Field("query/act/flag", "outcome", APPROVAL),
        Ident("query/act/procInsId", "proc_inst", Role.NOTED),
        Drop("query/act/taskDefKey", "workflow inside the system"),
        Drop("query/act/comment", "workflow inside the system"),
        *_NOT_OF_IT,
        Drop("query/visitCause", LATER),
        Drop("query/visitDate", LATER),
        Drop("query/visitSituation", LATER),
        Const("agreements/0/matters/0/no", 1),
        Const("agreements/0/form", "written"),
        Const("agreements/0/mediation_type", "people"),
        Const("agreements/0/organisation", Known.UNIT),
    ),
)

_VISIT: Final = Map(
    "performance",
    Direction.READ,
    (
        Ident("query/agreementCode", "agreement_no", Role.CASE),
        Field("query/visitDate", "visit/on", LegalDate()),
        Field("query/visitDate", "on", LegalDate()),
        Field("query/visitDate", "business_time", Moment(When.DAY)),
        Field("query/visitCause", "visit/cause", Text(200)),
        Field("query/visitSituation", "visit/situation", Text(2000)),
        *_NOT_OF_IT,
        Drop("query/disputeFact", _MEDIATED),
        Drop("query/disputeMatter", _MEDIATED),
        Drop("query/agreementContent", _MEDIATED),
        Drop("query/performMode", _MEDIATED),
        Drop("query/timeLimit", _MEDIATED),
        Drop("query/mediateDate", _MEDIATED),
        Drop("query/mediatePlace", _MEDIATED),
        Drop("query/mediateRecord", _MEDIATED),
        Drop("query/recorder", _MEDIATED),
        Drop("query/act/procInsId", "workflow inside the system"),
        Drop("query/act/taskDefKey", "workflow inside the system"),
        Drop("query/act/flag", "workflow inside the system"),
        Drop("query/act/comment", "workflow inside the system"),
        Const("event", "visit"),
    ),
)

XLGL_AGREEMENT: Final = Format(
    name="xlgl_agreement",
    zh="人民调解协议",
    grade="A",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"agreementContent"}), at="query"),
    maps=(_RESULT, _VISIT),
    fields=(
        FieldList(
            "justice_xlgl.csv", ("register / record / mediate / agreement / visit / dossier",), under="query"
        ),
    ),
)
