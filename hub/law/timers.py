"""When the hub speaks of a running deadline: which phase, at which instant. It only reminds. Pure.

The phases of a rule are those its rows in the tables know; a rule without rows is spoken of once, when
it is overdue, to whoever started it. No notice decides law: what a row does on a notice is a waiting
state of the table. A deadline that the decision on a notice stops is `expired`; any other runs on, so
that a later act is noted as late.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from hub.law.calendar import SHANGHAI, legal_day, nominal
from hub.law.model import Started
from hub.law.shapes import Tables

OFFICE_OPENS: Final = time(9, tzinfo=SHANGHAI)
"""Reminders before a day is over come in the morning."""

LEAD_DAYS: Final = {"JC_APPLY": 5, "ENFORCE_APPLY": 30}
"""Days before the end, counted from the last day as it was before a rest day moved it (configuration)."""
_LEAD: Final = 3

DAILY: Final = frozenset({"REF_SIGN"})
"""Reminders repeated every day until the act comes: a parcel lost on paper shows here."""

RECOUNTED: Final = "recounted"
"""The phase of a notice that a provisional day was counted anew; no row of a table knows it."""

_UNANNOUNCED: Final = ("overdue",)


@dataclass(frozen=True, slots=True)
class Notice:
    """The next thing to be said of a deadline, and when."""

    phase: str
    at: datetime


def phases(tables: Tables, rule: str) -> tuple[str, ...]:
    """What is said of a rule, in order."""
    return tables.notices.get(rule, _UNANNOUNCED)


def planned(tables: Tables, started: Started, now: datetime) -> tuple[Notice, ...]:
    """Everything that is to be said of a deadline, in order; nothing of what has no end.

    What has no end is a date of evidence, or a day that is only shown. `now` stands where the event the
    deadline runs from is not known.
    """
    if started.due is None or started.due_on is None:
        return ()
    since = started.started_at or now
    said = phases(tables, started.rule)
    return tuple(
        Notice(phase, _when(tables, started.rule, phase, started.due, started.due_on, since))
        for phase in said
    )


def first_notice(tables: Tables, started: Started, now: datetime) -> Notice | None:
    """The first notice still to come; of a deadline that is over already, its last, at once; else None."""
    all_of_them = planned(tables, started, now)
    return next(
        (notice for notice in all_of_them if notice.at > now), all_of_them[-1] if all_of_them else None
    )


def next_notice(tables: Tables, rule: str, said: str, due: datetime, now: datetime) -> Notice | None:
    """What follows after the phase `said`; None when nothing more is to be said."""
    later = phases(tables, rule)
    if said in later[:-1]:
        return Notice(later[later.index(said) + 1], due)
    if rule in DAILY:
        return Notice(said, now + timedelta(days=1))
    return None


def _when(tables: Tables, rule: str, phase: str, due: datetime, due_on: date, since: datetime) -> datetime:
    if phase == "due":
        return datetime.combine(due_on, OFFICE_OPENS)
    if phase != "due_soon":
        return due + _grace(tables, rule)
    table = tables.rules[rule]
    if table.unit == "hour":
        return since + (due - since) / 2
    last = due_on
    if table.n is not None and table.unit in ("calendar_day", "month", "year"):
        last = min(due_on, nominal(legal_day(since), table.unit, int(table.n)))
    return datetime.combine(last - timedelta(days=LEAD_DAYS.get(rule, _LEAD)), OFFICE_OPENS)


def _grace(tables: Tables, rule: str) -> timedelta:
    """What must be done at once has no number: the alarm comes when the gravest warning would be late."""
    if tables.rules[rule].unit != "immediate":
        return timedelta()
    return timedelta(hours=min(tables.rules["WARN_ACK"].by_level.values(), default=0))
