"""Pictures of what went between agencies: bands from senders to receivers, strips of days. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup

from hub.nightly.pages.draw import COLOURS, WIDTH, colour, figure, line, rect, shape, text

_READABLE: Final = 9.0


def flows(counted: Mapping[tuple[str, str], int], names: Mapping[str, str], title: str) -> Markup:
    """Bands from senders (left) to receivers (right), as wide as they are many."""
    agencies = sorted({a for pair in counted for a in pair}, key=lambda a: (a not in COLOURS, a))
    if not agencies:
        return Markup("")
    gap, room, left, right = 26.0, 190.0, 210.0, 560.0
    scale = room / sum(counted.values())
    totals = [_totals(counted, agencies, side) for side in (0, 1)]
    out, into = (_tops({a: n * scale for a, n in total.items()}, gap) for total in totals)
    parts: list[str] = []
    for total, x, sign, anchor, tops in (
        (totals[0], left, -1, "end", out),
        (totals[1], right, 1, "start", into),
    ):
        for agency in (a for a in agencies if total[a]):
            middle = tops[agency] + total[agency] * scale / 2
            said = f"{names.get(agency, agency)} {total[agency]}"
            parts += [
                shape(agency, x + sign * 20, middle),
                text(x + sign * 38, middle + 5, said, "who", anchor),
            ]
    at_out, at_in = dict(out), dict(into)
    for (sender, receiver), n in sorted(counted.items()):
        ends = (left, at_out[sender]), (right, at_in[receiver])
        parts.append(_band(*ends, n * scale, f'fill="{colour(sender)}" fill-opacity=".34" stroke="#fff"'))
        if n * scale >= _READABLE:  # numbers stand at the receiver's end, where bands lie side by side
            parts.append(text(right - 8, at_in[receiver] + n * scale / 2 + 4, n, "bandtext", "end"))
        at_out[sender] += n * scale
        at_in[receiver] += n * scale
    height = room + gap * (len(agencies) + 1)
    return figure(770, height, parts, title)


def _totals(counted: Mapping[tuple[str, str], int], agencies: Sequence[str], side: int) -> dict[str, int]:
    return {a: sum(n for pair, n in counted.items() if pair[side] == a) for a in agencies}


def _tops(heights: Mapping[str, float], gap: float) -> dict[str, float]:
    tops, y = {}, gap
    for agency, height in heights.items():
        tops[agency] = y
        y += height + gap
    return tops


def _band(begin: tuple[float, float], end: tuple[float, float], thick: float, more: str) -> str:
    (x1, y1), (x2, y2) = begin, end
    middle = (x1 + x2) / 2
    return (
        f'<path d="M{x1:.1f} {y1:.1f} C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f} '
        f"L{x2:.1f} {y2 + thick:.1f} C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} "
        f'{x1:.1f} {y1 + thick:.1f} Z" {more}/>'
    )


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
            line(left, base, wide, base),
        ]
        for i, day in enumerate(shown):
            count = counted.get((day, agency), 0)
            if count:
                high = (strip - 22) * count / most
                x = left + i * step + 3
                parts += [
                    rect(x, base - high, step - 6, high, f'fill="{colour(agency)}"'),
                    text(x + step / 2 - 3, base - high - 4, count, "small", "middle"),
                ]
    bottom = len(agencies) * strip + 16
    parts += [
        text(left + i * step + step / 2, bottom, f"{day:%m-%d}", "small", "middle")
        for i, day in enumerate(shown)
        if i % 2 == (len(shown) - 1) % 2
    ]
    return figure(wide, bottom + 8, parts, title)


def over_time(
    counted: Mapping[tuple[date, str, str], int],
    shown: Sequence[date],
    names: Mapping[str, str],
    title: str,
) -> Markup:
    """One strip of days for each pair of agencies, all to one scale; the sum at its end."""
    pairs = sorted({(s, r) for _, s, r in counted}, key=lambda pair: [(a not in COLOURS, a) for a in pair])
    left, right, strip = 250.0, 70.0, 46.0
    most, step = max(counted.values(), default=1), (WIDTH - left - right) / len(shown)
    parts: list[str] = []
    for n, (sender, receiver) in enumerate(pairs):
        base = (n + 1) * strip
        by_day = [counted.get((day, sender, receiver), 0) for day in shown]
        parts += [
            shape(sender, 14, base - 12, 7),
            text(29, base - 7, "→"),
            shape(receiver, 60, base - 12, 7),
            text(78, base - 7, f"{names.get(sender, sender)} → {names.get(receiver, receiver)}", "who"),
            line(left, base, WIDTH - right, base),
            text(WIDTH, base - 7, sum(by_day), "who", "end"),
        ]
        for i, count in enumerate(by_day):
            if count:
                high, x = (strip - 18) * count / most, left + i * step
                parts += [
                    rect(x + 6, base - high, step - 12, high, f'fill="{colour(sender)}"'),
                    text(x + step / 2, base - high - 3, count, "small", "middle"),
                ]
    bottom = len(pairs) * strip + 16
    parts += [
        text(left + i * step + step / 2, bottom, f"{day:%m-%d}", "small", "middle")
        for i, day in enumerate(shown)
    ]
    return figure(WIDTH, bottom + 8, parts, title) if pairs else Markup("")
