"""The two schema validators over many generated documents of every kind, every other one spoiled.

Uses every core; the same seeds, the same documents.
"""

import multiprocessing
import random
from collections.abc import Callable, Iterator

from schemas import KINDS, fast_validator, reference_validator
from schemas.generator import document
from schemas.mutator import mutated

_PART = 500


def line(amount: int, say: Callable[[str], None]) -> str:
    """The result as a sentence; `amount` documents of each kind."""
    differences = broken = 0
    with multiprocessing.get_context("spawn").Pool() as pool:
        parts = list(_parts(amount))
        for n, (differing, faulty) in enumerate(pool.imap_unordered(_compared, parts), start=1):
            differences, broken = differences + differing, broken + faulty
            if n % 20 == 0 or n == len(parts):
                say(f"validators {n}/{len(parts)}: {differences} differences")
    total = amount * len(KINDS)
    return (
        f"Validators: {total:,} documents of {len(KINDS)} kinds, {broken:,} of them with faults; "
        f"the reference and the fast one disagree on {differences}."
    )


def _parts(amount: int) -> Iterator[tuple[str, int, int]]:
    for kind in KINDS:
        for first in range(0, amount, _PART):
            yield kind, first, min(first + _PART, amount)


def _compared(part: tuple[str, int, int]) -> tuple[int, int]:
    """How many documents of a part the validators disagree on, and how many have faults."""
    kind, first, end = part
    differing = broken = 0
    fast, reference = fast_validator(kind), reference_validator(kind)
    for seed in range(first, end):
        rng = random.Random(f"{kind} {seed}")
        one = document(kind, rng)
        if seed % 2:
            one = mutated(one, rng)
        found = fast(one)
        differing += found != reference(one)
        broken += bool(found)
    return differing, broken
