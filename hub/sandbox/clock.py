"""The clock of the sandbox: the machine's, moved by as much as the hub's is (`LIANTIAO_CLOCK_OFFSET`).

Story days are working days before today, so that a story's days lie as they would in life and no legal
period ends in the future of a document. Pure but for reading the machine's clock.
"""

from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

import chinese_calendar

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


class MovedClock:
    """The present instant, moved by `offset` seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset

    def __call__(self) -> datetime:
        """Now."""
        return datetime.now(UTC) + timedelta(seconds=self.offset)


def local(instant: datetime) -> str:
    """An instant as agencies write it: RFC 3339 at +08:00, whole seconds."""
    return instant.astimezone(SHANGHAI).isoformat(timespec="seconds")


def legal_day(instant: datetime) -> date:
    """The day in Asia/Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def is_working_day(day: date) -> bool:
    """Whether offices are open; weekends are taken for rest days where the calendar ends."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def working_days_before(today: date, count: int) -> list[date]:
    """The last `count` working days before `today`, oldest first."""
    found: list[date] = []
    day = today
    while len(found) < count:
        day -= timedelta(days=1)
        if is_working_day(day):
            found.append(day)
    return found[::-1]


def offset_to(day: date, hour: time, now: datetime) -> float:
    """Seconds by which the clock must be moved so that it is `hour` of `day` in Asia/Shanghai now."""
    return (datetime.combine(day, hour, SHANGHAI) - now).total_seconds()
