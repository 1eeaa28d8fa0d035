"""The hub's pages inside Airflow's UI: routes, who may see, who may decide; the pages are `hub.nightly`'s.

Every route takes the user of Airflow's own login; a decision takes an administrator, a reason, and a form
that was sent from these pages. Each request opens its own connection and closes it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Literal
from urllib.parse import quote, urlsplit
from uuid import UUID

import asyncpg
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.core_api.security import GetUserDep
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, Form, HTTPException, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from hub.api.rules import rule_text
from hub.api.texts import TITLES
from hub.errors import HubError, Refused
from hub.exchange.hub import Hub, open_hub
from hub.nightly.airflow_answers import actor_named
from hub.nightly.airflow_runs import days_of
from hub.nightly.pages import (
    discrepancies,
    discrepancy_words,
    dispute,
    doubtful,
    draw,
    evidence,
    overview,
    render,
    runs,
)
from hub.settings import load
from hub.store.address import serving
from hub.store.clock import system_clock
from hub.store.database import set_codecs

PREFIX: Final = "/hub"
RESOURCE: Final = "Liantiao"
"""What a permission is named after where the auth manager knows permissions (FAB)."""
JOBS: Final = {"share_data": "share"}
"""DAG → name of its job in `night_run`, where they differ."""
Decide = Callable[[Hub, UUID, str, str], Awaitable[None]]
DECISIONS: Final[dict[str, Decide]] = {"release": doubtful.release, "discard": doubtful.discard}
DONE: Final = {"release": ("已放行。", "Released."), "discard": ("已放弃。", "Discarded.")}
Language = Literal["zh", "en"]

app = FastAPI(title="Liantiao", docs_url=None, redoc_url=None, openapi_url=None)


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


def shown(name: str, said: render.Words, here: str, status: int = 200, **more: object) -> HTMLResponse:
    """A page as it is answered."""
    keep = more.pop("keep", "")
    html = render.page(name, said, PREFIX, here=here, keep=keep, **more)
    return HTMLResponse(html, status, dict(render.HEADERS))


@app.exception_handler(Refused)
async def refused(request: Request, error: Refused) -> Response:
    """A refusal as a page."""
    said = words("en" if request.query_params.get("lang") == "en" else "zh")
    return shown("trouble", said, "", error.status, text=refusal(error, said))


def refusal(error: Refused, said: render.Words) -> str:
    """A refusal in a sentence, with the places it names."""
    rules = [f"{f.pointer or f.native or ''} {rule_text(f, said.lang)}".strip() for f in error.faults]
    return "; ".join([explain(error.code, said.lang), *rules])


@app.get("/")
async def get_overview(_: Viewer, said: Words) -> Response:
    """The overview."""
    async with reading() as conn:
        found = await overview.look(conn, system_clock(load().clock_offset)())
        held = len(await doubtful.listed(conn, "held"))
    pictures = render.overview_pictures(found, said)
    return shown("overview", said, "", it=found, held=held, pictures=pictures)


@app.get("/disputes")
async def get_disputes(_: Viewer, said: Words, code: str = "") -> Response:
    """Disputes changed last, or one of them."""
    now = system_clock(load().clock_offset)()
    async with reading() as conn:
        if not code:
            return shown("disputes", said, "disputes", found=await dispute.recent(conn, now))
        found = await dispute.timeline(conn, code)
    picture, units = render.dispute_picture(found, said), render.units_of(found, said)
    keep = f"&code={quote(found.code)}"
    return shown("dispute", said, "disputes", it=found, now=now, units=units, picture=picture, keep=keep)


async def days_asked(
    day: Annotated[list[date] | None, Query()] = None, dag: str = "", run: str = ""
) -> list[date]:
    """The days that were asked for: by name, or as those of a run of Airflow."""
    return await asyncio.to_thread(days_of, dag, run) if run else day or []


@app.get("/discrepancies")
async def get_discrepancies(
    _: Viewer, said: Words, days: Annotated[list[date], Depends(days_asked)], batch: UUID | None = None
) -> Response:
    """What was found on days, the latest with findings if none is asked for; `batch`: rows of that one."""
    async with reading() as conn:
        found = await discrepancies.look(conn, days, batch)
    more: dict[str, Any] = discrepancy_words.shown(found, said)
    asked = "".join(f"&day={each}" for each in found.days)
    keep = f"{asked}&batch={batch}" if batch else asked
    return shown("discrepancies", said, "discrepancies", it=found, batch=batch, keep=keep, **more)


@app.get("/quarantine")
async def get_quarantine(user: Viewer, said: Words, state: str = "held", done: str = "") -> Response:
    """Refused messages in a state; `done`: what was just decided."""
    async with reading() as conn:
        items = await doubtful.listed(conn, state)
    told = {"good": True, "text": said.say(*DONE[done])} if done in DONE else None
    return shown(
        "quarantine",
        said,
        "quarantine",
        items=items,
        state=state,
        may=may_decide(user),
        told=told,
        keep=f"&state={state}",
    )


@app.post("/quarantine/{item}")
async def post_quarantine(
    request: Request,
    item: UUID,
    user: Viewer,
    said: Words,
    decision: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Release or discard one; the user's name is the actor of the administrator's action."""
    if not may_decide(user) or decision not in DECISIONS or not own_form(request):
        raise HTTPException(403)
    actor = actor_named(user.get_name())
    try:
        await asyncio.to_thread(asyncio.run, decided(DECISIONS[decision], item, actor, reason))
    except Refused as error:
        async with reading() as conn:
            items = await doubtful.listed(conn, "held")
        told = {"good": False, "text": refusal(error, said)}
        more = {"items": items, "state": "held", "may": True, "told": told}
        return shown("quarantine", said, "quarantine", error.status, **more)
    return RedirectResponse(f"{PREFIX}/quarantine?lang={said.lang}&done={decision}", 303)


