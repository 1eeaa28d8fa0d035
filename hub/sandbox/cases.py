"""What lies on a clerk's desk: the matter of one dispute, as it is told at the counter. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from hub.sandbox.people import Person


@dataclass(frozen=True, slots=True)
class Matter:
    """One dispute in plain words. The first person stands on one side, the others on the other.

    `number` is the registering system's own running number; `dispute_type` a code of the shared list with
    its label; `amount` in yuan, 0 when nothing is owed.
    """

    number: int
    title: str
    facts: str
    people: tuple[Person, ...]
    dispute_type: str = "2"
    label: str = "邻里纠纷"
    amount: int = 0

    def told(self) -> dict[str, Any]:
        """As JSON, for the command line between processes."""
        return asdict(self)

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        """What `told` gave."""
        people = tuple(Person.read(p) for p in told["people"])
        return cls(**{**told, "people": people})

    def parties(self) -> list[dict[str, object]]:
        """The people as parties of the shared form."""
        return [p.party(no, "side_a" if no == 1 else "side_b") for no, p in enumerate(self.people, 1)]

    def money(self) -> dict[str, object] | None:
        """The amount of the shared form."""
        return {"amount": str(self.amount), "precision": "exact"} if self.amount else None


def consents(parties: list[dict[str, object]], about: str, at: str) -> list[dict[str, object]]:
    """Everybody's written yes."""
    return [
        {"about": about, "answer": "yes", "given_at": at, "how": "written", "by": p["ref"]} for p in parties
    ]
