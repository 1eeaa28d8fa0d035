"""In front of the framework: `POST /v1/messages`, the hot path, and the one net for bugs.

Routing, exit stacks and request objects of the framework cost as much as a schema check; nothing of them is
needed for a message. The endpoint's OpenAPI entry is added by hand in `hub.api.openapi`. A bug is told by its
place alone, on every route: the framework would raise it again, and a traceback could hold values.
"""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from time import perf_counter
from typing import Final, NamedTuple
from urllib.request import parse_http_list

import orjson
from fastapi import FastAPI
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.api import problems
from hub.api.auth import Caller, identified_as
from hub.api.metrics import IntakeMeters
from hub.errors import Fault, Refused, TooMany
from hub.exchange import intake, quarantine
from hub.exchange.hub import Hub
from hub.logs import Event, note

PATH: Final = "/v1/messages"
_JSON: Final = (b"content-type", b"application/json")
_APPLIED: Final = (b"preference-applied", b"handling=validate")
_OWN: Final = "/v1/"
_PRIVATE: Final = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))
"""What an answer about somebody's own says where its route says nothing of it (ASVS 14.3)."""
HEARD_SECONDS: Final = 10
"""How long the body of somebody who is not let in is listened to, for the sake of the answer it gets."""


class Net:
    """Middleware for everything but messages: no bug leaves it, and no NUL enters by an address.

    The database has no such character: a text with it would be an error there, whatever it is looked up in.
    Of answers under `/v1/` no cache keeps any.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] == "http":
            await _guarded(self._addressed, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _addressed(self, scope: Scope, receive: Receive, send: Send) -> None:
        if "\0" in scope["path"]:
            raise Refused("unknown")
        if b"%00" in scope["query_string"]:
            raise Refused("malformed", Fault("nul"))
        await self._app(scope, receive, _private(send) if scope["path"].startswith(_OWN) else send)


def _private(send: Send) -> Send:
    """No cache keeps what is sent, and no browser guesses what it is."""

    async def sending(event: Message) -> None:
        if event["type"] == "http.response.start":
            said = {name for name, _ in event["headers"]}
            more = [header for header in _PRIVATE if header[0] not in said]
            event = {**event, "headers": [*event["headers"], *more]}
        await send(event)

    return sending


class Front(FastAPI):
    """The application: messages are taken before any middleware, the framework has the rest."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection event of ASGI."""
        if scope["type"] == "http" and scope["path"] == PATH and scope["method"] == "POST":
            scope["app"] = self
            await _guarded(_take, scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


class _Answer(NamedTuple):
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


async def _guarded(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Let `app` answer; for what it raises instead, answer the problem, unless its answer has begun."""
    begun = False

    async def sending(event: Message) -> None:
        nonlocal begun
        begun = True
        await send(event)

    try:
        await app(scope, receive, sending)
    except ClientDisconnect:
        return
    except Exception as error:  # noqa: BLE001  the net itself
        response = await problems.answer(Request(scope), error)
        if not begun:
            await response(scope, receive, send)


async def _take(scope: Scope, receive: Receive, send: Send) -> None:
    await _send(send, await _taken(scope, receive))


async def _taken(scope: Scope, receive: Receive) -> _Answer:
    """Take one message (contract 2)."""
    state = scope["app"].state
    hub: Hub = state.hub
    # Of a header that is there twice the first counts.
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
    limit = intake.check_headers(headers, hub.settings.max_body, hub.settings.max_package)
    try:
        caller = await identified_as(hub, headers, scope)
    except TooMany as beyond:
        state.meters.refused.labels(beyond.code).inc()
        raise  # whoever sends too much is not even read
    except Refused as refused:
        heard = await _hear_out(receive, limit)  # its size comes before its token
        _note("", refused, heard)
        raise
    with hub.bulky.of(caller.client_id) as held:
        body = await read_body(receive, limit, held)
        return await _answered(scope, hub, headers, caller, body)


async def _answered(
    scope: Scope, hub: Hub, headers: Mapping[str, str], caller: Caller, body: bytes
) -> _Answer:
    """What becomes of a body whose sender is known."""
    state = scope["app"].state
    incoming = intake.Incoming(
        content_type=headers.get("content-type", ""),
        signature=headers.get("x-jws-signature"),
        client_id=caller.client_id,
        scopes=caller.scopes,
        body=body,
    )
    if "prefer" in headers and only_validate(v for n, v in scope["headers"] if n == b"prefer"):
        told, refused = await intake.try_out(hub, incoming)
        if refused is not None:
            told["problem"] = problems.document(refused.code, headers.get("accept-language"), refused)
        return _Answer(200, orjson.dumps(told), (_APPLIED,))
    answer = await _counted(hub, incoming, state.meters)
    quota = hub.limits.told(caller.client_id)
    return _Answer(202, answer, tuple((name.encode(), value.encode()) for name, value in quota.items()))


async def _counted(hub: Hub, incoming: intake.Incoming, meters: IntakeMeters) -> bytes:
    began = perf_counter()
    try:
        answer = await intake.take(hub, incoming)
    except Refused as refused:
        meters.refused.labels(refused.code).inc()
        if refused.status not in quarantine.HELD:
            _note(incoming.client_id, refused, sha256(incoming.body).hexdigest())
        raise
    meters.accepted.inc()
    meters.seconds.observe(perf_counter() - began)
    return answer


def _note(system: str, refused: Refused, body: str) -> None:
    """Leave a digest and the reason of what no quarantine holds; `system`: who sent it, if that is known."""
    note(
        Event.MESSAGE_REFUSED, code=refused.code, status=refused.status, system=system, body=f"sha-256:{body}"
    )


def only_validate(prefer: Iterable[bytes]) -> bool:
    """Whether the sender would hear what would come of it: the first `handling` counts (RFC 7240, 2)."""
    for preference in parse_http_list(",".join(value.decode("latin-1") for value in prefer)):
        name, _, value = preference.partition(";")[0].partition("=")
        if name.strip().lower() == "handling":
            return value.strip().strip('"') == "validate"
    return False


async def read_body(receive: Receive, limit: int, held: Callable[[int], None]) -> bytes:
    """The body, at most `limit` bytes; `held` hears how many are here already, and may refuse more of them.

    Raises Refused 'too-large', ClientDisconnect, and as `held` does.
    """
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        part, more = await _part(receive)
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        try:
            held(size)
        except Refused:
            parts.clear()
            await _hear_out(receive, limit - size if more else 0)
            raise
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def _hear_out(receive: Receive, limit: int) -> str:
    """The SHA-256 in hex of the rest of a body, of which nothing else is kept.

    Raises Refused 'too-large', ClientDisconnect.
    """
    size, more, heard = 0, limit > 0, sha256()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HEARD_SECONDS):
            while more:
                part, more = await _part(receive)
                size += len(part)
                if size > limit:
                    raise _too_large(limit)
                heard.update(part)
    return heard.hexdigest()


async def _part(receive: Receive) -> tuple[bytes, bool]:
    """The next part of a body, and whether there are more. Raises ClientDisconnect."""
    event = await receive()
    if event["type"] == "http.disconnect":
        raise ClientDisconnect
    return event.get("body", b""), event.get("more_body", False)


def _too_large(limit: int) -> Refused:
    return Refused("too-large", Fault("size", args=(str(limit),)))


async def _send(send: Send, answer: _Answer) -> None:
    status, body, headers = answer
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [_JSON, length, *headers]})
    await send({"type": "http.response.body", "body": body})
