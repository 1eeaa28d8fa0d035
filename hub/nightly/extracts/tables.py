"""An extract as tables: names, columns, rows; and its digest over our own text form. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from hub.nightly.extracts.columns import Column, Value

Row = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: `name` names its files, `title` is for people, rows are in the order of the columns."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    key: tuple[str, ...] = ()


def digest(tables: Iterable[Table]) -> bytes:
    """SHA-256 over names, columns and rows: the same for the same rows, whatever a file format's version."""
    total = sha256()
    for table in tables:
        total.update(orjson.dumps([table.name, [[c.name, c.type] for c in table.columns]]) + b"\n")
        for row in table.rows:
            total.update(orjson.dumps(list(row)) + b"\n")
    return total.digest()
