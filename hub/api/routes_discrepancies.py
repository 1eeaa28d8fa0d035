"""`/v1/admin/discrepancies`: what reconciliation found, and what a person decides of it.

Shows ids, codes, places in a list and masks, never a value. A decision that lets the hub's records be
replaced takes two administrators: the second one's same choice decides.
"""

from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from hub.api.administrator import PREFIX, Administrator, Limit, Reason, object_of
from hub.api.auth import hub_of
from hub.errors import Fault, Refused
from hub.exchange import discrepancies, discrepancy_decisions
from hub.exchange.discrepancies import CHOICES, Ruling, Wanted

router = APIRouter(prefix=PREFIX, tags=["administration"])


@router.get("/discrepancies")
async def get_discrepancies(  # noqa: PLR0913, PLR0917  filters of a query, one by one
    request: Request,
    _: Administrator,
    day: date | None = None,
    agency: str | None = None,
    kind: str | None = None,
    state: str | None = "open",
    batch: UUID | None = None,
    after: UUID | None = None,
    limit: Limit = 100,
) -> JSONResponse:
    """Batches with open findings, and a page of findings; `after` is the last id of the page before."""
    wanted = Wanted(day, agency, kind, state or None, batch)
    async with hub_of(request).database.connection() as conn:
        found = await discrepancies.listed(conn, wanted, after, limit)
        batches = await discrepancies.batches(conn, day, agency)
    more = found[-1]["id"] if len(found) == limit else None
    return JSONResponse({"batches": batches, "discrepancies": found, "next": more})


@router.post("/discrepancies/{batch}")
async def post_discrepancies(
    request: Request, caller: Administrator, batch: UUID, reason: Reason
) -> JSONResponse:
    """Decide a batch: `{"choice": "hub_right" | "agency_right" | "ask_agency" | "ignore"}`."""
    hub = hub_of(request)
    told = await object_of(request)
    choice = next((known for known in CHOICES if known == told.get("choice")), None)
    if choice is None:
        raise Refused("schema", Fault("one-of", "/choice", args=(" ".join(CHOICES),)))
    done = await discrepancy_decisions.propose(hub, batch, Ruling(choice, reason, caller.client_id))
    return JSONResponse(done, 202 if done["state"] == "proposed" else 200)
