"""`airflow`: the nightly jobs under Airflow on this machine, beside the hub they work on."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import run, state_of


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(airflow)


def airflow(
    context: typer.Context,
    directory: Annotated[
        Path, typer.Option("--dir", help="示例区县的目录,未指定数据目录时用 the sample district's directory")
    ] = Path("liantiao-airflow"),
    cases: Annotated[int, typer.Option(min=0, max=10_000, help="示例案件数 drawn sample cases")] = 24,
    port: Annotated[int, typer.Option(help="Airflow 页面端口 port of Airflow's pages")] = 8080,
) -> None:
    """夜间作业:在本机运行 Airflow The nightly jobs under Airflow, on loopback, until Ctrl-C."""
    from hub.cli.airflow.watching import Wish, night_watch

    state = state_of(context)
    sys.exit(run(night_watch(state, Wish(directory, cases, port))))
