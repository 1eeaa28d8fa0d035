"""The lists of this release and their rows, read from `lists.json` and the files under `data`. Pure data.

A file stays as it was compiled; what it says only in words – dates, whether a row is verified – stands
beside it in `remarks.csv`. First and last day of validity are both included.
"""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, NamedTuple


class Entry(NamedTuple):
    """One row of a list. `mark`: `observed`, `derived` or `unverified`, where the source says so."""

    code: str
    zh: str
    valid_from: date | None
    valid_to: date | None
    mark: str
    row: Mapping[str, str]

    def valid_on(self, day: date) -> bool:
        """Whether the row holds on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class ListInfo(NamedTuple):
    """What is known of a list as a whole."""

    name: str
    zh: str
    file: str
    source: str


@cache
def version() -> str:
    """Version of the reference data; grows with every change of a file."""
    return str(_said()["version"])


@cache
def compiled() -> date:
    """The day to which the files were compiled."""
    return date.fromisoformat(_said()["compiled"])


def order(of: str) -> tuple[int, ...]:
    """A version as numbers that compare."""
    return tuple(int(part) for part in of.split("."))


@cache
def lists() -> Mapping[str, ListInfo]:
    """Every list, in the order of the catalogue."""
    return {
        name: ListInfo(name, str(said["zh"]), str(said["file"]), str(said["source"]))
        for name, said in _catalogue().items()
    }


@cache
def entries(name: str) -> tuple[Entry, ...]:
    """The rows of a list, in the order of its file. Raises KeyError for a list there is not."""
    said = _catalogue()[name]
    rows = [r for r in read_file(str(said["file"])) if r[said["key"][0]]]
    codes = ["/".join(row[column] for column in said["key"]) for row in rows]
    times = Counter(codes)
    again, left = said.get("again"), frozenset(said.get("leave", ()))
    remarks = _remarks()
    made: list[Entry] = []
    for plain, row in zip(codes, rows, strict=True):
        code = f"{plain}/{row[again]}" if again and times[plain] > 1 else plain
        remark = remarks.get((name, code), _NO_REMARK)
        kept = {column: cell for column, cell in row.items() if column not in left and cell}
        first = _day(remark["valid_from"] or str(said.get("valid_from", "")))
        last = _day(remark["valid_to"])
        made.append(Entry(code, row[said["label"]], first, last, remark["mark"], kept))
    return tuple(made)


@cache
def digest(name: str) -> str:
    """SHA-256 over the list as it would be served, hex: two releases that say the same are the same."""
    info = lists()[name]
    told = [[e.code, e.zh, _shown(e.valid_from), _shown(e.valid_to), e.mark, e.row] for e in entries(name)]
    text = json.dumps([info, told], ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


@cache
def read_file(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a file under `data`."""
    text = files(__package__).joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


_NO_REMARK: Final = {"valid_from": "", "valid_to": "", "mark": ""}


@cache
def _said() -> dict[str, Any]:
    said: dict[str, Any] = json.loads(files(__package__).joinpath("lists.json").read_text(encoding="utf-8"))
    return said


@cache
def _catalogue() -> dict[str, dict[str, Any]]:
    return {each["list"]: each for each in _said()["lists"]}


@cache
def _remarks() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["list"], row["code"]): row for row in read_file("remarks")}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _shown(day: date | None) -> str | None:
    return day.isoformat() if day else None
