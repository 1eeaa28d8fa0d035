"""What one agency at fifty times its rate and a receiver that never answers do to the others, as ratios.

`python -m bench --part flood`. Four agencies send at the same pace throughout, to a receiver that answers at
once. In a round there is first nothing but them (quiet); then a fifth sends fifty times as much as each of
them, to a black hole: as much as the settings let it (flood), then with a rate of its own in `rate-limits`
(held). What counts is what the four see: from the timetable to the 202, and from there to their receiver.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from bench import paced, part, table
from bench.ground import Ground, committee, prepared
from bench.messages import rendered
from bench.paced import Answered, Timed
from bench.receivers import Awake, BlackHole
from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, sign
from hub.client.receiving import PUSH
from hub.client.session import Identity

TIMES: Final = 50
HELD: Final = 4
"""The flooding agency's own rate when it has one, in rates of the others."""

OTHERS: Final = {f"agency-{n}": str(n) for n in range(3211, 3215)}
FLOODER, AWAKE, SILENT = "agency-3220", "agency-3221", "agency-3222"
ROOMS: Final = {**OTHERS, FLOODER: "3220", AWAKE: "3221", SILENT: "3222"}
PHASES: Final = ("quiet", "flood", "held")
LEAD: Final = 3.0
"""Seconds for which the flood is on before the four begin: what a full bucket holds at once has passed."""

_CALM, _FLOOD = 0, 1
_ARRIVE: Final = 60.0
_DOCUMENT: Final = {
    "schema": "liantiao/1",
    "action": "register",
    "origin": "police_call",
    "dispute_type": "2",
    "matters": [{"no": 1, "text": "相邻排水"}],
    "facts": "堵塞共用排水沟",
    "place": {"text": "测试镇一号村"},
    "parties": [
        {
            "ref": "p1",
            "kind": "person",
            "role": "side_a",
            "name": "郑测一",
            "id_number": "500000196803059010",
        },
        {
            "ref": "p2",
            "kind": "person",
            "role": "side_b",
            "name": "冯测二",
            "id_number": "500000197511209026",
        },
    ],
}


