"""Reads hostile files, each in a child of its own with hard limits, and tells what became of it.

`python -m tests.hostile.runner DOOR…` writes a line of JSON for each case: processor seconds, growth of
memory in MB, and the outcome: `refused: rule`, `taken`, or what else was raised or ended the child. The
libraries are loaded and the bytes made before the child begins, so that neither counts.
"""

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from hub.errors import Fault, Refused
from hub.strictjson import loads
from hub.translate.books import read_book
from hub.translate.readers_coded import read_coded
from hub.translate.records import Origin
from hub.translate.registry import Translator
from hub.trust.jose import parse_detached
from hub.trust.ruling_worker import _verdict
from hub.trust.tokens import parse_assertion
from tests.hostile import corpus

NOW = datetime(2026, 11, 26, tzinfo=UTC)
SLACK = 4
"""A shared processor counts more seconds for the same work: the child is ended at so many times of them."""
HARD_MEMORY = 2 * 1024**3
Door = Callable[[bytes], object]


@cache
def translator() -> Translator:
    return Translator.load()


def native(agency: str, media: str, kind: str) -> Door:
    """A body as an agency sends it: parsed, its format found, read record by record."""
    return lambda body: translator().read(agency, media, body, Origin(kind, "1", NOW))


def pdf(body: bytes) -> object:
    """What the child of the ruling's worker does; there any exception is a refusal."""
    verdict = _verdict({"certificates": [], "at": NOW.isoformat()}, body)
    if "refused" in verdict or "unsigned" in verdict:
        raise Refused("ruling-invalid", Fault(str(verdict.get("refused", "unsigned"))))
    return verdict


def coded(body: bytes) -> object:
    return read_coded(body, 1024 * 1024)


def text(read: Callable[[str], object]) -> Door:
    return lambda body: read(body.decode("latin-1"))


BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOORS: dict[str, tuple[Callable[[], Iterator[corpus.Case]], Door]] = {
    "json": (corpus.json_cases, loads),
    "json-native": (corpus.json_cases, native("police", "application/json", "referral")),
    "form": (corpus.form_cases, native("court", "application/x-www-form-urlencoded", "dispute")),
    "xml": (corpus.xml_cases, native("court", "application/xml", "dispute")),
    "xml-coded": (corpus.coded_cases, coded),
    "csv": (corpus.csv_cases, native("police", "text/csv", "dispute")),
    "dbf": (corpus.dbf_cases, native("police", "application/vnd.dbf", "dispute")),
    "zip": (corpus.zip_cases, native("court", "application/zip", "confirmation_ruling")),
    "xlsx": (corpus.xlsx_cases, lambda body: read_book(body, 1024 * 1024)),
    "jws": (corpus.token_cases, text(parse_detached)),
    "jwt": (corpus.token_cases, text(parse_assertion)),
    "media": (corpus.media_cases, lambda value: native("police", value.decode("latin-1"), "dispute")(b"{}")),
    "pdf": (corpus.pdf_cases, pdf),
}
SECONDS = {"pdf": 10}
"""What is promised for one file where it is more than a second."""


def measured(door: str, body: bytes) -> dict[str, object]:
    """What one file costs and what became of it."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        try:
            os.write(theirs, json.dumps(_read(door, body)).encode())
        finally:
            os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as answer:
        told = answer.read()
    _, status, used = os.wait4(child, 0)
    seconds = used.ru_utime + used.ru_stime
    left: dict[str, object] = json.loads(told) if told else {"outcome": f"ended {status}", "grown": -1}
    return {**left, "seconds": round(seconds, 2)}


def _read(door: str, body: bytes) -> dict[str, object]:
    most = SECONDS.get(door, 1) * SLACK
    resource.setrlimit(resource.RLIMIT_CPU, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (HARD_MEMORY, HARD_MEMORY))
    Path("/proc/self/clear_refs").write_text("5")  # the peak is counted anew from here
    before = _memory("VmHWM")
    outcome = "taken"
    try:
        DOORS[door][1](body)
    except Refused as refused:
        outcome = f"refused: {refused.faults[0].rule if refused.faults else refused.code}"
    except BaseException as error:  # noqa: BLE001  what a reader lets through is what is looked for
        outcome = f"raised: {type(error).__name__}"
    return {"outcome": outcome, "grown": round((_memory("VmHWM") - before) / 1024)}


def _memory(name: str) -> int:
    """Kilobytes."""
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(name))


def main(doors: list[str]) -> None:
    """Every case of these doors."""
    for door in doors or list(DOORS):
        for name, build in DOORS[door][0]():
            told = {"door": door, "case": name, **measured(door, build())}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
