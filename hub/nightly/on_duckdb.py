"""The engine's tables in DuckDB, in this process. Ibis writes the SQL; DuckDB is asked directly.

Where it may spill is told in `spill`; touches nothing else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis

from hub.nightly import spill


@contextmanager
def duckdb_store(folder: Path | None, memory: str, safe: Path | None) -> Iterator["DuckdbStore"]:
    """An empty store; arguments as `spill.database` takes them."""
    with spill.database(folder, memory, safe) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield DuckdbStore(connection)


class DuckdbStore:
    """Tables in memory, as `engine.Store` wants them."""

    def __init__(self, connection: Any) -> None:  # noqa: ANN401  duckdb is not typed
        self._connection = connection
        self._tables: set[str] = set()

    def load(self, name: str, rows: Any) -> None:  # noqa: ANN401  Arrow is not typed
        """A table from an Arrow table or reader; more rows if it is there."""
        self._connection.register("incoming", rows)
        verb = f"INSERT INTO {name} BY NAME" if name in self._tables else f"CREATE TABLE {name} AS"
        self._connection.execute(f"{verb} SELECT * FROM incoming")  # noqa: S608  names are ours
        self._connection.unregister("incoming")
        self._tables.add(name)

    def rows(self, expression: Any) -> list[dict[str, Any]]:  # noqa: ANN401  ibis is not typed
        """What an expression over the tables comes to."""
        found: list[dict[str, Any]] = self._connection.sql(_sql(expression)).to_arrow_table().to_pylist()
        return found

    def make(self, name: str, expression: Any) -> None:  # noqa: ANN401  ibis is not typed
        """A table of what an expression comes to."""
        self._connection.execute(f"CREATE TABLE {name} AS {_sql(expression)}")

    def drop(self, name: str) -> None:
        """Without this table from now on."""
        self._connection.execute(f"DROP TABLE {name}")

    def setting(self, name: str) -> object:
        """How DuckDB is set."""
        found: list[object] = self._connection.sql("SELECT current_setting($1)", params=[name]).fetchall()[0]
        return found[0]


def _sql(expression: Any) -> str:  # noqa: ANN401  ibis is not typed
    return str(ibis.to_sql(expression, dialect="duckdb"))
