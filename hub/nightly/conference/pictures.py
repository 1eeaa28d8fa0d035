"""Pictures of a report as SVG text: bars, a trend, a table of shades. Pure.

Colours are those of Okabe and Ito, which the colour-blind tell apart; nothing is said by colour alone.
Numbers and names are text, so that a reader of the screen or of the PDF finds them.
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from typing import Final

from hub.nightly.conference.paper import Count
from hub.nightly.conference.points import Point, Trend

BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#6b7280"
HIDDEN: Final = "<5*"
FONT: Final = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
_LINE, _LABEL, _WIDTH = 26, 190, 720


def written(point: Point, measure: str) -> str:
    """A value as people read it."""
    if point.hidden:
        return HIDDEN
    if point.value is None:
        return "—"
    return f"{point.value * 100:.1f}%" if measure == "rate" else f"{point.value:.1f}"


def bars(counts: Sequence[Count], title: str) -> str:
    """A bar for each line; a hidden one is hatched and says so."""
    most = max((c.count or 0 for c in counts), default=0) or 1
    body = []
    for n, count in enumerate(counts):
        y = n * _LINE + 6
        length = (_WIDTH - _LABEL - 60) * (count.count or 0) / most
        body.append(_text(_LABEL - 8, y + 13, count.zh, "end"))
        if count.count is None:
            body.append(f'<rect x="{_LABEL}" y="{y}" width="26" height="16" fill="url(#hidden)"/>')
            body.append(_text(_LABEL + 32, y + 13, HIDDEN))
        else:
            body.append(f'<rect x="{_LABEL}" y="{y}" width="{length:.1f}" height="16" fill="{BLUE}"/>')
            body.append(_text(_LABEL + length + 6, y + 13, str(count.count)))
    return _svg(_WIDTH, len(counts) * _LINE + 10, title, body)


def trend(figure: Trend) -> str:
    """A line over the periods; an open mark is a partial period, a gap a hidden one."""
    width, height, left, top = 340, 150, 46, 16
    values = [p.value for p in figure.points if p.value is not None]
    most = 1.0 if figure.measure == "rate" else max(values, default=0.0) or 1.0
    step = (width - left - 24) / max(len(figure.points) - 1, 1)
    places = [
        None if p.value is None else (left + n * step, top + (height - 50) * (1 - p.value / most))
        for n, p in enumerate(figure.points)
    ]
    floor = top + height - 50
    scale = "100%" if figure.measure == "rate" else f"{most:.1f}"
    body = [f'<path d="M{left} {top}V{floor}H{width - 16}" fill="none" stroke="{GREY}"/>']
    body += [_text(left - 6, top + 5, scale, "end"), _text(left - 6, floor + 4, "0", "end")]
    body += _strokes(places)
    for n, (point, place) in enumerate(zip(figure.points, places, strict=True)):
        x = left + n * step
        body.append(_text(x, floor + 18, point.period[-5:] + ("°" if point.partial else ""), "middle", 10))
        if place is None:
            body.append(_text(x, floor - 6, HIDDEN if point.hidden else "—", "middle", 10))
        else:
            body.append(_mark(x, place[1], "#ffffff" if point.partial else BLUE))
            body.append(_text(x, place[1] - 8, written(point, figure.measure), "middle", 11))
    return _svg(width, height, f"{figure.zh} {figure.en}", body)


def shades(names: Sequence[str], cells: Sequence[Sequence[int | None]], title: str) -> str:
    """A table of counts, sender by line, receiver by column; the more, the darker, the number in each."""
    most = max((n or 0 for row in cells for n in row), default=0) or 1
    size, left, top = 92, 120, 30
    body = [_text(left + n * size + size / 2, top - 10, name, "middle") for n, name in enumerate(names)]
    for i, row in enumerate(cells):
        y = top + i * 40
        body.append(_text(left - 10, y + 25, names[i], "end"))
        for j, n in enumerate(row):
            x, strength = left + j * size, f"{0.06 + 0.6 * (n or 0) / most:.2f}"
            place = f'x="{x}" y="{y}" width="{size - 3}" height="37"'
            body.append(f'<rect {place} fill="{BLUE}" fill-opacity="{strength}"/>')
            body.append(_text(x + size / 2, y + 24, HIDDEN if n is None else str(n), "middle"))
    return _svg(left + len(names) * size, top + len(cells) * 40 + 6, title, body)


def _strokes(places: Sequence[tuple[float, float] | None]) -> Iterator[str]:
    for before, after in pairwise(places):
        if before and after:
            (x1, y1), (x2, y2) = before, after
            ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
            yield f'<line {ends} stroke="{BLUE}" stroke-width="2"/>'


def _mark(x: float, y: float, fill: str) -> str:
    place = f'cx="{x:.1f}" cy="{y:.1f}" r="4"'
    return f'<circle {place} fill="{fill}" stroke="{BLUE}" stroke-width="2"/>'


def _text(x: float, y: float, text: str, anchor: str = "start", size: int = 13) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'


def _svg(width: float, height: float, title: str, body: Sequence[str]) -> str:
    hatch = (
        '<defs><pattern id="hidden" width="6" height="6" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate(45)"><line y2="6" stroke="{ORANGE}" stroke-width="3"/></pattern></defs>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" role="img" aria-label="{escape(title)}" font-family="{FONT}" fill="#111827">'
        f"<title>{escape(title)}</title>{hatch}{''.join(body)}</svg>"
    )
