"""One number written in several ways is one number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.translate.identifiers import normal_form


@pytest.mark.parametrize(
    ("system", "ways", "one"),
    [
        ("case_no", ["(2021)渝0199民特12号", "（2021）渝0199民特12号"], "(2021)渝0199民特12号"),
        ("case_no", ["〔2021〕渝0199民特12号", "[2021]渝0199民特 012 号"], "(2021)渝0199民特12号"),
        ("case_no", ["［2021］ 渝0199民特１２号"], "(2021)渝0199民特12号"),
        ("case_no", ["(2015)青民初字第89号", "2015青民初89"], "(2015)青民初89号"),
        ("case_no", ["（２０１５）青民初字第０８９号"], "(2015)青民初89号"),
        ("pre_case_no", ["（2021）渝0199诉前调88号"], "(2021)渝0199诉前调88号"),
        ("agreement_no", ["测调〔2021〕12号", "测调[2021]012号"], "测调(2021)12号"),
        ("rmtj_no", ["(测)人调字第12号", "（测）人调字 第 12 号"], "(测)人调12号"),
        (
            "jjdbh",
            ["20210418093011001", " 20210418093011001 ", "２０２１０４１８０９３０１１００１"],
            "20210418093011001",
        ),
        ("sf_case", ["20871"], "20871"),
        ("rwh", ["rw-0001"], "RW-0001"),
    ],
)
def test_normal_forms(system: str, ways: list[str], one: str) -> None:
    assert {normal_form(system, way) for way in ways} == {one}


def test_zeros_of_a_court_code_stay() -> None:
    assert normal_form("case_no", "(2026)渝0112民特15号") == "(2026)渝0112民特15号"


@given(st.sampled_from(["case_no", "jjdbh", "rmtj_no"]), st.text(max_size=60))
def test_a_normal_form_is_its_own(system: str, value: str) -> None:
    once = normal_form(system, value)
    assert normal_form(system, once) == once
    assert len(once) <= 100
