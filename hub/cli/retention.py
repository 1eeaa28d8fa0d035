"""`retention`, `hold`: what has been kept as long as its rule says, and what is kept nevertheless."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import asyncpg
import typer

from hub.cli.changing import changing
from hub.cli.common import Reason, State, result, run, show, state_of
from hub.exchange import holds
from hub.store.administration import Admin
from hub.store.clock import system_clock

hold = typer.Typer(help="依法留存 legal holds", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(retention)
    app.add_typer(hold, name="hold")


def retention(
    context: typer.Context,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出,不执行 show it, do nothing")] = False,
) -> None:
    """按保存期限清理;纠纷只列为待销毁 Let go what is due; disputes are only found for two to decide."""
    state = state_of(context)
    run(_retention(state, dry_run=dry_run))


async def _retention(state: State, *, dry_run: bool) -> None:
    from hub.nightly.night import Interval, open_night
    from hub.nightly.retention import due, expire

    settings = state.settings()
    clock = system_clock(settings.clock_offset)
    now = clock()
    async with open_night(settings, Interval(now - timedelta(days=7), now), clock) as night:
        async with night.hub.database.connection() as conn:
            found = await due(conn, night)
        counts = found.counts() if dry_run else dict(await expire(night))
    disputes = [str(row["id"]) for row in found.disputes]
    text = "\n".join([*(f"{name}: {n}" for name, n in counts.items()), *disputes])
    result(state, {"dry_run": dry_run, "counts": counts, "disputes": disputes}, text)


@hold.command("list")
def hold_list(context: typer.Context, limit: Annotated[int, typer.Option(min=1, max=10000)] = 1000) -> None:
    """列出现有留存 The holds that stand."""
    state = state_of(context)
    found: list[dict[str, object]] = []

    async def read(conn: asyncpg.Connection, admin: Admin) -> None:
        found.extend(await holds.listed(conn, admin.sealer, limit))

    run(changing(state.settings(), "", read))
    show(state, found, "依法留存 legal holds", ("dispute", "reason", "at", "by"))


@hold.command("add")
def hold_add(context: typer.Context, dispute: UUID, reason: Reason) -> None:
    """留存一件纠纷 Keep a dispute, whatever rule says that its time is over."""
    state = state_of(context)
    run(changing(state.settings(), reason, lambda c, a: holds.add(c, dispute, a)))
    result(state, {"dispute": str(dispute), "state": "held"}, f"已留存 held: {dispute}")


@hold.command("lift")
def hold_lift(context: typer.Context, dispute: UUID, reason: Reason) -> None:
    """解除留存 Lift the hold of a dispute."""
    state = state_of(context)
    run(changing(state.settings(), reason, lambda c, a: holds.lift(c, dispute, a)))
    result(state, {"dispute": str(dispute), "state": "lifted"}, f"已解除 lifted: {dispute}")
