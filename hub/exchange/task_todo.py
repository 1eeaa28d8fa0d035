"""Tasks that wait for a caller's units, as its list of what is to be done shows them: who answers by when.

Reads as the reader role. Shows codes, ids, days, units and the title of a task its reader may open; nothing
of persons or disputes.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

import asyncpg

import schemas
from hub.exchange.answers import shown
from hub.exchange.task_shelf import title_of
from hub.law import tasks
from hub.law.calendar import end_of_day
from hub.law.citations import OURS
from hub.law.model import Units
from hub.trust.seal import Sealer

_WAITING: Final = """
SELECT t.message, t.kind, t.level, t.issuer, t.owner, t.closers, t.due, t.state, m.dek, m.document
  FROM task t JOIN message m ON m.id = t.message
 WHERE (t.state = ANY ($2::text[]) AND t.owner = ANY ($1::text[]))
    OR (t.state = ANY ($3::text[]) AND t.closers && $1::text[])
 ORDER BY t.due NULLS LAST, t.message LIMIT $4
"""
_WHAT: Final = {
    True: {"zh": "办理任务并反馈", "en": "act on the task and report"},
    False: {"zh": "验收任务结果", "en": "accept or reject the result of the task"},
}


class Waiting:
    """Lists for the units of one caller."""

    def __init__(self, sealer: Sealer, units: Units, own: Iterable[str], now: datetime) -> None:
        self._sealer = sealer
        self._units = units
        self._own = tuple(own)
        self._now = now

    async def first(self, conn: asyncpg.Connection, limit: int) -> list[dict[str, object]]:
        """The first of them by their last day, at most `limit`; those without a day come last."""
        waits = [list(tasks.WITH_OWNER), list(tasks.WITH_OTHERS)]
        return [self._item(row) for row in await conn.fetch(_WAITING, list(self._own), *waits, limit)]

    def _item(self, row: asyncpg.Record) -> dict[str, object]:
        own = row["state"] in tasks.WITH_OWNER
        who = [unit for unit in ([row["owner"]] if own else row["closers"]) if unit in self._own]
        end = end_of_day(row["due"]) if row["due"] else None
        return {
            "task": str(row["message"]),
            "kind": row["kind"],
            "kind_zh": schemas.code_lists()["task_kind"].get(row["kind"], row["kind"]),
            "level": row["level"],
            "title": title_of(row, self._sealer),
            "from": row["issuer"],
            "state": row["state"],
            "what": _WHAT[own],
            "who": [{"unit": unit, "name": self._name(unit)} for unit in who],
            "due": row["due"].isoformat() if row["due"] else None,
            "due_at": shown(end) if end else None,
            "overdue": end is not None and end <= self._now,
            "basis": OURS,
            "by": {"kind": "task_reply", "actions": list(tasks.actions(row["state"], owner=own))},
        }

    def _name(self, code: str) -> str:
        unit = self._units.get(code)
        return unit.name if unit else code
