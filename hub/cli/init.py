"""`init`: makes a data directory and says what reference data it holds."""

from collections.abc import Sequence
from typing import Annotated

import typer

from hub import reference
from hub.cli.common import State, result, run, show, state_of
from hub.cli.prepare import prepare
from hub.store.reference import Loaded


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(context: typer.Context, directory: Annotated[str | None, typer.Option("--dir")] = None) -> None:
    """建立数据目录:内置数据库、密钥、参考数据 Make a data directory: database, keys, reference data."""
    state = state_of(context)
    settings = state.settings(**({"data_dir": directory} if directory else {}))
    loaded = run(prepare(settings))
    if not state.as_json:
        _print(loaded)
    told = {"data_dir": str(settings.data_dir), "reference": [_told(each) for each in loaded]}
    text = f"就绪 ready: {settings.data_dir}  → liantiao --data-dir {settings.data_dir} serve"
    result(state, told, text)


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


_VERDICTS = {
    "new": "新 new",
    "updated": "更新 updated",
    "unchanged": "未变 unchanged",
    "newer": "已有更新版 newer",
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
