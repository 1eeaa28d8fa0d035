"""Certificates of voluntary performance, who agreed to be named for it, and changed terms. Pure.

A certificate says that everything was performed without enforcement: what went through enforcement has none
(policy, key task 4). Names go on a list only by each person's consent, which may be taken back at any time
(个人信息保护法 13, 15).
"""

from typing import Final

from hub.law import items
from hub.law.matching import answers
from hub.law.model import CaseState
from hub.law.reading import at, day, text
from hub.law.run import Run, refuse
from hub.law.shapes import Guard

LISTED: Final = "incentive_list"
"""What a person agrees to who may be named."""
_DONE: Final = frozenset({"performed", "archived"})


def certificate(run: Run, guard: Guard, _case: CaseState | None) -> None:
    """None after enforcement, none before everything is performed; after a breach made good it is noted."""
    number = _number(run)
    if number is None and at(run.document, "certificate.offered") is not True:
        return
    place = "/certificate" if run.act.kind == "performance" else "/document"
    whole = run.document.get("event") == "all_performed" or run.state in _DONE
    if enforced(run) or (number is not None and not whole):
        raise refuse(guard, place)
    if any(item.get("breached") for item in items.facts_of(run, "items")):
        run.note(guard, place, "breached")


def _number(run: Run) -> str | None:
    """The number of a certificate that the act says was issued; a court's may have none."""
    if run.act.kind == "performance":
        return text(run.document, "certificate.issued_no")
    return "" if at(run.document, "document.kind") == "certificate" else None


def enforced(run: Run) -> bool:
    """Whether enforcement was ever applied for, of the dispute's agreements or a confirmation of them."""
    taken = any(case.roles.get("enforcing_court") for case in run.all_cases())
    return taken or run.facts.get("enforced") is True


def change_all(run: Run, guard: Guard, _case: CaseState | None) -> None:
    """Changed terms need a new paper or everybody's yes; what was confirmed is changed by those alone."""
    agreed = answers(run.document, "performance_change")
    parties = run.facts.get("parties")
    refs = parties if isinstance(parties, list) else []
    if at(run.document, "change.document") is None and (
        not agreed or any(agreed.get(str(ref)) != "yes" for ref in refs)
    ):
        run.note(guard, "/change/consents")
    if items.confirmed_case(run) is not None:
        run.note(guard, "/change", "confirmed")


def remember(run: Run) -> None:
    """Keep that a certificate was issued and who may be named; enforcement or a new breach takes it away."""
    document = run.document
    if document.get("phase") == "enforcement_applied":
        run.facts["enforced"] = True
    if run.facts.get("enforced") is True or document.get("event") == "item_breached":
        run.facts.pop("certificate", None)
        return
    known = run.facts.get("certificate")
    held = dict(known) if isinstance(known, dict) else {}
    if _number(run) is not None:
        on = day(document.get("on")) or run.today
        held |= {"message": run.act.message, "on": on.isoformat(), "unit": run.act.sender}
    if held:
        before = held.get("willing")
        told = answers(document, LISTED)
        run.facts["certificate"] = {
            **held,
            "willing": {**(before if isinstance(before, dict) else {}), **told},
        }
