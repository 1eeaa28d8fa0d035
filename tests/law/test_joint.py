"""A warning of the gravest level calls for joint handling: when the clock starts, what meets it, what not."""

from typing import Any

import pytest

from hub.law.calendar import Calendar
from hub.law.model import Decision
from hub.law.shapes import Tables
from hub.law.timers import planned
from tests.law.lawbook import Book
from tests.law.stages import at, codes

CLOCK = "WARN_JOINT"
ASK = {"action": "ask", "request_type": "joint_mediation", "question": "请共同处置"}


class Warned:
    """A warning that the office has in charge and the centre dispatches; each act a quarter of an hour on."""

    def __init__(self, tables: Tables, calendar: Calendar) -> None:
        self.book = Book(tables, calendar)
        told = {"action": "raise", "level_proposed": "02", "situation": "测"}
        self.case = self.send("early_warning", "village", "05-01 09:00", to="centre", **told).focus or ""

    def send(self, kind: str, sender: str, when: str, **told: Any) -> Decision:
        named = {name: told.pop(name) for name in ("to", "case") if name in told}
        return self.book.send(kind, told, sender, at(when), **named)

    def feedback(self, action: str, when: str, sender: str = "centre", **told: Any) -> Decision:
        return self.send("warning_feedback", sender, when, case=self.case, action=action, **told)

    def dispatched(self, level: str) -> "Warned":
        self.feedback("classified", "05-01 09:15", level=level)
        self.feedback("dispatched", "05-01 09:30", units_in_charge=[{"unit": "office"}])
        return self

    def ask(self, when: str, sender: str = "office", **told: Any) -> Decision:
        return self.send("consultation", sender, when, to="tribunal", **{**ASK, **told})

    def reply(self, question: Decision, action: str, when: str, **told: Any) -> Decision:
        return self.send("consultation_reply", "tribunal", when, case=question.focus, action=action, **told)

    @property
    def runs(self) -> bool:
        return bool(self.book.running(CLOCK))


@pytest.fixture
def warned(tables: Tables, calendar: Calendar) -> Warned:
    return Warned(tables, calendar)


def test_a_day_from_the_level_and_a_reminder_halfway(warned: Warned, tables: Tables) -> None:
    given = warned.feedback("classified", "05-01 09:15", level="01")
    (clock,) = (s for s in given.started if s.rule == CLOCK)
    said = [(n.phase, n.at) for n in planned(tables, clock, at("05-01 09:15"))]
    assert said == [("due_soon", at("05-01 21:15")), ("overdue", at("05-02 09:15"))]
    sent = warned.feedback("dispatched", "05-01 09:30", units_in_charge=[{"unit": "office"}])
    assert CLOCK not in {s.rule for s in sent.started}  # it runs already, and is not pushed back
    late = {"rule": CLOCK, "phase": "overdue"}
    told = warned.send("deadline_notice", "hub", "05-02 09:16", case=warned.case, **late).told
    roles = {t.unit: t.role for t in told}
    charged = {"centre": "dispatcher", "office": "unit_in_charge"}
    assert roles == {**charged, "district": "superior", "justice": "superior"}


def test_only_the_gravest_level_and_only_while_it_lasts(warned: Warned) -> None:
    warned.dispatched("02")
    assert not warned.runs
    warned.feedback("upgraded", "05-01 10:00", level="01", reason="人数增加")
    assert warned.runs
    warned.feedback("acknowledged", "05-01 10:15", "office")
    warned.feedback("downgraded", "05-01 11:00", level="02", reason="缓和")
    assert not warned.runs


def test_a_unit_of_the_warning_asks_and_a_late_one_is_noted(warned: Warned) -> None:
    warned.dispatched("01")
    warned.ask("05-01 10:00", request_type="law")
    warned.ask("05-01 10:15", sender="room")  # of the dispute it may be, of the warning it is not
    assert warned.runs
    assert "late" in codes(warned.ask("05-03 10:00"))
    assert not warned.runs


def test_what_was_asked_before_the_level_rose_counts_while_it_is_under_way(warned: Warned) -> None:
    warned.dispatched("02")
    question = warned.ask("05-01 10:00")
    warned.feedback("upgraded", "05-01 11:00", level="01", reason="人数增加")
    assert not warned.runs
    declined = warned.reply(question, "declined", "05-01 12:00", reason="不属本庭")
    assert CLOCK in {s.rule for s in declined.started}
    assert warned.runs


def test_what_is_declined_or_withdrawn_has_to_be_asked_again(warned: Warned) -> None:
    warned.dispatched("01")
    first, second = warned.ask("05-01 10:00"), warned.ask("05-01 10:15", sender="centre")
    warned.reply(first, "declined", "05-01 11:00", reason="不属本庭")
    assert not warned.runs  # the other is under way
    back = {"target": "consultation", "reason": "另行商议"}
    warned.send("withdrawal", "centre", "05-01 12:00", case=second.focus, **back)
    assert warned.runs


def test_what_was_settled_under_a_lower_level_is_asked_anew(warned: Warned) -> None:
    warned.dispatched("02")
    question = warned.ask("05-01 10:00")
    told = {"answer": "共同处置", "for_reference_only": True, "answered_by": {"name": "余测官"}}
    warned.reply(question, "answered", "05-01 10:30", **told)
    warned.feedback("upgraded", "05-01 11:00", level="01", reason="人数增加")
    assert warned.runs
