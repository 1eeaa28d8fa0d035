"""The lists this release ships: every row has a code of its own, its remarks are about rows there are."""

from datetime import date

import pytest

from hub import reference
from hub.reference.catalogue import read_file


@pytest.mark.parametrize("name", reference.lists())
def test_a_list_has_a_source_and_codes_of_its_own(name: str):
    rows = reference.entries(name)
    assert reference.lists()[name].source
    assert len({e.code for e in rows}) == len(rows) > 0
    assert all(e.code and e.zh for e in rows)
    assert all(e.valid_to is None or e.valid_from is None or e.valid_from <= e.valid_to for e in rows)


def test_every_remark_is_about_a_row_there_is():
    known = {(name, e.code) for name in reference.lists() for e in reference.entries(name)}
    assert {(r["list"], r["code"]) for r in read_file("remarks")} <= known


def test_lists_have_the_size_of_their_files():
    counted = {name: len(reference.entries(name)) for name in reference.lists()}
    assert counted["divisions"] == 39
    assert counted["townships"] == 1031
    assert counted["courts"] == 38  # the new area's court is not known
    assert counted["id-prefixes"] == 139
    assert counted["causes-2026"] == 448
    assert counted["masking-rules"] == 15


def test_a_court_code_is_marked_by_what_was_seen_of_it():
    marks = {e.code: e.mark for e in reference.entries("courts")}
    assert marks["渝0101"] == "observed"
    assert marks["渝0103"] == "derived"
    assert marks["渝0105"] == marks["渝0112"] == "unverified"
    assert "渝0157" not in marks


def test_causes_are_of_a_version():
    versions = {e.code: e for e in reference.entries("cause-versions")}
    assert [v for v, e in versions.items() if e.valid_on(date(2025, 12, 31))] == ["2020"]
    assert [v for v, e in versions.items() if e.valid_on(date(2026, 1, 1))] == ["2026"]
    assert all(e.valid_from == date(2026, 1, 1) for e in reference.entries("causes-2026"))


def test_towns_that_moved_are_towns_of_the_list():
    towns = {e.code: e for e in reference.entries("townships")}
    for change in reference.entries("division-changes"):
        if change.row["scope"] == "town":
            assert towns[change.code].zh == change.zh
            assert towns[change.code].row["area_code"] == change.row["from"]
