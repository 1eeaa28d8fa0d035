"""What anyone registered may look up: units, schemas, machines; how the hub is; the page of its calls."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, JSONResponse

import schemas
from hub.api import docs_page
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Refused
from hub.law.publish import publish

router = APIRouter(tags=["look-up"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]


@router.get("/v1/units")
async def list_units(request: Request, _: MayRead) -> JSONResponse:
    """The units of today."""
    hub = hub_of(request)
    rows = hub.registry.units_on(hub.clock())
    shown = [
        {
            "code": u.code,
            "name": u.name,
            "agency": u.agency,
            "type": u.type,
            "tier": u.tier,
            "parent": u.parent,
            "host": u.host,
            "connected": hub.desk.receiver(u.code) is not None,
        }
        for u in rows
    ]
    return JSONResponse({"units": shown})


@router.get("/v1/schemas/{kind}")
async def get_schema(kind: str, _: MayRead) -> JSONResponse:
    """The JSON Schema of a kind, self-contained."""
    if kind not in schemas.kinds():
        raise Refused("unknown")
    return JSONResponse(schemas.kind_schema(kind), media_type="application/schema+json")


@router.get("/v1/machines")
async def get_machines(request: Request, _: MayRead) -> JSONResponse:
    """Every machine: states, steps, roles, deadlines, basis."""
    return JSONResponse({"machines": publish(hub_of(request).tables)})


@router.get("/docs", include_in_schema=False)
async def docs(request: Request) -> HTMLResponse:
    """Every call, to read; made once, kept."""
    state = request.app.state
    if not hasattr(state, "docs"):
        state.docs = docs_page.page(request.app.openapi())
    return HTMLResponse(state.docs, headers=docs_page.HEADERS)


@router.get("/livez", include_in_schema=False)
async def livez() -> JSONResponse:
    """The process answers."""
    return JSONResponse({"status": "ok"})


@router.get("/readyz", include_in_schema=False)
async def readyz(request: Request) -> JSONResponse:
    """Database, keys, log and delivery are well; 503 names what is not."""
    checks = await hub_of(request).health()
    ok = all(checks.values())
    return JSONResponse({"status": "ok" if ok else "failing", "checks": checks}, 200 if ok else 503)
