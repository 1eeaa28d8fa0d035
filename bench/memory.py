"""What the API process holds in memory: while it takes a large file beside messages, and in the long run.

`python -m bench --part memory [--megabytes N] [--messages N]`. First a file is uploaded in parts while runs
of messages, 32 in flight, follow one another; the peak is the kernel's own figure. Then, in a fresh
process, messages are taken and delivered by push; after every twentieth of them what is resident is read,
and the slope of each half computed. The bars: the larger of both peaks, and the slope of the second half.
"""

import argparse
import asyncio
import os
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression
from typing import Final, NamedTuple

from bench import messages, part, rounds, table, way_out
from bench.ground import UNHURRIED, Ground, prepared
from bench.rounds import Build
from bench.table import Bar
from bench.way_out import PUSHED, PUSHES, Delivered, requests_to
from hub.client.agent import Agent

_MEGA: Final = 1_000_000
_BAR: Final = 250
_STEADY: Final = 10
"""MB that a million messages more may leave behind, once the process is warm."""
_WARM: Final = 400
_BATCH: Final = 2000
_WAITING: Final = "3105"
_POINTS: Final = 20
_MOST: Final = 10_000
"""Messages of one run of the generator: their signatures must not be stale before they are sent."""


class Point(NamedTuple):
    """Bytes resident after so many messages."""

    messages: int
    resident: int


class Growing(NamedTuple):
    """What was resident in the long run, and the peak of that process."""

    points: list[Point]
    peak: int


@dataclass(frozen=True, slots=True)
class Uploading:
    """Bytes resident before the upload, at the peak; what was taken meanwhile."""

    before: int
    peak: int
    file: int
    messages: int


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = argparse.ArgumentParser(prog="python -m bench --part memory", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2000, help="size of the file")
    parser.add_argument("--messages", type=int, default=100_000, help="taken and delivered in the long run")
    parser.add_argument("--no-write", dest="write", action="store_false", help="leave README.md as it is")
    given = parser.parse_args(words)
    part.told(asyncio.run(_run(given)), given, "memory")


async def _run(given: argparse.Namespace) -> list[str]:
    table.say("正在准备 · preparing: database, hub, receiver")
    async with prepared({**UNHURRIED, **PUSHES}) as ground:
        port = await asyncio.to_thread(way_out.register, ground)
        with ground.hub() as hub:
            uploading = await _uploading(ground, hub, given.megabytes * _MEGA)
        async with AsyncExitStack() as stack:
            hub = stack.enter_context(ground.hub())
            arrivals = await stack.enter_async_context(way_out.pushed(ground, port))
            build = Build("pushed", ground.port, hub, requests_to(ground, PUSHED), settle=0.0)
            growing = await _growing(ground, Delivered(build, arrivals), given.messages)
    return _lines(uploading, growing)


async def _uploading(ground: Ground, hub: int, size: int) -> Uploading:
    """Upload a file with 32 messages in flight until it is complete."""
    requests = messages.addressed(ground.identity("police-sys"), _WAITING)
    build = Build("beside", ground.port, hub, requests, settle=0.0)
    await rounds.play(ground, build, _WARM)
    before, taken = _resident(hub), 0
    file = await asyncio.to_thread(_file, ground.folder / "large", size)
    async with Agent(ground.identity(build.system)) as agent:
        upload = asyncio.create_task(agent.upload(file))
        while not upload.done():
            await rounds.play(ground, build, _BATCH)
            taken += _BATCH
            table.say(f"{taken:,} messages beside the upload: peak {_peak(hub) / _MEGA:.0f} MB")
        await upload
    file.unlink()
    return Uploading(before, _peak(hub), size, taken)


def _file(path: Path, size: int) -> Path:
    """A file of that size that does not compress."""
    block = os.urandom(_MEGA)
    with path.open("wb") as file:
        for n in range(0, size, _MEGA):
            file.write(n.to_bytes(8) + block[8 : min(_MEGA, size - n)])
    return path


async def _growing(ground: Ground, delivered: Delivered, amount: int) -> Growing:
    """Take and deliver so many messages; what is resident at each twentieth, once it is warm."""
    hub = delivered.build.pid
    await way_out.play(ground, delivered, _WARM)
    points, taken = [Point(0, _resident(hub))], 0
    stretch = max(delivered.build.connections, amount // _POINTS)
    while taken < amount:
        until = min(amount, taken + stretch)
        while taken < until:
            batch = min(_MOST, until - taken)
            await way_out.play(ground, delivered, batch)
            taken += batch
        points.append(Point(taken, _resident(hub)))
        table.say(f"{taken:,} messages: {points[-1].resident / _MEGA:.1f} MB")
    return Growing(points, _peak(hub))


def _resident(pid: int) -> int:
    return _status(pid, "VmRSS")


def _peak(pid: int) -> int:
    return _status(pid, "VmHWM")


def _status(pid: int, name: str) -> int:
    """A figure of `/proc/<pid>/status` in bytes."""
    found = re.search(rf"^{name}:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"/proc/{pid}/status has no {name}")
    return int(found[1]) * 1024


def _slope(points: Sequence[Point]) -> float:
    """Bytes a message, by least squares."""
    return linear_regression([p.messages for p in points], [p.resident for p in points]).slope


def _lines(uploading: Uploading, growing: Growing) -> list[str]:
    points, half = growing.points, len(growing.points) // 2
    file = f"A file of {uploading.file / 1e9:g} GB beside {uploading.messages:,} messages, 32 in flight: "
    held = f"{uploading.before / _MEGA:.0f} MB before, {uploading.peak / _MEGA:.0f} MB at the peak."
    lines = [
        file + held,
        "",
        "| messages taken and delivered | resident before, MB | after, MB | bytes a message |",
        "|---|---|---|---|",
    ]
    for some in (points[: half + 1], points[half:]):
        first, last = some[0], some[-1]
        sizes = f"{first.resident / _MEGA:.1f} | {last.resident / _MEGA:.1f}"
        lines.append(f"| {first.messages:,} to {last.messages:,} | {sizes} | {_slope(some):+.1f} |")
    lines += ["", f"The process that took and delivered them: {growing.peak / _MEGA:.0f} MB at the peak."]
    peak, slope = max(uploading.peak, growing.peak) / _MEGA, _slope(points[half:])
    bars = [
        Bar("API process at its peak, MB", peak, "at most", None, _BAR),
        # A byte a message is a megabyte a million.
        Bar("steady: growth of the second half, MB a million messages", slope, "at most", None, _STEADY),
    ]
    return [*lines, "", *table.bars_table(bars)]
