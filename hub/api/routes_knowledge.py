"""Reusable answers: a list of what there is, and one with its text.

Opening one is kept, so that its reader hears of a correction.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import knowledge_shelf

router = APIRouter(tags=["knowledge"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/v1/knowledge")
async def list_knowledge(
    request: Request, caller: MayRead, after: str | None = None, limit: Limit = 100
) -> JSONResponse:
    """Answers kept as reusable knowledge, in the order of keeping: tags and articles, no texts."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await knowledge_shelf.page(conn, hub.sealer, after, limit)
    return JSONResponse(found)


@router.get("/v1/knowledge/{item}")
async def get_knowledge(request: Request, caller: MayRead, item: UUID) -> JSONResponse:
    """One item with its text. The caller is told when it is corrected or withdrawn."""
    hub = hub_of(request)
    async with hub.database.writing() as conn:  # first: a correction from now on is told
        await knowledge_shelf.opened(conn, item, caller.client_id, hub.clock())
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        found = await knowledge_shelf.one(conn, hub.sealer, item)
    return JSONResponse(found)
