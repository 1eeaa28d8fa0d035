"""`init`: makes a data directory, says what reference data it holds; counts provisional deadlines anew."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Final

import typer

from hub import reference
from hub.cli.common import State, console, operator, result, run, say, show, state_of
from hub.cli.prepare import prepare
from hub.errors import Misconfigured
from hub.exchange.evidence_rows import record
from hub.exchange.hub import open_hub
from hub.exchange.recount import Recount, disputes_to_count, recount
from hub.settings import Settings
from hub.store.administration import Admin
from hub.store.reference import Loaded

_CALENDAR: Final = "工作日历已更新 the calendar was updated"
_VERDICTS: Final = {
    "new": "新 new",
    "updated": "更新 updated",
    "unchanged": "未变 unchanged",
    "newer": "已有更新版 newer",
}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    context: typer.Context,
    directory: Annotated[str | None, typer.Option("--dir", help="数据目录 data directory")] = None,
    reason: Annotated[str, typer.Option("--reason", help="理由,写入存证 goes into the log")] = _CALENDAR,
    *,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="按新日历重算暂定期限 count provisional deadlines anew")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="与 --refresh 同用:只显示 with --refresh: show, change nothing")
    ] = False,
) -> None:
    """建立数据目录:内置数据库、密钥、参考数据 Make a data directory: database, keys, reference data."""
    if dry_run and not refresh:
        raise Misconfigured("--dry-run 须与 --refresh 同用 · --dry-run goes with --refresh")
    state = state_of(context)
    settings = state.settings(**({"data_dir": directory} if directory else {}))
    told: dict[str, object] = {"data_dir": str(settings.data_dir)}
    if not dry_run:
        loaded = run(prepare(settings))
        told["reference"] = [_told(each) for each in loaded]
        if not state.as_json:
            _print(loaded)
    if refresh:
        done = run(_recount(settings, reason, keep=not dry_run))
        told["refresh"] = {**asdict(done), "dry_run": dry_run}
        if not state.as_json:
            _print_recount(done, dry_run=dry_run)
    text = f"就绪 ready: {settings.data_dir}  → liantiao --data-dir {settings.data_dir} serve"
    result(state, told, text)


async def _recount(settings: Settings, reason: str, *, keep: bool) -> Recount:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    async with open_hub(settings) as hub:
        admin = Admin(operator(), reason, hub.clock(), record, hub.sealer)
        columns = (TextColumn("重算期限 deadlines"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, console=console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=await disputes_to_count(hub.database))
            return await recount(
                hub.database, hub.desk, admin, lambda n: bar.update(task, completed=n), keep=keep
            )


def _print_recount(done: Recount, *, dry_run: bool) -> None:
    rows = [
        {
            "纠纷 dispute": m.dispute,
            "期限 rule": m.rule,
            "对象 object": m.object,
            "原 before": m.before,
            "现 now": m.after,
            "暂定 provisional": "✓" if m.provisional else "",
        }
        for m in done.moved
    ]
    if rows:
        show(State(None, as_json=False), rows, "日期变动 days that moved")
    said = "试算 dry run: " if dry_run else ""
    say(
        f"{said}暂定期限 provisional {done.deadlines}, 已确定 certain {done.certain}, "
        f"日期变动 moved {len(done.moved)}, 通知 notices {done.told}"
    )
    if done.uncounted:
        say(f"{done.uncounted} 件未存算法,请人工核对 · not known how they were counted: look at them")


def _told(loaded: Loaded) -> dict[str, object]:
    return {
        "list": loaded.info.name,
        "verdict": loaded.verdict,
        "rows": loaded.rows,
        "added": loaded.added,
        "ended": loaded.ended,
        "source": loaded.info.source,
        "compiled_on": reference.compiled(),
        "version": reference.version(),
    }


def _print(loaded: Sequence[Loaded]) -> None:
    rows = [
        {
            "清单 list": f"{each.info.name} {each.info.zh}",
            "行 rows": each.rows,
            "结果": _VERDICTS[each.verdict],
            "+": each.added or "",
            "-": each.ended or "",
            "来源 source": each.info.source,
        }
        for each in loaded
    ]
    title = f"参考数据 reference data {reference.version()}, 截至 compiled {reference.compiled()}"
    show(State(None, as_json=False), rows, title)
