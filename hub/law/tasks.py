"""A task between units: who owns it, what each side may say of it, and who can close it. Pure.

通报、约谈、挂牌督办 (policy, safeguard 2) and decisions of a conference are tasks. The unit that owns one
reports; only another unit accepts its result, and none that stands below the owner.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from hub.errors import Fault, Refused
from hub.law.model import Units

RULE: Final = "TASK_DUE"
"""What deadline notices of a task name: a day set by people, not by a law."""

SUPERVISED: Final = frozenset({"circular", "interview", "supervision"})
_OPEN: Final = frozenset({"open", "accepted", "done", "returned"})
_OWNER: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "accepted": (frozenset({"open"}), "accepted"),
    "progress": (frozenset({"open", "accepted"}), "accepted"),
    "done": (frozenset({"open", "accepted"}), "done"),
    "rejected": (frozenset({"open"}), "returned"),
}
_OTHERS: Final[Mapping[str, tuple[frozenset[str], str]]] = {
    "accepted_result": (frozenset({"done", "returned"}), "closed"),
    "rejected": (frozenset({"done", "returned"}), "open"),
}
WITH_OWNER: Final = ("open", "accepted")
"""States in which the owner must answer."""
WITH_OTHERS: Final = ("done", "returned")
"""States in which those must that may accept the result."""

_MOST_STEPS: Final = 20


class Task(NamedTuple):
    """A task as far as the next step needs it. `closers`: who may accept its result."""

    id: str
    owner: str
    closers: frozenset[str]
    state: str


def closers(owner: str, told: Iterable[str], units: Units) -> frozenset[str]:
    """Of the units that know of a task, those that may accept its result: neither owner nor below it."""
    return frozenset(unit for unit in told if owner not in _line(unit, units))


def _line(unit: str, units: Units) -> list[str]:
    """A unit and those above it."""
    line = [unit]
    while len(line) < _MOST_STEPS and (row := units.get(line[-1])) is not None and row.parent:
        line.append(row.parent)
    return line


def actions(state: str, *, owner: bool) -> tuple[str, ...]:
    """What the owner, or who may accept its result, can say of a task in a state."""
    return tuple(a for a, (states, _) in (_OWNER if owner else _OTHERS).items() if state in states)


def step(task: Task, action: str, by: str) -> str:
    """The state after a reply. Raises Refused `illegal-step` (409) with what the unit may say."""
    table = _OWNER if by == task.owner else _OTHERS if by in task.closers else {}
    if by == task.owner and action == "overdue" and task.state in _OPEN:
        return task.state
    before, after = table.get(action, (frozenset[str](), ""))
    if task.state in before:
        return after
    own = by not in task.closers and action == "accepted_result"
    allowed = [
        {"kind": "task_reply", "action": a} for a, (states, _) in table.items() if task.state in states
    ]
    extra: dict[str, object] = {"case": task.id, "state": task.state, "steps": allowed}
    raise Refused("illegal-step", Fault("task-own" if own else "no-such-step", "/action"), extra=extra)
