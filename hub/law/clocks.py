"""Starts and ends deadlines as the rows say: (dispute, rule, object), conditions, original days. Pure.

Which event a rule runs from, and rules with a day of their own, are in hub.law.starts.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from hub.law.calendar import Due, legal_day
from hub.law.model import CaseState, Running, Started
from hub.law.reading import at
from hub.law.roles import resolve, superiors
from hub.law.run import ADMIN, HUB, Run
from hub.law.shapes import Condition, Conditional, Row, Rule

TRACK_PERIOD: Final = {
    "entrusted_ordinary": "XIANXING_ORD",
    "entrusted_summary": "XIANXING_SUM",
    "prefiling_delegated": "WEIPAI",
    "party_online": "WEIPAI",
}
"""The period of mediation by track; the rest is people's mediation (RM_NORMAL and its kin)."""

PERIODS: Final = frozenset({"XIANXING_ORD", "XIANXING_SUM", "WEIPAI", "RM_NORMAL", "RM_MEDICAL", "LABOR"})

# One message may start what another case ends: these hang on the agreement, not on the run.
OF_AGREEMENT: Final = frozenset({"JC_APPLY", "PERF_ITEM", "PERF_REMIND", "ENFORCE_OPEN", "ENFORCE_APPLY"})

REMINDERS: Final = frozenset(
    {"DISPUTE_IDLE", "PERF_ITEM", "PERF_REMIND", "PERF_VISIT", "ARCHIVE", "ENFORCE_OPEN"}
)
"""Rules that only remind, or whose end is no limit for the act that ends them: nothing is late by them."""

_COMPANION: Final = {"PERF_ITEM": "PERF_REMIND"}


class Start(NamedTuple):
    """A deadline about to start: its rule, object, case, the event it runs from, its end."""

    rule: Rule
    object: str
    case: str | None
    since: datetime
    due: Due | None
    shown_only: bool = False


def put(run: Run, start: Start) -> None:
    """Start a deadline. One that runs already to the same day stays; to another day, it starts anew.

    One of hours starts anew with each event: its day says too little.
    """
    key = (start.rule.id, start.object)
    if key in run.started:
        return
    on = start.due.on if start.due else None
    for old in run.running(start.rule.id):
        if old.object == start.object:
            if old.due_on == on and (start.rule.unit != "hour" or old.started_at == start.since):
                return
            run.stopped[key] = old
    run.started[key] = Started(
        rule=start.rule.id,
        object=start.object,
        case=start.case,
        due_on=on,
        due=start.due.at if start.due and not start.shown_only else None,
        provisional=start.due.provisional if start.due else False,
        basis=start.rule.basis,
        tell=_reminded(run, start),
        started_at=start.since,
        counted=start.due.counted if start.due and start.due.provisional else None,
    )


def _reminded(run: Run, start: Start) -> tuple[str, ...]:
    """Units of the roles that the notice rows of a rule name; without such rows, whoever started it."""
    case = run.case(start.case) if start.case else None
    found: dict[str, None] = {}
    for role in run.tables.notified.get(start.rule.id, ()):
        above = role == "superior"
        units = superiors(run.units, found) if above else resolve(run, role, case)
        found.update(dict.fromkeys(units))
    if not found and run.act.sender not in (HUB, ADMIN):
        return (run.act.sender,)
    return tuple(found)


def stop(run: Run, deadline: Running) -> None:
    """End a running deadline before its day, and note an act that comes after it."""
    key = (deadline.rule, deadline.object)
    if key in run.stopped:
        return
    run.stopped[key] = deadline
    said_on = legal_day(run.arrived_at)
    if deadline.due_on and said_on > deadline.due_on and run.act.sender != HUB:
        rule = run.tables.rules[deadline.rule]
        if rule.id not in REMINDERS:
            run.find("late", rule.basis, detail=rule.id)
    companion = _COMPANION.get(deadline.rule)
    if companion:
        for other in list(run.running(companion)):
            if other.object == deadline.object:
                run.stopped[(companion, other.object)] = other


def stop_rules(run: Run, rules: Iterable[str], case: CaseState | None, item: str | None) -> None:
    """End what a row ends: in a case its own deadlines, in the dispute those of the rule everywhere."""
    for rule in rules:
        for deadline in list(run.running(rule)):
            if _meant(run, deadline, case, item):
                stop(run, deadline)


def _meant(run: Run, deadline: Running, case: CaseState | None, item: str | None) -> bool:
    if deadline.rule in OF_AGREEMENT:
        if item is not None:
            return deadline.object == item
        return case is None or _of_case(run, deadline, case)
    if deadline.rule == "HANDBACK" and case is None:
        owner = run.case(deadline.case) if deadline.case else None
        return owner is not None and run.act.sender in owner.roles.get("referring_unit", ())
    if deadline.rule == "CORRECTION_REPLY":
        return deadline.object == at(run.document, "message")
    return case is None or deadline.case == case.id


def _of_case(run: Run, deadline: Running, case: CaseState) -> bool:
    """Whether a deadline of an agreement concerns the case: of the same agreement, if that is known."""
    if case.id in (deadline.case, deadline.object):
        return True
    agreement = case.facts.get("agreement")
    if agreement is None or case.machine != "confirmation":
        return case.machine == "confirmation" and deadline.case is not None
    return any(
        isinstance(found, dict)
        and found.get("id") == agreement
        and deadline.case in (found.get("case"), None)
        for found in _list(run.facts.get("agreements"))
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def chosen(run: Run, entries: Iterable[Conditional], case: CaseState | None) -> Iterator[Conditional]:
    """The conditional rules whose condition holds; `other` when none before it did."""
    held = False
    for entry in entries:
        holds = not held if entry.condition.field is None else _holds(run, entry.condition, case)
        if holds:
            held = True
            yield entry


def _holds(run: Run, condition: Condition, case: CaseState | None) -> bool:
    name = condition.field or ""
    value = at(run.document, name)
    for facts in (case.facts if case else {}, run.facts):
        if value is None:
            value = facts.get(name)
    if name == "platform" and value != "court_online" and case is not None:
        # Accepting what was never signed for is signing for it: the period of the track starts then.
        value = "court_online" if case.facts.get("signed_on") is None else value
    if isinstance(value, bool):
        value = "true" if value else "false"
    if condition.negated:
        return not any(str(value or "").startswith(prefix) for prefix in condition.values)
    return value in condition.values


def extended(run: Run, deadline: Running, days: int) -> Due | None:
    """The new end of a period that is made longer: counted on from its original last day."""
    if deadline.due_on is None:
        return None
    return run.calendar.after(deadline.due_on, "calendar_day", days)


def simple(run: Run, rule: Rule, owner: CaseState | None, since: datetime) -> Start:
    """A deadline that hangs on the case, or without one on the dispute, with nothing special about it."""
    obj = owner.id if owner else run.dispute_id
    return Start(rule, obj, owner.id if owner else None, since, run.calendar.due(rule, since))


def rules_of(run: Run, row: Row, case: CaseState | None) -> list[str]:
    """Every rule a row starts, conditions weighed; a choice by track takes the track's own period."""
    rules = list(row.start)
    for entry in chosen(run, row.start_if, case):
        if not entry.by_track:
            rules.extend(entry.rules)
            continue
        period = TRACK_PERIOD.get(str(case.facts.get("track")) if case else "")
        if period in entry.rules and not any(
            d.case == (case.id if case else None) for d in run.running(period)
        ):
            rules.append(period)
    return rules
