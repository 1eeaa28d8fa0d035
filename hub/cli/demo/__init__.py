"""`demo`: the main job, end to end, on this machine and on fictitious people."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Misconfigured


class Victim(StrEnum):
    """What `--kill` may name."""

    HUB = "hub"
    POSTGRES = "postgres"


class Language(StrEnum):
    """What `--lang` may name."""

    ZH = "zh"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    directory: Annotated[
        Path, typer.Option("--dir", help="演示目录,每次重建 the demo's directory, made anew")
    ] = Path("liantiao-demo"),
    cases: Annotated[int, typer.Option(min=0, max=100_000, help="另外随机办理多少件 drawn cases too")] = 0,
    seed: Annotated[int, typer.Option(help="随机种子 seed of what is drawn")] = 1,
    lang: Annotated[Language, typer.Option(help="语言 language")] = Language.ZH,
    kill: Annotated[
        list[Victim] | None,
        typer.Option(help="办理中 kill -9,可重复 kill -9 while the cases run, repeatable"),
    ] = None,
) -> None:
    """演示:从派出所登记到裁定送达 The main job, from the police register to the served ruling."""
    from hub.cli.demo.run import Wish, run

    if kill and not cases:
        raise Misconfigured("--kill: 须与 --cases 同用 · only together with --cases")
    wish = Wish(directory, lang.value, cases, seed, tuple(v.value for v in kill or ()))
    sys.exit(0 if asyncio.run(_interruptible(run(wish))) else 1)


async def _interruptible(work: Coroutine[None, None, bool]) -> bool:
    """End in order on SIGTERM, as on Ctrl-C: what was started is stopped."""
    task = asyncio.ensure_future(work)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task
