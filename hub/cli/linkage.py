"""`linkage`: new parameters for the nightly linking, from registrations whose doubles are known."""

import json
import os
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import fail, result, say, state_of

linkage = typer.Typer(help="纠纷关联的参数 parameters of the nightly linking", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.add_typer(linkage, name="linkage")


@linkage.callback()
def root() -> None:
    """Keeps `train` a command of its own."""


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
