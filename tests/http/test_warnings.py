"""Warnings over HTTP: routing by configuration, police at once, hours in the night, the unit above, views."""

from typing import Any

import pytest

from tests.contract.kit import System, problem
from tests.contract.words import BUREAU, COMMITTEE, STATION, TRIBUNAL
from tests.http.district import (
    CENTRE,
    DISTRICT,
    LABOUR,
    LEVELS,
    OFFICE,
    District,
    feedback,
    raised,
    said,
    stamp,
    told_of,
    until_due,
)

CHILD = {
    "ref": "p1",
    "kind": "person",
    "role": "side_b",
    "name": "郑测一",
    "id_number": "500000196803059010",
    "phones": ["13900000000"],
    "addresses": [{"text": "测试镇一号村1号"}],
    "flags": {"minor": True, "domestic_violence": "victim"},
}
REPORT_DAYS = 3
"""How often at level 02 of the published table; the district's own scheme names no number for it."""
VISIT = {"result": "工资已付清", "revisit_plan": {"by": "测员", "on": "2027-10-30"}}


def test_the_centre_dispatches_to_an_office_without_a_system_and_stands_in_for_it(district: District):
    opened = raised(district)
    case = opened["case"]["id"]
    assert opened["deliveries"] == [{"unit": CENTRE, "state": "queued"}]
    arrived = told_of(district.centre, case, "early_warning", action="raise")
    assert arrived["case"] == {"id": case, "machine": "warning", "state": "raised"}
    assert "WARN_CLASSIFY" in {d["rule"] for d in arrived["deadlines"]}
    unset = said(district.centre, action="classified", about_case=case, level="03")
    wrong = problem(district.centre.say("warning_feedback", unset, CENTRE, "warning"), 422, "rule")
    assert wrong["errors"][0]["pointer"] == "/level"
    feedback(district.centre, CENTRE, case, "classified", level="02")
    units = {"units_in_charge": [{"unit": LABOUR, "lead": True}], "safety_units": [STATION]}
    sent = feedback(district.centre, CENTRE, case, "dispatched", **units)
    assert sent["case"]["state"] == "dispatched"
    states = {d["unit"]: d["state"] for d in sent["deliveries"]}
    assert states == {COMMITTEE: "queued", STATION: "queued", LABOUR: "unconnected"}
    papers = told_of(district.police, case, "early_warning", action="raise")
    assert papers["message"] == opened["message"]
    assert (papers["from"], papers["to"]) == (COMMITTEE, STATION)
    district.move(hours=2, minutes=1)
    late = told_of(district.centre, case, "deadline_notice", rule="WARN_ACK", phase="overdue")
    assert late["case"]["id"] == case
    told_of(district.above, case, "deadline_notice", rule="WARN_ACK", phase="overdue")
    handed = {"to_person": "张测", "how": "phone", "at": late["document"]["due"]}
    signed = feedback(district.centre, CENTRE, case, "acknowledged", handover=handed)
    assert signed["case"]["state"] == "in_control"
    assert not [f for f in signed["findings"] if f.get("pointer") == "/handover"]


def test_the_gravest_level_makes_the_unit_above_a_party_that_confirms_the_end(district: District):
    case = raised(district)["case"]["id"]
    feedback(district.centre, CENTRE, case, "classified", level="02")
    feedback(district.centre, CENTRE, case, "dispatched", units_in_charge=[{"unit": LABOUR}])
    feedback(district.centre, CENTRE, case, "acknowledged")
    assert district.above.get(f"/v1/cases/{case}").status_code == 404
    up = feedback(district.centre, CENTRE, case, "upgraded", level="01", reason="人数增加")
    assert DISTRICT in {d["unit"] for d in up["deliveries"]}
    told_of(district.above, case, "early_warning", action="raise")
    feedback(district.centre, CENTRE, case, "acknowledged")
    asked = feedback(district.centre, CENTRE, case, "clear_requested", **VISIT)
    assert asked["case"]["state"] == "clearing"
    alone = said(district.centre, action="cleared", about_case=case)
    refused = problem(district.centre.say("warning_feedback", alone, CENTRE, "warning"), 422, "rule")
    assert refused["errors"][0]["rule"] == "superior_clear"
    cleared = feedback(district.above, DISTRICT, case, "cleared")
    assert cleared["case"]["state"] == "cleared"
    shown = district.above.get(f"/v1/cases/{case}").json()
    assert shown["roles"]["superior"] == [DISTRICT]