@dataclass(slots=True)
class Seen:
    """What the four saw of one phase in all rounds, in milliseconds; what became of the flood."""

    answered: list[float] = field(default_factory=list)
    delivered: list[float] = field(default_factory=list)
    flood: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Scene:
    """A ground with its receivers. `rate`: messages a second of each of the four."""

    ground: Ground
    awake: Awake
    hole: BlackHole
    rate: float
    seconds: float


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("flood", __doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a phase of a round")
    parser.add_argument("--rate", type=float, default=2.0, help="messages a second of each of the four")
    given = parser.parse_args(words)
    part.told(asyncio.run(_run(given)), given, "flood")


async def _run(options: argparse.Namespace) -> list[str]:
    seen = {phase: Seen() for phase in PHASES}
    async with _scene(options) as scene:
        await _phase(scene, "quiet", Seen())  # warm
        for n in range(1, options.rounds + 1):
            for phase, found in seen.items():
                await _phase(scene, phase, found)
                told = " / ".join(f"{percentile(v, 0.99):.1f}" for v in (found.answered, found.delivered))
                table.say(f"{n}/{options.rounds} {phase}: p99 so far {told} ms, flood {dict(found.flood)}")
        pushed = scene.hole.connections
    return [*_lines(seen), "", f"{pushed} connections went into the black hole and never got an answer."]


@asynccontextmanager
async def _scene(options: argparse.Namespace) -> AsyncIterator[Scene]:
    async with AsyncExitStack() as stack:
        table.say("正在准备 · preparing: database, hub, seven systems")
        ground = await stack.enter_async_context(prepared())
        awake = await stack.enter_async_context(Awake().listening())
        hole = await stack.enter_async_context(BlackHole().listening())
        ground.settings["LIANTIAO_PUSH_ALLOW"] = "127.0.0.1"
        await asyncio.to_thread(_register, ground, {AWAKE: awake.port, SILENT: hole.port})
        await asyncio.to_thread(stack.enter_context, ground.hub())
        for system, port in ((AWAKE, awake.port), (SILENT, hole.port)):
            async with Agent(ground.identity(system)) as agent:
                await agent.create_stream(PUSH, f"http://127.0.0.1:{port}/events")
        yield Scene(ground, awake, hole, options.rate, options.seconds)


def _register(ground: Ground, ports: dict[str, int]) -> None:
    ground.units("".join(map(committee, ROOMS.values())))
    for system, code in ROOMS.items():
        push = ("--push", f"http://127.0.0.1:{ports[system]}/") if system in ports else ()
        ground.add(system, "justice", (code,), *push)


async def _phase(scene: Scene, phase: str, found: Seen) -> None:
    """One phase of one round; what the four saw is added to `found`."""
    ground = scene.ground
    await asyncio.to_thread(_hold, scene, phase == "held")
    timetable = [t for n, system in enumerate(OTHERS) for t in await _paced(scene, system, n)]
    if phase != "quiet":
        timetable += await _paced(scene, FLOODER, 0)
    answers = await asyncio.to_thread(paced.fire, ground.port, ground.folder / "timetable", timetable)
    calm = [a for a in answers if a.group == _CALM]
    if any(a.status != 202 for a in calm):
        raise RuntimeError(f"one of the four was refused: {Counter(a.status for a in calm)}")
    found.answered += [a.latency for a in calm]
    found.delivered += await _arrivals(scene.awake, calm)
    found.flood += Counter(a.status for a in answers if a.group == _FLOOD)


def _hold(scene: Scene, own: bool) -> None:
    value = {FLOODER: HELD * scene.rate} if own else {}
    file = scene.ground.folder / "rates.json"
    file.write_text(
        json.dumps([{"name": "rate-limits", "valid_from": "2026-01-01", "value": value}]), "utf-8"
    )
    scene.ground.command("config", "import", str(file))


async def _paced(scene: Scene, system: str, offset: int) -> list[Timed]:
    """A system's timetable: evenly spaced, the four a little apart from each other."""
    flood = system == FLOODER
    rate = scene.rate * (TIMES if flood else 1)
    amount = int(rate * (scene.seconds + LEAD * flood))
    token = await scene.ground.token(system)
    to = ROOMS[SILENT if flood else AWAKE]
    requests = await asyncio.to_thread(list, _requests(scene.ground.identity(system), token, to, amount))
    start = 0.0 if flood else LEAD + offset / (rate * len(OTHERS))
    group = _FLOOD if flood else _CALM
    return [Timed(start + n / rate, group, request) for n, request in enumerate(requests)]


def _requests(identity: Identity, token: str, to: str, amount: int) -> Iterator[bytes]:
    now = datetime.now(UTC)
    at = now.isoformat(timespec="seconds")
    body = json.dumps({**_DOCUMENT, "business_time": at, "reported_at": at}).encode()
    for _ in range(amount):
        envelope = Envelope(ROOMS[identity.client_id], "dispute", "mediation", SHARED_FORM, to)
        yield rendered(token, sign(envelope, body, identity, lambda: now).headers(), body)


async def _arrivals(awake: Awake, calm: Sequence[Answered]) -> list[float]:
    """Milliseconds from each 202 to the receiver; a token may well be there before its 202."""
    wanted = {a.message: a.at for a in calm if a.message}
    async with asyncio.timeout(_ARRIVE):
        await awake.until(wanted.keys())
    return [(awake.arrived[message] - at) * 1000 for message, at in wanted.items()]


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    return sorted(values)[int(len(values) * share)]


def _lines(seen: dict[str, Seen]) -> list[str]:
    lines = [
        "| | 202, p50 / p99 ms | / quiet | delivery, p50 / p99 ms | / quiet | flood: 202 / 429 |",
        "|---|---|---|---|---|---|",
    ]
    quiet = seen["quiet"]
    for phase, found in seen.items():
        answered, first = _pair(found.answered, quiet.answered)
        delivered, second = _pair(found.delivered, quiet.delivered)
        taken, refused = found.flood[202], found.flood.total() - found.flood[202]
        flood = "" if phase == "quiet" else f"{taken} / {refused}"
        lines.append(f"| {phase} | {answered} | {first:.2f} | {delivered} | {second:.2f} | {flood} |")
    held = seen["held"]
    bars = [
        table.Bar(
            "p99 of the others, held / quiet", _ratio(held.answered, quiet.answered), "at most", None, 2
        ),
        table.Bar(
            "p99 of their delivery, held / quiet", _ratio(held.delivered, quiet.delivered), "at most", None, 2
        ),
    ]
    return [*lines, "", *table.bars_table(bars)]


def _pair(values: Sequence[float], quiet: Sequence[float]) -> tuple[str, float]:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f}", _ratio(values, quiet)


def _ratio(values: Sequence[float], quiet: Sequence[float]) -> float:
    return percentile(values, 0.99) / percentile(quiet, 0.99)
