"""The calendar file of a video session (RFC 5545), for a unit that may read the message.

It says when, where and under which link, as far as the unit's view goes, and names nobody: who takes part
is said in the message alone. A session that is changed or cancelled in answer (`re`) to an earlier message is
the same event to a calendar: the same UID with a higher SEQUENCE.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
from icalendar import Calendar, Event, vUri

import schemas
from hub.errors import Refused
from hub.exchange.reading import Reader
from hub.law.model import Units
from hub.law.reading import Document, instant, objects, text

MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
_KIND: Final = "video_session"
_MOST: Final = 20  # changes of one session that are followed back
_ASKED: Final = ("starts_at", "ends_at", "link", "places", "mode", "purpose")


async def calendar(reader: Reader, message: UUID, units: Units, issuer: str) -> bytes:
    """The file. Raises Refused `unknown`: not the caller's, no session, or one that says no time."""
    chain = await _chain(reader, message)
    documents = [await reader.document(row) for row in chain]
    told = _latest(documents)
    begins = instant(told.get("starts_at"))
    if begins is None:
        raise Refused("unknown")
    event = Event()
    event.add("uid", f"{chain[-1]['id']}@{urlsplit(issuer).hostname}")
    event.add("sequence", len(chain) - 1)
    event.add("dtstamp", chain[0]["received_at"].astimezone(UTC))
    event.add("dtstart", begins.astimezone(UTC))
    ends = instant(told.get("ends_at"))
    if ends is not None and ends > begins:
        event.add("dtend", ends.astimezone(UTC))
    cancelled = documents[0].get("action") == "cancelled"
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "CONFIDENTIAL")
    _words(event, told, units)
    return _file(event)


async def _chain(reader: Reader, message: UUID) -> list[asyncpg.Record]:
    """The message and the sessions it changes, newest first, as far as the caller reads them."""
    row = await reader.row(message)
    if row["kind"] != _KIND:
        raise Refused("unknown")
    chain = [row]
    while len(chain) < _MOST:
        before = row["replaces"] or row["re"]
        if before is None or before in {r["id"] for r in chain}:
            break
        try:
            row = await reader.row(before)
        except Refused:  # not the caller's to read: for it the event begins here
            break
        if row["kind"] != _KIND:
            break
        chain.append(row)
    return chain


def _latest(documents: Iterable[Mapping[str, object]]) -> Document:
    """What the sessions say, each part as the newest that says it."""
    told: dict[str, object] = {}
    for document in documents:
        for name in _ASKED:
            if name in document:
                told.setdefault(name, document[name])
    return told


def _words(event: Event, told: Document, units: Units) -> None:
    purpose = schemas.codes("session_purpose").get(text(told, "purpose") or "", "")
    mode = schemas.codes("session_mode").get(text(told, "mode") or "", "")
    event.add("summary", " · ".join(part for part in ("联调会议", purpose, mode) if part))
    places = [_place(place, units) for place in objects(told, "places")]
    if any(places):
        event.add("location", "; ".join(filter(None, places)))
    link = text(told, "link")
    if link is not None:
        event.add("url", vUri(link))
        event.add("conference", vUri(link, params={"VALUE": "URI", "FEATURE": "VIDEO"}))


def _place(place: Document, units: Units) -> str:
    code = text(place, "unit")
    unit = units.get(code) if code else None
    return " ".join(part for part in (unit.name if unit else code, text(place, "room")) if part)


def _file(event: Event) -> bytes:
    found = Calendar()
    found.add("prodid", "-//Liantiao//calendar of a session//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add_component(event)
    return bytes(found.to_ical())
