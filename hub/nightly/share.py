"""`share_data`: for every connected unit, an extract of what it may see of an interval, as a signed package.

A package is made, sealed and stored with its row; then the unit is told by the hub's own message, which puts
the package's digest into the evidence log. A second run that finds the same rows changes nothing; one that
finds others (a view made stricter, an erased dispute) replaces the package under the same id. Served by
`exchange.shares`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.evidence import archive
from hub.evidence.entries import canonical
from hub.exchange.answers import shown
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.exchange.shares import MANIFEST, PART, TYP
from hub.law.calendar import legal_day
from hub.nightly.extracts import district, rows
from hub.nightly.extracts.files import data_files, descriptor
from hub.nightly.extracts.tables import Table, digest
from hub.nightly.night import Night, Summary
from hub.store.ids import new_id
from hub.trust.seal import CHUNK

_KNOWN: Final = """
SELECT id, revision, content, complete FROM share WHERE unit = $1 AND starts = $2 AND ends = $3
"""
_KEEP: Final = """
INSERT INTO share (id, unit, starts, ends, revision, made_at, complete, rows, content, digest, size, dek)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (unit, starts, ends) DO UPDATE
   SET revision = excluded.revision, made_at = excluded.made_at, complete = excluded.complete,
       rows = excluded.rows, content = excluded.content, digest = excluded.digest, size = excluded.size,
       dek = excluded.dek, announced = NULL
"""
_FORGET: Final = "DELETE FROM share_chunk WHERE share = $1"
_CHUNK: Final = "INSERT INTO share_chunk (share, n, sealed) VALUES ($1, $2, $3)"
_UNTOLD: Final = """
SELECT id, unit, digest, rows, complete, revision FROM share
 WHERE starts = $1 AND ends = $2 AND announced IS NULL AND unit = ANY ($3::text[]) ORDER BY unit
"""
_TOLD: Final = "UPDATE share SET announced = $2 WHERE id = $1 AND digest = $3"
_LOCK: Final = "SELECT pg_advisory_xact_lock(7071, hashtext($1))"


@dataclass(frozen=True, slots=True)
class Extract:
    """What a unit's package is made of."""

    unit: str
    tables: Sequence[Table]
    content: bytes

    @property
    def count(self) -> int:
        """Rows of all tables."""
        return sum(len(table.rows) for table in self.tables)


async def share(night: Night) -> Summary:
    """Make, store and announce the packages of the interval; counts `units`, `made`, `unchanged`, `rows`."""
    units = connected(night)
    async with night.work("share") as work:
        kept: list[tuple[str, str]] = []
        async with night.hub.database.connection() as conn:
            districts = await district.tables(night, conn)
        for unit in units:
            made, extract = await _share(night, unit, districts)
            work.count("made" if made else "unchanged")
            work.count("rows", extract.count)
            kept.append((unit, extract.content.hex()))
        work.count("units", len(units))
        work.count("announced", await _announce(night, units))
        work.digest_of(kept)
    return work.counts


def connected(night: Night) -> list[str]:
    """The units of the interval's last day that a system acts for, by code."""
    registry = night.hub.registry
    acting = {unit for system in registry.systems.values() if not system.disabled for unit in system.units}
    last = night.interval.ends - timedelta(seconds=1)
    return [row.code for row in registry.units_on(last) if row.code in acting]


async def _share(night: Night, unit: str, districts: Mapping[str, Table]) -> tuple[bool, Extract]:
    async with night.hub.database.writing() as conn:
        await conn.execute(_LOCK, unit)  # two runs at a time must not both be the first
        extract = await _extract(night, conn, unit, districts)
        span, now = night.interval, night.hub.clock()
        known = await conn.fetchrow(_KNOWN, unit, span.starts, span.ends)
        complete = now >= span.ends
        if known and bytes(known["content"]) == extract.content and known["complete"] == complete:
            return False, extract
        sid: UUID = known["id"] if known else new_id(now)
        revision = known["revision"] + 1 if known else 1
        package = pack(night, extract, sid, revision, now)
        dek = night.hub.sealer.new_dek()
        head = (sid, unit, span.starts, span.ends, revision, now, complete, extract.count, extract.content)
        wrapped = night.hub.sealer.wrap(dek, None, f"share|{sid}|dek")
        await conn.execute(_KEEP, *head, named(package), len(package), wrapped)
        await conn.execute(_FORGET, sid)
        await conn.executemany(_CHUNK, _sealed(night, sid, dek, package))
    return True, extract


