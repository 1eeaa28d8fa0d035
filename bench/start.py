"""How long a hub takes from its start until it is ready, and the demo from its start to its verdict.

`python -m bench --part start [--demos N]`. The database exists. In turn: its server is down and is started
too, as on a machine that has just booted; its server runs already. The demo is run once before it is
measured.
"""

import argparse
import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final

from bench import part, table
from bench.ground import Ground, place, registered
from bench.table import Bar
from hub.settings import Settings
from hub.store.address import serving
from hub.store.embedded import remove_data_dir

DOWN, RUNNING, DEMO = "ready, database down before", "ready, database running", "demo"
_READY_BAR: Final = 5
_DEMO_BAR: Final = 60
Times = dict[str, list[float]]


def main(words: Sequence[str]) -> None:
    """Entry point of this part."""
    parser = part.options("start", __doc__)
    parser.add_argument("--demos", type=int, default=3, help="measured runs of the demo; 0: none")
    given = parser.parse_args(words)
    part.told(_lines(asyncio.run(_run(given))), given, "start")


async def _run(given: argparse.Namespace) -> Times:
    table.say("正在准备 · preparing: database")
    found: Times = {DOWN: [], RUNNING: []}
    with place() as folder:
        async with registered(folder) as ground:
            pass
        for n in range(given.rounds + 1):
            one = await _started(ground)
            if n:  # the first brings the files into memory
                for name, seconds in one.items():
                    found[name].append(seconds)
            table.say(f"{n}/{given.rounds}: " + ", ".join(f"{name} {s:.1f} s" for name, s in one.items()))
        if given.demos:
            found[DEMO] = _demos(folder / "demo", given.demos)
    return found


async def _started(ground: Ground) -> dict[str, float]:
    """One start of each kind."""
    down = await asyncio.to_thread(_ready, ground)
    async with serving(Settings(data_dir=ground.data_dir)):
        return {DOWN: down, RUNNING: await asyncio.to_thread(_ready, ground)}


def _ready(ground: Ground) -> float:
    begin = perf_counter()
    with ground.hub():
        return perf_counter() - begin


def _demos(folder: Path, amount: int) -> list[float]:
    """What `make demo` runs once its environment is there."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    words = [sys.executable, "-m", "hub.cli", "demo", "--dir", str(folder)]
    found = []
    try:
        for n in range(amount + 1):
            begin = perf_counter()
            subprocess.run(words, env={**kept, "LANG": "C.UTF-8"}, check=True, stdout=subprocess.DEVNULL)
            found.append(perf_counter() - begin)
            table.say(f"demo {n}/{amount}: {found[-1]:.0f} s")
    finally:
        remove_data_dir(folder / "hub")
    return found[1:]


def _lines(found: Mapping[str, Sequence[float]]) -> list[str]:
    lines = ["| from the start | s, median | s, longest |", "|---|---|---|"]
    for name, seconds in found.items():
        lines.append(f"| {name} | {median(seconds):.1f} | {max(seconds):.1f} |")
    limits = {DOWN: _READY_BAR, RUNNING: _READY_BAR, DEMO: _DEMO_BAR}
    bars = [
        Bar(f"{name}, s", median(seconds), "at most", None, limits[name]) for name, seconds in found.items()
    ]
    return [*lines, "", *table.bars_table(bars)]
