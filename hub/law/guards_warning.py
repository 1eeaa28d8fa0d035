"""Guards of warnings: who may suggest, which levels there are, that the police always hear of violence.

Each takes the run and the guard's row of the table; it refuses, or notes a finding. Pure.
"""

from typing import Final

from hub.errors import Fault, Refused
from hub.law.model import CaseState
from hub.law.reading import Document, at, listed, objects, text
from hub.law.roles import roles_of, superiors
from hub.law.run import HUB, Run, refuse
from hub.law.shapes import Guard, Machine

# 人民调解法 25 (治安、刑事案件), 反家庭暴力法 14, 未成年人保护法 11: of these the police always hear.
POLICE_KINDS: Final = frozenset({"extreme_case", "public_order", "criminal", "domestic_violence", "minor"})
_VIOLENCE: Final = frozenset({"extreme_case", "criminal", "domestic_violence"})
_NOT_FULL: Final = frozenset({"limited", "none"})


def level_of(document: Document, name: str) -> str | None:
    """A level as a code, or as a code with the scheme it is of."""
    return text(document, name) or text(document, f"{name}.code")


def protected_harmed(document: Document) -> bool:
    """Whether a minor, or a person with no or limited capacity, is the victim (未保法 11, 反家暴法 14)."""
    if at(document, "mandatory_report.required") is True or listed(document, "protected"):
        return True
    kinds = set(map(str, listed(document, "kinds")))
    return "minor" in kinds or bool(kinds & _VIOLENCE and any(map(_weak, objects(document, "key_persons"))))


def _weak(person: Document) -> bool:
    return at(person, "flags.minor") is True or text(person, "capacity") in _NOT_FULL


def needs_police(document: Document) -> bool:
    """Whether the police unit of the place hears of it at once, whatever its level."""
    kinds = set(map(str, listed(document, "kinds")))
    victims = (at(p, "flags.domestic_violence") for p in objects(document, "key_persons"))
    return bool(kinds & POLICE_KINDS) or any(victims) or protected_harmed(document)


def reported(document: Document) -> bool:
    """Whether the report was made already, or the law spares it."""
    return bool(text(document, "mandatory_report.done_at") or text(document, "mandatory_report.exemption"))


def opens(run: Run, machine: Machine) -> str:
    """How a warning without a case begins: a person raises it, the hub only suggests."""
    action = text(run.document, "action")
    if action not in ("raise", "suggest"):
        raise Refused("case-unknown", Fault("case-unknown"))
    if (action == "suggest") is not (run.act.sender == HUB):
        raise refuse(machine.guards["human"], "/action")
    return action


def level_cfg(run: Run, guard: Guard) -> None:
    """A level of the district's scheme in force on the act's day."""
    if run.district.level(text(run.document, "level")) is None:
        raise refuse(guard, "/level")


def level_moves(run: Run, case: CaseState) -> None:
    """An upgrade leads up and a downgrade down; which of two levels is graver is the district's scheme."""
    said, before, action = text(run.document, "level"), case.facts.get("level"), run.document.get("action")
    if action not in ("upgraded", "downgraded") or before is None:
        return
    up, down = run.district.graver(said, str(before)), run.district.graver(str(before), said)
    if not (up if action == "upgraded" else down):
        run.note(run.machine("warning").guards["level_cfg"], "/level")


def police_always(run: Run, guard: Guard, case: CaseState | None) -> None:
    """Nobody classifies or dispatches violence, or harm to a protected person, past the police."""
    if case is None or not case.facts.get("police"):
        return
    if not case.roles.get("safety_unit") and not police_named(run):
        raise refuse(guard, "/safety_units")


def police_named(run: Run) -> tuple[str, ...]:
    """The units of the police line that a document names as safety units."""
    named = (str(code) for code in listed(run.document, "safety_units"))
    return tuple(code for code in named if is_police(run, code))


def is_police(run: Run, code: str | None) -> bool:
    """Whether a unit is of the police line."""
    unit = run.units.get(code) if code else None
    return unit is not None and unit.type in ("police_bureau", "station")


def cleared_evidence(run: Run, guard: Guard) -> None:
    """Clearing is asked for with what came of it and who visits when."""
    if not text(run.document, "result"):
        raise refuse(guard, "/result")
    if not text(run.document, "revisit_plan.by") or not text(run.document, "revisit_plan.on"):
        raise refuse(guard, "/revisit_plan")


def superior_clear(run: Run, guard: Guard, case: CaseState | None) -> None:
    """The end of a warning of the gravest level is confirmed by the unit above, where there is one."""
    level = run.district.level(str(case.facts.get("level"))) if case else None
    if case is None or level is None or not level.superior or "superior" in roles_of(run, case):
        return
    if above(run, case):
        raise refuse(guard, "/action")
    run.note(guard)


def above(run: Run, case: CaseState) -> tuple[str, ...]:
    """The units above those in charge; where these are nobody's, above who dispatches."""
    charged = superiors(run.units, case.roles.get("unit_in_charge", ()))
    return charged or superiors(run.units, case.roles.get("dispatcher", ()))


def withdrawable(machine: Machine, case: CaseState) -> None:
    """WAR23: no withdrawal once violence against a protected person is flagged."""
    if case.facts.get("protected"):
        raise refuse(machine.guards["police_always"], "/target")
