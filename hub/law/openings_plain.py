"""Opens consultations and warnings: roles bound, first clocks, the police of the place joined. Pure."""

from hub.law import guards_consultation, guards_warning, joint
from hub.law.guards import check_document
from hub.law.joining import places, police
from hub.law.model import CaseState, Step
from hub.law.model import Machine as MachineName
from hub.law.openings import OPEN, dispute
from hub.law.reading import objects, text
from hub.law.roles import bind, tell
from hub.law.run import Run
from hub.law.starts import begin


def consultation(run: Run) -> None:
    """Open a question to another unit."""
    guards_consultation.opens(run)
    if run.state is None:
        dispute(run, "registered")
    roles = bind(bind({}, "asker", run.act.sender), "adviser", run.act.to)
    learned: dict[str, object] = {
        "message": run.act.message,
        "request_type": text(run.document, "request_type"),
    }
    case = _open(run, "consultation", roles, learned)
    begin(run, run.machine("consultation").opening.start, case)
    joint.asked(run, case)
    tell(run, ("adviser",), case)


def warning(run: Run) -> None:
    """Open a warning; the hub's own computed one waits for a person.

    The district's unit dispatches; who is addressed beside it is in charge at once (the urgent, direct
    way). Of violence, or harm to a protected person, the police unit of the place hears with the raiser's
    own message, before anybody weighs a level.
    """
    machine = run.machine("warning")
    action = guards_warning.opens(run, machine)
    if run.state is None:
        dispute(run, "registered")
    suggested = action == "suggest"
    case = _open(run, "warning", _roles(run, suggested=suggested), _learned(run))
    begin(run, (rule for rule in machine.opening.start if rule != "MANDATORY_REPORT"), case)
    if suggested:
        run.facts["suggested"] = [text(signal, "evidence_ref") for signal in objects(run.document, "signals")]
    else:
        case = police(run, case)
    tell(run, ("safety_unit", "dispatcher", "unit_in_charge"), case)


def _roles(run: Run, *, suggested: bool) -> dict[str, tuple[str, ...]]:
    to, sender = run.act.to, run.act.sender
    roles: dict[str, tuple[str, ...]] = {}
    if suggested:
        return bind(roles, "dispatcher", to)
    configured = run.district.dispatcher(places(run, run.document))
    roles = bind(roles, "raiser", sender)
    for unit in (sender, to):
        if guards_warning.is_police(run, unit):
            roles = bind(roles, "safety_unit", unit)
    roles = bind(roles, "dispatcher", configured or to)
    return roles if configured is not None and to == configured else bind(roles, "unit_in_charge", to)


def _learned(run: Run) -> dict[str, object]:
    learned: dict[str, object] = {"message": run.act.message}
    level = guards_warning.level_of(run.document, "level_proposed")
    if level is not None:
        learned["level"] = level
        if run.district.level(level) is None:
            run.note(run.machine("warning").guards["level_cfg"], "/level_proposed")
    return learned


def _open(
    run: Run, name: MachineName, roles: dict[str, tuple[str, ...]], learned: dict[str, object]
) -> CaseState:
    machine = run.machine(name)
    suggested = run.document.get("action") == "suggest"
    state = (
        str(machine.source["opened_by"]["hub_suggestion"]["to_state"]) if suggested else machine.opening.state
    )
    case = run.put(CaseState(run.new_case, machine.id, state, roles, learned, run.act.received_at))
    run.steps.append(Step(OPEN, name, case.id, None, state))
    check_document(run, machine, machine.opening.guards)
    run.focus = case.id
    return case
