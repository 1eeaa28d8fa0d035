"""A letter: a delivery with its claims fixed, ready to be signed and handed to a transport.

At the first claim the message is opened, cut to what the addressee may see, and the claims are sealed
into the delivery's row; every later try signs the same claims, with whatever key is active then. Works
in the caller's transaction, on rows the caller has locked.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Broken
from hub.exchange.parts import Parts
from hub.exchange.tokens_out import (
    NOTICES,
    TYP,
    VERIFICATION,
    Document,
    Posting,
    Source,
    claims,
    document_of,
    is_stricter,
    replaced,
)
from hub.logs import Event, note
from hub.store.ids import new_id

COLUMNS: Final = (
    "id, message, system, unit, sender, role, subject, seq, event, detail, tries, claims, dek, view"
)
"""The columns of a delivery that `posting` needs."""

_SOURCES = """
SELECT m.id, m.jti, m.kind, m.received_at, m.digest, m.receipt, m.dek, m.document,
       d.id AS dispute, d.key
  FROM message m LEFT JOIN dispute d ON d.id = m.dispute WHERE m.id = ANY ($1::uuid[])
"""
_SUPERSEDE = "UPDATE delivery SET state = 'superseded', done_at = $2 WHERE id = ANY ($1::uuid[])"
_REPLACE = """
INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, detail, state,
                      created_at, next_try, overdue_at)
SELECT r.fresh, d.message, d.system, d.unit, d.sender, d.role, d.subject, d.seq, d.event, d.detail,
       'queued', d.created_at, d.next_try, d.overdue_at
  FROM unnest($1::uuid[], $2::uuid[]) AS r (fresh, old) JOIN delivery d ON d.id = r.old
"""
_STORE = """
UPDATE delivery d
   SET next_try = coalesce($6, d.next_try), tries = d.tries + 1,
       first_sent_at = coalesce(d.first_sent_at, $5),
       claims = coalesce(r.claims, d.claims), dek = coalesce(r.dek, d.dek), view = coalesce(r.view, d.view)
  FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) AS r (id, claims, dek, view)
 WHERE d.id = r.id
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A delivery ready to leave. `id`: the jti; `payload`: the claims as they are; `tries`: with this one."""

    id: UUID
    message: UUID
    system: str
    unit: str
    subject: UUID
    seq: int
    event: str
    payload: bytes
    tries: int

    @property
    def digest(self) -> bytes:
        """SHA-256 of the payload: what evidence names."""
        return sha256(self.payload).digest()


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A letter with what must be stored of it; nothing when its claims were there already."""

    letter: Letter
    claims: bytes | None = None
    dek: bytes | None = None
    view: str | None = None
    replaces: UUID | None = None


