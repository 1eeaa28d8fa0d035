"""Streams of the hub as a transmitter of OpenID SSF 1.0: one per system, to be made, changed, paused, tried.

A stream is only the way by which a system's deliveries leave: they exist before it, wait while it is
paused or gone, and keep their order when its method is switched.
"""

from typing import Final
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange import tokens_out
from hub.exchange.push_address import Forbidden, Gate, lies_under
from hub.exchange.stream_requests import (
    Delivery,
    Kept,
    StatusRequest,
    StreamRequest,
    VerifyRequest,
)
from hub.exchange.stream_shape import check_supplied, shown
from hub.settings import Settings
from hub.store.clock import Clock
from hub.store.database import Database
from hub.store.ids import new_id
from hub.trust.seal import Sealer

_COLUMNS: Final = "id, method, endpoint, description, dek, events, pinned, status"
_READ: Final = f"SELECT {_COLUMNS} FROM stream WHERE (SELECT act_as($1, $2)) AND system = $2"  # noqa: S608
_LOCK: Final = f"SELECT {_COLUMNS} FROM stream WHERE system = $1 FOR UPDATE"  # noqa: S608  names are ours
_INSERT: Final = """
INSERT INTO stream (id, system, method, endpoint, authorization_header, description, dek, events, pinned,
                    created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (system) DO NOTHING RETURNING id
"""
_UPDATE: Final = """
UPDATE stream SET events = $2, description = $3, pinned = $4 WHERE system = $1
"""
_REDIRECT: Final = """
UPDATE stream SET method = $2, endpoint = $3, authorization_header = $4,
                  failures = 0, failing_since = NULL, blocked_until = NULL WHERE system = $1
"""
_HASTEN: Final = """
UPDATE delivery SET next_try = $2 WHERE system = $1 AND state = 'queued' AND next_try > $2
"""
_STATUS: Final = "UPDATE stream SET status = $2 WHERE system = $1"
_DELETE: Final = "DELETE FROM stream WHERE system = $1"
_DROP_TRIALS: Final = """
DELETE FROM delivery
 WHERE system = $1 AND subject = $2 AND event = 'verification' AND state <> 'superseded'
"""
_TRIAL: Final = """
INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, state, created_at,
                      next_try, claims, dek, view)
VALUES ($1, $3, $2, '', '', '', $3, 1, 'verification', 'queued', $4, $4, $5, $6, '')
"""
_PREFIXES: Final = "SELECT push FROM system WHERE id = $1"


