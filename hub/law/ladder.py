"""Draws a machine as a ladder: a column for each state, a rung for each step, so that no two labels meet.

A rung runs from the states in which the act is possible (dots) to the state it leads to (arrow); a ring
means that the state stays as it is. Grey dashed rungs are the hub's own: reminders and derived steps.
Pure; same table, same bytes.
"""

from dataclasses import dataclass
from typing import Final

from hub.law import words
from hub.law.drawing import Picture, width, wrapped
from hub.law.shapes import Machine, Row, Tables

LABEL: Final = 330.0
WHO: Final = 150.0
COLUMN: Final = 92.0
HEAD: Final = 74.0
LINE: Final = 17.0
PAD: Final = 9.0
TOP: Final = 64.0
MARGIN: Final = 24.0
NAME: Final = 12.0

INK: Final = "#1f2933"
PALE: Final = "#64748b"
PERSON: Final = "#1d4ed8"
HUB: Final = "#94a3b8"
STRIPE: Final = "#f8fafc"

_LEGEND: Final = "圆点: 可在此状态作出 · 箭头: 转入 · 圆环: 状态不变 · 灰色虚线: 中枢提醒或推定 · 双框: 终态"


@dataclass(frozen=True, slots=True)
class Rung:
    """One row of the table with its words broken into lines."""

    row: Row
    act: list[str]
    who: list[str]

    @property
    def height(self) -> float:
        """Room for the longer of the two texts."""
        return max(len(self.act), len(self.who)) * LINE + PAD


def draw(tables: Tables, machine: Machine) -> str:
    """The picture of a machine as SVG text."""
    rungs = [_rung(tables, machine, row) for row in machine.rows]
    columns = {state: _x(i) for i, state in enumerate(machine.states)}
    total = sum(r.height for r in rungs)
    picture = Picture()
    _title(picture, machine)
    _columns(picture, columns, TOP + HEAD, total)
    y = TOP + HEAD
    for i, rung in enumerate(rungs):
        _draw_rung(picture, rung, columns, y, striped=i % 2 == 1)
        y += rung.height
    for top in (TOP, y):
        _heads(picture, machine, columns, top)
    right = _x(len(columns)) - COLUMN / 2 + MARGIN
    return picture.svg(right, y + HEAD + MARGIN, f"{machine.zh} {machine.id}")


def _x(i: int) -> float:
    return MARGIN + LABEL + WHO + COLUMN * (i + 0.5)


def _rung(tables: Tables, machine: Machine, row: Row) -> Rung:
    act = wrapped(words.act(tables, row), 12, LABEL - 62)
    return Rung(row, act, wrapped(words.roles(machine, row.by), 11, WHO - 14))


def _title(picture: Picture, machine: Machine) -> None:
    version = machine.source["version"]
    picture.text(MARGIN, 34, f"{machine.zh}  {machine.id}", 20, fill=INK, font_weight="bold")
    legend = f"表 {version} · {_LEGEND}"
    picture.text(MARGIN, 54, legend, 12, fill=PALE)


def _columns(picture: Picture, columns: dict[str, float], top: float, height: float) -> None:
    for x in columns.values():
        picture.line(x, top, x, top + height, stroke="#cbd5e1", stroke_width=1)


def _heads(picture: Picture, machine: Machine, columns: dict[str, float], top: float) -> None:
    initial = set(machine.source["initial"])
    for state, x in columns.items():
        end = machine.terminal(state)
        fill = "#dbeafe" if state in initial else "#f1f5f9"
        style: dict[str, str | float] = {"rx": 7, "fill": fill, "stroke": INK, "stroke_width": 1.2}
        w, h = COLUMN - 8, HEAD - 14
        picture.rect(x - w / 2, top + 7, w, h, **style)
        if end:
            picture.rect(x - w / 2 + 3, top + 10, w - 6, h - 6, rx=5, fill="none", stroke=INK)
        lines = wrapped_name(words.state(machine, state), w - 10)
        y = top + 7 + h / 2 - (len(lines) * 15 + 10) / 2 + 11
        for line in lines:
            picture.text(x, y, line, NAME, fill=INK, text_anchor="middle")
            y += 15
        size = min(9.5, (w - 10) / (len(state) * 0.58))
        picture.text(x, y - 1, state, size, fill=PALE, text_anchor="middle")


def wrapped_name(name: str, limit: float) -> list[str]:
    """A state's name in lines: broken at its marks, else where it is full."""
    lines: list[str] = []
    for part in wrapped(name, NAME, limit):
        rest = part
        while width(rest, NAME) > limit:
            cut = int(limit / NAME)
            lines.append(rest[:cut])
            rest = rest[cut:]
        lines.append(rest)
    return lines


def _draw_rung(picture: Picture, rung: Rung, columns: dict[str, float], y: float, *, striped: bool) -> None:
    row, middle = rung.row, y + rung.height / 2
    right = max(columns.values()) + COLUMN / 2
    if striped:
        picture.rect(MARGIN, y, right - MARGIN, rung.height, fill=STRIPE)
        for x in columns.values():
            picture.line(x, y, x, y + rung.height, stroke="#cbd5e1", stroke_width=1)
    picture.text(MARGIN + 4, middle + 4, row.id, 11, fill=PALE, font_family="monospace")
    _lines(picture, MARGIN + 56, middle, rung.act, 12, INK)
    _lines(picture, MARGIN + LABEL + 4, middle, rung.who, 11, PALE)
    own = row.by == {"hub"} or row.derived
    colour = HUB if own else PERSON
    _arrow(picture, row, columns, middle, colour, dashed=own)


def _lines(picture: Picture, x: float, middle: float, lines: list[str], size: float, fill: str) -> None:
    y = middle - (len(lines) - 1) * LINE / 2 + size * 0.36
    for line in lines:
        picture.text(x, y, line, size, fill=fill)
        y += LINE


def _arrow(
    picture: Picture, row: Row, columns: dict[str, float], y: float, colour: str, *, dashed: bool
) -> None:
    order = list(columns)
    states = sorted(row.states, key=order.index)
    moving = [s for s in states if row.to not in ("=", s)]
    staying = [s for s in states if s not in moving]
    dash: dict[str, str | float] = {"stroke_dasharray": "5 3"} if dashed else {}
    if moving:
        xs = [columns[s] for s in moving]
        target = columns[row.to]
        for side in (-1, 1):
            far = min(xs, default=target) if side < 0 else max(xs, default=target)
            if (far - target) * side > 0:
                tip = target + side * 5
                picture.line(far, y, tip + side * 5, y, stroke=colour, stroke_width=1.6, **dash)
                head = f"M{tip:.1f} {y:.1f} l{side * 8:.1f} -4.5 v9 z"
                picture.path(head, fill=colour)
        picture.circle(target, y, 2.5, fill=colour)
        for x in xs:
            picture.circle(x, y, 4.2, fill=colour)
    for state in staying:
        picture.circle(columns[state], y, 5.2, fill="#ffffff", stroke=colour, stroke_width=2)
