"""`/v1/admin/…` (scope `admin`): what an administrator may do by HTTP, each call with its reason.

Every change runs with its row in `admin_action` and its entry in the evidence log. Reads show ids, codes,
states and times, never a document.
"""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

import schemas
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange import held, intake, quarantine
from hub.exchange.answers import shown
from hub.exchange.configuration import check_config
from hub.exchange.evidence_rows import record
from hub.exchange.hub import Hub
from hub.exchange.routing import route
from hub.store.administration import Admin
from hub.store.config_import import import_config
from hub.store.system_register import NewSystem, add_keys, add_system, retire_key, revoke_key
from hub.store.tables import read_table
from hub.store.unit_import import ALIAS_COLUMNS, UNIT_COLUMNS, UNIT_OPTIONAL, import_aliases, import_units
from hub.strictjson import Json, loads

_LIMIT: Final = 8 * 1024 * 1024
_LINKS: Final = """
SELECT id, at, message, dispute, other, reason, state FROM link_proposal ORDER BY id DESC LIMIT $1
"""
_DEADLINES: Final = """
SELECT id, dispute, case_id, rule, object, due_on, state, provisional, basis, tell FROM deadline
 WHERE state = 'running' AND due <= now() + interval '7 days' ORDER BY due LIMIT $1
"""
router = APIRouter(prefix="/v1/admin", tags=["administration"])
Administrator = Annotated[Caller, Depends(requires("admin"))]
Reason = Annotated[str, Query(min_length=2, max_length=500)]
Limit = Annotated[int, Query(ge=1, le=1000)]


def _admin(hub: Hub, caller: Caller, reason: str) -> Admin:
    return Admin(caller.client_id, reason, hub.clock(), record)


async def _body(request: Request) -> bytes:
    raw = b""
    async for part in request.stream():
        raw += part
        if len(raw) > _LIMIT:
            raise Refused("too-large", Fault("size", args=(str(_LIMIT),)))
    return raw


async def _object(request: Request) -> dict[str, Json]:
    value = loads(await _body(request))
    if not isinstance(value, dict):
        raise Refused("schema", Fault("type", ""))
    return value


@router.post("/units")
async def post_units(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import units (CSV)."""
    hub = hub_of(request)
    rows = read_table(await _body(request), UNIT_COLUMNS, UNIT_OPTIONAL)
    async with hub.database.connection() as conn:
        n = await import_units(conn, rows, _admin(hub, caller, reason), list(hub.translator.agencies))
    await hub.reload()
    return JSONResponse({"units": n})


@router.post("/aliases")
async def post_aliases(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import what systems call units by codes of their own (CSV)."""
    hub = hub_of(request)
    rows = read_table(await _body(request), ALIAS_COLUMNS)
    async with hub.database.connection() as conn:
        n = await import_aliases(conn, rows, _admin(hub, caller, reason))
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
            "disabled": s.disabled,
        }
        for s in found
    ]
    return JSONResponse({"systems": listed})


@router.post("/systems", status_code=201)
async def post_system(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Register a system: `{"id", "agency", "units", "jwks"}` and what `system add` takes."""
    hub = hub_of(request)
    new = _new_system(await _object(request))
    async with hub.database.connection() as conn:
        await add_system(conn, new, _admin(hub, caller, reason), list(schemas.kinds()))
    await hub.reload()
    return JSONResponse({"id": new.id}, 201)


def _new_system(told: dict[str, Json]) -> NewSystem:
    known = {"id", "agency", "units", "jwks", "scopes", "formats", "push", "receiving"}
    missing = {"id", "agency", "units", "jwks"} - set(told)
    if missing or set(told) - known:
        raise Refused("schema", *(Fault("required", f"/{n}") for n in sorted(missing)))
    lists = {n: _texts(told[n], n) for n in ("units", "scopes", "push") if n in told}
    formats = told.get("formats", {})
    if not isinstance(formats, dict):
        raise Refused("schema", Fault("type", "/formats"))
    extra = {n: lists[n] for n in ("scopes", "push") if n in lists}
    return NewSystem(
        id=str(told["id"]),
        agency=str(told["agency"]),
        units=lists["units"],
        jwks=told["jwks"],
        formats={k: str(v) for k, v in formats.items()},
        receiving=told.get("receiving") is not False,
        **extra,
    )


def _texts(value: Json, name: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Refused("schema", Fault("type", f"/{name}"))
    return [str(v) for v in value]


@router.post("/systems/{system}/keys", status_code=201)
async def post_key(request: Request, caller: Administrator, system: str, reason: Reason) -> JSONResponse:
    """Register keys (a JWK or a set) beside those there are."""
    hub = hub_of(request)
    jwks = loads(await _body(request))
    async with hub.database.connection() as conn:
        kids = await add_keys(conn, system, jwks, _admin(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kids": kids}, 201)


@router.post("/systems/{system}/keys/{kid}/retire")
async def post_retire(
    request: Request, caller: Administrator, system: str, kid: str, reason: Reason
) -> JSONResponse:
    """A key that signs no more."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await retire_key(conn, system, kid, _admin(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kid": kid, "state": "retiring"})


@router.post("/systems/{system}/keys/{kid}/revoke")
async def post_revoke(
    request: Request, caller: Administrator, system: str, kid: str, reason: Reason
) -> JSONResponse:
    """A key that must not be believed from now on."""
    hub = hub_of(request)
    async with hub.database.connection() as conn:
        await revoke_key(conn, system, kid, _admin(hub, caller, reason))
    await hub.reload()
    return JSONResponse({"kid": kid, "state": "revoked"})


@router.post("/config")
async def post_config(request: Request, caller: Administrator, reason: Reason) -> JSONResponse:
    """Import district configuration with dates of effect."""
    hub = hub_of(request)
    document = loads(await _body(request))
    async with hub.database.connection() as conn:
        names = await import_config(conn, document, _admin(hub, caller, reason), check_config)
    await hub.reload()
    return JSONResponse({"names": names})


@router.post("/routing")
async def post_routing(request: Request, _: Administrator) -> JSONResponse:
    """Dry run: where `{"kind", "unit", "document"}` would go, and which rule says so."""
    hub = hub_of(request)
    told = await _object(request)
    document = told.get("document")
    rules = hub.registry.config("routing", hub.clock())
    found = route(
        rules if isinstance(rules, list) else [],
        str(told.get("kind")),
        hub.desk.units.get(str(told.get("unit"))),
        document if isinstance(document, dict) else {},
        hub.desk.units,
    )
    if found is None:
        return JSONResponse({"to": None, "why": "没有规则适用,由数据管理员处理 no rule fits"})
    return JSONResponse({"to": found.to, "rule": found.rule, "why": found.why})


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
    answer = await intake.release(hub, item)
    admin = _admin(hub, caller, reason)
    async with hub.database.writing() as conn:
        await admin.tell(conn, "quarantine-release", str(item))
    return Response(answer, media_type="application/json")


@router.post("/quarantine/{item}/discard")
async def post_discard(request: Request, caller: Administrator, item: UUID, reason: Reason) -> JSONResponse:
    """Give up a refused message."""
    hub = hub_of(request)
    admin = _admin(hub, caller, reason)
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
    admin = _admin(hub, caller, reason)
    async with (
        hub.database.connection() as conn,
        admin.changing(conn, "delivery-replay", str(delivery)),
    ):
        replayed = await held.replay(conn, [delivery], hub.clock())
    if not replayed:
        raise Refused("unknown")
    hub.way_out.bell.set()
    return JSONResponse({"delivery": str(delivery), "state": "queued"})


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
