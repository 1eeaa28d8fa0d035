"""Two API workers and a delivery worker on one database: how quick at 64 in flight, and whether they agree.

`python -m bench --part workers`. In turn: the do-nothing build, also at 64 in flight; the two workers with
messages for a system that does not ask for them; the same with messages that are pushed meanwhile. At the
end some are sent twice at the same moment. What was answered is held against what is stored, logged and
delivered.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from bench import books, messages, part, rounds, table, way_out
from bench.builds import nothing
from bench.ground import UNHURRIED, Ground, prepared
from bench.messages import Requests
from bench.rounds import Build, Series
from bench.table import Bar, over
from bench.way_out import PUSHED, PUSHES, Delivered, requests_to

WORKERS: Final = 2
IN_FLIGHT: Final = 64
SENDER: Final = "police-sys"
_WAITING: Final = "3105"
_FIRST: Final = 800
_FIRST_NOTHING: Final = 4000
_TWINS: Final = 500
_BAR: Final = 0.26


@dataclass(frozen=True, slots=True)
class Scene:
    """What takes turns: do-nothing, messages that wait for their receiver, messages that are delivered."""

    ground: Ground
    floor: Build
    waiting: Build
    delivered: Delivered


@dataclass(slots=True)
class Found:
    """All rounds, and what the books came to."""

    floor: Series = field(default_factory=Series)
    waiting: Series = field(default_factory=Series)
    delivered: Series = field(default_factory=Series)
    held: str = ""


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("workers", __doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a build's part of a round")
    given = parser.parse_args(words)
    part.told(_lines(asyncio.run(_run(given))), given, "workers")


async def _run(given: argparse.Namespace) -> Found:
    found = Found()
    async with _scene() as scene:
        ground, delivered = scene.ground, scene.delivered
        few = await rounds.amount_for(ground, scene.floor, _FIRST_NOTHING, given.seconds)
        waiting = await rounds.amount_for(ground, scene.waiting, _FIRST, given.seconds)
        both = await way_out.amount_for(ground, delivered, _FIRST, given.seconds)
        for n in range(1, given.rounds + 1):
            found.floor.rounds.append(await rounds.play(ground, scene.floor, few))
            found.waiting.rounds.append(await rounds.play(ground, scene.waiting, waiting))
            found.delivered.rounds.append(await way_out.play(ground, delivered, both))
            told = ", ".join(f"{s.rounds[-1].rate:.0f}/s" for s in (found.waiting, found.delivered))
            table.say(f"{n}/{given.rounds}: {told}")
        found.held = await _held(scene)
    return found


@asynccontextmanager
async def _scene() -> AsyncIterator[Scene]:
    table.say("正在准备 · preparing: database, two API workers, delivery worker, receiver, do-nothing build")
    async with prepared({**UNHURRIED, **PUSHES}) as ground, AsyncExitStack() as stack:
        port = await asyncio.to_thread(way_out.register, ground)
        hub = stack.enter_context(ground.hub("--workers", str(WORKERS), "--no-delivery"))
        worker = stack.enter_context(ground.delivery())
        arrivals = await stack.enter_async_context(way_out.pushed(ground, port))
        pushed = requests_to(ground, PUSHED)
        floor = stack.enter_context(nothing(ground, pushed, IN_FLIGHT))
        answers = ground.folder / "answers"
        build = Build("pushed", ground.port, hub, pushed, SENDER, IN_FLIGHT, (worker,), answers=answers)
        kept = messages.addressed(ground.identity(SENDER), _WAITING)
        waiting = replace(build, name="waiting", requests=kept)
        yield Scene(ground, floor, waiting, Delivered(build, arrivals))


async def _held(scene: Scene) -> str:
    """Send some messages twice, then hold everything against everything."""
    ground, build, arrivals = scene.ground, scene.delivered.build, scene.delivered.arrivals
    await rounds.play(ground, replace(build, requests=_twice(build.requests)), _TWINS)
    await arrivals.until(_TWINS)
    await asyncio.sleep(build.settle)
    said = await asyncio.to_thread(books.answered, ground.folder / "answers")
    return await books.held(ground, SENDER, said, PUSHED.system, arrivals)


def _twice(requests: Requests) -> Requests:
    """Each request two times, one behind the other: two connections have them at the same moment."""

    def doubled(token: str, amount: int) -> Iterator[bytes]:
        for request in requests(token, amount):
            yield request
            yield request

    return doubled


def _lines(found: Found) -> list[str]:
    rate, cpu = found.floor.of("rate"), found.floor.of("server")
    lines = [
        "| messages | in / do-nothing | out / do-nothing | hub CPU / same | + PostgreSQL | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, series in (
        ("wait for their receiver", found.waiting),
        ("are delivered meanwhile", found.delivered),
    ):
        out = f"{series.of('out') / rate:.3f}" if series is found.delivered else ""
        numbers = (over(series.of("server"), cpu), over(series.cpu, cpu), series.of("p50"), series.of("p99"))
        texts = " | ".join(f"{number:.1f}" for number in numbers)
        lines.append(f"| {name} | {series.of('rate') / rate:.3f} | {out} | {texts} |")
    bars = [
        Bar("two workers / do-nothing", found.waiting.of("rate") / rate, "at least", None, _BAR),
        Bar(
            "two workers, delivered meanwhile / do-nothing",
            found.delivered.of("rate") / rate,
            "at least",
            None,
            _BAR,
        ),
    ]
    return [*lines, "", *table.bars_table(bars), "", found.held]
