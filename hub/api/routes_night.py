"""`/v1/admin/…`, what the night left: completeness, deadlines, what is due to be erased, legal holds.

Ids, unit codes, counts, times. Every change runs with its row in `admin_action` and its entry in the log.
"""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator, Limit, Reason, admin_of
from hub.api.auth import hub_of
from hub.exchange import completeness_shelf, deadline_findings, erasing, holds

router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.get("/completeness")
async def get_completeness(request: Request, _: Administrator, day: date | None = None) -> JSONResponse:
    """The signed report of a business day, or the latest: sets of each pair of units, exceptions, silence."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse(await completeness_shelf.report(conn, day))


@router.get("/deadline-findings")
async def get_findings(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Notices that were not said, were lost or did not arrive; deadlines met with silence."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse({"findings": await deadline_findings.standing(conn, limit)})


@router.get("/holds")
async def get_holds(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Legal holds that stand."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        return JSONResponse({"holds": await holds.listed(conn, hub.sealer, limit)})


@router.post("/holds/{dispute}", status_code=201)
async def post_hold(request: Request, caller: Administrator, dispute: UUID, reason: Reason) -> JSONResponse:
    """Keep a dispute, whatever rule says that its time is over."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await holds.add(conn, dispute, admin_of(hub, caller, reason))
    return JSONResponse({"dispute": str(dispute), "state": "held"}, 201)


@router.post("/holds/{dispute}/lift")
async def post_lift(request: Request, caller: Administrator, dispute: UUID, reason: Reason) -> JSONResponse:
    """Lift a legal hold."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await holds.lift(conn, dispute, admin_of(hub, caller, reason))
    return JSONResponse({"dispute": str(dispute), "state": "lifted"})


@router.get("/erasures")
async def get_erasures(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Disputes whose time is over: found due, or proposed by a first administrator."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        return JSONResponse({"erasures": await erasing.listed(conn, hub.clock(), limit)})


@router.post("/erasures/{dispute}/propose", status_code=201)
async def post_propose(
    request: Request, caller: Administrator, dispute: UUID, reason: Reason
) -> JSONResponse:
    """Propose to erase a dispute that is due; waits for another administrator, and cannot be brought back."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        answer = await erasing.propose(conn, dispute, admin_of(hub, caller, reason))
    return JSONResponse(answer, 201)
