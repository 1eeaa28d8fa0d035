"""Service of a ruling, party by party: what counts as service, each party's own window, the last receipt.

A mediator's hand-over is never 留置 (民诉法 87 to 91, 解释 131): what a unit that is not the court claims
to have left is an attempt. Pure.
"""

from datetime import date
from typing import Final

from hub.errors import Fault, Refused
from hub.law.clocks import Start, put, stop
from hub.law.model import CaseState, Facts, Running
from hub.law.reading import Document, at, day, instant, text
from hub.law.run import Run
from hub.law.shapes import Guard, Row

SERVED: Final = frozenset({"served", "objection_open", "objection_over"})
WINDOW: Final = "JC_PARTY_OBJECTION"

# Methods only a court has; of `direct` a mediator's version is `direct_assisted`.
_COURT_ONLY: Final = frozenset({"left", "announce", "entrusted_court", "transfer"})


def judge(run: Run, case: CaseState, guard: Guard) -> Document:
    """The receipt as it counts: a claim of service that is none becomes an attempt, with a finding."""
    document = run.document
    ref = _party(run, case, guard)
    by_court = run.act.sender in case.roles.get("reviewing_court", ())
    method = text(document, "method") or ""
    if not by_court and method in _COURT_ONLY:
        run.note(guard, "/method", "not-service")
        return _attempted(document)
    if document.get("result") != "served":
        return document
    if method == "electronic":
        refused = at(case.facts.get("e_service"), ref or "") is False
        if refused or "e_voucher" not in document:
            run.note(guard, "/method" if refused else "/e_voucher")
        return _attempted(document) if refused else document
    if not by_court and method in ("direct", "direct_assisted"):
        for name in ("receipt", "entrusted_by"):
            if name not in document:
                run.note(guard, f"/{name}")
    return document


def _party(run: Run, case: CaseState, guard: Guard) -> str | None:
    """The party served. One the application does not know is nobody's service."""
    ref = text(run.document, "party")
    if ref is not None and case.parties and ref not in case.parties:
        raise Refused("rule", Fault(guard.id, "/party"))
    return ref


def _attempted(document: Document) -> Document:
    return {**document, "result": "failed"} if document.get("result") == "served" else document


def serve_anew(run: Run, case: CaseState) -> CaseState:
    """A new ruling is to be served on every party; windows of an earlier one are over."""
    for window in list(run.running(WINDOW)):
        if window.case == case.id:
            run.stopped[(window.rule, window.object)] = window
    parties: dict[str, Facts] = {ref: {"state": "pending", "served_on": None} for ref in case.parties}
    return case._replace(parties=parties, facts={**case.facts, "to_serve": []})


def receive(run: Run, case: CaseState, row: Row) -> CaseState:
    """Take a receipt in: the party's state, and after a confirming ruling its own window."""
    ref = text(run.document, "party")
    if ref is None:
        return case
    served = run.document.get("result") == "served"
    held = case.parties.get(ref, {})
    if not served:
        if held.get("state") not in SERVED:
            case = _set(case, ref, {"state": "attempted", "served_on": None})
        return run.put(case)
    if _later(case):
        left = [other for other in _later(case) if other != ref]
        case = case._replace(facts={**case.facts, "to_serve": left})
    if held.get("state") in SERVED and WINDOW not in row.source["start"]:
        return run.put(case)  # a later ruling moves no window
    on = day(run.document.get("served_at")) or run.today
    state = "served"
    if WINDOW in row.source["start"] and case.facts.get("confirming"):
        state = "objection_open"
        _open_window(run, case, ref, on)
    return run.put(_set(case, ref, {"state": state, "served_on": on.isoformat()}))


def _open_window(run: Run, case: CaseState, ref: str, on: date) -> None:
    rule = run.tables.rules[WINDOW]
    due = run.calendar.after(on, rule.unit, int(rule.n or 0))
    taken = any(d.object == ref and d.case != case.id for d in run.running(WINDOW))
    obj = f"{ref}@{case.id}" if taken else ref
    first = instant(run.document.get("served_at")) or run.act.acted_at
    put(run, Start(rule, obj, case.id, first, due))


def serve_too(case: CaseState) -> CaseState:
    """A ruling that leaves the first in effect (a slip, an objection rejected) is served as well."""
    return case._replace(facts={**case.facts, "to_serve": sorted(case.parties)})


def _later(case: CaseState) -> list[object]:
    """Who has not yet been served with such a ruling."""
    left = case.facts.get("to_serve")
    return left if isinstance(left, list) else []


def all_served(case: CaseState) -> bool:
    """Whether every party has been served validly."""
    return (
        bool(case.parties)
        and not _later(case)
        and all(p.get("state") in SERVED for p in case.parties.values())
    )


def served_last(case: CaseState) -> date | None:
    """The day on which the last party was served: from it the ruling is in effect."""
    dates = [day(p.get("served_on")) for p in case.parties.values()]
    return max((d for d in dates if d is not None), default=None)


def window_of(run: Run, case: CaseState, ref: str) -> Running | None:
    """The running objection window of a party."""
    for deadline in run.running(WINDOW):
        if deadline.case == case.id and deadline.object in (ref, f"{ref}@{case.id}"):
            return deadline
    return None


def close_window(run: Run, case: CaseState, ref: str) -> CaseState:
    """A party has objected, or its window is over."""
    held = case.parties.get(ref)
    if held is None or held.get("state") != "objection_open":
        return case
    window = window_of(run, case, ref)
    if window is not None:
        stop(run, window)
    return run.put(_set(case, ref, {**held, "state": "objection_over"}))


def _set(case: CaseState, ref: str, state: Facts) -> CaseState:
    parties: dict[str, Facts] = dict(case.parties)
    parties[ref] = state
    return case._replace(parties=parties)


def ref_of(case: CaseState, obj: str) -> str | None:
    """The party a window's object speaks of."""
    ref = obj.partition("@")[0]
    return ref if ref in case.parties else None
