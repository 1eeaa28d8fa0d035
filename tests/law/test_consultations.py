"""Consultations: asked, passed on, handled jointly, answered as general advice, corrected, closed."""

from typing import Any

import pytest

from hub.errors import Refused
from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.guarding import refused
from tests.law.stages import Stage, codes

ANSWER = {
    "action": "answered",
    "answer": "一般而言……",
    "for_reference_only": True,
    "answered_by": {"name": "测法官", "position": "法官"},
}
KEPT = "相邻排水应当尊重自然流向。"


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def ask(stage: Stage, **members: Any) -> str:
    told = {"action": "ask", "question": "测", "request_type": "law", **members}
    return str(stage.say("consultation", told, "room", "07-06 09:00", to="tribunal").focus)


def reply(
    stage: Stage, case: str, when: str = "07-06 15:00", sender: str = "tribunal", **members: Any
) -> Any:
    return stage.say("consultation_reply", members, sender, when, case=case)


def state(stage: Stage, case: str) -> str:
    return stage.book.cases[case].state


def test_only_a_question_opens_a_consultation(stage: Stage) -> None:
    for action in ("supplement", "follow_up", "closed", "redirect"):
        with pytest.raises(Refused) as refusal:
            stage.say("consultation", {"action": action}, "room", "07-06 09:00", to="tribunal")
        assert refusal.value.code == "case-unknown"


def test_asked_for_more_and_supplemented(stage: Stage) -> None:
    case = ask(stage)
    with refused("reason", "/reason"):
        reply(stage, case, action="need_more")
    reply(stage, case, action="need_more", reason="缺协议")
    assert not stage.book.running("CONSULT_ACK")
    with pytest.raises(Refused) as refusal:
        stage.say("consultation", {"action": "supplement"}, "tribunal", "07-07 09:00", case=case)
    assert refusal.value.code == "illegal-step"
    more = stage.say(
        "consultation", {"action": "supplement", "question": "附后"}, "room", "07-07 09:00", case=case
    )
    assert {s.rule for s in more.started} >= {"CONSULT_REPLY"}
    assert state(stage, case) == "accepted"


def test_who_is_asked_next_is_told_and_handed_the_question(stage: Stage) -> None:
    case = ask(stage)
    question = stage.book.last
    reply(stage, case, action="need_more", reason="缺协议")
    stage.say("consultation", {"action": "supplement", "question": "附后"}, "room", "07-06 16:00", case=case)
    more = stage.book.last
    with refused("unit-unknown", "/transfer_to"):
        reply(stage, case, action="transferred", reason="属规划", transfer_to="nobody")
    moved = reply(stage, case, action="transferred", reason="属规划", transfer_to="office")
    assert {t.unit: t.role for t in moved.told} == {"room": "asker", "office": "adviser"}
    assert [(h.message, h.unit, h.role) for h in moved.handed] == [
        (question, "office", "adviser"),
        (more, "office", "adviser"),
    ]
    with pytest.raises(Refused):
        reply(stage, case, "07-07 09:00", action="accepted")  # the tribunal has given it away
    reply(stage, case, "07-07 09:00", sender="office", action="accepted")


def test_a_declined_question_goes_to_another_unit(stage: Stage) -> None:
    case = ask(stage)
    reply(stage, case, action="declined", reason="不属职责")
    told = {"action": "redirect", "question": "测"}
    again = stage.say("consultation", told, "room", "07-07 09:00", to="court", case=case)
    assert {t.unit: t.role for t in again.told} == {"court": "adviser"}
    assert (state(stage, case), stage.book.cases[case].roles["adviser"]) == ("asked", ("court",))


def test_joint_handling_has_a_place_people_and_a_session(stage: Stage) -> None:
    case = ask(stage, request_type="joint_mediation")
    bare = reply(stage, case, action="joint_arranged", joint={"units": ["office"]})
    assert codes(bare, "/joint/at", "/joint/place", "/joint/people") == {"completeness", "general_advice"}
    assert {t.unit: t.role for t in bare.told} == {"room": "asker", "office": "addressee"}
    assert {h.unit for h in bare.handed} == {"office"}
    for action in ("scheduled", "held"):
        told = {"action": action, "purpose": "mediation", "participants": [{"ref": "p1"}]}
        stage.say("video_session", told, "room", "07-10 14:00", case=case)
        assert state(stage, case) == "joint"
    reply(stage, case, "07-10 17:00", **ANSWER)
    assert state(stage, case) == "answered"
    assert [a["unit"] for a in stage.book.facts["advice"]] == ["tribunal", "tribunal"]


