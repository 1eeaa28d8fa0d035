"""What a district may set for assessments and subsidies; what is wrong is refused by its place."""

from typing import Any

import pytest

from hub.errors import Refused
from hub.exchange.configuration import check_config

GRADE = {"grade": "4", "cases_least": 50, "oral_share_most": 0.3}


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("mediator-assessment", [], "/value"),
        ("mediator-assessment", {"hours": 1}, "/value"),
        ("mediator-assessment", {"scheme": ""}, "/value/scheme"),
        ("mediator-assessment", {"training_hours_year": -1}, "/value/training_hours_year"),
        ("mediator-assessment", {"training_hours_year": True}, "/value/training_hours_year"),
        ("mediator-assessment", {"grades": {}}, "/value/grades"),
        ("mediator-assessment", {"grades": [GRADE, {"grade": "4"}]}, "/value/grades/1"),
        ("mediator-assessment", {"grades": [{**GRADE, "grade": "9"}]}, "/value/grades/0/grade"),
        ("mediator-assessment", {"grades": [{**GRADE, "cases_least": "50"}]}, "/value/grades/0/cases_least"),
        ("case-subsidy", "x", "/value"),
        ("case-subsidy", {"needs": ["agreed", "asked"]}, "/value/needs"),
        ("case-subsidy", {"needs": [["agreed"]]}, "/value/needs"),
        ("case-subsidy", {"amounts": []}, "/value/amounts"),
        ("case-subsidy", {"amounts": {"huge": "1"}}, "/value/amounts"),
        ("case-subsidy", {"amounts": {"major": 400}}, "/value/amounts/major"),
        ("case-subsidy", {"amounts": {"major": "4e2"}}, "/value/amounts/major"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_place(name: str, value: Any, place: str):
    with pytest.raises(Refused) as refused:
        check_config(name, value)
    assert [fault.pointer for fault in refused.value.faults] == [place]


def test_what_is_understood_is_taken():
    check_config("mediator-assessment", {})
    check_config("mediator-assessment", {"scheme": "某区", "training_hours_year": 24, "grades": [GRADE]})
    check_config("case-subsidy", {"scheme": "某区", "needs": ["performed"], "amounts": {"major": "400.50"}})
