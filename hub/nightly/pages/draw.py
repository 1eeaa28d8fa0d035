"""The pages' pictures as inline SVG: flows, days, bars, the log's growth, a dispute's lanes. Pure.

Nothing is told by colour alone: each agency has its own shape and its own place, each grade of a bar its own
hatching, each number is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from hub.law.calendar import SHANGHAI

WIDTH: Final = 1160.0
COLOURS: Final = {"police": "#0072B2", "justice": "#007A5A", "court": "#C44E00"}
"""Okabe and Ito's colours, darkened for text on white; other agencies are grey and go by their names."""
_GREY: Final = "#5b6878"
_LABEL: Final = 250.0
_ROW: Final = 26.0


class Bar(NamedTuple):
    """One row of bars: a name, numbers with the class of each part."""

    name: str
    parts: tuple[tuple[int, str], ...]


def colour(agency: str) -> str:
    """An agency's colour."""
    return COLOURS.get(agency, _GREY)


def figure(width: float, height: float, parts: Iterable[str], name: str) -> Markup:
    """A picture that scales with the page."""
    inner = Markup("").join(Markup(p) for p in parts)  # noqa: S704  made by the functions below, texts escaped
    return (
        Markup(
            '<svg viewBox="0 0 {w:.0f} {h:.0f}" role="img" xmlns="http://www.w3.org/2000/svg"><title>{name}</title>'
        ).format(w=width, h=height, name=name)
        + inner
        + Markup("</svg>")
    )


