"""Opens a case of judicial confirmation: the 30 days stop, each party gets its line for service. Pure."""

from datetime import date
from typing import Final

from hub.errors import Fault, Refused
from hub.law import facts
from hub.law.clocks import stop
from hub.law.guards import check_document, check_situation
from hub.law.matching import told_of
from hub.law.model import CaseState, Running, Step
from hub.law.openings import OPEN, dispute
from hub.law.reading import day, objects, text
from hub.law.roles import COURT, bind, roles_of, supervisor, type_of
from hub.law.run import Run
from hub.law.shapes import Machine
from hub.law.starts import begin

_UNFINISHED: Final = frozenset(
    {"submitted", "supplementing", "accepted", "reviewing_supplement", "withdrawal_pending", "ruled",
     "effective", "objected", "enforcing", "performed"}
)  # fmt: skip


def confirmation(run: Run) -> None:
    """Open a case of judicial confirmation: the 30 days stop, each party gets its line for service."""
    machine = run.machine("confirmation")
    check_document(run, machine, machine.opening.guards)
    if run.state is None:
        dispute(run, "agreed")
    learned = facts.of_application(run)
    if learned["mediation_type"] is None and type_of(run.units, run.act.sender) in ("committee", "room"):
        learned["mediation_type"] = "people"
    _one_open(run, machine, learned)
    case = _open_confirmation(run, learned)
    case = _stop_apply(run, case)
    check_situation(run, machine, machine.opening.guards, case)
    if case.roles.get("reviewing_court"):
        begin(run, machine.opening.start, case)
    run.focus = case.id


def assign(run: Run, case: CaseState, court: str) -> None:
    """A person names the court of an application that no rule could place; its clocks begin with it."""
    if case.state != run.machine("confirmation").opening.state or case.roles.get("reviewing_court"):
        raise Refused("conflict", Fault("case-placed"))
    if type_of(run.units, court) not in COURT:
        raise Refused("schema", Fault("unit-type", "/to"))
    case = run.put(case._replace(roles=bind(case.roles, "reviewing_court", court)))
    run.roles = bind(run.roles, "case_unit", court)
    begin(run, run.machine("confirmation").opening.start, case)
    run.tell(court, "reviewing_court")
    run.focus = case.id


def _open_confirmation(run: Run, learned: dict[str, object]) -> CaseState:
    act = run.act
    direct = run.document.get("route") == "direct" and type_of(run.units, act.sender) in COURT
    # Of an application made at the court itself who mediated hears, named or not.
    mediator = act.to or text(learned, "organisation")
    court, applicant = (act.sender, mediator) if direct else (act.to, act.sender)
    guide = supervisor(run.units, applicant)
    roles = bind(bind({}, "applicant_unit", applicant), "reviewing_court", court)
    refs = [text(a, "ref") or f"p{i}" for i, a in enumerate(objects(run.document, "applicants"), 1)]
    case = CaseState(
        id=run.new_case,
        machine="confirmation",
        state=run.machine("confirmation").opening.state,
        roles=bind(roles, "mediation_supervisor", guide),
        facts=learned,
        opened_at=act.received_at,
        parties={ref: {"state": "pending", "served_on": None} for ref in refs},
    )
    run.put(case)
    run.steps.append(Step(OPEN, "confirmation", case.id, None, case.state))
    run.roles = bind(bind(run.roles, "mediation_unit", applicant), "case_unit", court)
    for unit, role in ((court, "reviewing_court"), (applicant, "applicant_unit")):
        if unit is not None:
            run.tell(unit, role)
    return case


def _one_open(run: Run, machine: Machine, learned: dict[str, object]) -> None:
    for case in run.all_cases():
        if case.machine != "confirmation" or case.state not in _UNFINISHED:
            continue
        if not _same_agreement(case, learned):
            continue
        extra = told_of(machine, case, roles_of(run, case))
        raise Refused("illegal-step", Fault("one_open", "/agreement"), extra=extra)


def _same_agreement(case: CaseState, learned: dict[str, object]) -> bool:
    for name in ("agreement", "effective_on"):
        mine, theirs = learned.get(name), case.facts.get(name)
        if mine is not None and theirs is not None:
            return mine == theirs
    return True


def _stop_apply(run: Run, case: CaseState) -> CaseState:
    """Stop the agreement's 30 days and remember their original end: they never begin anew."""
    running = [d for d in run.running("JC_APPLY") if _concerns(d, case)]
    for deadline in running:
        stop(run, deadline)
    first = running[0] if running else None
    due_on = first.due_on if first else _computed(run, case)
    return run.learn(
        case,
        apply_due=due_on.isoformat() if due_on else None,
        apply_object=first.object if first else None,
    )


def _concerns(deadline: Running, case: CaseState) -> bool:
    agreement = case.facts.get("agreement")
    return agreement is None or deadline.object == agreement


def _computed(run: Run, case: CaseState) -> date | None:
    """The end of the 30 days of an agreement whose result never came through the hub."""
    effective = day(case.facts.get("effective_on"))
    if effective is None:
        return None
    return run.calendar.after(effective, "calendar_day", int(run.tables.rules["JC_APPLY"].n or 30)).on
