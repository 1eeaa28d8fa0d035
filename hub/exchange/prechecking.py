"""The pre-check of an agreement's file: read as a message would be, looked at, answered; nothing is kept.

The file is the agency's own or in the shared form; what a result does not tell – the parties, the cause –
is taken from the dispute that is named, as far as the caller may read it.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Final, NamedTuple
from uuid import UUID, uuid4

from hub.errors import Fault, Refused
from hub.exchange.files_in import read_file
from hub.exchange.hub import Hub
from hub.exchange.media import media_of
from hub.exchange.precheck_answer import told
from hub.exchange.precheck_config import limits_on
from hub.exchange.reading import Asking, Reader
from hub.forms.model import Form
from hub.law.calendar import SHANGHAI, legal_day
from hub.law.items import effective_day
from hub.law.precheck.book import load_book
from hub.law.precheck.check import Checked, check
from hub.law.precheck.draft import application
from hub.law.precheck.matter import APPLICATION, RESULT, Limits, Matter, Place
from hub.law.reading import Document, objects, text
from hub.strictjson import load_object
from hub.translate.check_digits import born
from hub.translate.records import SHARED_TYPE, Origin, Reading
from schemas.validate import faults

_MOST: Final = 20
"""Agreements of one file that are looked at."""
_LATEST: Final = date(2999, 12, 31)
_MOST_FAULTS: Final = 32
_PARTIES_IN: Final = ("confirmation_application", "referral", "dispute")


class Asked(NamedTuple):
    """A request: the file, for whom, and what the file does not say. `on` None is today."""

    content_type: str
    body: bytes
    unit: str
    kind: str | None = None
    court: str | None = None
    dispute: UUID | None = None
    on: date | None = None


class Background(NamedTuple):
    """What the dispute tells beside the file."""

    parties: tuple[Document, ...] = ()
    cause: str | None = None


class One(NamedTuple):
    """One agreement, looked at, with the draft of its application."""

    id: UUID
    record: str
    matter: Matter
    checked: Checked
    draft: Form


async def precheck(hub: Hub, caller: Asking, agency: str, asked: Asked) -> list[One]:
    """Every agreement of the file. Raises Refused as a message of such a file would be."""
    if asked.unit not in caller.units or hub.desk.units.get(asked.unit) is None:
        raise Refused("unit-not-yours", Fault("unit-not-yours", pointer="unit"))
    if asked.on is not None and not load_book().since <= asked.on <= _LATEST:
        raise Refused("malformed", Fault("parameter", "on"))
    now = hub.clock()
    kind, reading = await _read(hub, agency, asked, now)
    background = await _background(hub, caller, asked.dispute) if asked.dispute else Background()
    view = _View(hub, asked, kind, now, background)
    found: list[One] = []
    for record in reading.records:
        document = _sound(kind, record.document, record.label or None, record.fault)
        agreements = _agreements(kind, document)
        if len(found) + len(agreements) > _MOST:
            raise Refused("too-large", Fault("size", args=(str(_MOST),)))
        found += [view.one(record.label, *each) for each in agreements]
    return found


def answer(hub: Hub, asked: Asked, found: Sequence[One]) -> dict[str, object]:
    """The answer as JSON has it."""
    day = asked.on or legal_day(hub.clock())
    return {
        "on": day.isoformat(),
        "version": load_book().version,
        "agreements": [told(one.id, one.record, one.matter, one.checked) for one in found],
    }


async def _read(hub: Hub, agency: str, asked: Asked, now: datetime) -> tuple[str, Reading]:
    """The records, as the kind that is named or the one the file is."""
    if asked.kind is not None:
        return asked.kind, await _translated(hub, agency, asked, asked.kind, now)
    if media_of(asked.content_type) == SHARED_TYPE:
        is_application = "applicants" in load_object(asked.body)
        kind = APPLICATION if is_application else RESULT
        return kind, await _translated(hub, agency, asked, kind, now)
    try:
        return APPLICATION, await _translated(hub, agency, asked, APPLICATION, now)
    except Refused as refused:
        if not any(f.rule == "kind-not-in-format" for f in refused.faults):
            raise
    return RESULT, await _translated(hub, agency, asked, RESULT, now)


async def _translated(hub: Hub, agency: str, asked: Asked, kind: str, now: datetime) -> Reading:
    return await read_file(hub, agency, asked.content_type, asked.body, Origin(kind, asked.unit, now))


def _sound(kind: str, document: Document | None, record: str | None, fault: Refused | None) -> Document:
    """The document, if it is one of its kind: what the schema refuses cannot be looked at."""
    if document is None:
        raise fault or Refused("untranslatable")
    found = faults(kind, document)
    if found:
        places = (Fault(keyword, pointer, record=record) for pointer, keyword in found[:_MOST_FAULTS])
        raise Refused("schema", *places)
    return document


def _agreements(kind: str, document: Document) -> list[tuple[Document, Document, str]]:
    """Each agreement: the document, the agreement, where it stands. Without any: an empty one."""
    if kind == APPLICATION:
        agreement = document.get("agreement")
        return [(document, agreement if isinstance(agreement, dict) else {}, "/agreement")]
    several = objects(document, "agreements")
    if not several:
        raise Refused("rule", Fault("agreement_complete", "/agreements"))
    return [(document, agreement, f"/agreements/{n}") for n, agreement in enumerate(several)]


async def _background(hub: Hub, caller: Asking, dispute: UUID) -> Background:
    """Parties and cause as the caller may read them. Raises Refused `unknown`."""
    async with hub.database.reading(caller.units, caller.client_id) as conn:
        reader = Reader(conn, caller, hub.sealer, hub.views)
        timeline = await reader.dispute(dispute)
    parties: dict[str, tuple[Document, ...]] = {}
    cause: str | None = None
    for message in objects(timeline, "messages"):
        document = message.get("document")
        if not isinstance(document, dict):
            continue
        said = objects(document, "applicants") or objects(document, "parties")
        if said:
            parties[str(message.get("kind"))] = tuple(said)
        cause = text(document, "cause.code") or text(document, "cause") or cause
    first = next((parties[kind] for kind in _PARTIES_IN if kind in parties), ())
    return Background(first, cause)


def _with_birth(party: Document) -> Document:
    """A party whose form tells a number and no birthday was born when the number says."""
    told = None if party.get("birth_date") else born(text(party, "id_number") or "")
    return party if told is None else {**party, "birth_date": {"value": told.isoformat(), "precision": "day"}}


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(0, tzinfo=SHANGHAI))


class _View:
    """What all agreements of a file are looked at with."""

    def __init__(self, hub: Hub, asked: Asked, kind: str, now: datetime, background: Background) -> None:
        self._hub, self._kind, self._background = hub, kind, background
        self._day = asked.on or legal_day(now)
        self._court = self._place(asked.court)
        self._limits: Limits = limits_on(hub.registry, _morning(self._day))
        if asked.court is not None and self._court is None:
            raise Refused("schema", Fault("unit-unknown", "court"))

    def one(self, record: str, document: Document, agreement: Document, at: str) -> One:
        """One agreement, looked at."""
        matter = self._matter(document, agreement, at)
        checked = check(matter, load_book())
        draft = application(matter, checked.papers, self._court_name())
        return One(uuid4(), record, matter, checked, draft)

    def _matter(self, document: Document, agreement: Document, at: str) -> Matter:
        own = objects(document, "applicants")
        effective = effective_day(document, agreement)
        rule = self._hub.tables.rules["JC_APPLY"]
        due = self._hub.calendar.after(effective, rule.unit, int(rule.n or 0)).on if effective else None
        return Matter(
            kind=self._kind,
            document=document,
            agreement=agreement,
            at=at,
            parties=tuple(_with_birth(p) for p in own or self._background.parties),
            parties_at="/applicants" if own else "/parties",
            day=self._day,
            due=due,
            expected=self._hub.tables.expected,
            cause=self._background.cause,
            court=self._court,
            organisation=self._place(text(agreement, "organisation")),
            limits=self._limits,
        )

    def _place(self, code: str | None) -> Place | None:
        unit = self._hub.desk.units.get(code) if code else None
        return Place(unit.code, unit.name, unit.division) if unit else None

    def _court_name(self) -> str | None:
        """A tribunal is part of its court: the application is to the court."""
        unit = self._hub.desk.units.get(self._court.code) if self._court else None
        above = (
            self._hub.desk.units.get(unit.parent)
            if unit and unit.type == "tribunal" and unit.parent
            else None
        )
        return above.name if above else (unit.name if unit else None)