class Letters:
    """Makes letters of postings. One per process."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._sealer = parts.sealer

    def sign(self, letter: Letter) -> str:
        """The token: the letter's claims under the key that is active now."""
        return self._parts.keyring.sign_payload(TYP, letter.payload)

    def settled(self, posting: Posting) -> bool:
        """Whether the claims are there and the view that cut them is the one in force."""
        return posting.claims is not None and posting.view == self._view(posting)

    def opened(self, posting: Posting) -> Letter:
        """The letter of a settled posting. Raises Broken."""
        return _letter(posting, posting.id, self._payload(posting))

    def open_all(self, postings: Iterable[Posting]) -> list[Letter]:
        """The letters of settled postings; one that cannot be read is reported and left out."""
        letters = []
        for posting in postings:
            try:
                letters.append(self.opened(posting))
            except Broken as e:
                note(Event.DELIVERY_UNREADABLE, delivery=str(posting.id), reason=str(e))
        return letters

    async def fix(
        self,
        conn: asyncpg.Connection,
        postings: Sequence[Posting],
        now: datetime,
        next_try: datetime | None = None,
    ) -> list[Letter]:
        """Fix the claims of locked postings and note the try, with the time of the next one.

        A posting that cannot be read is left out: it is reported, waits until `next_try` like a failed
        try, and does not hold up the others.
        """
        unsettled = [p for p in postings if not self.settled(p)]
        sources = await self._sources(conn, {p.message for p in unsettled})
        fixed: list[_Fixed] = []
        for posting in postings:
            try:
                fixed.append(self._fix(posting, sources, now))
            except Broken as e:
                note(Event.DELIVERY_UNREADABLE, delivery=str(posting.id), reason=str(e))
                fixed.append(_Fixed(_letter(posting, posting.id, b"")))
        await self._store(conn, fixed, now, next_try)
        return [f.letter for f in fixed if f.letter.payload]

    def _view(self, posting: Posting) -> str:
        if posting.event in NOTICES or posting.event == VERIFICATION:
            return ""
        return self._parts.views.version(posting.event, posting.role)

    def _payload(self, posting: Posting) -> bytes:
        if posting.claims is None or posting.dek is None:
            raise Broken(f"delivery|{posting.id}: 没有声明 · no claims")
        dek = self._sealer.unwrap(posting.dek, None, f"delivery|{posting.id}|dek")
        return self._sealer.open(dek, f"delivery|{posting.id}|claims", posting.claims)

    async def _sources(
        self, conn: asyncpg.Connection, messages: Iterable[UUID]
    ) -> dict[UUID, asyncpg.Record]:
        wanted = list(messages)
        if not wanted:
            return {}
        return {row["id"]: row for row in await conn.fetch(_SOURCES, wanted)}

    def _fix(self, posting: Posting, sources: Mapping[UUID, asyncpg.Record], now: datetime) -> _Fixed:
        if self.settled(posting):
            return _Fixed(self.opened(posting))
        row = sources.get(posting.message)
        if row is None:
            raise Broken(f"delivery|{posting.id}: 没有消息 · no message")
        source = self._source(posting, row)
        if posting.claims is None:
            made = claims(posting, source, self._parts.settings.issuer, now, self._parts.views.cut)
            return self._sealed(posting, posting.id, made)
        return self._cut_again(posting, source, now)

    def _cut_again(self, posting: Posting, source: Source, now: datetime) -> _Fixed:
        """The view changed since the claims were fixed: only a stricter one replaces them."""
        before = orjson.loads(self._payload(posting))
        allowed = self._parts.views.cut(source.kind, posting.role, source.document)
        if not is_stricter(document_of(before), allowed):
            return _Fixed(self.opened(posting), view=self._view(posting))
        jti = new_id(now)
        return replace(self._sealed(posting, jti, replaced(before, jti, allowed)), replaces=posting.id)

    def _sealed(self, posting: Posting, jti: UUID, made: Mapping[str, object]) -> _Fixed:
        payload = orjson.dumps(made)
        dek = self._sealer.new_dek()
        return _Fixed(
            _letter(posting, jti, payload),
            self._sealer.seal(dek, f"delivery|{jti}|claims", payload),
            self._sealer.wrap(dek, None, f"delivery|{jti}|dek"),
            self._view(posting),
        )

    def _source(self, posting: Posting, row: asyncpg.Record) -> Source:
        document: Document = {}
        if posting.event not in NOTICES:
            under = None
            if row["dispute"] is not None:
                under = self._sealer.dispute_key(row["dispute"], row["key"])
            dek = self._sealer.unwrap(row["dek"], under, f"message|{row['id']}|dek")
            document = orjson.loads(self._sealer.open(dek, f"message|{row['id']}|document", row["document"]))
        names = ("id", "jti", "kind", "received_at", "digest", "receipt")
        return Source(**{name: row[name] for name in names}, document=document)

    async def _store(
        self,
        conn: asyncpg.Connection,
        fixed: Sequence[_Fixed],
        now: datetime,
        next_try: datetime | None,
    ) -> None:
        swapped = [f for f in fixed if f.replaces is not None]
        if swapped:
            old = [f.replaces for f in swapped]
            await conn.execute(_SUPERSEDE, old, now)
            await conn.execute(_REPLACE, [f.letter.id for f in swapped], old)
        if fixed:
            await conn.execute(
                _STORE,
                [f.letter.id for f in fixed],
                [f.claims for f in fixed],
                [f.dek for f in fixed],
                [f.view for f in fixed],
                now,
                next_try,
            )


def posting(row: Mapping[str, object]) -> Posting:
    """A posting of a row with `COLUMNS`."""
    return Posting(**{name: row[name] for name in Posting.__dataclass_fields__})  # type: ignore[arg-type]


def _letter(posting: Posting, jti: UUID, payload: bytes) -> Letter:
    return Letter(
        jti,
        posting.message,
        posting.system,
        posting.unit,
        posting.subject,
        posting.seq,
        posting.event,
        payload,
        posting.tries + 1,
    )
