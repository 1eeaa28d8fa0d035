"""Typical cases (典型案例): a text rewritten, a candidate looked at and signed, the published ones.

The published list is for everybody and needs no token; all else is for the units of the candidate.
"""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse

from hub.api.administrator import object_of
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.exchange.intake import SEND
from hub.exchange.typical import drafting, shelf, signing
from hub.exchange.typical.signing import Signature
from hub.strictjson import Json
from hub.trust.publication import MEMBERS

router = APIRouter(tags=["typical cases"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
MaySend = Annotated[Caller, Depends(requires(SEND))]
Limit = Annotated[int, Query(ge=1, le=100)]

_LONGEST: Final = 20_000
_LONGEST_NAME: Final = 80
_MOST_NAMES: Final = 100
_PRIVATE: Final = {"Cache-Control": "private, no-store"}


@router.get("/v1/typical-cases")
async def list_typical(request: Request, after: str | None = None, limit: Limit = 20) -> JSONResponse:
    """Published typical cases, without a token: title, text, guidance, types, the two units that signed."""
    hub = hub_of(request)
    async with hub.database.reading(()) as conn:
        return JSONResponse(await shelf.page(conn, hub.sealer, after, limit))


@router.get("/v1/typical-cases/{case}")
async def get_typical(request: Request, case: UUID) -> JSONResponse:
    """One published typical case, without a token."""
    hub = hub_of(request)
    async with hub.database.reading(()) as conn:
        return JSONResponse(await shelf.one(conn, hub.sealer, case))


@router.post("/v1/typical-cases/draft")
async def post_draft(request: Request, caller: MaySend) -> JSONResponse:
    """A text rewritten by the rules of publication; nothing is kept.

    `{"unit", "title"?, "text"?, "rules"?, "dispute"?, "names"?}`: names of the dispute's persons and those
    given are hidden, numbers, addresses and accounts taken out; `findings` say what is left, by place.
    """
    told = await object_of(request)
    texts: dict[str, str] = {name: _text(told, name, _LONGEST) for name in MEMBERS if name in told}
    names = told.get("names", [])
    if not isinstance(names, list) or len(names) > _MOST_NAMES:
        raise Refused("schema", Fault("maxItems", "/names"))
    given = tuple(_name(name, f"/names/{n}") for n, name in enumerate(names))
    asked = drafting.Asked(_own(told, caller), texts, given, _dispute(told))
    return JSONResponse(await drafting.draft(hub_of(request), asked), headers=_PRIVATE)


@router.get("/v1/typical-cases/{case}/review")
async def get_review(request: Request, caller: MayRead, case: UUID) -> JSONResponse:
    """How far a candidate is, for units that read it: what it gives away by place, which units signed."""
    return JSONResponse(await signing.state(hub_of(request), case, caller.units), headers=_PRIVATE)


@router.post("/v1/typical-cases/{case}/signoffs", status_code=201)
async def post_signoff(request: Request, caller: MaySend, case: UUID) -> JSONResponse:
    """Sign a candidate: `{"unit", "person"}`. The second, of another unit and another person, publishes it.

    403 for the unit or the person that signed already; 422 with each place that keeps it from the public.
    """
    told = await object_of(request)
    signature = Signature(_own(told, caller), _name(told.get("person"), "/person"), caller.client_id)
    return JSONResponse(await signing.sign(hub_of(request), case, signature), 201, headers=_PRIVATE)


@router.post("/v1/typical-cases/{case}/withdrawal")
async def post_withdrawal(request: Request, caller: MaySend, case: UUID) -> JSONResponse:
    """Take a case back: `{"unit"}`, its sender or one that signed it. It is gone from the list at once."""
    told = await object_of(request)
    return JSONResponse(await signing.withdraw(hub_of(request), case, _own(told, caller)))


def _own(told: dict[str, Json], caller: Caller) -> str:
    unit = told.get("unit")
    if not isinstance(unit, str) or unit not in caller.units:
        raise Refused("unit-not-yours", Fault("unit-not-yours", "/unit"))
    return unit


def _text(told: dict[str, Json], name: str, longest: int) -> str:
    value = told[name]
    if not isinstance(value, str):
        raise Refused("schema", Fault("type", f"/{name}"))
    if len(value) > longest:
        raise Refused("schema", Fault("maxLength", f"/{name}"))
    return value


def _name(value: Json, pointer: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Refused("schema", Fault("minLength" if value == "" else "type", pointer))
    if len(value) > _LONGEST_NAME:
        raise Refused("schema", Fault("maxLength", pointer))
    return value.strip()


def _dispute(told: dict[str, Json]) -> UUID | None:
    named = told.get("dispute")
    if named is None:
        return None
    try:
        return UUID(str(named))
    except ValueError as e:
        raise Refused("schema", Fault("uuid", "/dispute")) from e