def test_who_keeps_watch_reports_as_often_as_the_level_asks(district: District):
    case = raised(district)["case"]["id"]
    feedback(district.centre, CENTRE, case, "classified", level="02")
    charged = {"units_in_charge": [{"unit": LABOUR, "lead": True}], "safety_units": [STATION]}
    feedback(district.centre, CENTRE, case, "dispatched", **charged)
    nobody = feedback(district.police, STATION, case, "acknowledged")
    assert "/responsible" in {f.get("pointer") for f in nobody["findings"]}
    assert running(district.centre, case) == {"WARN_FEEDBACK"}
    watch = {"name": "余测稳", "position": "副所长", "phone": "10000000321"}
    done = [{"kind": "control", "text": "劝散聚集人员", "at": stamp(district.police)}]
    told = {"responsible": watch, "measures": done, "result": "人员已散", "trend": "stable"}
    said_so = feedback(district.police, STATION, case, "measures", **told)
    # The clock of this district is weeks ahead by now: a day beyond the published calendar is provisional.
    assert {f["code"] for f in said_so["findings"]} <= {"provisional"}
    read = told_of(district.centre, case, "warning_feedback", action="measures")["document"]
    assert (read["responsible"], read["measures"], read["trend"]) == (watch, done, "stable")
    raiser = told_of(district.justice, case, "warning_feedback", action="measures")["document"]
    assert raiser["responsible"] == {"name": watch["name"], "position": watch["position"]}
    assert "text" not in raiser["measures"][0]  # the raiser learns that something is done, not how
    assert running(district.centre, case) == {"WARN_PERIODIC"}
    days = until_due(district.centre, case, "WARN_PERIODIC")
    assert days >= REPORT_DAYS  # more where a day off comes last
    district.move(days=days + 1)
    late = told_of(district.centre, case, "deadline_notice", rule="WARN_PERIODIC", phase="overdue")
    assert late["case"]["state"] == "in_control"
    told_of(district.above, case, "deadline_notice", rule="WARN_PERIODIC", phase="overdue")
    feedback(district.centre, CENTRE, case, "measures", **told)  # the proxy reports for the office
    periodic = [d for d in deadlines(district.centre, case) if d["rule"] == "WARN_PERIODIC"]
    assert sorted(d["state"] for d in periodic) == ["running", "stopped"]


JOINT = {"action": "ask", "request_type": "joint_mediation"}


def test_the_gravest_level_calls_for_joint_handling_until_a_unit_asks_for_it(district: District):
    opened = raised(district)
    case = opened["case"]["id"]
    feedback(district.centre, CENTRE, case, "classified", level="01")
    feedback(district.centre, CENTRE, case, "dispatched", units_in_charge=[{"unit": LABOUR}])
    feedback(district.centre, CENTRE, case, "acknowledged")
    owed = to_do(district.centre, case, "WARN_JOINT")
    assert owed["by"] == [{"kind": "consultation", "zh": "咨询", "members": JOINT}]
    assert ("平台设计" in owed["basis"], owed["overdue"]) == (True, False)
    district.move(hours=6, minutes=1)  # the district's own number
    for system in (district.centre, district.above):
        told_of(system, case, "deadline_notice", rule="WARN_JOINT", phase="overdue")
    assert to_do(district.centre, case, "WARN_JOINT")["overdue"]
    question = said(district.centre, **owed["by"][0]["members"], question="请派员共同处置")
    about = {"to": TRIBUNAL, "dispute": opened["dispute"]}
    asked = district.centre.accepted(owed["by"][0]["kind"], question, CENTRE, "mediation", **about)
    assert "WARN_JOINT" not in running(district.centre, case)
    told = said(district.court, action="declined", about_case=asked["case"]["id"], reason="不属本庭管辖")
    district.court.accepted("consultation_reply", told, TRIBUNAL, "mediation")
    assert not to_do(district.centre, case, "WARN_JOINT")["overdue"]  # nobody handles it: from now on anew


def to_do(system: System, case: str, rule: str) -> dict[str, Any]:
    """The only thing to be done in a case under a rule."""
    listed = system.get("/v1/todo", params={"limit": 200}).json()["todo"]
    (item,) = [item for item in listed if (item["case"], item["rule"]) == (case, rule)]
    return dict(item)


def deadlines(system: System, case: str) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = system.get(f"/v1/cases/{case}").json()["deadlines"]
    return shown


def running(system: System, case: str) -> set[str]:
    return {d["rule"] for d in deadlines(system, case) if d["state"] == "running"}