class Streams:
    """The streams, each managed by its own system. One per process."""

    def __init__(self, database: Database, sealer: Sealer, clock: Clock, settings: Settings) -> None:
        self._database = database
        self._sealer = sealer
        self._clock = clock
        self._issuer = settings.issuer
        self._gate = Gate(settings.push_allow)

    async def create(self, system: str, wanted: StreamRequest) -> dict[str, object]:
        """A system's stream. Raises Refused `conflict` if it has one, `malformed` for its address."""
        delivery = wanted.delivery
        if isinstance(delivery, Kept):
            raise TypeError
        stream = new_id(self._clock())
        dek = self._sealer.new_dek()
        async with self._database.writing() as conn:
            await self._check_address(conn, system, delivery)
            made = await conn.fetchval(
                _INSERT,
                stream,
                system,
                delivery.method,
                delivery.endpoint,
                self._sealed(dek, stream, "authorization_header", delivery.authorization_header),
                self._sealed(dek, stream, "description", _said(wanted.description)),
                self._sealer.wrap(dek, None, f"stream|{stream}|dek"),
                _listed(wanted.events),
                _said(wanted.pinned),
                self._clock(),
            )
            if made is None:
                raise Refused("conflict", Fault("stream-exists"))
        return await self.read(system)

    async def read(self, system: str, stream_id: str | None = None) -> dict[str, object]:
        """The configuration. Raises Refused `unknown` if there is none, or none of that id."""
        rows = await self._database.read((), system, _READ)
        return self._shown(system, _the(rows[0] if rows else None, stream_id))

    async def listed(self, system: str) -> list[dict[str, object]]:
        """The configurations of a system's streams: none, or the one."""
        rows = await self._database.read((), system, _READ)
        return [self._shown(system, row) for row in rows]

    async def change(self, system: str, wanted: StreamRequest) -> dict[str, object]:
        """Change or replace what the receiver supplies. Raises Refused."""
        async with self._database.writing() as conn:
            row = _the(await conn.fetchrow(_LOCK, system), wanted.stream_id)
            check_supplied(self._shown(system, row), wanted.supplied)
            if isinstance(wanted.delivery, Delivery):
                await self._check_address(conn, system, wanted.delivery)
                await self._redirect(conn, system, row, wanted.delivery)
            dek = self._dek(row)
            description = row["description"]
            if not isinstance(wanted.description, Kept):
                description = self._sealed(dek, row["id"], "description", wanted.description)
            events = row["events"] if isinstance(wanted.events, Kept) else _listed(wanted.events)
            pinned = row["pinned"] if isinstance(wanted.pinned, Kept) else wanted.pinned
            await conn.execute(_UPDATE, system, events, description, pinned)
        return await self.read(system)

    async def delete(self, system: str, stream_id: str | None) -> None:
        """End the stream; what it has not delivered waits for the next one. Raises Refused `unknown`."""
        async with self._database.writing() as conn:
            row = _the(await conn.fetchrow(_LOCK, system), stream_id)
            await conn.execute(_DROP_TRIALS, system, row["id"])
            await conn.execute(_DELETE, system)

    async def status(self, system: str, stream_id: str | None) -> dict[str, object]:
        """`enabled` or `paused`. Raises Refused `unknown`."""
        rows = await self._database.read((), system, _READ)
        row = _the(rows[0] if rows else None, stream_id)
        return {"stream_id": str(row["id"]), "status": row["status"]}

    async def set_status(self, system: str, wanted: StatusRequest) -> dict[str, object]:
        """Pause, or go on. Raises Refused `unknown`."""
        async with self._database.writing() as conn:
            row = _the(await conn.fetchrow(_LOCK, system), wanted.stream_id)
            await conn.execute(_STATUS, system, wanted.status)
        return {"stream_id": str(row["id"]), "status": wanted.status}

    async def verify(self, system: str, wanted: VerifyRequest) -> None:
        """Queue a verification event; a newer one takes the place of one not yet acknowledged."""
        now = self._clock()
        async with self._database.writing() as conn:
            row = _the(await conn.fetchrow(_LOCK, system), wanted.stream_id)
            jti = new_id(now)
            claims = tokens_out.verification(jti, system, row["id"], self._issuer, now, wanted.state)
            dek = self._sealer.new_dek()
            await conn.execute(_DROP_TRIALS, system, row["id"])
            await conn.execute(
                _TRIAL,
                jti,
                system,
                row["id"],
                now,
                self._sealer.seal(dek, f"delivery|{jti}|claims", orjson.dumps(claims)),
                self._sealer.wrap(dek, None, f"delivery|{jti}|dek"),
            )

    async def _redirect(
        self, conn: asyncpg.Connection, system: str, row: asyncpg.Record, delivery: Delivery
    ) -> None:
        """Another way out: a fresh start for it. What was under way the old way may arrive twice."""
        header = self._sealed(
            self._dek(row), row["id"], "authorization_header", delivery.authorization_header
        )
        await conn.execute(_REDIRECT, system, delivery.method, delivery.endpoint, header)
        await conn.execute(_HASTEN, system, self._clock())

    async def _check_address(self, conn: asyncpg.Connection, system: str, delivery: Delivery) -> None:
        """A push address lies under a registered one and is no inner address by its look."""
        if delivery.endpoint is None:
            return
        registered = await conn.fetchval(_PREFIXES, system) or []
        if not lies_under(delivery.endpoint, registered):
            raise _refused("push-address")
        try:
            self._gate.check_literal(delivery.endpoint)
        except Forbidden as e:
            raise _refused("push-address-inner") from e

    def _shown(self, system: str, row: asyncpg.Record) -> dict[str, object]:
        description = None
        if row["description"] is not None:
            cell = f"stream|{row['id']}|description"
            description = self._sealer.open(self._dek(row), cell, row["description"]).decode()
        return shown(self._issuer, system, row, description)

    def _dek(self, row: asyncpg.Record) -> bytes:
        return self._sealer.unwrap(row["dek"], None, f"stream|{row['id']}|dek")

    def _sealed(self, dek: bytes, stream: UUID, field: str, text: str | None) -> bytes | None:
        if text is None:
            return None
        return self._sealer.seal(dek, f"stream|{stream}|{field}", text.encode())


def _the(row: asyncpg.Record | None, stream_id: str | None) -> asyncpg.Record:
    """The system's stream, if it is the one named; another's answers as none."""
    if row is None or (stream_id is not None and stream_id != str(row["id"])):
        raise Refused("unknown", Fault("stream-unknown"))
    return row


def _refused(rule: str) -> Refused:
    return Refused("malformed", Fault(rule, pointer="/delivery/endpoint_url"))


def _said(value: str | Kept | None) -> str | None:
    return value if isinstance(value, str) else None


def _listed(events: object) -> list[str] | None:
    return list(events) if isinstance(events, list | tuple) else None
