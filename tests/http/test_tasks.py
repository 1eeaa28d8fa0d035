"""Conferences and supervised tasks over HTTP: who hears, who may say what, who closes, reminders."""

from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.contract.kit import EVENT, System, problem
from tests.contract.words import COMMITTEE, HEAD, JUSTICE_BUREAU, OFFICE, STATION, TRIBUNAL
from tests.http.clockwork import referred, registered
from tests.http.district import District, said, stamp

AS = "supervision"
ROOM = "3119"


def task(system: System, unit: str, owner: str, **members: Any) -> httpx.Response:
    told = {"kind": "supervision", "title": "逾期未办理清单", "owner": owner, "level": "district"}
    told |= {"basis": {"deadline": "REF_ACCEPT"}, **members}
    return system.say("task", said(system, **told), unit, AS)


def reply(system: System, unit: str, re: str, action: str, **members: Any) -> httpx.Response:
    return system.say("task_reply", said(system, action=action, **members), unit, AS, re=re)


def tasks(system: System, which: str = "all") -> dict[str, dict[str, Any]]:
    found = system.get("/v1/tasks", params={"state": which, "limit": 500}).json()["tasks"]
    return {each["task"]: each for each in found}


def heard(system: System, kind: str) -> list[dict[str, Any]]:
    """The documents of a kind that wait for a system; everything is acknowledged."""
    events = [event for claims in system.drain() for event in claims["events"].items()]
    return [event["document"] for uri, event in events if uri == EVENT + kind]


def day(system: System, ahead: int) -> str:
    return (datetime.fromisoformat(stamp(system)) + timedelta(days=ahead)).date().isoformat()


def test_the_owner_reports_and_only_another_unit_closes(district: District):
    police, justice = district.police, district.justice
    justice.drain(), police.drain()
    opened = task(police, STATION, OFFICE, due=day(police, 30))
    assert opened.status_code == 202, opened.text
    assert "completeness" not in {f["code"] for f in opened.json()["findings"]}
    number = opened.json()["message"]
    assert [each["title"] for each in heard(justice, "task")] == ["逾期未办理清单"]
    assert tasks(justice, "open")[number]["accepted_by_any_of"] == [STATION]
    early = problem(reply(police, STATION, number, "accepted_result"), 409, "illegal-step")
    assert (early["state"], early["steps"]) == ("open", [])
    own = problem(reply(justice, OFFICE, number, "accepted_result"), 409, "illegal-step")
    assert own["errors"][0]["rule"] == "task-own"
    assert {step["action"] for step in own["steps"]} == {"accepted", "progress", "done", "rejected"}
    # A committee below the owner does not read it; a unit that is no side of it neither.
    assert reply(justice, COMMITTEE, number, "accepted_result").status_code == 404
    assert reply(district.court, TRIBUNAL, number, "progress").status_code == 404
    assert reply(justice, OFFICE, number, "accepted").status_code == 202
    assert reply(justice, OFFICE, number, "done", result="已全部办结").status_code == 202
    assert problem(reply(justice, OFFICE, number, "accepted_result"), 409, "illegal-step")
    foreign = reply(police, STATION, number, "accepted_result", accepted_by={"unit": OFFICE})
    assert foreign.status_code == 422
    assert reply(police, STATION, number, "rejected", result="仍有两件").status_code == 202
    assert tasks(justice)[number]["state"] == "open"
    assert reply(justice, OFFICE, number, "done", result="已办结").status_code == 202
    accepted = {"unit": STATION, "person": "余测验", "on": day(police, 0)}
    assert reply(police, STATION, number, "accepted_result", accepted_by=accepted).status_code == 202
    shown = tasks(justice, "closed")[number]
    assert (shown["state"], shown["closed_by"]) == ("closed", STATION)
    assert [word["action"] for word in shown["said"]] == [
        "accepted",
        "done",
        "rejected",
        "done",
        "accepted_result",
    ]
    assert reply(justice, OFFICE, number, "progress").status_code == 409
    assert number not in tasks(district.court)
    assert [each["action"] for each in heard(justice, "task_reply")][-1] == "accepted_result"


