"""Ready forms of a case, filled in from what the caller may read. Blank: to be written by hand.

Which form goes with which act stands here; texts in `texts`, filling in `filling`, layout in `form.typ`.
A form is made when asked for and kept nowhere.
"""

from collections.abc import Iterable
from importlib.resources import files
from typing import Final, Literal, NamedTuple, get_args
from uuid import UUID

from hub.errors import Refused
from hub.exchange import typeset
from hub.exchange.forms.filling import filled
from hub.exchange.forms.texts import TITLES
from hub.exchange.hub import Hub
from hub.exchange.reading import Asking, Reader

FormName = Literal["transfer_letter", "notice_of_rights", "declined", "terminated", "service_receipt"]
NAMES: Final[tuple[FormName, ...]] = get_args(FormName)


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


async def data_of(hub: Hub, caller: Asking, case: UUID, name: FormName) -> dict[str, object]:
    """What stands in a form. Raises Refused `unknown`: not the caller's, or of another machine."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        found = await reader.case(case)
        if found["machine"] != _FITS[name].machine:
            raise Refused("unknown")
        home = await reader.dispute(UUID(str(found["dispute"])))
    return filled(name, found, home, hub.desk.units, hub.clock())


def paper(hub: Hub, data: dict[str, object]) -> bytes:
    """The form as PDF; computes, so not for the event loop. Raises Misconfigured: no Chinese font."""
    source = files(__package__).joinpath("form.typ").read_bytes()
    return typeset.pdf(source, {"font": typeset.chinese_font(), **data}, hub.clock())
