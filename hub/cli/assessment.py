"""`assess`: the assessment of every mediator for a period, made now instead of by the night."""

from datetime import timedelta
from typing import Annotated

import typer

from hub.cli.common import result, run, state_of
from hub.nightly.night import Interval, Summary, open_night
from hub.settings import Settings
from hub.store.clock import system_clock


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(assess)


def assess(
    context: typer.Context,
    period: Annotated[str, typer.Option(help="2026Q3, 2026H2, 2026, 2026-11, 2026-11-01..2026-11-15")],
) -> None:
    """考评调解员并告知其单位 Assess every mediator of the register and tell their units."""
    state = state_of(context)
    counts = run(_assess(state.settings(), period))
    text = "  ".join(f"{name} {n}" for name, n in sorted(counts.items()))
    result(state, counts, f"调解员考评 assess: {text}")


async def _assess(settings: Settings, period: str) -> Summary:
    from hub.nightly.assessment import Period
    from hub.nightly.assessment import assess as job

    now = system_clock(settings.clock_offset)()
    async with open_night(settings, Interval(now - timedelta(days=1), now)) as night:
        return await job(night, Period.parse(period))
