"""The hub's pages inside Airflow's UI: the plugin, and routes that show what `hub.nightly.pages` found.

Who may see and who may decide is `liantiao_door`'s; links and reports have routes of their own beside this.
"""

import asyncio
from datetime import date
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import quote
from uuid import UUID

import liantiao_links
import liantiao_reports
from airflow.api_fastapi.auth.managers.models.base_user import BaseUser
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, Query, Request
from liantiao_door import (
    PREFIX,
    Decide,
    DecisionForm,
    Viewer,
    Visiting,
    Words,
    decide,
    decided,
    may_decide,
    reading,
    reading_reasons,
    refusal,
    shown,
    told,
    told_not,
    words,
)
from starlette.responses import Response

from hub.errors import HubError, Refused
from hub.nightly.airflow_runs import days_of
from hub.nightly.pages import (
    candidate_words,
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
from hub.store.clock import system_clock

JOBS: Final = {"share_data": "share"}
"""DAG → name of its job in `night_run`, where they differ."""
DECISIONS: Final[dict[str, Decide]] = {"release": doubtful.release, "discard": doubtful.discard}
DONE: Final = {"release": ("已放行。", "Released."), "discard": ("已放弃。", "Discarded.")}

app = FastAPI(title="Liantiao", docs_url=None, redoc_url=None, openapi_url=None)
app.include_router(liantiao_links.router)
app.include_router(liantiao_reports.router)


@app.exception_handler(Refused)
async def refused(request: Request, error: Refused) -> Response:
    """A refusal as a page."""
    said = words("en" if request.query_params.get("lang") == "en" else "zh")
    return shown("trouble", said, "", error.status, text=refusal(error, said))


@app.get("/")
async def get_overview(_: Viewer, said: Words) -> Response:
    """The overview."""
    async with reading() as conn:
        found = await overview.look(conn, system_clock(load().clock_offset)())
        held = (await doubtful.counts(conn))["held"]
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
    more: dict[str, Any] = {"units": units, "picture": picture}
    more["link_states"] = candidate_words.shown(said)["states"]
    return shown("dispute", said, "disputes", it=found, now=now, keep=f"&code={quote(found.code)}", **more)


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
    async with reading_reasons() as (conn, sealer):
        found = await discrepancies.look(conn, sealer, system_clock(load().clock_offset)(), days, batch)
    more: dict[str, Any] = discrepancy_words.shown(found, said)
    asked = "".join(f"&day={each}" for each in found.days)
    keep = f"{asked}&batch={batch}" if batch else asked
    return shown("discrepancies", said, "discrepancies", it=found, batch=batch, keep=keep, **more)


@app.get("/quarantine")
async def get_quarantine(user: Viewer, said: Words, state: str = "held", done: str = "") -> Response:
    """Refused messages in a state; `done`: what was just decided."""
    return await _quarantine(user, said, state, told(DONE, done, said))


@app.post("/quarantine/{item}")
async def post_quarantine(visit: Visiting, item: UUID, form: DecisionForm) -> Response:
    """Release or discard one."""
    try:
        await decide(visit, DECISIONS, item, form)
    except Refused as error:
        return await _quarantine(visit.user, visit.said, "held", told_not(error, visit.said), error.status)
    return decided(visit, "quarantine", form)


async def _quarantine(
    user: BaseUser, said: render.Words, state: str, word: dict[str, object] | None, status: int = 200
) -> Response:
    async with reading() as conn:
        items, counts = await doubtful.listed(conn, state), await doubtful.counts(conn)
    more: dict[str, Any] = {"items": items, "counts": counts, "state": state, "told": word}
    more |= {"may": may_decide(user), "keep": f"&state={state}"}
    return shown("quarantine", said, "quarantine", status, **more)


@app.get("/evidence")
async def get_evidence(_: Viewer, said: Words) -> Response:
    """The evidence log."""
    async with reading_reasons() as (conn, sealer):
        found = await evidence.look(conn, sealer)
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
    fastapi_apps: ClassVar[list[Any]] = [  # type: ignore[misc]  # Airflow declares no class variable
        {"app": app, "url_prefix": PREFIX, "name": "liantiao"}
    ]
    external_views: ClassVar[list[Any]] = [  # type: ignore[misc]  # Airflow declares no class variable
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
