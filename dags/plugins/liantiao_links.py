"""Routes of the pages that show disputes which may be one, and let an administrator decide."""

from typing import Any, Final
from uuid import UUID

from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from fastapi import APIRouter
from liantiao_door import (
    Decide,
    DecisionForm,
    Viewer,
    Visiting,
    Words,
    decide,
    decided,
    may_decide,
    reading,
    shown,
    told,
    told_not,
)
from starlette.responses import Response

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
    return await _one(user, said, item, told(candidate_words.DONE, done, said))


@router.post("/{item}")
async def post_link(visit: Visiting, item: UUID, form: DecisionForm) -> Response:
    """Link two disputes, decline to, or take either back."""
    try:
        await decide(visit, DECISIONS, item, form)
    except Refused as error:
        return await _one(visit.user, visit.said, item, told_not(error, visit.said), error.status)
    return decided(visit, f"links/{item}", form)


async def _one(
    user: BaseUser, said: render.Words, item: UUID, word: dict[str, object] | None, status: int = 200
) -> Response:
    async with reading() as conn:
        found = await candidates.one(conn, item)
    more = {"may": may_decide(user), "told": word, **candidate_words.shown(said)}
    picture = candidate_words.picture(found, said)
    return shown("candidate", said, "links", status, it=found, picture=picture, **more)
