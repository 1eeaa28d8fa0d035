"""What a step of a consultation brings with it: the unit asked next, joint units, who advised. Pure."""

from typing import Final

from hub.law import guards_consultation as guards
from hub.law import joint
from hub.law.joining import unknown_unit
from hub.law.model import CaseState
from hub.law.reading import listed, text
from hub.law.roles import tell
from hub.law.run import Run
from hub.law.shapes import Row
from hub.law.starts import begin

_MOST: Final = 50


def bound(run: Run, row: Row, case: CaseState) -> CaseState:
    """The case with the unit that is asked from now on."""
    action = text(run.document, "action")
    if row.kind == "consultation_reply" and action == "transferred":
        unit = text(run.document, "transfer_to")
        unknown_unit(run, unit, "/transfer_to")
        return case._replace(roles={**case.roles, "adviser": (unit,)}) if unit else case
    if row.kind == "consultation" and action == "redirect" and run.act.to is not None:
        return case._replace(roles={**case.roles, "adviser": (run.act.to,)})
    return case


def after(run: Run, row: Row, case: CaseState) -> None:
    """Who must hear beside the roles of the row, and what is kept for a later recusal."""
    for warning in joint.left_without(run, case):
        begin(run, (joint.RULE,), warning)
    if row.kind != "consultation_reply":
        return
    action = text(run.document, "action")
    if action == "transferred":
        tell(run, ("adviser",), case)
    elif action == "joint_arranged":
        guards.arranged(run)
        for n, code in enumerate(listed(run.document, "joint.units")):
            unknown_unit(run, str(code), f"/joint/units/{n}")
            run.tell(str(code), "addressee")
    elif action == "extended":
        _extended(run, case)
    elif action == "corrected":
        guards.no_person(run, run.machine("consultation").guards["no_person"])
    if action in ("answered", "corrected", "joint_arranged"):
        _advised(run)


def _advised(run: Run) -> None:
    """That a unit gave advice in the dispute; the name stays in its own message."""
    known = run.facts.get("advice")
    advice = list(known) if isinstance(known, list) else []
    entry = {"unit": run.act.sender, "message": run.act.message}
    run.facts["advice"] = [*advice, entry][-_MOST:]


def _extended(run: Run, case: CaseState) -> None:
    """The day of the answer is moved: counted on from its last day, not from when it was said."""
    key = ("CONSULT_REPLY", case.id)
    before, started, days = run.stopped.get(key), run.started.get(key), run.tables.rules[key[0]].extend
    if before is None or before.due_on is None or started is None or days is None:
        return
    due = run.calendar.after(before.due_on, run.tables.rules[key[0]].unit, days)
    run.started[key] = started._replace(due_on=due.on, due=due.at, provisional=due.provisional)
