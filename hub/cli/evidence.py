"""`evidence verify`, `log verify`, `log prove`, `log report`, `log accept`: whether what was said holds.

A bundle is checked offline, in an empty directory with an empty environment: nothing here reads a setting
or opens a database before the log itself is to be checked.
"""

import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.cli.common import Reason, State, operator, reasoned, result, run, state_of
from hub.errors import Misconfigured
from hub.settings import Settings

log = typer.Typer(help="核验存证日志 check the evidence log", no_args_is_help=True)
evidence = typer.Typer(help="离线核验证据包 check evidence offline", no_args_is_help=True)
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="业务日 business day")]
_STAGES = ("accepted", "queued", "delivered", "acknowledged")


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(evidence, name="evidence")
    app.add_typer(log, name="log")


@evidence.callback()
def _evidence() -> None:
    """离线核验证据包 Check evidence offline."""


@log.callback()
def _log() -> None:
    """核验存证日志 Check the evidence log."""


@evidence.command("verify")
def evidence_verify(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="证据包 evidence bundles (zip)", metavar="FILE.zip…")],
    trust: Annotated[str, typer.Option(help="日志公钥,或内有公钥或检查点的文件 verifier key, or a file")],
) -> None:
    """离线核验证据包:0 成立,1 不成立,2 无法核验 Check bundles offline: 0 holds, 1 does not, 2 cannot tell."""
    from hub.evidence.verify import run as verify

    as_json = state_of(context).as_json
    worst = 0
    for file in files:
        if len(files) > 1 and not as_json:
            sys.stdout.write(f"── {file}\n")
        worst = max(worst, verify(file, trust, lambda text: sys.stdout.write(f"{text}\n"), as_json=as_json))
    sys.exit(worst)


@log.command("verify")
def log_verify(context: typer.Context) -> None:
    """核验数据库中的整个存证日志 Check the whole log in the database: entries, tree, checkpoints."""
    state = state_of(context)
    run(_audit(state))


@log.command("prove")
def log_prove(context: typer.Context, day: Day = None) -> None:
    """证明一日的完整性(默认昨日)Prove a business day (default: yesterday); 1: something is missing."""
    state = state_of(context)
    run(_prove(state, day.date() if day else None))


@log.command("accept")
def log_accept(context: typer.Context, reason: Reason) -> None:
    """确认日志已退回旧备份并继续;其后的消息须各单位重发 Go on with a log that was set back to a backup."""
    state = state_of(context)
    what = run(_accept(state, reasoned(reason)))
    result(state, {"accepted": what}, f"已确认 accepted: {what}")


@log.command("report")
def log_report(context: typer.Context, day: Day = None) -> None:
    """查看某日(默认最近一日)的完整性报告 Show the report of a business day, the latest by default."""
    state = state_of(context)
    told = run(_report(state, day.date() if day else None))
    result(state, told, _shown(told))


async def _prove(state: State, day: date | None) -> None:
    from hub.exchange import completeness_shelf
    from hub.law.calendar import legal_day
    from hub.nightly.completeness import prove
    from hub.nightly.night import Interval, open_night
    from hub.store.clock import system_clock

    settings = state.settings()
    clock = system_clock(settings.clock_offset)
    day = day or legal_day(clock()) - timedelta(days=1)
    async with open_night(settings, Interval.of_day(day), clock) as night:
        await prove(night)
        async with night.hub.database.connection() as conn:
            told = await completeness_shelf.report(conn, day)
    result(state, told, _shown(told))
    if not told["holds"]:
        raise typer.Exit(1)


async def _accept(state: State, reason: str) -> str:
    from hub.exchange.evidence_rows import record
    from hub.exchange.kept_checkpoint import accept
    from hub.store.administration import Admin
    from hub.store.clock import system_clock
    from hub.store.database import Database

    settings = state.settings()
    clock = system_clock(settings.clock_offset)
    async with Database.open(settings, clock) as database, database.connection() as conn:
        return await accept(
            conn, settings.data_dir, Admin(operator(), reason, clock(), record, database.sealer)
        )


async def _report(state: State, day: date | None) -> dict[str, object]:
    from hub.exchange import completeness_shelf
    from hub.store.clock import system_clock
    from hub.store.database import Database

    settings = state.settings()
    async with (
        Database.open(settings, system_clock(settings.clock_offset)) as database,
        database.connection() as conn,
    ):
        return await completeness_shelf.report(conn, day)


def _shown(told: Mapping[str, Any]) -> str:
    """The report for a person: each pair, then each difference."""
    verdict = "成立 holds" if told["holds"] else "不成立 does not hold"
    lines = [f"{told['starts']} – {told['ends']} v{told['version']} {verdict} {told['digest']}"]
    lines += [
        f"{p['from']} → {p['to']}: " + " = ".join(str(p[s]["n"]) for s in _STAGES) for p in told["pairs"]
    ]
    lines += [
        f"✗ {e['kind']} {e['from']} → {e['to']} {e['message']} {e['delivery'] or ''}".rstrip()
        for e in told["exceptions"]
    ]
    lines += [f"! 静默 silent {s['system']}: {s['expected']}, {s['waiting']}" for s in told["silent"]]
    return "\n".join(lines)


async def _audit(state: State) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from hub.cli.common import console
    from hub.evidence.audit import audit
    from hub.evidence.log import origin
    from hub.exchange.hub import log_signer
    from hub.store.clock import system_clock
    from hub.store.database import Database
    from hub.store.hub_keys import load_keys

    settings = state.settings()
    columns = (TextColumn("存证日志 log"), BarColumn(), MofNCompleteColumn())
    async with Database.open(settings, system_clock(settings.clock_offset)) as database:
        with Progress(*columns, console=console(stderr=True), transient=True) as bar:
            task = bar.add_task("", total=None)
            # One snapshot: the log of a hub that serves grows while it is read.
            async with (
                database.connection() as conn,
                conn.transaction(isolation="repeatable_read", readonly=True),
            ):
                _check_origin(settings, await origin(conn))
                signer = log_signer(await load_keys(conn, database.sealer), settings)
                report = await audit(
                    conn, signer.verifier, lambda done, of: bar.update(task, completed=done, total=of)
                )
    result(state, report.json(), report.text())
    if not report.ok:
        raise typer.Exit(1)


def _check_origin(settings: Settings, origin: str | None) -> None:
    """A hub that goes by another name here than where it serves would seem to have forged its log."""
    if origin not in {None, settings.log_origin}:
        raise Misconfigured(
            f"LIANTIAO_ISSUER: 此日志属于 {origin},不是 {settings.log_origin} · this log is that of {origin}"
        )
