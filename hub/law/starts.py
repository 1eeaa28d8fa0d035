"""From which event each deadline runs, and the rules that have a day or an object of their own. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from hub.law import joint
from hub.law import starts_agreement as agreement
from hub.law.calendar import Due, legal_day
from hub.law.clocks import PERIODS, TRACK_PERIOD, Start, extended, put, simple
from hub.law.model import CaseState
from hub.law.reading import at, day, instant, text
from hub.law.roles import COURT, type_of
from hub.law.run import Run
from hub.law.shapes import Rule

# Where a document says when the event was; the first place that says it counts, else the act's own time.
_SINCE: Final[Mapping[str, tuple[str, ...]]] = {
    "REF_ACCEPT": ("signed_at",),
    "XIANXING_ORD": ("signed_at",),
    "XIANXING_SUM": ("signed_at",),
    "WEIPAI": ("signed_at",),
    "RESULT_REPORT": ("ended_on",),
    "RETURN_MATERIALS": ("ended_on",),
    "FILE_CASE": ("complaint_received_at", "reported_at", "given_at"),
    "POLICE_CASE": ("on",),
    "ZHIAN_SECOND": ("on",),
    "EXEC_NOTICE": ("on",),
    "FEE_PAY": ("fee.notified_on", "on"),
    "PERF_VISIT": ("on",),
    "ARCHIVE": ("on",),
    "JC_REVIEW": ("accepted_on",),
    "JC_OUTER": ("accepted_on",),
    "JC_SERVE": ("ruled_on",),
    "ANNOUNCE_SERVICE": ("served_at",),
    "OBJECTION_REVIEW": ("filed_at",),
}

# Rules that run from arrival at the addressee: 材料到达, 收到委派, 收到申请, 收到调解结果 …
_ARRIVAL: Final = frozenset(
    {"REF_SIGN", "ONLINE_ACCEPT", "ONLINE_ASSIGN", "JC_ACCEPT", "JC_ACCEPT_RESTART", "HANDBACK",
     "CONSULT_ACK", "CORRECTION_REPLY"}
)  # fmt: skip

# 法释〔2011〕5号 is for people's mediation; others have only 民诉法 187.
_PEOPLE_ONLY: Final = frozenset({"JC_ACCEPT", "JC_ACCEPT_RESTART", "JC_REVIEW"})

# Started with a party's receipt, by hub.law.service; and POLICE_TRANSFER, of which no message says that
# a report came to the wrong unit before it is passed on.
_NOT_HERE: Final = frozenset({"JC_PARTY_OBJECTION", "POLICE_TRANSFER"})

_SPECIAL_PERIOD: Final = {"13": "RM_MEDICAL", "10": "LABOR"}  # by dispute_type: 医疗, 劳动争议

_EXTENSION: Final = 30  # days, where neither the parties nor the rule say how many

Starter: TypeAlias = Callable[[Run, Rule, CaseState | None], None]


def begin(run: Run, rules: Iterable[str], case: CaseState | None) -> None:
    """Start the rules of a row; each knows its event, its object and whether it applies to the case."""
    for named in rules:
        rule_id = _period(run, case) if named == "RM_NORMAL" and case is not None else named
        rule = run.tables.rules[rule_id]
        if rule_id not in _NOT_HERE and _applies(rule, case):
            _SPECIAL.get(rule_id, _plain)(run, rule, case)


def _period(run: Run, case: CaseState) -> str:
    """The period in the place of the general month: of the court's track, or of a special law."""
    track = TRACK_PERIOD.get(str(case.facts.get("track")))
    kind = str(run.facts.get("dispute_type", "")).partition(".")[0]
    return track or _SPECIAL_PERIOD.get(kind, "RM_NORMAL")


