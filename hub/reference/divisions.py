"""Which district a place lies in on a day: validity, successors, towns that changed hands. Pure.

A code is kept as it was when it was said; what it means on a later day is asked here and may have more
than one answer. A court's code never follows from a division's: the list of courts says what was seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, NamedTuple

from hub.reference.catalogue import Entry, entries

_DISTRICT: Final = 6


class Change(NamedTuple):
    """From a day on what belonged to one district belongs to another: a town, or all that is left."""

    old: str
    new: str
    on: date
    town: str
    name: str


@dataclass(frozen=True, slots=True)
class Divisions:
    """Questions about districts by day. A code that is not in the list is left as it is."""

    districts: Mapping[str, Entry]
    towns: Mapping[str, Entry]
    courts: Mapping[str, Entry]
    changes: tuple[Change, ...]

    def valid_on(self, code: str, day: date) -> bool:
        """Whether the district of a code exists on that day; one that is not in the list is taken to."""
        entry = self.districts.get(code[:_DISTRICT])
        return entry is None or entry.valid_on(day)

    def on(self, code: str, day: date, text: str = "", town: str = "") -> tuple[str, ...]:
        """The districts in which a place may lie on that day.

        `town` is a code of nine digits of 统计局 – 民政 numbers the same towns otherwise, and a code without
        its system means nothing –, `text` is the address in words. One answer where nothing changed, where
        the town is known, or the address names one that moved; several where a district was divided and
        nothing says which part it was.
        """
        district = code[:_DISTRICT]
        past = [c for c in self.changes if c.old == district and c.on <= day]
        for change in past:
            if change.town and (town == change.town or change.name in text):
                return (change.new,)
        if self.valid_on(code, day):
            return (district,)
        rest_only = town in self.towns and town.startswith(district)
        return tuple(dict.fromkeys(c.new for c in past if not (c.town and rest_only))) or (district,)

    def successors(self, code: str) -> tuple[str, ...]:
        """The districts that took over a district that ended, or parts of it; none while it stands."""
        entry = self.districts.get(code[:_DISTRICT])
        if entry is None or entry.valid_to is None:
            return ()
        return tuple(dict.fromkeys(c.new for c in self.changes if c.old == entry.code))

    def changed(self, code: str, day: date) -> date | None:
        """The last day, up to this one, on which something of the district changed hands."""
        district = code[:_DISTRICT]
        days = [c.on for c in self.changes if district in (c.old, c.new) and c.on <= day]
        return max(days, default=None)

    def court_in_doubt(self, code: str, day: date) -> bool:
        """Whether a person must say which court sits for a place: its district, then or now, changed."""
        return any(self.changed(district, day) for district in (code, *self.on(code, day)))


@cache
def divisions() -> Divisions:
    """The divisions of this release."""
    changes = [
        Change(
            e.row["from"],
            e.row["to"],
            date.fromisoformat(e.row["on"]),
            e.code if e.row["scope"] == "town" else "",
            e.zh,
        )
        for e in entries("division-changes")
    ]
    districts, towns = ({e.code: e for e in entries(name)} for name in ("divisions", "townships"))
    return Divisions(districts, towns, {e.row["code"]: e for e in entries("courts")}, tuple(changes))
