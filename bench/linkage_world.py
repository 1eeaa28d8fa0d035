"""What the linkage bench invents: persons, places, disputes, as they are before anyone writes them down.

Everything is drawn from one seed. ID numbers begin with 500000 and phones with 100, which nobody has.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random
from typing import Final

from bench import linkage_words as words

DIVISIONS: Final = tuple(f"50{n:04}" for n in range(181, 199))
_FIRST: Final = date(2026, 1, 1)
_DAYS: Final = 330
_TYPES: Final = (
    "1",
    "2",
    "2",
    "2",
    "3",
    "4",
    "4",
    "5",
    "6",
    "6",
    "7",
    "10.1",
    "10.2",
    "12.2",
    "14",
    "15",
    "15",
)


@dataclass(frozen=True)
class Person:
    """Someone invented."""

    name: str
    id_number: str
    phone: str
    home: "Spot"
    company: bool = False


@dataclass(frozen=True)
class Spot:
    """Where someone lives or something happened."""

    division: str
    town: str
    road: str
    number: int
    community: str
    building: int
    village: bool


@dataclass(frozen=True)
class Event:
    """A dispute as it was."""

    entity: str
    parties: tuple[Person, ...]
    spot: Spot
    type: str
    amount: int | None
    day: date


@dataclass
class World:
    """Draws everything from one seed."""

    random: Random
    people: list[Person] = field(default_factory=list)

    def chance(self, share: float) -> bool:
        """True so often."""
        return self.random.random() < share

    def person(self) -> Person:
        """Someone new, some known from before, some of the family of someone known."""
        if self.people and self.chance(0.06):
            return self.random.choice(self.people)
        kin = self.random.choice(self.people) if self.people and self.chance(0.08) else None
        surname = kin.name[:1] if kin else self._surname()
        made = Person(
            name=surname + self._given(),
            id_number=self._id_number(),
            phone=f"100{self.random.randrange(10**8):08}",
            home=kin.home if kin else self.spot(),
        )
        self.people.append(made)
        return made

    def company(self) -> Person:
        """A firm, which has no ID number."""
        name = self.random.choice(words.COMPANIES) + self.random.choice(words.COMPANIES)
        full = f"示例{name}{self.random.choice(words.TRADES)}有限公司"
        return Person(full, "", f"100{self.random.randrange(10**8):08}", self.spot(), company=True)

    def spot(self) -> Spot:
        """Somewhere in an invented town."""
        village = self.chance(0.35)
        community = (
            self.random.choice(words.VILLAGES) + "村"
            if village
            else self.random.choice(words.HOMES) + self.random.choice(words.HOME_KINDS)
        )
        return Spot(
            division=self.random.choice(DIVISIONS),
            town=self.random.choice(words.TOWNS),
            road=self.random.choice(words.ROADS) + self.random.choice(words.ROAD_KINDS),
            number=self.random.randint(1, 320),
            community=community,
            building=self.random.randint(1, 24),
            village=village,
        )

    def event(self, entity: str) -> Event:
        """A dispute."""
        count = self.random.choices((1, 2, 3), (0.04, 0.86, 0.10))[0]
        parties = [self.person() for _ in range(count)]
        if count > 1 and self.chance(0.12):
            parties[-1] = self.company()
        home = parties[0].home
        spot = home if self.chance(0.55) else replace(self.spot(), division=home.division)
        return Event(entity, tuple(parties), spot, self.random.choice(_TYPES), self.amount(), self._day())

    def again(self, before: Event, entity: str) -> Event:
        """Another dispute of the same people, weeks or months apart: the hardest not to link."""
        apart = self.random.choice((-1, 1)) * self.random.randint(20, 200)
        spot = before.spot if self.chance(0.5) else self.spot()
        kind = before.type if self.chance(0.5) else self.random.choice(_TYPES)
        return Event(entity, before.parties, spot, kind, self.amount(), before.day + timedelta(days=apart))

    def next_door(self, before: Event, entity: str) -> Event:
        """Others in the same place over the same thing, days apart."""
        parties = (self.person(), self.person())
        day = before.day + timedelta(days=self.random.randint(-5, 5))
        return Event(entity, parties, before.spot, before.type, self.amount(), day)

    def amount(self) -> int | None:
        """What is disputed, in yuan; None: no money."""
        if self.chance(0.4):
            return None
        amount = int(10 ** self.random.uniform(2.3, 5.3))
        return max(100, amount // 100 * 100) if self.chance(0.7) else amount

    def _day(self) -> date:
        return _FIRST + timedelta(days=self.random.randrange(_DAYS))

    def _surname(self) -> str:
        return self.random.choices(tuple(words.SURNAMES), tuple(words.SURNAMES.values()))[0]

    def _given(self) -> str:
        weights = [1 / (n + 12) for n in range(len(words.GIVEN))]
        return "".join(self.random.choices(words.GIVEN, weights, k=1 if self.chance(0.18) else 2))

    def _id_number(self) -> str:
        day = date(1945, 1, 1) + timedelta(days=self.random.randrange(365 * 60))
        first = f"500000{day:%Y%m%d}{self.random.randrange(1000):03}"
        total = sum(int(digit) * (2 ** (17 - n) % 11) for n, digit in enumerate(first))
        return first + "10X98765432"[total % 11]
