"""Who calls: the access token of a request to a `Caller`, and the scope a route asks for.

Checks the token (contract 1) and nothing else; what the caller may read is decided where it is read.
"""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

from starlette.requests import Request

from hub.errors import Fault, Refused

if TYPE_CHECKING:
    from hub.exchange.hub import Hub


_UNKNOWN = (Fault("client-unknown"),)


class Caller(NamedTuple):
    """A registered system as its token says, and the units it acts for today."""

    client_id: str
    scopes: frozenset[str]
    units: tuple[str, ...]
    agency: str


def hub_of(request: Request) -> "Hub":
    """The hub behind a request."""
    hub: Hub = request.app.state.hub
    return hub


def identify(hub: "Hub", authorization: str | None, dpop: str | None) -> Caller:
    """The caller of a bearer token. Raises Refused 'token-invalid'."""
    if dpop is not None:
        # Not offered yet (contract 1): a proof that nobody checks must not look as if it counted.
        raise Refused("token-invalid", Fault("dpop-not-offered"))
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refused("token-invalid", Fault("bearer-missing"))
    access = hub.tokens.verify(token.strip(), hub.clock())
    system = hub.registry.systems.get(access.client_id)
    if system is None or system.disabled:
        raise Refused("token-invalid", *_UNKNOWN)
    return Caller(access.client_id, access.scopes, system.units, system.agency)


async def identified_as(hub: "Hub", authorization: str | None, dpop: str | None) -> Caller:
    """The same, counted; a system that another process registered a moment ago is known. Raises TooMany."""
    caller = await _known(hub, authorization, dpop)
    hub.limits.take(caller.client_id)
    return caller


async def _known(hub: "Hub", authorization: str | None, dpop: str | None) -> Caller:
    seen = hub.registry.version
    try:
        return identify(hub, authorization, dpop)
    except Refused as refused:
        if refused.faults != _UNKNOWN or not await hub.catch_up(seen):
            raise
    return identify(hub, authorization, dpop)


async def identified(request: Request) -> Caller:
    """The caller of a request."""
    headers = request.headers
    return await identified_as(hub_of(request), headers.get("authorization"), headers.get("dpop"))


def requires(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """Dependency of a route: the caller, who must hold `scope`."""

    async def caller(request: Request) -> Caller:
        found = await identified(request)
        if scope not in found.scopes:
            raise Refused("scope", Fault("scope-missing", args=(scope,)))
        return found

    return caller
