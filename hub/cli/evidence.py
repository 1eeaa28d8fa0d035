"""`evidence verify` and `log verify`: whether what the hub once said still holds.

A bundle is checked offline, in an empty directory with an empty environment: nothing here reads a setting
or opens a database before the log itself is to be checked.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import State, result, run, state_of
from hub.errors import Misconfigured
from hub.settings import Settings

log = typer.Typer(help="核验存证日志 check the evidence log", no_args_is_help=True)
evidence = typer.Typer(help="离线核验证据包 check evidence offline", no_args_is_help=True)
_LATEST = 10


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
            async with database.connection() as conn:
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
