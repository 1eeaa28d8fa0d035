"""Workbooks (XLSX) as plain cells, read in a confined process: a hostile one costs no time or memory here.

The process is `hub.translate.book_worker`, one for each workbook; what it does other than answer, dying
included, is a refusal. What the cells mean is for `sheet_rows`.
"""

import contextlib
import subprocess
import threading
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import orjson

from hub.confined import command
from hub.errors import Fault, Refused, Unavailable

SECONDS: Final = 10
"""Of the processor, for one workbook."""
PATIENCE: Final = 120
"""Seconds after which a process that has not answered, its start included, is taken for dead."""
MAX_ANSWER: Final = 32 * 1024 * 1024
_WORKER: Final = "hub.translate.book_worker"


class Merge(NamedTuple):
    """Cells shown as one: first and last row and column, from 0; what they say stands in the first."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its number in the workbook, from 1, and its cells from the first row and column.

    `unread`: (row, column) → the rule by which what is shown there cannot be read. `bare`: cells that hold
    a number without the look of a date, told only of a calendar with a late start.
    """

    number: int
    rows: tuple[tuple[str, ...], ...]
    merges: tuple[Merge, ...]
    unread: dict[tuple[int, int], str]
    bare: frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets that a person sees, the numbers of those that are hidden, and how its calendar counts.

    `late_start`: days are counted from 1904-01-01, as old Macintosh programs do.
    """

    sheets: tuple[Sheet, ...]
    hidden: tuple[int, ...]
    late_start: bool


def read_book(body: bytes, max_bytes: int, seconds: int = SECONDS, patience: int = PATIENCE) -> Book:
    """Blocks while the confined process reads.

    Raises Refused `malformed` or `too-large`; Unavailable when no process can be had, or none in time.
    """
    if len(body) > max_bytes:
        raise Refused("too-large", Fault("size", args=(str(max_bytes),)))
    answer = _ask(body, seconds, patience)
    try:
        told = orjson.loads(answer)
    except orjson.JSONDecodeError as e:
        raise Refused("too-large", Fault("book-limits")) from e
    if "refused" in told:
        fault = Fault(told["rule"], native=told["native"], args=tuple(told["args"]))
        raise Refused("too-large" if told["refused"] == "too-large" else "malformed", fault)
    return _book(told)


def _ask(body: bytes, seconds: int, patience: int) -> bytes:
    """What the process answered; nothing, or the beginning of something, if it died of the workbook."""
    try:
        worker = subprocess.Popen(  # noqa: S603  our own interpreter and module
            command(_WORKER, str(seconds)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        )
    except OSError as e:
        raise Unavailable("workbooks") from e
    late = threading.Event()

    def end() -> None:
        late.set()
        worker.kill()

    watch = threading.Timer(patience, end)
    watch.start()
    try:
        with worker:
            answer = _exchange(worker, body)
            worker.kill()
    finally:
        watch.cancel()
    if late.is_set():
        raise Unavailable("workbooks")  # a machine that is busy says nothing of the workbook
    return answer


def _exchange(worker: subprocess.Popen[bytes], body: bytes) -> bytes:
    if worker.stdin is None or worker.stdout is None:
        raise Unavailable("workbooks")
    with contextlib.suppress(BrokenPipeError):  # it died before it had read all
        worker.stdin.write(body)
        worker.stdin.close()
    return worker.stdout.read(MAX_ANSWER + 1)


def _book(told: dict[str, Any]) -> Book:
    sheets = tuple(
        Sheet(
            number=sheet["number"],
            rows=tuple(tuple(row) for row in sheet["rows"]),
            merges=tuple(Merge(*merge) for merge in sheet["merges"]),
            unread={(row, column): rule for row, column, rule in sheet["unread"]},
            bare=frozenset((row, column) for row, column in sheet["bare"]),
        )
        for sheet in told["sheets"]
    )
    return Book(sheets, tuple(told["hidden"]), told["late_start"])
