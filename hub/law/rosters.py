"""What the law asks of a mediation organisation and of a mediator who is entered in a register. Pure.

All of it is noted, nothing refused: whether what the register says is right is for the unit that guides.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from hub.law.calendar import legal_day
from hub.law.duties import FREE
from hub.law.model import Finding, Units
from hub.law.reading import Document, at, day, instant, objects, text
from hub.law.roles import COURT, POLICE, type_of

REGISTERS: Final = frozenset({"mediation_organisation", "mediator"})
"""Kinds that change a register."""

# Committees of people's mediation; the other kinds of organisation have laws of their own.
_COMMITTEES: Final = frozenset({"village", "township", "enterprise", "industry"})
_HOSTS: Final = {"resident_court": COURT, "resident_station": POLICE}
TOLD: Final = "人民调解法10"
"""The basic court of the place hears of committees, who is in them, and what changes."""
_MEMBERS: Final = "人民调解法8"
_TERM: Final = "人民调解法9"
_ADULT: Final = "人民调解法14"
_ROOMS: Final = "一庭两所联调机制意见重点任务1"
_FEWEST, _MOST, _YEARS, _OF_AGE = 3, 9, 3, 18


def findings(kind: str, document: Document, units: Units, today: date) -> tuple[Finding, ...]:
    """What is to be noted of an entry."""
    noted = (
        _of_organisation(document, units)
        if kind == "mediation_organisation"
        else _of_mediator(document, today)
    )
    return tuple(noted)


def told_to_court(kind: str, document: Document, units: Units) -> bool:
    """Whether an entry is of a committee of people's mediation or of who mediates in one."""
    if kind == "mediation_organisation":
        return text(document, "kind") in _COMMITTEES
    named = [text(entry, "unit") or "" for entry in objects(document, "organisations")]
    return kind == "mediator" and any(type_of(units, unit) in ("committee", "room") for unit in named)


def period(kind: str, document: Document) -> tuple[date, date | None]:
    """First and last legal day of what an entry says; without words of its own, from the act's day on."""
    acted = instant(document.get("business_time"))
    if acted is None:
        raise AssertionError
    if kind == "mediation_organisation":
        return day(document.get("valid_from")) or legal_day(acted), day(document.get("valid_to"))
    gone = day(at(document, "removed.on")) if document.get("action") == "remove" else None
    return gone or legal_day(acted), None


def _of_organisation(document: Document, units: Units) -> Iterator[Finding]:
    kind = text(document, "kind")
    if kind in _COMMITTEES:
        yield from _of_committee(document)
    host = text(document, "host_unit")
    found = units.get(host) if host else None
    if found is not None and kind in _HOSTS and type_of(units, found.code) not in _HOSTS[kind]:
        yield Finding("roster", _ROOMS, "/host_unit")


def _of_committee(document: Document) -> Iterator[Finding]:
    count, women = at(document, "members.count"), at(document, "members.women")
    if isinstance(count, int) and not _FEWEST <= count <= _MOST:
        yield Finding("roster", _MEMBERS, "/members/count")
    if women == 0:
        yield Finding("roster", _MEMBERS, "/members/women")
    first, last = day(at(document, "term.from")), day(at(document, "term.to"))
    if first is not None and last is not None and last > _years_on(first, _YEARS):
        yield Finding("roster", _TERM, "/term/to")
    if document.get("free_of_charge") is False:
        yield Finding("fee-free", FREE, "/free_of_charge")


def _of_mediator(document: Document, today: date) -> Iterator[Finding]:
    born = day(document.get("birth_date"))
    if born is not None and _years_on(born, _OF_AGE) > today:
        yield Finding("roster", _ADULT, "/birth_date")


def _years_on(first: date, years: int) -> date:
    if first.year + years > date.max.year:
        return date.max
    try:
        return first.replace(year=first.year + years)
    except ValueError:  # 29 February
        return first.replace(year=first.year + years, day=28)
