"""A lead to a crime in a report of false litigation goes to the police unit that the report names.

The table tells courts alone; that a named unit of the police is told too is an addition of ours (contract 5
names the court). Who else is told of the report learns nothing of the lead. Pure.
"""

from typing import Final

from hub.law.reading import text
from hub.law.roles import POLICE, type_of
from hub.law.run import Run

UNIT: Final = "crime_lead_unit"
"""The role in which it is told: beside the court it alone reads the signs and what they rest on."""

NO_POLICE: Final = "crime-lead"
_BASIS: Final = "人民法院在线调解规则 法释〔2021〕23号23"


def tell_of(run: Run) -> None:
    """At a report's step: tell the named unit, or note that it is none of the police and nobody was told."""
    if run.act.kind != "false_litigation_report":
        return
    unit = text(run.document, "crime_lead_to")
    if unit is None:
        return
    if type_of(run.units, unit) in POLICE:
        run.tell(unit, UNIT)
    else:
        run.find(NO_POLICE, _BASIS, "/crime_lead_to")
