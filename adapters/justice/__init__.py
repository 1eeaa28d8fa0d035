"""Justice: the mediation system of 锡盟 (JSON, form), the confirmation application, the service receipt."""

from typing import Final

from adapters.justice.agreement import XLGL_AGREEMENT
from adapters.justice.confirmation import CONFIRMATION_FORM
from adapters.justice.receipt import SERVICE_RECEIPT
from adapters.justice.xlgl import XLGL_APPLICATION, XLGL_FORM, XLGL_REGISTER
from hub.port import Agency

AGENCY: Final = Agency(
    name="justice",
    zh="司法行政",
    formats=(
        XLGL_APPLICATION,
        XLGL_FORM,
        XLGL_REGISTER,
        XLGL_AGREEMENT,
        CONFIRMATION_FORM,
        SERVICE_RECEIPT,
    ),
    systems=frozenset({"rmtj_no", "proc_inst"}),
)
