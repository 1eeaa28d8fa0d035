"""Reference data in the database: loading what a release ships, keeping what it replaces, reading. SQL.

A list whose digest stands already is left alone; of one that says something new only the rows that differ
are ended and followed by new ones. A list that a newer release brought is never turned back.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import asyncpg

from hub import reference
from hub.reference import Entry, ListInfo
from hub.store.administration import Admin

LOCK: Final = 7066
_LISTS: Final = "SELECT name, zh, source, compiled_on, version, digest, loaded_at FROM reference_list"
_STANDING: Final = """
SELECT code, n, zh, valid_from, valid_to, mark, data FROM reference_row WHERE list = $1 AND until IS NULL
"""
_SAY: Final = """
INSERT INTO reference_list (name, zh, source, compiled_on, version, digest, loaded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (name) DO UPDATE SET
    zh = excluded.zh, source = excluded.source, compiled_on = excluded.compiled_on,
    version = excluded.version, digest = excluded.digest, loaded_at = excluded.loaded_at
"""
_END: Final = """
UPDATE reference_row SET until = $3 WHERE list = $1 AND code = ANY ($2::text[]) AND until IS NULL
"""
_PLACE: Final = """
UPDATE reference_row r SET n = p.n FROM unnest($2::text[], $3::int[]) AS p (code, n)
 WHERE r.list = $1 AND r.code = p.code AND r.until IS NULL
"""
_ADD: Final = """
INSERT INTO reference_row (list, code, n, zh, valid_from, valid_to, mark, data, version, since)
SELECT $1, t.*, $9, $10 FROM unnest($2::text[], $3::int[], $4::text[], $5::date[], $6::date[], $7::text[],
                                    $8::jsonb[]) AS t
"""
_ROWS: Final = """
SELECT code, zh, valid_from, valid_to, mark, data FROM reference_row
 WHERE list = $1 AND CASE WHEN $2::timestamptz IS NULL THEN until IS NULL
                           ELSE since <= $2 AND (until IS NULL OR until > $2) END
   AND ($3::date IS NULL OR $3 BETWEEN coalesce(valid_from, $3) AND coalesce(valid_to, $3))
 ORDER BY n, code
"""

Verdict = Literal["new", "updated", "unchanged", "newer"]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of one list: `newer` means that a newer release's rows were left as they are."""

    info: ListInfo
    verdict: Verdict
    rows: int
    added: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list as the database has it."""

    name: str
    zh: str
    source: str
    compiled_on: date
    version: str
    digest: str
    loaded_at: datetime


async def stored_lists(conn: asyncpg.Connection) -> dict[str, StoredList]:
    """The lists that were loaded, by name."""
    return {row["name"]: StoredList(*row) for row in await conn.fetch(_LISTS)}


async def rows_of(
    conn: asyncpg.Connection, name: str, on: date | None = None, known_at: datetime | None = None
) -> list[asyncpg.Record]:
    """The rows of a list; `on`: those that hold on that day, `known_at`: as they were known then."""
    return list(await conn.fetch(_ROWS, name, known_at, on))


async def load(
    conn: asyncpg.Connection, admin: Admin, told: Callable[[Loaded], None] = lambda _: None
) -> list[Loaded]:
    """Bring the database to what this release ships; `told` hears of each list. Repeat at will.

    One transaction; one action in the log when anything was new.
    """
    if not _stale(await stored_lists(conn)):  # nothing to say, no lock to wait for
        return [_told(Loaded(i, "unchanged", len(reference.entries(i.name))), told) for i in _infos()]
    async with conn.transaction():
        await conn.execute("SELECT pg_advisory_xact_lock($1)", LOCK)
        stored = await stored_lists(conn)
        done = [
            _told(await _load_list(conn, info, stored.get(info.name), admin.now), told) for info in _infos()
        ]
        news = [d.info.name for d in done if d.verdict in ("new", "updated")]
        if news:
            await admin.tell(conn, "reference-load", f"{reference.version()} {' '.join(news)}")
    return done


def _infos() -> list[ListInfo]:
    return list(reference.lists().values())


def _stale(stored: dict[str, StoredList]) -> bool:
    return any(
        name not in stored
        or stored[name].digest != reference.digest(name)
        or stored[name].version != reference.version()
        for name in reference.lists()
    )


def _told(loaded: Loaded, told: Callable[[Loaded], None]) -> Loaded:
    told(loaded)
    return loaded


async def _load_list(
    conn: asyncpg.Connection, info: ListInfo, stored: StoredList | None, now: datetime
) -> Loaded:
    entries = reference.entries(info.name)
    if stored is not None and reference.order(stored.version) > reference.order(reference.version()):
        return Loaded(info, "newer", len(entries))
    digest = reference.digest(info.name)
    await conn.execute(
        _SAY, info.name, info.zh, info.source, reference.compiled(), reference.version(), digest, now
    )
    if stored is not None and stored.digest == digest:
        return Loaded(info, "unchanged", len(entries))
    standing = {row["code"]: row for row in await conn.fetch(_STANDING, info.name)}
    new = [(n, e) for n, e in enumerate(entries) if _differs(standing.get(e.code), e)]
    kept = {e.code for e in entries} - {e.code for _, e in new}
    ended = [code for code in standing if code not in kept]
    await conn.execute(_END, info.name, ended, now)
    await conn.execute(_PLACE, info.name, [e.code for e in entries], list(range(len(entries))))
    await conn.execute(_ADD, info.name, *_columns(new), reference.version(), now)
    return Loaded(info, "updated" if stored else "new", len(entries), len(new), len(ended))


def _differs(row: asyncpg.Record | None, entry: Entry) -> bool:
    if row is None:
        return True
    said = (row["zh"], row["valid_from"], row["valid_to"], row["mark"], row["data"])
    return said != (entry.zh, entry.valid_from, entry.valid_to, entry.mark, dict(entry.row))


def _columns(new: Sequence[tuple[int, Entry]]) -> list[list[object]]:
    rows = [(e.code, n, e.zh, e.valid_from, e.valid_to, e.mark, dict(e.row)) for n, e in new]
    return [[row[i] for row in rows] for i in range(7)]
