"""`python -m hub.law.pictures [--check]`: the machines as pictures and a page under docs/machines.

Writes files, or with `--check` says which differ from what the tables give and exits 1. The only module
of this room that touches the disk besides loading.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from hub.law.ladder import draw
from hub.law.pages import page
from hub.law.shapes import Tables
from hub.law.tables import load_tables

HOME: Final = Path(__file__).resolve().parents[2] / "docs" / "machines"


def pictures(tables: Tables) -> Mapping[str, str]:
    """File name → content, the same bytes for the same tables."""
    drawn = {f"{name}.svg": draw(tables, machine) for name, machine in tables.machines.items()}
    return {**drawn, "README.md": page(tables)}


def main(arguments: Sequence[str], home: Path = HOME) -> int:
    """Write or check; answers the exit code."""
    wanted = pictures(load_tables())
    if "--check" not in arguments:
        home.mkdir(parents=True, exist_ok=True)
        for name, content in wanted.items():
            (home / name).write_text(content, encoding="utf-8")
        return 0
    stale = [name for name, content in wanted.items() if _read(home / name) != content]
    if stale:
        sys.stderr.write(f"docs/machines 已过时 · out of date: {' '.join(stale)}\n")
        sys.stderr.write("python -m hub.law.pictures\n")
    return 1 if stale else 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
