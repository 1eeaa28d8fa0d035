"""Splink on DuckDB: from features to scored pairs. Beside `on_spark` the only module that touches Splink.

Names are in this process's memory and, where that does not suffice, where `hub.nightly.spill` lets them be.
What comes out names disputes and levels only.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
from splink import DuckDBAPI, Linker

from hub.nightly import spill
from hub.nightly.linkage.comparisons import COMPARISONS
from hub.nightly.linkage.keys import CROWD, meeting
from hub.nightly.linkage.model import Model, settings
from hub.nightly.linkage.records import Compared

MEMORY: Final = "2GB"
_AT_ONCE: Final = 50_000
"""Records made into a table in one piece."""
_SIDE: Final = 250_000
"""Disputes whose pairs are held at once."""
_FOLDER: Final = "linkage-tmp"
_DIGITS: Final = 6
WORDS: Final = (
    "names",
    "pinyins",
    "skeletons",
    "ids",
    "phones",
    "doors",
    "roads",
    "buildings",
    "communities",
)
"""Features that are sets of texts."""
COLUMNS: Final = (
    "id_l",
    "id_r",
    "source_l",
    "source_r",
    "match_weight",
    "match_probability",
    *(f"gamma_{c.name}" for c in COMPARISONS),
)
"""What is read of Splink's pairs: as `scored` takes them."""
_FEATURES: Final = pa.schema(
    [
        ("id", pa.string()),
        ("source", pa.string()),
        ("fresh", pa.bool_()),
        *((name, pa.list_(pa.string())) for name in WORDS),
        ("district", pa.string()),
        ("amount", pa.float64()),
        ("type", pa.string()),
        ("day", pa.date32()),
    ]
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Two disputes that share a key, how they compare, and what that weighs."""

    left: str
    right: str
    left_source: str
    right_source: str
    weight: float
    probability: float
    levels: Mapping[str, int]
    """Comparison → level as Splink numbers it."""


@contextmanager
def workshop(
    data_dir: Path, memory: str = MEMORY, safe: Path | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory; its folder in `data_dir` is emptied first and gone afterwards.

    `safe` is another folder to spill into, as `spill.database` takes it.
    """
    home = data_dir / _FOLDER
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    try:
        with spill.database(home, memory, safe) as connection:
            yield connection
    finally:
        shutil.rmtree(home, ignore_errors=True)


def score(
    connection: duckdb.DuckDBPyConnection,
    records: Sequence[Compared],
    model: Model,
    floor: float = 0.0,
    crowd: int = CROWD,
) -> list[Scored]:
    """Pairs of at least this probability, by their ids. More than `crowd` with one key: see `keys`."""
    if len(records) < 2:
        return []
    database = DuckDBAPI(connection)
    linker = Linker(database.register(table(connection, records, crowd)), settings(model), log_level=None)
    found = linker.inference.predict(
        threshold_match_probability=floor or None,
        warning_mode="never",
        num_chunks_left=len(records) // _SIDE + 1,
    ).as_duckdbpyrelation()
    rows = found.select(", ".join(COLUMNS)).order("id_l, id_r").fetchall()
    database.delete_tables_created_by_splink_from_db()  # type: ignore[no-untyped-call]  # Splink's own
    return [scored(row) for row in rows]


def scored(row: Sequence[Any]) -> Scored:
    """A pair as Splink tells it, in the order of `COLUMNS`."""
    left, right, left_source, right_source, weight, probability, *levels = row
    told = dict(zip((c.name for c in COMPARISONS), levels, strict=True))
    sides = (left, right, left_source, right_source)
    return Scored(*sides, round(weight, _DIGITS), round(probability, _DIGITS), told)


def table(connection: duckdb.DuckDBPyConnection, records: Sequence[Compared], crowd: int = CROWD) -> pa.Table:
    """The features of the records and the keys by which they meet."""
    keys = meeting(connection, records, crowd)
    pieces = (_piece(records[n : n + _AT_ONCE]) for n in range(0, len(records), _AT_ONCE))
    return pa.Table.from_batches(pieces, schema=_FEATURES).append_column("keys", keys)


def _piece(records: Sequence[Compared]) -> pa.RecordBatch:
    columns = {name: [getattr(record, name) for record in records] for name in _FEATURES.names}
    return pa.record_batch(columns, schema=_FEATURES)
