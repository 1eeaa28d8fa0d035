"""`/v1/sheets/{sheet}`: registers and statistics of the caller's units as workbooks."""

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from hub.api.auth import Caller, hub_of, requires
from hub.exchange import sheets
from hub.exchange.sheets import SheetName

router = APIRouter(tags=["sheets"])
MayRead = Annotated[Caller, Depends(requires("messages:read"))]
Day = Annotated[date | None, Query()]
First = Annotated[date | None, Query(alias="from")]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/v1/sheets/{sheet}", response_class=Response)
async def get_sheet(
    request: Request, caller: MayRead, sheet: SheetName, first: First = None, to: Day = None
) -> Response:
    """A register or the statistics of the cases opened in a period (both days within) as XLSX."""
    hub = hub_of(request)
    wanted = sheets.asked(sheet, first, to, hub.clock())
    found = await sheets.content(hub, caller, wanted)
    loop = asyncio.get_running_loop()
    name, content = await loop.run_in_executor(hub.apart, sheets.workbook, wanted, found)
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=XLSX)
