"""The hub's own clock at work: when a deadline comes to a phase, the hub says so in a message of its own.

Runs in every API process, under an advisory lock for each turn; a notice is written by the same writer
as any message and decides nothing but the waiting states of the tables. Historical deadlines are silent:
they have no next notice.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from hub.errors import HubError, Refused
from hub.exchange import task_reminders
from hub.exchange.answers import shown
from hub.exchange.desk import Desk
from hub.exchange.hub import Hub
from hub.exchange.own import Saying, own_message
from hub.exchange.prepare import Prepared
from hub.law.timers import next_notice
from hub.logs import Event, note

LOCK: Final = 7065
_IDLE: Final = 2.0
_AT_ONCE: Final = 200
_DUE = """
SELECT id, dispute, case_id, rule, object, due, due_on, provisional, basis, next_phase FROM deadline
 WHERE state = 'running' AND next_notice <= $1 ORDER BY next_notice LIMIT $2
"""
_ADVANCE = """
UPDATE deadline SET next_notice = $3, next_phase = $4
 WHERE dispute = $1 AND id = $2 AND next_phase IS NOT DISTINCT FROM $5 AND next_notice <= $6
   AND state = 'running'
RETURNING true
"""


@dataclass(frozen=True, slots=True)
class _Due:
    """A deadline that has come to a phase."""

    row: asyncpg.Record

    @property
    def phase(self) -> str:
        """What is to be said."""
        return str(self.row["next_phase"])


class Timers:
    """Says what is due. One per process; turns exclude each other over all processes."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def run(self, stop: asyncio.Event) -> None:
        """Look every few seconds until told to stop."""
        while not stop.is_set():
            said = 0
            try:
                said = await self.turn()
            except (HubError, asyncpg.PostgresError) as e:
                note(Event.TIMERS_PAUSED, error=type(e).__name__)
            if said < _AT_ONCE:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), _IDLE)

    async def turn(self) -> int:
        """Everything due now, once; answers how much was said."""
        now = self._hub.clock()
        claimed = await self._claim(now)
        for due in claimed:
            try:
                await self._say(due, now)
            except Refused as e:  # the others are claimed too, and still to be said
                note(Event.NOTICE_REFUSED, rule=due.row["rule"], phase=due.phase, reason=str(e))
        return len(claimed) + await task_reminders.turn(self._hub)

    async def _claim(self, now: datetime) -> list[_Due]:
        """Deadlines whose next notice is this process's to say: the one after it is written first."""
        claimed: list[_Due] = []
        async with self._hub.database.writing() as conn:
            if not await conn.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
                return []
            for row in await conn.fetch(_DUE, now, _AT_ONCE):
                after = next_notice(self._hub.tables, row["rule"], row["next_phase"], row["due"], now)
                later = (after.at, after.phase) if after else (None, None)
                claim = (row["dispute"], row["id"], *later, row["next_phase"], now)
                if await conn.fetchval(_ADVANCE, *claim):  # unless it was counted anew meanwhile
                    claimed.append(_Due(row))
        return claimed

    async def _say(self, due: _Due, now: datetime) -> None:
        needed = action_needed(self._hub, due.row["rule"], due.phase)
        await self._hub.writer.put(deadline_message(self._hub.desk, due.row, due.phase, needed, now))


def deadline_message(desk: Desk, row: Mapping[str, Any], phase: str, needed: str, now: datetime) -> Prepared:
    """What the hub says of a deadline (a row of the table): its phase, its day, what is to be done."""
    owner: UUID = row["case_id"] or row["dispute"]
    document: dict[str, object] = {
        "identifiers": [],
        "rule": row["rule"],
        "phase": phase,
        "due": shown(row["due"]),
        "provisional": row["provisional"],
        "basis": row["basis"],
        "case": str(owner),
        "item": row["object"],
        "action_needed": needed,
    }
    if row["case_id"]:
        document["about_case"] = str(row["case_id"])
    said = Saying("deadline_notice", f"deadline-{uuid4()}", document, dispute=row["dispute"])
    return own_message(desk, now, said)


def action_needed(hub: Hub, rule: str, phase: str) -> str:
    """One Chinese sentence for whoever must act."""
    table = hub.tables.rules[rule]
    said = {"due_soon": "即将到期", "due": "今日到期", "overdue": "已逾期", "expired": "期限已届满"}
    return f"{table.zh}{said[phase]},请办理。"
