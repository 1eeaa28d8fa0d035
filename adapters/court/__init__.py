"""Court: the case file of the data exchange (XML), and the front end for mediation before a suit (JSON)."""

from typing import Final

from adapters.court.civil_case import CIVIL_CASE
from adapters.court.sf_confirmation import GET_MOVE_INFO
from hub.port import Agency

AGENCY: Final = Agency(
    name="court",
    zh="法院",
    formats=(CIVIL_CASE, GET_MOVE_INFO),
    systems=frozenset({"ajbs", "ajbs_stage", "case_no", "pre_case_no", "sf_case"}),
)
