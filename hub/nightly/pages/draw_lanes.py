"""The picture of one dispute: who told whom, in which order. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup, escape

from hub.law.calendar import SHANGHAI
from hub.nightly.pages.draw import WIDTH, colour, figure, line, polygon, shape, text


class Mark(NamedTuple):
    """One message in the lanes. `waiting`: not all of its receivers have it yet."""

    at: datetime
    sender: str
    receivers: tuple[str, ...]
    said: str
    waiting: bool


def lanes(marks: Sequence[Mark], units: Mapping[str, tuple[str, str]], title: str) -> Markup:
    """Units as lanes, messages as columns in their order, arrows to receivers; open heads: on the way."""
    order = list(dict.fromkeys(u for m in marks for u in (m.sender, *m.receivers) if u in units))
    if not order:
        return Markup("")
    left, lane, top = 190.0, 52.0, 40.0
    step = max(58.0, (WIDTH - left - 30) / len(marks))
    wide, y = left + step * len(marks) + 20, {u: top + i * lane + lane / 2 for i, u in enumerate(order)}
    parts: list[str] = []
    for unit in order:
        name, agency = units[unit]
        parts += [
            line(left - 6, y[unit], wide, y[unit]),
            shape(agency, 12, y[unit], 7),
            text(28, y[unit] + 4, name[-12:], "bartext"),
        ]
    previous = None
    for n, mark in enumerate(marks):
        x = left + step * n + step / 2
        day = f"{mark.at.astimezone(SHANGHAI):%m-%d}"
        if day != previous:
            parts.append(text(x, top - 22, day, "small", "middle"))
            previous = day
        parts += list(_arrows(mark, n + 1, x, y, units))
    return figure(wide, top + lane * len(order) + 6, parts, title)


def _arrows(
    mark: Mark, number: int, x: float, y: Mapping[str, float], units: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    agency = units.get(mark.sender, ("", ""))[1]
    if mark.sender not in y:
        return
    start, stroke = y[mark.sender], colour(agency)
    for receiver in mark.receivers:
        if receiver not in y or receiver == mark.sender:
            continue
        end, sign = y[receiver], 1 if y[receiver] > start else -1
        fill = "#fff" if mark.waiting else stroke
        tip = ((x, end), (x - 5, end - sign * 9), (x + 5, end - sign * 9))
        yield line(x, start, x, end - sign * 8, f'stroke="{stroke}" stroke-width="1.8"')
        yield polygon(tip, f'fill="{fill}" stroke="{stroke}"')
    yield f"<g><title>{escape(mark.said)}</title>{shape(agency, x, start)}"
    yield text(x, start + 4, number, "no", "middle") + "</g>"
