"""What a caller's units must do, by when and on which article: their running deadlines, earliest first.

Reads as the reader role and shows codes, ids, days, units and articles, nothing of persons. A deadline is
listed for a unit in a role that owes the act ending it (`hub.law.owed`).
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import asyncpg
import orjson

import schemas
from hub.errors import Fault, Refused
from hub.exchange import forms
from hub.exchange.answers import shown
from hub.law import words
from hub.law.model import Units
from hub.law.owed import Owed, english, late, members, owed
from hub.law.shapes import Tables

_CHUNK: Final = 500
_FIRST: Final = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
_RUNNING: Final = """
SELECT l.id, l.dispute, l.case_id, l.rule, l.due, l.due_on, l.provisional, l.basis, d.code,
       coalesce(c.machine, 'dispute') AS machine, coalesce(c.state, d.state) AS state,
       coalesce(c.roles, d.roles)::text AS roles
  FROM deadline l JOIN dispute d ON d.id = l.dispute LEFT JOIN case_run c ON c.id = l.case_id
 WHERE l.state = 'running' AND NOT l.historical AND l.due IS NOT NULL
   AND CASE WHEN l.case_id IS NULL THEN d.participants ELSE c.participants END && $1::text[]
   AND (l.due, l.id) > ($2, $3)
 ORDER BY l.due, l.id LIMIT $4
"""
Place = tuple[datetime, UUID]


class Todo:
    """Lists for the units of one caller, by the tables and units of one day."""

    def __init__(self, tables: Tables, units: Units, own: tuple[str, ...], now: datetime) -> None:
        self._tables = tables
        self._units = units
        self._own = own
        self._now = now

    async def page(self, conn: asyncpg.Connection, after: str | None, limit: int) -> dict[str, object]:
        """A page ordered by the end of the last day. Raises Refused `malformed` for a cursor not ours."""
        place = _read(after)
        items: list[dict[str, object]] = []
        while True:
            rows = await conn.fetch(_RUNNING, list(self._own), *place, _CHUNK)
            for row in rows:
                place = (row["due"], row["id"])
                item = self._item(row)
                if item is not None:
                    items.append(item)
                if len(items) == limit:
                    return {"todo": items, "next": _cursor(place), "more": True}
            if len(rows) < _CHUNK:
                return {"todo": items, "next": _cursor(place) if items else after, "more": False}

    def _item(self, row: asyncpg.Record) -> dict[str, object] | None:
        due = owed(self._tables, row["machine"], row["state"], row["rule"])
        who = self._who(due, row["machine"], orjson.loads(row["roles"]))
        if not who:
            return None
        rule = row["rule"]
        return {
            "dispute": str(row["dispute"]),
            "code": row["code"],
            "case": str(row["case_id"]) if row["case_id"] else None,
            "machine": row["machine"],
            "state": row["state"],
            "state_zh": words.state(self._tables.machines[row["machine"]], row["state"]),
            "rule": rule,
            "what": {"zh": self._tables.rules[rule].zh, "en": english().get(rule, rule)},
            "who": who,
            "due": row["due_on"].isoformat(),
            "due_at": shown(row["due"]),
            "overdue": row["due"] <= self._now and late(rule),
            "provisional": row["provisional"],
            "basis": row["basis"],
            "by": [{"kind": kind, "zh": schemas.kinds()[kind].zh, **_members(rule)} for kind in due.kinds],
            "forms": forms.offered(
                row["dispute"], row["case_id"], (row["machine"], row["state"]), rule, due.kinds
            ),
        }

    def _who(self, due: Owed, machine: str, roles: Mapping[str, list[str]]) -> list[dict[str, str]]:
        named = self._tables.machines[machine].source["roles"]
        return [
            {"unit": unit, "name": self._name(unit), "role": role, "role_zh": named[role]["zh"]}
            for role in sorted(due.roles & roles.keys() & named.keys())
            for unit in roles[role]
            if unit in self._own
        ]

    def _name(self, code: str) -> str:
        unit = self._units.get(code)
        return unit.name if unit else code


def _members(rule: str) -> dict[str, object]:
    told = members(rule)
    return {"members": dict(told)} if told else {}


def _cursor(place: Place) -> str:
    return urlsafe_b64encode(f"{place[0].isoformat()}|{place[1]}".encode()).decode().rstrip("=")


def _read(cursor: str | None) -> Place:
    if not cursor:
        return _FIRST
    try:
        at, _, told = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").partition("|")
        when, message = datetime.fromisoformat(at), UUID(told)
        place = (when.astimezone(UTC), message)
    except (ValueError, OverflowError) as e:
        raise Refused("malformed", Fault("cursor", pointer="after")) from e
    if when.tzinfo is None:
        raise Refused("malformed", Fault("cursor", pointer="after"))
    return place