async def _extract(
    night: Night, conn: asyncpg.Connection, unit: str, districts: Mapping[str, Table]
) -> Extract:
    tables = await rows.tables(night, conn, unit)
    known = night.hub.registry.units.get(unit)
    of_district = districts.get(known.division[: district.DISTRICT_DIGITS]) if known else None
    whole = [*tables, of_district] if of_district else tables
    return Extract(unit, whole, digest(whole))


def pack(night: Night, extract: Extract, sid: UUID, revision: int, now: datetime) -> bytes:
    """The zip: data files, their description, and the manifest that signs the digest of each."""
    span = night.interval
    period = {"from": shown(span.starts), "to": shown(span.ends)}
    about: dict[str, Any] = {
        "name": f"liantiao-{extract.unit.lower()}-{legal_day(span.starts):%Y%m%d}",
        "id": f"urn:uuid:{sid}",
        "title": "联调数据共享包",
        "description": "本单位当期收发消息的隐名摘录。What the unit sent and was told, names hidden.",
        "version": f"1.0.{revision}",
        "created": shown(now),
        "sources": [{"title": night.hub.settings.issuer}],
        "unit": extract.unit,
        "period": period,
        "complete": now >= span.ends,
    }
    data = data_files(extract.tables)
    files = {"datapackage.json": descriptor(about, extract.tables, data), **data}
    told = {
        "iss": night.hub.settings.issuer,
        "iat": int(now.timestamp()),
        "jti": f"{sid}/{revision}",
        "unit": extract.unit,
        "period": period,
        "content": f"sha-256:{extract.content.hex()}",
        "files": [{"name": n, "size": len(raw), "digest": named(raw)} for n, raw in files.items()],
    }
    manifest = night.hub.keyring.sign_payload(TYP, canonical(told))
    return archive.write({MANIFEST: manifest.encode(), **files})


def named(content: bytes) -> str:
    """The digest of bytes as the contract writes it."""
    return f"sha-256:{sha256(content).hexdigest()}"


def _sealed(night: Night, sid: UUID, dek: bytes, package: bytes) -> list[tuple[UUID, int, bytes]]:
    parts = [package[at : at + CHUNK] for at in range(0, len(package), CHUNK)]
    last, aad = len(parts) - 1, PART.format(sid)
    seal = night.hub.sealer.seal_chunk
    return [(sid, n, seal(dek, aad, n, last=n == last, plain=part)) for n, part in enumerate(parts)]


async def _announce(night: Night, units: Sequence[str]) -> int:
    """Tell each unit of a package it was not told of; again, should the process die in between."""
    span = night.interval
    async with night.hub.database.connection() as conn:
        waiting = await conn.fetch(_UNTOLD, span.starts, span.ends, list(units))
    for row in waiting:
        message = announcement(night, row)
        await night.hub.writer.put(message)
        async with night.hub.database.writing() as conn:
            await conn.execute(_TOLD, row["id"], message.id, row["digest"])
    return len(waiting)


def announcement(night: Night, row: Mapping[str, Any]) -> Prepared:
    """The hub's own message that a package is there: a `snapshot` of the dataset `extract` (ADR 0021)."""
    now, span = night.hub.clock(), night.interval
    document: dict[str, object] = {
        "identifiers": [],
        "dataset": "extract",
        "business_date": legal_day(span.starts).isoformat(),
        "blob": row["digest"],
        "rows": row["rows"],
        "coverage": [row["unit"]],
        "complete": row["complete"],
        "cut_off": shown(min(now, span.ends)),
        "remarks": f"/v1/shares/{row['id']}",
    }
    head = ("snapshot", f"share-{row['id']}-{row['revision']}", document)
    said = Saying(*head, to=row["unit"], purpose="statistics")
    return own_message(night.hub.desk, now, said)
