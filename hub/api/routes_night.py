"""`/v1/admin/…`, what the night left: reports of completeness. Ids, unit codes, counts, times."""

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator
from hub.api.auth import hub_of
from hub.exchange import completeness_shelf

router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.get("/completeness")
async def get_completeness(request: Request, _: Administrator, day: date | None = None) -> JSONResponse:
    """The signed report of a business day, or the latest: sets of each pair of units, exceptions, silence."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse(await completeness_shelf.report(conn, day))
