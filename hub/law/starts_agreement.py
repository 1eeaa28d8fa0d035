"""Deadlines that hang on an agreement or a ruling: 30 days to apply, items, enforcement. Pure."""

from datetime import date, datetime, time

from hub.law import items, service
from hub.law.calendar import SHANGHAI
from hub.law.clocks import Start, put
from hub.law.model import CaseState
from hub.law.reading import at, day
from hub.law.run import Run
from hub.law.shapes import Rule


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(0, tzinfo=SHANGHAI))


def apply(run: Run, rule: Rule, case: CaseState | None) -> None:
    """JC_APPLY: 30 days from each agreement's effective date; on a fallen application, the old day."""
    if case is not None and case.machine == "confirmation":
        _shown_again(run, rule, case)
        return
    for agreement in run.made:
        first = _midnight(agreement.effective_on)
        due = run.calendar.due(rule, first)
        put(run, Start(rule, agreement.id, case.id if case else None, first, due))


def _shown_again(run: Run, rule: Rule, case: CaseState) -> None:
    original = day(case.facts.get("apply_due"))
    effective = day(case.facts.get("effective_on"))
    if original is None or effective is None:
        return
    obj = str(case.facts.get("apply_object") or case.facts.get("agreement") or case.id)
    put(run, Start(rule, obj, case.id, _midnight(effective), run.calendar.ends(original)))


def arbitration(run: Run, rule: Rule, case: CaseState | None) -> None:
    """LABOR_ARB_REVIEW: from each agreement's effective date."""
    for agreement in run.made:
        first = _midnight(agreement.effective_on)
        due = run.calendar.due(rule, first)
        put(run, Start(rule, agreement.id, case.id if case else None, first, due))


def performance(run: Run, rule: Rule, case: CaseState | None) -> None:
    """PERF_ITEM: one for each open item that is due on a day, with a reminder some days before."""
    remind = run.tables.rules["PERF_REMIND"]
    for item in items.to_watch(run, case):
        due = run.calendar.due(rule, run.act.acted_at, on=item.due)
        put(run, Start(rule, item.object, item.case, run.act.acted_at, due))
        if due is not None:
            early = run.calendar.after(item.due, remind.unit, int(remind.n or 0))
            if early.on > run.today:
                put(run, Start(remind, item.object, item.case, run.act.acted_at, early))


def enforce_open(run: Run, rule: Rule, _case: CaseState | None) -> None:
    """The first day on which a due item can be enforced: shown, nobody is reminded."""
    for item in items.breached_now(run):
        shown = run.calendar.after_agreed(item.due)
        put(run, Start(rule, item.object, item.case, shown.at, shown, shown_only=True))


def enforce_apply(run: Run, rule: Rule, case: CaseState | None) -> None:
    """Two years from the end of the last instalment; nothing stated: from the day the ruling took effect."""
    owner = case if case is not None else items.confirmed_case(run)
    if owner is None:
        return
    last = items.last_due(run, owner)
    if last is None and owner.state != "effective":
        return
    first = _midnight(last or service.served_last(owner) or run.today)
    put(run, Start(rule, owner.id, owner.id, first, run.calendar.due(rule, first)))


def third(run: Run, rule: Rule, case: CaseState | None) -> None:
    """JC_THIRD_OBJECTION: computed from what the objector says it knew, only to inform the judge."""
    known = day(at(run.document, "known_since"))
    if known is None or case is None:
        return
    first = _midnight(known)
    put(run, Start(rule, case.id, case.id, first, run.calendar.due(rule, first), shown_only=True))
