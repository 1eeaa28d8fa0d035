"""The engine of the comparison: its tables, fed from PostgreSQL by ADBC as Arrow, and its two phases.

It knows keyed digests only. The tables lie in DuckDB (`on_duckdb`) or, by setting, in Spark (`on_spark`).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

import adbc_driver_postgresql.dbapi as adbc
import ibis
import pyarrow as pa

from hub.nightly.compare import first_phase, second_phase
from hub.nightly.on_duckdb import duckdb_store
from hub.nightly.on_spark import spark_store

MEMORY: Final = "512MB"
_HUB: Final = """
SELECT system || '|' || kind AS scope, key, message::text AS message, format, sender, received_at, at, digest
  FROM hub_row WHERE system = $1 AND kind = $2 AND key IS NOT NULL
"""
_LISTED: Final = """
SELECT s.system || '|' || s.kind AS scope, r.key, s.id::text AS snapshot, r.n, s.format, r.at, r.digest,
       r.links
  FROM snapshot s JOIN snapshot_row r ON r.snapshot = s.id
 WHERE s.day = $1::text::date AND s.agency = $2 AND s.area = $3 AND s.state = 'taken' AND r.key IS NOT NULL
"""
FIELDS: Final = pa.schema([
    ("message", pa.string()), ("snapshot", pa.string()), ("n", pa.int32()),
    ("fields", pa.list_(pa.string())), ("digests", pa.list_(pa.binary())),
])  # fmt: skip
"""Of a record that differs: its fields and their digests, one by one."""
_COVERED: Final = pa.schema([
    ("scope", pa.string()), ("sender", pa.string()), ("cut_off", pa.timestamp("us", "UTC")),
    ("complete", pa.bool_()),
])  # fmt: skip

_WIDE: Final = {
    "message": "string",
    "snapshot": "string",
    "n": "int32",
    "fields": "array<string>",
    "digests": "array<binary>",
}
_AT: Final = "timestamp('UTC', 6)"
HELD: Final = ibis.table({
    "scope": "string", "key": "binary", "message": "string", "format": "string", "sender": "string",
    "received_at": _AT, "at": _AT, "digest": "binary",
}, name="held")  # fmt: skip
LISTED: Final = ibis.table({
    "scope": "string", "key": "binary", "snapshot": "string", "n": "int32", "format": "string", "at": _AT,
    "digest": "binary", "links": "array<binary>",
}, name="listed")  # fmt: skip
COVERED: Final = ibis.table(
    {"scope": "string", "sender": "string", "cut_off": _AT, "complete": "boolean"}, name="covered"
)
HUB_WIDE: Final = ibis.table(_WIDE, name="hub_wide")
AGENCY_WIDE: Final = ibis.table(_WIDE, name="agency_wide")
DIFFERING: Final = ibis.table({
    "scope": "string", "key": "binary", "message": "string", "snapshot": "string", "n": "int32",
    "same_format": "boolean", "side": "string",
}, name="differing")  # fmt: skip
FINDINGS: Final = ibis.table({
    "kind": "string", "scope": "string", "key": "binary", "field": "string", "message": "string",
    "snapshot": "string", "n": "int32", "side": "string",
}, name="findings")  # fmt: skip
"""The engine's tables, as expressions are written over them."""


class Covered(NamedTuple):
    """A unit that a list covers, until when, and whether what the list lacks is not there."""

    scope: str
    sender: str
    cut_off: datetime
    complete: bool


