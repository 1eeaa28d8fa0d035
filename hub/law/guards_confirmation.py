"""Guards of judicial confirmation: who applies, in time or not, with what, and what the judge has seen.

Each takes the run and the guard's row of the table; it refuses, or notes a finding. Pure.
"""

from typing import Final

from hub.law import items, service
from hub.law.calendar import legal_day
from hub.law.matching import answers, refused
from hub.law.model import CaseState
from hub.law.reading import at, day, listed, objects, text
from hub.law.run import Run, refuse
from hub.law.shapes import Guard
from hub.reference import divisions
from hub.reference.case_numbers import parse

NOT_SURE: Final = frozenset({"administrative", "police_public_order", "judicial", "other"})
"""Types of mediation of which only the court says whether an organisation of 民诉法 205 did it."""


def joint(run: Run, guard: Guard) -> None:
    """All parties apply together (民诉法 205); without applicants there is no application."""
    applicants = list(objects(run.document, "applicants"))
    if len(applicants) < 2 or refused(run.document, "joint_application"):
        raise refuse(guard, "/applicants")
    stated = {text(s, "party") for s in objects(run.document, "joint_statement")}
    stated |= {ref for ref, answer in answers(run.document, "joint_application").items() if answer == "yes"}
    if any(text(a, "ref") not in stated for a in applicants):
        run.note(guard, "/joint_statement")


def papers(run: Run, guard: Guard) -> None:
    """Application, agreement, the organisation's proof, identities, service addresses (解释 353, 354).

    What another paper lacks is for the court; an application that means no agreement is none.
    """
    if not _means_agreement(run):
        raise refuse(guard, "/agreement")
    if not listed(run.document, "papers"):
        run.note(guard, "/papers")
    if run.document.get("organisation_proof") is None:
        run.note(guard, "/organisation_proof")


def _means_agreement(run: Run) -> bool:
    """It brings the agreement, names it, encloses it, or the dispute has one."""
    enclosed = (text(paper, "catalogue") for paper in objects(run.document, "papers"))
    return bool(run.document.get("agreement")) or "agreement" in enclosed or bool(run.facts.get("agreements"))


def venue(run: Run, guard: Guard) -> None:
    """Which of the courts of 民诉法 205 it is: unsaid, or inviting without its case."""
    basis = text(run.document, "venue_basis")
    if basis in (None, "undecided"):
        run.note(guard, "/venue_basis")
    elif basis == "inviting" and run.document.get("inviting_court_case") is None:
        run.note(guard, "/inviting_court_case")
    elif basis == "organisation_place":
        unit = run.units.get(run.act.sender)
        if unit is not None and divisions().court_in_doubt(unit.division, run.today):
            run.note(guard, "/venue_basis", "division-changed")


def caseno(run: Run, guard: Guard) -> None:
    """A 民特 number of the year of filing; another form is for the court to explain."""
    number = parse(text(run.document, "case_number.value") or "")
    filed = day(run.document.get("accepted_on")) or day(run.document.get("ruled_on")) or run.today
    if number is None or not number.type.endswith("民特") or abs(number.year - filed.year) > 1:
        run.note(guard, "/case_number")


def ground(run: Run, guard: Guard) -> None:
    """A negative answer names its ground of 355 or 358; a text or the ruling itself may carry it."""
    if text(run.document, "ground") or listed(run.document, "grounds"):
        return
    if run.document.get("outcome") == "deemed_withdrawn":
        return  # 解释 357: its ground is none of 355 and 358
    says = any(run.document.get(name) for name in ("reason", "remarks", "document", "attachments"))
    if run.act.kind == "confirmation_answer" and not says:
        raise refuse(guard, "/ground")
    run.note(guard, "/ground" if run.act.kind == "confirmation_answer" else "/grounds")


def window(run: Run, guard: Guard, case: CaseState | None) -> None:
    """30 days from the agreement's effective date, counted at the hub's receipt; the court decides."""
    effective = day(case.facts.get("effective_on")) if case else None
    if effective is None:
        return
    due = run.calendar.after(effective, "calendar_day", int(run.tables.rules["JC_APPLY"].n or 30))
    if legal_day(run.act.received_at) > due.on:
        run.note(guard, "/effective_on", "late")


def org_kind(run: Run, guard: Guard, case: CaseState | None) -> None:
    """Whether an administrative organ is a mediation organisation of 205 is for the court to say."""
    if case is not None and case.facts.get("mediation_type") in NOT_SURE:
        run.note(guard, "/agreement/mediation_type")


def verified_together(run: Run, guard: Guard, case: CaseState | None) -> None:
    """The parties come together, online too, to be asked (解释 356)."""
    held = run.act.kind == "video_session"
    if held and not listed(run.document, "participants"):
        run.note(guard, "/participants")
    elif not held and case is not None and not case.facts.get("verified"):
        run.note(guard)


def party_window(run: Run, guard: Guard, case: CaseState | None) -> None:
    """A party's 15 days from its own receipt (解释 372)."""
    ref = text(run.document, "objector.ref")
    held = case.parties.get(ref) if case and ref else None
    if case is None or ref is None or held is None:
        run.note(guard, "/objector")
        return
    running = service.window_of(run, case, ref)
    over = held.get("state") == "objection_over" or (
        running is not None and running.due_on is not None and legal_day(run.arrived_at) > running.due_on
    )
    if over:
        run.note(guard, "/filed_at", "late")


def third_window(run: Run, guard: Guard, _case: CaseState | None) -> None:
    """Six months from knowing (解释 372): the day is computed from what the objector says."""
    known = day(run.document.get("known_since"))
    if known is None:
        run.note(guard, "/known_since")
        return
    rule = run.tables.rules["JC_THIRD_OBJECTION"]
    due = run.calendar.after(known, rule.unit, int(rule.n or 6))
    filed = day(run.document.get("filed_at")) or run.today
    if filed > due.on:
        run.note(guard, "/filed_at", "late")


def breach(run: Run, guard: Guard, _case: CaseState | None) -> None:
    """Only an item that is due can be in breach (民诉法 206)."""
    item = items.named(run)
    due = day(item["due"]) if item else None
    if due is not None and run.today <= due:
        run.note(guard, "/item")


def flag_seen(run: Run, guard: Guard, case: CaseState | None) -> None:
    """A reported suspicion has been looked at by the judge, who decides (PIPL 24)."""
    flagged = case is not None and case.facts.get("flagged") and not case.facts.get("flags_seen")
    if flagged and at(run.document, "flags_seen.seen") is not True:
        run.note(guard, "/flags_seen")
