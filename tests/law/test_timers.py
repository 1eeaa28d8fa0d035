"""When the hub speaks of a deadline: phases in order, mornings, leads, repeats."""

from datetime import timedelta

import pytest

from hub.law.calendar import Calendar
from hub.law.model import Started
from hub.law.shapes import Tables
from hub.law.timers import Notice, first_notice, next_notice, phases
from tests.law.stages import at


def started(tables: Tables, calendar: Calendar, rule: str, since: str) -> Started:
    due = calendar.due(tables.rules[rule], at(since))
    assert due is not None
    return Started(rule, "x", None, due.on, due.at, due.provisional, "b", (), at(since))


@pytest.mark.parametrize(
    ("rule", "since", "phase", "when"),
    [
        ("REF_ACCEPT", "07-01 09:00", "expired", "07-07 00:00"),
        ("HANDBACK", "07-01 09:00", "overdue", "07-09 00:00"),
        ("DISPUTE_IDLE", "07-01 09:00", "due", "07-31 09:00"),
        ("JC_APPLY", "07-06 00:00", "due_soon", "07-31 09:00"),
        ("JC_PARTY_OBJECTION", "07-10 09:00", "expired", "07-28 00:00"),
        ("FILE_CASE", "07-01 09:00", "overdue", "07-09 00:00"),
        ("WARN_ACK", "10-01 23:30", "overdue", "10-02 01:30"),
        ("ENFORCE_APPLY", "07-20 00:00", "due_soon", "2028-06-20T09:00"),
    ],
)
def test_the_first_thing_said(
    tables: Tables, calendar: Calendar, rule: str, since: str, phase: str, when: str
) -> None:
    begun = started(tables, calendar, rule, since)
    assert first_notice(tables, begun, at(since)) == Notice(phase, at(when))


def test_what_is_past_is_passed_over(tables: Tables, calendar: Calendar) -> None:
    begun = started(tables, calendar, "JC_APPLY", "07-06 00:00")
    late = at("08-03 10:00")  # told within the last five days
    assert first_notice(tables, begun, late) == Notice("expired", at("08-06 00:00"))
    over = at("09-01 00:00")
    assert first_notice(tables, begun, over) == Notice("expired", at("08-06 00:00"))


def test_what_comes_next(tables: Tables) -> None:
    due, now = at("08-06 00:00"), at("08-01 09:00")
    assert next_notice(tables, "JC_APPLY", "due_soon", due, now) == Notice("expired", due)
    assert next_notice(tables, "JC_APPLY", "expired", due, now) is None
    assert next_notice(tables, "HANDBACK", "overdue", due, now) is None
    assert next_notice(tables, "REF_SIGN", "expired", due, now) == Notice("expired", now + timedelta(days=1))


def test_what_has_no_end_is_never_spoken_of(tables: Tables) -> None:
    evidence = Started("LIMITATION", "m", None, None, None, False, "b")
    shown = Started("ENFORCE_OPEN", "1", None, at("07-01 00:00").date(), None, False, "b")
    for begun in (evidence, shown):
        assert first_notice(tables, begun, at("07-01 00:00")) is None


def test_phases_come_in_the_order_of_time(tables: Tables) -> None:
    order = ("due_soon", "due", "overdue", "expired")
    for rule in tables.rules:
        said = phases(tables, rule)
        assert list(said) == sorted(said, key=order.index)
        assert said


def test_without_a_start_the_present_is_taken(tables: Tables) -> None:
    begun = Started("JC_APPLY", "a", None, at("08-05 00:00").date(), at("08-06 00:00"), False, "b")
    assert first_notice(tables, begun, at("07-06 10:00")) == Notice("due_soon", at("07-31 09:00"))
