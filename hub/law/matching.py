"""Which row of a table an act takes: kind, deciding fields (some derived by the hub), state, role. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from hub.law.model import CaseState
from hub.law.reading import Document, listed, objects, text
from hub.law.run import Run, illegal
from hub.law.shapes import Machine, Row

REFUSING: Final = frozenset({"no", "withdrawn"})
"""Answers that refuse, or take a yes back."""

_DECIDING: Final = (str, bool)
"""What a deciding field may hold; a tuple, since a union of classes is made anew at each look."""

AGREED: Final = frozenset({"agreed_written", "agreed_oral", "partly_agreed", "settled_by_parties"})


def fits(row: Row, document: Document) -> bool:
    """Whether the deciding fields of a row hold."""
    for name, accepted in row.when:
        value = document.get(name)
        if not isinstance(value, _DECIDING) or (accepted is not None and value not in accepted):
            return False
    return True


def applies(run: Run, row: Row, case: CaseState | None) -> bool:
    """Whether the condition beside a row (`applies_if`) holds for the case."""
    condition = row.source.get("applies_if")
    if condition is None or case is None:
        return True
    if condition == "no pending case of the referring unit":
        track = str(case.facts.get("track", ""))
        pending = track.startswith("entrusted_") or run.facts.get("police_case") == "open"
        return not pending
    if condition == "last ruling was confirming":
        return case.facts.get("confirming") is True
    platform = case.facts.get("platform") == "court_online"
    return platform is (condition == "track in court tracks via platform")


def rows_at(
    machine: Machine, state: str, run: Run, case: CaseState | None, *, echo: bool = False
) -> Iterable[Row]:
    """Rows of the act's kind and fields in a state; derived rows are the hub's own."""
    for row in machine.at.get((state, run.act.kind), ()):
        if row.derived or (row.echo and not echo):
            continue
        if fits(row, run.document) and applies(run, row, case):
            yield row


def anywhere(machine: Machine, run: Run) -> list[Row]:
    """Rows of the act's kind and fields in any state: whether it is a message of this machine at all."""
    return [row for row in machine.kinds.get(run.act.kind, ()) if not row.derived and fits(row, run.document)]


def allowed(machine: Machine, state: str, roles: set[str]) -> list[Mapping[str, object]]:
    """What a unit in these roles may send in a state: kind and deciding fields, as the table has them."""
    return [
        {"kind": row.kind, "when": dict(row.source["when"])}
        for row in machine.rows
        if state in row.states and row.by & roles and not row.derived and not row.echo
    ]


def not_allowed(machine: Machine, state: str, case: CaseState | None, roles: set[str]) -> Exception:
    """The 409 of an act that has no row here."""
    return illegal(case.id if case else None, state, allowed(machine, state, roles))


def told_of(machine: Machine, case: CaseState, roles: set[str]) -> dict[str, object]:
    """What a refusal says of the case that is in the way: all to a party of the case, to others nothing.

    A part in the dispute is not enough (contract 2): such a unit cannot read the case either.
    """
    if not roles:
        return {"case": None, "state": None, "steps": []}
    return {"case": case.id, "state": case.state, "steps": allowed(machine, case.state, roles)}


def answers(document: Document, about: str) -> dict[str, str]:
    """Who answered what to a question of consent, the latest answer of each: ref → code."""
    found: dict[str, tuple[str, str]] = {}
    for by, consent in _consents(document):
        if consent.get("about") == about:
            _keep(found, text(consent, "by") or by, consent)
    return {by: answer for by, (_, answer) in found.items()}


def speaks_of(document: Document, *about: str) -> bool:
    """Whether anybody answers one of these questions of consent."""
    return any(consent.get("about") in about for _, consent in _consents(document))


def _consents(document: Document) -> Iterator[tuple[str, Document]]:
    """Every consent of a document, with the ref of the party it lies in, if it lies in one.

    Most documents hold none and are asked several times in one decision: what is not there is not opened.
    """
    for path in ("consents", "extension.consents", "change.consents", "certificate.consents"):
        if path.partition(".")[0] in document:
            yield from (("", consent) for consent in objects(document, path))
    for holder in ("parties", "applicants"):
        for party in objects(document, holder) if holder in document else ():
            if "consents" in party:
                yield from ((text(party, "ref") or "", consent) for consent in objects(party, "consents"))


def _keep(found: dict[str, tuple[str, str]], by: str, consent: Mapping[str, object]) -> None:
    given = text(consent, "given_at") or ""
    if by not in found or given >= found[by][0]:
        found[by] = (given, text(consent, "answer") or "silent")


def refused(document: Document, about: str) -> bool:
    """Whether somebody said no, or took a yes back."""
    return any(answer in REFUSING for answer in answers(document, about).values())


def all_consented(document: Document) -> bool:
    """Everyone who was told agreed to mediation (人民调解法 17: one refusal, or silence, is not consent)."""
    given = answers(document, "mediation")
    told = {ref for ref in listed(document, "told") if isinstance(ref, str)}
    if not given:
        return document.get("all_consented") is True
    complete = told <= given.keys() or len(given) >= len(told)
    return complete and all(answer == "yes" for answer in given.values())
