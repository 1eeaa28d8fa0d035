"""One demo from the empty directory to the verdict: ground, hub, systems, stories, crowd, accounts, page."""

import asyncio
import contextlib
import time as clocks
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from hub.cli.demo import accounts, checks, closing, drafted, exports, proof
from hub.cli.demo.assessing import assessed
from hub.cli.demo.checks import Check
from hub.cli.demo.chronicle import Chronicle
from hub.cli.demo.crowding import Crowded, Crowding
from hub.cli.demo.ground import SYSTEMS, Command, Ground, database, prepare, register
from hub.cli.demo.hub_process import PROGRAM, HubProcess
from hub.cli.demo.page import Report, write_page
from hub.cli.demo.show import Show
from hub.cli.demo.words import Lang, Names
from hub.client.agent import Agent
from hub.evidence.note import Verifier
from hub.sandbox import stories_joint, stories_performance
from hub.sandbox.clock import MovedClock, legal_day, local, offset_to, working_days_before
from hub.sandbox.days import Days
from hub.sandbox.remote import OrderRefused, Remote
from hub.sandbox.stories import STORIES, Outcome, Stage, Story

PLAN: Final = (10, 9, 5, 4, 3, 1)
"""Story days as numbers of working days before today."""

TALES: Final = {**STORIES, **stories_joint.STORIES, **stories_performance.STORIES}

