"""Suppression of counts: the small ones, and what would give them away again."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from hub.trust.disclosure import LEAST, line, small, suppressed


def test_small_counts_go_and_zero_stays():
    assert [n for n in range(8) if small(n)] == [1, 2, 3, 4]
    assert line({"a": 0, "b": 12, "c": 9}) == {"a": 0, "b": 12, "c": 9}


def test_a_lonely_hidden_count_takes_the_smallest_other_with_it():
    assert line({"a": 2, "b": 7, "c": 40}) == {"a": None, "b": None, "c": 40}


def test_several_hidden_counts_whose_sum_is_small_take_one_more():
    assert line({"a": 1, "b": 1, "c": 30, "d": 0}) == {"a": None, "b": None, "c": None, "d": 0}
    assert line({"a": 3, "b": 3, "c": 30}) == {"a": None, "b": None, "c": 30}


def test_rows_and_columns_protect_each_other():
    counts = {("x", "1"): 2, ("x", "2"): 9, ("y", "1"): 8, ("y", "2"): 30, ("z", "1"): 50, ("z", "2"): 60}
    shown = suppressed(counts)
    assert {cell for cell, n in shown.items() if n is None} == {
        ("x", "1"),
        ("x", "2"),
        ("y", "1"),
        ("y", "2"),
    }


def test_what_one_reader_knows_does_not_leave_a_few_others_alone():
    assert small(9, largest=7)
    assert not small(9, largest=9)
    assert not small(12, largest=7)
    counts = {("x", "1"): 9, ("y", "1"): 20, ("z", "1"): 30}
    assert suppressed(counts, {("x", "1"): 7}) == {("x", "1"): None, ("y", "1"): None, ("z", "1"): 30}


ROWS, COLUMNS = "abc", "12"
TABLES = st.fixed_dictionaries({cell: st.integers(0, 12) for cell in product(ROWS, COLUMNS)})


@given(TABLES)
def test_no_total_tells_what_a_line_hides(counts: dict[tuple[str, str], int]):
    shown = suppressed(counts)
    assert all(n in (None, counts[cell]) for cell, n in shown.items())
    assert all(n is None or n == 0 or n >= LEAST for n in shown.values())
    for axis, names in ((0, ROWS), (1, COLUMNS)):
        for name in names:
            cells = [cell for cell in counts if cell[axis] == name]
            hidden = [counts[cell] for cell in cells if shown[cell] is None]
            whole = all(shown[cell] is None or counts[cell] == 0 for cell in cells)
            assert not hidden or whole or (len(hidden) > 1 and sum(hidden) >= LEAST)
