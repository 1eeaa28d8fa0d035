"""The stories of the reference, replayed: every state and every deadline date exactly as computed there.

Stories that begin in the middle are led up to by the messages that must have come before.
"""

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.errors import Refused
from hub.law.calendar import Calendar, legal_day
from hub.law.shapes import Tables
from hub.law.timers import first_notice
from tests.law import lawstories as ls
from tests.law.documents import Documents
from tests.law.lawbook import Book

STORIES = {
    s["id"]: s
    for s in json.loads((Path(__file__).parent / "data" / "scenarios.json").read_text("utf-8"))["scenarios"]
}

# Words of a story that are not a date.
WORDED = {
    ("N03", "ENFORCE_APPLY"): [date(2028, 10, 2)],
    ("N03", "PERF_ITEM"): [date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 30), date(2026, 9, 30)],
    ("N07", "JC_APPLY"): [date(2026, 10, 8)],
}
KIND_MACHINE = {
    "referral_answer": "referral", "referral_supplement": "referral", "mediation_progress": "referral",
    "mediation_result": "referral", "confirmation_answer": "confirmation",
    "confirmation_supplement": "confirmation", "confirmation_ruling": "confirmation",
    "service_receipt": "confirmation", "objection": "confirmation",
    "consultation_reply": "consultation", "warning_feedback": "warning",
}  # fmt: skip


class Teller:
    """Replays one story."""

    def __init__(self, story: dict[str, Any], tables: Tables, calendar: Calendar) -> None:
        self.story, self.tables, self.calendar = story, tables, calendar
        self.books = {"dispute": Book(tables, calendar)}
        self.labels: dict[str, str] = {}
        self.made = Documents(story["id"], self.labels)

    def book(self, label: str) -> Book:
        return self.books.setdefault(label, Book(self.tables, self.calendar))

    def lead_up(self) -> None:
        """What came before the story's first message."""
        sid, first = self.story["id"], self.story["messages"][0]
        if first["kind"] not in ("mediation_result", "service_receipt"):
            if sid == "S07":
                self._run_until_mediating("2026-07-01T09:00", "committee", labelled=True)
            return
        at = (ls.instant(first["at"]) - timedelta(days=20)).isoformat()[:16]
        sender = ls.SENDERS[first["from"]]
        self._run_until_mediating(at, sender, labelled=True)
        if sid == "N04":
            self._until_ruled(sender)

    def _run_until_mediating(self, at: str, sender: str, *, labelled: bool) -> None:
        book, when = self.book("dispute"), ls.instant(at)
        book.send("dispute", {"action": "register", "parties": ls.parties()}, sender, when)
        run = book.send("referral", ls.referral(), sender, when)
        assert run.focus is not None
        if labelled:
            self.labels["referral"] = run.focus
        book.send("mediation_progress", {"event": "started"}, sender, when, case=run.focus)

    def _until_ruled(self, sender: str) -> None:
        book, run = self.book("dispute"), self.labels["referral"]
        steps: list[tuple[str, dict[str, Any], str, str]] = [
            ("mediation_result", {"outcome": "agreed_written", "agreements": [
                ls.agreement("2026-07-01", [ls.item(1, "2026-07-20")])]}, sender, "2026-07-01T10:00"),
            ("confirmation_application", {**ls.application("2026-07-01"), "agreement": None}, sender,
             "2026-07-02T10:00"),
            ("confirmation_answer", {"decision": "accepted"}, "court", "2026-07-03T10:00"),
            ("confirmation_ruling", {"outcome": "confirmed"}, "court", "2026-07-09T10:00"),
        ]  # fmt: skip
        case: str | None = run
        for kind, doc, who, at in steps:
            opens = kind == "confirmation_application"
            done = book.send(
                kind, doc, who, ls.instant(at), to="court" if opens else None, case=None if opens else case
            )
            case = done.focus
        assert case is not None
        self.labels["confirmation"] = case

    def tell(self, message: dict[str, Any]) -> None:
        label = next((w for w in message["case_states"] if w.startswith("dispute ")), "dispute")
        if self.story["id"] == "N01" and label == "dispute":
            label = {"乙派出所": "dispute B", "乙调委会": "dispute B"}.get(message["from"], "dispute A")
            if message["n"] >= 8:
                label = "dispute A"
        book = self.book(label)
        for kind, doc, to in self.documents(message, book):
            self._send(book, message, kind, doc, to)

    def _send(
        self, book: Book, message: dict[str, Any], kind: str, doc: dict[str, Any], to: str | None
    ) -> None:
        at = ls.instant(message["at"])
        case = self.case_of(message, kind, book)
        decision = book.send(kind, doc, ls.SENDERS[message["from"]], at, to=to, case=case)
        opened = {"referral": "referral", "confirmation_application": "confirmation",
                  "consultation": "consultation", "early_warning": "warning"}.get(kind)  # fmt: skip
        if opened and case is None:
            assert decision.focus is not None
            label = next((w for w in reversed(list(message["case_states"])) if w.startswith(opened)), opened)
            self.labels[label] = decision.focus

    def case_of(self, message: dict[str, Any], kind: str, book: Book) -> str | None:
        named = [w for w in message["case_states"] if w in self.labels]
        if kind in ("referral", "confirmation_application"):
            return None
        if (
            kind == "withdrawal"
            or kind in KIND_MACHINE
            or kind in ("consultation", "false_litigation_report")
        ):
            if named:
                return self.labels[named[0]]
            machine = KIND_MACHINE.get(kind)
            found = [self.labels[w] for w in reversed(self.labels) if w.split()[0] == machine]
            return next((c for c in found if c in book.cases), None)
        if kind in ("case_status", "video_session", "deadline_notice"):
            return self.labels[named[0]] if named else None
        return None

    def documents(self, m: dict[str, Any], book: Book) -> list[tuple[str, dict[str, Any], str | None]]:
        """The message as documents: one, or one for each party served."""
        kind, f = m["kind"], m["fields"]
        to = ls.SENDERS.get(m["to"])
        if kind == "service_receipt" and str(f["result"]).startswith("all_served"):
            case = book.cases[self.labels["confirmation"]]
            return [(kind, ls.receipt(ref, "electronic", "served"), to) for ref in case.parties]
        return [(kind, self.made.of(m), to)]

    def check(self, message: dict[str, Any]) -> None:
        """States and dates that the story says hold after the message."""
        for label, said in message["case_states"].items():
            want = said.split(" ")[0]
            assert self.state(label) == want, label
        for said, dates in message["deadlines"].items():
            self.check_deadline(said, dates)

    def state(self, label: str) -> str | None:
        if label.startswith("party "):
            return str(self.case_with_party().parties[ls.PEOPLE[label[-1]]]["state"])
        if label.startswith("dispute"):
            return self.books[label].state
        cid = self.labels[label]
        return next(b.cases[cid].state for b in self.books.values() if cid in b.cases)

    def case_with_party(self) -> Any:
        return self.books["dispute"].cases[self.labels["confirmation"]]

    def check_deadline(self, said: str, dates: str) -> None:
        rule, _, obj = said.rstrip("]").partition("[")
        found = [s for b in self.books.values() for s in b.shown.values() if s.rule == rule]
        if obj in ls.PEOPLE:
            found = [s for s in found if s.object == ls.PEOPLE[obj]]
        elif obj in ("A", "B"):
            found = [s for s in self.books[f"dispute {obj}"].shown.values() if s.rule == rule]
        elif obj:
            found = [s for s in found if s.object == obj]
        assert found, rule
        if rule == "LIMITATION":
            days = [legal_day(s.started_at) for s in found if s.started_at]
            assert date.fromisoformat(dates[:10]) in days
            return
        if dates in ("immediate", "从法院收到起"):
            return
        wanted = WORDED.get((self.story["id"], rule)) or [date.fromisoformat(dates[:10])]
        assert {s.due_on for s in found} >= set(wanted), (rule, found)
        clock = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", dates)
        if clock:
            assert ls.instant(clock[0]) in {s.due for s in found}
        if "provisional" in dates:
            assert all(s.provisional for s in found if s.due_on in wanted)


