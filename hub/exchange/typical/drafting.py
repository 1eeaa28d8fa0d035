"""A text rewritten for the public before it is sent: names as they are published, numbers taken out.

Keeps nothing. What no pattern can find stays the work of the person who reads the draft.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from hub.exchange.hub import Hub
from hub.exchange.typical import people
from hub.trust.giveaway import Person, Trace, traces
from hub.trust.publication import MEMBERS, erased, rewritten


class Asked(NamedTuple):
    """What is to be rewritten, for which unit. `dispute`: whose persons are taken out; `names`: more."""

    unit: str
    told: dict[str, str]
    names: tuple[str, ...]
    dispute: UUID | None


async def draft(hub: Hub, asked: Asked) -> dict[str, object]:
    """The rewritten members and what they still give away. Raises Refused `unknown` for a foreign dispute."""
    known = tuple(Person("name", name) for name in asked.names)
    if asked.dispute is not None:
        async with hub.database.writing() as conn:
            known += await people.of_dispute(conn, hub.desk, asked.dispute, asked.unit)
    told: dict[str, object] = {}
    for member in MEMBERS:
        if member in asked.told:
            told[member] = _rewritten(asked.told[member], known)
    found = traces({f"/{member}": str(text) for member, text in told.items()}, known)
    return {**told, "findings": shown(found)}


def _rewritten(text: str, known: Iterable[Person]) -> str:
    known = list(known)
    for person in sorted(known, key=lambda p: len(p.value), reverse=True):
        if person.kind != "name":
            text = text.replace(person.value, "(略)")
    return erased(rewritten(text, [p.value for p in known if p.kind == "name"]))


def shown(found: Iterable[Trace]) -> list[dict[str, object]]:
    """Findings as an answer tells them: where, what kind of thing, how grave, on which source."""
    return [trace._asdict() for trace in found]
