"""Makes the parameters anew from registrations whose doubles are known: counts, no iteration.

The blocked pairs of a labelled file are compared as in the night; per level, `m` is its share among the true
pairs and `u` among the others. A level without a labelled case is floored. Expectation maximisation is not
used: Splink cannot train on exploding blocking rules, and labels are there.

Counted twice. Most of the others share a key by mere chance; by them alone name, ID number and phone of the
same two people would weigh three times what they tell, and their next quarrel would be taken for this one.
So the second count gives the pairs that the first could not tell apart a fixed share among the others.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from pathlib import Path
from typing import Any, Final

from hub.nightly.linkage.comparisons import COMPARISONS, Comparison
from hub.nightly.linkage.engine import Scored, score, workshop
from hub.nightly.linkage.model import FLOOR, Model, untrained
from hub.nightly.linkage.records import Blind, Compared, compared

_DIGITS: Final = 6
_CROWD: Final = 1000
"""More than a night's: how often two who only share a key agree is counted over the common names too."""
_DOUBTFUL: Final = log2(0.001)
_EASY: Final = 2.0
"""What the pairs that are easily told apart count together, as a multiple of the doubtful ones."""

Weighed = Sequence[tuple[Scored, float]]


def read(lines: Iterable[str], blind: Blind) -> tuple[list[Compared], dict[str, str]]:
    """Records of a labelled file, and entity by id. A line: `id`, `source`, `entity`, `document`."""
    records: list[Compared] = []
    entities: dict[str, str] = {}
    for line in lines:
        said = json.loads(line)
        record = compared(said["id"], said["source"], [said["document"]], blind, fresh=True)
        entities[said["id"]] = said["entity"]
        if record is not None:
            records.append(record)
    return records, entities


def train(
    records: Sequence[Compared], entities: Mapping[str, str], version: str, folder: Path
) -> dict[str, Any]:
    """The parameters as they are written to a file. Raises ValueError without pairs of both kinds."""
    with workshop(folder) as connection:
        pairs = score(connection, records, untrained(), crowd=_CROWD)
    same = [(p, 1.0) for p in pairs if entities[p.left] == entities[p.right]]
    other = [(p, 1.0) for p in pairs if entities[p.left] != entities[p.right]]
    if not same or not other:
        raise ValueError("the file has no labelled pairs of both kinds")
    model = _counted("first", same, _again(_counted("first", same, other), other))
    return {
        "version": version,
        "prior": round(model.prior, _DIGITS),
        "trained_on": {"records": len(records), "same": len(same), "other": len(other)},
        "levels": {name: [list(pair) for pair in levels] for name, levels in model.levels.items()},
    }


def _again(first: Model, other: Weighed) -> Weighed:
    """The other pairs with their weight in the second count."""
    doubtful = {id(p) for p, _ in other if first.weigh(p.levels) >= _DOUBTFUL}
    easy = len(other) - len(doubtful)
    if not doubtful or not easy:
        return other
    share = min(1.0, _EASY * len(doubtful) / easy)
    return [(p, 1.0 if id(p) in doubtful else share) for p, _ in other]


def _counted(version: str, same: Weighed, other: Weighed) -> Model:
    ours, theirs = (sum(weight for _, weight in pairs) for pairs in (same, other))
    levels = {c.name: tuple(zip(_shares(c, same), _shares(c, other), strict=True)) for c in COMPARISONS}
    return Model(version, ours / (ours + theirs), levels)


def _shares(comparison: Comparison, pairs: Weighed) -> list[float]:
    """Share of each level among the pairs that can be compared, the strongest first."""
    counts: dict[int, float] = defaultdict(float)
    for pair, weight in pairs:
        counts[pair.levels[comparison.name]] += weight
    gammas = range(len(comparison.labels) - 1, -1, -1)
    total = sum(counts[gamma] for gamma in gammas) or 1
    return [round(min(1 - FLOOR, max(FLOOR, counts[gamma] / total)), _DIGITS) for gamma in gammas]
