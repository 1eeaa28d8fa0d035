"""Ready forms of a case, filled in from what the caller may read. Blank: to be written by hand.

Which form goes with which act stands here; texts in `texts`, filling in `filling`, paper in `hub.forms`.
A form is made when asked for and kept nowhere.
"""

from collections.abc import Iterable
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

from hub.errors import Misconfigured, Refused, Unavailable
from hub.exchange.forms import mediation_file
from hub.exchange.forms.filling import filled
from hub.exchange.forms.texts import TITLES
from hub.exchange.hub import Hub
from hub.exchange.reading import Asking, Reader
from hub.forms import docx, pdf, typeset
from hub.forms.font import chinese_font
from hub.forms.model import Form

FormName = Literal[
    "transfer_letter", "notice_of_rights", "declined", "terminated", "service_receipt", "enforcement"
]
_FONT_WAIT: Final = 600


class _Fit(NamedTuple):
    machine: str
    kinds: frozenset[str]
    rules: frozenset[str] = frozenset()


_FITS: Final[dict[FormName, _Fit]] = {
    "transfer_letter": _Fit("referral", frozenset({"referral", "referral_supplement"})),
    "notice_of_rights": _Fit("referral", frozenset({"referral_answer", "mediation_progress", "guidance"})),
    "declined": _Fit("referral", frozenset({"referral_answer"})),
    "terminated": _Fit(
        "referral", frozenset({"mediation_result"}), frozenset({"RESULT_REPORT", "RETURN_MATERIALS"})
    ),
    "service_receipt": _Fit("confirmation", frozenset({"service_receipt"})),
    "enforcement": _Fit("confirmation", frozenset(), frozenset({"ENFORCE_APPLY"})),
}


def offered(case: UUID | None, machine: str, rule: str, kinds: Iterable[str]) -> list[dict[str, object]]:
    """The forms that go with `rule` and the acts of `kinds` on a case: name, title, address."""
    told = frozenset(kinds)
    return [
        {
            "form": name,
            "title": {"zh": TITLES[name][0], "en": TITLES[name][1]},
            "href": f"/v1/cases/{case}/forms/{name}",
        }
        for name, fit in _FITS.items()
        if case is not None and fit.machine == machine and (rule in fit.rules or fit.kinds & told)
    ]


async def form_of(hub: Hub, caller: Asking, case: UUID, name: FormName) -> Form:
    """A form, filled in. Raises Refused `unknown`: not the caller's, or of another machine."""
    found, home = await _read(hub, caller, case, _FITS[name].machine)
    return filled(name, found, home, hub.desk.units, hub.clock())


class MediationFile(NamedTuple):
    """A people's-mediation file: its parts, and what its layout reads."""

    parts: list[dict[str, Any]]
    data: dict[str, object]


async def file_of(hub: Hub, caller: Asking, case: UUID) -> MediationFile:
    """The file of a mediation run. Raises Refused `unknown`: not the caller's, or no mediation."""
    found, home = await _read(hub, caller, case, "referral")
    parts = mediation_file.contents(home, found)
    return MediationFile(parts, mediation_file.data(parts, home, hub.desk.units, hub.clock()))


async def _read(
    hub: Hub, caller: Asking, case: UUID, machine: str
) -> tuple[dict[str, object], dict[str, object]]:
    """The case and its dispute as the caller sees them. Raises Refused `unknown`."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        found = await reader.case(case)
        if found["machine"] != machine:
            raise Refused("unknown")
        return found, await reader.dispute(UUID(str(found["dispute"])))


def as_pdf(hub: Hub, form: Form) -> bytes:
    """The form as PDF; computes, so not for the event loop. Raises Unavailable without a Chinese font."""
    return pdf.pdf(form, hub.clock(), _font())


def as_docx(hub: Hub, form: Form) -> bytes:
    """The form for a word processor; computes, so not for the event loop."""
    return docx.docx(form, hub.clock())


def file_as_pdf(hub: Hub, made: MediationFile) -> bytes:
    """The file as PDF; computes, so not for the event loop. Raises Unavailable without a Chinese font."""
    source = files(__package__).joinpath("mediation_file.typ").read_bytes()
    return typeset.pdf(source, {"font": _font(), **made.data}, hub.clock())


def _font() -> str:
    try:
        return chinese_font()
    except Misconfigured as e:  # the operator installs one while the hub serves
        raise Unavailable(str(e), _FONT_WAIT) from e