class Store(Protocol):
    """Where the tables lie: Ibis expressions over them are asked of it by name."""

    def load(self, name: str, rows: Any) -> None:  # noqa: ANN401  Arrow is not typed
        """A table from an Arrow table or reader; more rows if it is there."""

    def rows(self, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401  ibis is not typed
        """What an expression over the tables comes to."""

    def make(self, name: str, expression: Any) -> None:  # noqa: ANN401  ibis is not typed
        """A table of what an expression comes to, computed once."""

    def drop(self, name: str) -> None:
        """Without this table from now on."""


@contextmanager
def engine(
    folder: Path | None = None, memory: str = MEMORY, safe: Path | None = None, where: str = "duckdb"
) -> Iterator["Engine"]:
    """An empty engine in `duckdb` or `spark`; `folder`, `memory` and `safe` as `spill.database` takes them.

    Spark's memory is Spark's own setting.
    """
    found = spark_store(folder, safe) if where == "spark" else duckdb_store(folder, memory, safe)
    with found as store:
        yield Engine(store)


class Engine:
    """Tables in, findings out."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._wide = False

    def load(self, name: str, rows: Any) -> None:  # noqa: ANN401  Arrow is not typed
        """A table from an Arrow table or reader; more rows if it is there."""
        self.store.load(name, rows)
        self._wide |= name == "hub_wide"

    def rows(self, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401  ibis is not typed
        """What an expression over the tables comes to."""
        return self.store.rows(expression)

    def first(self) -> None:
        """The first phase over `covered`, `held`, `listed`; leaves tables `findings` and `differing`."""
        listed = LISTED.select("scope", "key", "snapshot", "n", "format", "at", "digest")
        links = LISTED.mutate(link=LISTED.links.unnest()).select("scope", "key", "snapshot", "n", "link")
        found = first_phase(HELD, listed, links, lambda held: marked(held, COVERED), self._kept)
        self.store.make("differing", found.records)
        self.store.make("findings", found.findings)
        for name in ("links", "left_open", "marked", "open_listed", "latest", "last_listed"):
            self.store.drop(name)

    def second(self) -> list[dict[str, Any]]:
        """The second phase over `differing`, `hub_wide` and `agency_wide`."""
        if not self._wide:
            return []
        # A message that differs from two lists is there twice.
        ours, theirs = _unnested(HUB_WIDE), _unnested(AGENCY_WIDE)
        return self.rows(
            second_phase(DIFFERING, ours.drop("snapshot", "n").distinct(), theirs.drop("message"))
        )

    def _kept(self, name: str, expression: Any) -> Any:  # noqa: ANN401  ibis is not typed
        self.store.make(name, expression)
        return ibis.table(expression.schema(), name=name)


def marked(held: Any, covered: Any) -> Any:  # noqa: ANN401  ibis is not typed
    """The hub's records as `compare` wants them: had by the cut-off, expected in a complete list."""
    last = covered.group_by("scope").agg(cut_off=covered.cut_off.max())
    full = covered.filter(covered.complete).group_by("scope", "sender").agg(full=covered.cut_off.max())
    both = held.inner_join(last, "scope").left_join(full, ["scope", "sender"])
    return both.select(
        *(name for name in held.columns if name != "sender"),
        in_time=both.received_at <= both.cut_off,
        expected=(both.received_at <= both.full).fill_null(False),
    )


def _unnested(wide: Any) -> Any:  # noqa: ANN401  ibis is not typed
    places = wide.mutate(place=ibis.range(0, wide.fields.length()).unnest())
    return places.select(
        "message", "snapshot", "n", field=places.fields[places.place], digest=places.digests[places.place]
    )


def covered_table(rows: list[Covered]) -> Any:  # noqa: ANN401  Arrow is not typed
    """As the engine takes it."""
    return pa.Table.from_pylist([row._asdict() for row in rows], schema=_COVERED)


def stream(into: Engine, uri: str, cell: tuple[str, str, str], scopes: Sequence[tuple[str, str]]) -> None:
    """Load `held` and `listed` from PostgreSQL, batch by batch. `cell`: day, agency, area."""
    with adbc.connect(uri) as connection, connection.cursor() as cursor:
        cursor.execute(_LISTED, parameters=cell)
        into.load("listed", cursor.fetch_record_batch())
        for scope in scopes:
            cursor.execute(_HUB, parameters=scope)
            into.load("held", cursor.fetch_record_batch())


def wide(rows: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401  Arrow is not typed
    """Records with their fields, as the engine takes them."""
    return pa.Table.from_pylist([dict(row) for row in rows], schema=FIELDS)
