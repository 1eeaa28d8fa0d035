"""A dispute as signs look at it, made from what was said of it: registration, agreement, application, after.

Pure and in memory: opens nothing, keeps nothing. Of several registrations the first counts for the time, of
several agreements and applications the last.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from hub.law.matching import AGREED
from hub.law.reading import Document, at, day, instant, listed, objects, text
from hub.law.screening.record import Item, Matter, Person
from hub.nightly.screening.afterwards import enforced, outsiders, sued
from hub.nightly.screening.people import Eyes, people, phones_of, sided
from hub.reference.catalogue import entries

REGISTERS: Final = ("dispute", "referral")
APPLICATION: Final = "confirmation_application"
RESULT: Final = "mediation_result"
KINDS: Final = (*REGISTERS, RESULT, APPLICATION, "objection", "case_status")
"""Kinds of message that a record is made from."""
_PROOF: Final = frozenset(
    {"evidence", "investigation", "performance_proof", "appraisal", "property_right", "video"}
)
_NOBODY: Final[frozenset[int]] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class Said:
    """A message of a dispute, opened. `case`: the run it stepped."""

    message: str
    kind: str
    sender: str
    received: datetime
    case: str | None
    document: Document


@dataclass(frozen=True, slots=True, repr=False)
class _Parts:
    """The documents of a dispute by what they are for; empty where there is none."""

    first: Said | None
    told: Sequence[Document]
    results: Sequence[Said]
    result: Said | None
    application: Said | None
    agreement: Document
    agreed_in: Said | None


def matter(dispute: str, said: Sequence[Said], eyes: Eyes, case: str | None = None) -> Matter:
    """The record of a dispute; `said` in the order of acceptance, not empty.

    `case`: the confirmation it is made for. Without one, the last application counts.
    """
    parts = _parts(said, case)
    documents = [s.document for s in said]
    found, refs = people(((s.kind, s.document) for s in said), eyes, phones_of(documents))
    items = tuple(_item(i, refs) for i in objects(parts.agreement, "items"))
    owing, getting = (
        frozenset(n for i in items for n in getattr(i, side)) for side in ("debtors", "creditors")
    )
    persons = sided(found, owing, getting)
    application = parts.application.document if parts.application else {}
    organisation = text(parts.agreement, "organisation") or (
        parts.agreed_in.sender if parts.agreed_in else ""
    )
    told = parts.told
    return Matter(
        dispute=dispute,
        opened=_opened(parts.first or said[0]),
        persons=persons,
        registration=parts.first.message if parts.first else None,
        agreed_in=parts.agreed_in.message if parts.agreed_in else None,
        applied_in=parts.application.message if parts.application else None,
        case=parts.application.case if parts.application else None,
        applied=_when(parts.application) if parts.application else None,
        agreed=_agreed(parts.agreement),
        type=next((t for d in told if (t := text(d, "dispute_type"))), ""),
        cause=" ".join(_cause(d) for d in told),
        about=" ".join(_about([*told, parts.agreement])),
        terms=" ".join(_terms(parts.agreement, application)),
        items=items,
        yuan=_yuan(items, told),
        property=frozenset(k for r in objects(application, "property_rights") if (k := text(r, "kind"))),
        contested=any(_is_contested(d) for d in told),
        admitted=bool(text(parts.agreement, "undisputed_facts"))
        or any(text(r.document, "undisputed_facts") for r in parts.results),
        sessions=_sessions(parts.results),
        absent=_absent(parts.results, persons, refs, eyes),
        evidence=any(_has_proof(d) for d in documents),
        people_count=max((_count(d.get("people_count")) for d in told), default=0),
        venue=text(application, "venue_basis") or "",
        place=frozenset(c for d in told if isinstance(p := d.get("place"), dict) for c in eyes.districts(p)),
        organisation=organisation,
        organisation_place=eyes.seat(organisation),
        mediators=frozenset(m for m in listed(parts.agreement, "mediators") if isinstance(m, str)),
        outsiders=outsiders((s.message, s.kind, s.document) for s in said),
        enforced_in=enforced((s.message, s.kind, s.document) for s in said),
        sued_in=sued((s.message, s.kind, s.document) for s in said),
    )


def _parts(said: Sequence[Said], case: str | None) -> _Parts:
    registrations = [s for s in said if s.kind in REGISTERS]
    results = [s for s in said if s.kind == RESULT]
    applications = [s for s in said if s.kind == APPLICATION and case in (None, s.case)]
    application = applications[-1] if applications else None
    agreed = [r for r in results if r.document.get("outcome") in AGREED]
    result = agreed[-1] if agreed else None
    brought = application.document.get("agreement") if application else None
    if isinstance(brought, dict):
        agreement: Document = brought
        agreed_in = application
    else:
        agreements = objects(result.document, "agreements") if result else []
        agreement, agreed_in = (agreements[-1] if agreements else {}), result
    told = [s.document for s in said if s.kind == "dispute"] or [s.document for s in registrations]
    first = registrations[0] if registrations else None
    return _Parts(first, told, results, result, application, agreement, agreed_in)


def _item(item: Document, refs: Mapping[str, int]) -> Item:
    def who(name: str) -> frozenset[int]:
        return frozenset(refs[r] for r in listed(item, name) if isinstance(r, str) and r in refs)

    words = text(item, "object") or ""
    return Item(text(item, "kind") or "", who("debtors"), who("creditors"), _money(item.get("amount")), words)


def _money(value: object) -> Decimal | None:
    amount = text(value, "amount")
    return Decimal(amount) if amount else None


def _yuan(items: Iterable[Item], told: Iterable[Document]) -> Decimal:
    """What the agreement moves; where it names no sum, what the dispute is said to be about."""
    moved = sum((i.yuan for i in items if i.yuan), Decimal(0))
    return moved or next((y for d in told if (y := _money(d.get("amount")))), Decimal(0))


def _when(said: Said) -> datetime:
    return instant(said.document.get("business_time")) or said.received


def _opened(first: Said) -> datetime:
    return instant(first.document.get("reported_at")) or _when(first)


def _agreed(agreement: Document) -> datetime | None:
    signed = [instant(s.get("at")) for s in objects(agreement, "signatures")]
    known = [t for t in (*signed, instant(agreement.get("organisation_seal_at"))) if t is not None]
    if known:
        return max(known)
    on = day(agreement.get("effective_on"))
    return None if on is None else instant((on + timedelta(days=1)).isoformat())


def _cause(document: Document) -> str:
    """The name of the cause of action, from the list where only its code is told."""
    cause = document.get("cause")
    if isinstance(cause, str):
        return cause
    name, code = text(cause, "name"), text(cause, "code")
    if name or not code:
        return name or ""
    return next((e.zh for e in entries("causes-2026") if code == e.code), "")


def _about(documents: Iterable[Document]) -> Iterable[str]:
    for document in documents:
        yield text(document, "title") or ""
        yield text(document, "place.text") or ""
        yield from (text(m, "text") or "" for m in objects(document, "matters"))


def _terms(agreement: Document, application: Document) -> Iterable[str]:
    yield text(agreement, "terms") or ""
    yield from (text(i, "object") or "" for i in objects(agreement, "items"))
    yield from (text(r, "text") or "" for r in objects(application, "property_rights"))


def _is_contested(document: Document) -> bool:
    hurt = any(isinstance(n := at(document, f"injuries.{who}"), int) and n for who in ("injured", "dead"))
    called = bool(objects(document, "calls")) or document.get("origin") == "police_call"
    return hurt or called or bool(text(document, "claims"))


def _sessions(results: Iterable[Said]) -> int | None:
    told = [r.document["sessions"] for r in results if isinstance(r.document.get("sessions"), list)]
    return sum(len(listed({"s": s}, "s")) for s in told) if told else None


def _absent(
    results: Iterable[Said], persons: Sequence[Person], refs: Mapping[str, int], eyes: Eyes
) -> frozenset[int]:
    sessions = [s for r in results for s in objects(r.document, "sessions") if listed(s, "present")]
    if not sessions:
        return _NOBODY
    present = {p for s in sessions for p in listed(s, "present") if isinstance(p, str)}
    names = eyes.mark("name", present)
    came = {n for ref, n in refs.items() if ref in present} | {
        n for n, person in enumerate(persons) if person.name in names
    }
    return frozenset(range(len(persons))) - came


def _has_proof(document: Document) -> bool:
    files = [*objects(document, "papers"), *objects(document, "attachments")]
    for material in objects(document, "materials"):
        file = material.get("file")
        files += [material, *([file] if isinstance(file, dict) else [])]
    proofs = (r.get("proof") for r in objects(document, "property_rights"))
    return any(text(f, "catalogue") in _PROOF for f in files) or any(isinstance(p, dict) for p in proofs)


def _count(value: object) -> int:
    number = value.get("value") if isinstance(value, dict) else value
    return number if isinstance(number, int) and not isinstance(number, bool) else 0
