"""`/v1/admin/…`, what waits for a person: quarantine, held tokens, link proposals, deadlines.

Every change runs with its row in `admin_action` and its entry in the evidence log. Reads show ids, codes,
states and times, never a document.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from hub.api.administrator import PREFIX, Administrator, Limit, Reason, admin_of, object_of
from hub.api.auth import hub_of
from hub.errors import Refused
from hub.exchange import assigning, held, quarantine, releasing
from hub.exchange.answers import shown

_LINKS: Final = """
SELECT id, at, message, dispute, other, reason, state FROM link_proposal ORDER BY id DESC LIMIT $1
"""
_DEADLINES: Final = """
SELECT id, dispute, case_id, rule, object, due_on, state, provisional, basis, tell FROM deadline
 WHERE state = 'running' AND due <= now() + interval '7 days' ORDER BY due LIMIT $1
"""
router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.get("/quarantine")
async def get_quarantine(
    request: Request, _: Administrator, state: str = "held", limit: Limit = 100
) -> JSONResponse:
    """Refused messages that wait for a decision."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse({"quarantine": await quarantine.everyones(conn, state, limit)})


@router.post("/quarantine/{item}/release")
async def post_release(request: Request, caller: Administrator, item: UUID, reason: Reason) -> Response:
    """Run a refused message again with its original bytes; answers its 202 body."""
    hub = hub_of(request)
    answer = await releasing.release(hub, item, admin_of(hub, caller, reason))
    return Response(answer, media_type="application/json")


@router.post("/quarantine/{item}/discard")
async def post_discard(request: Request, caller: Administrator, item: UUID, reason: Reason) -> JSONResponse:
    """Give up a refused message."""
    hub = hub_of(request)
    admin = admin_of(hub, caller, reason)
    async with (
        hub.database.connection() as conn,
        admin.changing(conn, "quarantine-discard", str(item)),
    ):
        await quarantine.original(conn, item, hub.sealer)
        await quarantine.close(conn, item, "discarded", None)
    return JSONResponse({"id": str(item), "state": "discarded"})


@router.get("/held")
async def get_held(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Tokens their receivers refused (滞留件)."""
    async with hub_of(request).database.connection() as conn:
        rows = await held.listed(conn, limit=limit)
    return JSONResponse({"held": [{name: _plain(value) for name, value in r.items()} for r in rows]})


def _plain(value: object) -> object:
    """A value of a row as JSON has it."""
    if isinstance(value, datetime):
        return shown(value)
    return str(value) if isinstance(value, UUID) else value


@router.post("/held/{delivery}/replay")
async def post_replay(
    request: Request, caller: Administrator, delivery: UUID, reason: Reason
) -> JSONResponse:
    """Deliver a held token again under its old jti and seq."""
    hub = hub_of(request)
    admin = admin_of(hub, caller, reason)
    async with (
        hub.database.connection() as conn,
        admin.changing(conn, "delivery-replay", str(delivery)),
    ):
        replayed = await held.replay(conn, [delivery], hub.clock())
    if not replayed:
        raise Refused("unknown")
    hub.way_out.bell.set()
    return JSONResponse({"delivery": str(delivery), "state": "queued"})


@router.get("/unplaced")
async def get_unplaced(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Applications that no routing rule could place: a person names their court."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse({"cases": await assigning.waiting(conn, limit)})


@router.post("/unplaced/{case}")
async def post_unplaced(request: Request, caller: Administrator, case: UUID, reason: Reason) -> JSONResponse:
    """Give an application to a court: `{"to": unit}`; its clocks begin now."""
    hub = hub_of(request)
    told = await object_of(request)
    to, admin = str(told.get("to", "")), admin_of(hub, caller, reason)
    units = {system.id: system.units for system in hub.registry.systems.values()}
    async with hub.database.connection() as conn:
        placed = await assigning.assign(conn, hub.desk, case, to, units, admin)
    hub.way_out.bell.set()
    return JSONResponse(placed)


@router.get("/link-proposals")
async def get_links(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Disputes that may be one."""
    async with hub_of(request).database.connection() as conn:
        rows = await conn.fetch(_LINKS, limit)
    listed = [
        {
            **{n: str(r[n]) for n in ("id", "message", "dispute", "other", "reason", "state")},
            "at": shown(r["at"]),
        }
        for r in rows
    ]
    return JSONResponse({"proposals": listed})


@router.get("/deadlines")
async def get_deadlines(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Running deadlines that are over or end within a week."""
    async with hub_of(request).database.connection() as conn:
        rows = await conn.fetch(_DEADLINES, limit)
    listed = [
        {
            "id": str(r["id"]),
            "dispute": str(r["dispute"]),
            "case": str(r["case_id"]) if r["case_id"] else None,
            "rule": r["rule"],
            "object": r["object"],
            "due": r["due_on"].isoformat() if r["due_on"] else None,
            "provisional": r["provisional"],
            "basis": r["basis"],
            "tell": list(r["tell"]),
        }
        for r in rows
    ]
    return JSONResponse({"deadlines": listed})
