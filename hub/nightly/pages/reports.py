"""Reports to download: of the joint conference by period, tier and unit; of completeness by day.

Figures, codes, counts, digests; files as they were stored, by the readers of the exchange.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal
from uuid import UUID

import asyncpg
import orjson

from hub.exchange import completeness_shelf, conference
from hub.law.calendar import SHANGHAI, legal_day
from hub.nightly.conference.period import named

SHOWN: Final = 100
DAYS: Final = 31
Proof = Literal["json", "jws"]
TYPES: Final[Mapping[Proof, str]] = {"json": "application/json", "jws": "application/jose"}

_KEPT: Final = """
SELECT r.id, r.tier, r.unit, u.name, r.first_day AS first, r.last_day AS last, r.made_at, r.cut_off,
       r.version, count(*) OVER () AS found, (SELECT jsonb_object_agg(f.form, length(f.body))
                     FROM conference_report_file f WHERE f.report = r.id) AS files
  FROM conference_report r LEFT JOIN unit u ON u.code = r.unit
 WHERE ($1 = '' OR r.tier = $1) AND ($2 = '' OR r.unit = $2)
   AND ($3::date IS NULL OR r.first_day = $3) AND ($4::date IS NULL OR r.last_day = $4)
 ORDER BY r.last_day DESC, r.first_day DESC, r.tier, r.unit, r.id DESC LIMIT $5
"""
_TIERS: Final = "SELECT DISTINCT tier FROM conference_report ORDER BY 1"
_UNITS: Final = """
SELECT DISTINCT r.unit, u.name FROM conference_report r LEFT JOIN unit u ON u.code = r.unit ORDER BY 1
"""
_PERIODS: Final = """
SELECT DISTINCT first_day, last_day FROM conference_report ORDER BY last_day DESC, first_day DESC
"""
_PROVED: Final = """
SELECT * FROM (
    SELECT DISTINCT ON (starts, ends) starts, version, holds, counts, cut_off, made_at
      FROM completeness_report WHERE ends = starts + interval '1 day' AND starts < $2
     ORDER BY starts DESC, ends, version DESC) r
 ORDER BY starts DESC LIMIT $1
"""
_NAMES: Final = "SELECT code, name FROM unit WHERE code = ANY ($1::text[])"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which reports: '' is any. `before`: proofs of days before this one."""

    tier: str = ""
    unit: str = ""
    period: str = ""
    before: date = date.max


@dataclass(frozen=True, slots=True)
class Report:
    """A report of the conference. `files`: form → size in bytes."""

    id: UUID
    tier: str
    unit: str
    name: str | None
    first: date
    last: date
    made_at: datetime
    cut_off: datetime
    version: str
    files: Mapping[str, int]

    @property
    def period(self) -> str:
        """The period as people write it."""
        return named(self.first, self.last).label


@dataclass(frozen=True, slots=True)
class Proved:
    """The last proof of a day; `counts` as the report has them."""

    day: date
    version: int
    holds: bool
    counts: Mapping[str, int]
    cut_off: datetime
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Shelf:
    """What can be fetched, and by what it can be chosen. `found`: how many reports there are in all."""

    reports: Sequence[Report]
    found: int
    tiers: Sequence[str]
    units: Mapping[str, str]
    periods: Sequence[str]
    days: Sequence[Proved]

    @property
    def earlier(self) -> date | None:
        """The day before which more may have been proved."""
        return self.days[-1].day if len(self.days) == DAYS else None


async def look(conn: asyncpg.Connection, asked: Asked) -> Shelf:
    """The reports that were asked for, the newest period first, and the days proved last."""
    periods = {named(*row).label: named(*row) for row in await conn.fetch(_PERIODS)}
    wanted = periods.get(asked.period)
    if asked.period and wanted is None:
        rows = []
    else:
        span = (wanted.first, wanted.last) if wanted else (None, None)
        rows = await conn.fetch(_KEPT, asked.tier, asked.unit, *span, SHOWN)
    return Shelf(
        reports=[_report(row) for row in rows],
        found=rows[0]["found"] if rows else 0,
        tiers=[row["tier"] for row in await conn.fetch(_TIERS)],
        units={row["unit"]: row["name"] or row["unit"] for row in await conn.fetch(_UNITS)},
        periods=list(periods),
        days=[_proved(row) for row in await conn.fetch(_PROVED, DAYS, _midnight(asked.before))],
    )


async def report_file(conn: asyncpg.Connection, report: UUID, form: conference.Form) -> tuple[str, bytes]:
    """Name and bytes of a report in a form. Raises Refused `unknown`."""
    _, body = await conference.file(conn, report, form)
    query = "SELECT tier, unit, first_day, last_day FROM conference_report WHERE id = $1"
    row = await conn.fetchrow(query, report)
    return f"{row['tier']}-{row['unit']}-{named(row['first_day'], row['last_day']).label}.{form}", body


async def proof(conn: asyncpg.Connection, day: date) -> tuple[Mapping[str, object], Mapping[str, str]]:
    """The proof of a day, and names of the units in it. Raises Refused `unknown`."""
    found = await completeness_shelf.report(conn, day)
    codes = {str(pair[end]) for pair in _rows(found["pairs"]) for end in ("from", "to")}
    return found, {row["code"]: row["name"] for row in await conn.fetch(_NAMES, sorted(codes))}


async def proof_file(conn: asyncpg.Connection, day: date, form: Proof) -> tuple[str, bytes]:
    """Name and bytes: all that is known of the proof, or what is signed. Raises Refused `unknown`."""
    found = await completeness_shelf.report(conn, day)
    body = str(found["report"]).encode() if form == "jws" else orjson.dumps(found, option=orjson.OPT_INDENT_2)
    return f"completeness-{day}-v{found['version']}.{form}", body


def _rows(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []


def _report(row: asyncpg.Record) -> Report:
    told = {name: value for name, value in row.items() if name != "found"}
    return Report(**{**told, "files": row["files"] or {}})


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _proved(row: asyncpg.Record) -> Proved:
    told = {name: row[name] for name in ("version", "holds", "counts", "cut_off", "made_at")}
    return Proved(day=legal_day(row["starts"]), **told)
