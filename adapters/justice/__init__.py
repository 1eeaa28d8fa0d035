"""Justice: systems of several places, the 12348 registry, confirmation forms, receipts, ledger, warnings."""

from typing import Final

from adapters.justice.advisory import ADVISORY
from adapters.justice.agreement import XLGL_AGREEMENT
from adapters.justice.confirmation import CONFIRMATION_FORM
from adapters.justice.gz12348 import GZ_MEDIATORS, GZ_ORGANISATION, GZ_ORGANISATIONS
from adapters.justice.harbin import HARBIN_ARCHIVE
from adapters.justice.hefei import HEFEI_CASE
from adapters.justice.ledger import LEDGER
from adapters.justice.receipt import SERVICE_RECEIPT
from adapters.justice.register import XLGL_ANSWER, XLGL_REGISTER
from adapters.justice.ucuxin import UCUXIN_CONCLUSION, UCUXIN_STATISTICS
from adapters.justice.warning import GRID_WARNING
from adapters.justice.xlgl import XLGL_APPLICATION, XLGL_FORM
from hub.port import Agency

AGENCY: Final = Agency(
    name="justice",
    zh="司法行政",
    formats=(
        XLGL_APPLICATION,
        XLGL_FORM,
        XLGL_REGISTER,
        XLGL_AGREEMENT,
        XLGL_ANSWER,
        CONFIRMATION_FORM,
        SERVICE_RECEIPT,
        HARBIN_ARCHIVE,
        GZ_MEDIATORS,
        GZ_ORGANISATIONS,
        GZ_ORGANISATION,
        ADVISORY,
        HEFEI_CASE,
        UCUXIN_CONCLUSION,
        UCUXIN_STATISTICS,
        GRID_WARNING,
        LEDGER,
    ),
    systems=frozenset(
        {"rmtj_no", "proc_inst", "harbin_archive", "gz12348", "hefei_code", "ucuxin", "zongzhi_no"}
    ),
)
