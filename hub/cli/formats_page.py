"""`python -m hub.cli.formats_page [--check]`: FORMATS.md of every adapter folder, from its declarations.

Writes the pages, or with `--check` says which differ and exits 1. Each lies in the folder it tells of, so
that a new agency brings its own.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hub.cli.conformance import HEADINGS
from hub.translate.conformance import load_folder
from hub.translate.conformance_report import declared

HOME: Final = Path(__file__).resolve().parents[2] / "adapters"
NAME: Final = "FORMATS.md"
_DIRECTIONS: Final = {"read": "读 read", "write": "写 write", "both": "读写 both"}


def pages(home: Path) -> Mapping[Path, str]:
    """The page of every adapter folder, the same bytes for the same declarations."""
    folders = sorted(path.parent for path in home.glob("*/__init__.py"))
    return {folder / NAME: page(declared(load_folder(folder), folder)) for folder in folders}


def page(told: Mapping[str, Any]) -> str:
    """One adapter: a table of counts, what is lost and filled in, kinds without a native form, code lists."""
    parts = (
        [
            f"# {told['zh']} {told['agency']}: 格式与字段 · formats and fields",
            "",
            "由 `python -m hub.cli.formats_page` 按声明生成,请勿手改。Generated from the declarations.",
            "逐字段去处与理由 every field: `liantiao conformance` 此文件夹 this folder.",
            "",
        ],
        _counts(told),
        _lossy(told),
        _filled(told),
        _kinds(told),
        _codes(told),
    )
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _counts(told: Mapping[str, Any]) -> Iterator[str]:
    yield from _heading(
        "格式 format", "名称 name", "级 grade", "消息 kind", "方向 direction", *HEADINGS.values()
    )
    for entry in told["formats"]:
        numbers = (entry["counts"][name] for name in HEADINGS)
        names = (f"`{entry['format']}`", entry["zh"], entry["grade"], f"`{entry['kind']}`")
        yield _row(*names, _DIRECTIONS[entry["direction"]], *numbers)
    yield _row("合计 total", "", "", "", "", *(told["totals"][name] for name in HEADINGS))
    yield ""


def _lossy(told: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## 有损之处 · Lossy", "")
    yield from _heading("格式 format", "消息 kind", "字段 field", "所失 loss")
    for entry in told["formats"]:
        for place, reasons in entry["lossy"].items():
            yield _row(f"`{entry['format']}`", f"`{entry['kind']}`", f"`{place}`", "; ".join(reasons))
    yield ""


def _filled(told: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## 补齐 · Filled in", "")
    yield from _heading(
        "格式 format", "消息 kind", "共享字段 shared", "写出 written", "表外名称 names of no list"
    )
    for entry in told["formats"]:
        shared = ", ".join(f"`{place}` {value}" for place, value in entry["filled_in"].items())
        written = ", ".join(f"`{place}` {value}" for place, value in entry["written_as"].items())
        unlisted = ", ".join(f"`{name}`" for name in entry["unlisted"])
        yield _row(f"`{entry['format']}`", f"`{entry['kind']}`", shared, written, unlisted)
    yield ""


def _kinds(told: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## 消息类型 · Kinds", "")
    for title, member in (
        ("可读 read", "read"),
        ("可写 written", "written"),
        ("无本地格式,以共享格式收取 no native form", "without_native_form"),
    ):
        yield f"- {title}: {' '.join(f'`{kind}`' for kind in told[member]) or '–'}"
    yield ""


def _codes(told: Mapping[str, Any]) -> Iterator[str]:
    yield from ("## 代码表,各系统并列 · Code lists, side by side", "")
    yield from _heading("共享代码表 shared list", "代码表 list", "系统 system", "表外 unlisted", "代码 codes")
    for codes in told["code_lists"]:
        rows = "; ".join(_code(*row) for row in codes["codes"])
        yield _row(f"`{codes['shared']}`", codes["list"], codes["system"], codes["unlisted"], rows)


def _code(native: str, shared: str, label: str) -> str:
    return f"{native}{'' if label == native else f' {label}'} → {shared or '–'}"


def _heading(*names: str) -> Iterator[str]:
    yield _row(*names)
    yield "|" + "---|" * len(names)


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def main(arguments: Sequence[str], home: Path = HOME) -> int:
    """Write or check; answers the exit code."""
    wanted = pages(home)
    if "--check" not in arguments:
        for path, content in wanted.items():
            path.write_text(content, encoding="utf-8")
        return 0
    stale = [path for path, content in wanted.items() if _read(path) != content]
    if stale:
        named = " ".join(f"{path.parent.name}/{path.name}" for path in stale)
        sys.stderr.write(f"adapters 的格式说明已过时 · out of date: {named}\n")
        sys.stderr.write("python -m hub.cli.formats_page\n")
    return 1 if stale else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
