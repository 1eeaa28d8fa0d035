"""What the law room remembers of a message for later decisions: codes, dates, booleans, refs and ids.

Never a name, a text or an amount: facts are stored unsealed. Pure.
"""

from collections.abc import Callable, Mapping
from typing import Final

from hub.law import items
from hub.law.matching import AGREED, answers, speaks_of
from hub.law.model import CaseState
from hub.law.reading import Document, at, day, listed, objects, text
from hub.law.run import Run
from hub.reference.case_numbers import is_criminal

_UNWILLING: Final = frozenset({"refused_by_party", "withdrawn_by_party"})
"""Results by which somebody would not go on: a new run needs a new yes."""

_POLICE: Final[Mapping[str, str]] = {
    "police_case_accepted": "open",
    "police_case_resumed": "open",
    "police_no_penalty": "closed",
    "police_penalty": "closed",
}


def of_dispute(run: Run) -> None:
    """From a registration or its update."""
    doc, facts = run.document, run.facts
    for name in ("dispute_type", "origin"):
        value = text(doc, name)
        if value is not None:
            facts[name] = value
    wanted = doc.get("filing_requested")
    if isinstance(wanted, bool):
        facts["filing_requested"] = wanted
    scopes = {str(m.get("no")): text(m, "scope") for m in objects(doc, "matters")}
    if scopes:
        facts["matters"] = scopes
    _parties(run)
    report = doc.get("mandatory_report")
    if isinstance(report, dict) and report.get("required") is True:
        handled = text(report, "done_at") or text(report, "exemption")
        facts["mandatory_report"] = "handled" if handled else "required"
    kind = text(doc, "own_case.kind")
    if kind is not None:
        _own_case(run, kind)


def _parties(run: Run) -> None:
    refs = [p["ref"] for p in objects(run.document, "parties") if isinstance(p.get("ref"), str)]
    if refs and "parties" not in run.facts:
        run.facts["parties"] = refs


def _own_case(run: Run, kind: str) -> None:
    known = run.facts.get("own_cases")
    own = dict(known) if isinstance(known, dict) else {}
    own[run.act.sender] = kind
    run.facts["own_cases"] = own


def of_guidance(run: Run) -> None:
    """Who agreed to mediation, and whether filing is still wanted."""
    _consents(run)
    wanted = run.document.get("filing_requested")
    if isinstance(wanted, bool):
        run.facts["filing_requested"] = wanted


def _consents(run: Run) -> None:
    """The last word of each party, on mediation and on the mediator; a yes of all ends a refusal."""
    given = _said(run, "consents", "mediation")
    _said(run, "mediator_consents", "mediator")
    _said(run, "online_consents", "online")
    if given and all(answer == "yes" for answer in given.values()):
        run.facts.pop("mind", None)


def _said(run: Run, fact: str, about: str) -> dict[str, str]:
    given = answers(run.document, about)
    known = run.facts.get(fact)
    if given or (known is None and fact == "consents"):
        run.facts[fact] = {**(known if isinstance(known, dict) else {}), **given}
    return given


def of_referral(run: Run) -> dict[str, object]:
    """Facts of a run that opens."""
    doc = run.document
    facts: dict[str, object] = {"message": run.act.message}
    for name in ("track", "platform", "mediation_type", "procedure", "domestic_violence"):
        value = text(doc, name)
        if value is not None:
            facts[name] = value
    facts["matters"] = [no for no in listed(doc, "matters") if isinstance(no, int)]
    _parties(run)
    if speaks_of(doc, "mediation", "mediator", "online"):
        _consents(run)
    kind = text(doc, "own_case.kind")
    if kind is not None:
        _own_case(run, kind)
    return facts


def of_application(run: Run) -> dict[str, object]:
    """Facts of an application for confirmation: which agreement, since when in force, who may be e-served."""
    doc = run.document
    agreement = doc.get("agreement")
    inline: Document = agreement if isinstance(agreement, dict) else {}
    known = _known_agreement(run, agreement if isinstance(agreement, str) else text(inline, "id"))
    if known is None and inline:
        items.record(run, [inline], None)
        known = items.facts_of(run, "agreements")[-1]
    effective = (
        day(doc.get("effective_on"))
        or day(inline.get("effective_on"))
        or day(known.get("effective_on") if known else None)
    )
    facts: dict[str, object] = {
        "message": run.act.message,
        "agreement": known["id"] if known else None,
        "effective_on": effective.isoformat() if effective else None,
        "mediation_type": text(inline, "mediation_type") or (known or {}).get("mediation_type"),
        "submitted_on": run.today.isoformat(),
        "organisation": _organisation(run, inline, known),
        "e_service": {
            str(p.get("ref")): at(p, "service_address.e_service")
            for p in objects(doc, "applicants")
            if isinstance(at(p, "service_address.e_service"), bool)
        },
    }
    for name in ("route", "venue_basis"):
        value = text(doc, name)
        if value is not None:
            facts[name] = value
    return facts


