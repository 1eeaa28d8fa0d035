"""The two signatures: of two persons of two units, each through its own unit's system; then it is public.

What a document says of another unit's signature counts for nothing. Every statement runs in one transaction
under a lock of the candidate, with an entry of the evidence log for each; the second signature publishes.
"""

import unicodedata
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.evidence import entries
from hub.exchange import proofs
from hub.exchange.answers import shown
from hub.exchange.desk import Desk
from hub.exchange.hub import Hub
from hub.exchange.typical import drafting, ending, review
from hub.law.reading import Document

_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended($1, 14))"
_SIGNED: Final = "SELECT unit, person, at FROM typical_signoff WHERE message = $1 ORDER BY at, unit"
_SIGN: Final = """
INSERT INTO typical_signoff (message, unit, system, at, person, dek, signed)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_PUBLISH: Final = """
INSERT INTO typical_published (message, units, published_at, dek, content) VALUES ($1, $2, $3, $4, $5)
"""
_PUBLISHED: Final = "SELECT published_at FROM typical_published WHERE message = $1"
_TWO: Final = 2
_PUBLIC: Final = ("title", "text", "rules", "tags")


class Signature(NamedTuple):
    """Who signs, for which unit, through which system. `repr` is not for logs: `person` is a name."""

    unit: str
    person: str
    system: str


async def state(hub: Hub, message: UUID, units: tuple[str, ...]) -> dict[str, object]:
    """How far a candidate is: findings, who signed (units only). Raises Refused `unknown`."""
    async with hub.database.writing() as conn:
        case = await _readable(conn, hub.desk, message, units)
        found = (await review.look(conn, hub.desk, case)).found
        signed = await conn.fetch(_SIGNED, message)
        published = await conn.fetchval(_PUBLISHED, message)
    told = _told([dict(row) for row in signed], published)
    if case.ended:
        told["state"] = "withdrawn"
    return {"case": str(message), **told, "findings": drafting.shown(found)}


async def sign(hub: Hub, message: UUID, signature: Signature) -> dict[str, object]:
    """Sign a candidate; with the second signature it is published.

    Raises Refused: `unknown`; `conflict` (taken back, or published already); `rule` (what keeps it from the
    public, by place); `kind-not-allowed` (403) for the unit or the person that signed already.
    """
    now = hub.clock()
    async with hub.database.writing() as conn:
        await conn.execute(_LOCK, str(message))
        case = await review.candidate(conn, hub.desk, message, signature.unit)
        signed = [dict(row) for row in await conn.fetch(_SIGNED, message)]
        if case.ended or len(signed) >= _TWO:
            raise Refused("conflict", Fault("typical-over"))
        person = hub.sealer.blind("signer", _normal(signature.person))
        if any(row["unit"] == signature.unit or row["person"] == person for row in signed):
            raise Refused("kind-not-allowed", Fault("two_signers", "/person"))
        await review.check(conn, case, await review.look(conn, hub.desk, case))
        row = _row(hub.desk, message, signature, person, now)
        await conn.execute(_SIGN, *row)
        await proofs.record(conn, [_evident(message, signature.unit, row[-1])], now)
        signed.append({"unit": signature.unit, "at": now})
        if len(signed) == _TWO:
            await _publish(conn, hub.desk, case, [str(row["unit"]) for row in signed], now)
    return {"case": str(message), **_told(signed, now if len(signed) == _TWO else None)}


async def withdraw(hub: Hub, message: UUID, unit: str) -> dict[str, object]:
    """Take a case back, by its sender or a unit that signed it. Raises Refused `unknown`."""
    now = hub.clock()
    async with hub.database.writing() as conn:
        await conn.execute(_LOCK, str(message))
        case = await review.candidate(conn, hub.desk, message, unit)
        signed = await conn.fetch(_SIGNED, message)
        if unit != case.sender and all(row["unit"] != unit for row in signed):
            raise Refused("unknown")
        await conn.execute(ending.END, message, unit, now)
    return {"case": str(message), "state": "withdrawn"}


async def _readable(
    conn: asyncpg.Connection, desk: Desk, message: UUID, units: tuple[str, ...]
) -> review.Candidate:
    for unit in units:
        try:
            return await review.candidate(conn, desk, message, unit)
        except Refused:
            continue
    raise Refused("unknown")


def _normal(person: str) -> str:
    """A name as it is compared: width and blanks make no other person."""
    return "".join(unicodedata.normalize("NFKC", person).split()).casefold()


def _row(
    desk: Desk, message: UUID, signature: Signature, person: bytes, now: datetime
) -> tuple[UUID, str, str, datetime, bytes, bytes, bytes]:
    dek, aad = desk.sealer.new_dek(), f"typical_signoff|{message}|{signature.unit}"
    signed = desk.sealer.seal(dek, aad + "|signed", signature.person.encode())
    wrapped = desk.sealer.wrap(dek, None, aad + "|dek")
    return message, signature.unit, signature.system, now, person, wrapped, signed


def _evident(message: UUID, unit: str, sealed: bytes) -> proofs.Event:
    """What the log says of a signature: which unit's, and by a digest of the sealed name, whose."""
    ref = entries.signoff_ref(message, unit)
    return proofs.Event("signoff", message, ref, unit, sha256(sealed).digest())


async def _publish(
    conn: asyncpg.Connection, desk: Desk, case: review.Candidate, units: list[str], now: datetime
) -> None:
    dek, aad = desk.sealer.new_dek(), f"typical_published|{case.message}"
    content = desk.sealer.seal(dek, aad + "|content", orjson.dumps(_public(case.document)))
    await conn.execute(_PUBLISH, case.message, units, now, desk.sealer.wrap(dek, None, aad + "|dek"), content)


def _public(document: Document) -> dict[str, object]:
    return {name: document[name] for name in _PUBLIC if name in document}


def _told(signed: list[dict[str, object]], published: datetime | None) -> dict[str, object]:
    return {
        "state": "published" if published else "signed" if signed else "candidate",
        "signed": [{"unit": row["unit"], "at": _shown(row["at"])} for row in signed],
        "published_at": shown(published) if published else None,
    }


def _shown(at: object) -> str | None:
    return shown(at) if isinstance(at, datetime) else None
