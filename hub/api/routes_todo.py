"""`/v1/todo`: what the caller's units must do today; the ready forms of a case, and its file."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import HTMLResponse, JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import forms
from hub.exchange.forms import DisputeForm, FormName
from hub.exchange.hub import Hub
from hub.exchange.task_todo import Waiting
from hub.exchange.todo import Todo
from hub.exchange.todo_page import page
from hub.forms.model import Form

router = APIRouter(tags=["todo"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
_FILES = "blobs:read"
_PDF = "application/pdf"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_PRIVATE = {"Cache-Control": "no-store"}
_PAGE = {**_PRIVATE, "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'"}


@router.get("/v1/todo", response_class=Response)
async def get_todo(
    request: Request, caller: MayRead, after: str | None = None, limit: Limit = 100
) -> Response:
    """Running deadlines that the caller's units must meet, earliest first; a page for `Accept: text/html`.

    `tasks`, on the first page: tasks that wait for an answer of the caller's units, by their last day.
    """
    hub, now = hub_of(request), hub_of(request).clock()
    todo = Todo(hub.tables, hub.desk.units, caller.units, now)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        listed = await todo.page(conn, after, limit)
        waiting = Waiting(hub.sealer, hub.desk.units, caller.units, now)
        listed["tasks"] = [] if after else await waiting.first(conn, limit)
    if _prefers(request, "text/html"):
        return HTMLResponse(page(listed, now), headers=_PAGE)
    return JSONResponse(listed, headers=_PRIVATE)


@router.get("/v1/cases/{case}/forms/{form}", response_class=Response)
async def get_form(request: Request, caller: MayRead, case: UUID, form: FormName) -> Response:
    """A form of a case as PDF, or as DOCX where that is accepted first; blank where nothing was said."""
    return await _file(request, await forms.form_of(hub_of(request), caller, case, form), form)


@router.get("/v1/disputes/{dispute}/forms/{form}", response_class=Response)
async def get_dispute_form(request: Request, caller: MayRead, dispute: UUID, form: DisputeForm) -> Response:
    """A form of a dispute before it is handed over, as `/v1/cases/{case}/forms/{form}` has it after."""
    made = await forms.dispute_form_of(hub_of(request), caller, dispute, form)
    return await _file(request, made, form)


async def _file(request: Request, made: Form, form: str) -> Response:
    hub = hub_of(request)
    wanted = _DOCX if _prefers(request, _DOCX) else _PDF
    write, ending = (forms.as_docx, "docx") if wanted == _DOCX else (forms.as_pdf, "pdf")
    content = await asyncio.get_running_loop().run_in_executor(hub.apart, write, hub, made)
    headers = {**_PRIVATE, "Content-Disposition": f'attachment; filename="{form}.{ending}"'}
    return Response(content, headers=headers, media_type=wanted)


@router.get("/v1/cases/{case}/mediation-file", response_class=Response)
async def get_mediation_file(request: Request, caller: MayRead, case: UUID) -> Response:
    """The people's-mediation file of a run as PDF; for `Accept: application/json` its parts.

    Papers are bound in for who may read files (`blobs:read`), one file at a time for a system (503).
    """
    hub = hub_of(request)
    made = await forms.file_of(hub, caller, case)
    if _prefers(request, "application/json"):
        return JSONResponse({"parts": [_listed(part) for part in made.parts]}, headers=_PRIVATE)
    with_papers = _FILES in caller.scopes and forms.names_papers(made)
    content = await (_bound(hub, caller, made) if with_papers else _set(hub, made))
    headers = {**_PRIVATE, "Content-Disposition": 'attachment; filename="mediation-file.pdf"'}
    return Response(content, headers=headers, media_type=_PDF)


async def _bound(hub: Hub, caller: Caller, made: forms.MediationFile) -> bytes:
    """The file with its papers, which are read when its turn has come. Raises Unavailable."""
    async with hub.binding.turn(caller.client_id):
        enclosed = await forms.papers_of(hub, caller, made)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(hub.binding.thread, forms.file_as_pdf, hub, made, enclosed)


async def _set(hub: Hub, made: forms.MediationFile) -> bytes:
    """The file without papers."""
    return await asyncio.get_running_loop().run_in_executor(hub.apart, forms.file_as_pdf, hub, made, {})


def _listed(part: dict[str, Any]) -> dict[str, Any]:
    return {**part, "messages": [message["message"] for message in part["messages"]]}


def _prefers(request: Request, media_type: str) -> bool:
    return request.headers.get("accept", "").startswith(media_type)
