"""District configuration with dates of effect (`config import`): routing, hours, thresholds, views. SQL.

A file is a JSON list of `{"name", "valid_from", "valid_to"?, "value"}`. An entry replaces the one of the
same name and first day; of several in force the one that began last counts, so that a rule that follows
another needs no edit of it, and what held on an earlier day stays known.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeAlias

import asyncpg

from hub.errors import Fault, Refused
from hub.store.administration import Admin
from hub.strictjson import Json

Check: TypeAlias = Callable[[str, Json], None]
"""Raises Refused when the value of a name is not what its reader expects."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_MEMBERS = {"name", "valid_from", "valid_to", "value"}
_WRITE = """
INSERT INTO config (name, valid_from, valid_to, value, imported_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (name, valid_from) DO UPDATE SET
    valid_to = excluded.valid_to, value = excluded.value, imported_at = excluded.imported_at
"""


async def import_config(conn: asyncpg.Connection, document: Json, admin: Admin, check: Check) -> list[str]:
    """Write the entries of a file; answers their names. Raises Refused `schema`: nothing is written."""
    if not isinstance(document, list) or not document:
        raise Refused("schema", Fault("config-form", ""))
    entries = [_entry(entry, f"/{n}") for n, entry in enumerate(document)]
    for name, _, _, value in entries:
        check(name, value)
    names = sorted({entry[0] for entry in entries})
    async with admin.changing(conn, "config-import", " ".join(names)):
        await conn.executemany(_WRITE, [(*entry, admin.now) for entry in entries])
    return names


def _entry(entry: Json, at: str) -> tuple[str, date, date | None, Json]:
    if not isinstance(entry, dict) or not _MEMBERS - {"valid_to"} <= set(entry) <= _MEMBERS:
        raise Refused("schema", Fault("config-form", at))
    name = entry["name"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Refused("schema", Fault("code", f"{at}/name"))
    first = _day(entry["valid_from"], f"{at}/valid_from")
    last = entry.get("valid_to")
    until = None if last is None else _day(last, f"{at}/valid_to")
    if until is not None and until < first:
        raise Refused("schema", Fault("period", f"{at}/valid_to"))
    return name, first, until, entry["value"]


def _day(value: Json, at: str) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as e:
        raise Refused("schema", Fault("date", at)) from e
