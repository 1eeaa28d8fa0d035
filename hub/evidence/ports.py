"""What the evidence log needs of a database: the part of asyncpg's connections it uses.

The log is handed connections by its callers; this room opens none and knows no settings.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeAlias


class Row(Protocol):
    """A row whose columns are read by name."""

    def __getitem__(self, column: str, /) -> Any: ...  # noqa: ANN401  a column may be of any type


class Reads(Protocol):
    """A connection, or a pool, that answers queries."""

    async def fetch(self, query: str, /, *args: object) -> Sequence[Row]:
        """All rows."""
        ...

    async def fetchrow(self, query: str, /, *args: object) -> Row | None:
        """The first row."""
        ...

    async def fetchval(self, query: str, /, *args: object) -> Any:  # noqa: ANN401  as a column
        """The first column of the first row."""
        ...


class Connection(Reads, Protocol):
    """A connection that also writes."""

    async def execute(self, query: str, /, *args: object) -> str:
        """Runs a statement."""
        ...


Writing: TypeAlias = Callable[[], AbstractAsyncContextManager[Connection]]
"""Opens a transaction that commits when its block ends (`Database.writing`)."""
