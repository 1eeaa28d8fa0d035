"""Opens the sealed registrations of a night, and of the days they may match, into features. In memory only.

A chunk at a time: a document is open for as long as its features are taken. Of earlier disputes only those
stay that share a blocking key or a number with one of the interval.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.hub import Hub
from hub.nightly.linkage.records import Compared, compared
from hub.nightly.night import Interval
from hub.port import Doc

REACH: Final = timedelta(days=120)
"""How far back a registration of the interval looks for its double."""
_CHUNK: Final = 1000
_KINDS: Final = ["dispute", "referral"]
"""What brings a dispute with its parties: a registration, or a mediation unit's own acceptance."""
_OPENED: Final = """
SELECT id, key, roles, opened_at FROM dispute
 WHERE opened_at >= $1 AND opened_at < $2 AND state NOT IN ('merged', 'voided')
 ORDER BY opened_at, id
"""
# Disputes of any age that go by a number which one of the interval names.
_NAMED: Final = """
SELECT id, key, roles, opened_at FROM dispute
 WHERE id IN (SELECT dispute FROM identifier WHERE blind = ANY ($1::bytea[])) AND opened_at < $2
   AND state NOT IN ('merged', 'voided')
 ORDER BY opened_at, id
"""
_LATEST: Final = """
SELECT id, dispute, dek, document FROM message m
 WHERE dispute = ANY ($1::uuid[]) AND kind = ANY ($2::text[]) AND received_at < $3
   AND NOT EXISTS (SELECT 1 FROM message n
                    WHERE n.dispute = m.dispute AND n.replaces = m.id AND n.received_at < $3)
 ORDER BY id
"""


async def opened(hub: Hub, interval: Interval) -> list[Compared]:
    """The disputes opened in the interval, then those before it that may match one of them."""
    fresh = [
        r async for r in _features(hub, await _rows(hub, _OPENED, interval.starts, interval.ends), interval)
    ]
    wanted = set(chain.from_iterable(_hooks(record) for record in fresh))
    rows = await _rows(hub, _OPENED, interval.starts - REACH, interval.starts)
    numbers = [bytes.fromhex(n) for record in fresh for n in record.refers]
    rows += await _rows(hub, _NAMED, numbers, interval.starts - REACH) if numbers else []
    kept = (
        [r async for r in _features(hub, rows, interval) if not wanted.isdisjoint(_hooks(r))] if fresh else []
    )
    return [*fresh, *kept]


def _hooks(record: Compared) -> Iterable[str]:
    return chain(record.blocking_keys(), (f"number {n}" for n in (*record.numbers, *record.refers)))


async def _rows(hub: Hub, query: str, *args: object) -> list[asyncpg.Record]:
    async with hub.database.connection() as conn:
        found: list[asyncpg.Record] = await conn.fetch(query, *args)
    return found


async def _features(hub: Hub, rows: list[asyncpg.Record], interval: Interval) -> AsyncIterator[Compared]:
    for begin in range(0, len(rows), _CHUNK):
        chunk = rows[begin : begin + _CHUNK]
        documents = await _documents(hub, {row["id"]: row["key"] for row in chunk}, interval.ends)
        for row in chunk:
            record = compared(
                str(row["id"]),
                _source(hub, row["roles"]),
                documents.get(row["id"], ()),
                hub.sealer.blind,
                fresh=row["opened_at"] >= interval.starts,
            )
            if record is not None:
                yield record


async def _documents(hub: Hub, keys: Mapping[UUID, bytes], before: datetime) -> dict[UUID, list[Doc]]:
    found: dict[UUID, list[Doc]] = {}
    for row in await _rows(hub, _LATEST, list(keys), _KINDS, before):
        place = f"message|{row['id']}"
        key = hub.sealer.dispute_key(row["dispute"], keys[row["dispute"]])
        dek = hub.sealer.unwrap(row["dek"], key, f"{place}|dek")
        document = orjson.loads(hub.sealer.open(dek, f"{place}|document", row["document"]))
        found.setdefault(row["dispute"], []).append(document)
    return found


def _source(hub: Hub, roles: Mapping[str, list[str]]) -> str:
    """The agency of who registered the dispute; its code where the unit is no more."""
    registrar = next(iter(roles.get("registrar", ())), "")
    unit = hub.desk.units.get(registrar)
    return unit.agency if unit else registrar
