"""Whether a dispute is one of which nothing is published, by what its own messages say. Pure.

Beside the word of who offers a case: minors, violence at home, family matters (法释〔2016〕19号 4, 8;
未成年人保护法 103). What is looked at goes no further.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from hub.law.reading import Document, at, day, listed, objects, text
from hub.reference import entries
from hub.translate.check_digits import born

FAMILY: Final = "1"
"""The dispute type 婚姻家庭."""
_ADULT: Final = 18
_CAUSES: Final = "causes-2026"
_FAMILY_CAUSES: Final = frozenset({"P2", "P3"})
_HARM: Final = frozenset({"domestic_violence", "minor"})
_PERSONS: Final = ("parties", "applicants", "key_persons")


def withheld(documents: Iterable[Document]) -> bool:
    """Whether any of a dispute's messages says what keeps it from the public."""
    return any(_minor(d) or _violent(d) or _of_family(d) for d in documents)


def of_type(code: object) -> bool:
    """Whether a dispute type is one of family matters."""
    return isinstance(code, str) and code.split(".")[0] == FAMILY


def _persons(document: Document) -> Iterator[Document]:
    for member in _PERSONS:
        yield from objects(document, member)


def _minor(document: Document) -> bool:
    """A party who was no adult on the day of the message; by a date of birth that is coarse: who may be."""
    on = day(document.get("business_time"))
    return any(at(p, "flags.minor") is True or (on is not None and _young(p, on)) for p in _persons(document))


def _young(person: Document, on: date) -> bool:
    known = day(person.get("birth_date")) or born(text(person, "id_number") or "")
    if known is None:
        reported = person.get("age_reported")
        return isinstance(reported, int) and reported < _ADULT
    return on.year - known.year - ((on.month, on.day) < (known.month, known.day)) < _ADULT


def _violent(document: Document) -> bool:
    said = [
        document.get("domestic_violence"),
        *(at(p, "flags.domestic_violence") for p in _persons(document)),
    ]
    kinds = {kind for kind in listed(document, "kinds") if isinstance(kind, str)}
    return bool(kinds & _HARM) or any(isinstance(word, str) and word != "none" for word in said)


def _of_family(document: Document) -> bool:
    cause = document.get("cause")
    code = cause if isinstance(cause, str) else text(cause, "code")
    return of_type(document.get("dispute_type")) or bool(code and _above(code) & _FAMILY_CAUSES)


def _above(code: str) -> set[str]:
    """A cause and those it stands under."""
    rows = {entry.code: entry.row for entry in entries(_CAUSES)}
    found: set[str] = set()
    while code in rows and code not in found:
        found.add(code)
        code = rows[code].get("parent", "")
    return found
