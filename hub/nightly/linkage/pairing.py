"""From certain and scored pairs to the pairs that are kept: one to one, mutually the best, ties by id. Pure.

A dispute has at most one partner in each agency, its own included. What was certain by reference stands
beside that: whoever wrote a number down may mean several disputes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hub.nightly.linkage.certain import Basis, Certain

if TYPE_CHECKING:  # with them come Splink and pypinyin, which who only decides on a pair does not need
    from hub.nightly.linkage.engine import Scored
    from hub.nightly.linkage.records import Compared

LINKED: Final = 0.95
REVIEW: Final = 0.5
_RANK: Final[Mapping[Basis, int]] = {"reference": 2, "id": 1, "model": 0}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two disputes that may be one: on what ground, how likely, and how each comparison came out."""

    left: str
    right: str
    basis: Basis
    probability: float
    weight: float
    levels: Mapping[str, int]


def paired(records: Iterable["Compared"], sure: Iterable[Certain], scored: Sequence["Scored"]) -> list[Pair]:
    """The pairs kept, in the order of their ids."""
    by_pair = {(s.left, s.right): s for s in scored}
    pairs = [_certain(c, by_pair.pop((c.left, c.right), None)) for c in sure]
    pairs += [
        Pair(s.left, s.right, "model", s.probability, s.weight, s.levels)
        for s in by_pair.values()
        if s.probability >= REVIEW
    ]
    sources = {record.id: record.source for record in records}
    kept = [p for p in pairs if p.basis == "reference"] + _mutual(pairs, sources)
    return sorted({(p.left, p.right): p for p in kept}.values(), key=lambda p: (p.left, p.right))


def _certain(sure: Certain, scored: "Scored | None") -> Pair:
    """A certain pair, with how it compares if it was weighed too."""
    weight, levels = (scored.weight, scored.levels) if scored else (0.0, {})
    return Pair(sure.left, sure.right, sure.basis, 1.0, weight, levels)


def _mutual(pairs: Iterable[Pair], sources: Mapping[str, str]) -> list[Pair]:
    """Pairs of which each is the other's best in that agency."""
    best: dict[tuple[str, str], Pair] = {}
    ranked = sorted(pairs, key=lambda p: (-_RANK[p.basis], -p.weight, p.left, p.right))
    for pair in ranked:
        for one, other in ((pair.left, pair.right), (pair.right, pair.left)):
            best.setdefault((one, sources[other]), pair)
    return [p for p in ranked if best[p.left, sources[p.right]] is p and best[p.right, sources[p.left]] is p]
