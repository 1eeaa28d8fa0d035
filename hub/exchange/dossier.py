"""A dispute as the writer holds it during one batch: what was read under its lock, and what changed.

Plain state in memory; no database, no decisions. `Dossier.situation` is what the law room sees,
`Dossier.apply` takes a decision in, `Dossier.write` says what must be written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from hub.exchange.rows import Rows
from hub.law.model import CaseState, Counted, DeadlineState, Decision, Running, Situation, Started, Step
from hub.law.tables import Tables
from hub.law.timers import Notice, first_notice
from hub.store.ids import new_id, read_id

SILENT_ROLES = frozenset({"mediation_supervisor", "superior", "hub", "hub_admin"})


@dataclass(slots=True)
class Case:
    """A case with what the law room need not know."""

    state: CaseState
    opened_by: UUID
    participants: set[str]
    version: int = 1
    steps: int = 0
    opened: bool = False
    changed: bool = False
    closed_at: datetime | None = None


@dataclass(slots=True)
class Deadline:
    """A deadline of the dispute; `fresh` ones are inserted, others only change their state."""

    running: Running
    started: Started | None = None
    started_by: UUID | None = None
    historical: bool = False
    stopped_by: UUID | None = None
    changed: bool = False


class Deed(NamedTuple):
    """The message behind a decision: its id and kind, both times, and the units it involves."""

    message: UUID
    kind: str
    acted_at: datetime
    now: datetime
    units: frozenset[str]


@dataclass(slots=True)
class Dossier:
    """One dispute during one batch."""

    tables: Tables
    id: UUID
    code: str
    key: bytes
    wrapped_key: bytes
    opened_at: datetime
    state: str | None = None
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    participants: set[str] = field(default_factory=set)
    seqs: dict[str, int] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    deadlines: list[Deadline] = field(default_factory=list)
    steps: int = 0
    fresh: bool = False
    changed: bool = False
    absorbed: dict[UUID, bytes] = field(default_factory=dict)
    """Keys of the disputes that were merged into this one: their messages stay under them."""

    @property
    def homes(self) -> tuple[UUID, ...]:
        """The ids under which this dispute's messages are kept."""
        return (self.id, *self.absorbed)

    def key_of(self, dispute: UUID) -> bytes:
        """The key of a message kept under one of `homes`."""
        return self.absorbed.get(dispute, self.key)

    def situation(self) -> Situation:
        """What the law room is told."""
        return Situation(
            dispute=str(self.id),
            state=self.state,
            roles=self.roles,
            facts=self.facts,
            cases={cid: case.state for cid, case in self.cases.items()},
            deadlines=tuple(d.running for d in self.deadlines),
        )

    def next_seq(self, system: str) -> int:
        """The next number of this dispute for a receiving system, from 1."""
        self.seqs[system] = self.seqs.get(system, 0) + 1
        self.changed = True
        return self.seqs[system]

    def apply(self, decision: Decision, deed: Deed, rows: Rows) -> None:
        """Take a decision in; the history of its steps goes into `rows`."""
        self.changed = True
        self.state = decision.dispute_state
        self.roles = decision.dispute_roles
        self.facts = decision.dispute_facts
        self.participants |= _units(decision.dispute_roles) | deed.units
        for state in decision.cases:
            self._take_case(state, deed)
        self._take_deadlines(decision, deed)
        for step in decision.steps:
            rows.insert["case_history"].append(self._history(step, deed.message, deed.now))

    def _take_case(self, state: CaseState, deed: Deed) -> None:
        case = self.cases.get(state.id)
        if case is None:
            case = Case(state, deed.message, set(), opened=True)
            self.cases[state.id] = case
        case.state = state
        case.changed = True
        case.participants |= _units(state.roles) | deed.units
        self.participants |= case.participants
        over = self.tables.machines[state.machine].terminal(state.state)
        case.closed_at = deed.now if over else None

    def _take_deadlines(self, decision: Decision, deed: Deed) -> None:
        gone = {(s.rule, s.object) for s in decision.stopped}
        gone |= {(s.rule, s.object) for s in decision.started}
        ended: DeadlineState = "expired" if deed.kind == "deadline_notice" else "stopped"
        for deadline in self.deadlines:
            run = deadline.running
            if run.state == "running" and (run.rule, run.object) in gone:
                deadline.running = run._replace(state=ended)
                deadline.stopped_by = deed.message
                deadline.changed = True
        for started in decision.started:
            run = Running(
                str(new_id(deed.now)),
                started.rule,
                started.object,
                started.case,
                started.started_at or deed.acted_at,
                started.due_on,
                "running",
            )
            self.deadlines.append(Deadline(run, started, deed.message, decision.historical))

    def _history(self, step: Step, message: UUID, now: datetime) -> tuple[object, ...]:
        if step.case is None:
            self.steps += 1
            n, owner = self.steps, self.id
        else:
            case = self.cases[step.case]
            case.steps += 1
            n, owner = case.steps, read_id(step.case)
        return (owner, self.id, n, step.step, step.from_state, step.to_state, message, now)

    def write(self, rows: Rows, now: datetime) -> None:
        """Add what of this dispute must be written."""
        if self.fresh:
            rows.insert["dispute"].append(
                (
                    self.id,
                    self.code,
                    self.state,
                    self.opened_at,
                    now,
                    self.roles,
                    self.facts,
                    _list(self.participants),
                    self.seqs,
                    self.wrapped_key,
                )
            )
        elif self.changed:
            rows.update["dispute"].append(
                (
                    self.id,
                    self.state,
                    now,
                    self.roles,
                    self.facts,
                    _list(self.participants),
                    self.seqs,
                )
            )
        for case in self.cases.values():
            self._case_rows(rows, case, now)
        for deadline in self.deadlines:
            self._deadline_rows(rows, deadline, now)

    def _case_rows(self, rows: Rows, case: Case, now: datetime) -> None:
        state = case.state
        shared = (
            state.roles,
            state.facts,
            _list(case.participants),
            state.parties,
        )
        if case.opened:
            head = (read_id(state.id), self.id, state.machine, state.state, case.opened_by)
            times = (state.opened_at, now, case.closed_at)
            rows.insert["case_run"].append((*head, *times, *shared, case.version))
        elif case.changed:
            row = (read_id(state.id), state.state, now, case.closed_at, *shared, case.version + 1)
            rows.update["case_run"].append(row)

    def _notice(self, deadline: Deadline, started: Started, now: datetime) -> Notice | None:
        """When the hub first speaks of it; never of what is historical."""
        if deadline.historical or deadline.running.state != "running":
            return None
        return first_notice(self.tables, started, now)

    def _deadline_rows(self, rows: Rows, deadline: Deadline, now: datetime) -> None:
        run, started = deadline.running, deadline.started
        if started is None:
            if deadline.changed:
                row = (self.id, read_id(run.id), run.state, deadline.stopped_by)
                rows.update["deadline"].append(row)
            return
        notice = self._notice(deadline, started, now)
        rows.insert["deadline"].append(
            (
                read_id(run.id),
                self.id,
                read_id(run.case) if run.case else None,
                run.rule,
                run.object,
                run.started_at,
                started.due,
                started.due_on,
                run.state,
                started.provisional,
                deadline.historical,
                started.basis,
                _list(started.tell),
                notice.at if notice else None,
                notice.phase if notice else None,
                deadline.started_by,
                deadline.stopped_by,
                counted_json(started.counted) if started.counted else None,
            )
        )


def counted_json(counted: Counted) -> dict[str, object]:
    """How a day was counted, as its row keeps it."""
    return {"how": counted.how, "from": counted.first.isoformat(), "n": counted.n}


def _units(roles: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {u for role, units in roles.items() if role not in SILENT_ROLES for u in units}


def _list(values: Iterable[str]) -> str:
    return ",".join(sorted(values))
