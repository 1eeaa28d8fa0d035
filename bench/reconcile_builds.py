"""The builds that `bench.reconcile` holds side by side; each is run in a process of its own.

`python -m bench.reconcile_builds NAME FOLDER ROWS MEMORY [SPILL]` prints one line of JSON: seconds of the
comparison, seconds of loading, peak memory in MB, and of the hub what is wrong with its findings.
"""

import hashlib
import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from time import perf_counter
from typing import Any, Final, NamedTuple

import duckdb

from bench.night_data import ADDRESSES, SAID, SCOPE, Finding, opened, planted
from hub.nightly import engine

_CUT: Final = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
_BATCH: Final = 100_000


class Given(NamedTuple):
    """What a build works on."""

    folder: Path
    rows: int
    memory: str
    spill: Path | None


class Times(NamedTuple):
    """Seconds, and findings that were not planted or planted ones that were not found."""

    seconds: float
    loaded: float
    wrong: int = 0


def main() -> None:
    """Entry point."""
    name, folder, rows, memory, *spill = sys.argv[1:]
    given = Given(Path(folder), int(rows), memory, Path(spill[0]) if spill else None)
    found = BUILDS[name](given)
    print(json.dumps({**found._asdict(), "peak": getrusage(RUSAGE_SELF).ru_maxrss // 1024}))


def _floor(given: Given) -> Times:
    """DuckDB reads and hashes every column of both wide tables."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        begin = perf_counter()
        for name in ("hub", "agency"):
            connection.sql(
                f"SELECT bit_xor(hash(COLUMNS(*))) FROM '{given.folder / name}.parquet'"
            ).fetchall()
        return Times(perf_counter() - begin, 0.0)


def _hub(given: Given) -> Times:
    """The night's own comparison; records that differ are opened by their address."""
    covered = [engine.Covered(SCOPE, "unit", _CUT, complete=True)]
    folder = given.folder
    with (
        engine.engine(folder, given.memory, given.spill) as running,
        duckdb.connect() as source,
    ):
        source.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        begin = perf_counter()
        running.load("covered", engine.covered_table(covered))
        for name in ("held", "listed"):
            running.load(name, source.sql(f"FROM '{folder / name}.parquet'").to_arrow_reader(_BATCH))
        loaded = perf_counter()
        running.first()
        rows = running.rows(engine.FINDINGS)
        _open(running, folder)
        rows += running.second()
        done = perf_counter()
    return Times(done - loaded, loaded - begin, _wrong(rows, given.rows))


def _open(running: engine.Engine, folder: Path) -> None:
    differing = running.rows(engine.DIFFERING)
    for side, address in ADDRESSES.items():
        extra = {"snapshot": "s"} if side == "agency" else {}
        found = opened(folder, side, sorted({row[address] for row in differing}))
        running.load(f"{side}_wide", engine.wide([{**row, **extra} for row in found]))


def _wrong(rows: list[dict[str, Any]], amount: int) -> int:
    expected = planted(amount)
    numbers = {hashlib.sha256(number.encode()).digest(): number for _, number, *_ in expected}
    found: list[Finding] = [
        (
            row["kind"],
            numbers.get(bytes(row["key"]), "?"),
            row["field"],
            row["message"],
            row["n"],
            row["side"],
        )
        for row in rows
    ]
    return len(expected ^ set(found)) + len(found) - len(set(found))


def _pandas(given: Given) -> Times:
    """The plain way: newest version of each, outer merge on the number, every column against its twin."""
    import pandas as pd

    begin = perf_counter()
    hub, agency = (pd.read_parquet(given.folder / f"{name}.parquet") for name in ("hub", "agency"))
    loaded = perf_counter()
    hub = hub.sort_values("at").drop_duplicates("no", keep="last")
    agency = agency.drop_duplicates("no", keep="last")
    both = hub.merge(agency, how="outer", on="no", indicator="where")
    pairs = both[both["where"] == "both"]
    for name in SAID:
        pairs.loc[pairs[f"{name}_x"] != pairs[f"{name}_y"], ["no", f"{name}_x", f"{name}_y"]].to_dict(
            "records"
        )
    both.loc[both["where"] != "both", ["no", "where"]].to_dict("records")
    return Times(perf_counter() - loaded, loaded - begin)


BUILDS: Final[Mapping[str, Callable[[Given], Times]]] = {
    "floor": _floor,
    "hub": _hub,
    "pandas merge": _pandas,
}

if __name__ == "__main__":
    main()
