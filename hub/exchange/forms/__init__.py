"""Ready forms of a case, filled in from what the caller may read. Blank: to be written by hand.

Which form goes with which act stands here; texts in `texts`, filling in `filling`, paper in `hub.forms`.
A form is made when asked for and kept nowhere.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Misconfigured, Refused, Unavailable
from hub.exchange import incentives
from hub.exchange.blob_read import Files
from hub.exchange.forms import application, mediation_file, papers
from hub.exchange.forms.filling import filled
from hub.exchange.forms.texts import TITLES
from hub.exchange.hub import Hub
from hub.exchange.reading import Asking, Reader
from hub.exchange.registers import Register
from hub.forms import docx, pdf
from hub.forms.font import chinese_font
from hub.forms.model import Form
from hub.law.calendar import legal_day
from hub.law.reading import text

FormName = Literal[
    "transfer_letter",
    "notice_of_rights",
    "declined",
    "terminated",
    "service_receipt",
    "application",
    "enforcement",
    "certificate",
]
DisputeForm = Literal["transfer_letter"]
"""Forms of a dispute that is no unit's case yet."""
_FONT_WAIT: Final = 600


class _Fit(NamedTuple):
    machine: str
    kinds: frozenset[str]
    rules: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    """States in which it would say what is not so."""


_FITS: Final[dict[FormName, _Fit]] = {
    "transfer_letter": _Fit(
        "referral",
        frozenset({"referral", "referral_supplement"}),
        frozenset({"ONLINE_CHOOSE", "ONLINE_ASSIGN"}),
    ),
    "notice_of_rights": _Fit("referral", frozenset({"referral_answer", "mediation_progress", "guidance"})),
    "declined": _Fit("referral", frozenset({"referral_answer"})),
    "terminated": _Fit(
        "referral",
        frozenset({"mediation_result"}),
        frozenset({"RESULT_REPORT", "RETURN_MATERIALS"}),
        frozenset({"agreed"}),
    ),
    "application": _Fit("referral", frozenset(), frozenset({"JC_APPLY"})),
    "service_receipt": _Fit("confirmation", frozenset({"service_receipt"})),
    "enforcement": _Fit("confirmation", frozenset(), frozenset({"ENFORCE_APPLY"})),
    "certificate": _Fit("referral", frozenset()),
}


_BEFORE: Final[dict[str, DisputeForm]] = {
    "FILE_CASE": "transfer_letter",
    "POLICE_TRANSFER": "transfer_letter",
}
"""Deadlines of a dispute → the form by which it becomes another unit's case."""
_HANDS_OVER: Final = ("registrar", "case_unit", "referring_unit")
"""Roles of whom these deadlines bind."""


def offered(
    dispute: UUID, case: UUID | None, stands: tuple[str, str], rule: str, kinds: Iterable[str]
) -> list[dict[str, object]]:
    """The forms that go with `rule` and acts of `kinds`: name, title, address. `stands`: machine, state."""
    told, (machine, state) = frozenset(kinds), stands
    if case is None:
        return [_offer(name, f"/v1/disputes/{dispute}") for at, name in _BEFORE.items() if at == rule]
    return [
        _offer(name, f"/v1/cases/{case}")
        for name, fit in _FITS.items()
        if fit.machine == machine and state not in fit.never and (rule in fit.rules or fit.kinds & told)
    ]


def _offer(name: FormName, of: str) -> dict[str, object]:
    title = {"zh": TITLES[name][0], "en": TITLES[name][1]}
    return {"form": name, "title": title, "href": f"{of}/forms/{name}"}


