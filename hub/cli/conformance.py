"""`conformance`: what an adapter folder knows, carries, drops, loses and fills in, as tables or JSON."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import typer

from hub.cli.common import State, result, show, state_of
from hub.errors import Misconfigured
from hub.translate.conformance import load_folder
from hub.translate.conformance_report import report
from schemas.validate import faults

HEADINGS: Final[Mapping[str, str]] = {
    "known": "已知 known",
    "listed": "字段表 listed",
    "carried": "承载 carried",
    "dropped": "舍弃 dropped",
    "lossy": "有损 lossy",
    "filled_in": "补齐 filled in",
    "missing": "缺漏 missing",
}
"""The counts of a format, and of an adapter, as they are headed."""

_WIDTH: Final = 180
_PLAIN: Final = State(None, as_json=False)


def register(app: typer.Typer) -> None:
    """Add this family's command."""
    app.command()(conformance)


def conformance(context: typer.Context, folder: Path) -> None:
    """检查一个适配器文件夹 What an adapter folder carries, drops, loses, fills in."""
    state = state_of(context)
    if not folder.is_dir():
        raise Misconfigured(f"{folder}: 不是文件夹 · not a folder")
    told: dict[str, Any] = report(load_folder(folder), folder, faults)
    if state.as_json:
        result(state, told, "")
    else:
        _print(told)
    if told["faults"]:
        raise typer.Exit(1)


def _print(told: Mapping[str, Any]) -> None:
    show(_PLAIN, counts(told), f"{told['zh']} {told['agency']}: 字段 fields", width=_WIDTH)
    for title, rows in (
        ("承载到 carried, and whereto", _details(told, "mapped", "去处 place")),
        (
            "舍弃(保留于 native_extras)及理由 dropped, kept beside, and why",
            _details(told, "dropped", "理由 reason"),
        ),
        ("有损之处 lossy", _details(told, "lossy", "所失 loss")),
        ("补齐的共享字段 filled in", _details(told, "filled_in", "值 value")),
        ("写出时补的本地字段 written without being told", _details(told, "written_as", "值 value")),
        ("字段表之外的名称 names no field list has", list(_unlisted(told))),
        ("代码表(各系统并列) code lists, side by side", list(_lists(told))),
        ("样例往返 round trips of the examples", list(_examples(told))),
    ):
        if rows:
            show(_PLAIN, rows, title, width=_WIDTH)
    typer.echo(f"可读 read: {' '.join(told['read'])}")
    typer.echo(f"可写 written: {' '.join(told['written'])}")
    typer.echo(f"无本地格式,以共享格式收取 no native form: {' '.join(told['without_native_form'])}")
    for fault in told["faults"]:
        typer.echo(f"✗ {fault}")


def counts(told: Mapping[str, Any]) -> list[dict[str, object]]:
    """One row for each kind in a format, and the totals."""
    rows: list[dict[str, object]] = [
        {
            "格式 format": entry["format"],
            "消息 kind": entry["kind"],
            "方向 direction": entry["direction"],
            **{heading: entry["counts"][name] for name, heading in HEADINGS.items()},
        }
        for entry in told["formats"]
    ]
    total = {heading: told["totals"][name] for name, heading in HEADINGS.items()}
    return [*rows, {"格式 format": "合计 total", "消息 kind": "", "方向 direction": "", **total}]


def _details(told: Mapping[str, Any], member: str, heading: str) -> list[dict[str, object]]:
    """A row for each entry of one member of every format."""
    return [
        {
            "格式 format": entry["format"],
            "消息 kind": entry["kind"],
            "字段 field": place,
            heading: "; ".join(said) if isinstance(said, list) else said,
        }
        for entry in told["formats"]
        for place, said in entry[member].items()
    ]


def _unlisted(told: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for entry in told["formats"]:
        for name in entry["unlisted"]:
            yield {"格式 format": entry["format"], "消息 kind": entry["kind"], "名称 name": name}


def _lists(told: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    for codes in told["code_lists"]:
        yield {
            "共享代码表 shared list": codes["shared"],
            "代码表 list": codes["list"],
            "系统 system": codes["system"],
            "代码 codes": len({row[0] for row in codes["codes"]}),
            "表外 unlisted": codes["unlisted"],
        }


def _examples(told: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """What reading and writing back showed, values counted."""
    for shown in told["examples"]:
        yield {
            "样例 example": shown["file"],
            "消息 kind": shown["kind"],
            "格式 format": shown["format"],
            "条 records": shown["records"],
            "拒 refused": shown["refused"],
            "承载 carried": shown["carried"],
            "原文留存 kept": len(shown["kept"]),
            "提示 findings": shown["findings"],
            "写回 written back": "是 yes" if shown["written_back"] else "只读 read only",
            "未写回 not written": shown["lost"],
        }
