"""`conformance` and `route`: what an adapter carries, and where a message would go."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.common import State, result, run, show, state_of
from hub.errors import Misconfigured
from hub.exchange.hub import rules_on
from hub.exchange.routing import explained
from hub.exchange.routing import route as routed
from hub.law.calendar import legal_day
from hub.settings import Settings
from hub.store.clock import system_clock
from hub.store.database import Database
from hub.store.registry import Registry, load_registry
from hub.strictjson import load_object
from hub.translate.conformance import load_folder
from hub.translate.conformance_report import report
from schemas.validate import faults


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(conformance)
    app.command()(route)


def conformance(context: typer.Context, folder: Path) -> None:
    """检查一个适配器文件夹 What an adapter folder carries, drops, fills in."""
    state = state_of(context)
    if not folder.is_dir():
        raise Misconfigured(f"{folder}: 不是文件夹 · not a folder")
    told = report(load_folder(folder), folder, faults)
    if state.as_json:
        result(state, told, "")
    else:
        _print(told, folder)
    if told["faults"]:
        raise typer.Exit(1)


def _print(told: dict[str, object], folder: Path) -> None:
    formats = [dict(entry) for entry in _entries(told["formats"])]
    rows = [
        {
            "格式 format": entry["format"],
            "消息 kind": entry["kind"],
            "方向": entry["direction"],
            "承载 carried": len(_mapping(entry["mapped"])),
            "舍弃 dropped": len(_mapping(entry["dropped"])),
            "补齐 filled in": " ".join(map(str, _entries(entry["filled_in"]))),
        }
        for entry in formats
    ]
    plain = State(None, as_json=False)
    show(plain, rows, f"{told['agency']}  {folder}")
    dropped = [
        {"格式 format": entry["format"], "字段 field": field, "理由 reason": reason}
        for entry in formats
        for field, reason in _mapping(entry["dropped"]).items()
    ]
    show(plain, dropped, "舍弃的字段(保留于 native_extras) dropped fields, kept beside")
    show(plain, [dict(e) for e in _entries(told["examples"])], "样例往返 round trips of the examples")
    for fault in _entries(told["faults"]):
        typer.echo(f"✗ {fault}")


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


def _entries(value: object) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else []


def _mapping(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, dict) else {}
