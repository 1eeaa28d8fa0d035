"""Honours of mediators: kept as they are said, listed with a name only where the person agreed.

Whether a name is shown is asked of the register each time the list is read: consent that is taken back takes
the name off the list. Who did not agree is counted with the unit that honoured, nothing more: a text about
them could name them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Final
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.prepare import Prepared
from hub.law.calendar import legal_day
from hub.law.reading import Document, at, day, instant, text
from hub.trust.seal import Sealer

if TYPE_CHECKING:
    from hub.exchange.batch import Batch, Taken

_KEEP: Final = """
INSERT INTO honour (message, system, ref, unit, day, dek, document) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_WITHDRAW: Final = "UPDATE honour SET withdrawn_at = $2 WHERE message = $1 AND withdrawn_at IS NULL"
_LIST: Final = """
SELECT h.message, h.unit, h.day, h.dek, h.document, e.message AS entry, e.action, e.dek AS entry_dek,
       e.document AS entry_document
  FROM honour h LEFT JOIN LATERAL (
       SELECT message, action, dek, document FROM register_entry
        WHERE register = 'mediator' AND system = h.system AND ref = h.ref AND valid_from <= $3
        ORDER BY message DESC LIMIT 1) e ON true
 WHERE h.withdrawn_at IS NULL AND h.day BETWEEN $1 AND $2 ORDER BY h.day, h.message LIMIT 2000
"""


@dataclass(slots=True)
class Honours:
    """What a batch takes in, and takes back."""

    taken: list[tuple[object, ...]] = field(default_factory=list)
    withdrawn: list[UUID] = field(default_factory=list)


def note(batch: "Batch", item: Prepared, taken: "Taken", wrapped: bytes) -> None:
    """An honour that an accepted record tells of a mediator."""
    document, record = taken.record.document or {}, taken.record
    if not isinstance(document.get("honour"), dict) or text(document, "subject.kind") != "mediator":
        return
    acted = day(at(document, "period.to")) or legal_day(
        instant(document.get("business_time")) or item.received_at
    )
    ref = (text(document, "subject.id") or "").strip()
    envelope = item.envelope
    batch.assessing.honoured.taken.append(
        (record.id, envelope.iss, ref, envelope.unit, acted, wrapped, record.sealed)
    )


async def follow(conn: asyncpg.Connection, batch: "Batch") -> None:
    """The rows of what was taken in, and back."""
    found = batch.assessing.honoured
    if found.taken:
        await conn.executemany(_KEEP, found.taken)
    for message in found.withdrawn:
        await conn.execute(_WITHDRAW, message, batch.now)


async def listed(
    conn: asyncpg.Connection, sealer: Sealer, span: tuple[date, date], today: date
) -> dict[str, object]:
    """The honours of a span of days: those of people who agreed with names, of others a count by unit."""
    named: list[dict[str, object]] = []
    unnamed: dict[str, int] = {}
    for row in await conn.fetch(_LIST, *span, today):
        entry = _opened(sealer, row["entry"], row["entry_dek"], row["entry_document"])
        if entry.get("photo_consent") is not True or row["action"] in ("remove", "suspend"):
            unnamed[row["unit"]] = unnamed.get(row["unit"], 0) + 1
            continue
        document = _opened(sealer, row["message"], row["dek"], row["document"])
        honour = {name: text(document, f"honour.{name}") for name in ("kind", "reason")}
        told = {"name": text(entry, "name"), "unit": row["unit"], "day": row["day"].isoformat()}
        named.append({**told, **honour})
    first, last = span
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "named": named,
        "unnamed": [{"unit": unit, "count": count} for unit, count in sorted(unnamed.items())],
    }


def _opened(sealer: Sealer, message: UUID | None, dek: bytes | None, sealed: bytes | None) -> Document:
    if message is None or dek is None or sealed is None:
        return {}
    aad = f"message|{message}"
    document: Mapping[str, object] = orjson.loads(
        sealer.open(sealer.unwrap(dek, None, aad + "|dek"), aad + "|document", sealed)
    )
    return document
