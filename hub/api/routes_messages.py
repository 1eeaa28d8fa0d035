"""`POST /v1/messages` and what is read of messages, cases and disputes. Routes to calls; nothing else.

The POST is a plain Starlette route: a FastAPI one costs half as much again on the hot path. Its OpenAPI
entry is added by hand in `hub.api.openapi`.
"""

from time import perf_counter
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, identified, requires
from hub.api.metrics import IntakeMeters
from hub.errors import Fault, Refused
from hub.exchange import intake, native, quarantine
from hub.exchange.bundles import bundle
from hub.exchange.reading import Reader

JSON = "application/json"
router = APIRouter(tags=["messages"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]


async def post_message(request: Request) -> Response:
    """Take one message (contract 2)."""
    hub = hub_of(request)
    headers = request.headers
    limit = intake.check_headers(headers, hub.settings.max_body, hub.settings.max_package)
    body = await read_body(request, limit)
    caller = await identified(request)
    incoming = intake.Incoming(
        content_type=headers.get("content-type", ""),
        signature=headers.get("x-jws-signature"),
        client_id=caller.client_id,
        scopes=caller.scopes,
        body=body,
    )
    meters: IntakeMeters = request.app.state.meters
    if "handling=validate" in headers.get("prefer", "").replace(" ", ""):
        applied = {"Preference-Applied": "handling=validate"}
        answer = await intake.take(hub, incoming, "validate")
        return Response(answer, 200, applied, media_type=JSON)
    began = perf_counter()
    try:
        answer = await intake.take(hub, incoming)
    except Refused as refused:
        meters.refused.labels(refused.code).inc()
        raise
    meters.accepted.inc()
    meters.seconds.observe(perf_counter() - began)
    return Response(answer, 202, media_type=JSON)


async def read_body(request: Request, limit: int) -> bytes:
    """The body, at most `limit` bytes. Raises Refused 'too-large'."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Refused("too-large", Fault("size", args=(str(limit),)))
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


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


@router.get("/v1/messages/{message}/evidence")
async def get_evidence(request: Request, caller: MayRead, message: UUID) -> Response:
    """Everything that proves what happened, verified offline (contract 6)."""
    content = await bundle(hub_of(request), caller, message)
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
