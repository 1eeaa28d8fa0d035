"""`masking`: the rules of publication, and a text rewritten by them before a person signs it off."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.cli.common import result, say, show, state_of
from hub.errors import Misconfigured
from hub.trust.publication import Left, left_in, rewritten, rules

_MOST = 1024 * 1024


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(masking)


def masking(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="待发布的文本 UTF-8 a text to be published")] = None,
    names: Annotated[list[str] | None, typer.Option("--name", help="须隐去的姓名 a name to hide")] = None,
) -> None:
    """公开与隐名规则;按规则改写文本并提示残留 The rules; a text rewritten, and what it still gives away."""
    state = state_of(context)
    if file is None:
        show(state, [rule._asdict() for rule in rules()], "公开与隐名规则 rules of publication")
        return
    text = rewritten(_read(file), names or [])
    left = left_in(text)
    if state.as_json:
        told = [{"found": each.found, "rule": each.rule.item, "source": each.rule.source} for each in left]
        result(state, {"text": text, "left": told}, "")
    else:
        sys.stdout.write(text)
        for each in left:
            say(_said(each))
    if left:
        raise typer.Exit(1)


def _said(left: Left) -> str:
    return f"残留 left: {left.found} — {left.rule.item} ({left.rule.source})"


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _MOST:
            raise Misconfigured(f"{file}: 至多 1 MiB · at most 1 MiB")
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise Misconfigured(f"{file}: 无法按 UTF-8 读取 · cannot be read as UTF-8") from e
