"""`/v1/admin/…`, what needs two administrators: one proposes, another approves; either withdraws.

Merges are proposed here, erasures beside what the night found due (`routes_night`); what an approved action
does stands in `hub.exchange.effects`.
"""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator, Limit, Reason, admin_of, object_of
from hub.api.auth import hub_of
from hub.errors import Fault, Refused
from hub.exchange import approvals, merging
from hub.exchange.effects import effect
from hub.store.ids import read_id
from hub.strictjson import Json

_MEMBERS: Final = {"survivor", "absorbed"}
router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.get("/approvals")
async def get_approvals(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """What was proposed, the latest first, and what became of it."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        return JSONResponse({"approvals": await approvals.listed(conn, hub.sealer, hub.clock(), limit)})


@router.post("/approvals/{approval}/approve")
async def post_approve(
    request: Request, caller: Administrator, approval: UUID, reason: Reason
) -> JSONResponse:
    """Approve what another administrator proposed; it happens at once. Answers what it did."""
    hub = hub_of(request)
    admin = admin_of(hub, caller, reason)
    async with (
        hub.database.connection() as conn,
        approvals.approving(conn, approval, admin) as proposed,
    ):
        done = await effect(proposed.action)(conn, hub.desk, proposed, admin)
    done.then()
    hub.way_out.bell.set()
    return JSONResponse({"approval": str(approval), "state": "approved", "done": dict(done.shown)})


@router.post("/approvals/{approval}/withdraw")
async def post_withdraw(
    request: Request, caller: Administrator, approval: UUID, reason: Reason
) -> JSONResponse:
    """Give up a proposal."""
    hub = hub_of(request)
    admin = admin_of(hub, caller, reason)
    async with hub.database.connection() as conn:
        await approvals.withdraw(conn, approval, admin)
    return JSONResponse({"approval": str(approval), "state": "withdrawn"})


@router.post("/merges", status_code=201)
async def post_merge(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Propose to merge disputes: `{"survivor": id, "absorbed": [id, …]}`; waits for another administrator."""
    hub = hub_of(request)
    told = await object_of(request)
    if set(told) != _MEMBERS or not isinstance(told["absorbed"], list):
        raise Refused("schema", Fault("merge-disputes", "/absorbed", args=(str(merging.MOST),)))
    survivor = _id(told["survivor"], "/survivor")
    absorbed = [_id(other, f"/absorbed/{i}") for i, other in enumerate(told["absorbed"])]
    said = {"survivor": str(survivor), "absorbed": [str(other) for other in absorbed]}
    async with hub.database.connection() as conn:
        await merging.check(conn, hub.desk, survivor, absorbed)
        about = f"{survivor} {' '.join(sorted(said['absorbed']))}"
        answer = await approvals.propose(conn, merging.MERGE, about, said, admin_of(hub, caller, reason))
    return JSONResponse(answer, 201)


@router.post("/merges/{absorbed}/undo", status_code=201)
async def post_undo(request: Request, caller: Administrator, absorbed: UUID, reason: Reason) -> JSONResponse:
    """Propose to undo a merge, by the dispute that was absorbed; waits for another administrator."""
    hub = hub_of(request)
    said = {"absorbed": str(absorbed)}
    async with hub.database.connection() as conn:
        await merging.check_undo(conn, absorbed)
        admin = admin_of(hub, caller, reason)
        answer = await approvals.propose(conn, merging.UNMERGE, str(absorbed), said, admin)
    return JSONResponse(answer, 201)


def _id(value: Json, pointer: str) -> UUID:
    try:
        return read_id(str(value))
    except ValueError as e:
        raise Refused("schema", Fault("uuid", pointer)) from e
