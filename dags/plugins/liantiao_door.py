"""Who comes to the hub's pages inside Airflow's UI and what they are answered with: the routes' common part.

Every route takes a user of Airflow's own login (`Viewer`); a decision takes an administrator, and a form that
was sent from these pages. Each request opens its own connection and closes it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Annotated, Final, Literal, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import GetUserDep
from fastapi import Depends, Form, HTTPException, Request
from pydantic import BaseModel
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.api.rules import rule_text
from hub.api.texts import TITLES
from hub.errors import Refused
from hub.exchange.hub import Hub, open_hub
from hub.nightly.airflow_answers import actor_named
from hub.nightly.pages import render
from hub.settings import load
from hub.store.address import serving
from hub.store.database import set_codecs
from hub.store.held_keys import HeldKeys
from hub.trust.seal import Sealer

PREFIX: Final = "/hub"
RESOURCE: Final = "Liantiao"
"""What a permission is named after where the auth manager knows permissions (FAB)."""
Decide = Callable[[Hub, UUID, str, str], Awaitable[None]]
Language = Literal["zh", "en"]


def explain(code: str, lang: Language) -> str:
    """What a refusal's code means."""
    titles: dict[str, tuple[str, str]] = dict(TITLES.items())
    return titles.get(code, (code, code))[lang == "en"]


def words(lang: Language = "zh") -> render.Words:
    """The words of the language that was asked for."""
    return render.Words(lang, explain)


def may_see(user: GetUserDep) -> BaseUser:
    """The user, if these pages are for them."""
    if not get_auth_manager().is_authorized_custom_view(method="GET", resource_name=RESOURCE, user=user):
        raise HTTPException(403)
    return user


def may_decide(user: BaseUser) -> bool:
    """Whether a user is an administrator: by role, or by permission where the auth manager knows them."""
    if isinstance(user, SimpleAuthManagerUser):
        return (user.role or "").lower() == "admin"
    return bool(get_auth_manager().is_authorized_custom_view(method="PUT", resource_name=RESOURCE, user=user))


Words = Annotated[render.Words, Depends(words)]
Viewer = Annotated[BaseUser, Depends(may_see)]


class Visit(NamedTuple):
    """Who sent a form, from where, and the words of their language."""

    request: Request
    user: BaseUser
    said: render.Words


def visiting(request: Request, user: Viewer, said: Words) -> Visit:
    """The visit of a request."""
    return Visit(request, user, said)


class Decision(BaseModel):
    """A decision as its form sends it."""

    decision: str
    reason: str = ""


Visiting = Annotated[Visit, Depends(visiting)]
DecisionForm = Annotated[Decision, Form()]


@asynccontextmanager
async def reading() -> AsyncIterator[asyncpg.Connection]:
    """A connection that only reads, in one snapshot."""
    async with serving(load()) as address:
        conn = await address.connect("hub", server_settings={"statement_timeout": "15s"})
        try:
            await set_codecs(conn)
            async with conn.transaction(isolation="repeatable_read", readonly=True):
                yield conn
        finally:
            await conn.close()


@asynccontextmanager
async def reading_reasons() -> AsyncIterator[tuple[asyncpg.Connection, Sealer]]:
    """The same, with what opens the reasons of administrators."""
    with HeldKeys.open(load().data_dir) as keys:
        async with reading() as conn:
            yield conn, keys.sealer


def shown(name: str, said: render.Words, here: str, status: int = 200, **more: object) -> HTMLResponse:
    """A page as it is answered."""
    keep = more.pop("keep", "")
    html = render.page(name, said, PREFIX, here=here, keep=keep, **more)
    return HTMLResponse(html, status, dict(render.HEADERS))


def told(done: Mapping[str, tuple[str, str]], decision: str, said: render.Words) -> dict[str, object] | None:
    """What a page says of a decision that was just taken; nothing without one."""
    return {"good": True, "text": said.say(*done[decision])} if decision in done else None


def told_not(error: Refused, said: render.Words) -> dict[str, object]:
    """What a page says of a decision that was refused."""
    return {"good": False, "text": refusal(error, said)}


def refusal(error: Refused, said: render.Words) -> str:
    """A refusal in a sentence, with the places it names."""
    rules = [f"{f.pointer or f.native or ''} {rule_text(f, said.lang)}".strip() for f in error.faults]
    return "; ".join([explain(error.code, said.lang), *rules])


async def decide(visit: Visit, calls: Mapping[str, Decide], item: UUID, form: Decision) -> None:
    """Let a decision on one thing take effect; the user's name is the actor of the administrator's action.

    Raises HTTPException 403 for who may not, for a form from elsewhere, for what is none of `calls`; else as
    the call.
    """
    call = calls.get(form.decision)
    if not may_decide(visit.user) or call is None or not own_form(visit.request):
        raise HTTPException(403)
    actor = actor_named(visit.user.get_name())
    await asyncio.to_thread(asyncio.run, _decided(call, item, actor, form.reason))


def decided(visit: Visit, page: str, form: Decision) -> Response:
    """Back to a page that says what was just decided."""
    return RedirectResponse(f"{PREFIX}/{page}?lang={visit.said.lang}&done={form.decision}", 303)


async def _decided(call: Decide, item: UUID, actor: str, reason: str) -> None:
    """Carry a decision out on a hub opened for it."""
    async with open_hub(load()) as hub:
        await call(hub, item, actor, reason)


def own_form(request: Request) -> bool:
    """Whether a form was sent from these pages: the browser says where from."""
    origin = request.headers.get("origin", "")
    return urlsplit(origin).netloc == request.headers.get("host")
