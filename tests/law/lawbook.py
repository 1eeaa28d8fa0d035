"""A small book of disputes for the tests of the law room: takes decisions in, as the store would."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from uuid import NAMESPACE_OID, uuid5

from hub.law import decide
from hub.law.calendar import Calendar
from hub.law.model import Act, CaseState, Decision, Running, Situation, Started, UnitInfo
from hub.law.shapes import Tables

_numbers = count(1)


class UnitTable:
    """Units by code."""

    def __init__(self, *units: UnitInfo) -> None:
        self._units = {u.code: u for u in units}

    def get(self, code: str) -> UnitInfo | None:
        return self._units.get(code)


def unit(code: str, type_: str, parent: str | None = None) -> UnitInfo:
    return UnitInfo(code, f"测{code}", "agency", type_, "town", parent)


UNITS = UnitTable(
    unit("court", "court"),
    unit("court2", "court"),
    unit("tribunal", "tribunal", "court"),
    unit("bureau", "police_bureau"),
    unit("station", "station", "bureau"),
    unit("station2", "station", "bureau"),
    unit("justice", "justice_bureau"),
    unit("office", "judicial_office", "justice"),
    unit("room", "room", "committee"),
    unit("room2", "room", "committee"),
    unit("committee", "committee", "office"),
    unit("committee2", "committee", "office"),
    unit("village", "committee", "office"),
    unit("centre", "other", "district"),
    unit("district", "other"),
)


@dataclass
class Book:
    """One dispute as it is stored between messages."""

    tables: Tables
    calendar: Calendar
    dispute: str = field(default_factory=lambda: new_id("dispute"))
    state: str | None = None
    roles: dict = field(default_factory=dict)
    facts: dict = field(default_factory=dict)
    cases: dict[str, CaseState] = field(default_factory=dict)
    deadlines: list[Running] = field(default_factory=list)
    shown: dict[tuple[str, str], Started] = field(default_factory=dict)
    last: str = ""

    def situation(self) -> Situation:
        return Situation(self.dispute, self.state, self.roles, self.facts, self.cases, tuple(self.deadlines))

    def send(
        self,
        kind: str,
        document: dict,
        sender: str,
        at: datetime,
        *,
        to: str | None = None,
        case: str | None = None,
        received: datetime | None = None,
        units: UnitTable = UNITS,
    ) -> Decision:
        """Decide a message and take the decision in; a refusal leaves the book as it was."""
        self.last = new_id("message")
        document = {"schema": "liantiao/1", "business_time": at.isoformat(), **document}
        act = Act(self.last, kind, document, sender, to, self.dispute, case, at, received or at)
        decision = decide(self.tables, act, self.situation(), units, new_id("case"), self.calendar)
        self._take(decision, act)
        return decision

    def _take(self, decision: Decision, act: Act) -> None:
        assert decision.dispute_state is not None or self.state is None
        self.state = decision.dispute_state
        self.roles = {r: tuple(u) for r, u in stored(decision.dispute_roles).items()}
        self.facts = stored(decision.dispute_facts)
        for case in decision.cases:
            self.cases[case.id] = case._replace(facts=stored(case.facts), parties=stored(case.parties))
        gone = {(s.rule, s.object) for s in (*decision.stopped, *decision.started)}
        self.deadlines = [
            d._replace(state="stopped") if (d.rule, d.object) in gone and d.state == "running" else d
            for d in self.deadlines
        ]
        for started in decision.started:
            since = started.started_at or act.acted_at
            self.shown[(started.rule, started.object)] = started
            self.deadlines.append(
                Running(
                    new_id("deadline"), started.rule, started.object, started.case, since,
                    started.due_on, "running",
                )
            )  # fmt: skip
        running = [(d.rule, d.object) for d in self.deadlines if d.state == "running"]
        assert len(running) == len(set(running)), "the store keeps one running (rule, object)"

    def running(self, rule: str) -> list[Running]:
        return [d for d in self.deadlines if d.rule == rule and d.state == "running"]

    def absorb(self, other: "Book") -> None:
        """What the exchange does on a merge: the cases of the other move here, with their clocks."""
        self.cases.update(other.cases)
        self.deadlines += [d for d in other.deadlines if d.case in other.cases]
        for unit_ in other.roles.get("registrar", ()):
            held = self.roles.get("joined_unit", ())
            self.roles = {**self.roles, "joined_unit": (*held, unit_)}


def stored(value: object) -> dict:
    """As it comes back from the store: through JSON."""
    return json.loads(json.dumps(value))


def new_id(what: str) -> str:
    return str(uuid5(NAMESPACE_OID, f"{what} {next(_numbers)}"))
