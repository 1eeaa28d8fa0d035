"""Why two disputes may be one, as a waterfall: where weighing began, what each comparison added. Pure.

For and against differ by place (right or left of where the step began), sign and hatching, not by colour
alone. Beside the picture stands the same as a table; `desc` says it to who hears the page.
"""

from collections.abc import Sequence
from math import ceil, floor
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from hub.nightly.pages.draw import WIDTH, figure, line, rect, text

BITS: Final[dict[str, float]] = {"50 %": 0.0, "95 %": 4.248}
"""Probability → weight in bits: from where on a person is asked, and the units."""
_LABEL: Final = 400.0
_RIGHT: Final = 80.0
_ROW: Final = 30.0
_TOP: Final = 34.0
_HATCH: Final = (
    '<defs><pattern id="against" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff"/>'
    '<line x1="0" y1="0" x2="0" y2="7" stroke="#a85400" stroke-width="4"/></pattern></defs>'
)
_FOR: Final = 'fill="#0072B2"'
_AGAINST: Final = 'fill="url(#against)" stroke="#a85400"'
_NEITHER: Final = 'fill="#8a97a5"'
_SUM: Final = 'fill="#39424e"'


class Step(NamedTuple):
    """One comparison in words, and what it weighs in bits."""

    name: str
    level: str
    bits: float


def waterfall(steps: Sequence[Step], total: tuple[str, float], title: str) -> Markup:
    """Each step begins where the one before ended; the last bar is the sum of all, named by `total`."""
    if not steps:
        return Markup("")
    ends = [0.0]
    for step in steps:
        ends.append(ends[-1] + step.bits)
    low, high = floor(min(0.0, *ends)), ceil(max(BITS["95 %"] + 0.5, *ends))
    scale = (WIDTH - _LABEL - _RIGHT) / (high - low)

    def at(bits: float) -> float:
        return _LABEL + (bits - low) * scale

    floor_y = _TOP + _ROW * (len(steps) + 1)
    parts = [_description(steps, total), _HATCH]
    for said, bits in BITS.items():
        parts += [
            line(at(bits), _TOP - 8, at(bits), floor_y, 'stroke="#6b7683" stroke-dasharray="4 4"'),
            text(at(bits), _TOP - 14, said, "small", "middle"),
        ]
    for n, step in enumerate(steps):
        y, begun, ended = _TOP + n * _ROW, at(ends[n]), at(ends[n + 1])
        parts += _row(y, f"{step.name}: {step.level}", (begun, ended), signed(step.bits))
        parts.append(line(ended, y + 22, ended, y + _ROW + 4, 'stroke="#8a97a5"'))
    y = _TOP + len(steps) * _ROW
    parts += _row(y, total[0], (at(0.0), at(total[1])), f"= {signed(total[1])}", _SUM)
    return figure(WIDTH, floor_y + 12, parts, title)


def signed(bits: float) -> str:
    """A weight as people read it: with its sign, nothing as nothing."""
    return f"{bits:+.2f}".replace("-", "−") if round(bits, 2) else "0"


def _row(y: float, said: str, span: tuple[float, float], number: str, fill: str = "") -> list[str]:
    begun, ended = span
    left, right = min(span), max(span)
    fill = fill or (_NEITHER if begun == ended else _FOR if ended > begun else _AGAINST)
    return [
        text(_LABEL - 14, y + 18, said, "bartext", "end"),
        rect(left, y + 4, max(right - left, 1.5), 18, fill),
        text(right + 7, y + 18, number, "bartext"),
    ]


def _description(steps: Sequence[Step], total: tuple[str, float]) -> str:
    told = [f"{step.name}: {step.level} {signed(step.bits)}" for step in steps]
    return f"<desc>{escape('; '.join([*told, f'{total[0]} {signed(total[1])}']))}</desc>"
