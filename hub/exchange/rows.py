"""The writer's two statements: every table a batch touches, written at once.

Holds the shape of the rows and the SQL made from it; touches no connection. All rows of a batch travel as
one value, a `batch_v1`: a row of arrays of rows, in the driver's binary form, spread again by `unnest`. So
nothing is parsed from text, and a row is materialised once and not once a column.

Changes go first, in a statement of their own and only when there are any: a deadline that ends and
starts anew in one batch must leave its running row before the new one enters the partial unique index.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

Column = tuple[str, str]
"""A column's name and type. `list`: words between commas in one text; the driver is slow with small arrays.

A column more is a new type `batch_v2` in a migration: the version before writes by the old one meanwhile.
"""

INSERTS: Final[dict[str, tuple[Column, ...]]] = {
    "dispute": (
        ("id", "uuid"),
        ("code", "text"),
        ("state", "text"),
        ("opened_at", "timestamptz"),
        ("changed_at", "timestamptz"),
        ("roles", "jsonb"),
        ("facts", "jsonb"),
        ("participants", "list"),
        ("seqs", "jsonb"),
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
        ("roles", "jsonb"),
        ("facts", "jsonb"),
        ("participants", "list"),
        ("parties", "jsonb"),
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
        ("counted", "jsonb"),
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
        ("findings", "jsonb"),
        ("answer", "bytea"),
        ("receipt", "text"),
        ("dek", "bytea"),
        ("native", "bytea"),
        ("document", "bytea"),
        ("native_digest", "bytea"),
        ("persons", "bytea"),
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
        ("detail", "jsonb"),
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
    "register_entry": (
        ("message", "uuid"),
        ("register", "text"),
        ("system", "text"),
        ("ref", "text"),
        ("unit", "text"),
        ("action", "text"),
        ("valid_from", "date"),
        ("valid_to", "date"),
        ("recorded_at", "timestamptz"),
        ("dek", "bytea"),
        ("document", "bytea"),
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
            ("roles", "jsonb"),
            ("facts", "jsonb"),
            ("participants", "list"),
            ("seqs", "jsonb"),
        ),
    ),
    "case_run": (
        ("id",),
        (
            ("id", "uuid"),
            ("state", "text"),
            ("changed_at", "timestamptz"),
            ("closed_at", "timestamptz"),
            ("roles", "jsonb"),
            ("facts", "jsonb"),
            ("participants", "list"),
            ("parties", "jsonb"),
            ("version", "int"),
        ),
    ),
    "deadline": (
        ("dispute", "id"),
        (("dispute", "uuid"), ("id", "uuid"), ("state", "text"), ("stopped_by", "uuid")),
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
_KEEP_FIRST: Final = {"identifier", "blob_reader"}
# Left out of a statement when a batch does not touch them; the others few batches leave alone.
_RARE: Final = frozenset({"link_proposal", "register_entry", "blob_reader", "ruling_digest"})

_NO_INSERTS: Final = (None,) * len(INSERTS)
_NO_CHANGES: Final = (None,) * len(UPDATES)
CHANGED: Final = "{}_change"
GIVEN: Final[dict[str, tuple[Column, ...]]] = {
    **INSERTS,
    **{CHANGED.format(table): columns for table, (_, columns) in UPDATES.items()},
}
"""What `batch_v1` holds: the rows of each insert and each change, in this order."""


def _empty(tables: Iterable[str]) -> dict[str, list[tuple[object, ...]]]:
    return {table: [] for table in tables}


@dataclass(slots=True)
class Rows:
    """Rows of one batch by table: tuples in the order of the columns above."""

    insert: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: _empty(INSERTS))
    update: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: _empty(UPDATES))

    def inserting(self) -> tuple[str, tuple[object, ...]] | None:
        """The statement of the inserts and its argument; None when there are none."""
        if not any(self.insert.values()):
            return None
        rare = frozenset(table for table in _RARE if self.insert[table])
        return insert_statement(rare), (*self.insert.values(), *_NO_CHANGES)

    def changing(self) -> tuple[str, tuple[object, ...]] | None:
        """The statement of the changes and its argument; None when there are none."""
        if not any(self.update.values()):
            return None
        return update_statement(), (*_NO_INSERTS, *self.update.values())


@lru_cache(maxsize=1 << len(_RARE))
def insert_statement(rare: frozenset[str] = _RARE) -> str:
    """The inserts of a batch as one SQL text, with these of the rarely touched tables."""
    return _statement(f"i_{t} AS ({_insert(t)})" for t in INSERTS if t not in _RARE or t in rare)


@lru_cache(maxsize=1)
def update_statement() -> str:
    """The changes of a batch as one SQL text."""
    return _statement(f"u_{table} AS ({_update(table)})" for table in UPDATES)


def _statement(parts: Iterable[str]) -> str:
    return "WITH " + ",\n".join(parts) + "\nSELECT 1"


def _insert(table: str) -> str:
    columns = INSERTS[table]
    names = ", ".join(c for c, _ in columns)
    values = ", ".join(_value(c, kind) for c, kind in columns)
    tail = " ON CONFLICT DO NOTHING" if table in _KEEP_FIRST else ""
    given = _given(table)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {given} r{tail}"  # noqa: S608  names are ours


def _update(table: str) -> str:
    key, columns = UPDATES[table]
    sets = ", ".join(f"{c} = {_value(c, kind)}" for c, kind in columns if c not in key)
    where = " AND ".join(f"t.{c} = r.{c}" for c in key)
    given = _given(CHANGED.format(table))
    return f"UPDATE {table} t SET {sets} FROM {given} r WHERE {where}"  # noqa: S608  names are ours


def _given(member: str) -> str:
    return f"unnest(($1::batch_v1).{member})"


def _value(column: str, kind: str) -> str:
    if kind == "list":
        return f"coalesce(string_to_array(nullif(r.{column}, ''), ','), '{{}}')"
    return f"r.{column}"
