"""Drives one run: a hub, its senders and recipients, one fault after another, and the ledger of it all.

Each fault falls into full load and badly behaved receivers; then everything is well again until all that
was accepted is delivered, and the next one comes. `run` is the door.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from hub.client.agent import Agent
from hub.client.receiving import POLL, PUSH
from tests.faults.faults import FAULTS, TWICE, NotHereError, Stage
from tests.faults.gather import gather, watch_log
from tests.faults.ground import Ground
from tests.faults.keys import Keys
from tests.faults.ledger import Calm, Injected, Ledger
from tests.faults.load import LANES, SENDER, Load, Sender
from tests.faults.lodging import opened
from tests.faults.recipients import Poller, Recipient
from tests.faults.waiting import until

PATIENCE: Final = 70.0
"""Seconds a calm lasts at most: what is not delivered by then was not in time."""

SKIPPED: Final = "skipped"
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a run does. `bad`: of a hundred tokens, how many the receiver treats badly under a fault."""

    seed: int
    faults: Sequence[str] = (*FAULTS, *TWICE)
    lanes: int = LANES
    in_flight: int = 200
    answers: int = 100
    bad: int = 35

    def shuffled(self) -> list[str]:
        faults = list(self.faults)
        random.Random(self.seed).shuffle(faults)
        return faults


@dataclass
class Drive:
    """The parts of a run under way."""

    plan: Plan
    ground: Ground
    recipient: Recipient
    pollers: list[Poller]
    load: Load
    ledger: Ledger
    chance: random.Random
    tell: Tell
    began: float = field(default_factory=time.monotonic)

    async def under(self, name: str) -> None:
        """One fault, under load and with receivers that misbehave; then calm until all is delivered."""
        self._storm(self.plan.bad)
        await self.load.begin(self.plan.in_flight, self.plan.answers)
        in_flight, at = self.load.in_flight, time.monotonic()
        try:
            note = await FAULTS[name](Stage(self.ground, self.load, self.chance, self.recipient)) or ""
            self.ledger.faults.append(Injected(name, at, in_flight, note))
        except NotHereError as e:
            self.ledger.faults.append(Injected(f"{name} {SKIPPED}", at, None, str(e)))
        self.load.open.clear()
        await self.ground.well()
        back = time.monotonic() - at
        self._storm(0)
        await self._calm()
        self._say(self.ledger.faults[-1], back)

    def _storm(self, share: int) -> None:
        self.recipient.share = share
        for poller in self.pollers:
            poller.share = share

    async def _calm(self) -> None:
        start = time.monotonic()
        await self.load.until_quiet()
        await until(self._delivered, PATIENCE - (time.monotonic() - start), 0.3)
        self.ledger.calms.append(Calm(start, time.monotonic()))

    async def _delivered(self) -> bool:
        return not self.outstanding()

    def outstanding(self) -> set[tuple[str, str]]:
        """Accepted for a unit, and not acknowledged by it yet."""
        wanted = {(answer.message, unit) for answer in self.ledger.accepted for unit in answer.units}
        return wanted - {(a.message, a.unit) for a in self.ledger.arrivals if a.answered is not None}

    def _say(self, fault: Injected, back: float) -> None:
        calm = self.ledger.calms[-1]
        self.tell(
            f"{fault.name:<22} {fault.in_flight or 0:>4} in flight  back {back:5.1f} s"
            f"  delivered {calm.end - calm.start:5.1f} s  {len(self.ledger.accepted):>6} accepted"
            f"  {len(self.outstanding()):>4} left  {fault.note}"
        )


async def run(plan: Plan, relayed: bool, tell: Tell) -> Ledger:
    """One run from an empty folder to the last reading; nothing of it is left but the ledger."""
    ledger, chance = Ledger(plan.seed), random.Random(plan.seed)
    keys = Keys([])
    recipient = Recipient("justice-sys", chance, keys, ledger.arrivals)
    await recipient.start()
    try:
        async with (
            opened(relayed, recipient.prefix) as ground,
            driving(plan, ground, recipient, ledger, tell) as drive,
        ):
            for name in plan.shuffled():
                await drive.under(name)
            await settled(ground)
            keys.judge_late()
            for line, count in ground.said().most_common():
                tell(f"   the hub noted {count} × {line}")
            await gather(ground, drive.load.agent, ledger, chance)
    finally:
        await recipient.close()
    ledger.strayed = recipient.strayed
    return ledger


@contextlib.asynccontextmanager
async def driving(
    plan: Plan, ground: Ground, recipient: Recipient, ledger: Ledger, tell: Tell
) -> AsyncIterator[Drive]:
    """The senders and receivers at work; ended in order."""
    chance, stop = recipient.chance, asyncio.Event()
    recipient.keys.bases.append(ground.issuer)
    async with contextlib.AsyncExitStack() as stack:
        police = await stack.enter_async_context(Sender(ground.identity(SENDER), clock=ground.now))
        court = await stack.enter_async_context(Sender(ground.identity("court-sys"), clock=ground.now))
        async with Agent(ground.identity("justice-sys"), clock=ground.now) as justice:
            await justice.create_stream(PUSH, f"{recipient.prefix}events")
        for agent in (police, court):
            await agent.create_stream(POLL)
        load = Load(ground, police, recipient.keys, ledger, chance, plan.lanes)
        pollers = [Poller(agent, chance, ledger.arrivals) for agent in (police, court)]
        jobs = [load.run(), recipient.keys.watch(stop), watch_log(ground, court, ledger, stop)]
        jobs += [poller.run(stop) for poller in pollers]
        tasks = [asyncio.create_task(job) for job in jobs]
        try:
            yield Drive(plan, ground, recipient, pollers, load, ledger, chance, tell)
        finally:
            load.end()
            stop.set()
            await asyncio.gather(*tasks)


async def settled(ground: Ground) -> None:
    """Until the hub itself has nothing left to do; what remains after that shows in the ledger."""
    left = "EXISTS (SELECT 1 FROM log_pending) OR EXISTS (SELECT 1 FROM delivery WHERE state = 'queued')"

    async def idle() -> bool:
        return not (await ground.rows(f"SELECT {left}"))[0][0]

    await until(idle, PATIENCE, 0.3)
