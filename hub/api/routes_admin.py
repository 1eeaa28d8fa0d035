"""`/v1/admin/…`, what is registered: units, aliases, systems, keys, configuration; each call with its reason.

Every change runs with its row in `admin_action` and its entry in the evidence log.
"""

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

import schemas
from hub.api.administrator import PREFIX, Administrator, Reason, admin_of, body_of, object_of
from hub.api.auth import hub_of
from hub.errors import Fault, Refused
from hub.exchange.configuration import check_config
from hub.exchange.hub import rules_on
from hub.exchange.routing import explained, route
from hub.law.calendar import legal_day
from hub.store.administration import Admin
from hub.store.config_import import import_config
from hub.store.system_register import (
    NewSystem,
    add_keys,
    add_system,
    retire_key,
    revoke_key,
    set_system_disabled,
)
from hub.store.tables import read_table
from hub.store.unit_import import ALIAS_COLUMNS, UNIT_COLUMNS, UNIT_OPTIONAL, import_aliases, import_units
from hub.strictjson import Json, loads

router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.post("/units")
async def post_units(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import units (CSV)."""
    hub = hub_of(request)
    rows = read_table(await body_of(request), UNIT_COLUMNS, UNIT_OPTIONAL)
    async with hub.database.connection() as conn:
        n = await import_units(conn, rows, admin_of(hub, caller, reason), list(hub.translator.agencies))
    await hub.reload()
    return JSONResponse({"units": n})


@router.post("/aliases")
async def post_aliases(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import what systems call units by codes of their own (CSV)."""
    hub = hub_of(request)
    rows = read_table(await body_of(request), ALIAS_COLUMNS)
    async with hub.database.connection() as conn:
        n = await import_aliases(conn, rows, admin_of(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"aliases": n})


@router.get("/systems")
async def get_systems(request: Request, _: Administrator) -> JSONResponse:
    """Registered systems."""
    found = hub_of(request).registry.systems.values()
    listed = [
        {
            "id": s.id,
            "agency": s.agency,
            "units": list(s.units),
            "receiving": sorted(s.receiving),
            "scopes": list(s.scopes),
            "keys": sorted(s.keys),
            "push": list(s.push),
            "bound": s.bound,
            "disabled": s.disabled,
        }
        for s in found
    ]
    return JSONResponse({"systems": listed})


@router.post("/systems", status_code=201)
async def post_system(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Register a system: `{"id", "agency", "units", "jwks"}` and what `system add` takes."""
    hub = hub_of(request)
    new = _new_system(await object_of(request))
    async with hub.database.connection() as conn:
        await add_system(conn, new, admin_of(hub, caller, reason), list(schemas.kinds()))
    await hub.reload()
    return JSONResponse({"id": new.id}, 201)


def _new_system(told: dict[str, Json]) -> NewSystem:
    known = {"id", "agency", "units", "jwks", "scopes", "formats", "push", "receiving", "bound"}
    missing = {"id", "agency", "units", "jwks"} - set(told)
    if missing or set(told) - known:
        raise Refused("schema", *(Fault("required", f"/{n}") for n in sorted(missing)))
    lists = {n: _texts(told[n], n) for n in ("units", "scopes", "push") if n in told}
    formats = told.get("formats", {})
    if not isinstance(formats, dict):
        raise Refused("schema", Fault("type", "/formats"))
    extra = {n: lists[n] for n in ("scopes", "push") if n in lists}
    bound = told.get("bound")
    return NewSystem(
        id=str(told["id"]),
        agency=str(told["agency"]),
        units=lists["units"],
        jwks=told["jwks"],
        formats={k: str(v) for k, v in formats.items()},
        receiving=told.get("receiving") is not False,
        bound=None if bound is None else str(bound),
        **extra,
    )


def _texts(value: Json, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Refused("schema", Fault("type", f"/{name}"))
    return [str(v) for v in value]


@router.post("/systems/{system}/disable")
async def post_disable(request: Request, caller: Administrator, system: str, reason: Reason) -> JSONResponse:
    """Let a system in no more, at once; what waits for it waits on."""
    return await _set_disabled(request, system, admin_of(hub_of(request), caller, reason), disabled=True)


@router.post("/systems/{system}/enable")
async def post_enable(request: Request, caller: Administrator, system: str, reason: Reason) -> JSONResponse:
    """Let a disabled system in again."""
    return await _set_disabled(request, system, admin_of(hub_of(request), caller, reason), disabled=False)


async def _set_disabled(request: Request, system: str, admin: Admin, *, disabled: bool) -> JSONResponse:
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await set_system_disabled(conn, system, admin, disabled=disabled)
    await hub.reload()
    return JSONResponse({"id": system, "disabled": disabled})


@router.post("/systems/{system}/keys", status_code=201)
async def post_key(request: Request, caller: Administrator, system: str, reason: Reason) -> JSONResponse:
    """Register keys (a JWK or a set) beside those there are."""
    hub = hub_of(request)
    jwks = loads(await body_of(request))
    async with hub.database.connection() as conn:
        kids = await add_keys(conn, system, jwks, admin_of(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kids": kids}, 201)


@router.post("/systems/{system}/keys/{kid}/retire")
async def post_retire(
    request: Request, caller: Administrator, system: str, kid: str, reason: Reason
) -> JSONResponse:
    """A key that signs no more."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await retire_key(conn, system, kid, admin_of(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kid": kid, "state": "retiring"})


@router.post("/systems/{system}/keys/{kid}/revoke")
async def post_revoke(
    request: Request, caller: Administrator, system: str, kid: str, reason: Reason
) -> JSONResponse:
    """A key that must not be believed from now on."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await revoke_key(conn, system, kid, admin_of(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kid": kid, "state": "revoked"})


@router.post("/config")
async def post_config(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import district configuration with dates of effect."""
    hub = hub_of(request)
    document = loads(await body_of(request))
    async with hub.database.connection() as conn:
        names = await import_config(conn, document, admin_of(hub, caller, reason), check_config)
    await hub.reload()
    return JSONResponse({"names": names})


@router.post("/routing")
async def post_routing(request: Request, _: Administrator) -> JSONResponse:
    """Dry run: where `{"kind", "unit", "document"}` would go, and which rule says so."""
    hub = hub_of(request)
    told = await object_of(request)
    document = told.get("document")
    found = route(
        rules_on(hub.registry, hub.clock()),
        str(told.get("kind")),
        hub.desk.units.get(str(told.get("unit"))),
        document if isinstance(document, dict) else {},
        hub.desk.units,
        legal_day(hub.clock()),
    )
    return JSONResponse(explained(found))
