"""The writer's two statements: every table a batch touches, written by `unnest`.

Changes go first, in a statement of their own and only when there are any: a deadline that ends and
starts anew in one batch must leave its running row before the new one enters the partial unique index.
Holds the shape of the rows and the SQL made from it; touches no connection.

How a column travels is what its values cost. `bytea` and `text` (what people may have written) are arrays
of the driver's, which looks at each element several times. Everything else is one text, its values
between separators that they cannot hold: ids, times, numbers, `word` (codes of ours), `json` (its writer
escapes control characters), `list` (words between commas) and `digest` (short bytes, as hex).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

Column = tuple[str, str]

_SEPARATOR: Final = "\x1f"
_NULL: Final = "\x1e"
_ARRAYS: Final = {"bytea", "text"}
_AS_IT_IS: Final = {"word", "json", "list"}
_WRITERS: Final[dict[str, Callable[[Any], str]]] = {"digest": bytes.hex, "date": date.isoformat}

INSERTS: Final[dict[str, tuple[Column, ...]]] = {
    "dispute": (
        ("id", "uuid"),
        ("code", "word"),
        ("state", "word"),
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
        ("machine", "word"),
        ("state", "word"),
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
        ("step", "word"),
        ("from_state", "word"),
        ("to_state", "word"),
        ("message", "uuid"),
        ("at", "timestamptz"),
    ),
    "deadline": (
        ("id", "uuid"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("rule", "word"),
        ("object", "text"),
        ("started_at", "timestamptz"),
        ("due", "timestamptz"),
        ("due_on", "date"),
        ("state", "word"),
        ("provisional", "bool"),
        ("historical", "bool"),
        ("basis", "word"),
        ("tell", "list"),
        ("next_notice", "timestamptz"),
        ("next_phase", "word"),
        ("started_by", "uuid"),
        ("stopped_by", "uuid"),
        ("counted", "json"),
    ),
    "message": (
        ("id", "uuid"),
        ("received_at", "timestamptz"),
        ("ord", "int"),
        ("iss", "word"),
        ("jti", "text"),
        ("sender", "word"),
        ("kind", "word"),
        ("purpose", "word"),
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
        ("format", "word"),
        ("fingerprint", "digest"),
        ("digest", "digest"),
        ("salt", "digest"),
        ("leaf", "digest"),
        ("findings", "json"),
        ("answer", "bytea"),
        ("receipt", "word"),
        ("dek", "bytea"),
        ("native", "bytea"),
        ("document", "bytea"),
        ("native_digest", "digest"),
        ("persons", "bytea"),
    ),
    "message_reader": (("message", "uuid"), ("unit", "word"), ("role", "word"), ("ord", "int")),
    "message_key": (
        ("iss", "word"),
        ("jti", "text"),
        ("message", "uuid"),
        ("fingerprint", "digest"),
    ),
    "native_id": (
        ("system", "word"),
        ("kind", "word"),
        ("blind", "digest"),
        ("message", "uuid"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("revision", "int"),
        ("content", "digest"),
    ),
    "identifier": (
        ("blind", "digest"),
        ("system", "word"),
        ("dispute", "uuid"),
        ("case_id", "uuid"),
        ("message", "uuid"),
    ),
    "delivery": (
        ("id", "uuid"),
        ("message", "uuid"),
        ("system", "word"),
        ("unit", "word"),
        ("sender", "word"),
        ("role", "word"),
        ("subject", "uuid"),
        ("seq", "int"),
        ("event", "word"),
        ("detail", "json"),
        ("state", "word"),
        ("created_at", "timestamptz"),
        ("next_try", "timestamptz"),
    ),
    "log_pending": (("id", "uuid"), ("entry", "word"), ("leaf", "digest")),
    "event_leaf": (
        ("leaf", "digest"),
        ("message", "uuid"),
        ("delivery", "uuid"),
        ("type", "word"),
        ("digest", "digest"),
        ("salt", "digest"),
    ),
    "link_proposal": (
        ("id", "uuid"),
        ("at", "timestamptz"),
        ("message", "uuid"),
        ("dispute", "uuid"),
        ("other", "uuid"),
        ("reason", "text"),
    ),
    "register_entry": (
        ("message", "uuid"),
        ("register", "word"),
        ("system", "word"),
        ("ref", "text"),
        ("unit", "word"),
        ("action", "word"),
        ("valid_from", "date"),
        ("valid_to", "date"),
        ("recorded_at", "timestamptz"),
        ("dek", "bytea"),
        ("document", "bytea"),
    ),
    "blob_reader": (
        ("digest", "word"),
        ("unit", "word"),
        ("blob", "uuid"),
        ("message", "uuid"),
    ),
    "ruling_digest": (("digest", "word"), ("message", "uuid")),
}

UPDATES: Final[dict[str, tuple[tuple[str, ...], tuple[Column, ...]]]] = {
    "dispute": (
        ("id",),
        (
            ("id", "uuid"),
            ("state", "word"),
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
            ("state", "word"),
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
        ("dispute", "id"),
        (("dispute", "uuid"), ("id", "uuid"), ("state", "word"), ("stopped_by", "uuid")),
    ),
    "native_id": (
        ("system", "kind", "blind"),
        (
            ("system", "word"),
            ("kind", "word"),
            ("blind", "digest"),
            ("message", "uuid"),
            ("revision", "int"),
            ("content", "digest"),
        ),
    ),
}

# The same key said twice adds nothing; the first stays.
_KEEP_FIRST: Final = {"identifier", "blob_reader"}


@dataclass(slots=True)
class Rows:
    """Rows of one batch by table: tuples in the order of the columns above."""

    insert: dict[str, list[tuple[object, ...]]] = field(
        default_factory=lambda: {table: [] for table in INSERTS}
    )
    update: dict[str, list[tuple[object, ...]]] = field(
        default_factory=lambda: {table: [] for table in UPDATES}
    )

    def insert_arguments(self) -> list[object]:
        """Column arrays of the insert statement, in the order of its parameters."""
        return [carried for t, columns in INSERTS.items() for carried in _carried(self.insert[t], columns)]

    def update_arguments(self) -> list[object]:
        """Column arrays of the update statement; empty when nothing changes."""
        if not any(self.update.values()):
            return []
        return [
            carried for t, (_, columns) in UPDATES.items() for carried in _carried(self.update[t], columns)
        ]


def _carried(rows: Sequence[tuple[Any, ...]], columns: Sequence[Column]) -> list[object]:
    """The arguments of a table's columns."""
    if not rows:
        return [[] if kind in _ARRAYS else "" for _, kind in columns]
    values = zip(*rows, strict=True)
    return [
        list(column) if kind in _ARRAYS else _packed(column, kind)
        for column, (_, kind) in zip(values, columns, strict=True)
    ]


