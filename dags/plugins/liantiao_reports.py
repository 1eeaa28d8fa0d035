"""Routes of the pages from which reports are fetched: of the joint conference, and of completeness by day."""

from datetime import date
from typing import Any, Final, Literal
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from liantiao_door import Viewer, Words, reading, shown
from starlette.responses import Response

from hub.exchange import conference
from hub.nightly.pages import render, report_words, reports

router = APIRouter(prefix="/reports")
LOOKED_AT: Final = ("html", "look")
"""The form that is shown in the frame when one asks so; everything else is a download."""


@router.get("")
async def get_reports(
    _: Viewer, said: Words, tier: str = "", unit: str = "", period: str = "", before: date = date.max
) -> Response:
    """What can be fetched; of the conference's by tier, unit and period."""
    asked = reports.Asked(tier, unit, period, before)
    async with reading() as conn:
        found = await reports.look(conn, asked)
    more: dict[str, Any] = {"choices": report_words.choices(found, asked, said), **report_words.shown(said)}
    picture = report_words.picture(found.days, said)
    keep = "&" + urlencode({"tier": tier, "unit": unit, "period": period, "before": before})
    return shown("reports", said, "reports", it=found, picture=picture, keep=keep, **more)


@router.get("/days/{day}.{form}")
async def get_proof_file(_: Viewer, day: date, form: reports.Proof) -> Response:
    """The proof of a day as a file."""
    async with reading() as conn:
        name, body = await reports.proof_file(conn, day, form)
    return _file(name, body, reports.TYPES[form])


@router.get("/days/{day}")
async def get_proof(_: Viewer, said: Words, day: date) -> Response:
    """The proof of a day, pair by pair."""
    async with reading() as conn:
        found, units = await reports.proof(conn, day)
    more: dict[str, Any] = report_words.shown(said)
    return shown("proof", said, "reports", it=found, day=day, units=units, **more)


@router.get("/{report}.{form}")
async def get_report(
    _: Viewer, report: UUID, form: conference.Form, how: Literal["fetch", "look"] = "fetch"
) -> Response:
    """A report of the conference in one form."""
    async with reading() as conn:
        name, body = await reports.report_file(conn, report, form)
    kept = "inline" if (form, how) == LOOKED_AT else "attachment"
    return _file(name, body, conference.TYPES[form], kept)


def _file(name: str, body: bytes, media_type: str, kept: str = "attachment") -> Response:
    headers = {**render.HEADERS, "Content-Disposition": f'{kept}; filename="{name}"'}
    return Response(body, headers=headers, media_type=media_type)
