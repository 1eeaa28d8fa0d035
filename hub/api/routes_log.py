"""The evidence log as contract 6 shows it: checkpoint, entries, proofs. Open to whoever holds `log:read`."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, PlainTextResponse

from hub.api.administrator import body_of
from hub.api.auth import Caller, hub_of, requires
from hub.errors import Fault, Refused
from hub.evidence import cosign, log
from hub.exchange.configuration import WITNESSES

router = APIRouter(tags=["evidence log"], prefix="/v1/log")
MayRead = Annotated[Caller, Depends(requires("log:read"))]
Size = Annotated[int, Query(ge=0, le=2**62)]


@router.get("/checkpoint", response_class=PlainTextResponse)
async def checkpoint(request: Request, _: MayRead) -> PlainTextResponse:
    """The latest signed checkpoint, a C2SP signed note."""
    async with hub_of(request).database.reading((), None) as conn:
        return PlainTextResponse(await log.checkpoint(conn))


@router.get("/checkpoint/cosignatures", response_class=PlainTextResponse)
async def cosigned(request: Request, _: MayRead, size: Size | None = None) -> PlainTextResponse:
    """A checkpoint with the cosignatures of its witnesses; the largest that has any, or that of `size`."""
    async with hub_of(request).database.reading((), None) as conn:
        return PlainTextResponse(await cosign.cosigned(conn, size))


@router.post("/checkpoint/cosignatures")
async def cosignatures(request: Request, _: MayRead) -> JSONResponse:
    """Take a checkpoint's note with lines of configured witnesses (C2SP `cosignature/v1`)."""
    hub = hub_of(request)
    try:
        note = (await body_of(request)).decode()
    except UnicodeDecodeError as e:
        raise Refused("malformed", Fault("note")) from e
    await hub.catch_up(hub.registry.version)  # a witness configured a moment ago counts
    configured = hub.registry.config(WITNESSES, hub.clock())
    vkeys = configured if isinstance(configured, list) else []
    witnesses = [cosign.Witness.from_vkey(vkey) for vkey in vkeys]
    async with hub.database.writing() as conn:
        return JSONResponse({"witnesses": await cosign.take(conn, note, witnesses, hub.clock())})


@router.get("/entries")
async def entries(request: Request, _: MayRead, start: Size, end: Size) -> JSONResponse:
    """Entries from `start` to `end`, both included."""
    async with hub_of(request).database.reading((), None) as conn:
        return JSONResponse(await log.entries(conn, start, end))


@router.get("/inclusion")
async def inclusion(
    request: Request,
    _: MayRead,
    leaf: Annotated[str, Query(pattern="^[0-9a-f]{64}$")],
    size: Size,
) -> JSONResponse:
    """Proof that a leaf is in the tree of that size."""
    async with hub_of(request).database.reading((), None) as conn:
        return JSONResponse(await log.inclusion(conn, leaf, size))


@router.get("/consistency")
async def consistency(request: Request, _: MayRead, first: Size, second: Size) -> JSONResponse:
    """Proof that the tree of size `first` is a prefix of that of size `second`."""
    async with hub_of(request).database.reading((), None) as conn:
        return JSONResponse(await log.consistency(conn, first, second))
