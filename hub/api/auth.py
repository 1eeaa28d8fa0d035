"""Who calls: the access token of a request to a `Caller`, and the scope a route asks for.

Checks the token (contract 1) and what it is bound to; what the caller may read is decided where it is read.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from starlette.requests import Request
from starlette.types import Scope

from hub.api.binding import Presented, at_resource
from hub.errors import Fault, Refused
from hub.store.replays import first_proof
from hub.trust.dpop import Proof

if TYPE_CHECKING:
    from hub.exchange.hub import Hub


_UNKNOWN: Final = (Fault("client-unknown"),)
_REVOKED: Final = (Fault("revoked"),)
_SCHEMES: Final = frozenset({"bearer", "dpop"})


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


def identify(hub: "Hub", headers: Mapping[str, str], scope: Scope) -> tuple[Caller, Proof | None]:
    """The caller of a request, and the proof of its key that must still be new; None for a bearer token.

    `headers`: the first of each name, in lower case. Raises Refused 'token-invalid'.
    """
    scheme, _, token = headers.get("authorization", "").partition(" ")
    scheme, token = scheme.lower(), token.strip()
    if scheme not in _SCHEMES or not token:
        raise Refused("token-invalid", Fault("bearer-missing"))
    access = hub.tokens.verify(token, hub.clock())
    system = hub.registry.systems.get(access.client_id)
    if system is None or system.disabled:
        raise Refused("token-invalid", *_UNKNOWN)
    if access.key is not None and access.key not in system.keys:
        raise Refused("token-invalid", *_REVOKED)
    proof = None
    if scheme != "bearer" or access.bound or system.bound or "dpop" in headers:
        proof = at_resource(hub, system, access, Presented(scheme, token), scope)
    return Caller(access.client_id, access.scopes, system.units, system.agency), proof


async def identified_as(hub: "Hub", headers: Mapping[str, str], scope: Scope) -> Caller:
    """The caller, counted, whose proof is new; a system or key that another process registered is known.

    Raises Refused, TooMany.
    """
    caller, proof = await _known(hub, headers, scope)
    hub.limits.take(caller.client_id)
    if proof is not None:
        async with hub.database.writing() as conn:
            if not await first_proof(conn, proof):
                raise Refused("token-invalid", Fault("dpop-used"))
    return caller


async def _known(hub: "Hub", headers: Mapping[str, str], scope: Scope) -> tuple[Caller, Proof | None]:
    seen = hub.registry.version
    try:
        return identify(hub, headers, scope)
    except Refused as refused:
        if refused.faults not in (_UNKNOWN, _REVOKED) or not await hub.catch_up(seen):
            raise
    return identify(hub, headers, scope)


async def identified(request: Request) -> Caller:
    """The caller of a request."""
    return await identified_as(hub_of(request), request.headers, request.scope)


def requires(scope: str) -> Callable[[Request], Awaitable[Caller]]:
    """Dependency of a route: the caller, who must hold `scope`."""

    async def caller(request: Request) -> Caller:
        found = await identified(request)
        if scope not in found.scopes:
            raise Refused("scope", Fault("scope-missing", args=(scope,)))
        return found

    return caller