@pytest.mark.parametrize("sid", STORIES)
def test_story(sid: str, tables: Tables, calendar: Calendar) -> None:
    teller = Teller(STORIES[sid], tables, calendar)
    teller.lead_up()
    for said in STORIES[sid]["messages"]:
        message = as_sent(sid, said)
        if "待人工" in message["to"]:
            continue  # held for a person: nothing is decided before the court is named
        expected = message["case_states"]
        if isinstance(expected, str):
            refused_or_silent(teller, message, expected)
            continue
        if message["kind"] == "dispute_link":
            merge(teller, message)
        else:
            teller.tell(message)
        teller.check(message)
    assert_end(teller)


def as_sent(sid: str, message: dict[str, Any]) -> dict[str, Any]:
    """Two messages of the stories stand for others: a person's routing, and receipts of two senders."""
    if message["kind"] == "(admin) route":
        return {**message, "kind": "confirmation_application", "from": "调委会", "to": "北碚法院"}
    return {**message, "from": "调委会"} if (sid, message["n"]) == ("N04", 1) else message


def refused_or_silent(teller: Teller, message: dict[str, Any], expected: str) -> None:
    if expected.startswith("not sent"):
        assert not teller.books["dispute"].running(message["fields"]["rule"])
        return
    with pytest.raises(Refused) as refusal:
        teller.tell({**message, "case_states": {}})
    assert str(refusal.value.status) == expected[:3]
    rules = {fault.rule for fault in refusal.value.faults}
    assert any(rule in expected for rule in rules), rules


def merge(teller: Teller, message: dict[str, Any]) -> None:
    a, b = teller.books["dispute A"], teller.books["dispute B"]
    teller.made.disputes = [a.dispute, b.dispute]
    doc, at = teller.made.of(message), ls.instant(message["at"])
    told = {t.unit for book in (b, a) for t in book.send("dispute_link", doc, "hub_admin", at).told}
    assert {"station", "station2", "room", "committee2"} <= told
    a.absorb(b)
    assert len([s for s in a.cases.values() if s.machine == "referral"]) == 2


def assert_end(teller: Teller) -> None:
    for label, said in teller.story["expected_end"].items():
        want = said.split("→")[0] if "→" in said else said
        assert teller.state(label) == want, label


def test_reminder_of_thirty_days_counts_from_the_thirtieth_day(tables: Tables, calendar: Calendar) -> None:
    """N07: the 30th day is a holiday and moves, the warning five days before does not move with it."""
    teller = Teller(STORIES["N07"], tables, calendar)
    teller.lead_up()
    teller.tell(STORIES["N07"]["messages"][0])
    started = next(s for (rule, _), s in teller.books["dispute"].shown.items() if rule == "JC_APPLY")
    notice = first_notice(tables, started, ls.instant("2026-09-02T00:00"))
    assert notice is not None
    assert (notice.phase, notice.at) == ("due_soon", ls.instant("2026-09-26T09:00"))
