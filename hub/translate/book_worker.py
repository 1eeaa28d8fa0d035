"""The process that reads one workbook: takes it from standard input, answers its cells as JSON, and is gone.

Started by `hub.translate.books`. Libraries are loaded before it is confined, and only then the workbook is
looked at.
"""

import os
import sys
from typing import Final

import orjson

from hub.confined import confine
from hub.errors import Refused
from hub.translate.book_cells import cells

MEMORY: Final = 512 * 1024 * 1024


def main() -> None:
    """Reads, answers, ends; what goes wrong otherwise is an answer that is missing."""
    body = sys.stdin.buffer.read()
    out = os.fdopen(os.dup(1), "wb")
    confine(int(sys.argv[1]), MEMORY)
    with out:
        out.write(orjson.dumps(_answer(body)))


def _answer(body: bytes) -> dict[str, object]:
    try:
        return cells(body)
    except Refused as refused:
        fault = refused.faults[0]
        return {"refused": refused.code, "rule": fault.rule, "native": fault.native, "args": fault.args}
    except MemoryError:
        return {"refused": "too-large", "rule": "book-limits", "native": None, "args": ()}
    except Exception:  # noqa: BLE001  any exception over a hostile file is a refusal, by the rule
        return {"refused": "malformed", "rule": "book-form", "native": None, "args": ()}


if __name__ == "__main__":
    main()
