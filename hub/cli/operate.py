"""`route`: where a message would go, and why."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import result, run, state_of
from hub.exchange.hub import rules_on
from hub.exchange.routing import explained
from hub.exchange.routing import route as routed
from hub.law.calendar import legal_day
from hub.settings import Settings
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.registry import Registry, load_registry
from hub.strictjson import load_object


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(route)


def route(
    context: typer.Context,
    kind: Annotated[str, typer.Option()],
    unit: Annotated[str, typer.Option(help="发送单位 sending unit")],
    document: Annotated[Path | None, typer.Option(help="共享格式文件 a document of the shared form")] = None,
) -> None:
    """路由试算:消息会送往何处、为何 Dry run of the routing rules."""
    state = state_of(context)
    told = load_object(document.read_bytes()) if document else {}
    registry, settings = run(_registry(state.settings())), state.settings()
    now = system_clock(settings.clock_offset)()
    units = {u.code: u for u in registry.units_on(now)}
    found = routed(rules_on(registry, now), kind, units.get(unit), told, units, legal_day(now))
    said = explained(found)
    result(state, said, f"→ {said['to'] or '—'}  规则 rule {said.get('rule', '—')}: {said['why']}")


async def _registry(settings: Settings) -> Registry:
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        return await load_registry(conn)
