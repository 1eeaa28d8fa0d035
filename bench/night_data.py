"""Records of both sides with planted differences, as Parquet, and the findings that follow from them.

Each side has a wide table of 25 columns (address, number, time, phase, 21 of text), as an agency's list has
them, and the narrow one that the engine compares: keys and digests. Everything is made of numbers.
"""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb

STEP: Final = 1000
SCOPE: Final = "bench|dispute"
CHANGED: Final = "c12"
SAID: Final = ("phase", *(f"c{n:02}" for n in range(1, 22)))
"""The columns that are compared; the address (`message` or `n`), `no` and `at` are the others."""
MISSING_AT_AGENCY, MISSING_AT_HUB, DUPLICATE, STALE, MISMATCH, STATUS, ORPHAN = range(7)
"""What a record is whose number leaves this when divided by `STEP`; 7–26 have an earlier version at the hub
and 30–49 refer to the record before them, of which nothing is to be told."""
STORE: Final = "store.sqlite"
ADDRESSES: Final = {"hub": "message", "agency": "n"}
"""By what a record of a side is opened. The store has fifty of a thousand records, among them all that
differ: a look-up by key costs what it costs in the whole table, and ten million are not written twice."""
Finding = tuple[str, str, str, str | None, int | None, str | None]
"""Kind, number, field, message, n, side."""

_AT_ONCE: Final = 2_000
_STORED: Final = "SELECT {} FROM '{}.parquet' WHERE CAST(right(no, 3) AS INTEGER) < 50"
_AT: Final = "TIMESTAMPTZ '2026-11-25 11:00+00'"
_NUMBER: Final = "printf('no%010d', i)"
_MESSAGE: Final = "printf('{}-0000-7000-8000-%012d', i)"
_FORMS: Final = {
    range(1, 5): "'A' || (h % 20)",
    range(5, 9): "CAST(DATE '2020-01-01' + CAST(h % 2000 AS INTEGER) AS VARCHAR)",
    range(9, 12): "CAST(CAST(h % 10000000 AS DECIMAL(12, 2)) / 100 AS VARCHAR)",
    range(12, 20): "'said ' || (h % 100000)",
    range(20, 22): "'one said ' || md5(CAST(h AS VARCHAR)) || ' and the other ' || (h % 1000)",
}


def _texts(changed: str, phase: str) -> str:
    """The text columns; `changed` and `phase`: where the row is another than the rest."""
    told = [f"CASE WHEN {phase} THEN 'closed' ELSE 'open' END AS phase"]
    for numbers, form in _FORMS.items():
        for n in numbers:
            said = form.replace("h %", f"hash(i, {n}) %").replace("md5(CAST(h ", f"md5(CAST(hash(i, {n}) ")
            name = f"c{n:02}"
            told.append(
                f"CASE WHEN {changed} THEN 'else' ELSE {said} END AS {name}"
                if name == CHANGED
                else f"{said} AS {name}"
            )
    return ", ".join(told)


