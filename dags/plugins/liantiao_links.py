"""Routes of the pages that show disputes which may be one, and let an administrator decide."""

from typing import Annotated, Any, Final
from uuid import UUID

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter, Form, Request
from liantiao_door import PREFIX, Decide, Viewer, Words, decide, may_decide, reading, refusal, shown
from starlette.responses import RedirectResponse, Response

from hub.errors import Refused
from hub.nightly.pages import candidate_words, candidates, render

router = APIRouter(prefix="/links")
DECISIONS: Final[dict[str, Decide]] = {
    "link": candidates.link,
    "decline": candidates.decline,
    "undo": candidates.undo,
    "reopen": candidates.reopen,
}


@router.get("")
async def get_links(_: Viewer, said: Words, state: str = "waiting") -> Response:
    """Candidates in a state."""
    async with reading() as conn:
        items, counts = await candidates.listed(conn, state), await candidates.counts(conn)
    more: dict[str, Any] = candidate_words.shown(said)
    return shown(
        "candidates", said, "links", items=items, counts=counts, state=state, keep=f"&state={state}", **more
    )


@router.get("/{item}")
async def get_link(user: Viewer, said: Words, item: UUID, done: str = "") -> Response:
    """One candidate with its reasons; `done`: what was just decided."""
    words = candidate_words.DONE.get(done)
    return await _one(user, said, item, {"good": True, "text": said.say(*words)} if words else None)


@router.post("/{item}")
async def post_link(
    request: Request,
    item: UUID,
    user: Viewer,
    said: Words,
    decision: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Link two disputes, decline to, or take either back."""
    try:
        await decide(request, user, DECISIONS.get(decision), item, reason)
    except Refused as error:
        told = {"good": False, "text": refusal(error, said)}
        return await _one(user, said, item, told, error.status)
    return RedirectResponse(f"{PREFIX}/links/{item}?lang={said.lang}&done={decision}", 303)


async def _one(
    user: BaseUser, said: render.Words, item: UUID, told: dict[str, object] | None, status: int = 200
) -> Response:
    async with reading() as conn:
        found = await candidates.one(conn, item)
    more = {"may": may_decide(user), "told": told, **candidate_words.shown(said)}
    picture = candidate_words.picture(found, said)
    return shown("candidate", said, "links", status, it=found, picture=picture, **more)
