"""What every administrator's route takes: the scope, a reason, a body of bounded size."""

from typing import Annotated, Final

from fastapi import Depends, Query, Request

from hub.api.auth import Caller, requires
from hub.errors import Fault, Refused
from hub.exchange.evidence_rows import record
from hub.exchange.hub import Hub
from hub.store.administration import Admin
from hub.strictjson import Json, loads

_LIMIT: Final = 8 * 1024 * 1024
PREFIX: Final = "/v1/admin"
Administrator = Annotated[Caller, Depends(requires("admin"))]
Reason = Annotated[str, Query(min_length=2, max_length=500, pattern=r"\S")]
Limit = Annotated[int, Query(ge=1, le=1000)]


def admin_of(hub: Hub, caller: Caller, reason: str) -> Admin:
    """Who does it and why, as every change records it."""
    return Admin(caller.client_id, reason, hub.clock(), record, hub.sealer)


async def body_of(request: Request) -> bytes:
    """The body. Raises Refused `too-large`."""
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _LIMIT:
            raise Refused("too-large", Fault("size", args=(str(_LIMIT),)))
    return raw


async def object_of(request: Request) -> dict[str, Json]:
    """The JSON object in the body. Raises Refused."""
    value = loads(await body_of(request))
    if not isinstance(value, dict):
        raise Refused("schema", Fault("type", ""))
    return value
