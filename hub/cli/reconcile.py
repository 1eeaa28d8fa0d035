"""`reconcile`: take the agencies' lists of a day in, compare them with what the hub holds."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.common import console, run, say, show, state_of
from hub.errors import Misconfigured
from hub.law.calendar import legal_day
from hub.settings import Settings

if TYPE_CHECKING:
    from hub.nightly.findings import Found

COLUMNS = ("agency", "group", "kind", "unit", "dataset", "place", "field", "hub", "agency_says", "detail")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(reconcile)


def reconcile(
    context: typer.Context,
    day: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="业务日 business day")] = None,
    agency: Annotated[str | None, typer.Option(help="只对一个部门 of one agency")] = None,
    *,
    dry_run: Annotated[bool, typer.Option(help="只算不记、不补投 keep no findings, mend nothing")] = False,
) -> None:
    """日终对账:收取各部门清单并与平台比对 Compare what the agencies list with what the hub holds."""
    state = state_of(context)
    settings = state.settings()
    rows = run(_reconcile(settings, day, agency, keep=not dry_run))
    show(state, rows, "对账差异 discrepancies", COLUMNS, width=140)
    if not state.as_json:
        say(f"差异 discrepancies: {len(rows)}")


async def _reconcile(
    settings: Settings, day: datetime | None, agency: str | None, *, keep: bool
) -> list[dict[str, object]]:
    from rich.progress import Progress

    from hub.nightly import collect
    from hub.nightly import reconcile as job
    from hub.nightly.night import Interval, open_night

    business_day = day.date() if day else legal_day(datetime.now(UTC))
    async with open_night(settings, Interval.of_day(business_day)) as night:
        cells = [c for c in await collect.groups(night) if agency in (None, c["agency"])]
        if agency is not None and not cells:
            raise Misconfigured(f"--agency {agency}: 没有这个部门的接入系统 · no system of this agency")
        rows: list[dict[str, object]] = []
        with Progress(console=console(stderr=True), transient=True) as progress:
            for cell in progress.track(cells, description="对账 reconcile"):
                await collect.collect(night, cell["agency"], cell["group"])
                found = await job.find(night, cell["agency"], cell["group"])
                if keep:
                    await job.reconcile(night, cell["agency"], cell["group"])
                rows += _shown(cell, found)
        return rows


def _shown(cell: dict[str, str], found: Sequence["Found"]) -> list[dict[str, object]]:
    from hub.nightly.not_had import WORDS

    whys = {code: " · ".join(pair) for code, pair in WORDS.items()}
    rows: list[dict[str, object]] = []
    for one in found:
        hub, agency = one.shown()
        told = [f"{name}={said}" for name, said in one.detail.items()]
        detail = " ".join([*told, *(words for code, words in whys.items() if code == one.detail.get("why"))])
        place = {"place": one.place, "field": one.pointer, "hub": hub, "agency_says": agency}
        head = {**cell, "kind": one.kind, "unit": one.unit, "dataset": one.dataset}
        message = str(one.message) if one.message else None
        rows.append({**head, **place, "detail": detail, "message": message})
    return rows
