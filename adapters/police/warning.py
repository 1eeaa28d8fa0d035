"""An early warning as the grid system sends it, with the number of the 110 call it came from."""

from typing import Final

from adapters.police.codecs import EVENT_PLACE
from adapters.police.codes import FFCS_LEVEL, FFCS_SCALE
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
    Moment,
    Numbered,
    Role,
    Text,
    When,
)

_WARNING: Final = Map(
    "early_warning",
    Direction.BOTH,
    (
        Field("disputeEventName", "remarks", Text(2000)),
        Field("happenTimeStr", "happened", Day(When.MINUTE)),
        Field(("happenAddr", "gridPath"), "place", EVENT_PLACE),
        Drop("disputeType2", "a warning has kinds of risk; the type is the dispute's"),
        Field("disputeScale", "scale", Code(FFCS_SCALE)),
        Field("involvedOrgName", "involved_org", Text(120)),
        Field("involveNum", "people_count", Count()),
        Field("disputeCondition", "situation", Text(4000)),
        Ident("mediationCode", "zongzhi_no", Role.OWN),
        Field("warningLevel", "level_proposed/code", Code(FFCS_LEVEL)),
        Drop("disputeFlowInfos/*", "steps inside the grid system"),
        Ident("sourceJJDBH", "jjdbh", Role.LINK),
        Field("sourceJJDBH", "sources/0", Numbered("jjdbh")),
        Field("steadyUnit", "unit_in_charge_proposed", Text(120)),
        Drop("steadyUser", "a person of the unit in charge; units are addressed"),
        Drop("resolveUnit", "unit that resolves it; the unit in charge answers"),
        Field("steadyInfo", "measures_taken", Text(4000)),
        Drop("steadyWorkType", "a code of an unpublished list"),
        Drop("GXDWBH", "the sending unit: the envelope names it"),
        Field("DJSJ", "business_time", Moment(When.SECOND_COMPACT)),
        Const("action", "raise"),
        Const("origin", "police"),
        Const("level_proposed/scheme", "FFCS disputeMediation"),
    ),
)

WARNING: Final = Format(
    name="ffcs_warning",
    zh="预警通报",
    grade="B",
    media=("application/json",),
    carrier=JsonKeys(frozenset({"disputeEventName"})),
    maps=(_WARNING,),
    fields=(FieldList("shared_early_warning.csv", ("FFCS disputeMediation + tianque steady-work fields",)),),
)