def test_what_nobody_else_could_close_is_no_task(district: District):
    refused = task(district.justice, OFFICE, OFFICE)
    assert refused.json()["errors"][0] | {"message": ""} == {
        "rule": "task-owner",
        "pointer": "/owner",
        "message": "",
    }
    below = task(district.justice, COMMITTEE, OFFICE)  # the office's own committee
    assert problem(below, 422, "rule")["errors"][0]["rule"] == "task-owner"
    assert task(district.justice, JUSTICE_BUREAU, "no-such").status_code == 422
    assert problem(district.justice.say("task_reply", said(district.justice, action="done"), OFFICE, AS),
                   422, "case-unknown")  # fmt: skip


def test_guidance_of_a_room_is_given_answered_and_read(district: District):
    """The office above a resident room and the tribunal that hosts it guide it (人民调解法 5)."""
    district.hub.units(f"{HEAD},type,host\n{ROOM},测试镇驻庭调解室,justice,town,500199,{COMMITTEE},"
                       f"2010-01-01,,room,{TRIBUNAL}\n")  # fmt: skip
    room = district.join("room-sys", "justice", (ROOM,))
    district.poll(room, district.court)
    guides = ((district.justice, OFFICE, "案卷评查意见"), (district.court, TRIBUNAL, "协议条款写法指导"))
    for system, unit, title in guides:
        system.drain()
        sent = task(system, unit, ROOM, kind="guidance", title=title, due=day(system, 15),
                    basis={"finding": "人民调解法 5"})  # fmt: skip
        assert sent.status_code == 202, sent.text
        number = sent.json()["message"]
        (read,) = heard(room, "task")
        assert (read["kind"], read["title"], read["owner"]) == ("guidance", title, ROOM)
        assert tasks(room, "open")[number]["accepted_by_any_of"] == [unit]
        assert number not in tasks(district.police)
        assert reply(room, ROOM, number, "accepted").status_code == 202
        assert reply(room, ROOM, number, "done", result="已按意见补正").status_code == 202
        assert [(r["action"], r.get("result")) for r in heard(system, "task_reply")] == [
            ("accepted", None),
            ("done", "已按意见补正"),
        ]
        assert problem(reply(room, ROOM, number, "accepted_result"), 409, "illegal-step")
        assert reply(system, unit, number, "accepted_result").status_code == 202
        assert [r["action"] for r in heard(room, "task_reply")] == ["accepted_result"]
        shown = tasks(room, "closed")[number]
        assert (shown["state"], shown["closed_by"]) == ("closed", unit)
        assert [word["action"] for word in shown["said"]] == ["accepted", "done", "accepted_result"]
    upward = task(room, ROOM, OFFICE, kind="guidance")
    assert problem(upward, 422, "rule")["errors"][0]["rule"] == "task-owner"


def test_what_was_learned_is_told_to_every_unit_it_names(district: District):
    court, justice, police = district.court, district.justice, district.police
    for system in (justice, police):
        system.drain()
    units = [OFFICE, COMMITTEE, STATION]
    told = said(court, kind="circular", tier="town", units=units, place="排水纠纷联调做法")
    sent = court.accepted("conference_notice", told, TRIBUNAL, AS)
    assert {each["unit"] for each in sent["deliveries"]} == set(units)
    for system, copies in ((justice, 2), (police, 1)):
        assert [each["place"] for each in heard(system, "conference_notice")] == [told["place"]] * copies
    assert not [t for t in tasks(court).values() if t["conference"] == sent["message"]]


