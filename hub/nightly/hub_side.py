"""What the hub holds of the kinds that lists are compared in: digests of its messages, made once each.

Documents are opened in memory and left there. An applied correction counts as a version of what it corrects.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.exchange.hub import Hub
from hub.nightly.digests import Digested, digested, least, number_key
from hub.nightly.documents import Opened, opened
from hub.store.ids import instant_of
from hub.translate.identifiers import normal_form

OVERLAP: Final = timedelta(hours=1)
"""Ids are made before their commit: so much before the last one seen is looked at again."""
_LAST: Final = "SELECT message FROM hub_row WHERE system = $1 AND kind = $2 ORDER BY message DESC LIMIT 1"
_NEW: Final = """
SELECT m.id, m.iss, m.sender, m.kind, m.format, m.revision, m.received_at FROM message m
 WHERE m.iss = $1 AND m.kind = ANY ($2::text[]) AND m.id >= uuid7_floor($3)
   AND NOT EXISTS (SELECT FROM hub_row h WHERE h.message = m.id)
 ORDER BY m.id
"""
_OWN: Final = "SELECT blind FROM native_id WHERE system = $1 AND kind = $2 AND blind = ANY ($3::bytea[])"
_CORRECTED: Final = "SELECT kind, format, key, revision FROM hub_row WHERE message = $1 AND system = $2"
_KEEP: Final = """
INSERT INTO hub_row (message, system, kind, sender, format, key, revision, received_at, at, digest, fields,
                     digests)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (message) DO NOTHING
"""
_BEGINNING: Final = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
CORRECTION: Final = "correction"


class Scope(NamedTuple):
    """Whose records of which kind."""

    system: str
    kind: str


async def fill(hub: Hub, scope: Scope) -> int:
    """Digest every message of a scope that is not digested yet; answers how many."""
    done = 0
    for kinds in ([scope.kind], [CORRECTION]):  # what is corrected before its corrections
        since = await _since(hub, scope, kinds)
        async with hub.database.connection() as conn:
            rows = await conn.fetch(_NEW, scope.system, kinds, since)
        found = {row["id"]: row for row in rows}
        async for documents in opened(hub, list(found)):
            async with hub.database.writing() as conn:
                made = await _made(conn, hub, found, documents)
                await conn.executemany(_KEEP, made)
            done += len(made)
    return done


async def _since(hub: Hub, scope: Scope, kinds: Sequence[str]) -> datetime:
    """Corrections are few: they are looked at from the beginning."""
    if CORRECTION in kinds:
        return _BEGINNING
    async with hub.database.connection() as conn:
        last: UUID | None = await conn.fetchval(_LAST, scope.system, scope.kind)
    return _BEGINNING if last is None else instant_of(last) - OVERLAP


async def _made(
    conn: asyncpg.Connection, hub: Hub, found: Mapping[UUID, asyncpg.Record], documents: Iterable[Opened]
) -> list[tuple[Any, ...]]:
    """Rows of `hub_row`."""
    rows: list[tuple[Any, ...]] = []
    for message, document in documents:
        row = found[message]
        if row["kind"] == CORRECTION:
            corrected = await _correction(conn, hub, row, document)
            rows += [corrected] if corrected else []
            continue
        key = await _key(conn, hub, row, document)
        kept = digested(hub.sealer, row["kind"], document)
        rows.append(_row(row, row["kind"], row["format"], key, row["revision"], kept))
    return rows


async def _key(
    conn: asyncpg.Connection, hub: Hub, row: Mapping[str, Any], document: Mapping[str, Any]
) -> bytes | None:
    """The number the record goes by: of those it tells the ones that are its own for its system."""
    told = numbers(hub, document)
    own = await conn.fetch(_OWN, row["iss"], row["kind"], told)
    return least(bytes(found["blind"]) for found in own)


def numbers(hub: Hub, document: Mapping[str, Any]) -> list[bytes]:
    """Blind indexes of the numbers a document tells as its own or its case's."""
    told: set[tuple[str, str]] = set()
    for entry in document.get("identifiers", ()):
        told.add((entry["system"], normal_form(entry["system"], entry["value"])))
        if "normal_form" in entry:  # of a number made of several fields it is not made from its value
            told.add((entry["system"], entry["normal_form"]))
    return [number_key(hub.sealer, *number) for number in sorted(told)]


async def _correction(
    conn: asyncpg.Connection, hub: Hub, row: asyncpg.Record, document: Mapping[str, Any]
) -> tuple[Any, ...] | None:
    """What an applied correction makes of the message it names, if that one is compared."""
    named = document.get("message")
    if document.get("action") != "apply" or not document.get("new") or not named:
        return None
    corrected = await conn.fetchrow(_CORRECTED, UUID(named), row["iss"])
    if corrected is None:
        return None
    async for (before,) in opened(hub, [UUID(named)]):
        whole = {**before.document, **document["new"]}
        kept = digested(hub.sealer, corrected["kind"], whole)
        place = (corrected["kind"], corrected["format"], corrected["key"], corrected["revision"])
        return _row(row, *place, kept)
    return None


def _row(
    row: Mapping[str, Any], kind: str, fmt: str, key: bytes | None, revision: int, kept: Digested
) -> tuple[Any, ...]:
    head = (row["id"], row["iss"], kind, row["sender"], fmt, key, revision, row["received_at"])
    return (*head, kept.at, kept.digest, kept.fields, kept.digests)
