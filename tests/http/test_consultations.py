"""Consultations over HTTP: asked, passed on, handled jointly, kept as knowledge, corrected, closed."""

from typing import Any

from tests.contract.kit import EVENT, System, problem
from tests.contract.words import COMMITTEE, STATION, TRIBUNAL, dispute
from tests.http.district import District, said, told_of, until_due

ASKER = {"unit": COMMITTEE, "purpose": "mediation"}
COURT = {"unit": TRIBUNAL, "purpose": "mediation"}
POLICE = {"unit": STATION, "purpose": "police_handling"}
KEPT = "相邻各方应当给予排水的便利;对自然流水的利用,应当合理分配。"
ANSWER = {
    "action": "answered",
    "answer": "郑测一的排水沟……",
    "for_reference_only": True,
    "answered_by": {"name": "余测官", "position": "法官"},
    "law_refs": [{"law": "民法典", "version": "2021-01-01", "article": "290"}],
}


def asked(district: District, **members: Any) -> str:
    """A question of the committee about a dispute of its own, to the tribunal; the case."""
    justice = district.justice
    home = justice.accepted("dispute", {**dispute(origin="application"), **said(justice)}, **ASKER)["dispute"]
    told = {"action": "ask", "request_type": "law", "question": "共用排水沟如何维护", **members}
    opened = justice.accepted("consultation", said(justice, **told), **ASKER, to=TRIBUNAL, dispute=home)
    assert opened["case"]["state"] == "asked"
    return str(opened["case"]["id"])


def reply(system: System, case: str, who: dict[str, str], **members: Any) -> dict[str, Any]:
    return system.accepted("consultation_reply", said(system, about_case=case, **members), **who)


def say(district: District, case: str, action: str, **members: Any) -> dict[str, Any]:
    told = said(district.justice, about_case=case, action=action, **members)
    return district.justice.accepted("consultation", told, **ASKER)