def _applies(rule: Rule, case: CaseState | None) -> bool:
    if case is None:
        return True
    if case.facts.get("track") in rule.not_for_track:
        return False
    if rule.id == "REF_ACCEPT":
        return case.facts.get("platform") != "court_online"  # there ONLINE_ACCEPT holds
    return rule.id not in _PEOPLE_ONLY or case.facts.get("mediation_type") == "people"


def since(run: Run, rule: str) -> datetime:
    """The instant a rule runs from."""
    for path in _SINCE.get(rule, ()):
        found = instant(at(run.document, path))
        if found is not None:
            return found
    return run.arrived_at if rule in _ARRIVAL else run.act.acted_at


def _plain(run: Run, rule: Rule, case: CaseState | None) -> None:
    start = simple(run, rule, case, since(run, rule.id))
    if rule.by_level:
        n = rule.by_level.get(_level(run, case))
        start = _with(start, run.calendar.due(rule, start.since, n))
    put(run, start)


def _with(start: Start, due: Due | None) -> Start:
    return Start(start.rule, start.object, start.case, start.since, due, start.shown_only)


def _level(run: Run, case: CaseState | None) -> str:
    said = text(run.document, "level") or text(run.document, "level_proposed")
    return said or str(case.facts.get("level", "") if case else "")


def _limitation(run: Run, rule: Rule, case: CaseState | None) -> None:
    """Evidence of the request, one for each: neither the first nor a later one may be lost."""
    found = instant(at(run.document, "reported_at")) or run.act.acted_at
    put(run, Start(rule, run.act.message, case.id if case else None, found, None))


def _supplement(run: Run, rule: Rule, case: CaseState | None) -> None:
    start = simple(run, rule, case, run.act.acted_at)
    stated = day(at(run.document, "due"))
    put(run, _with(start, run.calendar.ends(stated)) if stated else start)


def _review(run: Run, rule: Rule, case: CaseState | None) -> None:
    """JC_REVIEW: from acceptance; on an extension its running day is moved by the president's days."""
    if run.document.get("decision") != "review_extended":
        _plain(run, rule, case)
        return
    for old in list(run.running(rule.id)):
        if case is not None and old.case == case.id:
            days = _days(run, rule.extend or 10)
            put(run, Start(rule, old.object, case.id, old.started_at, extended(run, old, days)))


def _general(run: Run, rule: Rule, case: CaseState | None) -> None:
    """RM_NORMAL: a month; after its end the parties may agree on so many days more."""
    start = simple(run, rule, case, since(run, rule.id))
    if run.document.get("event") == "extended":
        days = _days(run, _EXTENSION)
        start = _with(start, run.calendar.after(run.today, "calendar_day", days))
    put(run, start)


def extend_period(run: Run, case: CaseState) -> None:
    """Move the running period of mediation: counted on from its original last day (特邀 27, 在线 24)."""
    for old in list(run.running()):
        if old.rule in PERIODS and old.case == case.id:
            rule = run.tables.rules[old.rule]
            if old.due_on is not None and legal_day(run.arrived_at) > old.due_on:
                run.find("late", rule.basis, "/extension", rule.id)
            days = _granted(run, rule, case)
            put(run, Start(rule, old.object, case.id, old.started_at, extended(run, old, days)))


def _granted(run: Run, rule: Rule, case: CaseState) -> int:
    """The days that move the period: on a court's track all extensions together no more than the rule has.

    They alone stand outside the period of the trial; the base period counts in it (2025 意见 三).
    """
    said = _days(run, rule.extend or _EXTENSION)
    had = case.facts.get("extended_days")
    before = had if isinstance(had, int) else 0
    days = said if rule.extend is None else max(0, min(said, rule.extend - before))
    if days < said:
        run.find("extend_all", rule.basis, "/extension/days")
    if rule.outside is not None and days:
        run.find("trial-clock", rule.basis, "/extension/days", str(days))
    run.learn(case, extended_days=before + days)
    return days


