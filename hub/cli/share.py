"""`share`: the extracts of a day or a month, made now instead of by the night."""

from datetime import date, datetime, timedelta
from typing import Annotated

import typer

from hub.cli.common import result, run, state_of
from hub.errors import Misconfigured
from hub.law.calendar import legal_day
from hub.nightly.night import Interval, Summary, open_night
from hub.settings import Settings
from hub.store.clock import system_clock

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="业务日,默认昨日 a business day, else yesterday")
]
Month = Annotated[str | None, typer.Option(help="整月 a whole month instead, YYYY-MM")]


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(share)


def share(context: typer.Context, day: Day = None, month: Month = None) -> None:
    """生成各单位的共享数据包 Make the extracts of every connected unit and tell the units."""
    state = state_of(context)
    settings = state.settings()
    counts = run(_share(settings, _interval(settings, day, month)))
    text = "  ".join(f"{name} {n}" for name, n in counts.items())
    result(state, counts, f"数据共享 share: {text}")


def _interval(settings: Settings, day: datetime | None, month: str | None) -> Interval:
    if day is not None and month is not None:
        raise Misconfigured("--day 与 --month 只取其一 · either --day or --month")
    if month is not None:
        return interval_of_month(month)
    if day is not None:
        return Interval.of_day(day.date())
    today = legal_day(system_clock(settings.clock_offset)())
    return Interval.of_day(today - timedelta(days=1))


def interval_of_month(text: str) -> Interval:
    """The interval of `YYYY-MM`. Raises Misconfigured."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as e:
        raise Misconfigured("--month 须为 YYYY-MM · --month must be YYYY-MM") from e
    after = (first + timedelta(days=31)).replace(day=1)
    return Interval(Interval.of_day(first).starts, Interval.of_day(after).starts)


async def _share(settings: Settings, interval: Interval) -> Summary:
    from hub.nightly.share import share as job  # Arrow: imported when packages are made

    async with open_night(settings, interval) as night:
        return await job(night)
