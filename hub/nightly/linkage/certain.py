"""The certain pass: what needs no weighing. Explicit references; the same ID numbers, near in time.

Pure. One shared ID number alone is not enough: a person may quarrel with two neighbours in one week. Certain
are two shared numbers, or one where nobody else was named, or one with a second name that sounds alike.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

if TYPE_CHECKING:
    from hub.nightly.linkage.records import Compared  # with it comes pypinyin

NEAR_DAYS: Final = 3

Basis = Literal["reference", "id", "model"]


class Certain(NamedTuple):
    """Two disputes that are one; ids in order."""

    left: str
    right: str
    basis: Basis


def certain(records: Sequence["Compared"]) -> list[Certain]:
    """Pairs of which at least one is fresh, references before ID numbers, each pair once."""
    found: dict[tuple[str, str], Basis] = {}
    for left, right in _referring(records):
        found.setdefault(_ordered(left, right), "reference")
    for left, right in _same_number(records):
        found.setdefault(_ordered(left, right), "id")
    return [Certain(*pair, basis) for pair, basis in sorted(found.items())]


def _ordered(left: "Compared", right: "Compared") -> tuple[str, str]:
    return (left.id, right.id) if left.id < right.id else (right.id, left.id)


def _referring(records: Sequence["Compared"]) -> Iterator[tuple["Compared", "Compared"]]:
    going_by = _by(records, "numbers")
    for record in records:
        for number in record.refers:
            yield from ((record, other) for other in going_by.get(number, ()) if _apart(record, other))


def _same_number(records: Sequence["Compared"]) -> Iterator[tuple["Compared", "Compared"]]:
    for sharing in _by(records, "ids").values():
        yield from (pair for pair in combinations(sharing, 2) if _apart(*pair) and _surely(*pair))


def _apart(left: "Compared", right: "Compared") -> bool:
    return left.id != right.id and (left.fresh or right.fresh)


def _surely(left: "Compared", right: "Compared") -> bool:
    if abs((left.day - right.day).days) > NEAR_DAYS:
        return False
    shared = _common(left.ids, right.ids)
    alone = min(len(left.pinyins), len(right.pinyins)) <= 1
    return shared >= 2 or alone or _common(left.pinyins, right.pinyins) >= 2


def _common(left: Iterable[str], right: Iterable[str]) -> int:
    return len(set(left) & set(right))


def _by(records: Sequence["Compared"], member: Literal["numbers", "ids"]) -> dict[str, list["Compared"]]:
    found: dict[str, list[Compared]] = {}
    for record in records:
        for number in getattr(record, member):
            found.setdefault(number, []).append(record)
    return found
