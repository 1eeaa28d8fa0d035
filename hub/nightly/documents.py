"""Documents of accepted messages, opened in memory for the night: never written anywhere in clear."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.exchange.hub import Hub
from hub.trust.seal import Sealer

AT_ONCE: Final = 500
"""Documents that are open at one time."""
_READ: Final = """
SELECT m.id, m.dispute, m.dek, m.document, d.key FROM message m LEFT JOIN dispute d ON d.id = m.dispute
 WHERE m.id = ANY ($1::uuid[]) ORDER BY m.id
"""


class Opened(NamedTuple):
    """A message and what it says."""

    message: UUID
    document: Mapping[str, Any]


async def opened(hub: Hub, messages: Sequence[UUID]) -> AsyncIterator[list[Opened]]:
    """The documents of these messages, a few hundred at a time; those of erased disputes are left out."""
    for start in range(0, len(messages), AT_ONCE):
        async with hub.database.connection() as conn:
            rows = await conn.fetch(_READ, list(messages[start : start + AT_ONCE]))
        yield [_open(hub.sealer, row) for row in rows if row["dispute"] is None or row["key"]]


def _open(sealer: Sealer, row: asyncpg.Record) -> Opened:
    mid, dispute = row["id"], row["dispute"]
    under = sealer.dispute_key(dispute, row["key"]) if dispute else None
    dek = sealer.unwrap(row["dek"], under, f"message|{mid}|dek")
    return Opened(mid, orjson.loads(sealer.open(dek, f"message|{mid}|document", row["document"])))
