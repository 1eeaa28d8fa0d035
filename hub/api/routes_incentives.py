"""`/v1/incentives`: certificates of voluntary performance in the caller's disputes (诚信履行名单)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange.incentives import Span, page
from hub.exchange.reading import Reader

router = APIRouter(tags=["read"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=100)]


@router.get("/v1/incentives")
async def get_incentives(
    request: Request,
    caller: MayRead,
    since: date = date.min,
    until: date = date.max,
    after: str | None = None,
    limit: Limit = 50,
) -> JSONResponse:
    """Who performed in full without enforcement, by day of the certificate; names of who agreed to it."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        listed = await page(conn, reader, caller.units, Span(since, until), (after, limit))
    return JSONResponse(listed, headers={"Cache-Control": "no-store"})
