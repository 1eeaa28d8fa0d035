"""Extracts for the caller's units (contract 5): a list, a package as zip, or one file of it."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import shares

router = APIRouter(tags=["shares"])
MayRead = Annotated[Caller, Depends(requires("shares:read"))]
Limit = Annotated[int, Query(ge=1, le=500)]
Part = Annotated[str | None, Query(max_length=120)]
_TYPES: Final = {
    "csv": "text/csv; charset=gb18030",
    "json": "application/json",
    "jws": "application/jose",
    "parquet": "application/vnd.apache.parquet",
}
_HEADERS: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}


@router.get("/v1/shares")
async def list_shares(
    request: Request, caller: MayRead, after: str | None = None, limit: Limit = 100
) -> JSONResponse:
    """Extracts for the caller's units, oldest first."""
    async with hub_of(request).database.reading(caller.units, caller.client_id) as conn:
        return JSONResponse(await shares.page(conn, caller.units, after, limit))


@router.get("/v1/shares/{share}", response_class=Response)
async def get_share(request: Request, caller: MayRead, share: UUID, part: Part = None) -> Response:
    """A data package with its signed manifest, as zip; with `part` one of its files."""
    hub = hub_of(request)
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        digest, content = await shares.package(conn, caller.units, share, hub.sealer)
    if part is not None:
        kind = _TYPES.get(part.rpartition(".")[2], "application/octet-stream")
        return Response(shares.part(content, part), headers=_HEADERS, media_type=kind)
    name = f'attachment; filename="share-{share}.zip"'
    headers = _HEADERS | {"ETag": f'"{digest}"', "Content-Disposition": name}
    return Response(content, headers=headers, media_type="application/zip")
