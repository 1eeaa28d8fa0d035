"""Where a place lies on a day: 江北 and 渝北 ended on 2025-11-05, five towns went to 北碚."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import reference

BEFORE, AFTER = date(2025, 11, 5), date(2025, 11, 6)
FOUND = reference.divisions()


@pytest.mark.parametrize(
    ("code", "text", "then", "now"),
    [
        ("500105", "", ("500105",), ("500157",)),
        ("500112", "", ("500112",), ("500157", "500109")),
        ("500112", "重庆市渝北区统景镇一号", ("500112",), ("500109",)),
        ("500112133000", "", ("500112",), ("500157", "500109")),
        ("500109", "", ("500109",), ("500109",)),
        ("500101", "统景镇", ("500101",), ("500101",)),
        ("510101", "", ("510101",), ("510101",)),
        ("", "", ("",), ("",)),
    ],
)
def test_a_place_on_both_sides_of_the_change(code: str, text: str, then: tuple[str], now: tuple[str]):
    assert FOUND.on(code, BEFORE, text) == then
    assert FOUND.on(code, AFTER, text) == now


def test_a_town_by_its_code_of_the_statistics():
    assert FOUND.on("500112", AFTER, town="500112133") == ("500109",)
    assert FOUND.on("500112", AFTER, town="500112002") == ("500157",)
    assert FOUND.on("500109", AFTER, town="500109008") == ("500157",)
    assert FOUND.on("500112", AFTER, town="500112999") == ("500157", "500109")  # no town of the list


def test_successors_and_validity():
    assert FOUND.successors("500105") == ("500157",)
    assert FOUND.successors("500112") == ("500157", "500109")
    assert FOUND.successors("500109") == ()
    assert FOUND.valid_on("500112", BEFORE)
    assert not FOUND.valid_on("500112", AFTER)
    assert not FOUND.valid_on("500157", BEFORE)
    assert FOUND.valid_on("500157", AFTER)
    assert FOUND.changed("500109", AFTER) == AFTER
    assert FOUND.changed("500109", BEFORE) is None
    assert FOUND.changed("500101", AFTER) is None


@given(st.sampled_from([e.code for e in reference.entries("townships")]), st.dates())
def test_a_town_lies_in_one_district_that_exists(code: str, day: date):
    (district,) = FOUND.on(code, day, town=code)
    if day >= date(1997, 7, 1):
        assert FOUND.valid_on(district, day)


def test_the_court_of_every_unverified_row_is_in_doubt_since_the_change():
    unverified = {e.row["code"] for e in reference.entries("courts") if e.mark == "unverified"}
    assert unverified == {"500105", "500112"}
    for code in (*unverified, "500157", "500109"):
        assert FOUND.court_in_doubt(code, AFTER)
        assert not FOUND.court_in_doubt(code, BEFORE)
    assert not FOUND.court_in_doubt("500101", AFTER)
