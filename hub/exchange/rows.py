"""The writer's two statements: every table a batch touches, written by `unnest`.

Changes go first, in a statement of their own and only when there are any: a deadline that ends and
starts anew in one batch must leave its running row before the new one enters the partial unique index.
Holds the shape of the rows and the SQL made from it; touches no connection. A column's SQL type is the
element type of the array that carries it; `json` and `list` columns travel as text and are cast, since
an array of arrays would be flattened by `unnest`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

Column = tuple[str, str]

_CAST: Final = {"json": ("text",), "list": ("text",)}

INSERTS: Final[dict[str, tuple[Column, ...]]] = {
    "dispute": (
        ("id", "uuid"),
        ("code", "text"),
        ("state", "text"),
        ("opened_at", "timestamptz"),
        ("changed_at", "timestamptz"),
        ("roles", "json"),
        ("facts", "json"),
        ("participants", "list"),
        ("seqs", "json"),
        ("key", "bytea"),
    ),
    "case_run": (
        ("id", "uuid"),
        ("dispute", "uuid"),
        ("machine", "text"),
        ("state", "text"),
        ("opened_by", "uuid"),
        ("opened_at", "timestamptz"),
        ("changed_at", "timestamptz"),
        ("closed_at", "timestamptz"),
        ("roles", "json"),
        ("facts", "json"),
        ("participants", "list"),
        ("parties", "json"),
        ("version", "int"),
    ),
    "case_history": (
        ("case_id", "uuid"),
        ("dispute", "uuid"),
        ("n", "int"),
        ("step", "text"),
        ("from_state", "text"),
        ("to_state", "text"),
        ("message", "uuid"),
        ("at", "timestamptz"),
    ),
    "deadline": (
        ("id", "uuid"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("rule", "text"),
        ("object", "text"),
        ("started_at", "timestamptz"),
        ("due", "timestamptz"),
        ("due_on", "date"),
        ("state", "text"),
        ("provisional", "bool"),
        ("historical", "bool"),
        ("basis", "text"),
        ("tell", "list"),
        ("next_notice", "timestamptz"),
        ("next_phase", "text"),
        ("started_by", "uuid"),
        ("stopped_by", "uuid"),
    ),
    "message": (
        ("id", "uuid"),
        ("received_at", "timestamptz"),
        ("ord", "int"),
        ("iss", "text"),
        ("jti", "text"),
        ("sender", "text"),
        ("kind", "text"),
        ("purpose", "text"),
        ("addressee", "text"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("re", "uuid"),
        ("parent", "uuid"),
        ("record", "text"),
        ("revision", "int"),
        ("replaces", "uuid"),
        ("historical", "bool"),
        ("media_type", "text"),
        ("format", "text"),
        ("fingerprint", "bytea"),
        ("digest", "bytea"),
        ("salt", "bytea"),
        ("leaf", "bytea"),
        ("findings", "json"),
        ("answer", "bytea"),
        ("receipt", "text"),
        ("dek", "bytea"),
        ("native", "bytea"),
        ("document", "bytea"),
        ("native_digest", "bytea"),
    ),
    "message_reader": (("message", "uuid"), ("unit", "text"), ("role", "text"), ("ord", "int")),
    "message_key": (
        ("iss", "text"),
        ("jti", "text"),
        ("message", "uuid"),
        ("fingerprint", "bytea"),
    ),
    "native_id": (
        ("system", "text"),
        ("kind", "text"),
        ("blind", "bytea"),
        ("message", "uuid"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("revision", "int"),
        ("content", "bytea"),
    ),
    "identifier": (
        ("blind", "bytea"),
        ("system", "text"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("message", "uuid"),
    ),
    "person_key": (("blind", "bytea"), ("dispute", "uuid")),
    "delivery": (
        ("id", "uuid"),
        ("message", "uuid"),
        ("system", "text"),
        ("unit", "text"),
        ("sender", "text"),
        ("role", "text"),
        ("subject", "uuid"),
        ("seq", "int"),
        ("event", "text"),
        ("detail", "json"),
        ("state", "text"),
        ("created_at", "timestamptz"),
        ("next_try", "timestamptz"),
    ),
    "log_pending": (("id", "uuid"), ("entry", "text"), ("leaf", "bytea")),
    "event_leaf": (
        ("leaf", "bytea"),
        ("message", "uuid"),
        ("delivery", "uuid"),
        ("type", "text"),
        ("digest", "bytea"),
        ("salt", "bytea"),
    ),
    "link_proposal": (
        ("id", "uuid"),
        ("at", "timestamptz"),
        ("message", "uuid"),
        ("dispute", "uuid"),
        ("other", "uuid"),
        ("reason", "text"),
    ),
    "blob_reader": (
        ("digest", "text"),
        ("unit", "text"),
        ("blob", "uuid"),
        ("message", "uuid"),
    ),
    "ruling_digest": (("digest", "text"), ("message", "uuid")),
}

UPDATES: Final[dict[str, tuple[tuple[str, ...], tuple[Column, ...]]]] = {
    "dispute": (
        ("id",),
        (
            ("id", "uuid"),
            ("state", "text"),
            ("changed_at", "timestamptz"),
            ("roles", "json"),
            ("facts", "json"),
            ("participants", "list"),
            ("seqs", "json"),
        ),
    ),
    "case_run": (
        ("id",),
        (
            ("id", "uuid"),
            ("state", "text"),
            ("changed_at", "timestamptz"),
            ("closed_at", "timestamptz"),
            ("roles", "json"),
            ("facts", "json"),
            ("participants", "list"),
            ("parties", "json"),
            ("version", "int"),
        ),
    ),
    "deadline": (
        ("id",),
        (("id", "uuid"), ("state", "text"), ("stopped_by", "uuid")),
    ),
    "native_id": (
        ("system", "kind", "blind"),
        (
            ("system", "text"),
            ("kind", "text"),
            ("blind", "bytea"),
            ("message", "uuid"),
            ("revision", "int"),
            ("content", "bytea"),
        ),
    ),
}

# The same key said twice adds nothing; the first stays.
_KEEP_FIRST: Final = {"identifier", "person_key", "blob_reader"}


@dataclass(slots=True)
class Rows:
    """Rows of one batch by table: tuples in the order of the columns above."""

    insert: dict[str, list[tuple[object, ...]]] = field(
        default_factory=lambda: {table: [] for table in INSERTS}
    )
    update: dict[str, list[tuple[object, ...]]] = field(
        default_factory=lambda: {table: [] for table in UPDATES}
    )

    def extend(self, other: "Rows") -> None:
        """Take over the rows of another set."""
        for table, rows in other.insert.items():
            self.insert[table].extend(rows)
        for table, rows in other.update.items():
            self.update[table].extend(rows)

    def insert_arguments(self) -> list[list[object]]:
        """Column arrays of the insert statement, in the order of its parameters."""
        return [array for t, columns in INSERTS.items() for array in _arrays(self.insert[t], columns)]

    def update_arguments(self) -> list[list[object]]:
        """Column arrays of the update statement; empty when nothing changes."""
        if not any(self.update.values()):
            return []
        return [array for t, (_, columns) in UPDATES.items() for array in _arrays(self.update[t], columns)]


def _arrays(rows: Sequence[tuple[object, ...]], columns: Sequence[Column]) -> list[list[object]]:
    if not rows:
        return [[] for _ in columns]
    return [list(column) for column in zip(*rows, strict=True)]


def insert_statement() -> str:
    """Every insert of a batch as one SQL text; made once a process."""
    parts: list[str] = []
    n = 0
    for table, columns in INSERTS.items():
        names, select, arrays, n = _clause(columns, n)
        tail = " ON CONFLICT DO NOTHING" if table in _KEEP_FIRST else ""
        parts.append(
            f"i_{table} AS (INSERT INTO {table} ({names}) SELECT {select} "  # noqa: S608  names are ours
            f"FROM unnest({arrays}) AS r({names}){tail})"
        )
    return "WITH " + ",\n".join(parts) + "\nSELECT 1"


def update_statement() -> str:
    """Every change of a batch as one SQL text."""
    parts: list[str] = []
    n = 0
    for table, (key, columns) in UPDATES.items():
        names, _, arrays, n = _clause(columns, n)
        sets = ", ".join(f"{c} = {_value(c, t)}" for c, t in columns if c not in key)
        where = " AND ".join(f"t.{c} = r.{c}" for c in key)
        parts.append(
            f"u_{table} AS (UPDATE {table} t SET {sets} FROM unnest({arrays}) AS r({names}) "  # noqa: S608
            f"WHERE {where})"
        )
    return "WITH " + ",\n".join(parts) + "\nSELECT 1"


def _clause(columns: Sequence[Column], n: int) -> tuple[str, str, str, int]:
    names = ", ".join(c for c, _ in columns)
    select = ", ".join(_value(c, t) for c, t in columns)
    arrays = ", ".join(f"${n + i}::{_CAST.get(t, (t,))[0]}[]" for i, (_, t) in enumerate(columns, start=1))
    return names, select, arrays, n + len(columns)


def _value(column: str, kind: str) -> str:
    if kind == "json":
        return f"r.{column}::jsonb"
    if kind == "list":
        return f"coalesce(string_to_array(nullif(r.{column}, ''), ','), '{{}}')"
    return f"r.{column}"
