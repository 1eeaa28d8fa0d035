"""What parts of the bench have in common: their options, how they end, and what becomes of their lines."""

import argparse
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

from bench import table


def ends_in_order() -> None:
    """Asked to end (SIGTERM), leave as after Ctrl-C: processes are ended and folders removed on the way."""
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


def options(name: str, about: str | None, rounds: int = 5) -> argparse.ArgumentParser:
    """The options of a part."""
    parser = argparse.ArgumentParser(prog=f"python -m bench --part {name}", description=about)
    parser.add_argument("--rounds", type=int, default=rounds, help="interleaved rounds")
    parser.add_argument("--no-write", dest="write", action="store_false", help="leave README.md as it is")
    return parser


def told(lines: Sequence[str], given: argparse.Namespace, name: str) -> None:
    """Print a part's lines; put them between its markers in README.md unless it was asked not to."""
    print("\n".join(lines))
    if given.write:
        table.write(lines, datetime.now(UTC).date(), name)
