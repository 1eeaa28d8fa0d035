"""`/v1/flags`, `/v1/cases/{case}/flags`: signs of false litigation, for the reviewing court."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import flags

router = APIRouter(tags=["messages"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
_PRIVATE = {"Cache-Control": "no-store"}


@router.get("/v1/flags")
async def list_flags(
    request: Request, caller: MayRead, after: UUID | None = None, limit: Limit = 100
) -> JSONResponse:
    """Applications the caller's courts review on which signs wait to be seen; `after`: the last `next`."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await flags.waiting(conn, caller.units, after, limit)
    return JSONResponse(found, headers=_PRIVATE)


@router.get("/v1/cases/{case}/flags")
async def get_flags(request: Request, caller: MayRead, case: UUID) -> JSONResponse:
    """What the nightly screening found, each sign with its reason and the messages it rests on.

    For reference only: nothing follows from a flag by itself. For every other unit, also the one that handed
    the application in, the case is unknown here.
    """
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await flags.of_case(conn, hub.sealer, case, caller.units)
    return JSONResponse(found, headers=_PRIVATE)