def test_an_answer_is_general_advice_of_a_named_person(stage: Stage) -> None:
    bare = reply(stage, ask(stage), action="answered", answer="测")
    assert codes(bare, "/for_reference_only", "/answered_by") == {"completeness", "general_advice"}
    full = reply(stage, ask(stage), **ANSWER)
    assert "general_advice" not in codes(full)
    assert "测法官" not in str(stage.book.facts) + str(stage.book.cases)  # the name stays in its message


def test_a_court_that_advised_sees_it_when_it_is_asked_to_confirm(stage: Stage) -> None:
    stage.agreed()
    reply(stage, ask(stage), **ANSWER)
    other = stage.say(
        "confirmation_application", ls.application("2026-07-06"), "room", "07-07 09:00", to="court"
    )
    assert "general_advice" not in codes(other)
    stage.book.cases.pop(str(other.focus))
    asked = stage.say(
        "confirmation_application", ls.application("2026-07-06"), "room", "07-07 09:00", to="tribunal"
    )
    assert "general_advice" in codes(asked)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "身份证500000196803059010的当事人",
        "电话13912345678",
        "见(2026)渝0199民特12号",
        "见〔2026〕渝0199民初3号",
        "由测法官解答",
        "座机023-67890123",
    ],
)
def test_knowledge_carries_no_persons(stage: Stage, text: str | None) -> None:
    kept = {"publish": True, **({} if text is None else {"text_without_persons": text})}
    case = ask(stage)
    with refused("no_person", "/knowledge/text_without_persons"):
        reply(stage, case, **ANSWER, knowledge=kept)
    reply(stage, case, **ANSWER, knowledge={**kept, "publish": False})
    with refused("no_person", "/knowledge/text_without_persons"):
        again = {**ANSWER, "action": "corrected", "reason": "法律已改"}
        reply(stage, case, "07-08 09:00", **again, knowledge=kept)


def test_tags_carry_no_persons_either(stage: Stage) -> None:
    kept = {"publish": True, "text_without_persons": KEPT, "tags": ["相邻关系", "13912345678"]}
    with refused("no_person", "/knowledge/tags"):
        reply(stage, ask(stage), **ANSWER, knowledge=kept)
    reply(stage, ask(stage), **ANSWER, knowledge={**kept, "tags": ["民法典290", "相邻关系"]})


def test_silence_of_the_asker_closes_and_a_correction_opens_again(stage: Stage) -> None:
    case = ask(stage)
    reply(stage, case, **ANSWER)
    assert str(stage.due("CONSULT_CLOSE")) == "2026-07-20"
    notice = {"rule": "CONSULT_CLOSE", "phase": "expired"}
    stage.say("deadline_notice", notice, "hub", "07-21 00:00", case=case)
    assert state(stage, case) == "closed"
    fixed = reply(stage, case, "09-01 09:00", action="corrected", reason="法律已改", answer="新")
    assert state(stage, case) == "answered"
    assert {t.unit for t in fixed.told} == {"room"}


def test_an_answer_that_takes_longer_is_counted_on_from_its_last_day(stage: Stage) -> None:
    case = ask(stage)
    reply(stage, case, "07-06 15:00", action="accepted")
    assert str(stage.due("CONSULT_REPLY")) == "2026-07-09"
    with refused("reason", "/reason"):
        reply(stage, case, "07-07 09:00", action="extended")
    reply(stage, case, "07-07 09:00", action="extended", reason="需核实")
    assert str(stage.due("CONSULT_REPLY")) == "2026-07-16"


def test_silence_of_the_adviser_goes_up(stage: Stage) -> None:
    case = ask(stage)
    late = {"rule": "CONSULT_ACK", "phase": "overdue"}
    told = stage.say("deadline_notice", late, "hub", "07-08 00:00", case=case).told
    assert {(t.unit, t.role) for t in told} == {("tribunal", "adviser"), ("court", "superior")}
