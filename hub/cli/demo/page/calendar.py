"""The clocks of a dispute on a calendar: begin, end, when it stopped, by which law. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from hub.cli.demo.chronicle import Span
from hub.cli.demo.page.model import Course
from hub.cli.demo.page.svg import figure, line, path, rect, text
from hub.cli.demo.page.texts import RULES, law
from hub.cli.demo.words import Names

WIDTH: Final = 1180.0
LEFT: Final = 268.0
RIGHT: Final = 330.0
ROW: Final = 23.0
TOP: Final = 30.0
SPAN_DAYS: Final = 46
UNSHOWN: Final = frozenset({"DISPUTE_IDLE"})
"""Begun anew by every message; it would be a row for each."""


def calendar(course: Course, names: Names) -> str:
    """The picture of a dispute's clocks."""
    spans = [s for s in course.spans if s.rule not in UNSHOWN]
    if not spans:
        return ""
    first = min(date.fromisoformat(s.begun[:10]) for s in spans)
    axis = _Axis(first, _reach(spans, first))
    height = TOP + ROW * len(spans) + 6
    parts = [*_grid(axis, height)]
    for n, span in enumerate(spans):
        parts += _row(span, TOP + n * ROW, axis, course, names)
    return figure(WIDTH, height, parts, ("期限日历", "clocks on a calendar"))


class _Axis:
    """Days to places."""

    def __init__(self, first: date, days: int) -> None:
        self.first = first - timedelta(days=1)
        self.days = days + 2
        self._step = (WIDTH - LEFT - RIGHT) / self.days

    def x(self, day: date, share: float = 0.0) -> float:
        """Where a day begins, or its `share` later; no further than the edge."""
        return LEFT + min(self.days, max(0.0, (day - self.first).days + share)) * self._step

    def beyond(self, day: date) -> bool:
        """Whether a day lies outside the picture."""
        return (day - self.first).days >= self.days


def _reach(spans: Sequence[Span], first: date) -> int:
    dues = [(date.fromisoformat(s.due) - first).days for s in spans if s.due]
    return max([d for d in dues if d <= SPAN_DAYS], default=14)


def _grid(axis: _Axis, height: float) -> Iterator[str]:
    for n in range(axis.days + 1):
        day = axis.first + timedelta(days=n)
        if day.weekday() >= 5:
            yield rect(axis.x(day), TOP - 6, axis.x(day, 1) - axis.x(day), height - TOP + 2, "weekend")
        if day.weekday() == 0:
            yield line(axis.x(day), TOP - 6, axis.x(day), height - 4, "week")
            yield text(axis.x(day) + 3, 17, f"{day:%m-%d}", "date")


def _row(span: Span, y: float, axis: _Axis, course: Course, names: Names) -> Iterator[str]:
    begun = date.fromisoformat(span.begun[:10])
    who = course.people.get((span.object or "").partition("@")[0], "")
    zh = names.rules.get(span.rule, span.rule)
    zh = zh if len(zh) <= 15 else zh[:14] + "…"
    en = RULES.get(span.rule, span.rule)
    yield text(12, y + 15, (f"{zh} {who}".strip(), f"{en} {who}".strip()), "rule")
    yield from _bar(span, begun, y, axis)
    stopped = span.ended is not None
    due = span.due or ""
    verdict = ("已停止", "stopped") if stopped else (("进行中", "running") if due else ("留存", "kept"))
    x = WIDTH - RIGHT + 14
    yield text(x, y + 15, due or span.begun[:10], "due")
    yield text(x + 78, y + 15, verdict, "done" if stopped else "open")
    basis = span.basis if len(span.basis) <= 17 else span.basis[:16] + "…"
    english = law(span.basis)
    english = english if len(english) <= 32 else english[:31] + "…"
    tip = f"<title>{_escape(span.basis)} · {_escape(law(span.basis))}</title>"
    yield f"<g>{tip}{text(x + 128, y + 15, (basis, english), 'basis')}</g>"


def _bar(span: Span, begun: date, y: float, axis: _Axis) -> Iterator[str]:
    start = axis.x(begun, 0.4)
    if span.due is None:
        yield path([(start, y + 4), (start + 6, y + 11), (start, y + 18), (start - 6, y + 11)], "evidence")
        return
    due = date.fromisoformat(span.due)
    end = axis.x(due, 1)
    yield rect(start, y + 6, end - start, 10, "term", 'rx="3"')
    if span.ended is not None:
        ended = axis.x(date.fromisoformat(span.ended[:10]), 0.6)
        yield rect(start, y + 6, max(4.0, ended - start), 10, "spent", 'rx="3"')
        yield rect(max(start + 4, ended) - 2, y + 3, 4, 16, "stop")
    if axis.beyond(due):
        yield path([(end, y + 4), (end + 8, y + 11), (end, y + 18)], "on")
    else:
        yield line(end, y + 3, end, y + 19, "duemark")


def _escape(said: str) -> str:
    return said.replace("&", "&amp;").replace("<", "&lt;")
