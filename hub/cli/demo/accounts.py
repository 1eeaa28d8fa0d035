"""The accounts of a demo: what the systems' own books say beside what the hub says, unit by unit.

Reads the books from their files and the hub through its interface, as each of the systems.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from hub.cli.demo.ground import SYSTEMS, Ground
from hub.client.agent import Agent
from hub.sandbox import book

_PAGE: Final = 500
_PATIENCE: Final = 120.0
_PAUSE: Final = 0.5
DONE: Final = frozenset({"acknowledged"})


@dataclass(slots=True)
class Ledger:
    """One system: its book, and the hub's list of its messages."""

    system: str
    units: tuple[str, ...]
    sent: list[book.Line] = field(default_factory=list)
    received: list[book.Line] = field(default_factory=list)
    messages: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def of_state(self, state: str) -> list[book.Line]:
        """Lines of what was sent, by how it ended."""
        return [line for line in self.sent if line["state"] == state]

    @property
    def new(self) -> list[book.Line]:
        """Tokens received for the first time."""
        return [line for line in self.received if line["state"] == "new"]

    @property
    def own(self) -> list[Mapping[str, Any]]:
        """Messages that the hub says this system sent."""
        return [m for m in self.messages.values() if m["role"] == "sender"]

    def arriving(self) -> dict[tuple[str, str], str]:
        """Deliveries to this system as the hub sees them: (message, unit) → state."""
        return {
            (mid, d["unit"]): d["state"]
            for mid, m in self.messages.items()
            for d in m["deliveries"]
            if d["unit"] in self.units
        }


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the closing table."""

    unit: str
    sent: int
    accepted: int
    refused: int
    delivered: int
    acknowledged: int
    booked: int
    repeats: int

    @property
    def even(self) -> bool:
        """Whether what must be equal is."""
        balanced = self.sent == self.accepted + self.refused
        return balanced and self.delivered == self.acknowledged == self.booked


async def gather(ground: Ground) -> list[Ledger]:
    """All ledgers, once nothing is on its way any more (or patience is at its end)."""
    return list(await asyncio.gather(*(_ledger(ground, plan.id, plan.units) for plan in SYSTEMS)))


async def _ledger(ground: Ground, system: str, units: tuple[str, ...]) -> Ledger:
    ledger = Ledger(system, units)
    until = time.monotonic() + _PATIENCE
    async with ground.agent(system) as agent:
        while True:
            ledger.messages = await _messages(agent)
            arriving = ledger.arriving()
            if all(state in DONE for state in arriving.values()) or time.monotonic() > until:
                break
            await asyncio.sleep(_PAUSE)
    folder = ground.system(system)
    ledger.sent = list(book.read(folder, book.SENT))
    ledger.received = list(book.read(folder, book.RECEIVED))
    return ledger


async def _messages(agent: Agent) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    after: str | None = None
    while True:
        page: Any = await agent.messages(after=after, limit=_PAGE)
        found.update({m["message"]: m for m in page["messages"]})
        after = page["next"]
        if not page["more"]:
            return found


def table(ledgers: list[Ledger]) -> list[UnitRow]:
    """The closing table: one line for each unit that sent or received anything."""
    rows: list[UnitRow] = []
    for ledger in ledgers:
        answered = Counter(str(x["unit"]) for x in ledger.sent if x["state"] in ("accepted", "refused"))
        refused = Counter(str(x["unit"]) for x in ledger.of_state("refused"))
        kept = Counter(unit for unit, _ in {(str(m["from"]), m["jti"]) for m in ledger.own})
        repeats = Counter(str(x["unit"]) for x in ledger.of_state("repeated"))
        states = ledger.arriving()
        delivered = Counter(unit for _, unit in states)
        done = Counter(unit for (_, unit), state in states.items() if state in DONE)
        booked = Counter(str(x["unit"]) for x in ledger.new)
        counted = (answered, kept, refused, delivered, done, booked, repeats)
        busy = [u for u in ledger.units if answered[u] or delivered[u] or booked[u]]
        rows.extend(UnitRow(unit, *(count[unit] for count in counted)) for unit in busy)
    return rows
