"""Which court (民诉法 205): those that the places lead to, and whether the chosen one is among them. Pure."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from hub.law.guards_confirmation import NOT_SURE
from hub.law.precheck.checks_agreement import total
from hub.law.precheck.matter import Matter, Notebook
from hub.law.reading import Document, objects, text
from hub.reference import divisions

_DISTRICT: Final = 6
_KNOWN: Final = frozenset({"domicile", "organisation_place"})
"""Bases whose place is told by code; where a property lies is told in words alone."""


class Court(NamedTuple):
    """A court that may have it: why, in which district; its name as the list of courts has it, if it does."""

    basis: str
    division: str
    name: str | None


def courts(matter: Matter) -> list[Court]:
    """The basic courts that the places told lead to, without repeats."""
    listed = divisions().courts
    found: dict[tuple[str, str], Court] = {}
    for basis, code in _places(matter):
        for district in divisions().on(code, matter.day):
            entry = listed.get(district)
            name = entry.row.get("court_name") if entry else None
            found[basis, district] = Court(basis, district, name)
    return list(found.values())


def venue(matter: Matter, notes: Notebook) -> None:
    """The basis that is stated, and the court that was chosen."""
    basis = text(matter.document, "venue_basis")
    if matter.applies and basis in (None, "undecided"):
        notes.note("venue-unsaid", "/venue_basis")
    if basis == "inviting" and matter.document.get("inviting_court_case") is None:
        notes.note("venue-inviting-case", "/inviting_court_case")
    if matter.document.get("other_applications") is True:
        notes.note("other-applications", "/other_applications")
    if matter.agreement.get("mediation_type") in NOT_SURE:
        notes.note("organisation-kind", f"{matter.at}/mediation_type")
    limit = matter.limits.intermediate_from
    if limit is not None and float(total(matter.agreement)) >= limit and basis != "intermediate":
        notes.note("venue-intermediate", f"{matter.at}/items")
    if basis not in ("inviting", "intermediate"):
        _chosen(matter, basis, notes)


def _chosen(matter: Matter, basis: str | None, notes: Notebook) -> None:
    if matter.court is None or len(matter.court.division) < _DISTRICT:
        return
    possible = courts(matter)
    there = set(divisions().on(matter.court.division, matter.day))
    fitting = {court.basis for court in possible if court.division in there}
    unknown = basis == "subject_place" or any(not _homes(party) for _, _, party in matter.people())
    if not fitting:
        notes.note("venue-place-unknown" if unknown else "venue-elsewhere", "/venue_basis")
    elif basis in _KNOWN and basis not in fitting and not (basis == "domicile" and unknown):
        notes.note("venue-basis", "/venue_basis")
    if any(divisions().court_in_doubt(code, matter.day) for _, code in _places(matter)):
        notes.note("venue-division-changed", "/venue_basis")


def _places(matter: Matter) -> Iterator[tuple[str, str]]:
    """Division codes that a court may follow from, with the basis of each."""
    for _, _, party in matter.people():
        yield from (("domicile", code) for code in _homes(party))
    if matter.organisation is not None and len(matter.organisation.division) >= _DISTRICT:
        yield "organisation_place", matter.organisation.division


def _homes(party: Document) -> list[str]:
    told = (text(place, "division") for place in objects(party, "addresses"))
    return [code for code in told if code is not None and len(code) >= _DISTRICT]
