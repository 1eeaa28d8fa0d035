"""`backup`, `restore`: the database in a folder, apart from its keys, and the way back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from hub.cli.backups.making import make
from hub.cli.backups.restoring import Restored
from hub.cli.backups.restoring import restore as bring_back
from hub.cli.common import Reason, console, reasoned, result, run, say, state_of
from hub.exchange.kept_checkpoint import WAY_OUT

Folder = Annotated[Path, typer.Argument(metavar="FOLDER")]


def register(app: typer.Typer) -> None:
    """Add this family's commands."""
    app.command()(backup)
    app.command()(restore)


def backup(
    context: typer.Context,
    folder: Folder,
    reason: Reason,
    *,
    with_keys: Annotated[
        bool, typer.Option("--with-keys", help="连同密钥,目录须为 0700 the keys too, into a folder of 0700")
    ] = False,
) -> None:
    """备份到新目录;密钥另行备份 Back up into a new folder; keys are backed up apart from it."""
    state = state_of(context)
    with _progress("备份 backup") as told:
        made = run(make(state.settings(), folder, reasoned(reason), told.bytes, with_keys=with_keys))
    total = sum(file.size for file in made.files.values())
    keys = (
        "内含密钥 with its keys"
        if with_keys
        else "不含密钥,请另行备份 kek · without keys: back up the file kek"
    )
    told_of = {"id": made.id, "made_at": made.made_at, "bytes": total, "kek": made.kek, "keys": with_keys}
    result(state, told_of, f"已备份 backed up: {folder} ({total} B, {made.kek}). {keys}")


def restore(
    context: typer.Context,
    folder: Folder,
    reason: Reason,
    checkpoints: Annotated[
        list[Path] | None,
        typer.Option("--checkpoint", help="他处留存的检查点 a checkpoint that somebody else kept"),
    ] = None,
) -> None:
    """恢复到空安装并核验全部存证日志 Restore into an empty installation and check the whole evidence log."""
    state = state_of(context)
    with _progress("恢复 restore") as told:
        work = bring_back(
            state.settings(), folder, reasoned(reason), checkpoints or (), told.bytes, told.entries
        )
        done = run(work)
    result(state, _told(done), f"已恢复 restored: {done.manifest.made_at}, {done.entries} 条 entries")
    for source, held in done.behind:
        say(f"[red]✗[/red] {source}: {held.text()}. {WAY_OUT}")
    if done.behind:
        raise typer.Exit(1)


def _told(done: Restored) -> dict[str, object]:
    behind = [
        {"checkpoint": source, "verdict": held.verdict, "kept": held.kept, "size": held.size}
        for source, held in done.behind
    ]
    return {
        "id": done.manifest.id,
        "made_at": done.manifest.made_at,
        "entries": done.entries,
        "behind": behind,
    }


class _Told(NamedTuple):
    bytes: Callable[[int], None]
    entries: Callable[[int, int], None]


@contextmanager
def _progress(what: str) -> Iterator[_Told]:
    """A line that lives while work goes on: bytes of the file at hand, then entries of the log."""
    with console(stderr=True).status(what) as line:
        yield _Told(
            lambda n: line.update(f"{what} {n / 2**20:.1f} MiB"),
            lambda done, of: line.update(f"{what} 存证 log {done}/{of}"),
        )
