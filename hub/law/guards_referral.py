"""Guards of a mediation run: consent, tracks in force, what may not be mediated, what a result must say.

Each takes the run and the guard's row of the table; it refuses, or notes a finding. Pure.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from hub.law.items import still_open
from hub.law.matching import REFUSING, answers, refused
from hub.law.model import CaseState
from hub.law.reading import Document, at, day, listed, objects, text
from hub.law.run import Run, refuse
from hub.law.shapes import Guard

PREFILING_CLOSED: Final = date(2025, 1, 1)
"""From this day courts delegate no new case before filing (严格依法规范立案与调解工作的意见 一)."""

_VIOLENCE: Final = frozenset({"suspected", "victim", "offender", "warned", "protected"})
_COURT_TRACKS: Final = frozenset(
    {"entrusted_ordinary", "entrusted_summary", "prefiling_delegated", "party_online"}
)
_FLAGS: Final = ("agreement", "performed", "written_request_all", "police_approval")


def consent(run: Run, guard: Guard) -> None:
    """One refusal blocks (人民调解法 17); consents that a native form does not carry are a finding."""
    given = answers(run.document, "mediation").values()
    if any(answer in REFUSING for answer in given):
        raise refuse(guard, "/consents")
    wanted = run.act.kind == "referral" and run.document.get("track") != "jurisdiction_transfer"
    if wanted and not given:
        run.note(guard, "/consents")


def consent_on_record(run: Run, guard: Guard, case: CaseState | None) -> None:
    """Who refused earlier has to have said yes since (人民调解法 17, 23).

    After a run that ended because somebody would not go on, the same run is not resumed without a new yes; a
    referral whose form carries no consents is shown as such.
    """
    if run.document.get("track") == "jurisdiction_transfer":
        return
    place = "/event" if run.act.kind == "mediation_progress" else "/consents"
    given = answers(run.document, "mediation")
    known = run.facts.get("consents")
    last = {**(known if isinstance(known, dict) else {}), **given}
    if any(answer in REFUSING for answer in last.values()):
        raise refuse(guard, place)
    opening = case is None or case.state == "not_agreed"
    if run.facts.get("mind") == "refused" and opening and not given:
        if run.act.kind == "mediation_progress":
            raise refuse(guard, place)
        run.note(guard, place, "refused-before")


def track_open(run: Run, guard: Guard) -> None:
    """A track must be in force on the act's own day."""
    if run.document.get("track") == "prefiling_delegated" and run.today >= PREFILING_CLOSED:
        raise refuse(guard, "/track")


def zhian_range(run: Run, guard: Guard) -> None:
    """治安 cases only within 178 and without a ground of 179; the violence itself is never referred."""
    document = run.document
    if at(document, "zhian.in_178") is False:
        raise refuse(guard, "/zhian/in_178")
    if listed(document, "zhian.exclusions_179"):
        raise refuse(guard, "/zhian/exclusions_179")
    if document.get("domestic_violence") not in _VIOLENCE:
        return
    scopes = list(_scopes(run))
    if "public_order" in scopes or at(document, "zhian.in_178") is True:
        raise refuse(guard, "/matters")
    if not scopes or None in scopes:
        if document.get("track") == "police_people":
            raise refuse(guard, "/domestic_violence")
        run.note(guard, "/domestic_violence")


def _scopes(run: Run) -> Iterator[object]:
    """What the referred matters are about, as the dispute registered them."""
    known = run.facts.get("matters")
    for no in listed(run.document, "matters"):
        yield known.get(str(no)) if isinstance(known, dict) else None


def guardian(run: Run, guard: Guard) -> None:
    """Who cannot act alone needs a guardian, and one who is not the alleged offender."""
    for holder in ("parties", "applicants"):
        for i, party in enumerate(objects(run.document, holder)):
            if not _needs_guardian(party):
                continue
            guardians = objects(party, "guardians")
            if all(g.get("is_alleged_offender") is True for g in guardians):
                run.note(guard, f"/{holder}/{i}/guardians")


def _needs_guardian(party: Document) -> bool:
    return party.get("capacity") in ("none", "limited") or at(party, "flags.minor") is True