def test_harm_to_a_child_reaches_the_police_before_anybody_weighs_it(district: District):
    opened = raised(district, to=OFFICE, kinds=["domestic_violence"], key_persons=[CHILD], protected=["p1"])
    case = opened["case"]["id"]
    assert opened["case"]["state"] == "raised"
    assert {d["unit"] for d in opened["deliveries"]} == {STATION, OFFICE, CENTRE}
    at_once = told_of(district.police, case, "early_warning", action="raise")
    assert (at_once["to"], at_once["case"]["state"]) == (STATION, "raised")
    assert "MANDATORY_REPORT" in {d["rule"] for d in at_once["deadlines"]}
    (child,) = at_once["document"]["key_persons"]
    assert child["id_number"] == CHILD["id_number"]
    assert "addresses" not in child  # where a victim lives does not travel
    (seen,) = told_of(district.centre, case, "early_warning", action="raise")["document"]["key_persons"]
    assert seen["id_number"] != CHILD["id_number"]
    assert not seen.keys() & {"phones", "addresses", "birth_date"}
    back = {"target": "warning", "about_case": case, "reason": "误报"}
    answer = district.justice.say("withdrawal", said(district.justice, **back), COMMITTEE, "warning")
    assert problem(answer, 422, "rule")["errors"][0]["rule"] == "police_always"
    district.move(minutes=16)  # the district's quarter of an hour, in whatever night it is
    alarm = told_of(district.police, case, "deadline_notice", rule="MANDATORY_REPORT", phase="overdue")
    assert alarm["to"] in {STATION, BUREAU}
    feedback(district.police, STATION, case, "acknowledged")
    deadlines = district.police.get(f"/v1/cases/{case}").json()["deadlines"]
    assert {d["state"] for d in deadlines if d["rule"] == "MANDATORY_REPORT"} == {"stopped"}


def test_a_stranger_learns_nothing_of_a_warning(district: District):
    opened = raised(district)
    for path in (f"/v1/messages/{opened['message']}", f"/v1/cases/{opened['case']['id']}"):
        assert district.court.get(path).status_code == 404


@pytest.mark.parametrize(
    ("name", "value", "pointer"),
    [
        ("warning-levels", {**LEVELS, "levels": []}, "/value/levels"),
        (
            "warning-levels",
            {**LEVELS, "levels": [*LEVELS["levels"], *LEVELS["levels"]]},
            "/value/levels/2/code",
        ),
        ("warning-levels", {"scheme": "测", "levels": []}, "/value"),
        (
            "warning-levels",
            {**LEVELS, "levels": [{"code": "01", "name": "一", "periods": {"JC_APPLY": 1}}]},
            "/value/levels/0/periods",
        ),
        (
            "warning-levels",
            {**LEVELS, "levels": [{"code": "01", "name": "一", "periods": {"WARN_PERIODIC": 0.5}}]},
            "/value/levels/0/periods/WARN_PERIODIC",
        ),
        ("periods", {"CONSULT_ACK": True}, "/value/CONSULT_ACK"),
        ("periods", {"JC_APPLY": 60}, "/value"),
        ("warning-units", {"dispatchers": [{"division": "500199"}]}, "/value/dispatchers/0"),
        ("warning-units", {"police": [{"unit": STATION, "division": "渝"}]}, "/value/police/0/division"),
        ("proxies", {LABOUR: LABOUR}, f"/value/{LABOUR}"),
        ("proxies", {LABOUR: CENTRE, CENTRE: STATION}, f"/value/{LABOUR}"),
        ("warning-trigger", {"calls": 3, "failed": 1}, "/value"),
        ("warning-trigger", {"calls": 0, "failed": 0, "days": 30}, "/value"),
        ("warning-trigger", {"calls": "3", "failed": 1, "days": 30}, "/value/calls"),
    ],
)
def test_configuration_that_is_not_understood_is_refused_by_its_place(
    district: District, name: str, value: Any, pointer: str
):
    entry = [{"name": name, "valid_from": "2026-01-01", "value": value}]
    answer = district.admin.call("POST", "/v1/admin/config", params={"reason": "试验"}, json=entry)
    assert [e["pointer"] for e in problem(answer, 422, "schema")["errors"]] == [pointer]


def test_a_level_counts_from_its_first_day_to_its_last(district: District):
    ended = {**LEVELS, "levels": [{"code": "blue", "name": "蓝"}]}
    dates = {"valid_from": "2020-06-01", "valid_to": "2020-06-30"}
    district.configure({"name": "warning-levels", "value": ended, **dates})
    case = raised(district)["case"]["id"]
    past = said(district.centre, action="classified", about_case=case, level="blue")
    assert problem(district.centre.say("warning_feedback", past, CENTRE, "warning"), 422, "rule")
    feedback(district.centre, CENTRE, case, "classified", level="01")
