"""What a step of a warning brings with it: units bound, levels learned, the notes beside the rows. Pure."""

from typing import Final

from hub.law import guards_warning as guards
from hub.law import joint
from hub.law.clocks import stop_rules
from hub.law.joining import places, police, unknown_unit
from hub.law.model import CaseState
from hub.law.reading import objects, text
from hub.law.roles import bind, superiors
from hub.law.run import Run
from hub.law.shapes import Row

_WEIGHS: Final = frozenset({"classified", "upgraded", "downgraded"})
_NAMES_ANEW: Final = frozenset({"dispatched", "transferred"})
_NAMES: Final = frozenset({"classified", "upgraded"}) | _NAMES_ANEW
_HANDED_OVER: Final = "一庭两所联调机制意见 重点任务2"


def bound(run: Run, row: Row, case: CaseState) -> CaseState:
    """The case with the units and the level that the step names."""
    if row.kind == "early_warning":
        return joint.forgotten(_raised(run, case))
    if row.kind != "warning_feedback":
        return case
    action = text(run.document, "action")
    guards.level_moves(run, case)
    if action in _WEIGHS and (level := text(run.document, "level")) is not None:
        case = case._replace(facts={**case.facts, "level": level})
        if not run.district.gravest(level):
            case = joint.forgotten(case)
    if action in _NAMES:
        case = _in_charge(run, case, anew=action in _NAMES_ANEW)
        case = case._replace(roles=bind(case.roles, "safety_unit", *guards.police_named(run)))
    if action == "not_mine":
        case = _not_mine(run, case)
    return _superior(run, case)


def _raised(run: Run, case: CaseState) -> CaseState:
    """A suggestion that a person raises, or a warning raised again: weighed as if it were new."""
    level = guards.level_of(run.document, "level_proposed")
    if level is not None:
        case = case._replace(facts={**case.facts, "level": level})
    case = police(run, case)
    return case if case.roles.get("raiser") else _of_suggestion(run, case)


def _of_suggestion(run: Run, case: CaseState) -> CaseState:
    """The person's unit is the raiser now; the district's unit dispatches, who is addressed is in charge."""
    roles, to = bind(case.roles, "raiser", run.act.sender), run.act.to
    dispatcher = run.district.dispatcher(places(run, run.document))
    if dispatcher is not None:
        roles = {**roles, "dispatcher": (dispatcher,)}
    if to is not None and to not in roles.get("dispatcher", ()):
        roles = bind(roles, "unit_in_charge", to)
    return case._replace(roles=roles)


def _in_charge(run: Run, case: CaseState, *, anew: bool) -> CaseState:
    """The units in charge, the lead first; a dispatch names them anew, any other step adds."""
    named = objects(run.document, "units_in_charge")
    for n, entry in enumerate(named):
        unknown_unit(run, text(entry, "unit"), f"/units_in_charge/{n}/unit")
    leading = sorted(named, key=lambda entry: entry.get("lead") is not True)
    codes = [text(entry, "unit") for entry in leading]
    if not codes:
        return case
    roles = {**case.roles, "unit_in_charge": ()} if anew else case.roles
    return case._replace(roles=bind(roles, "unit_in_charge", *codes))


def _not_mine(run: Run, case: CaseState) -> CaseState:
    """WAR09: it goes back to the dispatcher; the second time the unit above decides with it."""
    before = case.facts.get("not_mine")
    count = (before if isinstance(before, int) else 0) + 1
    case = case._replace(facts={**case.facts, "not_mine": count})
    if count < 2:
        return case
    above = superiors(run.units, case.roles.get("dispatcher", ()))
    return case._replace(roles=bind(case.roles, "dispatcher", *above))


def _superior(run: Run, case: CaseState) -> CaseState:
    """At a level that the unit above confirms the end of, it is a party of the case."""
    level = run.district.level(str(case.facts.get("level")))
    if level is None or not level.superior:
        return case
    return case._replace(roles=bind(case.roles, "superior", *guards.above(run, case)))


def after(run: Run, row: Row, case: CaseState) -> None:
    """What an acknowledgement ends in the whole dispute, and what a proxy must say."""
    if "MANDATORY_REPORT" in row.stop:
        stop_rules(run, ["MANDATORY_REPORT"], None, None)
        if run.facts.get("mandatory_report") == "required":
            run.facts["mandatory_report"] = "handled"
    _handover(run, row, case)


def _handover(run: Run, row: Row, case: CaseState) -> None:
    """A proxy that signs for an offline unit records to whom, when and how it handed the warning over."""
    sender = run.act.sender
    own = any(sender in case.roles.get(role, ()) for role in row.by)
    if row.kind != "warning_feedback" or run.document.get("action") != "acknowledged" or own:
        return
    for name in ("to_person", "how", "at"):
        if not text(run.document, f"handover.{name}"):
            run.find(
                "completeness", _HANDED_OVER, "/handover" if name == "to_person" else f"/handover/{name}"
            )
