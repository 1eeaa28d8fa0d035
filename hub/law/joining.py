"""Units that join a case by what a message says: the police of the place, units named to act. Pure."""

from hub.errors import Fault, Refused
from hub.law import guards_warning
from hub.law.model import CaseState
from hub.law.reading import Document, text
from hub.law.roles import bind
from hub.law.run import Run
from hub.law.starts import begin


def places(run: Run, document: Document) -> tuple[str, ...]:
    """Codes of where something is: as said, else where the unit that says it works."""
    said = (text(document, "place.township"), text(document, "place.division"))
    found = tuple(code for code in said if code is not None)
    return found or run.district.homes.get(run.act.sender, ())


def police(run: Run, case: CaseState) -> CaseState:
    """What a warning says of violence and of victims: the police join, the duty to report runs."""
    document, guard = run.document, run.machine("warning").guards["police_always"]
    harmed = guards_warning.protected_harmed(document)
    if harmed:
        reported = guards_warning.reported(document)
        run.facts["mandatory_report"] = "handled" if reported else "required"
        if not reported:
            begin(run, ["MANDATORY_REPORT"], case)
        if not isinstance(document.get("mandatory_report"), dict):
            run.note(guard, "/mandatory_report")
    if not guards_warning.needs_police(document):
        return case
    learned: dict[str, object] = {**case.facts, "police": True}
    if harmed:
        learned["protected"] = True
    case = case._replace(facts=learned)
    if not case.roles.get("safety_unit"):
        unit = run.district.police_of(places(run, document))
        if unit is None:
            run.note(guard, "/place")
        case = case._replace(roles=bind(case.roles, "safety_unit", unit))
    return run.put(case)


def unknown_unit(run: Run, code: str | None, pointer: str) -> None:
    """A unit named to act must be one the hub knows: what it does not know it cannot tell."""
    if code is not None and run.units.get(code) is None:
        raise Refused("rule", Fault("unit-unknown", pointer))
