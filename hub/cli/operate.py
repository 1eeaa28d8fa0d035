"""`route`: where a message would go, and why."""

from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import result, run, state_of
from hub.exchange.routing import route as routed
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
    rules = registry.config("routing", now)
    units = {u.code: u for u in registry.units_on(now)}
    found = routed(rules if isinstance(rules, list) else [], kind, units.get(unit), told, units)
    if found is None:
        result(state, {"to": None}, "没有规则适用 no rule fits: 由数据管理员处理 operators see it")
        return
    text = f"→ {found.to}  规则 rule {found.rule}: {found.why}"
    result(state, {"to": found.to, "rule": found.rule, "why": found.why}, text)


async def _registry(settings: Settings) -> Registry:
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        return await load_registry(conn)