def _packed(values: Sequence[Any], kind: str) -> str:
    texts = values
    if kind not in _AS_IT_IS:
        write = _WRITERS.get(kind) or (_written() if kind == "timestamptz" else str)
        texts = [_NULL if value is None else write(value) for value in values]
    elif None in values:
        texts = [_NULL if value is None else value for value in values]
    packed = _SEPARATOR + _SEPARATOR.join(texts)
    if packed.count(_SEPARATOR) != len(values):
        raise ValueError(f"a {kind} holds a separator")
    return packed


def _written() -> Callable[[datetime], str]:
    """ISO 8601; the same instants come again and again in a batch, and its rows keep them alive."""
    known: dict[int, str] = {}

    def write(at: datetime) -> str:
        text = known.get(id(at))
        if text is None:
            text = known[id(at)] = at.isoformat()
        return text

    return write


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
        kinds = dict(columns)
        where = " AND ".join(f"t.{c} = {_value(c, kinds[c])}" for c in key)
        parts.append(
            f"u_{table} AS (UPDATE {table} t SET {sets} FROM unnest({arrays}) AS r({names}) "  # noqa: S608
            f"WHERE {where})"
        )
    return "WITH " + ",\n".join(parts) + "\nSELECT 1"


def _clause(columns: Sequence[Column], n: int) -> tuple[str, str, str, int]:
    names = ", ".join(c for c, _ in columns)
    select = ", ".join(_value(c, t) for c, t in columns)
    arrays = ", ".join(_array(n + i, t) for i, (_, t) in enumerate(columns, start=1))
    return names, select, arrays, n + len(columns)


def _array(n: int, kind: str) -> str:
    if kind in _ARRAYS:
        return f"${n}::{kind}[]"
    # Before the first value stands a separator too: a single empty text would be no element at all.
    return f"(string_to_array(${n}::text, E'\\x1f', E'\\x1e'))[2:]"


def _value(column: str, kind: str) -> str:
    if kind == "json":
        return f"r.{column}::jsonb"
    if kind == "digest":
        return f"decode(r.{column}, 'hex')"
    if kind == "list":
        return f"coalesce(string_to_array(nullif(r.{column}, ''), ','), '{{}}')"
    if kind in _ARRAYS or kind == "word":
        return f"r.{column}"
    return f"r.{column}::{kind}"
