"""Assessments of mediators, claims for case subsidies, honours: for their units; sums for all."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import assessments, honours
from hub.law.calendar import legal_day

_ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
router = APIRouter(tags=["assessments"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
First = Annotated[date, Query(alias="from")]
Place = Annotated[str | None, Query(pattern=rf"^{_ID}\.{_ID}$")]
Last = Annotated[date, Query(alias="to")]


@router.get("/v1/assessments")
async def get_assessments(
    request: Request, caller: MayRead, first: First, last: Last, after: UUID | None = None, limit: Limit = 100
) -> JSONResponse:
    """Assessments of periods that end between two days, of the caller's mediators and of units below."""
    async with hub_of(request).database.reading(caller.units, caller.client_id) as conn:
        return JSONResponse(await assessments.page(conn, caller.units, (first, last), after, limit))


@router.get("/v1/assessments/published")
async def get_published(request: Request, _: MayRead, first: First, last: Last) -> JSONResponse:
    """The sums of one period by unit: nobody is named, and few are not counted."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        units = await assessments.published(conn, first, last, hub.clock())
    return JSONResponse({"period": {"from": first.isoformat(), "to": last.isoformat()}, "units": units})


@router.get("/v1/honours")
async def get_honours(request: Request, _: MayRead, first: First, last: Last) -> JSONResponse:
    """Honours of a span of days: names of those who agreed, of others a count."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        found = await honours.listed(conn, hub.sealer, (first, last), legal_day(hub.clock()))
    return JSONResponse(found)


@router.get("/v1/subsidies")
async def get_subsidies(
    request: Request, caller: MayRead, after: Place = None, limit: Limit = 100
) -> JSONResponse:
    """Claims that the caller's units sent or were told of; `after`: what `next` said."""
    async with hub_of(request).database.reading(caller.units, caller.client_id) as conn:
        return JSONResponse(await assessments.claims(conn, caller.units, after, limit))