def text(x: float, y: float, said: object, css: str = "", anchor: str = "start") -> str:
    """A text, escaped."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css}" text-anchor="{anchor}">{escape(said)}</text>'


def shape(agency: str, x: float, y: float, size: float = 9.0) -> str:
    """Who: square for police, circle for mediators, diamond for courts, triangle for others."""
    fill = f'fill="{colour(agency)}"'
    match agency:
        case "police":
            return f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" rx="2" {fill}/>'
        case "justice":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size + 0.5}" {fill}/>'
        case "court":
            corners = ((x, y - size - 3), (x + size + 3, y), (x, y + size + 3), (x - size - 3, y))
        case _:
            corners = ((x, y - size - 1), (x + size + 1, y + size), (x - size - 1, y + size))
    told = " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)
    return f'<polygon points="{told}" {fill}/>'


def flows(counted: Mapping[tuple[str, str], int], names: Mapping[str, str], title: str) -> Markup:
    """Bands from senders (left) to receivers (right), as wide as they are many."""
    agencies = sorted({a for pair in counted for a in pair}, key=lambda a: (a not in COLOURS, a))
    if not agencies:
        return Markup("")
    gap, room, left, right = 26.0, 190.0, 210.0, 560.0
    scale = room / sum(counted.values())
    out = _tops(
        agencies, {a: sum(n for (s, _), n in counted.items() if s == a) * scale for a in agencies}, gap
    )
    into = _tops(
        agencies, {a: sum(n for (_, r), n in counted.items() if r == a) * scale for a in agencies}, gap
    )
    parts: list[str] = []
    for side, x, anchor, tops in (("s", left, "end", out), ("r", right, "start", into)):
        sign = -1 if side == "s" else 1
        for agency in agencies:
            total = sum(n for pair, n in counted.items() if pair[0 if side == "s" else 1] == agency)
            middle = tops[agency] + total * scale / 2
            parts += [
                shape(agency, x + sign * 20, middle),
                text(x + sign * 38, middle + 5, f"{names.get(agency, agency)} {total}", "who", anchor),
            ]
    at_out, at_in = dict(out), dict(into)
    for (sender, receiver), n in sorted(counted.items()):
        parts.append(_band(left, at_out[sender], right, at_in[receiver], n * scale, sender, str(n)))
        at_out[sender] += n * scale
        at_in[receiver] += n * scale
    height = room + gap * (len(agencies) + 1)
    return figure(770, height, parts, title)


def _tops(agencies: Sequence[str], heights: Mapping[str, float], gap: float) -> dict[str, float]:
    tops, y = {}, gap
    for agency in agencies:
        tops[agency] = y
        y += heights[agency] + gap
    return tops


def _band(x1: float, y1: float, x2: float, y2: float, thick: float, agency: str, said: str) -> str:
    middle = (x1 + x2) / 2
    curve = (
        f"M{x1:.1f} {y1:.1f} C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f} "
        f"L{x2:.1f} {y2 + thick:.1f} C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} "
        f"{x1:.1f} {y1 + thick:.1f} Z"
    )
    # Numbers stand at the receiver's end, where the bands lie side by side.
    label = text(x2 - 8, y2 + thick / 2 + 4, said, "bandtext", "end") if thick >= 9 else ""
    return f'<path d="{curve}" fill="{colour(agency)}" fill-opacity=".34" stroke="#fff"/>{label}'


def days(
    counted: Mapping[tuple[date, str], int], shown: Sequence[date], names: Mapping[str, str], title: str
) -> Markup:
    """One strip of bars for each agency, day by day."""
    agencies = sorted({a for _, a in counted}, key=lambda a: (a not in COLOURS, a))
    most = max(counted.values(), default=1)
    left, strip, wide = 120.0, 58.0, 570.0
    step = (wide - left) / len(shown)
    parts: list[str] = []
    for n, agency in enumerate(agencies):
        base = (n + 1) * strip
        parts += [
            shape(agency, 14, base - 14, 7),
            text(30, base - 9, names.get(agency, agency), "who"),
            f'<line x1="{left}" y1="{base}" x2="{wide}" y2="{base}" class="axis"/>',
        ]
        for i, day in enumerate(shown):
            count = counted.get((day, agency), 0)
            if count:
                high = (strip - 22) * count / most
                x = left + i * step + 3
                parts += [
                    f'<rect x="{x:.1f}" y="{base - high:.1f}" width="{step - 6:.1f}" height="{high:.1f}" '
                    f'fill="{colour(agency)}"/>',
                    text(x + step / 2 - 3, base - high - 4, count, "small", "middle"),
                ]
    bottom = len(agencies) * strip + 16
    parts += [
        text(left + i * step + step / 2, bottom, f"{day:%m-%d}", "small", "middle")
        for i, day in enumerate(shown)
        if i % 2 == (len(shown) - 1) % 2
    ]
    return figure(wide, bottom + 8, parts, title)


HATCHES: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="#f0c9a8"/><line x1="0" y1="0" x2="0" y2="6" stroke="#8a4b00" stroke-width="2.4"/>'
    '</pattern><pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect width="6" height="6" fill="#dbe7f1"/><circle cx="3" cy="3" r="1.2" fill="#0072B2"/></pattern></defs>'
)


def bars(rows: Sequence[Bar], title: str, width: float = 570.0) -> Markup:
    """Rows of bars whose parts lie behind one another; numbers at their ends."""
    most = max((sum(n for n, _ in row.parts) for row in rows), default=1) or 1
    parts: list[str] = [HATCHES]
    for n, row in enumerate(rows):
        y, x = n * _ROW, _LABEL
        parts.append(text(_LABEL - 10, y + 17, row.name, "bartext", "end"))
        for count, css in row.parts:
            wide = (width - _LABEL - 70) * count / most
            parts.append(f'<rect x="{x:.1f}" y="{y + 5:.1f}" width="{wide:.1f}" height="15" class="{css}"/>')
            x += wide
        told = " + ".join(str(count) for count, _ in row.parts if count) or "0"
        parts.append(text(x + 7, y + 17, told, "bartext"))
    return figure(width, _ROW * len(rows) + 6, parts, title)


def growth(points: Sequence[tuple[datetime, int]], title: str) -> Markup:
    """The log's size over time: it only grows."""
    if not points:
        return Markup("")
    height, left, base = 190.0, 70.0, 160.0
    first, last = points[0][0], points[-1][0]
    span = max((last - first).total_seconds(), 1.0)
    most = points[-1][1]
    wide = WIDTH - left - 20
    placed = [
        (left + wide * (at - first).total_seconds() / span, base - (base - 22) * size / most)
        for at, size in points
    ]
    steps = [f"M{placed[0][0]:.1f} {placed[0][1]:.1f}"]
    steps += [f"H{x:.1f} V{y:.1f}" for x, y in placed[1:]]
    return figure(
        WIDTH,
        height,
        [
            f'<line x1="{left}" y1="{base}" x2="{WIDTH - 20}" y2="{base}" class="axis"/>',
            f'<path d="{" ".join(steps)}" fill="none" stroke="#6B4C8C" stroke-width="2.2"/>',
            f'<circle cx="{placed[-1][0]:.1f}" cy="{placed[-1][1]:.1f}" r="5" fill="#6B4C8C"/>',
            text(left - 8, placed[-1][1] + 5, most, "who", "end"),
            text(left, base + 18, f"{first.astimezone(SHANGHAI):%m-%d %H:%M}", "small"),
            text(WIDTH - 20, base + 18, f"{last.astimezone(SHANGHAI):%m-%d %H:%M}", "small", "end"),
        ],
        title,
    )


class Mark(NamedTuple):
    """One message in the lanes. `waiting`: not all of its receivers have it yet."""

    at: datetime
    sender: str
    receivers: tuple[str, ...]
    said: str
    waiting: bool


def lanes(marks: Sequence[Mark], units: Mapping[str, tuple[str, str]], title: str) -> Markup:
    """Units as lanes, messages as columns in their order, arrows to who was told; open heads are on their way."""
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
            f'<line x1="{left - 6}" y1="{y[unit]}" x2="{wide}" y2="{y[unit]}" class="axis"/>',
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
        yield f'<line x1="{x}" y1="{start}" x2="{x}" y2="{end - sign * 8}" stroke="{stroke}" stroke-width="1.8"/>'
        yield (
            f'<polygon points="{x:.1f},{end:.1f} {x - 5:.1f},{end - sign * 9:.1f} {x + 5:.1f},{end - sign * 9:.1f}" '
            f'fill="{fill}" stroke="{stroke}"/>'
        )
    yield f"<g><title>{escape(mark.said)}</title>{shape(agency, x, start)}"
    yield text(x, start + 4, number, "no", "middle") + "</g>"
