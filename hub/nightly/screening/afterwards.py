"""What came after in a dispute: objections of outsiders, enforcement, a civil case. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final

from hub.law.reading import Document, text

Told = tuple[str, str, Document]
"""Message, kind, document."""
_OPENS: Final[Mapping[str, str]] = {"enforcement_applied": "enforcement", "filed": "civil"}
_CLOSES: Final[Mapping[str, str]] = {
    "enforcement_closed": "enforcement",
    "withdrawn_after_settlement": "civil",
    "mediation_document_issued": "civil",
    "judgment": "civil",
    "closed_other": "civil",
}


def outsiders(said: Iterable[Told]) -> tuple[str, ...]:
    """Messages in which somebody who is no party objected."""
    return tuple(m for m, kind, d in said if kind == "objection" and d.get("by") == "interested_person")


def enforced(said: Iterable[Told]) -> tuple[str, ...]:
    """Messages of enforcements that are open."""
    return _open(said, "enforcement")


def sued(said: Iterable[Told]) -> tuple[str, ...]:
    """Messages of civil cases that are open."""
    return _open(said, "civil")


def _open(said: Iterable[Told], what: str) -> tuple[str, ...]:
    running: dict[str, str] = {}
    for message, kind, document in said:
        phase = text(document, "phase") or ""
        if kind != "case_status" or what not in (_OPENS.get(phase), _CLOSES.get(phase)):
            continue
        number = text(document, "enforcement.number.value") or text(document, "case.identifier.value") or ""
        if phase in _CLOSES:
            running = {n: m for n, m in running.items() if number and n and n != number}
        elif what == "enforcement" or text(document, "case.kind") in ("civil_first", None):
            running[number] = message
    return tuple(running.values())
