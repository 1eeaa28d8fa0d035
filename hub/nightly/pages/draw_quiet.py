"""Who was heard of when: how long each system is quiet, beside the line from which it is silent. Pure."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, NamedTuple

from markupsafe import Markup

from hub.nightly.pages.draw import HATCH, figure, line, rect, shape, text

_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
_MOST: Final = 14
"""Days at which a bar ends, however long it is quiet."""
_LABEL: Final = 210.0
_ROW: Final = 28.0
_WIDTH: Final = 570.0
_TOP: Final = 20.0


class Calm(NamedTuple):
    """One system. `quiet`: how long; None: nothing was ever heard of it. `said`: that in words."""

    system: str
    agency: str
    quiet: timedelta | None
    silent: bool
    said: str


def quiet(rows: Sequence[Calm], allowed: timedelta, title: str) -> Markup:
    """A bar for each system: light while it may be quiet, hatched and crossed when it is silent."""
    if not rows:
        return Markup("")
    scale = (_WIDTH - _LABEL - 100) / _MOST
    limit, bottom = _LABEL + scale * (allowed / _DAY), _TOP + _ROW * len(rows)
    parts = [HATCH, line(limit, _TOP - 4, limit, bottom, 'stroke="#6b7683" stroke-dasharray="4 4"')]
    parts.append(text(limit, _TOP - 8, f"{allowed / _HOUR:g} h", "small", "middle"))
    for n, row in enumerate(rows):
        y = _TOP + n * _ROW
        days = _MOST if row.quiet is None else min(row.quiet / _DAY, _MOST)
        said = f"{'✗' if row.silent else '✓'} {row.said}"
        parts += [
            shape(row.agency, 12, y + 13, 7),
            text(28, y + 18, row.system, "bartext"),
            rect(_LABEL, y + 5, max(days * scale, 2.0), 16, f'class="{"open" if row.silent else "closed"}"'),
            text(_LABEL + max(days * scale, 2.0) + 7, y + 18, said, "bartext"),
        ]
    return figure(_WIDTH, bottom + 6, parts, title)
