"""Two systems that receive in a run: one is pushed to and answers at once, one polls; and rounds with them.

A round sends as many messages as any other; it also waits until all of them have come. What a message costs
is then all of it: taken, delivered, acknowledged, in the log.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final, NamedTuple

from bench import messages
from bench.arrivals import Arrivals
from bench.ground import Ground, answering, committee, free_port
from bench.rounds import Build, Round, amount_by, round_of, run, spent, written
from hub.client.agent import Agent
from hub.client.receiving import POLL, PUSH


class Receiver(NamedTuple):
    """A registered system and the unit it receives for."""

    system: str
    unit: str


PUSHED: Final = Receiver("push-sys", "3221")
POLLED: Final = Receiver("poll-sys", "3222")
PUSHES: Final = {"LIANTIAO_PUSH_ALLOW": "127.0.0.1"}
"""Settings of a hub that may push to this machine."""


@dataclass(frozen=True, slots=True)
class Both(Round):
    """A round with its way out: `out` tokens came a second, while messages were still being taken."""

    out: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """A build whose messages go to a receiver."""

    build: Build
    arrivals: Arrivals


def register(ground: Ground) -> int:
    """Units and systems of both; answers the port that will be pushed to."""
    port = free_port()
    ground.units(committee(PUSHED.unit) + committee(POLLED.unit))
    ground.add(PUSHED.system, "justice", (PUSHED.unit,), "--push", f"http://127.0.0.1:{port}/")
    ground.add(POLLED.system, "justice", (POLLED.unit,))
    return port


@asynccontextmanager
async def pushed(ground: Ground, port: int) -> AsyncIterator[Arrivals]:
    """The receiver that is pushed to, with its stream; the hub must be there."""
    path = ground.folder / "pushed"
    words = ("-m", "bench.sink", str(port), str(path))
    with ground.process("sink", *words, ready=answering(f"http://127.0.0.1:{port}/")):
        async with Agent(ground.identity(PUSHED.system)) as agent:
            await agent.create_stream(PUSH, f"http://127.0.0.1:{port}/events")
        yield Arrivals(path)


@asynccontextmanager
async def polled(ground: Ground) -> AsyncIterator[Arrivals]:
    """The receiver that polls, with its stream; the hub must be there."""
    path, config = ground.folder / "polled", ground.folder / "drainer.json"
    key = ground.keys[POLLED.system]
    config.write_text(json.dumps({"issuer": ground.issuer, "system": POLLED.system, "key": key}), "utf-8")
    async with Agent(ground.identity(POLLED.system)) as agent:
        await agent.create_stream(POLL)
    with ground.process("drainer", "-m", "bench.drainer", str(config), str(path), ready=path.exists):
        yield Arrivals(path)


def requests_to(ground: Ground, receiver: Receiver) -> messages.Requests:
    """Messages of the police to a receiver."""
    return messages.addressed(ground.identity("police-sys"), receiver.unit)


async def play(ground: Ground, delivered: Delivered, amount: int) -> Both:
    """One round, from its first message to the last acknowledgement."""
    build = delivered.build
    path = await written(ground, build, amount)
    before = spent(ground, build)
    outcome = await run(build, path)
    came = await delivered.arrivals.until(outcome.accepted)
    await asyncio.sleep(build.settle)
    one = round_of(outcome, before, spent(ground, build))
    end = outcome.began + outcome.seconds
    return Both(**asdict(one), out=sum(a.at <= end for a in came) / outcome.seconds)


async def amount_for(ground: Ground, delivered: Delivered, first: int, seconds: float) -> int:
    """How many messages take about so long, as `rounds.amount_for`."""
    return await amount_by(partial(play, ground, delivered), delivered.build, first, seconds)
