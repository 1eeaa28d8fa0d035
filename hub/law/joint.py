"""Joint handling that a warning of the gravest level calls for: when it is wanted, what meets it. Pure.

Our own rule (WARN_JOINT, ADR 0027): the hub opens nothing and only reminds. A question of the type
joint_mediation meets it, asked in the same dispute by a unit of the warning.
"""

from collections.abc import Iterator
from typing import Final

from hub.law.clocks import stop_rules
from hub.law.model import CaseState
from hub.law.run import Run

RULE: Final = "WARN_JOINT"
_ASKED: Final = "joint_asked"
_TYPE: Final = "joint_mediation"
_ALIVE: Final = frozenset({"asked", "accepted", "waiting_asker", "joint"})
_OPEN: Final = frozenset({"raised", "classified", "dispatched", "in_control", "converted", "clearing"})
_CAME_TO_NOTHING: Final = frozenset({"declined", "withdrawn"})


def wanted(run: Run, warning: CaseState) -> bool:
    """Whether the clock of joint handling is to start: at the gravest level, asked for by nobody yet."""
    if not run.district.gravest(str(warning.facts.get("level"))) or warning.facts.get(_ASKED):
        return False
    if any(deadline.case == warning.id for deadline in run.running(RULE)):
        return False
    return not _under_way(run, warning)


def asked(run: Run, question: CaseState) -> None:
    """A question for joint handling was opened: of the warnings it is about the clock stops."""
    for warning in list(_about(run, question)):
        stop_rules(run, (RULE,), warning, None)
        if run.district.gravest(str(warning.facts.get("level"))):
            run.learn(warning, **{_ASKED: True})


def left_without(run: Run, question: CaseState) -> Iterator[CaseState]:
    """Warnings whose joint handling was declined or withdrawn, with nothing else under way."""
    if question.state not in _CAME_TO_NOTHING:
        return
    for warning in list(_about(run, question)):
        if not _under_way(run, warning):
            yield run.put(forgotten(warning))


def forgotten(warning: CaseState) -> CaseState:
    """The warning as if joint handling had not been asked for."""
    return warning._replace(facts={name: fact for name, fact in warning.facts.items() if name != _ASKED})


def _about(run: Run, question: CaseState) -> Iterator[CaseState]:
    """Warnings under way that a question for joint handling is about."""
    for case in run.all_cases():
        if case.machine == "warning" and case.state in _OPEN and _meets(run, question, case):
            yield case


def _meets(run: Run, question: CaseState, warning: CaseState) -> bool:
    """Whether it is a question for joint handling by a unit of the warning, or by one's proxy."""
    if question.machine != "consultation" or question.facts.get("request_type") != _TYPE:
        return False
    units = {unit for held in warning.roles.values() for unit in held}
    askers = question.roles.get("asker", ())
    return any(unit in units or run.district.stands_in(unit, units) for unit in askers)


def _under_way(run: Run, warning: CaseState) -> bool:
    return any(case.state in _ALIVE and _meets(run, case, warning) for case in run.all_cases())
