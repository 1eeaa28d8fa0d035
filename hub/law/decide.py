"""The one decision: what follows from an act, given what is known. Pure; called once for each record.

Order (contract 2): what the document alone must satisfy, then whether the case is the sender's, then
whether the table has the step; then facts, deadlines, who is told, findings.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hub.errors import Fault, Refused
from hub.law import applications, duties, guards_consultation, openings, openings_plain, performance, service
from hub.law.calendar import Calendar
from hub.law.clocks import put, simple
from hub.law.completeness import missing
from hub.law.handing import hand_on
from hub.law.matching import all_consented, anywhere
from hub.law.model import Act, CaseState, Decision, Situation, Units
from hub.law.reading import text
from hub.law.roles import roles_of
from hub.law.run import HUB, Run
from hub.law.shapes import Machine, Tables
from hub.law.stepping import copy_to_cases, echo, perform, step
from hub.law.timers import RECOUNTED
from hub.law.trigger import remember

_OPENERS: Final[Mapping[str, Callable[[Run], None]]] = {
    "referral": openings.referral,
    "confirmation_application": applications.confirmation,
    "consultation": openings_plain.consultation,
    "early_warning": openings_plain.warning,
}
_ECHOED: Final = frozenset({"mediation_result", "mediation_progress", "confirmation_ruling", "case_status"})
_OF_PERFORMANCE: Final = frozenset({"performance", "case_status"})
_RULE_OF_HISTORY: Final = "接口约定2: 业务日期早于收到之日30日以上"
_CALENDAR_END: Final = "民事诉讼法85; 该日在已公布日历之外"


def decide(
    tables: Tables,
    act: Act,
    situation: Situation,
    units: Units,
    new_case: str,
    calendar: Calendar,
) -> Decision:
    """What follows from an act.

    `new_case` is the id a case gets that the act opens. Raises Refused: `rule` (422), `case-unknown`
    (422), `unknown` (404, the sender has no part in it), `illegal-step` (409, with state and steps).
    """
    run = Run.begin(tables, act, situation, units, calendar)
    run.new_case = new_case
    duties.check(run)
    if act.kind in _OPENERS and act.case is None:
        _OPENERS[act.kind](run)
    elif act.kind == "dispute" and situation.state is None:
        _register(run)
    elif act.kind in tables.stepping:
        _step(run)
    _finish(run)
    return run.decision()


def assigned(tables: Tables, act: Act, situation: Situation, units: Units, calendar: Calendar) -> Decision:
    """What follows when a person names the court (`to`) of an application (`case`). Raises Refused."""
    run = Run.begin(tables, act, situation, units, calendar)
    applications.assign(run, situation.cases[act.case or ""], act.to or "")
    return run.decision()


def _register(run: Run) -> None:
    if run.document.get("action") != "register":
        raise Refused("case-unknown", Fault("case-unknown"))
    openings.dispute(run, "registered")


def _step(run: Run) -> None:
    """Step the machine that the act is about, then what it pulls with it."""
    _derive(run)
    machine, case = _stepped(run)
    if machine is None:
        return
    if case is not None:
        run.focus = case.id
        if run.act.kind == "service_receipt" and machine.id == "confirmation":
            run.document = service.judge(run, case, machine.guards["service_valid"])
        elif run.act.kind == "deadline_notice" and _window_over(run, case):
            return
    if run.act.kind == "deadline_notice" and run.document.get("phase") == RECOUNTED:
        _tell_parties(run, case)
        return
    if not step(run, machine, case):
        return
    if run.act.kind == "performance":
        copy_to_cases(run)
    elif case is not None:
        _after(run, machine, run.cases.get(case.id, case))


def _derive(run: Run) -> None:
    """Deciding fields that the hub makes itself."""
    kind, document = run.act.kind, run.document
    if kind == "guidance":
        run.document = {**document, "all_consented": all_consented(document)}
    elif kind == "dispute_link":
        survivor = document.get("survivor") == run.situation.dispute
        run.document = {**document, "this_dispute": "survivor" if survivor else "absorbed"}
    elif kind == "dispute" and document.get("action") == "register":
        own = run.act.sender in run.roles.get("registrar", ())
        run.document = {**document, "action": "update" if own else "join"}


def _stepped(run: Run) -> tuple[Machine | None, CaseState | None]:
    """The machine of the case named, or the dispute's; None where neither knows the kind."""
    kind = run.act.kind
    dispute = run.machine("dispute")
    if run.act.case is not None:
        case = run.situation.cases.get(run.act.case)
        if case is None:
            raise Refused("case-unknown", Fault("case-unknown"))
        machine = run.machine(case.machine)
        if kind != "performance" and (knows(machine, run) or not knows(dispute, run)):
            return machine, case
    if kind == "correction" and not _corrects_as_party(run, dispute):
        return None, None
    if kind in dispute.kinds:
        return dispute, None
    if kind == "video_session":
        return None, None
    raise Refused("case-unknown", Fault("case-unknown"))


