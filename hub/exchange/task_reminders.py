"""Reminders of tasks: the owner a day before, owner and those who accept it once the day is over.

A notice is a `deadline_notice` of the hub, written like any message. Turns exclude each other over all
processes; a task is claimed before its notice is said.
"""

from datetime import datetime
from typing import Final
from uuid import uuid4

import asyncpg

from hub.errors import Refused
from hub.exchange.answers import shown
from hub.exchange.hub import Hub
from hub.exchange.own import Saying, own_message
from hub.law.calendar import end_of_day
from hub.law.citations import OURS
from hub.law.tasks import RULE
from hub.logs import Event, note

LOCK: Final = 7066
_AT_ONCE: Final = 200
_DUE: Final = """
SELECT message, owner, closers, due, state FROM task
 WHERE next_notice <= $1 AND due IS NOT NULL ORDER BY next_notice LIMIT $2
"""
_LATER: Final = "UPDATE task SET next_notice = $2 WHERE message = $1"
_NEEDED: Final = {
    "due_soon": "任务即将到期,请办理并反馈。",
    "overdue": "任务已逾期,请办理并说明;由其他单位验收。",
}


async def turn(hub: Hub) -> int:
    """Every task that has come to a notice, once; answers how many."""
    now = hub.clock()
    async with hub.database.writing() as conn:
        if not await conn.fetchval("SELECT pg_try_advisory_xact_lock($1)", LOCK):
            return 0
        rows = await conn.fetch(_DUE, now, _AT_ONCE)
        for row in rows:
            end = end_of_day(row["due"])
            await conn.execute(_LATER, row["message"], end if now < end else None)
    for row in rows:
        if row["state"] != "done":  # reported: it waits for others
            await _say(hub, row, now)
    return len(rows)


async def _say(hub: Hub, row: asyncpg.Record, now: datetime) -> None:
    phase = "overdue" if now >= end_of_day(row["due"]) else "due_soon"
    for unit in (row["owner"], *(row["closers"] if phase == "overdue" else ())):
        document = {
            "identifiers": [],
            "rule": RULE,
            "phase": phase,
            "due": shown(end_of_day(row["due"])),
            "basis": OURS,
            "case": str(row["message"]),
            "action_needed": _NEEDED[phase],
        }
        try:
            said = Saying("deadline_notice", f"task-due-{uuid4()}", document, to=unit)
            await hub.writer.put(own_message(hub.desk, now, said))
        except Refused as e:  # the others are claimed too, and still to be said
            note(Event.NOTICE_REFUSED, rule=RULE, phase=phase, reason=str(e))
