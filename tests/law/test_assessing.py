"""Figures, grade proposals and local rules, on records written by hand."""

from decimal import Decimal

import pytest

from hub.law.assessing.formulas import FORMULAS, Figure, Record, Run, figures, summed
from hub.law.assessing.grades import Career, propose
from hub.law.assessing.rules import assessment_rules, subsidy_rules

RECORD = Record(
    hours={"lecture": Decimal("2.5"), "court_observation": Decimal(2), "exchange": Decimal(1)},
    required=Decimal(5),
    ratings=((5, 4), (3,), (5,), (4, 4, 4, 4), (1,)),
    runs=(
        Run(agreed=True, days=3, late=False, parts=(5, 6)),
        Run(agreed=True, oral=True, days=10, late=True, parts=(6, 6)),
        Run(agreed=False),
    ),
    performed=(1, 2),
    unconfirmed=(1, 4),
    complaints=(0, 1),
)


def by_name(record: Record) -> dict[str, Figure]:
    return {f.indicator: f for f in figures(record)}


@pytest.mark.parametrize(
    ("indicator", "numerator", "denominator", "value"),
    [
        ("training_hours", "5.5", "5", "1.1"),
        ("training_lecture", "2.5", "5.5", "0.4545"),
        ("training_observation", "2", "5.5", "0.3636"),
        ("training_exchange", "1", "5.5", "0.1818"),
        ("satisfaction", "34", "9", "3.7778"),
        ("mediation_success", "2", "3", "0.6667"),
        ("file_complete", "11", "12", "0.9167"),
        ("avg_days", "13", "2", "6.5"),
        ("overdue_rate", "1", "2", "0.5"),
        ("performance_rate", "1", "2", "0.5"),
        ("not_confirmed", "1", "4", "0.25"),
        ("complaints_upheld", "0", "1", "0"),
    ],
)
def test_a_figure_is_its_numerator_over_its_denominator(indicator, numerator, denominator, value):
    found = by_name(RECORD)[indicator]
    assert found[1:4] == (Decimal(numerator), Decimal(denominator), Decimal(value))


def test_a_denominator_of_nothing_has_no_value():
    assert {f.indicator for f in figures(Record())} == {f.indicator for f in FORMULAS}
    assert all((f.denominator, f.value, f.hidden) == (0, None, False) for f in figures(Record()))


def test_ratings_of_fewer_than_five_are_hidden_whole():
    found = by_name(Record(ratings=((5,),) * 4))["satisfaction"]
    assert found == Figure("satisfaction", None, None, None, hidden=True)
    assert by_name(Record(ratings=((5,),) * 5))["satisfaction"].value == 5


def test_several_mediators_are_sums_over_sums():
    few = by_name(Record(ratings=((1,),), runs=(Run(agreed=True),)))
    total = summed([by_name(RECORD), few])
    assert total["mediation_success"][1:4] == (3, 4, Decimal("0.75"))
    assert total["satisfaction"] == by_name(RECORD)["satisfaction"]
    assert summed([])["avg_days"].value is None


GRADES = (
    {"grade": "3", "years_least": 4, "cases_least": 80, "success_least": 0.9},
    {"grade": "4", "years_least": 2, "cases_least": 50, "oral_share_most": 0.3, "converted_most": 0},
)


@pytest.mark.parametrize(
    ("years", "cases", "success", "oral", "grade"),
    [
        ("4", 80, "0.9", "0", "3"),
        ("4", 80, "0.8999", "0.3", "4"),
        ("1.9", 80, "0.95", "0", None),
        ("9", 50, "0.95", "0.3001", None),
    ],
)
def test_the_highest_grade_no_condition_of_which_fails(years, cases, success, oral, grade):
    career = Career(Decimal(years), cases, Decimal(oral), Decimal(success))
    assert propose(GRADES, career).grade == grade


def test_what_nothing_tells_is_left_to_a_person():
    proposal = propose(GRADES, Career(Decimal(3), 60))
    assert (proposal.grade, proposal.open) == ("4", ("oral_share_most", "converted_most"))
    assert propose((), Career(Decimal(30), 900)) == (None, ())


def test_defaults_are_local_and_a_district_replaces_them():
    ours = assessment_rules(None)
    assert (ours.hours_in(3), ours.hours_in(12)) == (5, 20)
    assert "地方规则" in ours.scheme
    assert [rule["grade"] for rule in ours.grades] == ["4"]
    set_ = assessment_rules({"scheme": "某区 2026", "training_hours_year": 24, "grades": list(GRADES)})
    assert (set_.scheme, set_.hours_in(1), len(set_.grades)) == ("某区 2026", 2, 2)
    assert subsidy_rules(None).amounts == {}
    assert subsidy_rules(None).needs == ("agreed", "written", "file_complete")
    assert subsidy_rules({"amounts": {"major": "400"}}).amounts == {"major": Decimal(400)}
