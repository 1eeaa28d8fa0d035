"""Parties of one dispute over all its documents: who is one person, on which side, where, with whom.

Numbers, names, telephones and addresses become keyed digests here; equality is all that signs ask. In memory.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from hub.law.reading import Document, at, objects, text
from hub.law.screening.record import Person, Side
from hub.nightly.linkage.places import plain
from hub.reference.divisions import divisions
from hub.translate import persons


@dataclass(frozen=True, slots=True)
class Eyes:
    """What documents are read with. `blind` is `Sealer.blind`; `divisions` knows a unit's by its code."""

    blind: Callable[..., bytes]
    today: date
    divisions: Mapping[str, str]

    def mark(self, kind: str, values: Iterable[str | None]) -> frozenset[str]:
        """Keyed digests of what is not empty."""
        return frozenset(self.blind("screening", kind, value).hex() for value in values if value)

    def districts(self, place: Document) -> Sequence[str]:
        """Codes of the districts of today in which a place of the shared form may lie."""
        code = text(place, "division") or text(place, "township")
        if code is None:
            return ()
        town = text(place, "township") or ""
        return divisions().on(code, self.today, text(place, "text") or "", town)

    def seat(self, unit: str) -> frozenset[str]:
        """The same of a unit; none of one that is not registered."""
        code = self.divisions.get(unit)
        return frozenset(divisions().on(code, self.today)) if code else frozenset()


_SIDES: Final[Mapping[str, Side]] = {
    "side_a": "a",
    "plaintiff": "a",
    "victim": "a",
    "side_b": "b",
    "defendant": "b",
    "respondent": "b",
    "offender": "b",
    "third": "other",
}
# A house or a flat at the end: what ends in a village, a group or a building is home to many.
_HOUSE: Final = re.compile(r"\d(?:号|室|户|-\d+)$|\d$")
_ABOVE: Final = re.compile(r"^(?:[^\d]{2,8}省|[^\d]{2,8}自治区)?(?:[^\d]{2,5}?市)?(?:[^\d社小]{1,6}?[区县])?")


def people(
    told: Iterable[tuple[str, Document]], eyes: Eyes, offices: frozenset[str]
) -> tuple[list[Person], dict[str, int]]:
    """Persons of (kind, document) pairs in their order, and where each party ref stands now.

    `offices`: telephones of those who handle the matter; entered for a party they say nothing of it.
    """
    found: list[Person] = []
    places: dict[str, int] = {}
    for kind, document in told:
        if kind not in persons.PERSONS:
            continue
        before = len(found)  # two parties of one document are two people
        for _, party in persons.of(kind, dict(document)):
            person = _person(party, eyes, offices)
            n = next((i for i, known in enumerate(found[:before]) if _one(known, person)), len(found))
            if n == len(found):
                found.append(person)
            else:
                found[n] = _both(found[n], person)
            places[text(party, "ref") or f"#{n}"] = n
    return found, places


def _one(known: Person, person: Person) -> bool:
    """Whether both are one: by a number; by name where no number or birth date says otherwise."""
    by_name = bool(known.name) and known.name == person.name
    return known.same(person) or (by_name and _kinds(known).isdisjoint(_kinds(person)))


def _kinds(person: Person) -> frozenset[str]:
    """What it is known by: a number, a birth date."""
    return frozenset(key[:1] for key in person.keys)


def _both(known: Person, more: Person) -> Person:
    return replace(
        known,
        side=known.side if known.side != "other" else more.side,
        keys=known.keys | more.keys,
        phones=known.phones | more.phones,
        mails=known.mails | more.mails,
        homes=known.homes | more.homes,
        divisions=known.divisions | more.divisions,
        agents=known.agents | more.agents,
        represented=known.represented or more.represented,
        legal_representatives=known.legal_representatives | more.legal_representatives,
        broke=known.broke or more.broke,
    )


def _person(party: Document, eyes: Eyes, offices: frozenset[str]) -> Person:
    keys = persons.keys("objection", {"objector": dict(party)})
    addresses = [*objects(party, "addresses"), *_postal(party)]
    phones = {key[1] for key in keys if key[0] == "phone"}
    mail = text(party, "service_address.e_address") or ""
    if mail.isdigit():
        phones.add(mail)
    mark, blind = eyes.mark, eyes.blind
    return Person(
        side=_SIDES.get(text(party, "role") or "", "other"),
        keys=frozenset(f"{k[0][0]}{blind('person', *k).hex()}" for k in keys if k[0] != "phone"),
        name=next(iter(mark("name", [_full_name(party)])), ""),
        phones=frozenset(blind("person", "phone", p).hex() for p in phones - offices),
        mails=mark("mail", [] if mail.isdigit() else [mail.lower()]),
        homes=mark("home", (_home(text(a, "text") or "") for a in addresses)),
        divisions=frozenset(code for a in addresses for code in eyes.districts(a)),
        agents=mark("agent", (_agent(agent) for agent in objects(party, "agents"))),
        represented=bool(objects(party, "agents")),
        legal_representatives=mark("name", [text(party, "legal_representative")]),
        broke=at(party, "flags.bankruptcy_or_enforcement") is True,
    )


def _full_name(party: Document) -> str | None:
    return text(party, "name") if party.get("name_status") in (None, "full") else None


def _postal(party: Document) -> list[Document]:
    postal = at(party, "service_address.postal")
    return [postal] if isinstance(postal, dict) else []


def _agent(agent: Document) -> str:
    return f"{text(agent, 'name') or ''}|{text(agent, 'id_number') or ''}".strip("|")


def _home(address: str) -> str:
    """The address below its district; empty where it is not that of one house."""
    told = plain(address)
    return _ABOVE.sub("", told) if _HOUSE.search(told) else ""


def sided(found: Sequence[Person], debtors: frozenset[int], creditors: frozenset[int]) -> tuple[Person, ...]:
    """The persons with who owes, who gets, and their sides: by the agreement, else by role, else by order."""
    by_items = bool(debtors - creditors) and bool(creditors - debtors)
    by_role = {p.side for p in found} >= {"a", "b"}
    return tuple(
        replace(
            person,
            owes=n in debtors,
            gets=n in creditors,
            side=_side(n, person, by_role=by_role, items=(debtors, creditors) if by_items else None),
        )
        for n, person in enumerate(found)
    )


def _side(
    n: int, person: Person, *, by_role: bool, items: tuple[frozenset[int], frozenset[int]] | None
) -> Side:
    if items is not None and (n in items[0]) != (n in items[1]):
        return "b" if n in items[0] else "a"
    if items is not None or by_role:
        return person.side if by_role else "other"
    return "a" if n == 0 else "b"


def phones_of(documents: Iterable[Document]) -> frozenset[str]:
    """Telephones of those who handle a matter."""
    places = ("submitted_by_person.phone", "contact.phone", "handler.phone", "judge.phone")
    return frozenset(p for d in documents for name in places if (p := text(d, name)))