_HUB: Final = f"""
SELECT {_MESSAGE.format("00000001")} AS message, {_NUMBER} AS no, {_AT} AS at, {_texts("false", "false")}
  FROM range(ROWS) t(i) WHERE i % {STEP} <> {MISSING_AT_HUB}
 UNION ALL
SELECT {_MESSAGE.format("00000000")} AS message, {_NUMBER} AS no, {_AT} - INTERVAL 2 DAY AS at,
       {_texts("true", "false")}
  FROM range(ROWS) t(i) WHERE i % {STEP} BETWEEN 7 AND 26
"""
_AGENCY: Final = f"""
SELECT CAST(i * 2 + c AS INTEGER) AS n, {_NUMBER} AS no,
       {_AT} - INTERVAL 1 DAY * CAST(i % {STEP} = {STALE} AS INTEGER) AS at,
       {_texts(f"i % {STEP} IN ({STALE}, {MISMATCH})", f"i % {STEP} = {STATUS}")}
  FROM range(ROWS) t(i), range(2) u(c)
 WHERE i % {STEP} <> {MISSING_AT_AGENCY} AND (c = 0 OR i % {STEP} = {DUPLICATE})
"""
_DIGESTS: Final = f"""
SELECT '{SCOPE}' AS scope, unhex(sha256(no)) AS key, 'one' AS format, "at",
       unhex(sha256(concat_ws('|', {", ".join(SAID)}))) AS digest
"""
_HELD: Final = f"""
{_DIGESTS}, message, 'unit' AS sender, "at" + INTERVAL 1 HOUR AS received_at FROM 'FOLDER/hub.parquet'
"""
_LISTED: Final = f"""
{_DIGESTS}, 's' AS snapshot, n,
       CASE WHEN n // 2 % {STEP} = {ORPHAN} THEN [unhex(sha256('away'))]
            WHEN n // 2 % {STEP} BETWEEN 30 AND 49 THEN [unhex(sha256(printf('no%010d', n // 2 - 1)))]
            ELSE []::BLOB[] END AS links
  FROM 'FOLDER/agency.parquet'
"""


def generate(folder: Path, rows: int) -> None:
    """Writes `hub`, `agency` (wide), `held` and `listed` (narrow), and the store that opens by address."""
    queries = {"hub": _HUB, "agency": _AGENCY, "held": _HELD, "listed": _LISTED}
    config: dict[str, Any] = {"memory_limit": "4GB", "preserve_insertion_order": "false"}
    with duckdb.connect(config=config) as connection, closing(sqlite3.connect(folder / STORE)) as store:
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        for name, query in queries.items():
            asked = query.replace("ROWS", str(rows)).replace("FOLDER", str(folder))
            connection.execute(f"COPY ({asked}) TO '{folder / name}.parquet'")
        for side, address in ADDRESSES.items():
            kept = connection.sql(_STORED.format(", ".join((address, *SAID)), folder / side)).fetchall()
            store.execute(f"CREATE TABLE {side} ({address} PRIMARY KEY, {', '.join(SAID)}) WITHOUT ROWID")
            marks = ", ".join("?" * (len(SAID) + 1))
            store.executemany(f"INSERT INTO {side} VALUES ({marks})", kept)
        store.commit()


def opened(folder: Path, side: str, wanted: list[Any]) -> Iterator[dict[str, Any]]:
    """The records of a side at these addresses: fields and their digests."""
    names, address = [f"/{name}" for name in SAID], ADDRESSES[side]
    with closing(sqlite3.connect(folder / STORE)) as store:
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            asked = f"SELECT * FROM {side} WHERE {address} IN ({', '.join('?' * len(some))})"
            for at, *said in store.execute(asked, some):
                digests = [hashlib.sha256(text.encode()).digest() for text in said]
                yield {address: at, "fields": names, "digests": digests}


def planted(rows: int) -> set[Finding]:
    """Every finding of so many records."""
    return set(_planted(rows))


def _planted(rows: int) -> Iterator[Finding]:
    for start in range(0, rows, STEP):
        for place in range(min(ORPHAN + 1, rows - start)):
            yield _finding(place, start + place)


def _finding(place: int, i: int) -> Finding:
    number, message, n = f"no{i:010}", f"00000001-0000-7000-8000-{i:012}", i * 2
    return {
        MISSING_AT_AGENCY: ("missing_at_agency", number, "", message, None, None),
        MISSING_AT_HUB: ("missing_at_hub", number, "", None, n, None),
        DUPLICATE: ("duplicate", number, "", None, n + 1, None),
        STALE: ("stale_version", number, "", message, n, "agency"),
        MISMATCH: ("field_mismatch", number, f"/{CHANGED}", message, n, None),
        STATUS: ("status_contradiction", number, "/phase", message, n, None),
        ORPHAN: ("orphan_reference", number, "/explicit_links", None, n, None),
    }[place]
