"""The whole pre-check of one agreement: every check in order, and what no check can see. Pure."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from hub.law.precheck import checks_agreement as agreement
from hub.law.precheck import checks_people as people
from hub.law.precheck.book import Book
from hub.law.precheck.checks_venue import Court, courts, venue
from hub.law.precheck.matter import Found, Matter, Notebook
from hub.law.precheck.papers import Listed, enclosed, papers
from hub.reference import entries

Check: TypeAlias = Callable[[Matter, Notebook], None]

CHECKS: Final[tuple[Check, ...]] = (
    people.jointly,
    venue,
    agreement.effective,
    agreement.signatures,
    agreement.grounds,
    agreement.items,
    people.capacity,
    people.electronic,
    enclosed,
)


class NotComputed(NamedTuple):
    """A ground that is for the court alone, or whose number the district has not set."""

    ground: str
    zh: str
    why: tuple[str, str]


class Checked(NamedTuple):
    """What the pre-check of an agreement says."""

    found: tuple[Found, ...]
    courts: tuple[Court, ...]
    papers: tuple[Listed, ...]
    not_computed: tuple[NotComputed, ...]


_COURT_ALONE: Final = ("由法院审查,无法由数据判断", "for the court: data cannot tell")
_NOT_SET: Final = ("本区县未设定数额或上限", "the district has set no number")
_LIMITED: Final = {"355-2": "intermediate_from", "358-1": "interest_cap_percent"}


def check(matter: Matter, book: Book) -> Checked:
    """Look at one agreement."""
    notes = Notebook(book, matter.day)
    if not matter.agreement:
        notes.note("agreement-unknown", matter.at)
    for each in CHECKS if matter.agreement else (people.jointly, venue, people.capacity, enclosed):
        each(matter, notes)
    return Checked(
        tuple(notes.found), tuple(courts(matter)), tuple(papers(matter, book)), _not_computed(matter)
    )


def _not_computed(matter: Matter) -> tuple[NotComputed, ...]:
    told: list[NotComputed] = []
    for entry in entries("confirmation-grounds"):
        if entry.row["pre_check_possible"] == "no":
            told.append(NotComputed(entry.code, entry.zh, _COURT_ALONE))
        elif entry.code in _LIMITED and getattr(matter.limits, _LIMITED[entry.code]) is None:
            told.append(NotComputed(entry.code, entry.zh, _NOT_SET))
    return tuple(told)
