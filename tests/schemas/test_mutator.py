import copy
import random

from schemas import KINDS, faults
from schemas.generator import document
from schemas.mutator import mutated


def test_a_spoiled_document_is_another_and_the_first_stays() -> None:
    broken = 0
    for seed in range(300):
        rng = random.Random(seed)
        kind = rng.choice(KINDS)
        valid = document(kind, rng)
        before = copy.deepcopy(valid)
        broken += bool(faults(kind, mutated(valid, rng)))
        assert valid == before
    assert 100 < broken < 290, "both verdicts must be seen"
