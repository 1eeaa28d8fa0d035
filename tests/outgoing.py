"""A small world for the tests of the way out: systems, disputes, messages, deliveries, and real receivers.

Writes rows as the writer does; everything behind them is the real thing.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from aiohttp import web

from hub.exchange.way_out import WayOut
from hub.settings import Settings
from hub.store.database import Database
from hub.store.ids import new_code, new_id
from hub.trust.access import Views
from hub.trust.keys import KeyRing, first_keys
from hub.trust.seal import Sealer
from tests.support import SetClock

SENDER, SENDER_UNIT = "police-1", "P001"
DOCUMENT = {
    "schema": "guidance/1.0",
    "business_time": {"value": "2026-11-25T10:00:00+08:00", "precision": "second"},
    "consents": [],
    "filing_requested": False,
    "content": "测试告知",
}
MESSAGE = """
INSERT INTO message (id, received_at, ord, iss, jti, sender, kind, purpose, dispute, media_type, format,
                     fingerprint, digest, salt, leaf, findings, answer, receipt, dek, document, native_digest)
VALUES ($1, $2, 1, $3, $4, $5, 'guidance', 'mediation', $6, 'application/json', 'shared',
        '', $7, '', '', '[]'::text::jsonb, '', 'receipt', $8, $9, '')
"""
DELIVERY = """
INSERT INTO delivery (id, message, system, unit, sender, role, subject, seq, event, detail, state,
                      created_at, next_try)
VALUES ($1, $2, $3, $4, $5, 'addressee', $6, $7, 'guidance', $8, 'queued', $9, $9)
"""


@dataclass
class World:
    """A hub's parts around one test database."""

    settings: Settings
    clock: SetClock
    database: Database
    sealer: Sealer
    keyring: KeyRing
    views: Views = field(default_factory=Views.load)
    seqs: dict[tuple[UUID, str], int] = field(default_factory=lambda: defaultdict(int))

    @classmethod
    def of(cls, settings: Settings, clock: SetClock, database: Database) -> "World":
        found = database.address.secrets
        sealer = Sealer(found.kek_id, found.keks, found.index_key)
        return cls(settings, clock, database, sealer, KeyRing(first_keys(clock())))

    def way_out(self) -> WayOut:
        return WayOut(self)

    async def system(self, name: str, unit: str, push: tuple[str, ...] = ()) -> None:
        """A system that receives for a unit of its own."""
        async with self.database.writing() as conn:
            await conn.execute(
                "INSERT INTO unit (code, name, agency, type, tier)"
                " VALUES ($1, $1, 'court', 'court', 'district')",
                unit,
            )
            await conn.execute(
                "INSERT INTO system (id, agency, scopes, push, created_at)"
                " VALUES ($1, 'court', '{}', $2, $3)",
                name,
                list(push),
                self.clock(),
            )
            await conn.execute("INSERT INTO system_unit VALUES ($1, $2, true)", name, unit)

    async def dispute(self) -> UUID:
        did = new_id(self.clock())
        _, wrapped = self.sealer.new_dispute_key(did)
        async with self.database.writing() as conn:
            await conn.execute(
                "INSERT INTO dispute (id, code, state, opened_at, changed_at, participants, key)"
                " VALUES ($1, $2, 'open', $3, $3, '{}', $4)",
                did,
                new_code(),
                self.clock(),
                wrapped,
            )
        return did

    async def message(self, dispute: UUID | None) -> UUID:
        """A message of the sender, sealed under its dispute's key."""
        mid = new_id(self.clock())
        dek = self.sealer.new_dek()
        plain = json.dumps(DOCUMENT, ensure_ascii=False).encode()
        async with self.database.writing() as conn:
            under = None
            if dispute is not None:
                key = await conn.fetchval("SELECT key FROM dispute WHERE id = $1", dispute)
                under = self.sealer.dispute_key(dispute, key)
            await conn.execute(
                MESSAGE,
                mid,
                self.clock(),
                SENDER,
                f"jti-{mid}",
                SENDER_UNIT,
                dispute,
                sha256(mid.bytes).digest(),
                self.sealer.wrap(dek, under, f"message|{mid}|dek"),
                self.sealer.seal(dek, f"message|{mid}|document", plain),
            )
        return mid

    async def delivery(self, message: UUID, subject: UUID, system: str, unit: str) -> UUID:
        """Queue a delivery as the writer does; answers its jti."""
        self.seqs[subject, system] += 1
        seq = self.seqs[subject, system]
        jti = new_id(self.clock())
        detail = {"from": SENDER_UNIT, "to": unit, "case": None, "deadlines": []}
        place = (system, unit, SENDER_UNIT, subject, seq)
        async with self.database.writing() as conn:
            await conn.execute(DELIVERY, jti, message, *place, detail, self.clock())
            await conn.execute(
                "UPDATE dispute SET seqs = seqs || jsonb_build_object($2::text, $3::int) WHERE id = $1",
                subject,
                system,
                seq,
            )
        return jti

    async def send(self, dispute: UUID | None, system: str, unit: str, count: int = 1) -> list[UUID]:
        """Messages of a dispute with a delivery each; answers their jti."""
        made = []
        for _ in range(count):
            message = await self.message(dispute)
            made.append(await self.delivery(message, dispute or message, system, unit))
        return made

    async def rows(self, query: str, *args: object) -> list[dict[str, object]]:
        async with self.database.connection() as conn:
            return [dict(row) for row in await conn.fetch(query, *args)]

    async def states(self) -> dict[str, int]:
        """How many deliveries are in each state."""
        rows = await self.rows("SELECT state, count(*) AS n FROM delivery GROUP BY state")
        return {str(row["state"]): int(str(row["n"])) for row in rows}

    def claims(self, token: str) -> dict[str, object]:
        """The claims of a token, its signature checked."""
        head, body, signature = token.split(".")
        header = json.loads(unb64(head))
        assert header["typ"] == "secevent+jwt"
        key = self.keyring.verifier(header["kid"], 0)
        assert key is not None
        assert key.verifies(unb64(signature), f"{head}.{body}".encode())
        claims: dict[str, object] = json.loads(unb64(body))
        return claims


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


Answer = Callable[[web.Request, dict[str, object]], Awaitable[web.StreamResponse]]


async def accept(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
    return web.Response(status=202)


@dataclass
class Receiver:
    """A receiver over real HTTP. `seen`: the claims of every token that arrived; `taken`: what it kept."""

    world: World
    answer: Answer = accept
    seen: list[dict[str, object]] = field(default_factory=list)
    taken: list[dict[str, object]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/events"

    async def start(self) -> "Receiver":
        app = web.Application()
        app.router.add_post("/{tail:.*}", self._receive)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        assert request.content_type == "application/secevent+jwt"
        claims = self.world.claims((await request.read()).decode())
        self.seen.append(claims)
        self.headers.append(dict(request.headers))
        answer = await self.answer(request, claims)
        if answer.status in {200, 202, 204}:
            self.taken.append(claims)
        return answer


def said(claims: dict[str, object]) -> dict[str, object]:
    """The payload of a token's only event."""
    events = claims["events"]
    assert isinstance(events, dict)
    (payload,) = events.values()
    assert isinstance(payload, dict)
    return payload


def numbers(claims: list[dict[str, object]]) -> dict[str, list[int]]:
    """By dispute, the numbers in the order of their arrival."""
    out: dict[str, list[int]] = {}
    for one in claims:
        subject = one["sub_id"]
        assert isinstance(subject, dict)
        out.setdefault(subject["id"], []).append(said(one)["seq"])
    return out
