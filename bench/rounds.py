"""Interleaved rounds: each build in turn, its own fresh requests, its own CPU time and PostgreSQL's.

What is measured of a build is all that its messages cost: after the last answer the clock for CPU runs on
until what is done in the background (the log's sequencer) is done too.
"""

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.cpu import tree_seconds
from bench.ground import Ground
from bench.load import Outcome, fire, write_requests

_SETTLE = 1.6  # seconds: the sequencer waits one at most


@dataclass(frozen=True, slots=True)
class Build:
    """A server under test. `requests` makes so many fresh ones; `system` names the sender."""

    name: str
    port: int
    pid: int
    requests: Callable[[str, int], Iterable[bytes]]
    system: str = "police-sys"
    connections: int = 32


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


async def play(ground: Ground, build: Build, amount: int) -> Round:
    """One round of one build."""
    token = await ground.token(build.system)
    path = ground.folder / "requests"
    write_requests(path, build.requests(token, amount))
    return await asyncio.to_thread(_measured, ground, build, path)


def _measured(ground: Ground, build: Build, path: Path) -> Round:
    server, database = tree_seconds(build.pid), tree_seconds(ground.database_pid)
    outcome = fire(build.port, build.connections, path)
    time.sleep(_SETTLE)
    server, database = tree_seconds(build.pid) - server, tree_seconds(ground.database_pid) - database
    return _round(outcome, server, database)


def _round(outcome: Outcome, server: float, database: float) -> Round:
    done = outcome.accepted
    if done != sum(outcome.statuses.values()):
        raise RuntimeError(f"answers other than 202: {outcome.statuses}")
    micro = 1_000_000 / done
    return Round(
        rate=done / outcome.seconds,
        server=server * micro,
        database=database * micro,
        p50=outcome.p50,
        p99=outcome.p99,
        client=outcome.cpu * micro,
    )
