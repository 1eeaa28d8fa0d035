"""A dispute as it is compared: sets without order, keyed digests, one day, one amount. In memory only.

Made from the sealed documents of one dispute and thrown away with the night; nothing of it is stored or
logged. Numbers of persons and of cases are keyed digests here already.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from hub.law.reading import Document, objects, text
from hub.nightly.linkage import names, places
from hub.port import Doc
from hub.translate import persons
from hub.translate.identifiers import normal_form

Blind = Callable[..., bytes]
"""`Sealer.blind`: index name and parts → 32 bytes."""
_SPREAD: Final = timedelta(days=10)
_DAY: Final = 10
_MASKED: Final = re.compile(r"[*×＊]|[xX]{2,}")
_DIGIT: Final = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True, repr=False)  # what it holds of persons belongs in no trace
class Compared:
    """One dispute's features. `source` is the agency of its registrar, `fresh`: registered in the interval.

    `numbers` are those it goes by, `refers` those it names of others; both keyed digests.
    """

    id: str
    source: str
    fresh: bool
    names: tuple[str, ...]
    pinyins: tuple[str, ...]
    skeletons: tuple[str, ...]
    ids: tuple[str, ...]
    phones: tuple[str, ...]
    doors: tuple[str, ...]
    roads: tuple[str, ...]
    buildings: tuple[str, ...]
    communities: tuple[str, ...]
    district: str | None
    amount: float | None
    type: str | None
    day: date
    numbers: tuple[str, ...]
    refers: tuple[str, ...]

    def blocking_keys(self) -> tuple[str, ...]:
        """What disputes meet by (nightly.md, "Link"); what a crowd shares `keys` narrows."""
        return tuple(dict.fromkeys(self._keys()))

    def narrowing_keys(self) -> tuple[str, ...]:
        """What a crowd's key is narrowed by, always in this order."""
        return (*self._months(), *self._district(), *self._sounds())

    def _keys(self) -> Iterator[str]:
        yield from (f"id {number}" for number in self.ids)
        yield from (f"phone {number}" for number in self.phones)
        yield from self._sounds()
        months = self._months()
        for door in self.doors:
            yield from (f"door {door} {month}" for month in months)
            if self.type:
                yield f"door {door} type {self.type}"
        for community in self.communities:
            yield from (f"skeleton {part} {community}" for part in self.skeletons)

    def _months(self) -> list[str]:
        """The month of the day, and the one beside it that is near."""
        return sorted({f"month {day:%Y%m}" for day in (self.day - _SPREAD, self.day, self.day + _SPREAD)})

    def _district(self) -> list[str]:
        return [f"district {self.district}"] if self.district else []

    def _sounds(self) -> list[str]:
        return [f"pinyin {said}" for said in self.pinyins]


def compared(
    dispute: str, source: str, documents: Iterable[Doc], blind: Blind, *, fresh: bool
) -> Compared | None:
    """The features of a dispute over all that was registered of it; None if it names nobody and no number."""
    told = list(documents)
    keys = [key for document in told for key in persons.keys("dispute", document)]
    called = _distinct(names.cleaned(name) for document in told for name in _names(document))
    numbers, refers = (_numbers(told, member, blind) for member in ("identifiers", "explicit_links"))
    if not told or not (called or keys or numbers or refers):
        return None
    spots = [places.doors(at) for document in told for at in _places(document)]
    homes = [places.homes(at) for document in told for at in _places(document)]
    return Compared(
        id=dispute,
        source=source,
        fresh=fresh,
        names=called,
        pinyins=_distinct(names.pinyin(name) for name in called),
        skeletons=_distinct(part for name in called for part in names.skeletons(name)),
        ids=_blinded(keys, "id", blind),
        phones=_blinded(keys, "phone", blind),
        doors=_distinct(spot.full for found in spots for spot in found),
        roads=_distinct(spot.name for found in spots for spot in found),
        buildings=_distinct(spot.full for found in homes for spot in found),
        communities=_distinct(spot.name for found in homes for spot in found),
        district=next((d for document in told for d in _district(document)), None),
        amount=next((a for document in told for a in _amounts(document)), None),
        type=next((t for document in told if (t := text(document, "dispute_type"))), None),
        day=min(_day(document) for document in told),
        numbers=numbers,
        refers=refers,
    )


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def _names(document: Document) -> Iterator[str]:
    for party in objects(document, "parties"):
        if party.get("name_status") in (None, "full", "partial"):
            yield text(party, "name") or ""


def _blinded(keys: Iterable[tuple[str, ...]], kind: str, blind: Blind) -> tuple[str, ...]:
    """Keyed digests of whole numbers; a masked one, or words in its place, is nobody's."""
    told = (key for key in keys if key[0] == kind and not _MASKED.search(key[1]) and _DIGIT.search(key[1]))
    return _distinct(blind("person", *key).hex() for key in told)


def _places(document: Document) -> Iterator[str]:
    """Texts of the dispute's place, with its community, and of the parties' addresses."""
    place = document.get("place")
    if isinstance(place, dict):
        yield text(place, "text") or ""
        community = text(place, "community")
        if community:
            yield community
    for party in objects(document, "parties"):
        yield from (text(address, "text") or "" for address in objects(party, "addresses"))


def _district(document: Document) -> Iterator[str]:
    places_ = [
        document.get("place"),
        *(a for p in objects(document, "parties") for a in objects(p, "addresses")),
    ]
    for place in places_:
        if isinstance(place, dict):
            code = text(place, "division") or text(place, "township")
            if code:
                yield code[:6]


def _amounts(document: Document) -> Iterator[float]:
    """The amount told for the whole, else that of its matters."""
    money = document.get("amount")
    if isinstance(money, dict) and text(money, "amount"):
        yield float(str(money["amount"]))
    parts = [m["amount"] for m in objects(document, "matters") if isinstance(m.get("amount"), dict)]
    told = [float(str(part["amount"])) for part in parts if isinstance(part, dict) and text(part, "amount")]
    if told:
        yield sum(told)


def _day(document: Document) -> date:
    """The day it happened, if told to the day, else that of the report, else of the registration."""
    happened = document.get("happened")
    value = text(happened, "value") if isinstance(happened, dict) else None
    for said in (value, text(document, "reported_at"), text(document, "business_time")):
        if said is not None and len(said) >= _DAY:
            return date.fromisoformat(said[:_DAY])
    raise ValueError("a document without a business time")


def _numbers(documents: Iterable[Document], member: str, blind: Blind) -> tuple[str, ...]:
    return _distinct(
        blind("identifier", system, normal_form(system, value)).hex()
        for document in documents
        for entry in objects(document, member)
        if (system := text(entry, "system")) and (value := text(entry, "value"))
    )