def _outer_extended(run: Run, rule: Rule, case: CaseState | None) -> None:
    """JC_OUTER_EXT: from the end of the outer period, where that is what was extended (民诉法 187)."""
    if case is None:
        return
    under_187 = "187" in (text(run.document, "extension.basis") or "")
    reviewed = any(d.case == case.id for d in run.running("JC_REVIEW")) or any(
        rule_id == "JC_REVIEW" for rule_id, _ in run.started
    )
    if reviewed and not under_187 and _days(run, 10) <= 10:
        return
    for outer in run.running("JC_OUTER"):
        if outer.case == case.id:
            due = extended(run, outer, _days(run, int(rule.n or 30)))
            put(run, Start(rule, case.id, case.id, run.act.acted_at, due))


def _days(run: Run, otherwise: int) -> int:
    days = at(run.document, "extension.days")
    return days if isinstance(days, int) and days > 0 else otherwise


def _restarted(run: Run, rule: Rule, _case: CaseState | None) -> None:
    """ZHIAN_CASE_CLOCK: evidence of the failure or breach; the police period runs anew from it."""
    pending = run.facts.get("police_case") == "open"
    if not pending and run.document.get("phase") != "police_case_resumed":
        return
    first = since(run, "POLICE_CASE")
    put(run, Start(rule, run.act.message, None, first, None))
    again = run.tables.rules["POLICE_CASE"]
    put(run, Start(again, run.dispute_id, None, first, run.calendar.due(again, first)))


def _correction(run: Run, rule: Rule, _case: CaseState | None) -> None:
    if run.document.get("action") == "request":
        obj = text(run.document, "message") or run.act.message
        first = run.arrived_at
        put(run, Start(rule, obj, None, first, run.calendar.due(rule, first)))


def _on_dispute(run: Run, rule: Rule, _case: CaseState | None) -> None:
    put(run, simple(run, rule, None, since(run, rule.id)))


def _filing(run: Run, rule: Rule, case: CaseState | None) -> None:
    """FILE_CASE binds a court that was asked to register (民诉法 126); others only pass the wish on."""
    if type_of(run.units, run.act.sender) in COURT:
        _on_dispute(run, rule, case)


def _notice_of_execution(run: Run, rule: Rule, case: CaseState | None) -> None:
    """EXEC_NOTICE: from the application for enforcement, which one row shares with its end."""
    if run.document.get("phase") == "enforcement_applied":
        _plain(run, rule, case)


def _fee(run: Run, rule: Rule, case: CaseState | None) -> None:
    if at(run.document, "fee.paid") is not True:
        _plain(run, rule, case)


def _joint(run: Run, rule: Rule, case: CaseState | None) -> None:
    """WARN_JOINT: once for each time a warning stands at the gravest level."""
    if case is not None and joint.wanted(run, case):
        _plain(run, rule, case)


_SPECIAL: Final[Mapping[str, Starter]] = {
    "LIMITATION": _limitation,
    "DISPUTE_IDLE": _on_dispute,
    "POLICE_CASE": _on_dispute,
    "ZHIAN_SECOND": _on_dispute,
    "PERF_VISIT": _on_dispute,
    "ARCHIVE": _on_dispute,
    "FILE_CASE": _filing,
    "FEE_PAY": _fee,
    "EXEC_NOTICE": _notice_of_execution,
    "RM_NORMAL": _general,
    "JC_SUPPLEMENT": _supplement,
    "JC_REVIEW": _review,
    "JC_OUTER_EXT": _outer_extended,
    "JC_APPLY": agreement.apply,
    "LABOR_ARB_REVIEW": agreement.arbitration,
    "ZHIAN_CASE_CLOCK": _restarted,
    "CORRECTION_REPLY": _correction,
    "PERF_ITEM": agreement.performance,
    "ENFORCE_OPEN": agreement.enforce_open,
    "ENFORCE_APPLY": agreement.enforce_apply,
    "JC_THIRD_OBJECTION": agreement.third,
    joint.RULE: _joint,
}
