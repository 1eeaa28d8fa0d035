"""Interleaved rounds: each build in turn, its own fresh requests, its own CPU time and PostgreSQL's.

What is measured of a build is all that its messages cost: after the last answer the clock for CPU runs on
until what is done in the background (the log's sequencer) is done too.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple

from bench.cpu import tree_seconds
from bench.ground import Ground
from bench.load import Outcome, fire, write_requests
from bench.messages import Requests

_SETTLE: Final = 1.6
"""Seconds: the sequencer waits one at most."""


@dataclass(frozen=True, slots=True)
class Build:
    """A server under test. `requests` makes so many fresh ones; `system` names the sender.

    `beside`: other processes that work for the same messages. `settle`: seconds until all they cost is spent.
    `answers`: a file to which all that is answered is added.
    """

    name: str
    port: int
    pid: int
    requests: Requests
    system: str = "police-sys"
    connections: int = 32
    beside: tuple[int, ...] = ()
    settle: float = _SETTLE
    answers: Path | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """One build in one round: messages a second, CPU microseconds a message, milliseconds."""

    rate: float
    server: float
    database: float
    p50: float
    p99: float
    client: float


@dataclass(slots=True)
class Series:
    """All rounds of a build."""

    rounds: list[Round] = field(default_factory=list)

    def of(self, name: str) -> float:
        """The median of one number."""
        values: list[float] = [getattr(one, name) for one in self.rounds]
        return median(values)

    @property
    def cpu(self) -> float:
        """Median of server and database together."""
        return median(one.server + one.database for one in self.rounds)


class Spent(NamedTuple):
    """CPU seconds of a build's processes and of its PostgreSQL, from their beginning."""

    server: float
    database: float


def spent(ground: Ground, build: Build) -> Spent:
    """As of now."""
    server = sum(tree_seconds(pid) for pid in (build.pid, *build.beside))
    return Spent(server, tree_seconds(ground.database_pid))


async def play(ground: Ground, build: Build, amount: int) -> Round:
    """One round of one build."""
    path = await written(ground, build, amount)
    before = spent(ground, build)
    outcome = await run(build, path)
    await asyncio.sleep(build.settle)
    return round_of(outcome, before, spent(ground, build))


async def run(build: Build, path: Path) -> Outcome:
    """Send what was written to a build."""
    return await asyncio.to_thread(fire, build.port, build.connections, path, build.answers)


async def written(ground: Ground, build: Build, amount: int) -> Path:
    """A file of so many fresh requests; it replaces the one before."""
    token = await ground.token(build.system)
    path = ground.folder / "requests"
    await asyncio.to_thread(lambda: write_requests(path, build.requests(token, amount)))
    return path


async def amount_for(ground: Ground, build: Build, first: int, seconds: float) -> int:
    """How many requests take about so long, by two runs of `first`; they warm the build up."""
    return await amount_by(partial(play, ground, build), build, first, seconds)


async def amount_by(
    run_of: Callable[[int], Awaitable[Round]], build: Build, first: int, seconds: float
) -> int:
    """As `amount_for`, of a build whose run of so many is `run_of`."""
    await run_of(first)
    one = await run_of(first)
    return max(build.connections * 2, round(one.rate * seconds))


def round_of(outcome: Outcome, before: Spent, after: Spent) -> Round:
    """A run's numbers. Raises RuntimeError when anything was refused."""
    done = outcome.accepted
    if done != sum(outcome.statuses.values()):
        raise RuntimeError(f"answers other than 200 and 202: {outcome.statuses}")
    micro = 1_000_000 / done
    return Round(
        rate=done / outcome.seconds,
        server=(after.server - before.server) * micro,
        database=(after.database - before.database) * micro,
        p50=outcome.p50,
        p99=outcome.p99,
        client=outcome.cpu * micro,
    )
