"""Brings a dispute to a stage by the messages that lead there, so that a test starts where it matters."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.law.calendar import SHANGHAI, Calendar
from hub.law.model import CaseState, Decision
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.lawbook import Book

POLICE_ROOM = {"sender": "station", "mediator": "room"}


def at(text: str) -> datetime:
    """`07-06 09:30` in 2026, or a full ISO time, in Shanghai."""
    full = text if text[:2] == "20" else "2026-" + text.replace(" ", "T")
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


@dataclass
class Stage:
    """A dispute with one mediation run and perhaps one confirmation."""

    book: Book
    run: str = ""
    confirmation: str = ""
    sender: str = "station"
    mediator: str = "room"
    last: Decision | None = None
    agreements: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def new(cls, tables: Tables, calendar: Calendar, **parties: str) -> "Stage":
        return cls(Book(tables, calendar), **parties)

    def say(self, kind: str, document: dict[str, Any], sender: str, when: str, **more: Any) -> Decision:
        self.last = self.book.send(kind, document, sender, at(when), **more)
        return self.last

    def registered(self, when: str = "07-01 09:00", **more: Any) -> "Stage":
        self.say("dispute", {"action": "register", "parties": ls.parties(), **more}, self.sender, when)
        return self

    def referred(self, when: str = "07-01 10:00", **more: Any) -> "Stage":
        document = ls.referral(**{"track": "police_people", **more})
        self.run = self.say("referral", document, self.sender, when, to=self.mediator).focus or ""
        return self

    def answer(self, answer: str, when: str, **more: Any) -> Decision:
        return self.say("referral_answer", {"answer": answer, **more}, self.mediator, when, case=self.run)

    def progress(self, event: str, when: str, **more: Any) -> Decision:
        return self.say("mediation_progress", {"event": event, **more}, self.mediator, when, case=self.run)

    def mediating(self, when: str = "07-02 09:00", **more: Any) -> "Stage":
        if not self.run:
            self.registered().referred(**more)
        self.answer("accepted", when)
        self.progress("started", when)
        return self

    def result(self, outcome: str, when: str, **more: Any) -> Decision:
        return self.say("mediation_result", {"outcome": outcome, **more}, self.mediator, when, case=self.run)

    def agreed(self, when: str = "07-06 11:00", dues: tuple[str, ...] = ("07-20",), **more: Any) -> "Stage":
        if not self.run:
            self.mediating()
        day = at(when).date().isoformat()
        items = [ls.item(i, f"2026-{due}") for i, due in enumerate(dues, 1)]
        self.agreements = [ls.agreement(day, items, **more)]
        self.result("agreed_written", when, agreements=self.agreements)
        return self

    def applied(self, when: str = "07-07 09:00", to: str = "tribunal", **more: Any) -> "Stage":
        document = ls.application("2026-07-06", 2, **{"agreement": None, **more})
        self.confirmation = (
            self.say("confirmation_application", document, self.mediator, when, to=to).focus or ""
        )
        return self

    def court(self, kind: str, when: str, **document: Any) -> Decision:
        return self.say(kind, document, "tribunal", when, case=self.confirmation)

    def accepted(self, when: str = "07-08 09:00") -> "Stage":
        self.court(
            "confirmation_answer",
            when,
            decision="accepted",
            case_number=ls.case_number("(2026)渝0199民特12号"),
        )
        return self

    def ruled(self, when: str = "07-09 09:00", outcome: str = "confirmed") -> "Stage":
        if not self.confirmation:
            self.agreed().applied().accepted()
        self.court("confirmation_ruling", when, outcome=outcome)
        return self

    def receipt(
        self, ref: str, method: str, result: str, when: str, sender: str = "", **more: Any
    ) -> Decision:
        document = ls.receipt(ref, method, result, **more)
        return self.say("service_receipt", document, sender or self.mediator, when, case=self.confirmation)

    def effective(self, when: str = "07-10 09:00") -> "Stage":
        if not self.confirmation:
            self.ruled()
        for ref in ("p1", "p2"):
            self.receipt(ref, "electronic", "served", when)
        return self

    @property
    def case(self) -> CaseState:
        return self.book.cases[self.confirmation or self.run]

    def due(self, rule: str, obj: str | None = None) -> date | None:
        """The day of the rule's only running deadline (of an object)."""
        found = [d for d in self.book.running(rule) if obj in (None, d.object)]
        assert len(found) <= 1, found
        return found[0].due_on if found else None

    def running(self) -> set[str]:
        return {d.rule for d in self.book.deadlines if d.state == "running"}


def codes(decision: Decision, *pointers: str) -> set[str]:
    """Finding codes of a decision, those of the given places only if any are given."""
    return {f.code for f in decision.findings if not pointers or f.pointer in pointers}
