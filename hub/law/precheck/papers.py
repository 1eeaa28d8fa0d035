"""The papers an application needs (解释 351–354, 法释〔2011〕5号 3): which are there, which are not. Pure.

The list is that of the filing fields; what an agreement does not call for is `not_needed`.
"""

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from hub.law.matching import answers
from hub.law.precheck.book import Book, Paper
from hub.law.precheck.matter import Matter, Notebook
from hub.law.reading import Document, at, listed, objects, text

State = Literal["enclosed", "missing", "drafted", "not_needed"]


class Listed(NamedTuple):
    """A line of the list of papers."""

    paper: Paper
    state: State


_Look: TypeAlias = Callable[[Matter, Notebook | None], State]


def papers(matter: Matter, book: Book) -> list[Listed]:
    """The list, in the order of the filing fields."""
    return [Listed(paper, _LOOKS[paper.paper](matter, None)) for paper in book.papers]


def enclosed(matter: Matter, notes: Notebook) -> None:
    """Note what an application lacks; an agreement that is not applied for yet lacks nothing."""
    if matter.applies:
        for paper in notes.book.papers:
            _LOOKS[paper.paper](matter, notes)


def _application(matter: Matter, notes: Notebook | None) -> State:
    if matter.document.get("oral") or matter.has_paper("application"):
        return "enclosed"
    stated = objects(matter.document, "joint_statement")
    if any(text(s, "how") == "oral_record" for s in stated):
        return _missing(notes, "paper-oral", "/oral")
    return "drafted"


def _agreement(matter: Matter, notes: Notebook | None) -> State:
    there = bool(matter.agreement.get("document")) or matter.has_paper("agreement")
    if matter.agreement.get("form") == "oral":
        there = there or matter.has_paper("record")
    return "enclosed" if there else _missing(notes, "paper-agreement", "/papers")


def _organisation(matter: Matter, notes: Notebook | None) -> State:
    there = matter.document.get("organisation_proof") is not None or matter.has_paper("organisation_proof")
    return "enclosed" if there else _missing(notes, "paper-organisation-proof", "/organisation_proof")


def _identity(matter: Matter, notes: Notebook | None) -> State:
    return "enclosed" if matter.has_paper("identity") else _missing(notes, "paper-identity", "/papers")


def _property(matter: Matter, notes: Notebook | None) -> State:
    if not matter.touches_property():
        return "not_needed"
    return (
        "enclosed"
        if matter.proves_property()
        else _missing(notes, "paper-property-right", "/property_rights")
    )


def _service(matter: Matter, notes: Notebook | None) -> State:
    state: State = "enclosed"
    for ref, pointer, party in matter.people():
        address = party.get("service_address")
        told = address if isinstance(address, dict) else {}
        reached = any(told.get(name) for name in ("e_address", "postal", "document"))
        if not (reached or matter.has_paper("service_address")) or not listed(party, "phones"):
            state = _missing(notes, "paper-service-address", f"{pointer}/service_address", ref)
    return state if matter.parties else "missing"


def _proxy(matter: Matter, notes: Notebook | None) -> State:
    acting = [(ref, at_, party) for ref, at_, party in matter.people() if listed(party, "agents")]
    if not acting:
        return "not_needed"
    state: State = "enclosed"
    for ref, pointer, party in acting:
        proved = all(a.get("proxy_document") for a in objects(party, "agents"))
        if not proved and not matter.has_paper("proxy"):
            state = _missing(notes, "paper-proxy", f"{pointer}/agents", ref)
    return state


def _electronic_service(matter: Matter, notes: Notebook | None) -> State:
    said = answers(matter.document, "e_service")
    wanting = [
        (ref, pointer, party)
        for ref, pointer, party in matter.people()
        if at(party, "service_address.e_service") is True
    ]
    state: State = "enclosed" if wanting else "not_needed"
    for ref, pointer, party in wanting:
        if said.get(ref) != "yes" and not _agreed(party):
            state = _missing(notes, "e-service-consent", f"{pointer}/consents", ref)
    return state


def _agreed(party: Document) -> bool:
    consents = objects(party, "consents")
    return any(text(c, "about") == "e_service" and text(c, "answer") == "yes" for c in consents)


def _missing(notes: Notebook | None, check: str, pointer: str, party: str = "") -> State:
    if notes is not None:
        notes.note(check, pointer, party=party)
    return "missing"


_LOOKS: Final[Mapping[str, _Look]] = {
    "application": _application,
    "agreement": _agreement,
    "organisation_proof": _organisation,
    "identity": _identity,
    "property_right": _property,
    "service_address": _service,
    "proxy": _proxy,
    "e_service": _electronic_service,
}
