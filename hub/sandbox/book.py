"""A simulated system's own book: what it sent and what it received, one JSON object a line.

The system writes it as things happen and never rewrites a line; the demo reads it at the end and holds it
against what the hub says. Touches two files in one folder.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

Line = Mapping[str, object]

SENT = "sent.jsonl"
RECEIVED = "received.jsonl"


class Book:
    """The book of one system, open for writing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._sent = (folder / SENT).open("a", encoding="utf-8")
        self._received = (folder / RECEIVED).open("a", encoding="utf-8")

    def sent(self, **line: object) -> None:
        """Enter a message: before it leaves (`state` trying), and when an answer came."""
        _write(self._sent, line)

    def received(self, **line: object) -> None:
        """Enter a token that was verified."""
        _write(self._received, line)

    def close(self) -> None:
        """Close both files."""
        self._sent.close()
        self._received.close()


def read(folder: Path, name: str) -> Iterator[Line]:
    """The lines of a book, oldest first; a last line that was cut off is left out."""
    path = folder / name
    if not path.exists():
        return
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.endswith("\n"):
                yield json.loads(line)


def _write(file: IO[str], line: Line) -> None:
    file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
    file.flush()
