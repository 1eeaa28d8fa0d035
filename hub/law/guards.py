"""Guards of the rows: what a document alone must satisfy, and what hangs on the situation.

A guard refuses (422 `rule`) only what makes a message not be of its kind or what a law forbids outright.
Lateness, venue, grounds, completeness and suspicion are for a person or a court: findings (contract 2).
A guard of the tables that is not listed here is kept by roles, by clocks or by the exchange; see
`KEPT_ELSEWHERE`. Pure.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from hub.law import guards_confirmation as confirmation
from hub.law import guards_consultation as consultation
from hub.law import guards_referral as referral
from hub.law import guards_warning as warning
from hub.law import performance
from hub.law.items import still_open
from hub.law.matching import answers
from hub.law.model import CaseState
from hub.law.reading import at, listed, objects, text
from hub.law.run import Run, refuse
from hub.law.shapes import Guard, Machine

Check: TypeAlias = Callable[[Run, Guard], None]
CaseCheck: TypeAlias = Callable[[Run, Guard, CaseState | None], None]

KEPT_ELSEWHERE: Final[Mapping[str, str]] = {
    "own_case": "roles: only a case unit reports",
    "same_dispute": "the exchange: an explicit reference resolved the dispute",
    "replaces": "stepping: the echo fits only a replacing agreement",
    "no_second_run": "openings: illegal-step",
    "one_open": "openings: illegal-step",
    "sender_only": "roles: only the referring unit may",
    "asker_only": "roles: only the asker may",
    "cutoff": "clocks: an act after the day is a finding",
    "signed_doc": "the exchange: the signature of the file is checked there",
    "service_valid": "service: what is no service becomes an attempt",
    "all_served": "service: derived from the receipts",
    "need_to_know": "access: the views table cuts",
    "human": "roles: no row of the hub weighs a level; openings: the hub only suggests",
}


def check_document(run: Run, machine: Machine, ids: Iterable[str]) -> None:
    """Guards that look at the document alone; raised before the state is asked."""
    for gid in ids:
        check = _DOCUMENT.get(gid)
        if check is not None:
            check(run, machine.guards[gid])


def check_situation(run: Run, machine: Machine, ids: Iterable[str], case: CaseState | None) -> None:
    """Guards that hang on what is known of the dispute and the case."""
    for gid in ids:
        check = _SITUATION.get(gid)
        if check is not None:
            check(run, machine.guards[gid], case)


# Kinds whose native forms say their reason elsewhere (a ruling, a failure record): a finding there.
_REASON_IN_FORM: Final = frozenset(
    {"mediation_result", "service_receipt", "confirmation_ruling", "objection", "false_litigation_report"}
)
_REASONS: Final = (
    "reason", "reason_code", "remarks", "missing", "ground", "failure", "refusal", "grounds", "extension",
    "suspension.reason_code", "signs", "text", "document",
)  # fmt: skip


def _reason(run: Run, guard: Guard) -> None:
    if any(at(run.document, path) for path in _REASONS):
        return
    if run.act.kind in _REASON_IN_FORM:
        run.note(guard, "/reason")
        return
    raise refuse(guard, "/reason")


def _filing_not_refused(run: Run, guard: Guard) -> None:
    if run.document.get("filing_requested") is True and not text(run.document, "complaint_received_at"):
        run.note(guard, "/complaint_received_at")


def _consent_each(run: Run, guard: Guard) -> None:
    given = answers(run.document, "mediation")
    if not given or any(ref not in given for ref in listed(run.document, "told")):
        run.note(guard, "/consents")


def _evidence(run: Run, guard: Guard) -> None:
    if not any(listed(run.document, name) for name in ("evidence", "confirmed_by", "attachments")):
        run.note(guard, "/evidence")


def _two_approvers(run: Run, guard: Guard) -> None:
    people = {text(a, "person") for a in objects(run.document, "approvers")} - {None}
    if len(people) < 2:
        raise refuse(guard, "/approvers")


def _items_complete(run: Run, guard: Guard, _case: CaseState | None) -> None:
    """Saying `all performed` of one agreement while another in force is still owed is not so."""
    if still_open(run):
        raise refuse(guard, "/agreement")


def _no_open_case(run: Run, guard: Guard, _case: CaseState | None) -> None:
    if open_cases(run):
        raise refuse(guard, "/phase" if run.act.kind == "case_status" else "/target")


def open_cases(run: Run) -> list[CaseState]:
    """Cases of the dispute that are not at an end."""
    return [c for c in run.all_cases() if not run.machine(c.machine).terminal(c.state)]


def _safety_first(run: Run, guard: Guard, _case: CaseState | None) -> None:
    if run.facts.get("mandatory_report") != "required":
        return
    if run.document.get("phase") == "archived":
        raise refuse(guard, "/phase")
    run.note(guard, "/mandatory_report")


_DOCUMENT: Final[Mapping[str, Check]] = {
    "reason": _reason,
    "filing_not_refused": _filing_not_refused,
    "consent_each": _consent_each,
    "evidence": _evidence,
    "two_approvers": _two_approvers,
    "consent": referral.consent,
    "track_open": referral.track_open,
    "zhian_range": referral.zhian_range,
    "guardian": referral.guardian,
    "extend_all": referral.extend_all,
    "agreement_complete": referral.agreement_complete,
    "failure_record": referral.failure_record,
    "undisputed_written": referral.undisputed_written,
    "routes_told": referral.routes_told,
    "four_flags": referral.four_flags,
    "joint": confirmation.joint,
    "papers": confirmation.papers,
    "venue": confirmation.venue,
    "caseno": confirmation.caseno,
    "ground": confirmation.ground,
    "level_cfg": warning.level_cfg,
    "cleared_evidence": warning.cleared_evidence,
    "no_person": consultation.no_person,
    "general_advice": consultation.general_advice,
}
_SITUATION: Final[Mapping[str, CaseCheck]] = {
    "items_complete": _items_complete,
    "no_open_case": _no_open_case,
    "safety_first": _safety_first,
    "certificate": performance.certificate,
    "change_all": performance.change_all,
    "consent": referral.consent_on_record,
    "recusal": referral.recusal,
    "extend_all": referral.extend_in_time,
    "window": confirmation.window,
    "org_kind": confirmation.org_kind,
    "verified_together": confirmation.verified_together,
    "obj_party_window": confirmation.party_window,
    "obj_third_window": confirmation.third_window,
    "breach": confirmation.breach,
    "flag_seen": confirmation.flag_seen,
    "police_always": warning.police_always,
    "superior_clear": warning.superior_clear,
}

KNOWN: Final = frozenset({*_DOCUMENT, *_SITUATION, *KEPT_ELSEWHERE})
"""Every guard id that something in the hub keeps; a table may name no other."""
