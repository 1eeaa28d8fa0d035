"""One Airflow from the empty folder to Ctrl-C: samples, hub, metadata, components, and the end of all."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from rich.console import Console

from hub.cli.airflow import home as homes
from hub.cli.airflow import metadata, samples
from hub.cli.airflow.home import Home
from hub.cli.airflow.parts import AIRFLOW, COMPONENTS, LIANTIAO, Part, Surroundings, end, watch
from hub.cli.common import State, console
from hub.cli.prepare import prepare, waiting
from hub.cli.serve import check_port
from hub.law.calendar import legal_day
from hub.settings import PREFIX, Settings, is_loopback
from hub.store.address import serving

_LOOK: Final = 0.5
_TOLD: Final = 5.0
_HEALTHY: Final = frozenset({"metadatabase", "scheduler", "dag_processor", "triggerer"})


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `directory` and `cases` are those of the sample district."""

    directory: Path
    cases: int
    port: int


async def night_watch(state: State, wish: Wish) -> int:
    """Run until a signal; the exit status. What was started is ended, whatever happens."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None  # noqa: S101  we are in it
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, task.cancel)
    try:
        await _run(state, wish)
    except asyncio.CancelledError:
        console(stderr=True).print("已停止 stopped")
    return 0


async def _run(state: State, wish: Wish) -> None:
    out = console(stderr=True)
    named = state.data_dir is not None or any(
        os.environ.get(PREFIX + n) for n in ("DATA_DIR", "DATABASE_URL")
    )
    check_port("127.0.0.1", wish.port)
    if not named:
        out.print(f"示例区县 sample district: {wish.directory}")
        await samples.tell(wish.directory, wish.cases)
    settings = state.settings() if named else samples.settings_of(wish.directory)
    await prepare(settings)
    home = homes.prepare(settings.data_dir, wish.port)
    handle = homes.lock(home)
    async with serving(settings, waiting) as address, _ending() as started:
        url = await metadata.ensure(address, home.secrets["database"])
        given = Surroundings(home.environment(url, _environment(settings)), home.folder, (handle,))
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as http:
            await _serve(settings, http, given, started)
            if not named:
                await samples.spoil(wish.directory, address, legal_day(datetime.now(UTC)) - timedelta(days=1))
            await _start(home, http, given, started)
        _tell(out, settings, home)
        await watch(started)


@asynccontextmanager
async def _ending() -> AsyncIterator[list[Part]]:
    started: list[Part] = []
    try:
        yield started
    finally:
        console(stderr=True).print("正在停止各进程 stopping every process")
        await asyncio.shield(end(started))


async def _serve(
    settings: Settings, http: httpx.AsyncClient, given: Surroundings, started: list[Part]
) -> None:
    """The hub, where it is ours and answers nowhere yet."""
    if not _ours(settings) or await _answers(http, f"{settings.issuer}/readyz"):
        return
    port = str(urlsplit(settings.issuer).port or 80)
    serve: tuple[str, ...] = (*LIANTIAO, "serve", "--port", port, "--metrics-port", "0")
    started.append(await Part.start("hub", serve, given))
    await _until("中枢 the hub", lambda: _answers(http, f"{settings.issuer}/readyz"), started)


async def _start(home: Home, http: httpx.AsyncClient, given: Surroundings, started: list[Part]) -> None:
    """Metadata, components; returns when all are well. Raises Broken when one ends before."""
    migrating = await Part.start("db-migrate", (*AIRFLOW, "db", "migrate"), given, stays=False)
    started.append(migrating)
    await _until("Airflow 的数据库 Airflow's database", lambda: _over(migrating), started)
    started.remove(migrating)
    await migrating.finish()
    for name, words in COMPONENTS.items():
        started.append(await Part.start(name, (*AIRFLOW, *words), given))
    await _until("Airflow 各组件 Airflow's components", lambda: _healthy(http, home), started)


async def _until(what: str, reached: Callable[[], Awaitable[bool]], parts: list[Part]) -> None:
    """Wait with a word every few seconds, without a fixed end; a part that dies ends the wait."""
    out, began, told = console(stderr=True), time.monotonic(), 0.0
    staying = [part for part in parts if part.stays]
    watching = asyncio.create_task(watch(staying)) if staying else None
    try:
        while not await reached():
            passed = time.monotonic() - began
            if passed - told >= _TOLD:
                told = passed
                out.print(f"等待 waiting: {what} {passed:.0f} s")
            if watching is not None and watching.done():
                await watching
            await asyncio.sleep(_LOOK)
    finally:
        if watching is not None:
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watching


async def _over(part: Part) -> bool:
    return part.process.returncode is not None


async def _answers(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).status_code == 200
    except httpx.TransportError:
        return False


async def _healthy(http: httpx.AsyncClient, home: Home) -> bool:
    try:
        answer = await http.get(f"{home.url}/api/v2/monitor/health")
    except httpx.TransportError:
        return False
    told: Any = answer.json() if answer.status_code == 200 else {}
    return all((told.get(name) or {}).get("status") == "healthy" for name in _HEALTHY)


def _ours(settings: Settings) -> bool:
    """Whether the hub is for us to serve: on loopback, not behind a proxy."""
    parts = urlsplit(settings.issuer)
    return parts.scheme == "http" and is_loopback(parts.hostname or "")


def _environment(settings: Settings) -> dict[str, str]:
    """The hub's settings as its processes and the tasks read them."""
    told = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    told |= {f"{PREFIX}DATA_DIR": str(settings.data_dir.resolve()), f"{PREFIX}ISSUER": settings.issuer}
    return told


def _tell(out: Console, settings: Settings, home: Home) -> None:
    out.print(f"\n[bold]Airflow[/bold] {home.url}   中枢 hub {settings.issuer}")
    if home.new:
        for name, password in home.accounts.items():
            out.print(
                f"  账户 account [bold]{name}[/bold]  密码 password [bold]{password}[/bold]", markup=True
            )
        out.print(f"  只显示一次,存于 shown once, kept in {home.folder / 'accounts'}", soft_wrap=True)
    else:
        out.print(f"  账户 accounts: {home.folder / 'accounts'}", soft_wrap=True)
    out.print("  Ctrl-C 停止 stops everything")