def recusal(run: Run, guard: Guard, case: CaseState | None) -> None:
    """A disclosed interest needs everyone's consent to go on; a party that refuses the mediator ends that."""
    disclosed = text(run.document, "disclosure") is not None
    kept = case is not None and case.facts.get("disclosed") is True
    if not disclosed and not (kept and run.document.get("event") == "mediator_chosen"):
        return
    pointer = "/disclosure" if disclosed else "/mediators"
    known = run.facts.get("mediator_consents")
    given = {**(known if isinstance(known, dict) else {}), **answers(run.document, "mediator")}
    if any(answer in REFUSING for answer in given.values()):
        raise refuse(guard, pointer)
    parties = run.facts.get("parties")
    everyone = set(parties) if isinstance(parties, list) else set()
    if not given or not everyone <= {ref for ref, answer in given.items() if answer == "yes"}:
        run.note(guard, pointer)


def extend_all(run: Run, guard: Guard) -> None:
    """An extension is made by all parties together: a refusal makes it none."""
    if refused(run.document, "extension"):
        raise refuse(guard, "/extension/consents")
    if not answers(run.document, "extension"):
        run.note(guard, "/extension/consents")
    days = at(run.document, "extension.days")
    if isinstance(days, int) and days > 30:
        run.note(guard, "/extension/days")


def extend_in_time(_run: Run, guard: Guard, case: CaseState | None) -> None:
    """Court tracks: an extension is agreed before the period is over (2025 意见 三), never after."""
    if case is not None and case.state == "period_over" and case.facts.get("track") in _COURT_TRACKS:
        raise refuse(guard, "/event")


def agreement_complete(run: Run, guard: Guard) -> None:
    """Without an agreement there is no agreed result; what one lacks is a finding."""
    agreements = list(objects(run.document, "agreements"))
    if not agreements:
        raise refuse(guard, "/agreements")
    for i, agreement in enumerate(agreements):
        for name in _lacking(agreement):
            run.note(guard, f"/agreements/{i}/{name}")


def _lacking(agreement: Document) -> Iterator[str]:
    for name in ("matters", "items", "signatures"):
        if not listed(agreement, name) and not (name == "signatures" and agreement.get("form") == "oral"):
            yield name
    if agreement.get("form") == "written" and day(agreement.get("organisation_seal_at")) is None:
        yield "organisation_seal_at"
    dates = [day(s.get("at")) for s in objects(agreement, "signatures")]
    last = max((d for d in dates if d is not None), default=None)
    stated = day(agreement.get("effective_on"))
    if last is not None and stated is not None and stated < last:
        yield "effective_on"  # in force when the last of all has signed, not when the form was filled in
    for i, item in enumerate(objects(agreement, "items")):
        for name in ("debtors", "creditors", "due", "manner"):
            if not item.get(name):
                yield f"items/{i}/{name}"


def failure_record(run: Run, guard: Guard) -> None:
    """The four points of a failure report, and no concession in it (在线调解规则 18, 21)."""
    if run.document.get("outcome") != "partly_agreed" or "failure" in run.document:
        for name in ("basics", "reason", "cost_conduct", "hints"):
            if not text(run.document, f"failure.{name}"):
                run.note(guard, f"/failure/{name}")
    given = answers(run.document, "concessions_use").values()
    if text(run.document, "concessions") and not (given and all(a == "yes" for a in given)):
        run.note(guard, "/concessions", "not-forwarded")


def no_penalty(run: Run, guard: Guard) -> None:
    """The same said of the dispute itself; the police's own mediation, agreed and performed, is 185."""
    zhian = at(run.document, "zhian")
    done = isinstance(zhian, dict) and zhian.get("agreed") is True and zhian.get("performed") is True
    if not done or run.document.get("no_penalty") is not None:
        four_flags(run, guard)


def undisputed_written(run: Run, guard: Guard) -> None:
    """What nobody disputes is in writing even where a recording replaces the record."""
    if run.document.get("purpose") == "mediation" and not listed(run.document, "record"):
        run.note(guard, "/record")


def routes_told(run: Run, guard: Guard) -> None:
    """Who ends a mediation tells of the other ways (人民调解法 26)."""
    if not listed(run.document, "routes_told"):
        run.note(guard, "/routes_told")


def four_flags(run: Run, guard: Guard) -> None:
    """No penalty only with all four, and before a decision (程序规定 186)."""
    if run.document.get("phase") != "police_no_penalty":
        return
    if at(run.document, "no_penalty.performed") is True and still_open(run):
        run.note(guard, "/no_penalty/performed")  # the hub knows of an item that is still owed
    for name in _FLAGS:
        if at(run.document, f"no_penalty.{name}") is not True:
            raise refuse(guard, f"/no_penalty/{name}")
    if at(run.document, "no_penalty.decided_already") is True:
        raise refuse(guard, "/no_penalty/decided_already")
