"""Opens disputes and cases: roles bound, facts kept, first deadlines, and what forbids a second run. Pure."""

from typing import Final

from hub.errors import Fault, Refused
from hub.law import facts, lines
from hub.law.clocks import rules_of
from hub.law.guards import check_document, check_situation
from hub.law.matching import answers, not_allowed, told_of
from hub.law.model import CaseState, Step
from hub.law.reading import listed, text
from hub.law.roles import bind, roles_of, supervisor
from hub.law.run import Run
from hub.law.shapes import Machine, Row
from hub.law.starts import begin
from hub.law.stepping import OPEN_RUN, echo, perform

OPEN: Final = "open"
"""The step id of an opening: it is not a row of a table but its `opened_by`."""

_COURT_PLATFORM: Final = frozenset(
    {"entrusted_ordinary", "entrusted_summary", "prefiling_delegated", "party_online"}
)


def dispute(run: Run, state: str) -> None:
    """Register a dispute: the request's date is evidence, reports and filing begin to run."""
    run.roles = bind(run.roles, "registrar", run.act.sender)
    run.steps.append(Step(OPEN, "dispute", None, None, state))
    run.state = state
    facts.of_dispute(run)
    rules = ["LIMITATION", "DISPUTE_IDLE"]
    if run.facts.get("mandatory_report") == "required" and run.act.kind == "dispute":
        rules.append("MANDATORY_REPORT")
    if run.document.get("filing_requested") is True and run.act.kind == "dispute":
        rules.append("FILE_CASE")
    begin(run, rules, None)


def referral(run: Run) -> None:
    """Open a run of mediation, in the place of another one where it says so."""
    machine = run.machine("referral")
    replaced = _replaced(run)
    check_document(run, machine, machine.opening.guards)
    ending = _ending(run, machine, replaced) if replaced else None
    if run.state is None:
        dispute(run, "registered")
    _no_second_run(run, machine, replaced)
    check_situation(run, machine, machine.opening.guards, None)
    lines.check(run)
    if replaced is not None and ending is not None:
        perform(run, machine, ending, replaced)
    case = _open_referral(run, machine)
    run.focus = case.id
    echo(run, case)


def _replaced(run: Run) -> CaseState | None:
    """The run of the sender's that `replaces` names, by its id or by the message that opened it.

    One that the sender has no part in answers as one that is not there, also to a unit of its dispute.
    """
    named = text(run.document, "replaces")
    if named is None:
        return None
    for case in run.situation.cases.values():
        ours = case.machine == "referral" and roles_of(run, case)
        if ours and named in (case.id, case.facts.get("message")):
            return case
    raise Refused("case-unknown", Fault("case-unknown", "/replaces"))


def _ending(run: Run, machine: Machine, replaced: CaseState) -> Row:
    """The row by which the old run ends when a new one takes its place."""
    roles = roles_of(run, replaced)
    for row in machine.at.get((replaced.state, "referral"), ()):
        if row.by & roles:
            return row
    raise not_allowed(machine, replaced.state, replaced, roles)


def _no_second_run(run: Run, machine: Machine, replaced: CaseState | None) -> None:
    matters = set(map(str, listed(run.document, "matters")))
    for case in run.all_cases():
        if case.machine != "referral" or case.state not in OPEN_RUN or case is replaced:
            continue
        theirs = case.facts.get("matters")
        other = set(map(str, theirs)) if isinstance(theirs, list) else set()
        if matters and other and not matters & other:
            continue
        holder = case.roles.get("mediation_unit", ())
        roles = roles_of(run, case)
        raise Refused(
            "illegal-step",
            Fault("no_second_run", "/matters", args=holder if roles else ()),
            extra=told_of(machine, case, roles),
        )


def _open_referral(run: Run, machine: Machine) -> CaseState:
    act, own = run.act, run.document.get("track") == "self_accepted"
    mediator = act.sender if own else act.to
    guide = supervisor(run.units, mediator)
    roles = bind(bind({}, "referring_unit", act.sender), "mediation_unit", mediator)
    state = str(machine.source["opened_by"]["self_accepted_to_state"]) if own else machine.opening.state
    case = CaseState(
        id=run.new_case,
        machine="referral",
        state=state,
        roles=bind(roles, "mediation_supervisor", guide),
        facts=facts.of_referral(run),
        opened_at=act.received_at,
    )
    run.put(case)
    run.steps.append(Step(OPEN, "referral", case.id, None, state))
    run.roles = bind(run.roles, "referring_unit", act.sender)
    run.roles = bind(run.roles, "mediation_unit", mediator)
    run.roles = bind(run.roles, "mediation_supervisor", guide)
    if run.document.get("own_case") is not None:
        run.roles = bind(run.roles, "case_unit", act.sender)
    begin(run, _first_clocks(run, machine, case, own=own), case)
    if mediator is not None:
        run.tell(mediator, "mediation_unit")
    return case


def _first_clocks(run: Run, machine: Machine, case: CaseState, *, own: bool) -> list[str]:
    if own:
        return ["LIMITATION", *_of_acceptance(run, machine, case)]
    rules = ["LIMITATION"]
    if not case.roles.get("mediation_unit"):
        return rules  # it waits for a person to say where it goes: nobody has received it yet
    rules.append("REF_SIGN")
    track = case.facts.get("track")
    if case.facts.get("platform") == "court_online" and track in _COURT_PLATFORM:
        rules.append("ONLINE_ACCEPT")
    if track == "party_online":
        given = answers(run.document, "online") or answers(run.document, "mediation")
        rules.append("ONLINE_ASSIGN")
        if given and all(answer == "yes" for answer in given.values()):
            rules.append("ONLINE_CHOOSE")
    return rules


def _of_acceptance(run: Run, machine: Machine, case: CaseState) -> list[str]:
    """What acceptance starts: a run accepted by its own unit is accepted from the first moment."""
    for row in machine.kinds["referral_answer"]:
        if ("answer", frozenset({"accepted"})) in row.when and "sent" in row.states:
            return rules_of(run, row, case)
    return []