def _corrects_as_party(run: Run, dispute: Machine) -> bool:
    """Whether the table lets the sender step the dispute by a correction.

    Whose own message it is may correct it even so (contract 2): then nobody but who was told of it is told.
    """
    roles, rows = roles_of(run, None), anywhere(dispute, run)
    return not rows or any(row.by & roles for row in rows)


def knows(machine: Machine, run: Run) -> bool:
    """Whether a machine has the act, its deciding fields included, in any of its states."""
    return bool(anywhere(machine, run))


def _after(run: Run, machine: Machine, case: CaseState) -> None:
    """What a step of a case brings about by itself."""
    if run.act.kind == "service_receipt":
        _served(run, machine, case)
    elif run.act.kind == "objection":
        ref = text(run.document, "objector.ref")
        if ref is not None and run.document.get("by") == "party":
            service.close_window(run, case, ref)
    elif run.act.kind in _ECHOED:
        if machine.id == "confirmation" and run.act.sender in case.roles.get("reviewing_court", ()):
            run.roles = {**run.roles, "case_unit": _with(run, run.act.sender)}
        echo(run, case)


def _with(run: Run, unit: str) -> tuple[str, ...]:
    held = run.roles.get("case_unit", ())
    return held if unit in held else (*held, unit)


def _served(run: Run, machine: Machine, case: CaseState) -> None:
    """The party's own state; with the last receipt the ruling is served on all, in the same decision."""
    row = next(r for r in machine.rows if r.id == run.steps[-1].step)
    case = service.receive(run, case, row)
    if not service.all_served(case):
        return
    for derived in machine.at[(case.state, "service_receipt")]:
        if derived.derived:
            perform(run, machine, derived, case)
            return


def _window_over(run: Run, case: CaseState) -> bool:
    """The hub's notice that a party's objection window is over: a waiting state of that party only."""
    document = run.document
    if document.get("rule") != service.WINDOW or document.get("phase") != "expired":
        return False
    ref = service.ref_of(case, text(document, "item") or "")
    if ref is not None:
        service.close_window(run, case, ref)
    return True


def _tell_parties(run: Run, case: CaseState | None) -> None:
    """That a day was counted anew is told to every unit of the case, and moves nothing."""
    for role, units in (case.roles if case else run.roles).items():
        for unit in units:
            run.tell(unit, role)


def _finish(run: Run) -> None:
    """Findings that hang on no row, and the reminder that nothing has happened for long."""
    act = run.act
    if act.sender != HUB:
        run.findings.extend(missing(run.tables.expected, act.kind, act.document))
        if act.kind == "confirmation_application":
            guards_consultation.advised(run)
        hand_on(run)
        remember(run)
        if act.kind in _OF_PERFORMANCE:
            performance.remember(run)
        _still_alive(run)
    if run.historical:
        run.find("historical", _RULE_OF_HISTORY, "/business_time")
    for started in run.started.values():
        if started.provisional:
            run.find("provisional", _CALENDAR_END, detail=started.rule)


def _still_alive(run: Run) -> None:
    """Every message moves the idle reminder, once a day at most."""
    for deadline in list(run.running("DISPUTE_IDLE")):
        if deadline.object == run.dispute_id:
            rule = run.tables.rules["DISPUTE_IDLE"]
            put(run, simple(run, rule, None, run.act.acted_at))