async def dispute_form_of(hub: Hub, caller: Asking, dispute: UUID, name: DisputeForm) -> Form:
    """A form of a dispute by a unit of the caller's that may hand it over. Raises Refused `unknown`."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        home = await _home(conn, hub, caller, dispute)
    roles: Any = home["roles"]
    own = dict.fromkeys(unit for role in _HANDS_OVER for unit in roles.get(role, ()) if unit in caller.units)
    if not own:
        raise Refused("unknown")
    unsent: dict[str, Any] = {"id": None, "roles": {"referring_unit": list(own)}, "deadlines": []}
    return filled(name, unsent, home, hub.desk.units, hub.clock())


async def form_of(hub: Hub, caller: Asking, case: UUID, name: FormName) -> Form:
    """A form, filled in.

    Raises Refused `unknown`: not the caller's, of another machine, never issued, or it would say what is
    not so.
    """
    fit = _FITS[name]
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found, home = await _read(conn, hub, caller, case, fit.machine)
        if found["state"] in fit.never:
            raise Refused("unknown")
        dispute = UUID(str(found["dispute"]))
        if name == "certificate":
            home["certificate"] = await _issued(conn, caller, dispute)
            home["items"] = await incentives.items(conn, caller.units, dispute)
        elif name == "enforcement":
            home["items"] = await incentives.items(conn, caller.units, dispute, case)
    if name == "application":
        return await application.drafted(hub, caller, found, home)
    return filled(name, found, home, hub.desk.units, hub.clock())


async def _issued(conn: asyncpg.Connection, caller: Asking, dispute: UUID) -> dict[str, Any]:
    """The certificate that stands in a dispute. Raises Refused `unknown` where there is none.

    What was enforced, broken again or not performed in full has none: the hub took it away or never took it.
    """
    held = await incentives.certificate(conn, caller.units, dispute)
    if held is None:
        raise Refused("unknown")
    return held


class MediationFile(NamedTuple):
    """A people's-mediation file: its parts, and what its layout reads."""

    parts: list[dict[str, Any]]
    data: dict[str, Any]


async def file_of(hub: Hub, caller: Asking, case: UUID) -> MediationFile:
    """The file of a mediation run. Raises Refused `unknown`: not the caller's, or no mediation."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found, home = await _read(conn, hub, caller, case, "referral")
    parts = mediation_file.contents(home, found)
    mediators = await _mediators(hub, caller, mediation_file.numbers(home))
    names = mediation_file.names(home, found, hub.desk.units, mediators)
    return MediationFile(parts, mediation_file.data(parts, home, found, names, hub.clock()))


async def _mediators(hub: Hub, caller: Asking, numbers: Iterable[str]) -> dict[str, str]:
    """Number → name, as far as the register shows the caller one."""
    found: dict[str, str] = {}
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        day = legal_day(hub.clock())
        register = Register(conn, caller.units, hub.sealer, hub.views, "mediators", day)
        for number in numbers:
            with suppress(Refused):
                history: Any = await register.history(number)
                for entry in history["revisions"]:  # of several the newest word counts
                    found[number] = text(entry["document"], "name") or found.get(number, number)
    return found


async def _read(
    conn: asyncpg.Connection, hub: Hub, caller: Asking, case: UUID, machine: str
) -> tuple[dict[str, object], dict[str, object]]:
    """The case and its dispute as the caller sees them. Raises Refused `unknown`."""
    found = await Reader(conn, caller, hub.sealer, hub.views).case(case)
    if found["machine"] != machine:
        raise Refused("unknown")
    return found, await _home(conn, hub, caller, UUID(str(found["dispute"])))


async def _home(conn: asyncpg.Connection, hub: Hub, caller: Asking, dispute: UUID) -> dict[str, object]:
    """The dispute with each message once: of two units of the caller's as the one that sees more."""
    home = await Reader(conn, caller, hub.sealer, hub.views).dispute(dispute)
    messages: Any = home["messages"]  # the sender's first
    return {**home, "messages": list({m["message"]: m for m in reversed(messages)}.values())[::-1]}


def as_pdf(hub: Hub, form: Form) -> bytes:
    """The form as PDF; computes, so not for the event loop. Raises Unavailable without a Chinese font."""
    return pdf.pdf(form, hub.clock(), _font())


def as_docx(hub: Hub, form: Form) -> bytes:
    """The form for a word processor; computes, so not for the event loop."""
    return docx.docx(form, hub.clock())


def names_papers(made: MediationFile) -> bool:
    """Whether there is anything to bind in."""
    return any(papers.digests(made.parts))


async def papers_of(hub: Hub, caller: Asking, made: MediationFile) -> dict[str, bytes]:
    """The papers of a file that the caller may open, by digest."""
    seen = Files(hub.database, hub.sealer, caller.client_id, caller.units)
    return await papers.opened(seen, made.parts)


def file_as_pdf(hub: Hub, made: MediationFile, enclosed: Mapping[str, bytes]) -> bytes:
    """The file as PDF; computes, so not for the event loop. Raises Unavailable without a Chinese font."""
    source = files(__package__).joinpath("mediation_file.typ").read_bytes()
    return papers.bound(source, {"font": _font(), **made.data}, enclosed, hub.clock())


def _font() -> str:
    try:
        return chinese_font()
    except Misconfigured as e:  # the operator installs one while the hub serves
        raise Unavailable(str(e), _FONT_WAIT) from e
