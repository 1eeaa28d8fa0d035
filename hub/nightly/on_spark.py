"""The engine's tables in Spark, and Spark itself, for a night too large for one process.

Needs `pyspark` and a Java. Where Spark runs and how much memory it takes is told to Spark itself
(`spark-defaults.conf`); what it writes to a disk or sends is encrypted, and its parts know each other by a
secret, which a cluster of Spark's own kind must be given there. No text of a record is handed to it but as a
keyed digest.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import ibis
import pyarrow as pa

from hub.errors import Misconfigured

_PATIENCE: Final = 10.0
_PAUSE: Final = 0.05
_AT_ONCE: Final = 500_000
"""Rows handed over in one piece."""


@contextmanager
def spark_store(folder: Path | None, safe: Path | None) -> Iterator["SparkStore"]:
    """An empty store in a session of its own, as `spark_session` makes it."""
    with spark_session(folder, safe) as session:
        yield SparkStore(session)


@contextmanager
def spark_session(folder: Path | None, safe: Path | None) -> Iterator[Any]:
    """A session; its scratch folder in `safe` or `folder` is gone at the end.

    Raises Misconfigured where `pyspark` is not installed.
    """
    try:
        from pyspark.sql import SparkSession
    except ImportError as e:
        said = "LIANTIAO_NIGHT_ENGINE=spark: 需要 liantiao[spark] · needs the extra liantiao[spark]"
        raise Misconfigured(said) from e
    scratch = _scratch(safe or folder)
    _remove(scratch)  # of an earlier session, had something come late
    scratch.mkdir(mode=0o700)
    builder = SparkSession.builder.appName("liantiao-night")
    for name, value in {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.io.encryption.enabled": "true",
        "spark.authenticate": "true",
        "spark.network.crypto.enabled": "true",
        "spark.local.dir": str(scratch),
        "spark.ui.enabled": "false",
    }.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
        try:
            yield session
        finally:
            session.stop()
    finally:
        _remove(scratch)


@cache
def _scratch(place: Path | None) -> Path:
    """The scratch folder of all sessions of this process: Spark keeps to its first one until it ends."""
    name = Path(tempfile.mkdtemp(prefix="liantiao-night-", dir=place))
    name.rmdir()
    return name


def _remove(folder: Path) -> None:
    """Without this folder, in which threads of Spark may still be deleting."""
    until = time.monotonic() + _PATIENCE
    while folder.exists() and time.monotonic() < until:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(_PAUSE)


class SparkStore:
    """Tables as views over what Spark holds, as `engine.Store` wants them."""

    def __init__(self, session: Any) -> None:  # noqa: ANN401  pyspark is not always there
        self._session = session
        self._tables: dict[str, Any] = {}

    def load(self, name: str, rows: Any) -> None:  # noqa: ANN401  Arrow is not typed
        """A table from an Arrow table or reader; more rows if it is there."""
        for piece in _pieces(rows):
            frame = self._session.createDataFrame(piece)
            known = self._tables.get(name)
            self._see(name, frame if known is None else known.unionByName(frame))

    def rows(self, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401  ibis is not typed
        """What an expression over the tables comes to."""
        found: list[dict[str, Any]] = self._asked(expression).toArrow().to_pylist()
        return found

    def make(self, name: str, expression: Any) -> None:  # noqa: ANN401  ibis is not typed
        """A table of what an expression comes to, computed once."""
        self._see(name, self._asked(expression).localCheckpoint())

    def drop(self, name: str) -> None:
        """Without this table from now on."""
        self._session.catalog.dropTempView(name)
        del self._tables[name]

    def _asked(self, expression: Any) -> Any:  # noqa: ANN401  neither is typed
        return self._session.sql(str(ibis.to_sql(expression, dialect="pyspark")))

    def _see(self, name: str, frame: Any) -> None:  # noqa: ANN401  pyspark is not always there
        frame.createOrReplaceTempView(name)
        self._tables[name] = frame


def _pieces(rows: Any) -> Iterator[Any]:  # noqa: ANN401  Arrow is not typed
    """The rows as tables of bounded size; one at least, so that an empty table has its columns."""
    if isinstance(rows, pa.Table):
        yield rows
        return
    held: list[Any] = []
    told = False
    for batch in rows:
        held.append(batch)
        if sum(one.num_rows for one in held) >= _AT_ONCE:
            yield pa.Table.from_batches(held)
            held, told = [], True
    if held or not told:
        yield pa.Table.from_batches(held, schema=rows.schema)
