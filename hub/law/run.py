"""The working state of one decision: what is known, what has been decided so far. Thrown away after it.

The situation itself is never changed: facts and roles are copied on the first write.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from hub.errors import Fault, Refused
from hub.law.calendar import Calendar, legal_day
from hub.law.district import District
from hub.law.model import (
    Act,
    CaseState,
    Decision,
    Finding,
    Handed,
    Running,
    Situation,
    Started,
    Step,
    Stopped,
    Told,
    Units,
)
from hub.law.reading import Document
from hub.law.shapes import Guard, Machine, Tables

HUB: Final = "hub"
"""Sender of what the hub itself says: timers and derived facts."""
ADMIN: Final = "hub_admin"
"""Sender of what a data administrator does, with a reason."""
HISTORICAL: Final = timedelta(days=30)
"""An act dated longer than this before its receipt is historical (contract 2)."""


class Made(NamedTuple):
    """An agreement as one act reports it."""

    id: str
    effective_on: date


@dataclass(slots=True, repr=False)  # what it holds of persons belongs in no trace
class Run:
    """One decision in the making. `document` is the act's, with what the hub derives laid over it."""

    tables: Tables
    calendar: Calendar
    units: Units
    act: Act
    situation: Situation
    new_case: str
    document: Document
    today: date
    historical: bool
    state: str | None
    roles: dict[str, tuple[str, ...]]
    facts: dict[str, object]
    cases: dict[str, CaseState] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    started: dict[tuple[str, str], Started] = field(default_factory=dict)
    stopped: dict[tuple[str, str], Running] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    handed: list[Handed] = field(default_factory=list)
    focus: str | None = None

    @classmethod
    def begin(cls, tables: Tables, act: Act, situation: Situation, units: Units, calendar: Calendar) -> "Run":
        """A run in which nothing has been decided; `new_case` is set by the caller."""
        return cls(
            tables=tables,
            calendar=calendar,
            units=units,
            act=act,
            situation=situation,
            new_case="",
            document=act.document,
            today=legal_day(act.acted_at),
            historical=act.received_at - act.acted_at > HISTORICAL,
            state=situation.state,
            roles={role: tuple(units_) for role, units_ in situation.roles.items()},
            facts=dict(situation.facts),
        )

    @property
    def district(self) -> District:
        """What the district has configured."""
        return self.tables.district

    @property
    def dispute_id(self) -> str:
        """The object of deadlines of the dispute itself."""
        return self.act.dispute or self.situation.dispute or "dispute"

    @property
    def arrived_at(self) -> datetime:
        """When the addressee has it: the hub's receipt, or for a historical act its own time."""
        return self.act.acted_at if self.historical else self.act.received_at

    def machine(self, name: str) -> Machine:
        """The table of a machine."""
        return self.tables.machines[name]

    def case(self, case_id: str) -> CaseState | None:
        """A case as it stands in this decision."""
        return self.cases.get(case_id) or self.situation.cases.get(case_id)

    def all_cases(self) -> Iterator[CaseState]:
        """Every case of the dispute as it stands in this decision."""
        for case_id, case in self.situation.cases.items():
            yield self.cases.get(case_id, case)
        for case_id, case in self.cases.items():
            if case_id not in self.situation.cases:
                yield case

    def put(self, case: CaseState) -> CaseState:
        """Keep a changed case."""
        self.cases[case.id] = case
        return case

    def learn(self, case: CaseState, **facts: object) -> CaseState:
        """Add facts to a case: codes, dates, booleans and refs only."""
        return self.put(case._replace(facts={**case.facts, **facts}))

    def running(self, rule: str | None = None) -> Iterator[Running]:
        """Deadlines of before the act that still run."""
        for deadline in self.situation.deadlines:
            if (
                deadline.state == "running"
                and (rule is None or deadline.rule == rule)
                and (deadline.rule, deadline.object) not in self.stopped
            ):
                yield deadline

    def tell(self, unit: str, role: str) -> None:
        """A unit is to be told; the first role said of it decides its view."""
        if unit not in (self.act.sender, HUB, ADMIN):
            self.told.setdefault(unit, role)

    def note(self, guard: Guard, pointer: str | None = None, detail: str | None = None) -> None:
        """A finding on a guard's article."""
        finding = Finding(guard.id, guard.basis, pointer, detail)
        if finding not in self.findings:
            self.findings.append(finding)

    def find(self, code: str, basis: str, pointer: str | None = None, detail: str | None = None) -> None:
        """A finding that hangs on no guard."""
        finding = Finding(code, basis, pointer, detail)
        if finding not in self.findings:
            self.findings.append(finding)

    def decision(self) -> Decision:
        """What has been decided."""
        return Decision(
            steps=tuple(self.steps),
            dispute_state=self.state,
            dispute_roles=self.roles,
            dispute_facts=self.facts,
            cases=tuple(self.cases.values()),
            focus=self.focus,
            started=tuple(self.started.values()),
            stopped=tuple(Stopped(rule, obj) for rule, obj in self.stopped),
            told=tuple(Told(unit, role) for unit, role in self.told.items()),
            findings=tuple(self.findings),
            historical=self.historical,
            handed=tuple(self.handed),
        )


def refuse(guard: Guard, pointer: str) -> Refused:
    """The refusal of a message that is not of its kind: 422 `rule`, place and guard."""
    return Refused("rule", Fault(guard.id, pointer))


def illegal(case: str | None, state: str | None, steps: list[Mapping[str, object]]) -> Refused:
    """The refusal of a step that the table does not have: 409, with what would be allowed."""
    return Refused(
        "illegal-step",
        Fault("no-such-step"),
        extra={"case": case, "state": state, "steps": steps},
    )
