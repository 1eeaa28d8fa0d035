"""What is read of messages, cases and disputes. Routes to calls; the way in is `hub.api.front`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import native, quarantine
from hub.exchange.bundles import bundle
from hub.exchange.reading import Reader
from hub.exchange.session_calendar import MEDIA_TYPE as CALENDAR
from hub.exchange.session_calendar import calendar

JSON = "application/json"
router = APIRouter(tags=["messages"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
Since = Annotated[int | None, Query(ge=1)]


@router.get("/v1/messages")
async def list_messages(
    request: Request, caller: MayRead, after: str | None = None, limit: Limit = 100
) -> JSONResponse:
    """The caller's messages in the order of their commit, without holes."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        page = await Reader(conn, caller, hub.sealer, hub.views).page(after, limit)
    return JSONResponse(page)


@router.get("/v1/messages/{message}")
async def get_message(request: Request, caller: MayRead, message: UUID) -> JSONResponse:
    """One message in the shared form, cut to the caller's view, with its deliveries."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await Reader(conn, caller, hub.sealer, hub.views).message(message)
    return JSONResponse(found)


@router.get("/v1/messages/{message}/receipt")
async def get_receipt(request: Request, caller: MayRead, message: UUID) -> Response:
    """The signed receipt, for the sender."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        receipt = await Reader(conn, caller, hub.sealer, hub.views).receipt(message)
    return Response(receipt, media_type="application/jwt")


@router.get("/v1/messages/{message}/native")
async def get_native(request: Request, caller: MayRead, message: UUID) -> Response:
    """The message in the caller's own format; the sender gets its own bytes."""
    hub = hub_of(request)
    rendered = await native.render(hub, caller, message)
    headers = {"Liantiao-Dropped": ", ".join(rendered.dropped)} if rendered.dropped else {}
    return Response(rendered.body, headers=headers, media_type=rendered.media_type)


@router.get("/v1/messages/{message}/calendar")
async def get_calendar(request: Request, caller: MayRead, message: UUID) -> Response:
    """The calendar file of a video session, as far as the caller's view goes; it names nobody."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        content = await calendar(reader, message, hub.desk.units, hub.settings.issuer)
    name = f'attachment; filename="session-{message}.ics"'
    return Response(content, headers={"Content-Disposition": name}, media_type=CALENDAR)


@router.get("/v1/messages/{message}/evidence")
async def get_evidence(request: Request, caller: MayRead, message: UUID, since: Since = None) -> Response:
    """Everything that proves what happened, verified offline (contract 6).

    `since` is the size of a checkpoint the reader kept: the bundle proves that its own continues it.
    """
    content = await bundle(hub_of(request), caller, message, since)
    name = f'attachment; filename="evidence-{message}.zip"'
    return Response(content, headers={"Content-Disposition": name}, media_type="application/zip")


@router.get("/v1/cases/{case}")
async def get_case(request: Request, caller: MayRead, case: UUID) -> JSONResponse:
    """A case the caller takes part in: state, history, deadlines."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await Reader(conn, caller, hub.sealer, hub.views).case(case)
    return JSONResponse(found)


@router.get("/v1/disputes/{dispute}")
async def get_dispute(request: Request, caller: MayRead, dispute: UUID) -> JSONResponse:
    """The timeline of a dispute, as far as the caller may see it."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await Reader(conn, caller, hub.sealer, hub.views).dispute(dispute)
    return JSONResponse(found)


@router.get("/v1/refusals")
async def list_refusals(request: Request, caller: MayRead, limit: Limit = 100) -> JSONResponse:
    """The caller's own refused messages, newest first."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await quarantine.own(conn, caller.client_id, limit)
    return JSONResponse({"refusals": found})
