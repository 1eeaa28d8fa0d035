"""The evidence of one message for one caller: gathers from the store what `hub.evidence.bundle` packs.

The sender's holds its message and receipt and what became of every token; a receiver's its own tokens and
the digest of what it never saw. Both show which units have signed a typical case.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.errors import Unavailable
from hub.evidence import bundle as pack
from hub.evidence import log
from hub.evidence.entries import key_ref, signoff_ref
from hub.exchange.hub import Hub
from hub.exchange.letters import COLUMNS, Letter, posting
from hub.exchange.reading import Asking, Reader

_EVENTS: Final = """
SELECT e.leaf, e.message, e.delivery, e.type, e.digest, e.salt, e.claims, d.unit, d.system
  FROM event_leaf e LEFT JOIN delivery d ON d.id = e.delivery
 WHERE e.message = $1 AND (e.delivery IS NULL OR e.type = 'signoff' OR $2 OR d.system = $3) ORDER BY e.leaf
"""
_KEY_LEAVES: Final = """
SELECT message, leaf, salt FROM event_leaf WHERE message = ANY ($1::uuid[]) AND delivery IS NULL
"""
_SIGNERS: Final = "SELECT unit FROM typical_signoff WHERE message = $1"
_POSTINGS: Final = f"SELECT {COLUMNS} FROM delivery WHERE message = $1 AND claims IS NOT NULL"  # noqa: S608
# Ids of a file and of its records begin with the same millisecond.
_RECORDS: Final = """
SELECT r.id FROM message f JOIN message r ON r.parent = f.id
   AND r.id >= uuid7_floor(f.received_at - interval '1 minute')
   AND r.id < uuid7_floor(f.received_at + interval '1 minute')
 WHERE f.id = $1 ORDER BY r.ord
"""


async def bundle(hub: Hub, caller: Asking, mid: UUID, since: int | None = None) -> bytes:
    """The zip of contract 6, with a proof from the tree of size `since` to the present one.

    Raises Refused 'unknown', Unavailable while the log is behind.
    """
    await hub.sequencer.drain()
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        row = await reader.row(mid)
        sender = row["role"] == "sender"
        original = await reader.original(row) if sender else None
        receipt = await reader.receipt(mid) if sender else ""
    home: UUID = row["parent"] or mid
    async with hub.database.connection() as conn:
        events = await conn.fetch(_EVENTS, home, sender, caller.client_id)
        if home != mid:
            events += await conn.fetch(_EVENTS, mid, sender, caller.client_id)
        letters = await _letters(hub, conn, mid)
        signed = {signoff_ref(mid, r["unit"]): r["unit"] for r in await conn.fetch(_SIGNERS, mid)}
        keys = await _keys(hub, conn, row["iss"])
        note, placed = await _proved(conn, [e["leaf"] for e in events] + [k[2] for k in keys if k[2]])
        earlier = await log.earlier(conn, _size(note), since)
        records = [str(r["id"]) for r in await conn.fetch(_RECORDS, mid)]
    entry = next(e for e in events if e["type"] == "message")
    return pack.pack(
        pack.Bundle(
            issuer=hub.settings.issuer,
            message=str(mid),
            unit=row["unit"],
            digest=bytes(entry["digest"]),
            entry=pack.Opened(bytes(entry["salt"]), placed[bytes(entry["leaf"])]),
            checkpoint=note,
            vkey=hub.log_signer.verifier.vkey(),
            keys=[_key(k, placed) for k in keys],
            events=_told(hub, caller, events, placed, _Known(letters, signed)),
            consistency=[pack.Consistency(first, hashes) for first, hashes in earlier],
            original=pack.Original(*original, receipt) if original else None,
            part_of=str(home) if home != mid else None,
            records=records,
        )
    )


async def _proved(conn: asyncpg.Connection, leaves: Iterable[bytes]) -> tuple[str, dict[bytes, log.Logged]]:
    """The newest checkpoint and every leaf's place under it."""
    note = await log.checkpoint(conn)
    wanted = {bytes(leaf) for leaf in leaves}
    placed = await log.prove(conn, list(wanted), _size(note))
    if len(placed) < len(wanted):
        raise Unavailable("存证日志尚未覆盖 · the log has not caught up", 1)
    return note, placed


def _size(note: str) -> int:
    return int(note.split("\n", 2)[1])


async def _letters(hub: Hub, conn: asyncpg.Connection, mid: UUID) -> dict[UUID, Letter]:
    rows = await conn.fetch(_POSTINGS, mid)
    return {letter.id: letter for letter in hub.way_out.letters.open_all([posting(r) for r in rows])}


_KeyRow = tuple[dict[str, object], str | None, bytes | None, bytes | None]


async def _keys(hub: Hub, conn: asyncpg.Connection, iss: str) -> list[_KeyRow]:
    """The hub's token keys and the sender's keys, with leaf and salt of their entries."""
    jwks: list[tuple[dict[str, object], str | None]] = [(dict(jwk), None) for jwk in hub.keyring.public_jwks]
    system = hub.registry.systems.get(iss)
    if system is not None:
        jwks += [(dict(key.jwk), iss) for key in system.keys.values()]
    refs = {key_ref(jwk, owner): (jwk, owner) for jwk, owner in jwks}
    found = {r["message"]: r for r in await conn.fetch(_KEY_LEAVES, list(refs))}
    rows: list[_KeyRow] = []
    for ref, (jwk, owner) in refs.items():
        hit = found.get(ref)
        leaf, salt = (bytes(hit["leaf"]), bytes(hit["salt"])) if hit else (None, None)
        rows.append((jwk, owner, leaf, salt))
    return rows


def _key(row: _KeyRow, placed: dict[bytes, log.Logged]) -> pack.Key:
    jwk, owner, leaf, salt = row
    opened = pack.Opened(salt, placed[leaf]) if leaf is not None and salt is not None else None
    return pack.Key(jwk, opened, owner)


class _Known(NamedTuple):
    """What rows of events do not say themselves: tokens by delivery, and which unit a signature is of."""

    letters: dict[UUID, Letter]
    signed: dict[UUID, str]


def _told(
    hub: Hub,
    caller: Asking,
    rows: Iterable[asyncpg.Record],
    placed: dict[bytes, log.Logged],
    known: _Known,
) -> list[pack.Event]:
    """What happened to the tokens. A token itself is there for its receiver, while its claims are kept."""
    told: list[pack.Event] = []
    for row in rows:
        if row["delivery"] is None:
            continue
        letter = known.letters.get(row["delivery"]) if row["type"] == "delivery" else None
        own = letter is not None and letter.system == caller.client_id
        told.append(
            pack.Event(
                row["type"],
                str(row["message"]),
                str(row["delivery"]),
                known.signed.get(row["delivery"], row["unit"]),
                pack.Opened(bytes(row["salt"]), placed[bytes(row["leaf"])]),
                None if row["claims"] is None else bytes(row["claims"]),
                hub.way_out.letters.sign(letter) if own and letter else None,
            )
        )
    return told
