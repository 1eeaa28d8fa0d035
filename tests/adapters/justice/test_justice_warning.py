"""A warning and what was done of it, in one form; the scale of one system is not that of another."""

import pytest

import schemas
from tests.adapters.justice.justice_files import Json, document, example, only, read, rule, written

WARNING = example("18_early_warning")
FEEDBACK = example("18_warning_feedback")


def test_a_warning_is_raised_by_a_mediator() -> None:
    told = document("early_warning", WARNING)
    assert (told["action"], told["origin"], told["scale"]) == ("raise", "mediator", "02")
    assert told["level_proposed"] == {"code": "02", "scheme": "FFCS disputeMediation"}
    assert told["people_count"] == {"value": 30, "precision": "at_least", "raw": "30余人"}
    assert told["place"] == {"text": "二号路8号工地", "grid": "测试镇/一号村/03网格"}
    assert schemas.faults("early_warning", told) == ()


@pytest.mark.parametrize(
    ("field", "code"), [("disputeScale", "02"), ("disputeScale", "红"), ("warningLevel", "4")]
)
def test_a_code_of_another_scale_is_refused(field: str, code: str) -> None:
    """02 is a scale of GB/T 31000; this system writes 2."""
    assert rule("early_warning", WARNING | {field: code}) == [("code", f"/{field}")]


def test_the_same_form_tells_what_was_done() -> None:
    record = only(read("warning_feedback", FEEDBACK))
    told = record.document
    assert told is not None
    assert told["action"] == "measures"
    assert told["measures"] == [{"text": "约谈企业负责人,首批工资当日发放"}]
    assert (told["responsible"], told["resolver"]) == ({"name": "沈调二"}, {"unit": "测试镇人民调解委员会"})
    assert [(n.system, n.value) for n in record.case] == [("zongzhi_no", "ZZ20210419003")]
    assert schemas.faults("warning_feedback", told) == ()


@pytest.mark.parametrize(("kind", "form"), [("early_warning", WARNING), ("warning_feedback", FEEDBACK)])
def test_it_comes_back_as_it_was_sent(kind: str, form: Json) -> None:
    made, dropped = written("grid_warning", kind, document(kind, form), "grid_warning")
    assert dropped == ["/business_time"]
    assert {name: made[name] for name in form if form[name]} == {k: v for k, v in form.items() if v}


def test_a_clearing_has_no_field_and_is_named() -> None:
    told = {"action": "cleared", "result": "工资已付", "measures": [{"text": "发放工资"}]}
    made, dropped = written("grid_warning", "warning_feedback", told)
    assert made["steadyInfo"] == "发放工资"
    assert {"/action", "/result"} <= set(dropped)
