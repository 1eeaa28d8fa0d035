"""What the published tables say must come of a message: a small model, independent of the hub's own law.

It knows `GET /v1/machines`, who is who, and the prose of `bound_by`; nothing of `hub`. A `World` holds the
disputes of a walk; `judge` says what the answer must be, `take` what has changed after a 202.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.contract.words import BUREAU, COMMITTEE, COURT, JUSTICE_BUREAU, OFFICE, STATION, TRIBUNAL
from tests.walk.published import Fields, Machine, Row
from tests.walk.saying import REFS

COURTS = frozenset({"court", "tribunal"})
POLICE = frozenset({"police_bureau", "station"})
MEDIATES = frozenset({"judicial_office", "committee", "room", "justice_bureau", *POLICE, "other"})
PARENTS = {STATION: BUREAU, COMMITTEE: OFFICE, OFFICE: JUSTICE_BUREAU, TRIBUNAL: COURT}
SENDERS: Mapping[str, frozenset[str]] = {
    "confirmation_answer": COURTS,
    "confirmation_ruling": COURTS,
    "mediation_result": MEDIATES,
    "deadline_notice": frozenset(),
}
"""Contract, "Message kinds": who sends it, where that is not anybody."""

SILENT = frozenset({"mediation_supervisor", "superior"})
"""Told only by the hub's own reminders: such a role alone is no part in a case."""

OPEN_RUN = frozenset(
    {"sent", "signed", "supplementing", "accepted", "asking_consent", "mediating", "suspended", "period_over"}
)
"""Mediation that nobody has ended (guard `no_second_run`)."""
ENFORCED = frozenset({"ruled", "enforcing", "performed"})
"""Where a fallen objection leads back to: re-derived from the case's own facts (note of CON37)."""
NEW_RULING = frozenset(
    {
        "confirmed",
        "rejected_355",
        "rejected_358",
        "withdrawn",
        "deemed_withdrawn",
        "terminated",
        "objection_upheld_changed",
        "objection_upheld_revoked",
    }
)
SERVED_IN = frozenset({"ruled", "negative"})
ON_CASES = frozenset(
    {
        "referral_answer",
        "referral_supplement",
        "mediation_progress",
        "mediation_result",
        "consultation_reply",
        "warning_feedback",
        "confirmation_answer",
        "confirmation_supplement",
        "confirmation_ruling",
        "service_receipt",
        "objection",
        "false_litigation_report",
        "withdrawal",
    }
)
"""Kinds that step a case and never the dispute by themselves (contract, "Message kinds")."""
ASKED_ON = frozenset({"supplement", "follow_up", "closed", "redirect", "reopen", "raise"})
OPENERS = {
    "referral": "referral",
    "consultation": "consultation",
    "early_warning": "warning",
    "confirmation_application": "confirmation",
}


@dataclass
class Case:
    """A case as the model has it."""

    id: str
    machine: str
    state: str
    roles: dict[str, tuple[str, ...]]
    home: "Dispute"
    units: set[str]
    opened: str
    track: str = ""
    served: set[str] = field(default_factory=set)
    confirming: bool = False
    found_in: str = ""


@dataclass
class Dispute:
    """A dispute as the model has it. `said`: message → its sender and the case it belongs to.

    `readers`: message → the units that sent it or were told of it.
    """

    id: str
    state: str
    roles: dict[str, tuple[str, ...]]
    units: set[str]
    cases: list[Case] = field(default_factory=list)
    said: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    readers: dict[str, set[str]] = field(default_factory=dict)
    police_case: bool = False
    refused: bool = False
    agreed: bool = False


@dataclass(frozen=True)
class Said:
    """A message: whose, what, and the place it names. `case` is the case that `re` or `about_case` means."""

    unit: str
    kind: str
    fields: Fields
    dispute: Dispute
    case: Case | None
    to: str | None = None
    corrects: str | None = None
    known: bool = True


@dataclass(frozen=True)
class Verdict:
    """What the answer must be. `rows`: what is taken, each with the case it moves (None: the dispute)."""

    status: int
    code: str = ""
    state: str | None = None
    case: Case | None = None
    steps: tuple[Fields, ...] = ()
    rows: tuple[tuple[Row, Case | None], ...] = ()
    opens: str | None = None


UNKNOWN = Verdict(404, "unknown")
NO_CASE = Verdict(422, "case-unknown")
RULE = Verdict(422, "rule")


