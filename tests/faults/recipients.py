"""Those to whom the hub delivers: one by push that misbehaves by seed, and systems that poll.

Each keeps an `Arrival` for every token that reached it, and says in it when it acknowledged.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from hashlib import sha256

import orjson
from aiohttp import web

from hub.client.agent import Agent
from hub.client.errors import ClientError
from hub.client.events import Event
from hub.client.jose import unb64u
from hub.client.receiving import Answers
from tests.faults.keys import SET, Keys
from tests.faults.ledger import Arrival

Manner = Callable[["Recipient", web.Request, Arrival], Awaitable[web.StreamResponse]]


async def _take(own: "Recipient", request: web.Request, arrival: Arrival) -> web.StreamResponse:
    return await _acknowledge(request, arrival, own.chance.choice((200, 202, 204)))


async def _slow(own: "Recipient", request: web.Request, arrival: Arrival) -> web.StreamResponse:
    await asyncio.sleep(own.chance.uniform(0.2, 2.0))
    return await _acknowledge(request, arrival, 202)


async def _stalled(own: "Recipient", request: web.Request, arrival: Arrival) -> web.StreamResponse:
    """Longer than the hub waits: the answer goes nowhere."""
    await asyncio.sleep(12)
    return await _lost(own, request, arrival)


async def _dropped(_: "Recipient", request: web.Request, __: Arrival) -> web.StreamResponse:
    _cut(request)
    return web.Response()


async def _lost(_: "Recipient", request: web.Request, __: Arrival) -> web.StreamResponse:
    """Taken, but the acknowledgement does not arrive."""
    await asyncio.sleep(0.01)
    _cut(request)
    return web.Response()


async def _half(_: "Recipient", request: web.Request, __: Arrival) -> web.StreamResponse:
    answer = web.StreamResponse(status=200, headers={"Content-Length": "64"})
    await answer.prepare(request)
    await answer.write(b"{")
    _cut(request)
    return answer


async def _failing(own: "Recipient", _: web.Request, __: Arrival) -> web.StreamResponse:
    return web.Response(status=own.chance.choice((500, 502, 404)))


async def _busy(own: "Recipient", _: web.Request, __: Arrival) -> web.StreamResponse:
    return web.Response(status=own.chance.choice((503, 429)), headers={"Retry-After": "1"})


async def _elsewhere(own: "Recipient", _: web.Request, __: Arrival) -> web.StreamResponse:
    return web.Response(status=own.chance.choice((302, 307, 308)), headers={"Location": own.trap})


BAD: tuple[Manner, ...] = (_slow, _slow, _dropped, _lost, _lost, _half, _failing, _busy, _elsewhere)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


async def _acknowledge(request: web.Request, arrival: Arrival, status: int) -> web.StreamResponse:
    answer = web.Response(status=status)
    at = time.monotonic()
    await answer.prepare(request)
    await answer.write_eof()
    arrival.answered = at
    return answer


@dataclass
class Recipient:
    """A push endpoint. `share`: how many of a hundred tokens it treats badly; `dead`: it takes none."""

    system: str
    chance: random.Random
    keys: Keys
    arrivals: list[Arrival]
    share: int = 0
    dead: bool = False
    strayed: int = 0
    stalls: int = 1
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def prefix(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def trap(self) -> str:
        """Where its redirects lead: nobody must ever come."""
        return f"{self.prefix}trap"

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/events", self._receive)
        app.router.add_route("*", "/trap", self._trapped)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _trapped(self, _: web.Request) -> web.Response:
        self.strayed += 1
        return web.Response(status=202)

    async def _receive(self, request: web.Request) -> web.StreamResponse:
        token = (await request.read()).decode("ascii")
        arrival = arrived(self.system, token)
        self.arrivals.append(arrival)
        self.keys.judge(token, SET, arrival)
        try:
            return await self._manner()(self, request, arrival)
        except OSError:
            return web.Response()  # whoever asked is gone

    def _manner(self) -> Manner:
        if self.dead:
            return _failing
        if self.chance.randrange(100) >= self.share:
            return _take
        if self.stalls and not self.chance.randrange(20):
            self.stalls -= 1
            return _stalled
        return self.chance.choice(BAD)


def arrived(system: str, token: str) -> Arrival:
    """What a token says that came by push; its signature is judged apart."""
    payload = unb64u(token.split(".")[1])
    claims = orjson.loads(payload)
    ((uri, said),) = claims["events"].items()
    return Arrival(
        system=system,
        method="push",
        jti=claims["jti"],
        kind=uri.rpartition(":")[2],
        message=claims["txn"],
        unit=said["to"],
        subject=claims["sub_id"]["id"],
        seq=said["seq"],
        payload=sha256(payload).hexdigest(),
        at=time.monotonic(),
    )


@dataclass
class Poller:
    """A system that polls; while `share` is above 0 it forgets so many of a hundred acknowledgements."""

    agent: Agent
    chance: random.Random
    arrivals: list[Arrival]
    share: int = 0
    unread: int = 0
    _owed: dict[str, Arrival] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until told to stop; what goes wrong is tried again."""
        while not stop.is_set():
            with contextlib.suppress(ClientError):
                await self._turn()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), 0.1)

    async def _turn(self) -> None:
        said = {j: a for j, a in self._owed.items() if self.chance.randrange(100) >= self.share}
        polled = await self.agent.poll(Answers(ack=list(said)))
        at = time.monotonic()
        for arrival in said.values():
            arrival.answered = at
        self._owed = {}
        self.unread += len(polled.bad)  # signed by a key that is not published yet: it comes again
        for event in polled.events:
            arrival = self._arrived(event)
            self.arrivals.append(arrival)
            self._owed[event.jti] = arrival

    def _arrived(self, event: Event) -> Arrival:
        payload = unb64u(event.token.split(".")[1])
        return Arrival(
            system=self.agent.identity.client_id,
            method="poll",
            jti=event.jti,
            kind=event.kind,
            message=event.message or "",
            unit=event.unit or "",
            subject=event.subject or "",
            seq=event.seq,
            payload=sha256(payload).hexdigest(),
            at=time.monotonic(),
        )
