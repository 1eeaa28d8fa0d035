"""What a unit that joins a question or a warning must read: the messages it is about. Pure.

A unit that is asked in the place of another, or put in charge of a warning, was not addressed when the
case opened. It is handed what the asker or raiser said, cut to its own role; the hub's notices and the
steps of others are not handed on.
"""

from typing import Final

from hub.law.model import CaseState, Handed
from hub.law.reading import Document, listed, objects
from hub.law.run import Run

OPENS: Final = {"consultation": "consultation", "warning": "early_warning"}
"""Machine → the kind of the messages a case is about."""

_SILENT: Final = frozenset({"mediation_supervisor", "superior"})
_MOST: Final = 20


def hand_on(run: Run) -> None:
    """Hand the papers of the case to those who are told of it for the first time."""
    case = run.case(run.focus) if run.focus else None
    if case is None or case.machine not in OPENS:
        return
    papers, shown = objects(case.facts, "papers"), [str(unit) for unit in listed(case.facts, "shown")]
    for unit, role in run.told.items():
        if unit not in shown and _party(case, unit, role):
            shown.append(unit)
            run.handed.extend(_handed(case, paper, unit, role) for paper in papers)
    run.handed = [h for h in run.handed if h.sender != h.unit]
    if run.act.kind == OPENS[case.machine]:
        papers = [*papers, {"message": run.act.message, "sender": run.act.sender}][-_MOST:]
    run.learn(case, papers=papers, shown=shown)


def _handed(case: CaseState, paper: Document, unit: str, role: str) -> Handed:
    return Handed(str(paper["message"]), OPENS[case.machine], str(paper["sender"]), unit, role)


def _party(case: CaseState, unit: str, role: str) -> bool:
    """Whether a unit is told as a party of the case: a superior only where the case has bound it."""
    return role not in _SILENT or unit in case.roles.get(role, ())
