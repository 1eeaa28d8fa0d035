"""Extracts as units fetch them (contract 5): a list, and a package or one of its files.

Made every night by `hub.nightly.share`; here they are only read: by the reader role, under row-level
security.
"""

import zipfile
from io import BytesIO
from typing import Final
from uuid import UUID

import asyncpg

from hub.errors import Broken, Fault, Refused
from hub.exchange.answers import shown
from hub.trust.seal import Sealer

TYP: Final = "liantiao-share+jws"
MANIFEST: Final = "manifest.jws"
PART: Final = "share_chunk|{}|sealed"
"""The associated data of a package's chunks, with the id of its share."""

_COLUMNS: Final = "id, unit, starts, ends, revision, made_at, complete, rows, digest, size"
_LIST: Final = f"""
SELECT {_COLUMNS} FROM share
 WHERE unit = ANY ($1::text[]) AND id > $2 ORDER BY id LIMIT $3
"""  # noqa: S608  columns are ours
_ONE: Final = f"SELECT {_COLUMNS}, dek FROM share WHERE id = $2 AND unit = ANY ($1::text[])"  # noqa: S608
_CHUNKS: Final = "SELECT n, sealed FROM share_chunk WHERE share = $1 ORDER BY n"
_BEFORE_ALL: Final = UUID(int=0)


async def page(
    conn: asyncpg.Connection, units: tuple[str, ...], after: str | None, limit: int
) -> dict[str, object]:
    """The shares of these units, oldest first."""
    rows = await conn.fetch(_LIST, list(units), _cursor(after), limit)
    return {
        "shares": [_shown(row) for row in rows],
        "next": str(rows[-1]["id"]) if rows else after,
        "more": len(rows) == limit,
    }


async def package(
    conn: asyncpg.Connection, units: tuple[str, ...], share: UUID, sealer: Sealer
) -> tuple[str, bytes]:
    """Digest and bytes of a package. Raises Refused `unknown`."""
    row = await conn.fetchrow(_ONE, list(units), share)
    if row is None:
        raise Refused("unknown")
    dek = sealer.unwrap(row["dek"], None, f"share|{share}|dek")
    chunks = await conn.fetch(_CHUNKS, share)
    last, aad = len(chunks) - 1, PART.format(share)
    parts = [
        sealer.open_chunk(dek, aad, c["n"], last=c["n"] == last, sealed=bytes(c["sealed"])) for c in chunks
    ]
    content = b"".join(parts)
    if len(content) != row["size"]:
        raise Broken(f"share|{share}: 长度不符 · the length is not as stated")
    return row["digest"], content


def part(content: bytes, name: str) -> bytes:
    """One file of a package. Raises Refused `unknown`."""
    with zipfile.ZipFile(BytesIO(content)) as zipped:
        if name not in zipped.namelist():
            raise Refused("unknown")
        return zipped.read(name)


def _shown(row: asyncpg.Record) -> dict[str, object]:
    return {
        "share": str(row["id"]),
        "unit": row["unit"],
        "period": {"from": shown(row["starts"]), "to": shown(row["ends"])},
        "revision": row["revision"],
        "made_at": shown(row["made_at"]),
        "complete": row["complete"],
        "rows": row["rows"],
        "digest": row["digest"],
        "size": row["size"],
        "package": f"/v1/shares/{row['id']}",
    }


def _cursor(after: str | None) -> UUID:
    try:
        return UUID(after) if after else _BEFORE_ALL
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", pointer="after")) from e
