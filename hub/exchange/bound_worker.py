"""The process that opens papers and binds them into a file: counts their pages, draws them, and is gone.

Started by `hub.exchange.bound`. Libraries are loaded before it is confined; papers are looked at only then.
A paper that cannot be read has no pages. Frames, both ways: a JSON line, then the bytes it announces.
"""

import json
import os
import sys
from io import BytesIO
from typing import Any, BinaryIO, Final

import pyhanko.pdf_utils.filters  # noqa: F401  loaded late by the library: here, before it is confined
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PdfFileWriter, copy_into_new_writer

from hub.confined import confine
from hub.exchange.bound_pages import Paper, jpeg, placed, read

MEMORY: Final = 1024 * 1024 * 1024


def main() -> None:
    """Two questions: how many pages each paper has; then the file with them."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    first = json.loads(source.readline())
    bodies = [source.read(size) for size in first["sizes"]]
    confine(int(sys.argv[1]), MEMORY)
    papers = [_opened(body, int(first["most"])) for body in bodies]
    _answer(sink, {"pages": [paper.pages if paper else 0 for paper in papers]})
    if line := source.readline():
        asked = json.loads(line)
        made = _bound(source.read(asked["size"]), papers, asked["places"])
        _answer(sink, {"size": len(made)}, made)


def _answer(sink: BinaryIO, told: dict[str, object], body: bytes = b"") -> None:
    sink.write(json.dumps(told).encode() + b"\n" + body)
    sink.flush()


def _opened(body: bytes, most: int) -> Paper | None:
    """The paper, if each of its pages can be drawn and there are at most so many."""
    try:
        paper = jpeg(body) or read(body)
        if not 0 < paper.pages <= most:
            return None
        paper.drawn(PdfFileWriter())
    except Exception:  # noqa: BLE001  any exception over a hostile file says that it cannot be bound
        return None
    return paper


def _bound(base: bytes, papers: list[Paper | None], places: list[dict[str, Any]]) -> bytes:
    writer = copy_into_new_writer(PdfFileReader(BytesIO(base)))
    asked = {place["paper"] for place in places}
    drawn = {n: paper.drawn(writer) for n, paper in enumerate(papers) if paper and n in asked}
    for place in places:
        placed(writer, drawn[place["paper"]][place["page"]], place)
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()


if __name__ == "__main__":
    main()
