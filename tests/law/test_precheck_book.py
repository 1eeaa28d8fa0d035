"""The rules of the pre-check as data: each cites a version in force; causes and papers are of the lists."""

from datetime import date, timedelta

import pytest

from hub.errors import Broken
from hub.law.precheck.book import load_book
from hub.reference import entries

BOOK = load_book()
TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("check", sorted(BOOK.rules))
def test_a_rule_cites_what_is_in_force_since_its_first_day(check: str) -> None:
    rule = BOOK.rules[check]
    for day in (BOOK.since, TODAY):
        assert BOOK.cited(rule, day).first <= day
    if rule.ground is not None:
        assert rule.ground in {entry.code for entry in entries("confirmation-grounds")}
    assert all((rule.text.zh, rule.text.en, rule.way.zh, rule.way.en))


def test_before_its_first_day_nothing_is_cited() -> None:
    with pytest.raises(Broken):
        BOOK.cited(BOOK.rules["status"], BOOK.since - timedelta(1))


def test_causes_stand_for_what_they_are_about() -> None:
    assert {"14", "21.1", "25.2"} <= BOOK.causes["status"]
    assert {"461", "436", "P45"} <= BOOK.causes["other-procedure"]
    assert not {"448", "P41", "P42"} & BOOK.causes["other-procedure"]  # the confirmation itself
    assert {"38", "56.1", "65.1"} <= BOOK.causes["title"]
    assert {"29", "33", "14"} <= BOOK.causes["personal"]
    assert "24.1" not in BOOK.causes["personal"]


def test_every_paper_of_the_list_is_asked_for() -> None:
    listed = [e.row["field"] for e in entries("filing-fields") if e.row["object"] == "司法确认申请"]
    assert [paper.field for paper in BOOK.papers] == listed
