"""Taking messages in with many stored, against a hub that has none; 10 million computed from the slope.

`python -m bench --part stored [--messages N]`. Two hubs with a database server each take turns. One was
filled (`bench.fill`) out of messages that it took and delivered. Both have the same number of new ones in a
round.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import Final

from bench import fill, messages, part, rounds, table, way_out
from bench.ground import UNHURRIED, Ground, prepared
from bench.rounds import Build, Series
from bench.table import Bar, over
from bench.way_out import PUSHED, PUSHES, Delivered, requests_to
from hub.client.agent import Agent

EMPTY, FILLED = "none", "filled"
_FIRST: Final = 400
_BAR: Final = 0.9
_FAR: Final = 10_000_000
_GIGA: Final = 1e9
_SIZE: Final = "SELECT pg_database_size(current_database())"


@dataclass(frozen=True, slots=True)
class Side:
    """A hub with a server of its own."""

    ground: Ground
    build: Build


@dataclass(slots=True)
class Measured:
    """All rounds of one side; bytes of write-ahead log a message in each."""

    series: Series = field(default_factory=Series)
    logged: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """Both sides; how many messages the filled one held before the rounds, and in how many bytes."""

    stored: int
    size: int
    sides: Mapping[str, Measured]

    @property
    def ratio(self) -> float:
        """The rate with so many stored over that with none."""
        empty, filled = (self.sides[name].series.of("rate") for name in (EMPTY, FILLED))
        return filled / empty

    def computed(self, stored: float) -> float:
        """The same for another number, if each one more costs the same, and none costs less than nothing."""
        dearer = max(0.0, 1 / self.ratio - 1)
        return 1 / (1 + dearer * stored / self.stored)


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("stored", __doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a side's part of a round")
    parser.add_argument("--messages", type=int, default=100_000, help="stored before the rounds")
    parser.add_argument("--seeds", type=int, default=1000, help="messages taken and delivered to copy from")
    given = parser.parse_args(words)
    part.told(_lines(asyncio.run(_run(given))), given, "stored")


async def _run(given: argparse.Namespace) -> Result:
    table.say("正在准备 · preparing: two hubs, each with its database")
    settings = {**UNHURRIED, **PUSHES}
    async with prepared(settings) as empty, prepared(settings) as filled:
        stored = await _filled(filled, given)
        size = await _asked(filled, _SIZE) - await _asked(empty, _SIZE)
        async with _sides({EMPTY: empty, FILLED: filled}) as sides:
            return Result(stored, size, await _measured(sides, given))


async def _filled(ground: Ground, given: argparse.Namespace) -> int:
    """Fill a ground; nobody is pushed to any more afterwards."""
    port = await asyncio.to_thread(way_out.register, ground)
    before = await fill.rows(ground)
    with ground.hub() as hub:
        async with way_out.pushed(ground, port) as arrivals:
            seeds = Delivered(Build("seeds", ground.port, hub, requests_to(ground, PUSHED)), arrivals)
            await way_out.play(ground, seeds, given.seeds)
        async with Agent(ground.identity(PUSHED.system)) as agent:
            await agent.delete_stream()
    return await fill.fill(ground, before, given.messages, table.say)


@asynccontextmanager
async def _sides(grounds: Mapping[str, Ground]) -> AsyncIterator[dict[str, Side]]:
    async with AsyncExitStack() as stack:
        sides = {}
        for name, ground in grounds.items():
            hub = stack.enter_context(ground.hub())
            requests = partial(messages.requests, ground.identity("police-sys"))
            sides[name] = Side(ground, Build(name, ground.port, hub, requests))
        yield sides


async def _measured(sides: Mapping[str, Side], given: argparse.Namespace) -> dict[str, Measured]:
    """Interleaved rounds. Each server has just vacuumed and written everything out.

    What is touched first costs a page, and what was counted last decides how it is looked for.
    """
    amount = 0
    for side in sides.values():
        amount = max(amount, await rounds.amount_for(side.ground, side.build, _FIRST, given.seconds))
        for statement in ("VACUUM (ANALYZE)", "CHECKPOINT"):
            await _asked(side.ground, statement)
    found = {name: Measured() for name in sides}
    for n in range(1, given.rounds + 1):
        for name, side in sides.items():
            before = await _logged(side.ground)
            one = await rounds.play(side.ground, side.build, amount)
            found[name].series.rounds.append(one)
            found[name].logged.append((await _logged(side.ground) - before) / amount)
            table.say(f"{n}/{given.rounds} {name}: {one.rate:.0f}/s, {found[name].logged[-1] / 1000:.0f} KB")
    return found


async def _logged(ground: Ground) -> int:
    return await _asked(ground, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")


async def _asked(ground: Ground, question: str) -> int:
    admin = await ground.address.connect("admin")
    try:
        return int(await admin.fetchval(question) or 0)
    finally:
        await admin.close()


def _lines(found: Result) -> list[str]:
    none = found.sides[EMPTY].series
    rate, cpu = none.of("rate"), none.of("server")
    lines = [
        "| stored | rate / none | hub CPU / none | PostgreSQL CPU | WAL KB a message | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, measured in found.sides.items():
        series = measured.series
        database = over(series.of("database"), none.of("database"))
        numbers = (series.of("rate") / rate, over(series.of("server"), cpu), database)
        texts = " | ".join(f"{number:.2f}" for number in numbers)
        kept = "none" if name == EMPTY else f"{found.stored:,}"
        times = f"{series.of('p50'):.1f} | {series.of('p99'):.1f}"
        lines.append(f"| {kept} | {texts} | {median(measured.logged) / 1000:.1f} | {times} |")
    bar = Bar(f"rate with {found.stored:,} stored / with none", found.ratio, "at least", None, _BAR)
    far = (
        f"Computed for {_FAR:,} stored, if each one more costs the same: {found.computed(_FAR):.2f} of none, "
    )
    disk = f"{found.size / found.stored * _FAR / _GIGA:.0f} GB of disk."
    return [*lines, "", *table.bars_table([bar]), "", far + disk]
