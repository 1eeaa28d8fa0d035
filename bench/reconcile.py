"""`python -m bench.reconcile [--rows N …]`: the night's comparison beside a floor and a pandas merge.

Both sides are generated with planted differences, as Parquet in a temporary folder; digests of numbers, no
values. Each build runs in a process of its own: seconds of the comparison alone, loading beside it, peak
memory. The floor reads and hashes every column by DuckDB. Prints a table; fails if a finding is wrong.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any, Final

import duckdb

from hub.nightly import engine

_CUT: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
_STEP: Final = 1000
_PLANTED: Final = ("missing_at_agency", "missing_at_hub", "duplicate", "stale_version", "differing")
"""Of each a record in a thousand: those whose number leaves 0, 1, … when divided by it."""
_PANDAS_AT_MOST: Final = 1_000_000
_HELD: Final = """
SELECT 'bench|dispute' AS scope, unhex(sha256('k' || i)) AS key, format('00000000-0000-7000-8000-{:012d}', i)
       AS message, 'one' AS format, 'unit' AS sender, TIMESTAMPTZ '2026-11-26 11:00+00' AS received_at,
       TIMESTAMPTZ '2026-11-25 11:00+00' AS at, unhex(sha256('d' || i)) AS digest
  FROM range(ROWS) t(i) WHERE i % 1000 <> 1
"""
_LISTED: Final = """
SELECT 'bench|dispute' AS scope, unhex(sha256('k' || i)) AS key, 's' AS snapshot, (i * 2 + c)::INTEGER AS n,
       'one' AS format,
       TIMESTAMPTZ '2026-11-25 11:00+00' - INTERVAL 1 DAY * (i % 1000 = 3)::INTEGER AS at,
       unhex(sha256(CASE WHEN i % 1000 IN (3, 4) THEN 'x' ELSE 'd' END || i)) AS digest, []::BLOB[] AS links
  FROM range(ROWS) t(i), range(2) u(c) WHERE i % 1000 <> 0 AND (c = 0 OR i % 1000 = 2)
"""
Result = dict[str, Any]


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m bench.reconcile", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--spill", type=Path, help="a folder in memory or on an encrypted disk")
    parser.add_argument("--memory", default="2GB", help="limit of the engine")
    parser.add_argument("--build", nargs=2, metavar=("NAME", "FOLDER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        name, folder = options.build
        print(json.dumps(_measured(name, Path(folder), options)))
        return
    print("| rows | build | compared, s | loaded, s | peak MB | / floor |\n|---|---|---|---|---|---|")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            _generate(Path(folder), rows)
            _table(Path(folder), rows, options)


def _generate(folder: Path, rows: int) -> None:
    with duckdb.connect() as connection:
        for name, query in (("held", _HELD), ("listed", _LISTED)):
            connection.execute(f"COPY ({query.replace('ROWS', str(rows))}) TO '{folder / name}.parquet'")


def _table(folder: Path, rows: int, options: argparse.Namespace) -> None:
    floor = 0.0
    for name in _BUILDS:
        if name == "pandas" and rows > _PANDAS_AT_MOST:
            continue
        found = _apart(name, folder, options)
        floor = floor or found["seconds"]
        seconds = found["seconds"]
        told = f"{seconds:.2f} | {found['loaded']:.2f} | {found['peak']} | {seconds / floor:.2f}"
        print(f"| {rows:,} | {name} | {told} |", flush=True)
        expected = {kind: len(range(place, rows, _STEP)) for place, kind in enumerate(_PLANTED)}
        if name == "hub" and found["findings"] != expected:
            raise SystemExit(f"findings {found['findings']}, planted {expected}")


def _apart(name: str, folder: Path, options: argparse.Namespace) -> Result:
    words = [sys.executable, "-m", "bench.reconcile", "--build", name, str(folder)]
    words += ["--memory", options.memory]
    words += ["--spill", str(options.spill)] if options.spill else []
    done = subprocess.run(words, check=True, stdout=subprocess.PIPE)
    found: Result = json.loads(done.stdout)
    return found


def _measured(name: str, folder: Path, options: argparse.Namespace) -> Result:
    found = _BUILDS[name](folder, options)
    return {**found, "peak": getrusage(RUSAGE_SELF).ru_maxrss // 1024}


def _floor(folder: Path, options: argparse.Namespace) -> Result:
    del options
    with duckdb.connect() as connection:
        begin = perf_counter()
        for name in ("held", "listed"):
            connection.sql(f"SELECT bit_xor(hash(COLUMNS(*))) FROM '{folder / name}.parquet'").fetchall()
        return {"seconds": perf_counter() - begin, "loaded": 0.0}


def _hub(folder: Path, options: argparse.Namespace) -> Result:
    covered = [engine.Covered("bench|dispute", "unit", _CUT, complete=True)]
    with (
        engine.engine(folder, options.memory, options.spill) as running,
        duckdb.connect() as source,
    ):
        begin = perf_counter()
        running.load("covered", engine.covered_table(covered))
        for name in ("held", "listed"):
            rows = source.sql(f"FROM '{folder / name}.parquet'")
            running.load(name, rows.to_arrow_reader(100_000))
        loaded = perf_counter()
        running.first()
        kinds = Counter(row["kind"] for row in running.rows(engine.FINDINGS))
        sides = Counter(row["side"] for row in running.rows(engine.DIFFERING))
        seconds = perf_counter() - loaded
    kinds += Counter(stale_version=sides["agency"], differing=sides[None])
    return {"seconds": seconds, "loaded": loaded - begin, "findings": dict(kinds)}


def _pandas(folder: Path, options: argparse.Namespace) -> Result:
    import pandas as pd

    del options
    begin = perf_counter()
    held, listed = (pd.read_parquet(folder / f"{name}.parquet") for name in ("held", "listed"))
    loaded = perf_counter()
    listed = listed.drop_duplicates(["scope", "key"], keep="last")
    both = held.merge(listed, how="outer", on=["scope", "key"], indicator="where")
    both[(both["where"] == "both") & (both["digest_x"] != both["digest_y"])].count()
    return {"seconds": perf_counter() - loaded, "loaded": loaded - begin}


_BUILDS: Final[Mapping[str, Callable[[Path, argparse.Namespace], Result]]] = {
    "floor": _floor,
    "hub": _hub,
    "pandas": _pandas,
}

if __name__ == "__main__":
    main()
