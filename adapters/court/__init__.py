"""Court: the case file of the data exchange (XML), and the front end for mediation before a suit (JSON)."""

from typing import Final

from adapters.court.civil_case import CIVIL_CASE
from adapters.court.dossier import DOSSIER, DOSSIER_PACKAGE
from adapters.court.eaj import EAJ
from adapters.court.exchange_receipt import EXCHANGE_RECEIPT
from adapters.court.platform_assist import PLATFORM_ASSIST
from adapters.court.resource_case import RESOURCE_CASE
from adapters.court.sf_accept import SF_ACCEPT_CASE
from adapters.court.sf_case import SF_CASE
from adapters.court.sf_confirmation import GET_MOVE_INFO, MOVE_COURT
from adapters.court.sf_result import EDIT_MEDIATE_RESULT
from adapters.court.sf_team import ADD_TEAM
from adapters.court.sms import SMS
from adapters.court.tdh import TDH_CASES
from adapters.court.withdrawal import WITHDRAWAL
from hub.port import Agency

AGENCY: Final = Agency(
    name="court",
    zh="法院",
    formats=(
        CIVIL_CASE,
        DOSSIER,
        WITHDRAWAL,
        SF_CASE,
        EDIT_MEDIATE_RESULT,
        MOVE_COURT,
        GET_MOVE_INFO,
        ADD_TEAM,
        SF_ACCEPT_CASE,
        DOSSIER_PACKAGE,
        EXCHANGE_RECEIPT,
        SMS,
        TDH_CASES,
        EAJ,
        RESOURCE_CASE,
        PLATFORM_ASSIST,
    ),
    systems=frozenset(
        {
            "ajbs",
            "ajbs_stage",
            "ajbs_withdrawn",
            "ahdm",
            "case_no",
            "pre_case_no",
            "sf_case",
            "sf_no",
            "exchange_id",
            "platform_idempotent",
        }
    ),
)
