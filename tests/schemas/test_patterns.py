import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.load import source
from schemas.patterns import parse, sample
from tests.schemas.test_v1 import FILES, nodes

PATTERNS = sorted(
    {
        pattern
        for name in FILES
        for _, node in nodes(source(name.removesuffix(".json")))
        for pattern in (*filter(None, [node.get("pattern")]), *node.get("patternProperties", ()))
    }
)


@pytest.mark.parametrize(
    "pattern",
    [
        r"[0-9]{4}",
        r"^[0-9]{4}",
        r"^\d{4}$",
        r"^\w{1,3}$",
        r"^\s$",
        r"^\p{L}{1,3}$",
        r"^.{3}$",
        r"^[0-9]+$",
        r"^[0-9]*$",
        r"^([0-9]{1,3}){2}$",
        r"^(a|b){3}$",
        r"^(?:a)$",
        r"^(?=a)a$",
        r"^(a$",
        r"^a)$",
        r"^[]$",
        r"^[a$",
        r"^[一-鿿]{2}$",
        r"^[\d]{2}$",
        r"^测$",
        r"^a|b$",
        r"^a$b$",
    ],
)
def test_what_is_not_linear_ascii_and_anchored_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"^(a |an |not )"):
        parse(pattern)


@pytest.mark.parametrize("pattern", PATTERNS)
@given(seed=st.integers())
def test_samples_match(pattern: str, seed: int) -> None:
    assert re.fullmatch(pattern, sample(parse(pattern), random.Random(seed)))
