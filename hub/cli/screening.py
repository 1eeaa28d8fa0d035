"""`screen`: look for signs of false litigation in the applications under review, as the night does."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from hub.cli.common import result, run, state_of
from hub.law.calendar import legal_day
from hub.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(screen)


def screen(
    context: typer.Context,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="业务日 business day")] = None,
) -> None:
    """筛查虚假诉讼迹象 Lay signs before the reviewing courts; prints counts, by sign, and nothing else."""
    state = state_of(context)
    counts = run(_screen(state.settings(), day))
    text = "\n".join(f"{name}: {n}" for name, n in counts.items())
    result(state, {"counts": counts}, text)


async def _screen(settings: Settings, day: datetime | None) -> dict[str, int]:
    from hub.nightly.night import Interval, open_night
    from hub.nightly.screening import screen as job

    business_day = day.date() if day else legal_day(datetime.now(UTC))
    async with open_night(settings, Interval.of_day(business_day)) as night:
        return dict(await job(night))
