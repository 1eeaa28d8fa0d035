"""Pieces of inline SVG for the pages, and their plain pictures: bars, growth. Pure.

Nothing is told by colour alone: each agency has its own shape and its own place, each grade of a bar its own
hatching, each number is written.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
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


def rect(x: float, y: float, wide: float, high: float, more: str) -> str:
    """A rectangle; `more` are its other attributes."""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 0.0):.1f}" height="{high:.1f}" {more}/>'


def line(x1: float, y1: float, x2: float, y2: float, more: str = 'class="axis"') -> str:
    """A line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" {more}/>'


def polygon(corners: Sequence[tuple[float, float]], more: str) -> str:
    """A closed shape."""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{told}" {more}/>'


def shape(agency: str, x: float, y: float, size: float = 9.0) -> str:
    """Who: square for police, circle for mediators, diamond for courts, triangle for others."""
    fill, wide = f'fill="{colour(agency)}"', size + 3
    match agency:
        case "police":
            return rect(x - size, y - size, 2 * size, 2 * size, f'rx="2" {fill}')
        case "justice":
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size + 0.5}" {fill}/>'
        case "court":
            return polygon(((x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)), fill)
        case _:
            return polygon(((x, y - size), (x + size, y + size), (x - size, y + size)), fill)


HATCH: Final = (
    '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#f0c9a8"/>'
    '<line x1="0" y1="0" x2="0" y2="6" stroke="#8a4b00" stroke-width="2.4"/></pattern></defs>'
)


def bars(rows: Sequence[Bar], title: str, width: float = 570.0) -> Markup:
    """Rows of bars whose parts lie behind one another; numbers at their ends."""
    most = max((sum(n for n, _ in row.parts) for row in rows), default=1) or 1
    parts: list[str] = [HATCH]
    for n, row in enumerate(rows):
        y, x = n * _ROW, _LABEL
        parts.append(text(_LABEL - 10, y + 17, row.name, "bartext", "end"))
        for count, css in row.parts:
            wide = (width - _LABEL - 70) * count / most
            parts.append(rect(x, y + 5, wide, 15, f'class="{css}"'))
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
            line(left, base, WIDTH - 20, base),
            f'<path d="{" ".join(steps)}" fill="none" stroke="#6B4C8C" stroke-width="2.2"/>',
            f'<circle cx="{placed[-1][0]:.1f}" cy="{placed[-1][1]:.1f}" r="5" fill="#6B4C8C"/>',
            text(left - 8, placed[-1][1] + 5, most, "who", "end"),
            text(left, base + 18, f"{first.astimezone(SHANGHAI):%m-%d %H:%M}", "small"),
            text(WIDTH - 20, base + 18, f"{last.astimezone(SHANGHAI):%m-%d %H:%M}", "small", "end"),
        ],
        title,
    )
