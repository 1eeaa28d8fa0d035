"""Keyed digests: equal for equal parts, apart for everything else, useless without the key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Broken
from hub.trust.blind import Blinder

KEY = b"\x09" * 32
PARTS = st.lists(st.text(max_size=4) | st.binary(max_size=4), max_size=4).map(tuple)


def _bytes(parts):
    return tuple(p.encode() if isinstance(p, str) else p for p in parts)


@given(PARTS, PARTS)
def test_digests_are_equal_exactly_if_the_parts_are(a, b):
    blinder = Blinder(KEY)
    same = _bytes(a) == _bytes(b)
    assert (blinder.blind("person", *a) == blinder.blind("person", *b)) is same
    assert (blinder.row_digest("message", *a) == blinder.row_digest("message", *b)) is same


def test_indexes_tables_keys_and_uses_are_apart():
    blinder, other = Blinder(KEY), Blinder(b"\x08" * 32)
    digests = [
        blinder.blind("person", "a"),
        blinder.blind("identifier", "a"),
        other.blind("person", "a"),
        blinder.row_digest("person", "a"),
        blinder.row_digest("identifier", "a"),
        other.row_digest("person", "a"),
    ]
    assert len(set(digests)) == 6
    assert {len(digest) for digest in digests} == {32}


def test_digests_never_change():
    """They are stored and looked up for ever."""
    blinder = Blinder(KEY)
    assert (
        blinder.blind("identifier", "jjdbh", "1").hex()
        == "b658b2e1f57e7a64457b35c5c85d5d88040f14af5ca844319c3d461475fd6aa3"
    )
    assert (
        blinder.row_digest("message", "1").hex()
        == "5f8c19f3387ce623589871418bf4444ea8e35c58c52973f3639644068dd9342a"
    )


def test_a_name_of_an_index_is_short():
    with pytest.raises(Broken):
        Blinder(KEY).blind("a-name-of-17-byte", "a")
