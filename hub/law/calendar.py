"""Legal days: which day is a working day, and on which day a period ends (民事诉讼法 85).

The first day is not counted; a period ends at 24:00 of its last day in Asia/Shanghai; a last day that
is no working day moves to the next one that is. Working days come from `chinese_calendar`; past the end
of its data a day is computed as a weekday and what rests on it is provisional. Pure but for that data.
"""

from calendar import monthrange
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

import chinese_calendar

from hub.law.model import Counted
from hub.law.shapes import Rule

SHANGHAI: Final = timezone(timedelta(hours=8))
"""Asia/Shanghai as every legal instant of the hub is shown: +08:00, without summer time since 1992."""

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time(0, tzinfo=SHANGHAI)

# 民诉法解释 125: hours are counted from the hour after. Other hours are set by districts, to the minute.
_FROM_NEXT_HOUR: Final = frozenset({"PSPO_24H", "PSPO_72H"})


class Due(NamedTuple):
    """End of a period: its last day, the instant it is over, whether the calendar was certain."""

    on: date
    at: datetime
    provisional: bool
    counted: Counted | None = None


@lru_cache(maxsize=64)  # an act is asked for its day several times
def legal_day(instant: datetime) -> date:
    """The day of an instant in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """24:00 of a day in Asia/Shanghai."""
    return datetime.combine(day + _DAY, _MIDNIGHT)


class Calendar:
    """Working days and the ends of periods. Remembers the days it was asked about."""

    def __init__(self) -> None:
        self._known: dict[date, tuple[bool, bool]] = {}
        # The periods of a day are asked for with every message of that day.
        self._counted = lru_cache(maxsize=4096)(self._count)

    def is_workday(self, day: date) -> bool:
        """Whether work is done on the day: holidays and the Saturdays worked in exchange included."""
        return self._look(day)[0]

    def is_provisional(self, day: date) -> bool:
        """Whether the day lies outside the published calendars and is taken by its weekday alone."""
        return self._look(day)[1]

    def due(self, rule: Rule, start: datetime, n: float | None = None, on: date | None = None) -> Due | None:
        """When a period under a rule ends that starts at an instant; None: a date of evidence only.

        `n` overrides the rule's number, `on` gives the date that a document or a court set.
        """
        count = rule.n if n is None else n
        if rule.unit in ("hour", "immediate"):
            return self._hours(rule, start, count or 0)
        if rule.unit == "date_in_document":
            return None if on is None else self._agreed(on)
        if rule.unit == "court_set":
            day = on or legal_day(start) + timedelta(days=int(count or rule.default or 0))
            return self._end(day, shift=on is None)
        if count is None:
            return None
        return self.after(legal_day(start), rule.unit, int(count))

    def after(self, first: date, unit: str, n: int) -> Due:
        """The end of `n` units after a day, that day not counted."""
        return self._counted(first, unit, n)

    def _count(self, first: date, unit: str, n: int) -> Due:
        if unit == "working_day":
            return self._working(first, n)
        if unit == "calendar_day_before":
            return self._end(first - timedelta(days=n), shift=False)
        return self._end(nominal(first, unit, n), shift=True)

    def ends(self, day: date) -> Due:
        """The end of a period whose last day stands fast."""
        return self._end(day, shift=False)

    def after_agreed(self, day: date) -> Due:
        """The first day on which an agreed day, moved off a rest day, is over: it begins then."""
        first = self.next_workday(day) + _DAY
        at = datetime.combine(first, _MIDNIGHT)
        return Due(first, at, self.is_provisional(first), Counted("after", day))

    def recount(self, counted: Counted) -> Due:
        """The same count on the calendar as it is published now."""
        match counted.how:
            case "working":
                return self._working(counted.first, counted.n)
            case "agreed":
                return self._agreed(counted.first)
            case "after":
                return self.after_agreed(counted.first)
            case "moved" | "fast":
                return self._end(counted.first, shift=counted.how == "moved")
            case never:
                assert_never(never)

    def next_workday(self, day: date) -> date:
        """The day itself, or the next one that is a working day."""
        while not self.is_workday(day):
            day += _DAY
        return day

    def _working(self, first: date, n: int) -> Due:
        day, provisional, left = first, False, n
        while left > 0:
            day += _DAY
            works, unsure = self._look(day)
            provisional = provisional or unsure
            left -= works
        return Due(day, end_of_day(day), provisional, Counted("working", first, n))

    def _end(self, day: date, *, shift: bool) -> Due:
        provisional = self.is_provisional(day)
        counted = Counted("moved" if shift else "fast", day)
        if shift:
            day = self.next_workday(day)
            provisional = provisional or self.is_provisional(day)
        return Due(day, end_of_day(day), provisional, counted)

    def _agreed(self, day: date) -> Due:
        """A day of performance: on a rest day 民法典 203 moves it, and a district may see it otherwise."""
        moved = self.next_workday(day)
        unsure = moved != day or self.is_provisional(moved)
        return Due(moved, end_of_day(moved), unsure, Counted("agreed", day))

    def _hours(self, rule: Rule, start: datetime, n: float) -> Due:
        at = start.astimezone(SHANGHAI)
        if rule.id in _FROM_NEXT_HOUR:
            at = at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        at += timedelta(hours=n)
        return Due(at.date(), at, provisional=False)

    def _look(self, day: date) -> tuple[bool, bool]:
        known = self._known.get(day)
        if known is None:
            try:
                known = (bool(chinese_calendar.is_workday(day)), False)
            except NotImplementedError:
                known = (day.weekday() < 5, True)
            self._known[day] = known
        return known


def nominal(first: date, unit: str, n: int) -> date:
    """The last day as counted, before a rest day moves it.

    Months and years end on the same day of the month, or on its last day where it has no such day.
    """
    if unit == "calendar_day":
        return first + timedelta(days=n)
    months = n * 12 if unit == "year" else n
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))
