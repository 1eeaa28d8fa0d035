"""Generated disputes with planted doubles, for training and for measuring the linkage. Nobody in them exists.

Shares no code and no constants with `hub.nightly.linkage`: what it spoils it spoils by its own words.
`python -m bench.linkage_data --size N --seed S > FILE.jsonl` writes one registration a line: `id`, `source`,
`entity` (equal for one and the same dispute), `document` (shared form).
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from bench import linkage_words as words
from bench.linkage_world import DIVISIONS, Event, Person, Spot, World

Json = dict[str, Any]
_CONFUSED: Final = {"2": "15", "15": "2", "3": "2", "4": "99", "5": "4", "6": "14", "10.1": "10.2", "7": "3"}
_HAN: Final = "零一二三四五六七八九"


@dataclass(frozen=True)
class Registered:
    """One registration of it by one agency, as that agency wrote it."""

    id: str
    source: str
    entity: str
    document: Json


@dataclass(frozen=True)
class Habits:
    """How an agency writes: chances of what goes missing or wrong."""

    source: str
    no_id: float
    no_phone: float
    typo: float
    no_amount: float
    no_happened: float
    no_division: float


HABITS: Final = (
    Habits("police", 0.22, 0.25, 0.05, 0.45, 0.10, 0.04),
    Habits("justice", 0.40, 0.35, 0.05, 0.25, 0.20, 0.08),
)


@dataclass
class Clerk:
    """Writes down what happened, as hurried clerks do."""

    world: World
    alike: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random, self.chance = self.world.random, self.world.chance
        for group in words.ALIKE:
            for character in group:
                self.alike[character] = self.alike.get(character, "") + group.replace(character, "")

    def written(self, event: Event, habits: Habits, number: int, late: int) -> Registered:
        """What an agency registers of an event, `late` days after it."""
        happened = event.day + timedelta(days=self._slip())
        reported = event.day + timedelta(days=late)
        people = list(event.parties)
        if len(people) > 1 and self.chance(0.03):
            people.pop(self.random.randrange(len(people)))
        if habits.source == "justice" or self.chance(0.5):
            self.random.shuffle(people)
        document: Json = {
            "schema": "liantiao/1",
            "action": "register",
            "origin": "police_call" if habits.source == "police" else "application",
            "business_time": f"{reported}T10:00:00+08:00",
            "reported_at": f"{reported}T09:30:00+08:00",
            "dispute_type": self._type(event.type),
            "facts": self.random.choice(words.FACTS),
            "parties": [self._party(p, n, habits) for n, p in enumerate(people, 1)],
            "place": self._place(event.spot, habits),
        }
        if not self.chance(habits.no_happened):
            document["happened"] = {"value": happened.isoformat(), "precision": "day"}
        amount = self._told(event.amount) if not self.chance(habits.no_amount) else None
        if amount is not None:
            document["amount"] = {"amount": str(amount), "precision": "exact"}
        return Registered(f"{habits.source}-{number:07}", habits.source, event.entity, document)

    def _party(self, person: Person, number: int, habits: Habits) -> Json:
        told: Json = {
            "ref": f"p{number}",
            "kind": "legal_person" if person.company else "person",
            "role": ("side_a", "side_b", "other")[min(number, 3) - 1],
            "name": self._name(person, habits),
        }
        if person.id_number and not self.chance(habits.no_id):
            told["id_number"] = self._digits(person.id_number) if self.chance(0.01) else person.id_number
        if not self.chance(habits.no_phone):
            told["phones"] = [self._digits(person.phone) if self.chance(0.02) else person.phone]
        if self.chance(0.4):
            told["addresses"] = [{"text": self._address(person.home)}]
        return told

    def _name(self, person: Person, habits: Habits) -> str:
        name = person.name
        if person.company:
            return name.replace("有限公司", "公司") if self.chance(0.15) else name
        if self.chance(habits.typo):
            at = self.random.randrange(1 if self.chance(0.8) else 0, len(name))
            instead = self.alike.get(name[at]) or words.GIVEN
            name = name[:at] + self.random.choice(instead) + name[at + 1 :]
        if self.chance(0.01):
            return name[0] + "某" * (len(name) - 1)
        return f"{name[0]} {name[1:]}" if self.chance(0.02) else name

    def _place(self, spot: Spot, habits: Habits) -> Json:
        told: Json = {"text": self._address(spot)}
        if not self.chance(habits.no_division):
            told["division"] = spot.division if not self.chance(0.02) else self.random.choice(DIVISIONS)
        if self.chance(0.3):
            told["community"] = spot.community
        return told

    def _address(self, spot: Spot) -> str:
        """One place in many hands: parts left out, numerals in characters, 栋 or 幢 or 号楼."""
        number, building = self._numeral(spot.number), self._numeral(spot.building)
        kind = self.random.choice(("组", "社")) if spot.village else self.random.choice(("栋", "幢", "号楼"))
        if spot.village:
            inner = f"{spot.community}{building}{kind}" if self.chance(0.85) else spot.community
        else:
            road, home = f"{spot.road}{number}号", f"{spot.community}{building}{kind}"
            inner = self.random.choices((road + home, home, road, spot.community), (0.5, 0.2, 0.22, 0.08))[0]
        before = self.random.choices(("", spot.town, "示例区" + spot.town), (0.25, 0.4, 0.35))[0]
        return (
            before
            + inner
            + (f"{self.random.randint(1, 30)}-{self.random.randint(1, 8)}" if self.chance(0.2) else "")
        )

    def _numeral(self, number: int) -> str:
        if number > 99 or not self.chance(0.12):
            return str(number)
        tens, ones = divmod(number, 10)
        return ("" if tens < 2 else _HAN[tens]) + ("十" if tens else "") + (_HAN[ones] if ones else "")

    def _told(self, amount: int | None) -> int | None:
        if amount is None or self.chance(0.04):
            return None if amount is None else self.world.amount()
        if self.chance(0.25):
            step = 1000 if amount > 5000 else 100
            return max(step, round(amount / step) * step)
        return amount

    def _slip(self) -> int:
        return self.random.choices(
            (0, self.random.randint(-3, 3), self.random.randint(-12, 12)), (0.75, 0.19, 0.06)
        )[0]

    def _type(self, kind: str) -> str:
        if self.chance(0.12):
            return _CONFUSED.get(kind, "99")
        return "99" if self.chance(0.04) else kind

    def _digits(self, number: str) -> str:
        at = self.random.randrange(6, len(number) - 1)
        return number[:at] + str(self.random.randrange(10)) + number[at + 1 :]


def generated(size: int, seed: int) -> Iterator[Registered]:
    """`size` registrations of each of two agencies; four in ten of the second are doubles of the first's."""
    world = World(Random(seed))
    clerk = Clerk(world)
    police, room = HABITS
    events = [world.event(f"e{n}") for n in range(size)]
    for n, event in enumerate(events):
        yield clerk.written(event, police, n, world.random.randint(0, 1))
    picked = world.random.sample(events, size)
    for n, event in enumerate(picked):
        share = n / size
        entity = f"r{n}"
        if share < 0.40:
            told, late = event, min(60, int(world.random.expovariate(1 / 6)))
        elif share < 0.48:
            told, late = world.again(event, entity), 3
        elif share < 0.51:
            told, late = world.next_door(event, entity), 3
        else:
            told, late = world.event(entity), 3
        yield clerk.written(told, room, n, late)


def main() -> None:
    """Write registrations to standard output."""
    parser = argparse.ArgumentParser(prog="python -m bench.linkage_data", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for one in generated(options.size, options.seed):
        sys.stdout.write(json.dumps(vars(one), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
