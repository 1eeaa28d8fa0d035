"""`linkage`: what the nightly linking left to a person, and new parameters for it."""

import json
import os
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from hub.cli.common import Reason, State, fail, operator, result, run, say, show, state_of

if TYPE_CHECKING:
    from hub.nightly.night import Night

_COLUMNS = ("id", "disputes", "basis", "probability", "state", "decided_at", "decided_by")

linkage = typer.Typer(
    help="纠纷关联:候选及参数 candidates and parameters of the linking", no_args_is_help=True
)


class Said(StrEnum):
    """What may be said of a waiting candidate."""

    link = "link"
    no_link = "no_link"


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(linkage, name="linkage")


@linkage.command("list")
def linkage_list(
    context: typer.Context, candidates: Annotated[str, typer.Option("--state", help="状态 state")] = "waiting"
) -> None:
    """列出可能为同一起的纠纷(不含姓名) Disputes that may be one; no names."""
    state = state_of(context)
    show(state, run(_listed(state, candidates)), "关联候选 candidates", _COLUMNS, width=150)


@linkage.command("decide")
def linkage_decide(context: typer.Context, candidate: UUID, said: Said, reason: Reason) -> None:
    """认定待确认的候选 Say of a waiting candidate whether it is one dispute."""
    from hub.nightly.linkage import decide

    _decided(context, candidate, lambda n: decide(n, str(candidate), said.value, reason, operator()))


@linkage.command("undo")
def linkage_undo(context: typer.Context, candidate: UUID, reason: Reason) -> None:
    """解除关联或提议 Take a link or a proposal back; the units are told."""
    from hub.nightly.linkage import undo

    _decided(context, candidate, lambda n: undo(n, str(candidate), reason, operator()))


@linkage.command("reopen")
def linkage_reopen(context: typer.Context, candidate: UUID, reason: Reason) -> None:
    """撤回“不是同一起”的认定 Take back that a candidate was declined; it waits again."""
    from hub.nightly.linkage import reopen

    _decided(context, candidate, lambda n: reopen(n, str(candidate), reason, operator()))


async def _listed(state: State, candidates: str) -> list[dict[str, object]]:
    from hub.nightly.pages.candidates import listed
    from hub.store.clock import system_clock
    from hub.store.database import Database

    settings = state.settings()
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        found = await listed(conn, candidates)
    return [
        {
            "id": str(one.id),
            "disputes": [side.code or "-" for side in one.sides],
            "basis": one.basis,
            "probability": round(one.probability, 3),
            "state": one.state,
            "decided_at": one.decided_at,
            "decided_by": one.decided_by,
        }
        for one in found
    ]


def _decided(
    context: typer.Context, candidate: UUID, work: "Callable[[Night], Awaitable[Mapping[str, int]]]"
) -> None:
    state = state_of(context)
    counts = run(_by_night(state, work))
    told = " · ".join(f"{name}: {n}" for name, n in counts.items())
    result(state, {"candidate": str(candidate), **counts}, told)


async def _by_night(
    state: State, work: "Callable[[Night], Awaitable[Mapping[str, int]]]"
) -> Mapping[str, int]:
    from hub.law.calendar import legal_day
    from hub.nightly.night import Interval, open_night
    from hub.store.clock import system_clock

    settings = state.settings()
    clock = system_clock(settings.clock_offset)
    async with open_night(settings, Interval.of_day(legal_day(clock())), clock) as night:
        return await work(night)


@linkage.command("train")
def train(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="JSONL: id, source, entity, document", exists=True)],
    version: Annotated[str, typer.Option("--version", help="参数版本 version of the parameters")],
    out: Annotated[Path, typer.Option("--out", help="输出文件 where to write them")],
) -> None:
    """按已知重复的登记重新训练 Count the parameters anew; frozen until a person puts the file in place."""
    from hub.nightly.linkage import training  # DuckDB and Splink: only for this command
    from hub.trust.blind import Blinder

    state = state_of(context)
    blind = Blinder(os.urandom(32)).blind  # numbers need only be equal among themselves
    say("正在比较 comparing …")
    try:
        with file.open(encoding="utf-8") as lines:
            records, entities = training.read(lines, blind)
        with tempfile.TemporaryDirectory() as folder:  # not the hub's own: a night may be at work there
            made = training.train(records, entities, version, Path(folder))
    except (ValueError, KeyError):
        fail(f"{file.name}: 须为已标注的登记 · must hold labelled registrations, doubles and others")
    out.write_text(json.dumps(made, indent=1) + "\n", "utf-8")
    result(state, {"version": version, **made["trained_on"]}, f"已写入 written: {out.name}")
