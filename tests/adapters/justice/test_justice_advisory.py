"""锡盟 AdvisoryBean: the kind of the envelope and the type of the form say the same, or it is refused."""

import pytest

import schemas
from tests.adapters.justice.justice_files import document, example, only, read, rule, written

QUESTION = example("09_consultation_advisory")
COMPLAINT = example("09_complaint_advisory")


def test_a_question_is_asked() -> None:
    told = document("consultation", QUESTION)
    assert told["action"] == "ask"
    assert told["question"] == "集体土地上的排水沟由谁管护?"
    assert told["contact"] == {"name": "沈调一", "phone": "10000000011"}
    assert told["business_time"] == "2021-04-18T17:00:00+08:00"


@pytest.mark.parametrize(
    ("kind", "form", "other"), [("consultation", QUESTION, "2"), ("complaint", COMPLAINT, "1")]
)
def test_a_complaint_is_no_question(kind: str, form: dict[str, object], other: str) -> None:
    assert rule(kind, form | {"type": other}) == [("other-kind", "/type")]
    assert rule(kind, form | {"type": int(other)}) == [("other-kind", "/type")]
    assert rule(kind, form | {"type": "3"}) == [("code", "/type")]
    assert rule(kind, form | {"type": ""}) == []  # the envelope says it


@pytest.mark.parametrize(("kind", "form"), [("consultation", QUESTION), ("complaint", COMPLAINT)])
def test_the_form_comes_back_as_it_was_sent(kind: str, form: dict[str, object]) -> None:
    told = document(kind, form)
    assert schemas.faults(kind, told) == ()
    made, dropped = written("xlgl_advisory", kind, told, "xlgl_advisory")
    assert dropped == []
    empty_people = {"distributeUser": {"id": "", "name": ""}, "handleUser": {"id": "", "name": ""}}
    assert made == form | empty_people


@pytest.mark.parametrize(
    ("said", "action", "noted"),
    [("是", "follow_up", 0), ("否", "ask", 0), ("true", "follow_up", 0), ("1", "ask", 1), ("", "ask", 0)],
)
def test_a_follow_up_is_told_by_words_alone(said: str, action: str, noted: int) -> None:
    """No source says what 1 means in this field; elsewhere it is success, or a man."""
    record = only(read("consultation", QUESTION | {"isInquiries": said, "problemType": "程序"}))
    assert record.document is not None
    assert (record.document["action"], record.document["request_type"]) == (action, "procedure")
    assert [f.native for f in record.findings] == ["/isInquiries"] * noted


def test_who_complains_may_stay_unnamed() -> None:
    told = document("complaint", COMPLAINT | {"user": {}, "phone": "10000000002;10000000004"})
    who = told["complainant"]
    assert (who["name"], who["name_status"]) == ("身份不详", "unknown")
    assert who["phones"] == ["10000000002", "10000000004"]
    assert told["about"] == {}  # the form does not say whom it is about: findings say so


def test_an_answer_has_no_field_in_the_form() -> None:
    assert rule("consultation_reply", QUESTION) == [("kind-not-in-format", None)]
