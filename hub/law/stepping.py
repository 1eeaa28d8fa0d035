"""Performs rows: checks, facts, transition, deadlines, who is told; then what the row pulls with it.

A message steps one machine; the dispute gets an echo, and a performance is copied to the cases it
concerns. Where no row fits for an echo nothing happens. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from hub.errors import Fault, Refused
from hub.law import (
    facts,
    feedback,
    filing,
    guards_warning,
    items,
    leads,
    service,
    steps_consultation,
    steps_warning,
)
from hub.law.clocks import OF_AGREEMENT, PERIODS, chosen, rules_of, stop, stop_rules
from hub.law.guards import check_document, check_situation, open_cases
from hub.law.guards_referral import no_penalty
from hub.law.matching import anywhere, not_allowed, rows_at
from hub.law.model import CaseState, Step
from hub.law.reading import objects, text
from hub.law.roles import bind, is_party, roles_of, tell
from hub.law.run import HUB, Run
from hub.law.shapes import Machine, Row, basis_text
from hub.law.starts import begin, extend_period

# A run of mediation that nobody has ended: a second one on the same matter is refused.
OPEN_RUN: Final = frozenset(
    {"sent", "signed", "supplementing", "accepted", "asking_consent", "mediating", "suspended", "period_over"}
)

_NEW_RULING: Final = frozenset(
    {"confirmed", "rejected_355", "rejected_358", "withdrawn", "deemed_withdrawn", "terminated",
     "objection_upheld_changed", "objection_upheld_revoked"}
)  # fmt: skip
# What an act ends beside its row: nothing is owed any more that these rules wait for.
_ENDED_TOO: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("phase", "enforcement_closed"): ("EXEC_NOTICE",),
    ("outcome", "objection_upheld_revoked"): ("ENFORCE_OPEN", "EXEC_NOTICE"),
    ("event", "breach_cured"): ("PERF_ITEM",),
}
_LATER_RULING: Final = frozenset({"corrected", "objection_rejected"})


def step(run: Run, machine: Machine, case: CaseState | None) -> bool:
    """Step a machine by the act; answers whether a row was taken. Raises Refused.

    False for a notice of the hub that changes nothing, and for a court or police unit that reports on its
    own proceedings while the dispute's summary has no row for it: what runs in parallel is read from the
    cases, not from the summary.
    """
    state = case.state if case else run.state
    if state is None:
        raise Refused("case-unknown", Fault("case-unknown"))
    known = anywhere(machine, run)
    check_document(run, machine, dict.fromkeys(g for row in known for g in row.guards))
    if run.act.kind == "case_status" and machine.id == "dispute":
        no_penalty(run, run.machine("referral").guards["four_flags"])
    roles = roles_of(run, case)
    if not is_party(run, case) and not roles:
        raise Refused("unknown", Fault("unknown"))
    echo_too = run.act.kind == "case_status" and case is None
    for row in rows_at(machine, state, run, case, echo=echo_too):
        if row.by & roles:
            perform(run, machine, row, case)
            return True
    notice = run.act.kind == "deadline_notice" and roles == {HUB}
    if notice:
        _remind(run, case)
        return False
    if _own_report(machine, state, known, roles, case):
        check_situation(run, machine, ("certificate",), None)
        tell(run, known[0].tell, None)
        return False
    raise not_allowed(machine, state, case, roles)


def _remind(run: Run, case: CaseState | None) -> None:
    """A notice on a rule without rows of its own goes to whoever must act."""
    rule = text(run.document, "rule") or ""
    if rule not in run.tables.notices:
        tell(run, run.tables.notified.get(rule, ()), case)


def _own_report(
    machine: Machine, state: str, known: list[Row], roles: set[str], case: CaseState | None
) -> bool:
    own = bool(known) and all(row.by == {"case_unit"} for row in known)
    return own and case is None and "case_unit" in roles and not machine.terminal(state)


def perform(run: Run, machine: Machine, row: Row, case: CaseState | None) -> None:
    """Take a row: guards, facts, the step itself, what stops and starts, who is told."""
    before = case.state if case else run.state
    case = facts.of_step(run, case)
    if run.act.kind == "performance" and case is None:
        items.perform(run)
    check_situation(run, machine, row.guards, case)
    if row.kind == "withdrawal" and case is not None and machine.id == "warning":
        guards_warning.withdrawable(machine, case)
    to_state = _after(row, case, before)
    run.steps.append(Step(row.id, machine.id, case.id if case else None, before, to_state))
    if case is None:
        _bind_dispute(run, row)
        run.state = to_state
    else:
        case = _move(run, machine, row, case, to_state)
    if before == "period_over" and row.to == "agreed":
        run.find("late", basis_text(row.source["basis"]), "/ended_on")
    _end(run, row, case)
    if machine.terminal(to_state):
        _close(run, case)
    begun = {rule for rule, _ in run.started} if case is None else set()
    begin(run, (rule for rule in rules_of(run, row, case) if rule not in begun), case)
    begin(run, row.source.get("shows", ()), case)
    if row.kind == "dispute" and case is None:
        filing.after_all(run)
    if case is not None and run.document.get("event") == "extended":
        extend_period(run, case)
    if case is not None and machine.id == "confirmation":
        feedback.tell_of(run, case)
    leads.tell_of(run)
    tell(run, row.tell, case)
    if case is not None:
        _brings(run, row, case)


def _brings(run: Run, row: Row, case: CaseState) -> None:
    """What questions and warnings pull with a step."""
    if case.machine == "warning":
        steps_warning.after(run, row, case)
    elif case.machine == "consultation":
        steps_consultation.after(run, row, case)


# Where an objection found the case: if it falls, the case is where its own facts had brought it.
_BEFORE_OBJECTION: Final = frozenset({"ruled", "enforcing", "performed"})


def _after(row: Row, case: CaseState | None, before: str | None) -> str:
    found = case.facts.get("objected_in") if case else None
    if before == "objected" and row.to == "effective" and found in _BEFORE_OBJECTION:
        return str(found)
    state = before if row.to == "=" else row.to
    if state is None:
        raise AssertionError
    return state


def _move(run: Run, machine: Machine, row: Row, case: CaseState, to_state: str) -> CaseState:
    if to_state == "objected" and case.state != "objected":
        case = case._replace(facts={**case.facts, "objected_in": case.state})
    case = case._replace(state=to_state)
    closed = machine.terminal(to_state)
    if closed or case.facts.get("closed"):
        case = case._replace(facts={**case.facts, "closed": closed})
    if run.document.get("outcome") in _NEW_RULING or run.document.get("decision") == "not_accepted":
        case = service.serve_anew(run, case)
    elif run.document.get("outcome") in _LATER_RULING and to_state != "ruled":
        case = service.serve_too(case)
    return run.put(_bind_case(run, row, case))


def _bind_case(run: Run, row: Row, case: CaseState) -> CaseState:
    """Roles that a step binds: the unit named by a transfer, those in charge, the enforcing court."""
    if case.machine == "consultation":
        return steps_consultation.bound(run, row, case)
    if case.machine == "warning":
        return steps_warning.bound(run, row, case)
    if row.kind == "case_status" and run.document.get("phase") == "enforcement_applied":
        return case._replace(roles=bind(case.roles, "enforcing_court", run.act.sender))
    return case


def _bind_dispute(run: Run, row: Row) -> None:
    sender = run.act.sender
    if row.kind == "case_status" and "case_unit" in row.by and "case_unit" in roles_of(run, None):
        run.roles = bind(run.roles, "case_unit", sender)
    elif row.kind == "dispute" and run.document.get("action") == "join":
        run.roles = bind(run.roles, "joined_unit", sender)


def _end(run: Run, row: Row, case: CaseState | None) -> None:
    """End what the row ends. A result ends every period of mediation, whichever the track had."""
    rules = list(row.stop)
    for entry in chosen(run, row.stop_if, case):
        rules.extend(entry.rules)
    if run.act.sender != HUB:
        if PERIODS.intersection(rules):
            rules.extend(PERIODS)
        if "JC_OUTER" in rules:
            rules.append("JC_OUTER_EXT")
    if row.kind == "dispute" and run.facts.get("mandatory_report") == "handled":
        rules.append("MANDATORY_REPORT")
    for (name, value), more in _ENDED_TOO.items():
        if run.document.get(name) == value:
            rules += more
    if row.kind in ("guidance", "dispute") and case is None:
        rules = filing.without_others(run, rules)
    if run.document.get("event") == "terms_changed":
        rules = [rule for rule in rules if rule != "PERF_ITEM"]
        _end_changed(run)
    stop_rules(run, rules, case, _item(run) if row.per_item else None)


def _item(run: Run) -> str:
    """The object of the item a row acts on; none, when the act names no item the hub knows."""
    if run.act.sender == HUB:
        return text(run.document, "item") or ""
    item = items.named(run)
    return str(item["object"]) if item else ""


def _end_changed(run: Run) -> None:
    """Changed terms end the deadlines of items that are owed no more; a new day moves the others."""
    owed = {watched.object for watched in items.to_watch(run, None)}
    for deadline in list(run.running("PERF_ITEM")):
        if deadline.object not in owed:
            stop(run, deadline)


def _close(run: Run, case: CaseState | None) -> None:
    """A run that is over leaves no clock of its own behind; windows and performance go on."""
    if case is None or case.machine == "confirmation":
        return
    for deadline in list(run.running()):
        if deadline.case == case.id and deadline.rule not in OF_AGREEMENT and deadline.due_on:
            run.stopped[(deadline.rule, deadline.object)] = deadline


def echo(run: Run, case: CaseState) -> None:
    """The dispute's own row for a message of one of its cases, if it has one."""
    dispute = run.machine("dispute")
    if run.state is None:
        return
    roles = roles_of(run, None) | roles_of(run, case)
    for row in rows_at(dispute, run.state, run, None, echo=True):
        named = row.source.get("echo_of")
        if named not in (None, case.machine) or not row.by & roles or not _echo_fits(run, row):
            continue
        perform(run, dispute, row, None)
        return


