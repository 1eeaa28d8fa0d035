"""Who sees what of warnings and questions: no more than the work needs (guard `need_to_know`)."""

import pytest

from schemas import view

PERSON = "/key_persons/*"


@pytest.mark.parametrize(
    ("role", "kept", "masked", "dropped"),
    [
        ("dispatcher", {"name", "flags", "capacity"}, {"id_number"}, {"phones", "addresses", "birth_date"}),
        ("unit_in_charge", {"name", "phones", "addresses"}, {"id_number"}, {"birth_date", "occupation"}),
        ("safety_unit", {"name", "id_number", "birth_date", "addresses"}, set(), {"service_address"}),
        ("raiser", {"name"}, set(), {"id_number", "phones", "addresses"}),
        ("superior", set(), {"name"}, {"id_number", "phones", "addresses", "agents", "guardians"}),
    ],
)
def test_persons_of_a_warning(role: str, kept: set[str], masked: set[str], dropped: set[str]) -> None:
    seen = view("early_warning", role)
    for wanted, members in (("keep", kept), ("mask", masked), ("drop", dropped)):
        assert {m for m in members if seen[f"{PERSON}/{m}"] != wanted} == set()


def test_what_a_feedback_says_to_whom() -> None:
    raiser, above = view("warning_feedback", "raiser"), view("warning_feedback", "superior")
    assert {raiser[p] for p in ("/responsible/phone", "/measures/*/text")} == {"drop"}
    assert raiser["/handover/to_person"] == "mask"
    assert {raiser[p] for p in ("/action", "/level", "/trend", "/result", "/reason")} == {"keep"}
    assert {above[p] for p in ("/level", "/result", "/revisit_plan", "/measures/*/text")} == {"keep"}
    assert {above[p] for p in ("/attachments", "/remarks")} == {"drop"}


@pytest.mark.parametrize("role", ["raiser", "dispatcher", "unit_in_charge", "safety_unit", "superior"])
def test_what_the_sender_s_own_form_adds_goes_to_nobody(role: str) -> None:
    for kind in ("early_warning", "warning_feedback"):
        assert view(kind, role)["/native_extras"] == "drop"


def test_a_question_is_for_who_is_asked() -> None:
    for role in ("adviser", "addressee"):
        assert {view("consultation", role)[p] for p in ("/question", "/facts", "/request_type")} == {"keep"}
    for role in ("superior", "mediation_supervisor"):
        seen, answer = view("consultation", role), view("consultation_reply", role)
        assert {seen[p] for p in ("/question", "/facts", "/title", "/contact")} == {"drop"}
        assert answer["/answer"] == "drop"
