"""The crowd at work: a bounded number of drawn cases at once, a progress bar, kills by seed."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from hub.cli.demo.checks import Check
from hub.cli.demo.hub_process import HubProcess
from hub.cli.demo.words import Names
from hub.sandbox.crowd import Crowd, Lived
from hub.sandbox.drawn import Drawn, draw
from hub.sandbox.remote import OrderRefused, Remote

AT_ONCE: Final = 16
OUTAGE: Final = 4.0
_EXPECTED: Final = 0.12
"""Seconds a case takes on a small machine: kills fall into the first part of what that makes."""


@dataclass(slots=True)
class Crowded:
    """What came of the crowd."""

    lived: list[Lived] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    seconds: float = 0.0
    checks: list[Check] = field(default_factory=list)


class Crowding:
    """Runs the crowd through the systems while the hub is watched over, and killed if so wished."""

    def __init__(
        self, console: Console, names: Names, hub: HubProcess, systems: Mapping[str, Remote], today: date
    ) -> None:
        self._console = console
        self._names = names
        self._hub = hub
        self._systems = systems
        self._crowd = Crowd(systems["police"], systems["justice"], systems["court"], today)

    async def run(self, seed: int, count: int, kills: Sequence[str]) -> Crowded:
        """All cases of a seed."""
        drawn = draw(seed, count)
        self._drawn(drawn, seed)
        crowded = Crowded()
        began = time.monotonic()
        with self._progress() as bar:
            task = bar.add_task(self._names.say("办理", "cases"), total=count)
            disturbing = asyncio.create_task(self._disturb(Random(seed), count, kills))  # noqa: S311  drawn by seed
            gate = asyncio.Semaphore(AT_ONCE)

            async def one(case: Drawn) -> None:
                async with gate:
                    await self._live(case, crowded)
                bar.advance(task)

            await asyncio.gather(*(one(case) for case in drawn))
            await disturbing
        crowded.seconds = time.monotonic() - began
        crowded.checks = self._checks(crowded, count, kills)
        return crowded

    async def _live(self, case: Drawn, crowded: Crowded) -> None:
        try:
            crowded.lived.append(await self._crowd.live(case))
        except OrderRefused as e:
            crowded.trouble.append(f"{case.path} {case.form} {case.fault}: {e}")
            self._console.print(f"[red]{crowded.trouble[-1]}")

    async def _disturb(self, chance: Random, count: int, kills: Sequence[str]) -> None:
        """One outage of the police's receiver, and the kills, at times drawn by the seed."""
        span = count * _EXPECTED
        times = sorted((chance.uniform(0.1, 0.8) * span, what) for what in (*kills, "outage"))
        passed = 0.0
        for at, what in times:
            await asyncio.sleep(at - passed)
            passed = at
            if what == "outage":
                await self._systems["police"].do("down")
                await asyncio.sleep(min(OUTAGE, span))
                passed += min(OUTAGE, span)
                with contextlib.suppress(OrderRefused):
                    await self._systems["police"].do("up")
            else:
                self._hub.kill(what)
                self._console.print(f"[bold red]kill -9 {what}[/]")

    def _checks(self, crowded: Crowded, count: int, kills: Sequence[str]) -> list[Check]:
        told = Check(
            "随机案件全部办到应到之处",
            "every drawn case was told to its end",
            len(crowded.lived) == count,
            f"{len(crowded.lived)}/{count}",
        )
        if not kills:
            return [told]
        killed = Check(
            "kill -9 之后中枢恢复服务",
            "the hub came back after each kill -9",
            len(self._hub.killed) == len(kills),
            f"{' '.join(self._hub.killed)}; restarts {self._hub.restarts}",
        )
        return [told, killed]

    def _drawn(self, drawn: Sequence[Drawn], seed: int) -> None:
        names = self._names
        title = names.say(f"随机抽取 {len(drawn)} 件(种子 {seed})", f"{len(drawn)} cases drawn (seed {seed})")
        self._console.rule(f"[bold]{title}")
        table = Table(box=None, show_header=False, padding=(0, 2))
        for zh, en, of in (
            ("经过", "path", lambda c: c.path),
            ("格式", "form", lambda c: c.form),
            ("标称编码", "label", lambda c: c.label),
            ("意外", "fault", lambda c: c.fault),
            ("当事人", "parties", lambda c: str(len(c.matter.people))),
        ):
            counted = Counter(of(c) for c in drawn).most_common()
            table.add_row(names.say(zh, en), "  ".join(f"{what} {n}" for what, n in counted))
        self._console.print(table)

    def _progress(self) -> Progress:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        return Progress(*columns, TimeElapsedColumn(), TimeRemainingColumn(), console=self._console)