MORNING: Final = time(9, 30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the demo was asked for. `kills` are `hub` or `postgres`, at random times during the crowd."""

    directory: Path
    lang: Lang
    cases: int = 0
    seed: int = 1
    kills: tuple[str, ...] = ()


@dataclass(slots=True)
class Demo:
    """A demo under way."""

    wish: Wish
    console: Console
    names: Names
    show: Show
    chronicle: Chronicle
    clock: MovedClock
    calendar: list[date]
    ground: Ground
    hub: HubProcess
    systems: dict[str, Remote] = field(default_factory=dict)
    crowding: bool = False

    def happened(self, system: str, told: Mapping[str, Any]) -> None:
        """A system told of something: one line, and an entry for the page."""
        if not self.crowding:
            self.chronicle.happened(system, told)
            self.show.happened(told)

    async def look(self, system: Remote, dispute: str) -> None:
        """Show what changed in a dispute, as that system may see it."""
        view = await system.do("look", dispute=dispute)
        self.show.changes(self.chronicle.look(view, local(self.clock())))

    async def go_on(self, day: int) -> None:
        """Another story day: the hub ends and begins anew with its clock moved.

        Nothing may be on its way: after days it would be told as not delivered.
        """
        await accounts.arrived(self.ground)
        await self.hub.stop()
        self.clock.offset = offset_to(self.calendar[day - 1], MORNING, datetime.now(UTC))
        await self.hub.start()
        await asyncio.gather(*(s.do("clock", offset=self.clock.offset) for s in self.systems.values()))
        self.show.day(day, self.calendar[day - 1])

    async def screen(self) -> None:
        """The screening of the night, as an operator starts it."""
        await Command(self.ground, PROGRAM)("screen", "--day", legal_day(self.clock()).isoformat())

    def label(self, dispute: str, letter: str) -> None:
        """Call a dispute by the letter of its story."""
        self.chronicle.labels[dispute] = letter
        self.show.labels[dispute] = letter


async def run(wish: Wish) -> bool:
    """The whole demo; whether every invariant held."""
    began = clocks.monotonic()
    days = working_days_before(datetime.now(UTC).date(), max(PLAN))
    calendar = [days[-n] for n in PLAN]
    clock = MovedClock(offset_to(calendar[0], MORNING, datetime.now(UTC)))
    console, names, chronicle = Console(highlight=False), Names(wish.lang), Chronicle()
    show = Show(names, console)
    show.begin(wish.directory)
    ground = await asyncio.to_thread(prepare, wish.directory, clock)
    hub = HubProcess(ground)
    demo = Demo(wish, console, names, show, chronicle, clock, calendar, ground, hub)
    async with _running(demo):
        earlier, vkey = await _acquaint(demo)
        show.day(1, calendar[0])
        outcomes = await _tell(demo)
        days_told, command = (calendar[0], calendar[-1]), Command(ground, PROGRAM)
        outcomes.append(await assessed(demo.systems["justice"], ground, command, days_told))
        crowded = await _crowd(demo)
        return await _close(demo, outcomes, crowded, earlier, vkey, began)


@asynccontextmanager
async def _running(demo: Demo) -> AsyncIterator[None]:
    """Database, hub and systems, ended in order whatever happens."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(database(demo.ground))
        stack.push_async_callback(demo.hub.close)
        for plan in SYSTEMS:
            config = demo.ground.system(plan.id) / "config.json"
            remote = await Remote.start(plan.id, config, demo.happened)
            stack.push_async_callback(remote.end)
            demo.systems[plan.agency] = remote
        await register(demo.ground, Command(demo.ground, PROGRAM))
        await demo.hub.start()
        await asyncio.gather(*(system.do("open") for system in demo.systems.values()))
        yield


async def _acquaint(demo: Demo) -> tuple[str, str]:
    """Learn the names of states and clocks; the log's first checkpoint and its key."""
    async with demo.ground.agent("justice-sys") as agent:
        machines: Any = await agent.machines()
        demo.names.learn(machines["machines"])
        return await agent.checkpoint(), await demo.hub.log_key()


async def _tell(demo: Demo) -> list[Outcome]:
    """All stories, on one calendar."""
    police, justice, court = (demo.systems[a] for a in ("police", "justice", "court"))
    days = Days(demo.go_on, len(TALES), demo.calendar)
    stage = Stage(police, court, justice, days, demo.label, demo.look, demo.screen)

    async def one(letter: str, story: Story) -> Outcome:
        try:
            return await story(stage)
        except OrderRefused as e:
            demo.show.trouble(f"({letter}) {e}")
            return Outcome(letter, held={f"{letter}-told-to-its-end": False})
        finally:
            await days.leave()

    return list(await asyncio.gather(*(one(letter, story) for letter, story in TALES.items())))


async def _crowd(demo: Demo) -> Crowded | None:
    if not demo.wish.cases:
        return None
    demo.crowding = True
    wish = demo.wish
    crowding = Crowding(demo.console, demo.names, demo.hub, demo.systems, demo.calendar[-1])
    return await crowding.run(wish.seed, wish.cases, wish.kills)


async def _close(
    demo: Demo, outcomes: list[Outcome], crowded: Crowded | None, earlier: str, vkey: str, began: float
) -> bool:
    """Accounts, invariants, evidence, page; prints the verdict."""
    demo.show.counting()
    for dispute in demo.chronicle.labels:
        for system in demo.systems.values():
            with contextlib.suppress(OrderRefused):  # not every system takes part in every dispute
                demo.chronicle.look(await system.do("look", dispute=dispute), local(demo.clock()))
    ledgers = await accounts.gather(demo.ground)
    rows = accounts.table(ledgers)
    async with AsyncExitStack() as stack:
        agents: dict[str, Agent] = {
            plan.id: await stack.enter_async_context(demo.ground.agent(plan.id)) for plan in SYSTEMS
        }
        found = checks.books(ledgers, rows)
        receipts, leaves = await checks.receipts(agents, ledgers)
        log = await checks.log(agents["justice-sys"], Verifier.from_vkey(vkey), earlier, leaves)
        found += [receipts, *log]
        lived = crowded.lived if crowded else []
        cases = [outcome for outcome in outcomes if outcome.dispute]
        found.append(await checks.ends([*cases, *lived], demo.systems))
        told = {outcome.dispute for outcome in cases}
        agencies = {plan.id: plan.agency for plan in SYSTEMS}
        found.append(await exports.typed_twice(agents, ledgers, agencies, told))
        found.append(await drafted.papers(agents, ledgers, demo.chronicle.labels, demo.ground.folder))
        wanted = closing.wanted(ledgers, told)
        bundles = await proof.fetch(agents, wanted, demo.ground.folder / "evidence")
    verified, broken = await proof.verify(bundles, vkey)
    found += [verified, *_told(outcomes), *(crowded.checks if crowded else [])]
    path = demo.ground.folder / "demo.html"
    report = Report(
        chronicle=demo.chronicle,
        ledgers=ledgers,
        rows=rows,
        checks=found,
        bundled={want.message for want in bundles},
        broken=broken,
        lived=lived,
        latencies=closing.latencies(ledgers),
        seconds=clocks.monotonic() - began,
        days=(str(demo.calendar[0]), str(demo.calendar[-1])),
    )
    write_page(report, demo.names, path)
    closing.show(demo.console, demo.names, rows, found, path, clocks.monotonic() - began)
    return all(check.held for check in found)


def _told(outcomes: list[Outcome]) -> list[Check]:
    """The stories' own checks."""
    return [
        Check(*closing.STORY_CHECKS.get(name, (name, name)), held)
        for outcome in outcomes
        for name, held in outcome.held.items()
    ]
