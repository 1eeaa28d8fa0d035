"""The reports of completeness as administrators read them: of a day the last version, with what is missing.

Reads what the night has written. Ids, unit codes, counts, times; the signed report itself is the JWS.
"""

from datetime import date, datetime, timedelta
from typing import Final

import asyncpg

from hub.errors import Refused
from hub.exchange.answers import shown
from hub.law.calendar import SHANGHAI

TYP: Final = "liantiao-completeness+jws"
"""`typ` of the signed report: a JWS by one of the hub's token keys, its payload in JCS (RFC 8785)."""

MOST: Final = 1000
_DAY: Final = """
SELECT * FROM completeness_report WHERE starts >= $1 AND ends <= $2 ORDER BY ends DESC, version DESC LIMIT 1
"""
_LAST: Final = "SELECT * FROM completeness_report ORDER BY ends DESC, version DESC LIMIT 1"
_PAIRS: Final = "SELECT * FROM completeness_pair WHERE report = $1 ORDER BY sender, receiver"
_EXCEPTIONS: Final = "SELECT * FROM completeness_exception WHERE report = $1 ORDER BY n LIMIT $2"
_SILENCES: Final = "SELECT * FROM completeness_silence WHERE report = $1 ORDER BY system"
_STAGES: Final = ("accepted", "queued", "delivered", "acknowledged")


async def report(conn: asyncpg.Connection, day: date | None = None) -> dict[str, object]:
    """The report of a business day (Asia/Shanghai), or the latest. Raises Refused `unknown`."""
    if day is None:
        row = await conn.fetchrow(_LAST)
    else:
        starts = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
        row = await conn.fetchrow(_DAY, starts, starts + timedelta(days=1))
    if row is None:
        raise Refused("unknown")
    return {
        "starts": shown(row["starts"]),
        "ends": shown(row["ends"]),
        "version": row["version"],
        "cut_off": shown(row["cut_off"]),
        "made_at": shown(row["made_at"]),
        "holds": row["holds"],
        "counts": row["counts"],
        "pairs": [_pair(r) for r in await conn.fetch(_PAIRS, row["id"])],
        "exceptions": [_exception(r) for r in await conn.fetch(_EXCEPTIONS, row["id"], MOST)],
        "silent": [_silence(r) for r in await conn.fetch(_SILENCES, row["id"])],
        "digest": f"sha-256:{row['digest'].hex()}",
        "report": row["jws"],
    }


def _pair(row: asyncpg.Record) -> dict[str, object]:
    return {
        "from": row["sender"],
        "to": row["receiver"],
        **{stage: {"n": row[stage], "root": row[f"{stage}_root"].hex()} for stage in _STAGES},
        "unconnected": row["unconnected"],
        "backlog": row["backlog"],
        "oldest_open": _at(row["oldest_open"]),
    }


def _exception(row: asyncpg.Record) -> dict[str, object]:
    return {
        "kind": row["kind"],
        "from": row["sender"],
        "to": row["receiver"],
        "message": str(row["message"]),
        "delivery": str(row["delivery"]) if row["delivery"] else None,
        "accepted_at": _at(row["at"]),
    }


def _silence(row: asyncpg.Record) -> dict[str, object]:
    told = {name: row[name] for name in ("system", "agency", "expected", "waiting")}
    return {**told, "last_sign": _at(row["last_sign"])}


def _at(at: datetime | None) -> str | None:
    return shown(at) if at is not None else None