def _echo_fits(run: Run, row: Row) -> bool:
    """Guards that decide whether an echo has any effect; an echo is never refused."""
    if "replaces" in row.guards:
        return any(text(a, "replaces_agreement") for a in objects(run.document, "agreements"))
    if "no_open_case" in row.guards and open_cases(run):
        return False
    if run.document.get("phase") == "archived" and run.state in ("agreed", "breached"):
        return False  # a file put away ends no performance: that is said of the dispute itself
    if row.kind == "mediation_result" and row.to == "ended":
        return not any(c.machine == "referral" and c.state in OPEN_RUN for c in run.all_cases())
    return not ("safety_first" in row.guards and run.facts.get("mandatory_report") == "required")


def copy_to_cases(run: Run) -> None:
    """A performance in the cases it concerns: the mediation's sender and the court keep their own count."""
    for case in list(run.all_cases()):
        if not _concerned(run, case):
            continue
        machine = run.machine(case.machine)
        roles = roles_of(run, case)
        for row in rows_at(machine, case.state, run, case):
            if row.by & roles:
                perform(run, machine, row, case)
                break


def _concerned(run: Run, case: CaseState) -> bool:
    named, own = run.document.get("agreement"), case.facts.get("agreement")
    if case.machine != "confirmation" or own is None:
        return True
    known: Iterable[object] = [a["id"] for a in items.facts_of(run, "agreements")]
    return named == own or named not in known
