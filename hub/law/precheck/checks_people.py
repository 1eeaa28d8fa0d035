"""Who applies and how: jointly, able to act, in a form the law lets count. Pure."""

from collections.abc import Set as AbstractSet
from datetime import date
from typing import Final

from hub.law.items import effective_day
from hub.law.matching import answers
from hub.law.precheck.matter import Matter, Notebook
from hub.law.reading import Document, at, day, objects, text

_ADULT: Final = 18
_WORKING: Final = 16
_ELECTRONIC: Final = frozenset({"e_signature", "platform"})


def jointly(matter: Matter, notes: Notebook) -> None:
    """All parties apply together (民诉法 205), each by its own statement."""
    if not matter.parties:
        notes.note("parties-unknown", matter.parties_at)
        return
    if not matter.applies:
        return
    if len(matter.parties) < 2:
        notes.note("joint-few", matter.parties_at)
    stated = {text(s, "party") for s in objects(matter.document, "joint_statement")}
    said = answers(matter.document, "joint_application")
    stated |= {ref for ref, answer in said.items() if answer == "yes"}
    for ref, _, _ in matter.people():
        if ref not in stated:
            notes.note("joint-statement", "/joint_statement", party=ref)


def capacity(matter: Matter, notes: Notebook) -> None:
    """Who cannot act alone has a guardian, and not the other side's (民法典 18–23, 35).

    Ages are those of the day the agreement took effect.
    """
    then = effective_day(matter.document, matter.agreement) or matter.day
    names = {ref: text(party, "name") for ref, _, party in matter.people()}
    for ref, pointer, party in matter.people():
        guardians = objects(party, "guardians")
        if guardians:
            others = {name for other, name in names.items() if other != ref and name}
            if any(_conflicted(g, others) for g in guardians):
                notes.note("guardian-conflict", f"{pointer}/guardians", party=ref)
        elif check := _unable(party, then):
            notes.note(check, f"{pointer}/guardians", party=ref)


def _conflicted(guardian: Document, others: AbstractSet[str]) -> bool:
    return guardian.get("is_alleged_offender") is True or text(guardian, "name") in others


def _unable(party: Document, on: date) -> str | None:
    """Which check a party without a guardian fails."""
    if party.get("capacity") in ("none", "limited"):
        return "guardian"
    if party.get("capacity") == "full":
        return None
    years = _age(party, on)
    if years is not None and _WORKING <= years < _ADULT:
        return "working-minor"
    minor = at(party, "flags.minor") is True
    return "guardian" if minor or (years is not None and years < _WORKING) else None


def _age(party: Document, on: date) -> int | None:
    born = day(party.get("birth_date"))
    if born is None or at(party, "birth_date.precision") != "day":
        reported = party.get("age_reported")
        return reported if isinstance(reported, int) else None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def electronic(matter: Matter, notes: Notebook) -> None:
    """Marriage, adoption and inheritance are not signed electronically (电子签名法 3)."""
    signed = [*objects(matter.agreement, "signatures"), *objects(matter.document, "joint_statement")]
    if not any(text(s, "how") in _ELECTRONIC for s in signed):
        return
    if notes.book.about("personal", matter.cause, matter.written):
        notes.note("electronic-form", f"{matter.at}/signatures")
