"""The registers of mediation organisations and mediators, and the join of several numbers of one person.

Every registered system reads them (在线调解规则5), cut by the views; joining is an administrator's.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator, Limit, Reason, admin_of, object_of
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange.registers import Register
from hub.law.calendar import legal_day
from hub.store import mediators
from hub.store.mediators import Number
from hub.strictjson import Json

router = APIRouter(tags=["registers"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
PageLimit = Annotated[int, Query(ge=1, le=500)]
Ref = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
_LONGEST_REF = 40
_LONGEST_SYSTEM = 64


@router.get("/v1/registers/{name}")
async def get_register(
    request: Request,
    caller: MayRead,
    name: str,
    on: date | None = None,
    after: str | None = None,
    limit: PageLimit = 100,
) -> JSONResponse:
    """What stands in a register (`organisations`, `mediators`) on a legal day, today if none is said."""
    hub = hub_of(request)
    today = legal_day(hub.clock())
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        register = Register(conn, caller.units, hub.sealer, hub.views, name, today)
        return JSONResponse(await register.on(on or today, after, limit))


@router.get("/v1/registers/{name}/{ref}")
async def get_entry(request: Request, caller: MayRead, name: str, ref: Ref) -> JSONResponse:
    """Everything that was said of an organisation or a mediator, oldest first."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        register = Register(conn, caller.units, hub.sealer, hub.views, name, legal_day(hub.clock()))
        return JSONResponse(await register.history(ref))


@router.get(f"{PREFIX}/mediators", tags=["administration"])
async def get_mediators(request: Request, _: Administrator, limit: Limit = 100) -> JSONResponse:
    """Mediators' numbers by system, and whose are joined; no names."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse({"mediators": await mediators.listed(conn, limit)})


@router.post(f"{PREFIX}/mediators/merge", status_code=201, tags=["administration"])
async def post_merge(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Join numbers as one person's: `{"ids": [{"system", "mediator"}, …]}`."""
    hub = hub_of(request)
    numbers = _numbers(await object_of(request))
    async with hub.database.connection() as conn:
        person = await mediators.merge(conn, numbers, admin_of(hub, caller, reason))
    return JSONResponse({"person": str(person)}, 201)


@router.post(f"{PREFIX}/mediators/{{person}}/undo", tags=["administration"])
async def post_undo(request: Request, caller: Administrator, person: UUID, reason: Reason) -> JSONResponse:
    """Take a join apart."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await mediators.undo(conn, person, admin_of(hub, caller, reason))
    return JSONResponse({"person": str(person), "state": "undone"})


def _numbers(told: dict[str, Json]) -> list[Number]:
    ids = told.get("ids")
    if not isinstance(ids, list) or set(told) != {"ids"} or len(ids) > mediators.MOST:
        raise Refused("schema", Fault("mediator-numbers", "/ids", args=(str(mediators.MOST),)))
    return [_number(entry, f"/ids/{n}") for n, entry in enumerate(ids)]


def _number(entry: Json, at: str) -> Number:
    if not isinstance(entry, dict) or set(entry) != {"system", "mediator"}:
        raise Refused("schema", Fault("mediator-numbers", at, args=(str(mediators.MOST),)))
    system, ref = entry["system"], entry["mediator"]
    if not isinstance(system, str) or not 0 < len(system) <= _LONGEST_SYSTEM:
        raise Refused("schema", Fault("type", f"{at}/system"))
    if not isinstance(ref, str) or not 0 < len(ref) <= _LONGEST_REF:
        raise Refused("schema", Fault("type", f"{at}/mediator"))
    return Number(system, ref)
