"""预警: a warning as the grid system has it, raised by a mediation unit, and what was done, in the same form.

The kind of the envelope says which: `early_warning` raises it, `warning_feedback` tells measures.
"""

from typing import Final

from adapters.justice.codecs_warning import PLACE
from adapters.justice.codes_warning import FFCS_LEVEL, FFCS_SCALE
from hub.port import (
    Code,
    Const,
    Count,
    Day,
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
    Text,
    When,
)

_WARNED: Final = "of the warning itself, which has a message of its own"

_ALWAYS: Final[tuple[Row, ...]] = (
    Drop("disputeType2", "a code of an unpublished list; a warning has kinds of risk"),
    Drop("disputeFlowInfos/*", "steps inside the grid system"),
    Drop("steadyWorkType", "a code of an unpublished list"),
)

_WARNING: Final = Map(
    "early_warning",
    Direction.BOTH,
    (
        Ident("mediationCode", "zongzhi_no", Role.OWN),
        Field("disputeEventName", "title", Text(120)),
        Field("happenTimeStr", "happened", Day(When.MINUTE)),
        Field(("happenAddr", "gridPath"), "place", PLACE),
        Field("disputeScale", "scale", Code(FFCS_SCALE)),
        Field("involvedOrgName", "involved_org", Text(120)),
        Field("involveNum", "people_count", Count()),
        Field("disputeCondition", "situation", Text(4000)),
        Field("warningLevel", "level_proposed/code", Code(FFCS_LEVEL)),
        Field("steadyUnit", "unit_in_charge_proposed", Text(120)),
        Drop("steadyUser", "a person of the unit in charge; units are addressed"),
        Drop("resolveUnit", "who resolves it is said by the unit in charge"),
        Field("steadyInfo", "measures_taken", Text(4000)),
        *_ALWAYS,
        Const("action", "raise"),
        Const("origin", "mediator"),
        Const("level_proposed/scheme", "FFCS disputeMediation"),
    ),
)

_FEEDBACK: Final = Map(
    "warning_feedback",
    Direction.BOTH,
    (
        Ident("mediationCode", "zongzhi_no", Role.CASE),
        Drop("disputeEventName", _WARNED),
        Drop("happenTimeStr", _WARNED),
        Drop("happenAddr", _WARNED),
        Drop("gridPath", _WARNED),
        Drop("disputeScale", _WARNED),
        Drop("involvedOrgName", _WARNED),
        Drop("involveNum", _WARNED),
        Drop("disputeCondition", _WARNED),
        Drop("warningLevel", "up and down have messages of their own"),
        Drop("steadyUnit", "the unit that answers: the envelope names it"),
        Field("steadyUser", "responsible/name", Text(80)),
        Field("resolveUnit", "resolver/unit", Text(120)),
        Field("steadyInfo", "measures/0/text", Text(2000)),
        *_ALWAYS,
        Const("action", "measures"),
    ),
)

GRID_WARNING: Final = Format(
    name="grid_warning",
    zh="预警通报与稳控反馈",
    grade="B",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"disputeEventName"})),
    maps=(_WARNING, _FEEDBACK),
    fields=(FieldList("shared_early_warning.csv", ("FFCS disputeMediation + tianque steady-work fields",)),),
)
