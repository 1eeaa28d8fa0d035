"""`demo`: the main job, end to end, on this machine and on fictitious people."""

import asyncio
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console

from hub.cli.demo.ground import SYSTEMS, Command, Ground, prepare, register as register_all
from hub.cli.demo.hub_process import PROGRAM, HubProcess
from hub.cli.demo.show import Show
from hub.cli.demo.words import Lang, Names
from hub.sandbox.clock import MovedClock, offset_to, working_days_before
from hub.sandbox.days import Days
from hub.sandbox.remote import OrderRefused, Remote
from hub.sandbox.stories import STORIES, Outcome, Stage

# Story days as numbers of working days before today: registration, mediation, agreement, court, service, end.
PLAN: Final = (10, 9, 5, 4, 3, 1)
MORNING: Final = time(9, 30)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(demo)


def demo(
    directory: Annotated[Path, typer.Option("--dir", help="演示目录 directory")] = Path("liantiao-demo"),
    cases: Annotated[int, typer.Option(min=0, help="另外随机办理多少件 further cases by chance")] = 0,
    seed: Annotated[int, typer.Option(help="随机种子 seed")] = 1,
    lang: Annotated[str, typer.Option(help="zh | en")] = "zh",
) -> None:
    """演示:从登记到裁定送达 The main job, end to end."""
    ok = asyncio.run(_demo(directory, "en" if lang == "en" else "zh"))
    sys.exit(0 if ok else 1)


async def _demo(directory: Path, lang: Lang) -> bool:
    names = Names(lang)
    show = Show(names, Console())
    days = working_days_before(datetime.now(UTC).date(), max(PLAN))
    calendar = [days[-n] for n in PLAN]
    clock = MovedClock(offset_to(calendar[0], MORNING, datetime.now(UTC)))
    show.note("正在准备目录、数据库与登记…", "preparing directory, database and registrations…")
    ground = prepare(directory, clock)
    await register_all(ground, Command(ground, PROGRAM))
    hub = HubProcess(ground)
    await hub.start()
    remotes = [await Remote.start(p.id, ground.system(p.id) / "config.json", show.happened) for p in SYSTEMS]
    try:
        await asyncio.gather(*(r.do("open") for r in remotes))
        async with ground.agent("police-sys") as reader:
            names.learn((await reader.machines())["machines"])

        async def go_on(day: int) -> None:
            await hub.stop()
            clock.offset = offset_to(calendar[day - 1], MORNING, datetime.now(UTC))
            await hub.start()
            await asyncio.gather(*(r.do("clock", offset=clock.offset) for r in remotes))
            show.title(f"{names.say('第', 'day ')}{day}{names.say('日', '')} · {calendar[day - 1]}")

        show.title(f"{calendar[0]}")
        outcomes = await tell(remotes, Days(go_on, len(STORIES)), show)
        for o in outcomes:
            show.console.print(o)
    finally:
        await asyncio.gather(*(r.end() for r in remotes))
        await hub.close()
    return all(all(o.held.values()) for o in outcomes)


async def tell(remotes: list[Remote], days: Days, show: Show) -> list[Outcome]:
    """All stories at once."""
    police, justice, court = remotes

    async def look(system: Remote, dispute: str) -> None:
        show.look(await system.do("look", dispute=dispute))

    stage = Stage(police, court, justice, days, show.label, look)

    async def one(story) -> Outcome:
        try:
            return await story(stage)
        except OrderRefused as e:
            show.console.print(f"[red]{e}")
            return Outcome(story.__name__, held={"completed": False})
        finally:
            await days.leave()

    return await asyncio.gather(*(one(s) for s in STORIES))