def test_one_tribunal_sits_with_many_offices_and_its_decisions_become_tasks(district: District):
    court, justice, police = district.court, district.justice, district.police
    for system in (justice, police):
        system.drain()
    units = [OFFICE, COMMITTEE, STATION]
    common = {"tier": "town", "units": units, "at": stamp(court)}
    agenda = [{"no": 1, "title": "排水纠纷联调", "owner": OFFICE}]
    notice = court.accepted(
        "conference_notice", said(court, kind="notice", agenda=agenda, **common), TRIBUNAL, AS
    )
    assert {each["unit"] for each in notice["deliveries"]} == set(units)
    assert [each["agenda"] for each in heard(police, "conference_notice")] == [agenda]
    decisions = [
        {"no": 1, "text": "司法所排查共用水沟", "owner": "测试镇司法所", "due": day(court, 10)},
        {"no": 2, "text": "派出所联合巡查", "owner": STATION},
        {"no": 3, "text": "由某单位另行研究", "owner": "某单位"},
    ]
    minutes = court.accepted(
        "conference_notice", said(court, kind="minutes", decisions=decisions, **common), TRIBUNAL, AS
    )
    noted = {(f["code"], f.get("pointer")) for f in minutes["findings"]}
    assert noted >= {("decision-owner", "/decisions/2/owner"), ("completeness", "/decisions/1/due")}
    mine = {t["owner"]: t for t in tasks(court, "open").values() if t["conference"] == minutes["message"]}
    assert set(mine) == {OFFICE, STATION}
    assert mine[OFFICE]["due"] == decisions[0]["due"]
    assert mine[OFFICE]["accepted_by_any_of"] == sorted([TRIBUNAL, STATION])  # not the office's own committee
    told = heard(police, "task")
    assert {each["title"] for each in told} == {decisions[0]["text"], decisions[1]["text"]}
    number = mine[STATION]["task"]
    assert reply(police, STATION, number, "done", result="已巡查").status_code == 202
    assert reply(court, TRIBUNAL, number, "accepted_result").status_code == 202
    assert tasks(police)[number]["closed_by"] == TRIBUNAL
    wrong = court.say(
        "conference_notice", said(court, kind="notice", **common | {"units": ["nobody"]}), TRIBUNAL, AS
    )
    assert problem(wrong, 422, "rule")["errors"][0]["pointer"] == "/units/0"
    other = court.accepted(
        "conference_notice", said(court, kind="agenda", **common | {"tier": "city"}), TRIBUNAL, AS
    )
    assert "conference-tier" in {f["code"] for f in other["findings"]}


def test_a_task_is_called_to_mind_and_its_overdue_day_told_to_both(district: District):
    police, justice = district.police, district.justice
    number = task(police, STATION, OFFICE, due=day(police, 2)).json()["message"]
    police.drain(), justice.drain()
    district.move(days=2)
    soon = _notice(justice, number)
    assert (soon["phase"], soon["rule"]) == ("due_soon", "TASK_DUE")
    district.move(days=1)
    assert _notice(justice, number)["phase"] == "overdue"
    assert _notice(police, number)["phase"] == "overdue"
    assert tasks(justice)[number]["overdue"] is True


def test_an_overdue_unit_is_seen_from_above_and_cannot_end_its_own_supervision(district: District):
    police, justice = district.police, district.justice
    home = registered(police, STATION, "police_handling")
    referred(police, STATION, "police_handling", dispute=home, track="police_people")
    assert "REF_SIGN" not in overdue(justice)
    district.move(days=5)
    assert overdue(justice)["REF_SIGN"] == [(COMMITTEE, 1)]
    assert "REF_SIGN" not in {*overdue(police), *overdue(district.court)}  # it does not stand below theirs
    for kind in ("circular", "interview", "supervision"):
        opened = task(justice, JUSTICE_BUREAU, COMMITTEE, kind=kind, basis={"deadline": "REF_SIGN"})
        assert opened.status_code == 202, opened.text
        number = opened.json()["message"]
        assert reply(justice, COMMITTEE, number, "done", result="已签收").status_code == 202
        assert problem(reply(justice, COMMITTEE, number, "accepted_result"), 409, "illegal-step")
        assert tasks(justice, "open")[number]["state"] == "done"
        assert reply(justice, JUSTICE_BUREAU, number, "accepted_result").status_code == 202
        assert tasks(justice, "closed")[number]["closed_by"] == JUSTICE_BUREAU


def overdue(system: System) -> dict[str, list[tuple[str, int]]]:
    """What units below a system's are late with, by rule."""
    seen = system.get("/v1/supervision").json()["units"]
    assert all(set(each) == {"unit", "name", "overdue", "silent"} for each in seen)
    late: dict[str, list[tuple[str, int]]] = {}
    for each in seen:
        for found in each["overdue"]:
            late.setdefault(found["rule"], []).append((each["unit"], found["count"]))
    return late


def _notice(system: System, number: str) -> dict[str, Any]:
    """The hub's next notice of a task."""
    ack: list[str] = []
    for _ in range(12):
        found = system.poll(returnImmediately=False, ack=ack, maxEvents=1)
        ack = list(found["sets"])
        for claims in found["claims"].values():
            for uri, event in claims["events"].items():
                if uri == EVENT + "deadline_notice" and event["document"].get("case") == number:
                    system.poll(ack=ack, maxEvents=0)
                    return dict(event["document"])
    raise AssertionError(number)
