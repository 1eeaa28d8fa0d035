"""Disputes that were merged, as a batch meets them: what names the absorbed one means the survivor.

Messages stay under the key of the dispute in which they were received; a dossier that has absorbed others
knows their keys. Asks the database only when a dispute of the batch was merged or has absorbed one.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

import asyncpg

from hub.exchange.desk import Desk
from hub.exchange.dossier import Dossier
from hub.exchange.lookup import Found, open_dossiers
from hub.law.merging import FROM, INTO
from hub.law.reading import listed, text
from hub.store.ids import read_id

_KEYS = "SELECT id, key FROM dispute WHERE id = ANY ($1::uuid[])"


async def open_all(conn: asyncpg.Connection, ids: set[UUID], desk: Desk) -> dict[UUID, Dossier]:
    """Lock and read the disputes, those they were merged into, and the keys of what they have absorbed."""
    dossiers = await open_dossiers(conn, ids, desk)
    wanted = set(_survivors(dossiers.values()).values()) - set(dossiers)
    while wanted:
        dossiers |= await open_dossiers(conn, wanted, desk)
        wanted = set(_survivors(dossiers.values()).values()) - set(dossiers)
    owner = {read_id(str(a)): d for d in dossiers.values() for a in listed(d.facts, FROM)}
    for row in await conn.fetch(_KEYS, list(owner)) if owner else ():
        owner[row["id"]].absorbed[row["id"]] = desk.sealer.dispute_key(row["id"], row["key"])
    return dossiers


def _survivors(dossiers: Iterable[Dossier]) -> dict[UUID, UUID]:
    into = ((d.id, text(d.facts, INTO)) for d in dossiers)
    return {did: read_id(survivor) for did, survivor in into if survivor is not None}


def living(dossiers: Mapping[UUID, Dossier]) -> dict[UUID, Dossier]:
    """The dossiers that messages step: none that was merged into another."""
    gone = _survivors(dossiers.values())
    return {did: dossier for did, dossier in dossiers.items() if did not in gone}


def redirected(dossiers: Mapping[UUID, Dossier], found: Found) -> dict[UUID, Dossier]:
    """The living dossiers, each also under what it has absorbed; what was found points there too."""
    known, gone = living(dossiers), _survivors(dossiers.values())
    for did in gone:
        at = gone[did]
        while at in gone:
            at = gone[at]
        known[did] = known[at]
        found.moved(did, at)
    return known
