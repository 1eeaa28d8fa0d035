"""One attempt at delivery by push (RFC 8935): a signed token to a receiver, its answer to an outcome.

Speaks HTTP and nothing else: no database, no clock but for reading a Retry-After date. Redirects are not
followed, the environment's proxies not used, cookies not kept; what a receiver writes back is read to a
limit, never logged and never trusted beyond one error code.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import aiohttp
from aiohttp import ClientResponse, ClientSession, ClientTimeout, TCPConnector
from multidict import CIMultiDict

from hub.errors import Refused
from hub.exchange.backoff import asked
from hub.exchange.push_address import Forbidden, Gate, GuardedResolver, lies_under
from hub.exchange.settle import REASONS
from hub.store.clock import Clock
from hub.strictjson import load_object

MEDIA_TYPE: Final = "application/secevent+jwt"
CONNECT: Final = 5.0
TOTAL: Final = 10.0
MAX_ANSWER: Final = 16 * 1024

_ACKNOWLEDGED: Final = frozenset({200, 202, 204})
_HOLDS: Final = "invalid_request"

Fault = Literal[
    "address", "connect", "tls", "timeout", "broken-off", "redirect", "credentials", "busy", "answer"
]
"""What was wrong with a connection, in a word for counters and logs; never what a receiver wrote."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The receiver has the token."""


@dataclass(frozen=True, slots=True)
class Held:
    """The receiver will not take this very token."""

    reason: str


@dataclass(frozen=True, slots=True)
class Faulty:
    """Nothing is said of the token: to be tried again. `retry_after` in seconds, within bounds."""

    fault: Fault
    retry_after: float | None = None


Outcome = Acknowledged | Held | Faulty


class Pusher:
    """Pushes over one session. Made by `open`."""

    def __init__(self, session: ClientSession, gate: Gate, clock: Clock) -> None:
        self._session = session
        self._gate = gate
        self._clock = clock
        self._may_call = lru_cache(maxsize=1024)(self._judge)

    @classmethod
    @asynccontextmanager
    async def open(cls, allow: Sequence[str], clock: Clock) -> AsyncIterator["Pusher"]:
        """A pusher for this event loop. `allow`: LIANTIAO_PUSH_ALLOW. Raises Misconfigured."""
        gate = Gate(allow)
        connector = TCPConnector(resolver=GuardedResolver(gate), limit=0, limit_per_host=0)
        async with ClientSession(
            connector=connector,
            timeout=ClientTimeout(total=TOTAL, sock_connect=CONNECT),
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            headers={"Accept": "application/json", "User-Agent": "liantiao"},
        ) as session:
            yield cls(session, gate, clock)

    async def push(
        self, endpoint: str, prefixes: Sequence[str], authorization: str | None, token: str
    ) -> Outcome:
        """Send one token. Never raises for what a receiver or the network does."""
        if not self._may_call(endpoint, tuple(prefixes)):
            return Faulty("address")
        headers = CIMultiDict({"Content-Type": MEDIA_TYPE})
        if authorization is not None:
            headers["Authorization"] = authorization
        try:
            async with self._session.post(
                endpoint, data=token.encode("ascii"), headers=headers, allow_redirects=False
            ) as answer:
                return await self._read(answer)
        except Forbidden:
            return Faulty("address")
        except TimeoutError:
            return Faulty("timeout")
        except (aiohttp.ClientError, OSError, ValueError) as e:
            return Faulty(_name(e))

    def _judge(self, endpoint: str, prefixes: Sequence[str]) -> bool:
        """What can be told of an address by its look; what its name means is judged at each connect."""
        if not lies_under(endpoint, prefixes):
            return False
        try:
            self._gate.check_literal(endpoint)
        except Forbidden:
            return False
        return True

    async def _read(self, answer: ClientResponse) -> Outcome:
        if answer.status in _ACKNOWLEDGED:
            await _rest(answer)
            return Acknowledged()
        if answer.status == 400:
            return _verdict(await _rest(answer))
        retry_after = asked(answer.headers.get("Retry-After"), self._clock())
        await _rest(answer)
        match answer.status:
            case 401 | 403:
                return Faulty("credentials", retry_after)
            case 429 | 503:
                return Faulty("busy", retry_after)
            case status if 300 <= status < 400:
                return Faulty("redirect")
            case _:
                return Faulty("answer", retry_after)


async def _rest(answer: ClientResponse) -> bytes | None:
    """The body, so that the connection can be used again; None, and no more reuse, if it is too long."""
    body = bytearray()
    async for part in answer.content.iter_any():
        body += part
        if len(body) > MAX_ANSWER:
            answer.close()
            return None
    return bytes(body)


def _verdict(body: bytes | None) -> Outcome:
    """A 400: `invalid_request` is about this token, everything else about the connection (contract 3)."""
    if body is None:
        return Faulty("answer")
    try:
        err = load_object(body).get("err")
    except Refused:
        return Faulty("answer")
    if err == _HOLDS:
        return Held(_HOLDS)
    return Faulty("credentials" if isinstance(err, str) and err in REASONS else "answer")


def _name(error: Exception) -> Fault:
    """The word for an exception of aiohttp. A Forbidden may come wrapped: the resolver raised it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Forbidden):
            return "address"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiohttp.ClientSSLError):
        return "tls"
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.InvalidURL):
        return "connect"
    return "broken-off"
