"""Which dispute and which case a record speaks of (contract 2, "Which case" and "The same again").

Works on what the batch looked up; asks nothing itself, guesses nothing. What is not the sender's answers
as what does not exist.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple
from uuid import UUID

from hub.errors import Fault, Refused
from hub.exchange.dossier import Case, Dossier
from hub.exchange.lookup import Found, Known
from hub.exchange.prepare import PreparedRecord
from hub.law.run import ADMIN, HUB
from hub.store.ids import read_id
from hub.trust.jose import Envelope

OPENS: Final[Mapping[str, str]] = {
    "referral": "referral",
    "consultation": "consultation",
    "early_warning": "warning",
    "confirmation_application": "confirmation",
}
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "referral_answer": ("referral",),
    "referral_supplement": ("referral",),
    "mediation_progress": ("referral",),
    "mediation_result": ("referral",),
    "consultation_reply": ("consultation",),
    "warning_feedback": ("warning",),
    "confirmation_answer": ("confirmation",),
    "confirmation_supplement": ("confirmation",),
    "confirmation_ruling": ("confirmation",),
    "service_receipt": ("confirmation",),
    "objection": ("confirmation",),
    "false_litigation_report": ("referral", "confirmation"),
    "withdrawal": ("referral", "consultation", "warning", "confirmation"),
}
ON_DISPUTE: Final = frozenset(
    {"dispute", "guidance", "performance", "case_status", "video_session", "dispute_link", "correction"}
)
WITHOUT: Final = frozenset(
    {
        "native_ack",
        "mediation_organisation",
        "mediator",
        "training_record",
        "satisfaction",
        "complaint",
        "assessment_result",
        "conference_notice",
        "task",
        "task_reply",
        "typical_case",
        "snapshot",
    }
)

_LATER: Final = frozenset({"supplement", "follow_up", "closed", "redirect", "reopen"})
"""What a kind that opens cases says of one that is open already: without it there is nothing to say it of."""


class Place(NamedTuple):
    """Where a record belongs. `revises` names the earlier message it is a new version of."""

    dispute: UUID | None
    case: str | None
    opens: str | None = None
    revises: Known | None = None
    corrects: Known | None = None


def place(
    envelope: Envelope,
    record: PreparedRecord,
    found: Found,
    dossiers: Mapping[UUID, Dossier],
) -> Place:
    """The dispute and case of one record. Raises Refused 'unknown' (404) or 'case-unknown' (422)."""
    earlier = _revised(envelope, record, found)
    if earlier is not None:
        case = str(earlier.case_id) if earlier.case_id else None
        return Place(earlier.dispute, case, revises=earlier)
    kind = envelope.kind
    if kind == "correction":
        return _corrected(envelope, record, found)
    if kind in WITHOUT:
        return Place(None, None)
    named = _named(envelope, record, found, dossiers)
    if kind in OPENS and not (named[1] and _goes_on(envelope, record, dossiers, named)):
        if _action(record) in _LATER:
            raise Refused("case-unknown", Fault("case-unknown"))
        dispute = named[0] or _joined(envelope, record, found, dossiers)
        return Place(dispute, None, opens=OPENS[kind])
    if kind in OPENS:
        return Place(*named)
    if kind in STEPS and not _of_dispute(envelope, record):
        return _stepped(envelope, record, found, dossiers, named)
    dispute, case = named
    if dispute is None:
        dispute = _joined(envelope, record, found, dossiers)
    if dispute is None and kind != "dispute" and kind in ON_DISPUTE:
        raise Refused("case-unknown", Fault("case-unknown"))
    return Place(dispute, None if kind == "dispute" else case)


def _revised(envelope: Envelope, record: PreparedRecord, found: Found) -> Known | None:
    for own in record.own:
        known = found.native.get((envelope.iss, envelope.kind, own.blind))
        if known is not None:
            return known
    return None


def _goes_on(
    envelope: Envelope,
    record: PreparedRecord,
    dossiers: Mapping[UUID, Dossier],
    named: tuple[UUID | None, str | None],
) -> bool:
    """Whether a kind that opens cases speaks of the named one: asked on, or raised again."""
    dispute, case = named
    if dispute is None or case is None or _machine(dossiers, dispute, case) != OPENS[envelope.kind]:
        return False
    return _action(record) in _LATER | {"raise"}


def _action(record: PreparedRecord) -> object:
    return (record.document or {}).get("action")


def _of_dispute(envelope: Envelope, record: PreparedRecord) -> bool:
    """A withdrawal of the dispute itself."""
    return envelope.kind == "withdrawal" and (record.document or {}).get("target") == "dispute"


def _corrected(envelope: Envelope, record: PreparedRecord, found: Found) -> Place:
    """A correction belongs where its message does; only the sender of a message corrects it."""
    message = (record.document or {}).get("message")
    known = found.messages.get((read_id(str(message)), envelope.unit))
    if known is None or known.role != "sender":
        raise Refused("unknown", Fault("unknown", pointer="/message"))
    reopens = (record.document or {}).get("action") == "reopen" and known.case_id is not None
    return Place(known.dispute, str(known.case_id) if reopens else None, corrects=known)


def _named(
    envelope: Envelope, record: PreparedRecord, found: Found, dossiers: Mapping[UUID, Dossier]
) -> tuple[UUID | None, str | None]:
    """What `re`, `about_case` and `dispute` say; each must be the sender's to read."""
    dispute: UUID | None = None
    case: str | None = None
    if envelope.re is not None:
        answered = found.messages.get((read_id(envelope.re), envelope.unit))
        if answered is None:
            raise Refused("unknown", Fault("unknown", pointer="/re"))
        dispute = answered.dispute
        case = str(answered.case_id) if answered.case_id else None
    document = record.document or {}
    about = document.get("about_case")
    if envelope.unit in (HUB, ADMIN):  # they take part in every dispute; no unit can have their codes
        return read_id(str(envelope.dispute)), about if isinstance(about, str) else None
    if isinstance(about, str):
        home = found.cases.get(read_id(about))
        if home is None or not _takes_part(dossiers, home, envelope.unit, about):
            raise Refused("unknown", Fault("unknown", pointer="/about_case"))
        dispute, case = home, about
    wanted = envelope.dispute or document.get("dispute")
    if isinstance(wanted, str):
        dossier = dossiers.get(read_id(wanted))
        if dossier is None or envelope.unit not in dossier.participants:
            raise Refused("unknown", Fault("unknown", pointer="/dispute"))
        if dispute is not None and dispute != dossier.id:
            raise Refused("case-unknown", Fault("contradiction", pointer="/dispute"))
        dispute = dossier.id
    return dispute, case


