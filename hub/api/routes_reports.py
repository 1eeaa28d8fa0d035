"""Reports for the joint conference: a list, and each as HTML, workbook or PDF. For administrators."""

from typing import Final
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator, Limit
from hub.api.auth import hub_of
from hub.exchange import conference
from hub.exchange.conference import TYPES, Form

router = APIRouter(prefix=PREFIX, tags=["administration"])
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}


@router.get("/reports")
async def get_reports(
    request: Request, _: Administrator, before: UUID | None = None, limit: Limit = 100
) -> JSONResponse:
    """Reports that were made, the newest first."""
    async with hub_of(request).database.connection() as conn:
        return JSONResponse({"reports": await conference.listed(conn, before, limit)})


@router.get("/reports/{report}.{form}", response_class=Response)
async def get_report(request: Request, _: Administrator, report: UUID, form: Form) -> Response:
    """One report in one form."""
    async with hub_of(request).database.connection() as conn:
        digest, body = await conference.file(conn, report, form)
    name = f'inline; filename="report-{report}.{form}"'
    headers = _HEADERS | {"ETag": f'"{digest}"', "Content-Disposition": name}
    return Response(body, headers=headers, media_type=TYPES[form])
