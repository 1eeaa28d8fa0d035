"""Tasks as the caller's units read them, and the units below them that are overdue or silent.

Shows codes, ids, days and the title of a task its reader may open; nothing of persons or disputes.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

import asyncpg
import orjson

from hub.errors import Fault, Refused
from hub.exchange.answers import shown
from hub.law.owed import owed
from hub.law.shapes import Tables
from hub.store.registry import UnitRow
from hub.trust.seal import Sealer

Which = Literal["open", "closed", "all"]
_PAGE: Final = """
SELECT t.*, m.dek, m.document, (
    SELECT json_agg(json_build_object('unit', w.unit, 'action', w.action, 'at', w.at) ORDER BY w.message)
      FROM task_word w WHERE w.task = t.message)::text AS words
  FROM task t JOIN message m ON m.id = t.message
 WHERE t.message > $1 AND ($2 = 'all' OR (t.state = 'closed') = ($2 = 'closed'))
   AND (t.owner = ANY ($4::text[]) OR t.closers && $4::text[])
 ORDER BY t.message LIMIT $3
"""
_OVERDUE: Final = """
SELECT l.rule, l.due_on, coalesce(c.machine, 'dispute') AS machine, coalesce(c.state, d.state) AS state,
       coalesce(c.roles, d.roles)::text AS roles
  FROM deadline l JOIN dispute d ON d.id = l.dispute LEFT JOIN case_run c ON c.id = l.case_id
 WHERE l.state = 'running' AND NOT l.historical AND l.due <= $1
   AND CASE WHEN l.case_id IS NULL THEN d.participants ELSE c.participants END && $2::text[]
"""
_SILENT: Final = """
SELECT unit, count(*) AS waiting, min(created_at) AS since FROM delivery
 WHERE unit = ANY ($1::text[]) AND state IN ('queued', 'held') AND created_at <= $2 GROUP BY unit
"""


class Wanted(NamedTuple):
    """Whose tasks, in which state, and where a page of them begins."""

    units: tuple[str, ...]
    which: Which
    after: str | None
    limit: int


async def page(conn: asyncpg.Connection, sealer: Sealer, wanted: Wanted, today: date) -> dict[str, object]:
    """Tasks that these units own or may accept, in the order of opening."""
    begin = _cursor(wanted.after)
    rows = await conn.fetch(_PAGE, begin, wanted.which, wanted.limit, list(wanted.units))
    last = str(rows[-1]["message"]) if rows else wanted.after
    more = len(rows) == wanted.limit
    return {"tasks": [_task(r, sealer, today) for r in rows], "next": last, "more": more}


def title_of(row: asyncpg.Record, sealer: Sealer) -> str:
    """The title in the sealed message of a task (`message`, `dek`, `document`)."""
    aad = f"message|{row['message']}"
    dek = sealer.unwrap(row["dek"], None, aad + "|dek")
    title: str = orjson.loads(sealer.open(dek, aad + "|document", row["document"]))["title"]
    return title


def _task(row: asyncpg.Record, sealer: Sealer, today: date) -> dict[str, object]:
    due: date | None = row["due"]
    return {
        "task": str(row["message"]),
        "kind": row["kind"],
        "level": row["level"],
        "title": title_of(row, sealer),
        "from": row["issuer"],
        "owner": row["owner"],
        "accepted_by_any_of": row["closers"],
        "due": due.isoformat() if due else None,
        "overdue": due is not None and due < today and row["state"] != "closed",
        "conference": str(row["conference"]) if row["conference"] else None,
        "state": row["state"],
        "opened_at": shown(row["opened_at"]),
        "closed_at": shown(row["closed_at"]) if row["closed_at"] else None,
        "closed_by": row["closed_by"],
        "said": orjson.loads(row["words"] or "[]"),
    }


def below(units: Iterable[UnitRow], own: Iterable[str]) -> dict[str, str]:
    """Units under these, at any depth: code → name. A unit is not below itself."""
    rows = {row.code: row for row in units}
    above = frozenset(own)
    found: dict[str, str] = {}
    for row in rows.values():
        seen = {row.code}
        parent = row.parent
        while parent is not None and parent not in seen and parent not in above:
            seen.add(parent)
            parent = rows[parent].parent if parent in rows else None
        if parent in above:
            found[row.code] = row.name
    return found


async def wanting(
    conn: asyncpg.Connection, tables: Tables, below: Mapping[str, str], now: datetime, silence: timedelta
) -> list[dict[str, object]]:
    """Of these units (code → name) those overdue or silent, by code: what a 通报 or 督办 may rest on.

    A unit whose deliveries wait as long as `silence` is silent.
    """
    late: dict[str, dict[str, int]] = {}
    for row in await conn.fetch(_OVERDUE, now, list(below)):
        roles = orjson.loads(row["roles"])
        owing = owed(tables, row["machine"], row["state"], row["rule"]).roles
        for unit in {u for role in owing & roles.keys() for u in roles[role]} & below.keys():
            counts = late.setdefault(unit, {})
            counts[row["rule"]] = counts.get(row["rule"], 0) + 1
    silent = {r["unit"]: r for r in await conn.fetch(_SILENT, list(below), now - silence)}
    return [
        {
            "unit": unit,
            "name": below[unit],
            "overdue": [{"rule": rule, "count": n} for rule, n in sorted(late.get(unit, {}).items())],
            "silent": _silence(silent.get(unit)),
        }
        for unit in sorted(late.keys() | silent.keys())
    ]


def _silence(row: asyncpg.Record | None) -> dict[str, object] | None:
    return {"waiting": row["waiting"], "since": shown(row["since"])} if row else None


def _cursor(after: str | None) -> UUID:
    try:
        return UUID(after) if after else UUID(int=0)
    except ValueError as e:
        raise Refused("malformed", Fault("cursor", "after")) from e
