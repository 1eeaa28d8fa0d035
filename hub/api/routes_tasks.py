"""Tasks between units, and the units below the caller's that a task could be about."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import task_shelf
from hub.exchange.night_config import NightConfig
from hub.exchange.task_shelf import Wanted, Which
from hub.law.calendar import legal_day

router = APIRouter(tags=["tasks"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/v1/tasks")
async def list_tasks(
    request: Request, caller: MayRead, state: Which = "open", after: str | None = None, limit: Limit = 100
) -> JSONResponse:
    """Tasks the caller's units own or may accept: who owes what by when, what was said, who closed it."""
    hub = hub_of(request)
    today = legal_day(hub.clock())
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        wanted = Wanted(caller.units, state, after, limit)
        return JSONResponse(await task_shelf.page(conn, hub.sealer, wanted, today))


@router.get("/v1/supervision")
async def list_supervision(request: Request, caller: MayRead) -> JSONResponse:
    """Units below the caller's with duties overdue or deliveries unanswered for too long; counts only.

    Whether one is named in a circular, spoken to or put under supervision is for a person: send a `task`.
    """
    hub = hub_of(request)
    now = hub.clock()
    below = task_shelf.below(hub.registry.units_on(now), caller.units)
    silence = NightConfig.of(hub.registry, now).silence
    async with hub.database.connection() as conn:
        found = await task_shelf.wanting(conn, hub.tables, below, now, silence)
    return JSONResponse({"units": found})