@dataclass
class World:
    """The tables, the units by type, and everything that was opened."""

    machines: Mapping[str, Machine]
    types: Mapping[str, str]
    disputes: list[Dispute] = field(default_factory=list)

    def judge(self, said: Said) -> Verdict:
        """What must come of a message whose sender is who it says, in an order as contract 2 has it."""
        early = self.sender(said.unit, said.kind)
        if early is not None:
            return early
        if not said.known:
            return UNKNOWN
        if said.kind in OPENERS and not self._goes_on(said):
            return self._opening(said)
        placed = self._placed(said)
        return placed if isinstance(placed, Verdict) else self._step(said, placed)

    def sender(self, unit: str, kind: str) -> Verdict | None:
        """What a unit is told that may not send the kind at all."""
        allowed = SENDERS.get(kind)
        refused = allowed is not None and self.types[unit] not in allowed
        return Verdict(403, "kind-not-allowed") if refused else None

    def _goes_on(self, said: Said) -> bool:
        named = said.case is not None and said.case.machine == OPENERS[said.kind]
        return named and said.fields.get("action") in ASKED_ON

    def _opening(self, said: Said) -> Verdict:
        name = OPENERS[said.kind]
        if said.unit not in said.dispute.units:
            return UNKNOWN
        wanted = self.machines[name].opened_by.get("when", {})
        if any(said.fields.get(field_) != value for field_, value in wanted.items()):
            return NO_CASE
        replaced = said.case if "replaces" in said.fields else None
        rows: list[tuple[Row, Case | None]] = []
        if replaced is not None:
            found = self._row(self.machines[name], replaced.state, said, replaced)
            if found is None:
                return self._illegal(replaced, said) if self._party(said, replaced) else UNKNOWN
            rows.append((found, replaced))
        second = self._second(said, name, replaced)
        if second is not None:
            return self._illegal(second, said) if self._party(said, second) else Verdict(409, "illegal-step")
        return Verdict(202, state=self._first(said), rows=tuple(rows), opens=name)

    def _first(self, said: Said) -> str:
        opened = self.machines[OPENERS[said.kind]].opened_by
        own = said.fields.get("track") == "self_accepted"
        return str(opened["self_accepted_to_state"] if own else opened["to_state"])

    def _second(self, said: Said, name: str, replaced: Case | None) -> Case | None:
        for case in said.dispute.cases:
            if case.machine != name or case is replaced:
                continue
            if name == "referral" and case.state in OPEN_RUN:
                return case
            negative = {"negative", "revoked", "dropped", "closed"}
            if name == "confirmation" and case.state not in negative:
                return case
        return None

    def _placed(self, said: Said) -> Case | Verdict | None:
        """The case that a message steps; None: the dispute itself."""
        dispute, case = said.dispute, said.case
        if said.kind == "correction":
            sender, owner = dispute.said.get(said.corrects or "", ("", None))
            if sender != said.unit:
                return UNKNOWN
            if said.fields["action"] != "reopen" or owner is None:
                return None
            return next(c for c in dispute.cases if c.id == owner)
        if case is None and said.unit not in dispute.units:
            return UNKNOWN
        if said.kind == "dispute" or said.fields.get("target") == "dispute":
            return None
        if said.kind in ON_CASES:
            takes = {n for n, m in self.machines.items() if n != "dispute" and said.kind in m.kinds}
            if case is not None and case.machine in takes:
                return case
            fit = [
                c
                for c in dispute.cases
                if c.machine in takes
                and said.unit in c.units
                and c.state not in self.machines[c.machine].ends
            ]
            return fit[0] if len(fit) == 1 else NO_CASE
        if case is None or said.kind == "performance":
            return None
        knows = self.machines[case.machine].knows(said.kind, said.fields)
        return case if knows or not self.machines["dispute"].knows(said.kind, said.fields) else None

    def _step(self, said: Said, case: Case | None) -> Verdict:
        dispute = said.dispute
        machine = self.machines[case.machine if case else "dispute"]
        if case is None and said.kind == "video_session":
            return Verdict(202)
        if not machine.kinds.intersection({said.kind}):
            return self._illegal(case, said) if case else NO_CASE
        roles = self.roles(said, case)
        if said.kind == "correction" and case is None and self._outside(machine, said, roles):
            return Verdict(202)  # one's own message (contract 2): it moves nothing
        if not roles and not self._party(said, case):
            return UNKNOWN
        row = self._row(machine, case.state if case else dispute.state, said, case)
        if row is None:
            return Verdict(202) if self._own_report(said, case, roles) else self._illegal(case, said)
        if "no_open_case" in row.guards and self._open(dispute):
            return RULE
        if case is not None and case.state == "not_agreed" and "consent" in row.guards and dispute.refused:
            return RULE  # somebody would not go on, and nobody has said yes since
        if said.kind == "service_receipt" and said.fields.get("party", "p1") not in REFS:
            return RULE
        return Verdict(202, rows=tuple(self._pulled(said, row, case)))

    def _outside(self, machine: Machine, said: Said, roles: frozenset[str]) -> bool:
        """Whether no row of the kind and its fields is for these roles, in any state."""
        rows = [r for r in machine.rows if r.kind == said.kind and r.fits(said.fields)]
        return bool(rows) and not any(r.roles & roles for r in rows)

    def _party(self, said: Said, case: Case | None) -> bool:
        """Whether the sender has any role in the case or its dispute: only then it is told their state."""
        held = [*said.dispute.roles.values(), *(case.roles.values() if case else ())]
        return any(said.unit in units for units in held)

    def _open(self, dispute: Dispute) -> bool:
        return any(case.state not in self.machines[case.machine].ends for case in dispute.cases)

    def _own_report(self, said: Said, case: Case | None, roles: frozenset[str]) -> bool:
        """A court or police unit tells of its own proceedings: the summary may have no row for it."""
        if (
            case is not None
            or "case_unit" not in roles
            or said.dispute.state in self.machines["dispute"].ends
        ):
            return False
        rows = [r for r in self.machines["dispute"].rows if r.kind == said.kind and r.fits(said.fields)]
        return bool(rows) and all(row.roles == {"case_unit"} for row in rows)

    def _row(self, machine: Machine, state: str, said: Said, case: Case | None) -> Row | None:
        fields = {**said.fields, **({"replaces": "this case"} if "replaces" in said.fields else {})}
        roles = self.roles(said, case)
        echoes = said.kind == "case_status" and case is None
        for row in machine.rows_for(state, said.kind, fields, echoes=echoes):
            if row.roles & roles and self._holds(row, case, said.dispute):
                return row
        return None

    def _holds(self, row: Row, case: Case | None, dispute: Dispute) -> bool:
        if row.condition is None or case is None:
            return True
        if row.condition == "no pending case of the referring unit":
            return not (case.track.startswith("entrusted_") or dispute.police_case)
        assert row.condition == "last ruling was confirming", row.id
        return case.confirming

    def _illegal(self, case: Case | None, said: Said) -> Verdict:
        machine = self.machines[case.machine if case else "dispute"]
        state = case.state if case else said.dispute.state
        steps = machine.allowed(state, self.roles(said, case))
        return Verdict(409, "illegal-step", state, case, tuple(steps))

    def roles(self, said: Said, case: Case | None) -> frozenset[str]:
        """The roles in which the sender acts (`bound_by`)."""
        bound = case.roles if case else said.dispute.roles
        found = {role for role, units in bound.items() if said.unit in units}
        kind = self.types[said.unit]
        if any(said.unit == PARENTS.get(unit) for unit in bound.get("unit_in_charge", ())):
            found.add("superior")
        if said.kind == "case_status":
            if case is None and kind in COURTS | POLICE:
                found.add("case_unit")
            if case is not None and case.machine == "confirmation" and kind in COURTS:
                found.add("enforcing_court")
        if said.kind == "dispute" and said.fields.get("action") == "join" and "registrar" not in found:
            found.add("joined_unit")
        return frozenset(found)

    def _pulled(self, said: Said, row: Row, case: Case | None) -> Iterator[tuple[Row, Case | None]]:
        """The row itself, and what it moves beside: echoes of the dispute, a performance's cases."""
        yield row, case
        if said.kind == "performance":
            for other in said.dispute.cases:
                found = self._row(self.machines[other.machine], other.state, said, other)
                if found is not None:
                    yield found, other
        if case is not None:
            found = self._echo(said, row, case)
            if found is not None:
                yield found, None

    def _echo(self, said: Said, row: Row, case: Case) -> Row | None:
        dispute = said.dispute
        if not any(r.echo and r.kind == said.kind for r in self.machines["dispute"].rows):
            return None
        roles = self.roles(said, None) | self.roles(said, case)
        if said.unit in case.roles.get("reviewing_court", ()):
            roles |= {"case_unit"}
        for echo in self.machines["dispute"].rows_for(dispute.state, said.kind, said.fields, echoes=True):
            named = echo.told.get("echo_of", case.machine)
            if named == case.machine and echo.roles & roles and self._echoes(said, echo, row, case):
                return echo
        return None

    def _echoes(self, said: Said, echo: Row, row: Row, case: Case) -> bool:
        after = {id(c): c.state for c in said.dispute.cases} | {id(case): row.after(case.state)}
        ends = {c.id: after[id(c)] in self.machines[c.machine].ends for c in said.dispute.cases}
        if "replaces" in echo.guards:
            return False
        if "no_open_case" in echo.guards and not all(ends.values()):
            return False
        if said.fields.get("phase") == "archived" and said.dispute.state in ("agreed", "breached"):
            return False
        if said.kind == "mediation_result" and echo.told["to"] == "ended":
            runs = (c for c in said.dispute.cases if c.machine == "referral")
            return not any(after[id(c)] in OPEN_RUN for c in runs)
        return True
