"""A dispute as a picture: who sent what to whom, day by day, and the states it went through. Pure."""

from collections.abc import Iterator
from datetime import date
from html import escape
from itertools import groupby
from typing import Final

from hub.cli.demo.page.model import Course, Deed
from hub.cli.demo.page.svg import COLOURS, arrow, figure, line, marker, rect, text
from hub.cli.demo.words import ENGLISH_UNITS, Names

WIDTH: Final = 1180.0
LEFT: Final = 132.0
RIGHT: Final = 14.0
WIDEST: Final = 92.0
LANES: Final = {"hub": 88.0, "police": 136.0, "justice": 192.0, "court": 248.0}
NAMES: Final = {
    "hub": ("联调中枢", "Hub"),
    "police": ("公安", "Police"),
    "justice": ("调解组织", "Mediators"),
    "court": ("人民法院(庭)", "Courts"),
}
MACHINES: Final = {
    "dispute": ("纠纷", "Dispute"),
    "referral": ("委托调解", "Mediation"),
    "confirmation": ("司法确认", "Confirmation"),
    "consultation": ("咨询", "Advice"),
    "warning": ("预警", "Warning"),
}
_WEEK: Final = ("一二三四五六日", ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
_TONES: Final = ("#E8EEF5", "#D3E2F0", "#BCD3E8", "#A3C3DF", "#8AB2D5", "#709FC9", "#5A8DBC")
_STRIP: Final = 26.0
_TOP: Final = 284.0


def swimlane(course: Course, names: Names) -> str:
    """The picture of a dispute."""
    slots = max(1, len(course.deeds))
    slot = min(WIDEST, (WIDTH - LEFT - RIGHT) / slots)
    machines = [m for m in MACHINES if any(c.machine == m for c in course.states)]
    height = _TOP + _STRIP * len(machines) + 8
    parts = [*_days(course, slot, height), *_lanes(slot * slots), *_outage(course, slot)]
    for deed in course.deeds:
        parts += _deed(deed, _x(deed.no - 1, slot), slot, names)
    for n, machine in enumerate(machines):
        parts += _states(course, machine, _TOP + n * _STRIP, slot, names)
    return figure(WIDTH, height, parts, ("泳道图", "swimlanes"))


def _x(index: int, slot: float) -> float:
    return LEFT + slot * (index + 0.5)


def _days(course: Course, slot: float, height: float) -> Iterator[str]:
    """A band for each day on which something was sent."""
    for n, (day, deeds) in enumerate(groupby(course.deeds, key=lambda d: d.at[:10])):
        told = list(deeds)
        x, width = LEFT + slot * (told[0].no - 1), slot * len(told)
        yield rect(x, 0, width, height - 4, "day0" if n % 2 else "day1")
        weekday = date.fromisoformat(day).weekday()
        named = (f"{day[5:]} 周{_WEEK[0][weekday]}", f"{day[5:]} {_WEEK[1][weekday]}")
        yield text(x + 6, 17, named if width > 74 else (day[5:], day[5:]), "date")


def _lanes(width: float) -> Iterator[str]:
    for agency, y in LANES.items():
        yield line(LEFT, y, LEFT + width, y, "lane")
        yield text(12, y + 5, NAMES[agency], "who", "start").replace(
            "<text", f'<text fill="{COLOURS[agency]}"'
        )


def _outage(course: Course, slot: float) -> Iterator[str]:
    """The time in which the police's receiver was down."""
    if course.down is None:
        return
    first, last = course.latest(course.down[0]), course.latest(course.down[1]) - 1
    x, y = LEFT + slot * first, LANES["police"]
    width = slot * (last - first + 1)
    yield rect(x, y - 15, width, 30, "down", 'rx="4"')
    yield text(x + width - 6, y - 19, ("接收端停机", "receiver down"), "downtext", "end")


def _deed(deed: Deed, x: float, slot: float, names: Names) -> Iterator[str]:
    y = LANES[deed.agency]
    high = 46.0 if deed.no % 2 or slot > 70 else 62.0
    yield text(x, high, deed.short, "act", "middle")
    if high < 60:
        yield line(x, high + 5, x, y - 12, "hint")
    reached: dict[str, bool] = {}
    for arrival in deed.arrivals:
        agency = names.agency(arrival.unit)
        if agency != deed.agency:
            reached[agency] = reached.get(agency, True) and arrival.done
    if not deed.arrivals and deed.agency != "hub":
        reached["hub"] = True
    for agency, done in reached.items():
        yield arrow(x, y, LANES[agency], deed.agency, done=done)
    yield marker(deed.agency, x, y, deed.no, _tip(deed, names))


def _tip(deed: Deed, names: Names) -> str:
    to = "、".join(names.unit(a.unit) for a in deed.arrivals)
    english = ENGLISH_UNITS.get(deed.unit, deed.unit)
    return f"{deed.at[:16].replace('T', ' ')} {names.unit(deed.unit)} ({english}) {deed.kind} → {to or '–'}"


def _states(course: Course, machine: str, y: float, slot: float, names: Names) -> Iterator[str]:
    """A strip of the states of one machine, from the act that brought each about to the next."""
    yield text(12, y + 16, MACHINES[machine], "who")
    changes = [c for c in course.states if c.machine == machine]
    end = LEFT + slot * len(course.deeds)
    for n, change in enumerate(changes):
        x = LEFT + slot * course.index(change.message) + 3
        following = [LEFT + slot * course.index(c.message) for c in changes[n + 1 :]]
        width = min([*following, end]) - x
        if width < slot / 2:
            continue
        tone = _TONES[min(n, len(_TONES) - 1)]
        yield rect(x, y, width, _STRIP - 5, "state", f'fill="{tone}" rx="4"')
        zh = names.states.get((machine, change.after), change.after)
        yield _clipped(x, y, width, (zh, change.after.replace("_", " ")))


def _clipped(x: float, y: float, width: float, said: tuple[str, str]) -> str:
    """A state's name, shortened to the room it has; the whole name stays in the tooltip."""
    zh = said[0] if len(said[0]) * 12 < width - 8 else said[0][: max(1, int((width - 14) / 12))] + "…"
    en = said[1] if len(said[1]) * 6.6 < width - 8 else said[1][: max(1, int((width - 14) / 6.6))] + "…"
    tip = f"<title>{escape(said[0])} · {escape(said[1])}</title>"
    return f"<g>{tip}{text(x + 6, y + 15, (zh, en), 'statetext')}</g>"