async def decided(decide: Decide, item: UUID, actor: str, reason: str) -> None:
    """Carry a decision out on a hub opened for it."""
    async with open_hub(load()) as hub:
        await decide(hub, item, actor, reason)


def own_form(request: Request) -> bool:
    """Whether a form was sent from these pages: the browser says where from."""
    origin = request.headers.get("origin", "")
    return urlsplit(origin).netloc == request.headers.get("host")


@app.get("/evidence")
async def get_evidence(_: Viewer, said: Words) -> Response:
    """The evidence log."""
    async with reading() as conn:
        found = await evidence.look(conn)
    picture = draw.growth(found.sizes, said.say("日志大小", "size of the log"))
    rows = [draw.Bar(name, ((n, "later"),)) for name, n in found.types]
    types = draw.bars(rows, said.say("条目类型", "entries by type"))
    return shown("evidence", said, "evidence", it=found, picture=picture, types=types)


@app.get("/runs")
async def get_runs(_: Viewer, said: Words, dag: str = "") -> Response:
    """Night runs; `dag`: those of its job only, for the tab on a run."""
    jobs = [JOBS.get(dag, dag)] if dag else None
    async with reading() as conn:
        found = await runs.listed(conn, jobs)
    keep = f"&dag={quote(dag)}" if jobs else ""
    return shown("runs", said, "runs", found=found, jobs=jobs or [], keep=keep)


@app.exception_handler(HubError)
async def unwell(request: Request, error: HubError) -> Response:
    """The hub's database does not answer, or a setting is wrong."""
    said = words("en" if request.query_params.get("lang") == "en" else "zh")
    return shown("trouble", said, "", 503, text=f"{type(error).__name__}: {error}")


class LiantiaoPages(AirflowPlugin):
    """The pages: an entry in the navigation, two tabs on every run."""

    name = "liantiao_pages"
    # Airflow declares both as of an instance, and reads them of the class.
    fastapi_apps: ClassVar[list[Any]] = [  # type: ignore[misc]
        {"app": app, "url_prefix": PREFIX, "name": "liantiao"}
    ]
    external_views: ClassVar[list[Any]] = [  # type: ignore[misc]
        {
            "name": "联调",
            "href": f"{PREFIX}/",
            "destination": "nav",
            "url_route": "liantiao",
            "nav_top_level": True,
        },
        {
            "name": "联调作业 night runs",
            "href": f"{PREFIX}/runs?dag={{DAG_ID}}",
            "destination": "dag_run",
            "url_route": "liantiao-runs",
        },
        {
            "name": "联调差异 discrepancies",
            "href": f"{PREFIX}/discrepancies?dag={{DAG_ID}}&run={{RUN_ID}}",
            "destination": "dag_run",
            "url_route": "liantiao-discrepancies",
        },
    ]
