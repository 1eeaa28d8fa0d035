"""Training, ratings and complaints of a span of days, as they stand: the last revision, corrections applied.

What was received before the cut-off counts; revisions, corrections and answers of it count
whenever they came. Documents are opened in memory; what leaves here are numbers and codes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.law.calendar import legal_day
from hub.law.reading import day, instant, listed, text
from hub.nightly.assessment.roster import Mediator, Roster
from hub.nightly.documents import opened
from hub.nightly.night import Night

_KINDS: Final = ("training_record", "satisfaction", "complaint")
_MARGIN: Final = timedelta(hours=1)
"""An id is made a moment before or after the message is received; ids only narrow where to look."""
_MESSAGES: Final = """
SELECT id, kind, iss, sender, received_at, re, replaces FROM message
 WHERE id >= uuid7_floor($2) AND received_at >= $1 AND kind = ANY ($3::text[]) ORDER BY id
"""
_TOLD: Final = """
SELECT message, array_agg(unit) AS units FROM message_reader
 WHERE message = ANY ($1::uuid[]) AND role <> 'sender' GROUP BY 1
"""
_TRUE: Final = frozenset({"true", "partly"})


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it stands. `first`: its first version; `versions`: all of them."""

    first: UUID
    versions: tuple[UUID, ...]
    kind: str
    iss: str
    sender: str
    received_at: datetime
    re: UUID | None
    told: tuple[str, ...]
    document: Mapping[str, Any]

    @property
    def on(self) -> date:
        """The business day."""
        return legal_day(instant(self.document.get("business_time")) or self.received_at)


class Rating(NamedTuple):
    """Points somebody gave, and what they are about: a run, else a dispute."""

    sender: str
    case: UUID | None
    dispute: UUID | None
    points: tuple[int, ...]


async def sayings(night: Night, since: datetime, cut_off: datetime) -> list[Said]:
    """Everything of these kinds that was first received in the span."""
    async with night.hub.database.connection() as conn:
        rows = await conn.fetch(_MESSAGES, since, since - _MARGIN, [*_KINDS, "correction"])
    heads = _versions(rows)
    last = {versions[-1]["id"]: versions for versions in heads.values()}
    documents: dict[UUID, Mapping[str, Any]] = {}
    async for found in opened(night.hub, list(last)):
        documents |= dict(found)
    corrected = _corrected(last, documents)
    asked = {row["id"] for row in rows if row["kind"] == "complaint"}
    async with night.hub.database.connection() as conn:
        told = {row["message"]: tuple(row["units"]) for row in await conn.fetch(_TOLD, list(heads))}
    return [
        _said(versions, told.get(versions[0]["id"], ()), corrected[versions[0]["id"]])
        for versions in heads.values()
        if versions[0]["id"] in corrected
        and (versions[0]["received_at"] < cut_off or versions[0]["re"] in asked)
    ]


def _versions(rows: Iterable[asyncpg.Record]) -> dict[UUID, list[asyncpg.Record]]:
    """First version → all versions, in the order they came."""
    heads: dict[UUID, list[asyncpg.Record]] = {}
    home: dict[UUID, UUID] = {}
    for row in rows:
        first = home.get(row["replaces"], row["id"])
        home[row["id"]] = first
        heads.setdefault(first, []).append(row)
    return heads


def _corrected(
    last: Mapping[UUID, Sequence[asyncpg.Record]], documents: Mapping[UUID, Mapping[str, Any]]
) -> dict[UUID, Mapping[str, Any]]:
    """First version → the document that counts. An applied correction without new values takes it back."""
    home = {row["id"]: versions[0]["id"] for versions in last.values() for row in versions}
    standing: dict[UUID, Mapping[str, Any]] = {}
    for message, versions in last.items():
        if versions[0]["kind"] != "correction" and message in documents:
            standing[versions[0]["id"]] = documents[message]
    for message in sorted(m for m, v in last.items() if v[0]["kind"] == "correction" and m in documents):
        said = documents[message]
        first = home.get(UUID(said["message"])) if said.get("message") else None
        if first in standing and said.get("action") == "apply":
            if said.get("new"):
                standing[first] = {**standing[first], **said["new"]}
            else:
                del standing[first]
    return standing


def _said(versions: Sequence[asyncpg.Record], told: tuple[str, ...], document: Mapping[str, Any]) -> Said:
    first = versions[0]
    ids = tuple(row["id"] for row in versions)
    head = (first["id"], ids, first["kind"], first["iss"], first["sender"], first["received_at"])
    return Said(*head, first["re"], told, document)


def hours(
    said: Iterable[Said], roster: Roster, first: date, last: date
) -> dict[Mediator, dict[str, Decimal]]:
    """Hours by kind of training that began in a span of days."""
    found: dict[Mediator, dict[str, Decimal]] = {}
    for one in said:
        on = day(one.document.get("from")) or one.on
        if one.kind != "training_record" or not first <= on <= last:
            continue
        given = max(Decimal(str(one.document.get("hours") or 0)), Decimal(0))
        kind = str(one.document.get("kind"))
        for mediator in roster.named(one.iss, listed(one.document, "mediators"), one.told):
            kinds = found.setdefault(mediator, {})
            kinds[kind] = kinds.get(kind, Decimal(0)) + given
    return found


def ratings(said: Iterable[Said], first: date, last: date) -> list[Rating]:
    """What was given to mediators in a span of days, each with what it is about."""
    return [
        Rating(one.sender, _id(one.document, "about_case"), _id(one.document, "dispute"), points)
        for one in said
        if one.kind == "satisfaction" and one.document.get("about") == "mediator"
        if first <= (day(one.document.get("at")) or one.on) <= last
        if (points := _points(one.document))
    ]


def _points(document: Mapping[str, Any]) -> tuple[int, ...]:
    scores = document.get("scores") or {}
    return tuple(int(scores[name]) for name in sorted(scores))


def _id(document: Mapping[str, Any], name: str) -> UUID | None:
    value = document.get(name)
    return UUID(value) if isinstance(value, str) else None


def complaints(said: Sequence[Said], roster: Roster, first: date, last: date) -> dict[Mediator, list[int]]:
    """Found true, and received, of each mediator: `[upheld, received]`.

    The finding is the complaint's own or that of the last answer by a unit that was told of it.
    """
    known = {version: one for one in said if one.kind == "complaint" for version in one.versions}
    findings: dict[UUID, str | None] = {}
    for one in sorted((o for o in said if o.kind == "complaint"), key=lambda o: o.first):
        about = known.get(one.re) if one.re else None
        if about is None:
            findings.setdefault(one.first, text(one.document, "finding"))
        elif one.sender in about.told and text(one.document, "finding"):
            findings[about.first] = text(one.document, "finding")
    counted: dict[Mediator, list[int]] = {}
    for one in {o.first: o for o in known.values()}.values():
        mediator = _about(one, roster)
        if mediator is None or (one.re in known) or not first <= one.on <= last:
            continue
        pair = counted.setdefault(mediator, [0, 0])
        pair[0] += findings.get(one.first) in _TRUE
        pair[1] += 1
    return counted


def _about(one: Said, roster: Roster) -> Mediator | None:
    ref, unit = text(one.document, "about.mediator"), text(one.document, "about.unit")
    if ref is None:
        return None
    return next(iter(roster.named(one.iss, [ref], (unit, *one.told) if unit else one.told)), None)
