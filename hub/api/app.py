"""The ASGI application: routes, handlers, and what runs beside the requests. Built by the CLI, per process.

`create_app` makes no connection; the lifespan opens the hub, the log's sequencer, the timers and, unless
told otherwise, a delivery worker.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI

from hub.api import (
    openapi,
    problems,
    routes_admin,
    routes_approvals,
    routes_assessments,
    routes_blobs,
    routes_codes,
    routes_discrepancies,
    routes_flags,
    routes_guidance,
    routes_identity,
    routes_incentives,
    routes_knowledge,
    routes_log,
    routes_lookup,
    routes_messages,
    routes_night,
    routes_operate,
    routes_precheck,
    routes_registers,
    routes_reports,
    routes_shares,
    routes_sheets,
    routes_streams,
    routes_tasks,
    routes_todo,
    routes_typical,
)
from hub.api.drain import draining
from hub.api.front import Front, Net
from hub.api.metrics import IntakeMeters, serving
from hub.errors import HubError
from hub.exchange.forgetting import Forgetting
from hub.exchange.hub import Hub, open_hub
from hub.exchange.kept_checkpoint import Keeper
from hub.exchange.timers import Timers
from hub.logs import Event, note
from hub.settings import Settings
from hub.store.clock import Clock

Job = Callable[[asyncio.Event], Coroutine[None, None, None]]
Delivery = Literal["inside", "elsewhere"]

DESCRIPTION = "联调 · 一庭两所矛盾纠纷联调数据交换中枢。See the integrator's guide in docs/integrators.md."


@dataclass(frozen=True, slots=True)
class Beside:
    """What runs beside the requests in this process, and how many such processes there are."""

    delivery: Delivery = "inside"
    workers: int = 1


@contextlib.contextmanager
def _told_why() -> Iterator[None]:
    """Say in our own words why a process does not start: of the server's traceback the log keeps no line."""
    try:
        yield
    except HubError as e:
        note(Event.NOT_STARTED, reason=str(e))
        raise


def create_app(settings: Settings, beside: Beside | None = None, clock: Clock | None = None) -> FastAPI:
    """The application of one worker process."""
    beside = beside or Beside()

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as held:
            with _told_why():
                hub = await held.enter_async_context(open_hub(settings, clock))
                await held.enter_async_context(running(hub, beside))
            app.state.hub = hub
            app.state.meters = IntakeMeters(hub.metrics)
            app.state.meters.waiting.set_function(lambda: hub.writer.waiting)
            with serving(hub.metrics, settings.metrics_port, beside.workers), draining(hub.way_out.release):
                _settle_garbage()
                note(Event.STARTED, issuer=settings.issuer, delivery=beside.delivery)
                yield
        note(Event.STOPPED, issuer=settings.issuer)

    app = Front(
        title="联调 Liantiao",
        version="1.0",
        description=DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    for module in (
        routes_identity,
        routes_messages,
        routes_knowledge,
        routes_precheck,
        routes_streams,
        routes_blobs,
        routes_codes,
        routes_guidance,
        routes_log,
        routes_lookup,
        routes_admin,
        routes_discrepancies,
        routes_operate,
        routes_approvals,
        routes_registers,
        routes_shares,
        routes_sheets,
        routes_reports,
        routes_night,
        routes_todo,
        routes_flags,
        routes_incentives,
        routes_assessments,
        routes_tasks,
        routes_typical,
    ):
        app.include_router(module.router)
    app.add_middleware(Net)
    problems.install(app)
    openapi.install(app)
    return app


def _settle_garbage() -> None:
    # Tables, translators and modules stay for good: without this each full collection walks all of them,
    # a twelfth of the time of a message. Messages make no cycles; what is left is little and short-lived.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@contextlib.asynccontextmanager
async def running(hub: Hub, beside: Beside) -> AsyncIterator[None]:
    """The sequencer, the kept checkpoint, timers, what is forgotten, delivery: as long as it serves."""
    stop = asyncio.Event()
    keeper = Keeper(hub.database, hub.settings.data_dir)
    jobs: list[Job] = [hub.sequencer.run, Timers(hub).run, Forgetting(hub).run, keeper.run]
    if beside.delivery == "inside":
        jobs.append(hub.way_out.worker().run)
    tasks = [asyncio.create_task(job(stop)) for job in jobs]
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