def _organisation(run: Run, inline: Document, known: items.Fact | None) -> str | None:
    """The unit that mediated; None where only a name of it is told."""
    code = text(inline, "organisation") or text(known or {}, "organisation")
    return code if code is not None and run.units.get(code) is not None else None


def _known_agreement(run: Run, named: str | None) -> items.Fact | None:
    """The agreement an application is about: the one it names, or the only one in force."""
    known = [a for a in items.facts_of(run, "agreements") if not a.get("replaced")]
    exact = [a for a in known if a["id"] == named]
    if exact:
        return exact[0]
    return known[0] if len(known) == 1 else None


def of_step(run: Run, case: CaseState | None) -> CaseState | None:
    """What a step leaves behind in its case or dispute; the case as it is now."""
    doc, kind = run.document, run.act.kind
    if kind == "case_status":
        police = _POLICE.get(str(doc.get("phase")))
        if police is not None:
            run.facts["police_case"] = police
        own = text(doc, "case.kind")
        if own is not None:
            _own_case(run, own)
    elif kind == "guidance":
        of_guidance(run)
    elif kind == "dispute":
        of_dispute(run)
    return case if case is None else _of_case(run, case)


def _of_case(run: Run, case: CaseState) -> CaseState:
    learn = _LEARNED.get(run.act.kind)
    return learn(run, case) if learn else case


def _of_session(run: Run, case: CaseState) -> CaseState:
    held = run.document.get("action") == "held" and case.machine == "confirmation"
    return run.learn(case, verified=True) if held else case


def _of_report(run: Run, case: CaseState) -> CaseState:
    return run.learn(case, flagged=True)


def _of_conversion(run: Run, case: CaseState) -> CaseState:
    """民转刑 is told by the number alone; where it does not tell it, by the unit's own case_status."""
    doc = run.document
    if doc.get("action") != "converted":
        return case
    criminal = text(doc, "new_case.system") == "case_no" and is_criminal(text(doc, "new_case.value") or "")
    return run.learn(case, converted="criminal" if criminal else "untold")


def _of_answer(run: Run, case: CaseState) -> CaseState:
    answer = run.document.get("answer")
    if answer == "signed":
        on = day(run.document.get("signed_at")) or run.today
        return run.learn(case, signed_on=on.isoformat())
    if answer == "accepted":
        if text(run.document, "disclosure"):
            case = run.learn(case, disclosed=True)
        return run.learn(case, accepted_on=run.today.isoformat())
    return case


def _of_progress(run: Run, case: CaseState) -> CaseState:
    if run.document.get("event") == "mediator_changed" and case.facts.get("disclosed"):
        return run.learn(case, disclosed=False)
    return case


def _of_result(run: Run, case: CaseState) -> CaseState:
    outcome = run.document.get("outcome")
    if outcome in AGREED:
        items.record(run, list(objects(run.document, "agreements")), case)
    elif outcome in _UNWILLING:
        run.facts["mind"] = "refused"
    return run.learn(case, outcome=outcome)


def _of_decision(run: Run, case: CaseState) -> CaseState:
    doc = run.document
    if at(doc, "flags_seen.seen") is True:
        case = run.learn(case, flags_seen=True)
    if doc.get("decision") == "accepted":
        on = day(doc.get("accepted_on")) or run.today
        case = run.learn(case, accepted_on=on.isoformat())
    return case


def _of_ruling(run: Run, case: CaseState) -> CaseState:
    outcome = str(run.document.get("outcome"))
    if outcome in ("corrected", "objection_rejected"):
        return case
    due = day(run.document.get("performance_due_last"))
    return run.learn(
        case,
        outcome="confirmed" if outcome == "objection_upheld_changed" else outcome,
        confirming=outcome in ("confirmed", "objection_upheld_changed"),
        due_last=due.isoformat() if due else case.facts.get("due_last"),
    )


_LEARNED: Final[Mapping[str, Callable[[Run, CaseState], CaseState]]] = {
    "referral_answer": _of_answer,
    "mediation_progress": _of_progress,
    "mediation_result": _of_result,
    "confirmation_answer": _of_decision,
    "confirmation_ruling": _of_ruling,
    "video_session": _of_session,
    "false_litigation_report": _of_report,
    "warning_feedback": _of_conversion,
}
