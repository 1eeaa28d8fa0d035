"""`/v1/todo`: what the caller's units must do today; the ready forms of a case, and its file."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import HTMLResponse, JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import forms
from hub.exchange.forms import FormName
from hub.exchange.hub import Hub
from hub.exchange.todo import Todo
from hub.exchange.todo_page import page

router = APIRouter(tags=["todo"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
_PRIVATE = {"Cache-Control": "no-store"}
_PAGE = {**_PRIVATE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@router.get("/v1/todo", response_class=Response)
async def get_todo(
    request: Request, caller: MayRead, after: str | None = None, limit: Limit = 100
) -> Response:
    """Running deadlines that the caller's units must meet, earliest first; a page for `Accept: text/html`."""
    hub, now = hub_of(request), hub_of(request).clock()
    todo = Todo(hub.tables, hub.desk.units, caller.units, now)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        listed = await todo.page(conn, after, limit)
    if _prefers(request, "text/html"):
        return HTMLResponse(page(listed, now), headers=_PAGE)
    return JSONResponse(listed, headers=_PRIVATE)


@router.get("/v1/cases/{case}/forms/{form}", response_class=Response)
async def get_form(request: Request, caller: MayRead, case: UUID, form: FormName) -> Response:
    """A form of a case as PDF, filled in from what the caller may read; blank where nothing was said."""
    hub = hub_of(request)
    data = await forms.data_of(hub, caller, case, form)
    content = await _set(hub, data, "form")
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{form}.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


@router.get("/v1/cases/{case}/mediation-file", response_class=Response)
async def get_mediation_file(request: Request, caller: MayRead, case: UUID) -> Response:
    """The people's-mediation file of a run as PDF; for `Accept: application/json` its parts."""
    hub = hub_of(request)
    made = await forms.file_of(hub, caller, case)
    if _prefers(request, "application/json"):
        return JSONResponse({"parts": [_listed(part) for part in made.parts]}, headers=_PRIVATE)
    content = await _set(hub, made.data, "mediation_file")
    headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="mediation-file.pdf"'}
    return Response(content, headers=headers, media_type="application/pdf")


async def _set(hub: Hub, data: dict[str, object], layout: forms.Layout) -> bytes:
    """The paper, in the pool that keeps slow work beside the way in."""
    return await asyncio.get_running_loop().run_in_executor(hub.apart, forms.paper, hub, data, layout)


def _listed(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "messages": [message["message"] for message in part["messages"]]}


def _prefers(request: Request, media_type: str) -> bool:
    return request.headers.get("accept", "").startswith(media_type)
