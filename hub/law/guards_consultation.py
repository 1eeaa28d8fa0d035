"""Guards of consultations: an answer is general advice, and as knowledge it carries no persons.

Each takes the run and the guard's row of the table; it refuses, or notes a finding. Names of the
dispute's persons are sealed: the exchange looks for them (`hub.exchange.knowledge`). Pure.
"""

import re
from typing import Final

from hub.errors import Fault, Refused
from hub.law.reading import Document, at, listed, objects, text
from hub.law.run import Run, refuse
from hub.law.shapes import Guard

TEXT: Final = "/knowledge/text_without_persons"
_MECHANISM: Final = "一庭两所联调机制意见 重点任务2"
# What names a person without being a name: identity and phone numbers, a case number, a bank card.
_PERSONAL: Final = re.compile(
    r"(?<![0-9])(?:[0-9]{17}[0-9Xx]|[0-9]{15,19}|1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})(?![0-9])"
    r"|[(（〔\[][0-9]{4}[)）〕\]][^号\s]{2,20}号"
)


def opens(run: Run) -> None:
    """Without a case only a question begins one."""
    if run.document.get("action") != "ask":
        raise Refused("case-unknown", Fault("case-unknown"))


def publishes(document: Document) -> bool:
    """Whether an answer is to be kept as knowledge."""
    return at(document, "knowledge.publish") is True


def general_advice(run: Run, guard: Guard) -> None:
    """General advice for reference, with the name of who gave it: the recusal of later is decided by it."""
    if run.document.get("action") == "answered":
        if run.document.get("for_reference_only") is not True:
            run.note(guard, "/for_reference_only")
        if not text(run.document, "answered_by.name"):
            run.note(guard, "/answered_by")
    elif not listed(run.document, "joint.people"):
        run.note(guard, "/joint/people")


def no_person(run: Run, guard: Guard) -> None:
    """What is kept as knowledge is a text of its own, without numbers or names that lead to a person."""
    if not publishes(run.document):
        return
    kept = text(run.document, "knowledge.text_without_persons")
    if kept is None or _PERSONAL.search(kept) or any(name in kept for name in _own_names(run.document)):
        raise refuse(guard, TEXT)
    tags = " ".join(str(tag) for tag in listed(run.document, "knowledge.tags"))
    if _PERSONAL.search(tags) or any(name in tags for name in _own_names(run.document)):
        raise refuse(guard, "/knowledge/tags")


def _own_names(document: Document) -> list[str]:
    """Persons whom the answer itself names."""
    named = [text(document, "answered_by.name"), *map(str, listed(document, "joint.people"))]
    return [name for name in named if name and len(name) > 1]


def arranged(run: Run) -> None:
    """Joint handling says when, where and with whom: what is not said is a finding."""
    if run.document.get("action") != "joint_arranged":
        return
    for name in ("at", "place"):
        if not text(run.document, f"joint.{name}"):
            run.find("completeness", _MECHANISM, f"/joint/{name}")


def advised(run: Run) -> None:
    """To a court that is asked to confirm: its own unit answered questions of this dispute (民诉法 47)."""
    known = objects(run.facts, "advice")
    if any(f.get("unit") == run.act.to for f in known):
        guard = run.machine("consultation").guards["general_advice"]
        run.note(guard)
