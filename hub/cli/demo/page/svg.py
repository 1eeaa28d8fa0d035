"""Small pieces of SVG, with every text escaped and given in both languages. Pure."""

from collections.abc import Sequence
from html import escape
from typing import Final

Pair = tuple[str, str]

COLOURS: Final = {"police": "#0072B2", "justice": "#007A5A", "court": "#C44E00", "hub": "#6B4C8C"}
"""Okabe and Ito's colours, darkened for text on white; each agency has a shape of its own too."""


def text(x: float, y: float, said: Pair | str, css: str = "", anchor: str = "start") -> str:
    """A text; a pair is written twice and the page shows one."""
    if isinstance(said, str):
        return _text(x, y, said, css, anchor)
    return _text(x, y, said[0], f"zh {css}", anchor) + _text(x, y, said[1], f"en {css}", anchor)


def _text(x: float, y: float, said: str, css: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{css.strip()}" text-anchor="{anchor}">{escape(said)}</text>'


def rect(x: float, y: float, width: float, height: float, css: str, more: str = "") -> str:
    """A rectangle."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height:.1f}" '
        f'class="{css}" {more}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, css: str, more: str = "") -> str:
    """A line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{css}" {more}/>'


def path(points: Sequence[tuple[float, float]], css: str, more: str = "") -> str:
    """A closed shape."""
    told = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    return f'<path d="M{told} Z" class="{css}" {more}/>'


def marker(agency: str, x: float, y: float, number: int, tip: str) -> str:
    """Who acts: square for police, circle for mediators, diamond for courts, hexagon for the hub."""
    fill = f'fill="{COLOURS[agency]}"'
    match agency:
        case "police":
            shape = f'<rect x="{x - 9:.1f}" y="{y - 9:.1f}" width="18" height="18" rx="2" {fill}/>'
        case "justice":
            shape = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" {fill}/>'
        case "court":
            shape = path([(x, y - 12.5), (x + 12.5, y), (x, y + 12.5), (x - 12.5, y)], "", fill)
        case _:
            half = [(x - 10, y), (x - 5, y - 9), (x + 5, y - 9), (x + 10, y), (x + 5, y + 9), (x - 5, y + 9)]
            shape = path(half, "", fill)
    label = f'<text x="{x:.1f}" y="{y + 3.8:.1f}" class="no" text-anchor="middle">{number}</text>'
    return f"<g><title>{escape(tip)}</title>{shape}{label}</g>"


def arrow(x: float, y1: float, y2: float, agency: str, *, done: bool) -> str:
    """A message on its way: the head is filled once it was acknowledged."""
    colour = COLOURS[agency]
    down = y2 > y1
    start, end = (y1 + 11, y2 - 7) if down else (y1 - 11, y2 + 7)
    tip = y2 - 1 if down else y2 + 1
    head = [(x, tip), (x - 4.5, end), (x + 4.5, end)]
    fill = f'fill="{colour if done else "#fff"}" stroke="{colour}" stroke-width="1.4"'
    return line(x, start, x, end, "flow", f'stroke="{colour}"') + path(head, "", fill)


def figure(width: float, height: float, parts: Sequence[str], name: Pair) -> str:
    """A picture that scales with the page."""
    title = f"<title>{escape(name[0])} · {escape(name[1])}</title>"
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" xmlns="http://www.w3.org/2000/svg">'
        f"{title}{''.join(parts)}</svg>"
    )
