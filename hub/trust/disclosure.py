"""Counts that may be shown: small ones are suppressed, and what would give them away again with them. Pure.

The rule (security.md, Masking and publication): no count below `LEAST` is shown, and no two tables may differ
by one person. So a table is published once, the same for all of its readers; its cells are those of intervals
that do not overlap; and a cell also goes when less than `LEAST` would be left to whoever knows the largest
share of it. Zero is shown: it is about nobody.
"""

from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

LEAST: Final = 5
"""The smallest count of persons or cases that is shown, zero apart."""

Cell: TypeAlias = tuple[str, str]
Counts: TypeAlias = Mapping[Cell, int]
"""(row, column) → count."""

Shown: TypeAlias = dict[Cell, int | None]
"""None: suppressed."""


def small(count: int, largest: int = 0) -> bool:
    """Whether a count must not be shown. `largest`: how much of it one single reader knows already."""
    return 0 < count < LEAST or 0 < count - largest < LEAST


def suppressed(counts: Counts, largest: Counts | None = None) -> Shown:
    """The cells as they may be shown to who knows the totals of rows and columns, here or from elsewhere.

    A total gives a lonely suppressed cell away, and the sum of several: further cells of the line go, the
    smallest first, until at least two are gone whose sum is not small itself, or all of the line.
    """
    known = largest or {}
    gone = {cell for cell, n in counts.items() if small(n, known.get(cell, 0))}
    while more := _complement(counts, gone):
        gone |= more
    return {cell: None if cell in gone else n for cell, n in counts.items()}


def line(counts: Mapping[str, int]) -> dict[str, int | None]:
    """The same for one line of counts, shown beside its total (which is shown unless it is small itself)."""
    shown = suppressed({(name, ""): n for name, n in counts.items()})
    return {name: n for (name, _), n in shown.items()}


def _complement(counts: Counts, gone: set[Cell]) -> set[Cell]:
    """What must go too, for the sake of one line; empty when all lines are safe."""
    for axis in (0, 1):
        for name in dict.fromkeys(cell[axis] for cell in counts):
            cells = [cell for cell in counts if cell[axis] == name]
            hidden = [cell for cell in cells if cell in gone]
            left = [cell for cell in cells if cell not in gone and counts[cell] > 0]
            if left and _tells(counts, hidden):
                return {min(left, key=lambda cell: (counts[cell], cell))}
    return set()


def _tells(counts: Counts, hidden: Iterable[Cell]) -> bool:
    """Whether a line's total gives away what these cells of it hide."""
    cells = list(hidden)
    return bool(cells) and (len(cells) < 2 or sum(counts[cell] for cell in cells) < LEAST)