def _takes_part(dossiers: Mapping[UUID, Dossier], home: UUID, unit: str, case: str) -> bool:
    dossier = dossiers.get(home)
    if dossier is None or case not in dossier.cases:
        return False
    return unit in dossier.cases[case].participants


def _joined(
    envelope: Envelope, record: PreparedRecord, found: Found, dossiers: Mapping[UUID, Dossier]
) -> UUID | None:
    """A dispute joined by a number that the sender's own system recorded, or that of one it could read."""
    homes: set[UUID] = set()
    for number in (*record.refers, *record.own, *record.names_case):
        for hit in found.identifiers.get(number.blind, ()):
            dossier = dossiers.get(hit.dispute) if hit.dispute else None
            if dossier is None:
                continue
            if hit.system == envelope.iss or envelope.unit in dossier.participants:
                homes.add(dossier.id)
    if len(homes) > 1:
        raise Refused("case-unknown", Fault("several-disputes"))
    return homes.pop() if homes else None


def _stepped(
    envelope: Envelope,
    record: PreparedRecord,
    found: Found,
    dossiers: Mapping[UUID, Dossier],
    named: tuple[UUID | None, str | None],
) -> Place:
    dispute, case = named
    machines = STEPS[envelope.kind]
    if case is not None and dispute is not None:
        if _machine(dossiers, dispute, case) in machines:
            return Place(dispute, case)
        case = None
    if dispute is None:
        dispute = _joined(envelope, record, found, dossiers)
    if dispute is None:
        raise Refused("case-unknown", Fault("case-unknown"))
    open_cases = [
        cid
        for cid, c in dossiers[dispute].cases.items()
        if c.state.machine in machines and c.closed_at is None and _between(c, envelope)
    ]
    if len(open_cases) != 1:
        rule = "case-unknown" if not open_cases else "several-cases"
        raise Refused("case-unknown", Fault(rule))
    return Place(dispute, open_cases[0])


def _machine(dossiers: Mapping[UUID, Dossier], dispute: UUID, case: str) -> str | None:
    dossier = dossiers.get(dispute)
    found = dossier.cases.get(case) if dossier else None
    return found.state.machine if found else None


def _between(case: Case, envelope: Envelope) -> bool:
    if envelope.unit not in case.participants:
        return False
    return envelope.to is None or envelope.to in case.participants