def shelf(system: System) -> list[dict[str, Any]]:
    """Every item of knowledge, page by page."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        page = system.get("/v1/knowledge", params={"limit": 2, **after}).json()
        found += page["items"]
        if not page["more"]:
            return found
        after = {"after": page["next"]}


def kept_by(district: District, case: str, **members: Any) -> dict[str, Any]:
    """The item that an answer leaves on the shelf."""
    before = {item["knowledge"] for item in shelf(district.police)}
    knowledge = {"publish": True, "text_without_persons": KEPT, "tags": ["相邻关系"]}
    reply(district.court, case, COURT, **{**ANSWER, "knowledge": knowledge, **members})
    (item,) = [i for i in shelf(district.police) if i["knowledge"] not in before]
    return item


def test_a_question_is_supplemented_passed_on_answered_asked_again_and_closed(district: District):
    case = asked(district)
    reply(district.court, case, COURT, action="accepted")
    reply(district.court, case, COURT, action="need_more", reason="缺现场情况")
    say(district, case, "supplement", question="现场情况附后")
    moved = reply(district.court, case, COURT, action="transferred", reason="属规划", transfer_to=STATION)
    assert {d["unit"] for d in moved["deliveries"]} == {COMMITTEE, STATION}
    for action in ("ask", "supplement"):
        paper = told_of(district.police, case, "consultation", action=action)
        assert (paper["from"], paper["to"]) == (COMMITTEE, STATION)
    late = said(district.court, about_case=case, action="accepted")
    problem(district.court.say("consultation_reply", late, **COURT), 404, "unknown")  # it is another's now
    reply(district.police, case, POLICE, **ANSWER)
    assert say(district, case, "follow_up", question="期限呢")["case"]["state"] == "accepted"
    reply(district.police, case, POLICE, action="extended", reason="需核实")
    reply(district.police, case, POLICE, **ANSWER)
    assert say(district, case, "closed", useful=5)["case"]["state"] == "closed"


def test_joint_handling_tells_every_unit_of_place_and_session(district: District):
    case = asked(district, request_type="joint_mediation")
    joint = {"at": said(district.court)["business_time"], "place": "测试镇司法所", "people": ["余测官"]}
    joint["units"] = [STATION]
    reply(district.court, case, COURT, action="joint_arranged", joint=joint)
    arranged = told_of(district.police, case, "consultation_reply", action="joint_arranged")
    assert arranged["document"]["joint"] == joint
    told_of(district.police, case, "consultation", action="ask")
    session = {"purpose": "mediation", "mode": "mixed", "action": "held"}
    held = said(district.justice, about_case=case, **session)
    done = district.justice.accepted("video_session", held, **ASKER)
    assert done["case"] == {"id": case, "machine": "consultation", "state": "joint"}
    reply(district.court, case, COURT, **ANSWER)


def test_an_answer_is_kept_without_persons_and_read_by_all(district: District):
    case = asked(district)
    for text in ("郑测一应当疏通", "余测官认为应当疏通", "请拨13912345678"):
        kept = {"publish": True, "text_without_persons": text}
        told = said(district.court, about_case=case, **ANSWER, knowledge=kept)
        refused = problem(district.court.say("consultation_reply", told, **COURT), 422, "rule")
        (error,) = refused["errors"]
        assert (error["rule"], error["pointer"]) == ("no_person", "/knowledge/text_without_persons")
        assert text not in str(refused)
    item = kept_by(district, case)
    assert "text" not in item
    read = district.police.get(f"/v1/knowledge/{item['knowledge']}").json()
    assert read == {**item, "text": KEPT}
    assert (read["from"], read["state"], read["tags"]) == (TRIBUNAL, "current", ["相邻关系"])
    assert (read["law_refs"], read["request_type"]) == (ANSWER["law_refs"], "law")
    said_of = str(read)
    for secret in ("郑测一", "余测官", case, COMMITTEE):
        assert secret not in said_of
    assert district.police.get(f"/v1/cases/{case}").status_code == 404
    assert district.police.get("/v1/knowledge/01a216bd-2f6f-70a3-8d86-ec5a280e8fbf").status_code == 404
    assert district.police.get("/v1/knowledge", params={"after": "x"}).status_code == 400
    assert district.hub.get("/v1/knowledge").status_code == 401


def test_who_used_an_item_hears_that_it_was_corrected(district: District):
    case = asked(district)
    item = kept_by(district, case)["knowledge"]
    assert district.police.get(f"/v1/knowledge/{item}").status_code == 200
    better = {"publish": True, "text_without_persons": "相邻各方应当给予排水的便利。"}
    told = {**ANSWER, "action": "corrected", "reason": "表述有误", "knowledge": better}
    corrected = reply(district.court, case, COURT, **told)
    assert {d["unit"] for d in corrected["deliveries"]} == {COMMITTEE}
    (heard,) = [c for c in district.police.drain() if EVENT + "knowledge-corrected" in c["events"]]
    event = heard["events"][EVENT + "knowledge-corrected"]
    later = event["replaced_by"]
    assert event == {
        "seq": 1,
        "to": event["to"],
        "knowledge": item,
        "state": "corrected",
        "replaced_by": later,
    }
    assert heard["sub_id"] == {"format": "opaque", "id": item}
    assert district.police.get(f"/v1/knowledge/{item}").json()["state"] == "corrected"
    assert district.police.get(f"/v1/knowledge/{later}").json()["text"] == better["text_without_persons"]
    assert not [c for c in district.centre.drain() if EVENT + "knowledge-corrected" in c["events"]]
    reply(district.court, case, COURT, **{**ANSWER, "action": "corrected", "reason": "法律已改"})
    (heard,) = [c for c in district.police.drain() if EVENT + "knowledge-corrected" in c["events"]]
    assert heard["events"][EVENT + "knowledge-corrected"]["state"] == "withdrawn"


def test_silence_escalates_and_closes_by_the_clock(district: District):
    waiting, answered = asked(district), asked(district)
    district.poll(district.court)
    reply(district.court, answered, COURT, **ANSWER)
    district.move(days=until_due(district.justice, answered, "CONSULT_CLOSE") + 1)
    told_of(district.court, waiting, "deadline_notice", rule="CONSULT_ACK", phase="overdue")
    told_of(district.justice, answered, "deadline_notice", rule="CONSULT_CLOSE", phase="expired")
    assert district.justice.get(f"/v1/cases/{answered}").json()["state"] == "closed"
    assert district.justice.get(f"/v1/cases/{waiting}").json()["state"] == "asked"


def test_a_question_is_withdrawn_by_who_asked(district: District):
    case = asked(district)
    back = {"about_case": case, "target": "consultation", "reason": "已解决"}
    done = district.justice.accepted("withdrawal", said(district.justice, **back), **ASKER)
    assert done["case"]["state"] == "withdrawn"
    problem(
        district.court.say("consultation_reply", said(district.court, about_case=case, **ANSWER), **COURT),
        409,
        "illegal-step",
    )


def test_a_correction_of_the_message_itself_withdraws_its_item(district: District):
    police, justice, reader = district.police, district.justice, district.above
    registered = {**dispute(), **said(police)}
    home = police.accepted("dispute", registered, **POLICE, to=COMMITTEE)["dispute"]
    told = said(justice, action="ask", request_type="procedure", question="如何受理")
    case = justice.accepted("consultation", told, **ASKER, to=STATION, dispute=home)["case"]["id"]
    kept = {"publish": True, "text_without_persons": KEPT}
    answer = reply(police, case, POLICE, **{**ANSWER, "knowledge": kept})["message"]
    item = shelf(reader)[-1]["knowledge"]
    assert reader.get(f"/v1/knowledge/{item}").json()["state"] == "current"
    changed = {"new": {"remarks": "更正"}, "requested_by": "unit", "reason": "录入错误"}
    fixed = said(police, action="apply", message=answer, **changed)
    police.accepted("correction", fixed, **POLICE)
    assert reader.get(f"/v1/knowledge/{item}").json()["state"] == "withdrawn"
    (heard,) = [c for c in reader.drain() if EVENT + "knowledge-corrected" in c["events"]]
    assert heard["events"][EVENT + "knowledge-corrected"]["replaced_by"] is None


def test_an_adviser_corrects_its_answer_for_those_who_were_told(district: District):
    case = asked(district)
    answer = reply(district.court, case, COURT, **ANSWER)
    changed = {"new": {"remarks": "更正"}, "requested_by": "unit", "reason": "录入错误"}
    fixed = said(district.court, action="apply", message=answer["message"], **changed)
    corrected = district.court.accepted("correction", fixed, **COURT)
    assert {d["unit"] for d in corrected["deliveries"]} == {COMMITTEE}
    home = district.justice.get(f"/v1/cases/{case}").json()["dispute"]
    (heard,) = [
        m
        for m in district.justice.get(f"/v1/disputes/{home}").json()["messages"]
        if m["kind"] == "correction"
    ]
    assert (heard["from"], heard["document"]["message"]) == (TRIBUNAL, answer["message"])
    others = said(district.justice, action="apply", message=answer["message"], **changed)
    problem(district.justice.say("correction", others, **ASKER), 404, "unknown")
