"""`python -m bench`: the way in against reference builds; prints the table, writes README.md.

`--part NAME` measures another part instead; each has its own options. README.md says what they are.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping, Sequence
from statistics import median
from typing import Final

from bench import (
    agreement,
    flood,
    linkage,
    memory,
    part,
    pgbench,
    reading,
    reconcile,
    sides,
    start,
    stored,
    table,
    workers,
)
from bench.builds import served
from bench.ground import Ground, prepared
from bench.rounds import Build, Series, amount_for, play

_FIRST = {"hub": 400, "hub, GBK XML": 300, "straightforward": 60, "nothing": 4000}
_CLIENTS = 32


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--part", choices=PARTS, default="way-in")
    chosen, words = parser.parse_known_args()
    part.ends_in_order()
    PARTS[chosen.part](words)


def _way_in(words: Sequence[str]) -> None:
    parser = part.options("way-in", __doc__)
    parser.add_argument("--seconds", type=float, default=4.0, help="length of a build's part of a round")
    parser.add_argument("--documents", type=int, default=10_000, help="documents of each kind; 0: none")
    given = parser.parse_args(words)
    lines = asyncio.run(_run(given))
    if given.documents:
        lines += ["", agreement.line(given.documents, table.say)]
    part.told(lines, given, "bench")


async def _run(options: argparse.Namespace) -> list[str]:
    table.say("正在准备 · preparing: database, hub, reference builds")
    async with prepared() as ground:
        script = await pgbench.set_up(ground)
        with served(ground) as builds:
            amounts = await _amounts(ground, builds, options.seconds)
            found = {name: Series() for name in builds}
            inserts: list[float] = []
            for n in range(1, options.rounds + 1):
                for name, build in builds.items():
                    one = await play(ground, build, amounts[name])
                    found[name].rounds.append(one)
                    table.say(f"{n}/{options.rounds} {name}: {one.rate:.0f}/s, {one.server:.0f} µs")
                inserts.append(pgbench.rate(ground, script, _CLIENTS, max(1, round(options.seconds))))
    return _lines(found, median(inserts))


async def _amounts(ground: Ground, builds: dict[str, Build], seconds: float) -> dict[str, int]:
    """Messages of each build that take about so long; the warm-up of all of them."""
    return {name: await amount_for(ground, build, _FIRST[name], seconds) for name, build in builds.items()}


def _lines(found: dict[str, Series], inserts: float) -> list[str]:
    share = table.sound(found)
    lines = table.builds_table(found)
    if share is None:
        low, high = table.FROZEN
        lines += ["", f"**Void**: the straightforward build must lie at {low}–{high} of do-nothing."]
    return [*lines, "", *table.bars_table(table.bars(found, inserts))]


PARTS: Final[Mapping[str, Callable[[Sequence[str]], None]]] = {
    "way-in": _way_in,
    "reconcile": reconcile.main,
    "linkage": linkage.main,
    "flood": flood.main,
    "reading": reading.main,
    "sides": sides.main,
    "workers": workers.main,
    "stored": stored.main,
    "memory": memory.main,
    "start": start.main,
}

if __name__ == "__main__":
    main()
