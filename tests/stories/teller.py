"""Plays a story of the reference over HTTP: every message by the system of its unit, every check by reading.

The hub's clock stands after the stories: their acts are historical, dated by their own business times, with
clocks computed and shown, and no reminders (contract 2). What the hub itself says in a story is therefore
not waited for here; tests/stories/test_reminders.py moves the clock.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.contract.kit import packed
from tests.contract.seal import page
from tests.stories.documents import Documents, instant
from tests.stories.people import COMMITTEE, NAMED, REFS, VILLAGE
from tests.stories.stage import Stage

Message = dict[str, Any]
PURPOSE = "adjudication"
OPENS = {
    "referral": "referral",
    "confirmation_application": "confirmation",
    "consultation": "consultation",
    "early_warning": "warning",
}
STEPS = {
    "referral_answer": "referral",
    "mediation_progress": "referral",
    "mediation_result": "referral",
    "confirmation_answer": "confirmation",
    "confirmation_supplement": "confirmation",
    "confirmation_ruling": "confirmation",
    "service_receipt": "confirmation",
    "objection": "confirmation",
    "false_litigation_report": "confirmation",
    "consultation_reply": "consultation",
    "warning_feedback": "warning",
}

WORDED: Mapping[tuple[str, str], list[date]] = {
    ("N03", "ENFORCE_APPLY"): [date(2028, 10, 2)],
    ("N03", "PERF_ITEM"): [date(2026, 3, 31), date(2026, 4, 30), date(2026, 6, 30), date(2026, 9, 30)],
}
"""Days that a story says in words."""


class Teller:
    """One story under way. `ids`: label → dispute or case."""

    def __init__(self, story: Message, stage: Stage, *, historical: bool = True) -> None:
        self.story, self.systems, self.seal, self.historical = story, stage.systems, stage.seal, historical
        self.admins = stage.admins
        self.ids: dict[str, str] = {}
        self.home: dict[str, str] = {}
        self.made = Documents(story["id"], self.ids)

    def lead_up(self) -> None:
        """What came before the story's first message, where it begins in the middle."""
        sid, first = self.story["id"], self.story["messages"][0]
        if sid == "S07":
            self._mediating("2026-07-01T09:00", COMMITTEE)
        elif first["kind"] in ("mediation_result", "service_receipt"):
            at = (instant(first["at"]) - timedelta(days=20)).isoformat()[:16]
            self._mediating(at, NAMED[first["from"]])
        if sid == "N04":
            self._ruled()

    def _mediating(self, at: str, unit: str) -> None:
        who = next(name for name, code in NAMED.items() if code == unit)
        self.tell(_message("dispute", at, who, action="register"))
        self.tell(_message("referral", at, who, who, track="self_accepted"))
        self.tell(_message("mediation_progress", at, who, event="started"))

    def _ruled(self) -> None:
        agreed = {"outcome": "agreed_written", "effective": "2026-07-01", "items": ["1万 07-20"]}
        self.tell(_message("mediation_result", "2026-07-01T10:00", "调委会", **agreed))
        self.tell(_message("confirmation_application", "2026-07-02T10:00", "调委会", "法院"))
        self.tell(_message("confirmation_answer", "2026-07-03T10:00", "法院", decision="accepted"))
        self.tell(_message("confirmation_ruling", "2026-07-09T10:00", "法院", outcome="confirmed"))

    def tell(self, m: Message) -> None:
        """Do what an administrator does, or send a message: one for each party where it stands for all."""
        if m["from"] == "hub_admin":
            self._merge(m) if m["kind"] == "dispute_link" else self._place_it(m)
            return
        for answer in self.send(m):
            assert answer.status_code == 202, (m, answer.text)
            self._learn(m, answer.json())

    def _merge(self, m: Message) -> None:
        """One administrator proposes the merge, another approves it."""
        first, second = self.admins
        survivor = self.home[f"dispute {m['fields']['survivor']}"]
        absorbed = [self.home[f"dispute {label}"] for label in m["fields"]["absorbed"]]
        why = {"reason": "同一警情 the same call"}
        told = {"survivor": survivor, "absorbed": absorbed}
        proposed = first.call("POST", "/v1/admin/merges", params=why, json=told)
        assert proposed.status_code == 201, proposed.text
        address = f"/v1/admin/approvals/{proposed.json()['approval']}/approve"
        assert first.call("POST", address, params=why).status_code == 422
        approved = second.call("POST", address, params=why)
        assert approved.status_code == 200, approved.text

    def _place_it(self, m: Message) -> None:
        """An administrator names the court of an application that nobody got."""
        case = self.ids["confirmation"]
        waiting = self.admins[0].get("/v1/admin/unplaced").json()["cases"]
        assert case in {listed["case"] for listed in waiting}
        told = {"params": {"reason": m["fields"]["reason"]}, "json": {"to": NAMED[m["to"]]}}
        placed = self.admins[0].call("POST", f"/v1/admin/unplaced/{case}", **told)
        assert placed.status_code == 200, placed.text

    def send(self, m: Message) -> list[Any]:
        unit = NAMED[m["from"]]
        system = next(s for s in self.systems.values() if unit in s.units)
        documents = [self.made.of(m)]
        if m["kind"] == "service_receipt" and "party" not in m["fields"]:
            documents = [{**documents[0], "party": ref} for ref in ("p1", "p2")]
        members = self._addressed(m, unit)
        case = self._case(m)
        answers = []
        for document in documents:
            told = document if case is None else {**document, "about_case": case}
            if m["kind"] == "confirmation_ruling":
                told, members["files"] = self._sealed(told)
            answers.append(system.post(system.header(m["kind"], unit, PURPOSE, **members), packed(told)))
        return answers

    def _addressed(self, m: Message, unit: str) -> dict[str, Any]:
        members: dict[str, Any] = {}
        to = NAMED.get(m["to"])
        if to is not None and (to != unit or m["kind"] == "referral"):
            members["to"] = to
        dispute = self.home.get(self.side(m))
        return members if dispute is None else {**members, "dispute": dispute}

    def side(self, m: Message) -> str:
        """`dispute`, or which of the two disputes of N01."""
        if self.story["id"] != "N01":
            return "dispute"
        return "dispute B" if m["from"].startswith("乙") else "dispute A"

    def _case(self, m: Message) -> str | None:
        kind, named = m["kind"], [w for w in _labels(m) if w in self.ids and not w.startswith("dispute")]
        if kind == "consultation" and m["fields"]["action"] != "ask":
            return self.ids["consultation"]
        if kind in OPENS or kind in ("dispute", "guidance", "performance"):
            return None
        if kind in ("case_status", "video_session"):
            return self.ids[named[0]] if named else None
        if named:
            return self.ids[named[0]]
        return next(cid for label, cid in reversed(self.ids.items()) if label.split()[0] == STEPS[kind])

    def _learn(self, m: Message, answer: Message) -> None:
        self.home.setdefault(self.side(m), answer["dispute"])
        machine = OPENS.get(m["kind"])
        if machine is not None and answer["case"]["id"] not in self.ids.values():
            label = next((w for w in reversed(_labels(m)) if w.startswith(machine)), machine)
            self.ids[label] = answer["case"]["id"]

    def _sealed(self, document: Message) -> tuple[Message, list[dict[str, str]]]:
        court = self.systems["court-sys"]
        pdf = self.seal.sign(page(f"{self.story['id']} {document['business_time']}"))
        digest = hashlib.sha256(pdf).hexdigest()
        put = court.call("PUT", f"/v1/blobs/sha-256/{digest}", content=pdf)
        assert put.status_code == 201, put.text
        file = {"ref": "c1", "digest": f"sha-256:{digest}", "name": "a.pdf", "type": "application/pdf"}
        return {**document, "document": {"catalogue": "ruling", "ref": "c1"}}, [file]

    # What must have come of it, as it is read.

    def seen(self, side: str = "dispute") -> list[Message]:
        """The dispute as every system with a part in it reads it."""
        answers = [s.get(f"/v1/disputes/{self.home[side]}") for s in self.systems.values()]
        return [answer.json() for answer in answers if answer.status_code == 200]

    def state(self, label: str) -> str:
        if label.startswith("dispute"):
            (state,) = {told["state"] for told in self.seen(label)}
            return str(state)
        case = self.case("confirmation" if label.startswith("party") else label)
        if label.startswith("party"):
            return str(case["parties"][REFS[label[-1]]]["state"])
        return str(case["state"])

    def case(self, label: str) -> Message:
        answers = [s.get(f"/v1/cases/{self.ids[label]}") for s in self.systems.values()]
        told = [answer.json() for answer in answers if answer.status_code == 200]
        assert told, label
        return told[0]

    def check(self, m: Message, *, dates: bool = True) -> None:
        """States and dates that the story says hold after the message."""
        for label, said in m["case_states"].items():
            assert self.state(label) == said.split(" ")[0], (m["n"], label)
        for rule, due in m["deadlines"].items() if dates else ():
            self.deadline(m, rule, due)

    def deadline(self, m: Message, said: str, dates: str) -> None:
        rule, _, obj = said.rstrip("]").partition("[")
        side = f"dispute {obj}" if obj in ("A", "B") else self.side(m)
        found = [d for told in self.seen(side) for d in told["deadlines"] if d["rule"] == rule]
        if obj and obj not in ("A", "B"):
            found = [d for d in found if d["object"] == REFS.get(obj, obj)]
        assert found, (m["n"], rule)
        if rule == "LIMITATION":
            assert dates[:10] in {d["since"][:10] for d in found}
            assert {d["due"] for d in found} == {None}
            return
        if dates == "immediate":
            return
        wanted = WORDED.get((self.story["id"], rule)) or [date.fromisoformat(dates[:10])]
        assert {d["due"] for d in found} >= {day.isoformat() for day in wanted}, (m["n"], rule, found)
        clock = re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", dates)
        if clock:
            assert clock[0] in {d["due_at"][:16] for d in found}, (m["n"], rule, found)
        if "provisional" in dates:
            assert all(d["provisional"] for d in found if date.fromisoformat(d["due"]) in wanted)
        meant = [d for d in found if d["due"] in {day.isoformat() for day in wanted}]
        assert all(d["basis"] and d["historical"] is self.historical for d in meant)

    def end(self) -> None:
        """Where everything ended."""
        for label, said in self.story["expected_end"].items():
            assert self.state(label) == said.split("→")[0], label


def _labels(m: Message) -> list[str]:
    return list(m["case_states"]) if isinstance(m["case_states"], dict) else []


def _message(kind: str, at: str, who: str, to: str = "hub", **fields: Any) -> Message:
    told = {"n": 0, "at": at, "from": who, "to": to, "kind": kind, "fields": fields}
    return {**told, "case_states": {}, "deadlines": {}}


def as_sent(sid: str, m: Message) -> Message:
    """A few messages of the stories stand for others, or leave unsaid who is told."""
    key = (sid, m["n"])
    if key == ("N06", 4):  # no court has it yet: the clock of its answer does not run
        return {**m, "deadlines": {}}
    if key == ("S08", 4):  # the screening's report is the mediator's here: an administrator sends no messages
        return {**m, "from": "调委会"}
    if key == ("N03", 10):  # the court that will enforce hears of the breach
        return {**m, "to": "法院"}
    return m


def told_first(sid: str, m: Message) -> Message | None:
    """How a unit came to have a part in a dispute, where a story does not say."""
    if (sid, m["n"]) == ("N05", 4):
        who = next(name for name, code in NAMED.items() if code == VILLAGE)
        return {**_message("dispute", "2026-05-02T10:00", who, "法院"), "fields": {"action": "update"}}
    return None
