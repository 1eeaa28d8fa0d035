"""The pre-check of an agreement (就地预检): what a court would ask, told before it is applied for.

Nothing is kept: no row, no entry in the log. The archive names the parties, so no cache may hold it.
"""

import asyncio
from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.responses import JSONResponse

from hub.api.auth import Caller, hub_of, requires
from hub.api.front import read_body
from hub.exchange.intake import SEND, check_headers
from hub.exchange.media import MEDIA_TYPES
from hub.exchange.precheck_answer import pack
from hub.exchange.prechecking import Asked, answer, precheck

router = APIRouter(tags=["confirmation"])
MaySend = Annotated[Caller, Depends(requires(SEND))]
Code = Annotated[str, Query(min_length=1, max_length=40, pattern=r"^[0-9A-Za-z._-]+$")]
Kind = Literal["confirmation_application", "mediation_result"]

ARCHIVE: Final = "application/zip"
_PRIVATE: Final = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {m: {"schema": {"type": "string", "format": "binary"}} for m in MEDIA_TYPES},
    }
}


@router.post("/v1/precheck", openapi_extra=_BODY, response_class=Response)
async def post_precheck(  # noqa: PLR0913, PLR0917  one parameter for each thing the file may not say
    request: Request,
    caller: MaySend,
    unit: Code,
    kind: Kind | None = None,
    court: Code | None = None,
    dispute: UUID | None = None,
    on: date | None = None,
) -> Response:
    """Findings on the agreement of a file, with law, version, article and way out.

    The body is the agency's own file or the shared form. `unit`: for which of the caller's units; `court`:
    the court it would go to; `dispute`: the registered dispute that tells the parties; `on`: as of which
    day. With `Accept: application/zip` the application pack: the findings and the draft as DOCX and PDF.
    """
    hub = hub_of(request)
    limit = check_headers(request.headers, hub.settings.max_body, hub.settings.max_package)
    with hub.bulky.of(caller.client_id) as held:
        body = await read_body(request.receive, limit, held)
        asked = Asked(request.headers.get("content-type", ""), body, unit, kind, court, dispute, on)
        found = await precheck(hub, caller, caller.agency, asked)
    told = answer(hub, asked, found)
    if ARCHIVE not in request.headers.get("accept", ""):
        return JSONResponse(told, headers=_PRIVATE)
    loop = asyncio.get_running_loop()
    drafts = [one.draft for one in found]
    made = await loop.run_in_executor(hub.apart, pack, told, drafts, hub.clock())
    name = 'attachment; filename="precheck.zip"'
    return Response(made, headers=_PRIVATE | {"Content-Disposition": name}, media_type=ARCHIVE)
