"""The plain record a sign is computed over, the thresholds, and what a sign that shows is. In memory only.

Persons are keyed digests; texts of agreements are open here and are thrown away with the night. Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final, Literal, NamedTuple

Side = Literal["a", "b", "other"]
Digests = frozenset[str]
NONE: Final[Digests] = frozenset()
FAMILY: Final = "1"
"""Dispute type 婚姻家庭: people of one household share home and telephone, which tells nothing."""
WAGES: Final = "10.1"
"""Dispute type 拖欠农民工工资."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Thresholds. No law gives a number for any: all are ours, unverified, and a district sets its own."""

    stake_yuan: int = 50_000
    """Below it, a quick agreement without papers is everyday business."""
    agreed_hours: int = 6
    unproved_hours: int = 24
    applied_hours: int = 48
    loan_matters: int = 4
    loan_days: int = 365
    pair_days: int = 365
    share_days: int = 90
    share_count: int = 10
    share_percent: int = 60
    share_units: int = 3
    enforcements: int = 3
    contact_people: int = 3
    wage_people: int = 5
    reach_days: int = 730
    """How far back other matters of the same people are looked at."""
    areas: tuple[str, ...] = ()
    """Names of announced 征收, 限购 areas as addresses write them; without any, H4 is not computed."""


@dataclass(frozen=True, slots=True, repr=False)  # what it holds of persons belongs in no trace
class Person:
    """A party of a matter over all that was said of it. `keys`: ID number, or name with birth date."""

    side: Side
    keys: Digests
    name: str = ""
    phones: Digests = NONE
    mails: Digests = NONE
    homes: Digests = NONE
    """Addresses down to a number of a house: a village alone is shared by everyone in it."""
    divisions: Digests = NONE
    """Six-digit codes of today in which it may live, in clear."""
    agents: Digests = NONE
    represented: bool = False
    legal_representatives: Digests = NONE
    broke: bool = False
    """Said to be bankrupt or under enforcement."""
    owes: bool = False
    gets: bool = False

    def same(self, other: "Person") -> bool:
        """Whether both are surely one person."""
        return not self.keys.isdisjoint(other.keys)


@dataclass(frozen=True, slots=True, repr=False)
class Item:
    """A performance of an agreement; debtors and creditors by their place in `Matter.persons`."""

    kind: str
    debtors: frozenset[int]
    creditors: frozenset[int]
    yuan: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Matter:
    """A dispute with what became of it, as the hub was told up to the end of the night's interval."""

    dispute: str
    opened: datetime
    persons: tuple[Person, ...] = ()
    registration: str | None = None
    """Message that registered it; likewise `agreed_in`, `applied_in`."""
    agreed_in: str | None = None
    applied_in: str | None = None
    case: str | None = None
    applied: datetime | None = None
    agreed: datetime | None = None
    """When the agreement was signed by the last one; a mere date counts to its end."""
    type: str = ""
    cause: str = ""
    about: str = ""
    """Words of its cause, matters and facts."""
    terms: str = ""
    items: tuple[Item, ...] = ()
    yuan: Decimal = Decimal(0)
    property: frozenset[str] = frozenset()
    contested: bool = True
    """Whether claims, a call to the police or injuries are on record."""
    admitted: bool = False
    """Whether facts were confirmed in writing as undisputed."""
    sessions: int | None = None
    absent: frozenset[int] = frozenset()
    """Parties who were in none of the sessions of which it is told who was there."""
    evidence: bool = False
    people_count: int = 0
    venue: str = ""
    place: Digests = NONE
    organisation: str = ""
    organisation_place: Digests = NONE
    mediators: frozenset[str] = frozenset()
    outsiders: tuple[str, ...] = ()
    """Messages in which an outsider objected."""
    enforced_in: tuple[str, ...] = ()
    """Messages of an enforcement that is open."""
    sued_in: tuple[str, ...] = ()
    """Messages of a civil case that is open."""

    def messages(self) -> tuple[str, ...]:
        """What a flag on it rests on: registration, agreement, application."""
        return tuple(m for m in dict.fromkeys((self.registration, self.agreed_in, self.applied_in)) if m)

    def of(self, side: Side) -> tuple[Person, ...]:
        """The persons of a side."""
        return tuple(p for p in self.persons if p.side == side)

    def with_person(self, person: Person) -> Person | None:
        """The one in this matter who is that person."""
        return next((p for p in self.persons if p.same(person)), None)


@dataclass(frozen=True, slots=True, repr=False)
class Gathered:
    """An application for confirmation with what else is known of its people, and of its mediators."""

    matter: Matter
    others: tuple[Matter, ...] = ()
    """Matters of other disputes that share a person or a telephone, oldest first."""
    peers: tuple[Matter, ...] = ()
    """Applications of all disputes of the same type before the same court, this one among them."""


class Reason(NamedTuple):
    """Why, in both languages: counts, words of the law's own list, never a value."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A sign that shows. `messages`: what it rests on, in the order of their acceptance."""

    sign: str
    reason: Reason
    messages: tuple[str, ...] = field(default=())


def flag(sign: str, zh: str, en: str, matters: Iterable[Matter], more: Iterable[str] = ()) -> Flag:
    """A flag that rests on matters, and on more messages. Ids of messages sort by time."""
    rests = {m for matter in matters for m in matter.messages()} | set(more)
    return Flag(sign, Reason(zh, en), tuple(sorted(rests)))
