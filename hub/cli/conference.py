"""`report`: the joint conference's report of a period, made now instead of by the night."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from hub.cli.common import result, run, state_of
from hub.exchange.conference import files as stored
from hub.nightly.night import Interval, open_night
from hub.settings import Settings
from hub.store.clock import system_clock


class TierName(StrEnum):
    """The tiers, as the command line offers them."""

    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(report)


def report(
    context: typer.Context,
    tier: Annotated[TierName, typer.Option(help="层级 tier")],
    unit: Annotated[str, typer.Option(help="单位代码 unit code")],
    period: Annotated[str, typer.Option(help="2026-11, 2026Q4, 2026H2, 2026, 2026-11-01..2026-11-15")],
    out: Annotated[Path | None, typer.Option(help="另存到此目录 also write the files there")] = None,
) -> None:
    """生成联席会议报告 Make the report for the joint conference."""
    state = state_of(context)
    rid, files = run(_report(state.settings(), tier, unit, period))
    named = {form: f"report-{rid}.{form}" for form in files}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for form, body in files.items():
            (out / named[form]).write_bytes(body)
    lacking = "" if "pdf" in files else f"\n{_no_pdf()}"
    result(state, {"report": rid, "files": sorted(named.values())}, f"报告 report: {rid}{lacking}")


def _no_pdf() -> str:
    from hub.exchange.typeset import MISSING

    return MISSING


async def _report(settings: Settings, tier: TierName, unit: str, period: str) -> tuple[str, dict[str, bytes]]:
    from hub.nightly.conference import Period
    from hub.nightly.conference import report as job

    now = system_clock(settings.clock_offset)()
    async with open_night(settings, Interval(now - timedelta(days=1), now)) as night:
        rid = await job(night, tier.value, unit, Period.parse(period))
        async with night.hub.database.connection() as conn:
            return rid, await stored(conn, UUID(rid))
