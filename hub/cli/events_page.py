"""`python -m hub.cli.events_page [--check]`: docs/events.md, the list of what a log can say.

Writes the page, or with `--check` says that it differs and exits 1.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from hub.logs import MEANINGS

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "events.md"
_HEAD: Final = """# 日志事件 · Log events

由 `python -m hub.cli.events_page` 生成,请勿手改。Generated. One event a line; `LIANTIAO_LOG_FORMAT=json`
makes each line one JSON object (`time`, `level`, `event`, `process`, then the event's fields: ids, codes,
places, numbers, never a value of a message). What a library says has the event `library`.

| event | level | 含义 meaning | 办法 way out |
|---|---|---|---|
"""


def page() -> str:
    """The page, the same bytes for the same list."""
    rows = (
        f"| `{event.value}` | {logging.getLevelName(m.level)} | {m.zh} · {m.en} | {m.way_out} |"
        for event, m in MEANINGS.items()
    )
    return _HEAD + "\n".join(rows) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check; the exit status."""
    if "--check" not in arguments:
        PAGE.write_text(page(), "utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text("utf-8") == page():
        return 0
    sys.stderr.write(f"{PAGE.name}: 与程序不符 differs: make generate\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
