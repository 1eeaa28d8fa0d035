"""Periods of a report: months, quarters, half years, years, or a span of days; whole legal days. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from hub.errors import Misconfigured
from hub.nightly.night import Interval

_DAY: Final = timedelta(days=1)
_MONTHS: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4])|H(?P<half>[12]))?"
)
_SPAN: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_TREND: Final = {1: 6, 3: 4, 6: 4, 12: 3, 0: 3}
"""Periods of the own trend, the present one included, by the months of a period (0: days)."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `first` to `last`, both included. `months`: 1, 3, 6 or 12; 0 for days that are none of these."""

    first: date
    last: date
    months: int = 0

    @classmethod
    def parse(cls, text: str) -> "Period":
        """`2026-11`, `2026Q4`, `2026H2`, `2026` or `2026-11-01..2026-11-15`. Raises Misconfigured."""
        found, span = _MONTHS.fullmatch(text), _SPAN.fullmatch(text)
        try:
            if span:
                first, last = (date.fromisoformat(day) for day in span.groups())
                if first <= last:
                    return cls(first, last)
            elif found:
                return _of_months(int(found["year"]), found["month"], found["quarter"], found["half"])
        except ValueError as e:
            raise _refused() from e
        raise _refused()

    @property
    def starts(self) -> datetime:
        """The first instant."""
        return Interval.of_day(self.first).starts

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return Interval.of_day(self.last).ends

    @property
    def label(self) -> str:
        """As it is written on a report and as `parse` reads it."""
        match self.months:
            case 1:
                return f"{self.first:%Y-%m}"
            case 3:
                return f"{self.first.year}Q{(self.first.month + 2) // 3}"
            case 6:
                return f"{self.first.year}H{(self.first.month + 5) // 6}"
            case 12:
                return f"{self.first.year}"
            case _:
                return f"{self.first}..{self.last}"

    def before(self) -> "Period":
        """The period of the same length that ends the day before this one begins."""
        last = self.first - _DAY
        if not self.months:
            return Period(last - (self.last - self.first), last)
        index = self.first.year * 12 + self.first.month - 1 - self.months
        return Period(date(index // 12, index % 12 + 1, 1), last, self.months)

    def trend(self) -> list["Period"]:
        """The period and those before it, the oldest first."""
        periods = [self]
        while len(periods) < _TREND[self.months]:
            periods.insert(0, periods[0].before())
        return periods


def named(first: date, last: date) -> Period:
    """The period of two days: by its name where it has one."""
    year, month = first.year, first.month
    whole = (f"{first:%Y-%m}", f"{year}Q{(month + 2) // 3}", f"{year}H{(month + 5) // 6}", f"{year}")
    for period in map(Period.parse, whole):
        if (period.first, period.last) == (first, last):
            return period
    return Period(first, last)


def _of_months(year: int, month: str | None, quarter: str | None, half: str | None) -> Period:
    if month:
        first, months = int(month), 1
    elif quarter:
        first, months = int(quarter) * 3 - 2, 3
    elif half:
        first, months = int(half) * 6 - 5, 6
    else:
        first, months = 1, 12
    after = year * 12 + first - 1 + months
    return Period(date(year, first, 1), date(after // 12, after % 12 + 1, 1) - _DAY, months)


def _refused() -> Misconfigured:
    return Misconfigured(
        "期间须为 2026-11、2026Q4、2026H2、2026 或 2026-11-01..2026-11-15"
        " · a period is a month, quarter, half year, year, or first..last day"
    )
