"""`migrate`, `serve`, `deliver`: running the hub on a data directory."""

import asyncio
import os
import signal
import socket
from dataclasses import replace
from typing import Annotated, Any

import typer
import uvicorn

from hub.api.app import Beside, create_app
from hub.api.metrics import serving
from hub.api.traces import traced
from hub.api.wire import Bounded
from hub.cli.common import State, log_to_stderr, result, run, say, state_of
from hub.cli.prepare import prepare, waiting
from hub.errors import Misconfigured
from hub.exchange.hub import open_hub
from hub.settings import Settings, is_loopback, load
from hub.store.clock import system_clock
from hub.store.migrate import migrate as migrate_database

_WORKER = "hub.cli.serve:worker_app"


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(migrate)
    app.command()(serve)
    app.command()(deliver)


def migrate(context: typer.Context) -> None:
    """将数据库升级到本程序的版本 Bring the database to this program's version."""
    state = state_of(context)
    settings = state.settings()
    head = run(migrate_database(settings, system_clock(settings.clock_offset), waiting))
    result(state, {"version": head}, f"数据库版本 database version: {head}")


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option()] = "127.0.0.1",
    port: Annotated[int, typer.Option()] = 8040,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    metrics_port: Annotated[int, typer.Option(help="0: off; -1: port + 1")] = -1,
    *,
    no_delivery: Annotated[bool, typer.Option("--no-delivery")] = False,
) -> None:
    """启动接口(默认含投递) Start the API, delivery inside by default."""
    state = state_of(context)
    issuer = os.environ.get("LIANTIAO_ISSUER")
    own = None if issuer or not is_loopback(host) else f"http://{host}:{port}"
    settings = _settings(state, own)
    settings = replace(settings, metrics_port=_metrics_port(settings, metrics_port, port))
    log_to_stderr(settings)
    run(prepare(settings))
    check_port(host, port)
    if settings.log_format == "text":
        say(f"联调 Liantiao {settings.issuer}  ·  文档 docs {settings.issuer}/docs")
    if workers == 1:
        beside = Beside("elsewhere" if no_delivery else "inside")
        app = traced(create_app(settings, beside), settings)
        config = uvicorn.Config(app, host=host, port=port, **UVICORN)
        uvicorn.Server(config).run()
        return
    os.environ["LIANTIAO_ISSUER"] = settings.issuer
    os.environ["LIANTIAO_DATA_DIR"] = str(settings.data_dir)
    os.environ["LIANTIAO_METRICS_PORT"] = str(settings.metrics_port)
    os.environ["LIANTIAO_WORKER_DELIVERY"] = "elsewhere" if no_delivery else "inside"
    os.environ["LIANTIAO_WORKER_COUNT"] = str(workers)
    uvicorn.run(_WORKER, factory=True, host=host, port=port, workers=workers, **UVICORN)


UVICORN: dict[str, Any] = {
    "loop": "uvloop",
    "http": Bounded,
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "date_header": False,
    "log_level": "warning",
    "log_config": None,
    "timeout_graceful_shutdown": 10,
    "timeout_keep_alive": 30,
    "backlog": 1024,
}


def _metrics_port(settings: Settings, asked: int, port: int) -> int:
    if asked >= 0:
        return asked
    return settings.metrics_port or port + 1


def _settings(state: State, issuer: str | None) -> Settings:
    found = state.settings()
    configured = os.environ.get("LIANTIAO_ISSUER") or _stored_issuer(found)
    return found if configured or issuer is None else state.settings(issuer=issuer)


def _stored_issuer(settings: Settings) -> bool:
    file = settings.data_dir / "liantiao.toml"
    return file.exists() and "issuer" in file.read_text("utf-8")


def check_port(host: str, port: int) -> None:
    """Whether a port is free. Raises Misconfigured when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as e:
            raise Misconfigured(
                f"端口 {port} 已被占用,请用 --port 另选 · port {port} is taken: choose another with --port"
            ) from e


def worker_app() -> object:
    """The application of one of several worker processes; settings come by the environment."""
    inside = os.environ.get("LIANTIAO_WORKER_DELIVERY") == "inside"
    workers = int(os.environ.get("LIANTIAO_WORKER_COUNT", "1"))
    settings = load()
    log_to_stderr(settings)
    return traced(create_app(settings, Beside("inside" if inside else "elsewhere", workers)), settings)


def deliver(
    context: typer.Context,
    metrics_port: Annotated[int, typer.Option(help="0: off", min=0, max=65535)] = 0,
) -> None:
    """单独运行投递进程 A delivery worker alone."""
    settings = state_of(context).settings()
    log_to_stderr(settings)
    run(_deliver(settings, metrics_port))


async def _deliver(settings: Settings, metrics_port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    async with open_hub(settings) as hub:
        say("投递进程已启动 delivering")
        with serving(hub.metrics, metrics_port):
            await hub.way_out.worker().run(stop)
