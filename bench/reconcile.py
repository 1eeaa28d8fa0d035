"""`python -m bench.reconcile [--rows N …]`: the night's comparison beside three others.

They are a floor, a pandas merge and datacompy.

Both sides are generated with planted differences (`bench.night_data`). Each build runs in a process of its
own (`bench.reconcile_builds`), in turn; medians of the rounds: seconds of the comparison alone, loading
beside it, peak memory. Fails if the hub's findings are not the planted ones, record by record.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import part, table
from bench.night_data import SAID, generate
from bench.own_python import own_python
from bench.table import Bar
from hub.nightly.digests import digested
from hub.trust.seal import Sealer

_SLOW_AT_MOST: Final = 1_000_000
"""pandas and datacompy are not asked for more rows."""
_MILLION: Final = 1_000_000
_SAMPLE: Final = 20_000
Words = list[str]
Rounds = dict[str, list[dict[str, Any]]]


def main(words: Sequence[str] | None = None) -> None:
    """Entry point; `words` instead of the command line's."""
    parser = part.options("reconcile", __doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, _MILLION])
    parser.add_argument("--memory", default="2GB", help="limit of the engine")
    parser.add_argument("--spill", type=Path, help="a folder in memory or on an encrypted disk")
    parser.add_argument("--no-datacompy", dest="datacompy", action="store_false", help="leave it out")
    parser.add_argument("--data", type=Path, help="keep the generated tables here, or take them from here")
    given = parser.parse_args(words)
    part.told(_run(given), given, "reconcile")


def _run(options: argparse.Namespace) -> list[str]:
    found: dict[int, Rounds] = {}
    with _datacompy(wanted=options.datacompy) as peer:
        for rows in options.rows:
            with _tables(rows, options.data) as folder:
                found[rows] = _measured(rows, folder, options, peer)
    lines = _lines(found)
    if isinstance(peer, str):
        lines += ["", f"datacompy: skipped, {peer}."]
    return [
        *lines,
        "",
        f"Digests of a record of {len(SAID)} fields, while collecting: {_collecting():.0f} µs.",
    ]


@contextmanager
def _datacompy(*, wanted: bool) -> Iterator[Path | str]:
    if not wanted:
        yield "as asked"
        return
    table.say("datacompy: 建立环境 an environment of its own")
    with own_python("datacompy", "pandas", "pyarrow") as python:
        yield python


@contextmanager
def _tables(rows: int, kept: Path | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as passing:
        folder = kept / str(rows) if kept else Path(passing)
        if not (folder / "listed.parquet").exists():
            table.say(f"{rows:,}: 生成 generating")
            folder.mkdir(parents=True, exist_ok=True)
            generate(folder, rows)
        yield folder


def _measured(rows: int, folder: Path, options: argparse.Namespace, peer: Path | str) -> Rounds:
    spill = [str(options.spill)] if options.spill else []
    builds: dict[str, Words] = {
        name: [
            sys.executable,
            "-m",
            "bench.reconcile_builds",
            name,
            str(folder),
            str(rows),
            options.memory,
            *spill,
        ]
        for name in ("floor", "hub", "pandas merge")
        if name != "pandas merge" or rows <= _SLOW_AT_MOST
    }
    found: Rounds = {name: [] for name in builds}
    for n in range(options.rounds):
        for name, words in builds.items():
            found[name].append(_apart(rows, name, words, f"{n + 1}/{options.rounds}"))
    if isinstance(peer, Path) and rows <= _SLOW_AT_MOST:
        script = Path(__file__).with_name("peer_datacompy.py")
        found["datacompy, one round"] = [
            _apart(rows, "datacompy", [str(peer), str(script), str(folder)], "1/1")
        ]
    return found


def _apart(rows: int, name: str, words: Words, turn: str) -> dict[str, Any]:
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    one: dict[str, Any] = json.loads(done.stdout)
    table.say(f"{rows:,} {turn} {name}: {one['seconds']:.2f} s, {one['peak']} MB")
    if one["wrong"]:
        raise SystemExit(f"{rows:,} {name}: {one['wrong']} findings are not as planted")
    return one


def _lines(found: Mapping[int, Rounds]) -> list[str]:
    head = "| rows | build | compared, s | loaded, s | peak MB | / floor |"
    lines = [head, "|---|---|---|---|---|---|"]
    for rows, builds in found.items():
        floor = _of(builds["floor"], "seconds")
        for name, rounds in builds.items():
            seconds, loaded, peak = (_of(rounds, what) for what in ("seconds", "loaded", "peak"))
            lines.append(
                f"| {rows:,} | {name} | {seconds:.2f} | {loaded:.2f} | {peak:.0f} | {seconds / floor:.2f} |"
            )
    return [*lines, "", *table.bars_table(list(_bars(found)))]


def _bars(found: Mapping[int, Rounds]) -> Iterator[Bar]:
    for rows, builds in found.items():
        if rows < _MILLION:
            continue
        hub = _of(builds["hub"], "seconds")
        yield Bar(f"{rows:,} rows / floor", hub / _of(builds["floor"], "seconds"), "at most", None, 3)
        if "pandas merge" in builds:
            plain = _of(builds["pandas merge"], "seconds")
            yield Bar(f"{rows:,} rows / pandas merge", hub / plain, "at most", None, 0.2)
    for rows, builds in found.items():
        if rows == 10 * _MILLION and _MILLION in found:
            growth = _of(builds["hub"], "seconds") / _of(found[_MILLION]["hub"], "seconds")
            yield Bar("time(10 M) / time(1 M)", growth, "at most", None, 12)


def _of(rounds: Sequence[Mapping[str, Any]], what: str) -> float:
    return median(float(one[what]) for one in rounds)


def _collecting() -> float:
    """Microseconds that the digests of one document take, when its row comes in."""
    sealer = Sealer("bench", {"bench": bytes(32)}, bytes(32))
    document = {name: f"said {n}" for n, name in enumerate(SAID)}
    begin = perf_counter()
    for _ in range(_SAMPLE):
        digested(sealer, "dispute", document)
    return (perf_counter() - begin) / _SAMPLE * 1e6


if __name__ == "__main__":
    part.ends_in_order()
    main()
