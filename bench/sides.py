"""Taking messages in while others are delivered, by push and by poll, against the do-nothing POST.

`python -m bench --part sides`. In turn: the do-nothing build; messages to a system that is pushed to, by a
delivery worker of its own (`--delivery inside`: by the API process); messages to a system that polls.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final

from bench import part, rounds, table, way_out
from bench.builds import nothing
from bench.ground import UNHURRIED, Ground, prepared
from bench.rounds import Build, Series
from bench.table import Bar, over
from bench.way_out import POLLED, PUSHED, PUSHES, Delivered, requests_to

WAYS: Final = ("push", "poll")
_FIRST: Final = 400
_FIRST_NOTHING: Final = 4000
_BAR, _AIM = 0.17, 0.20


@dataclass(frozen=True, slots=True)
class Scene:
    """What takes turns."""

    ground: Ground
    floor: Build
    ways: Mapping[str, Delivered]


@dataclass(slots=True)
class Found:
    """All rounds."""

    floor: Series = field(default_factory=Series)
    ways: dict[str, Series] = field(default_factory=lambda: {way: Series() for way in WAYS})


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("sides", __doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a build's part of a round")
    parser.add_argument("--delivery", choices=("beside", "inside"), default="beside", help="who pushes")
    given = parser.parse_args(words)
    found = asyncio.run(_run(given))
    part.told(_lines(found, given.delivery), given, "sides")


async def _run(given: argparse.Namespace) -> Found:
    found = Found()
    async with _scene(given.delivery) as scene:
        ground = scene.ground
        few = await rounds.amount_for(ground, scene.floor, _FIRST_NOTHING, given.seconds)
        amounts = {
            way: await way_out.amount_for(ground, one, _FIRST, given.seconds)
            for way, one in scene.ways.items()
        }
        for n in range(1, given.rounds + 1):
            found.floor.rounds.append(await rounds.play(ground, scene.floor, few))
            for way, delivered in scene.ways.items():
                both = await way_out.play(ground, delivered, amounts[way])
                found.ways[way].rounds.append(both)
                table.say(f"{n}/{given.rounds} {way}: {both.rate:.0f}/s in, {both.out:.0f}/s out")
    return found


@asynccontextmanager
async def _scene(delivery: str) -> AsyncIterator[Scene]:
    table.say("正在准备 · preparing: database, hub, two receivers, do-nothing build")
    async with prepared({**UNHURRIED, **PUSHES}) as ground, AsyncExitStack() as stack:
        port = await asyncio.to_thread(way_out.register, ground)
        hub, beside = stack.enter_context(_hub(ground, delivery))
        floor = stack.enter_context(nothing(ground, requests_to(ground, PUSHED)))
        pushed = await stack.enter_async_context(way_out.pushed(ground, port))
        polled = await stack.enter_async_context(way_out.polled(ground))
        ways = {
            way: Delivered(
                Build(way, ground.port, hub, requests_to(ground, receiver), beside=beside), arrivals
            )
            for way, receiver, arrivals in (("push", PUSHED, pushed), ("poll", POLLED, polled))
        }
        yield Scene(ground, floor, ways)


@contextmanager
def _hub(ground: Ground, delivery: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The API process, and the delivery worker if that is another."""
    if delivery == "inside":
        with ground.hub() as hub:
            yield hub, ()
    else:
        with ground.hub("--no-delivery") as hub, ground.delivery() as worker:
            yield hub, (worker,)


def _lines(found: Found, delivery: str) -> list[str]:
    rate, cpu = found.floor.of("rate"), found.floor.of("server")
    lines = [
        "| beside | in / do-nothing | out / do-nothing | hub CPU / same | + PostgreSQL | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for way, series in found.ways.items():
        numbers = (over(series.of("server"), cpu), over(series.cpu, cpu), series.of("p50"), series.of("p99"))
        texts = " | ".join(f"{number:.1f}" for number in numbers)
        lines.append(f"| {way} | {series.of('rate') / rate:.3f} | {series.of('out') / rate:.3f} | {texts} |")
    bars = [
        Bar(f"{what}, {way} beside it / do-nothing", series.of(name) / rate, "at least", _BAR, _AIM)
        for way, series in found.ways.items()
        for what, name in (("messages in", "rate"), ("tokens out", "out"))
    ]
    who = "the API process" if delivery == "inside" else "a delivery worker of its own"
    return [
        *lines,
        "",
        *table.bars_table(bars),
        "",
        f"Pushed by {who}; polls are answered by the API process.",
    ]
