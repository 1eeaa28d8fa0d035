"""Online mediation: clocks of the platform, sessions and their calendar file, what was conceded stays."""

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import SHANGHAI, Hub, System, problem
from tests.contract.words import COMMITTEE_AS, COURT, PARTIES, POLICE_AS, STATION
from tests.http.clockwork import ONLINE, Clockwork, due, next_of, referred, registered, said, state, yes

LINK = "https://meet.example/r/8Hq"
CONCEDED = "甲方愿以八百元了结"
PRESENT = [
    {"ref": p["ref"], "name": p["name"], "role": "当事人", "identity_checked": True, "how": "face"}
    for p in PARTIES
]


@pytest.fixture(scope="module")
def works(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clockwork]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("online")) as own:
        made = Clockwork(Hub(own.data_dir, own.database_url))
        made.begin()
        yield made
        made.hub.close()


def say(system: System, kind: str, case: str, **members: Any) -> dict[str, Any]:
    return system.accepted(kind, said(system, about_case=case, **members), **COMMITTEE_AS)


def day(system: System) -> str:
    return str(said(system)["business_time"][:10])


def run(works: Clockwork, **more: Any) -> str:
    """A court's case on the platform, sent to the committee."""
    home = registered(works.court, COURT, "adjudication", filing_requested=False)
    opened = referred(works.court, COURT, "adjudication", dispute=home, **{**ONLINE, **more})
    return str(opened["case"]["id"])


def mediating(works: Clockwork) -> str:
    case = run(works)
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    say(works.justice, "mediation_progress", case, event="started")
    return case


# -- clocks


def test_two_days_to_choose_three_to_assign_three_to_accept(works: Clockwork):
    track = {"track": "party_online", "consents": [*yes("mediation"), *yes("online")]}
    case = run(works, **track)
    running = due(works.court, case)
    assert {r for r in running if r.startswith("ONLINE")} == {
        "ONLINE_CHOOSE",
        "ONLINE_ASSIGN",
        "ONLINE_ACCEPT",
    }
    assert running["ONLINE_CHOOSE"] < running["ONLINE_ASSIGN"] == running["ONLINE_ACCEPT"]
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    say(
        works.justice, "mediation_progress", case, event="mediator_chosen", mediators=["M1"],
        chosen_by="parties_joint",
    )  # fmt: skip
    assert not [r for r in due(works.court, case) if r.startswith("ONLINE")]
    say(works.justice, "mediation_progress", case, event="asking_other_party", asked={"party": "p2"})
    assert "ONLINE_NOTIFY_OTHER" in due(works.court, case)
    told = say(
        works.justice, "guidance", case, given_at=said(works.justice)["business_time"], told=["p1", "p2"],
        consents=yes("mediation"), filing_requested=False, options=["people_mediation"], content=["free"],
    )  # fmt: skip
    assert told["case"]["state"] == "mediating"
    assert "ONLINE_NOTIFY_OTHER" not in due(works.court, case)


@pytest.mark.parametrize("outcome", ["unreachable", "refused_by_party"])
def test_who_is_not_reached_or_will_not_ends_it_at_once(works: Clockwork, outcome: str):
    case = run(works)
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    attempts = [{"at": said(works.justice)["business_time"], "outcome": "no_answer"}]
    asked = {"party": "p2", "how": "电话", "attempts": attempts}
    say(works.justice, "mediation_progress", case, event="asking_other_party", asked=asked)
    ended = say(
        works.justice, "mediation_result", case, outcome=outcome, ended_on=day(works.justice),
        failure={"reason_code": "absent", "reason": "联系不上"}, routes_told=["suit"],
        materials_returned=True,
    )  # fmt: skip
    assert ended["case"]["state"] == "not_agreed"
    assert "returned-at-once" not in {f["code"] for f in ended["findings"]}
    running = due(works.court, case)
    assert {"RETURN_MATERIALS", "HANDBACK"} <= running.keys()
    assert not {"ONLINE_NOTIFY_OTHER", "XIANXING_SUM"} & running.keys()
    event = next_of(works.court, case, "mediation_result", outcome=outcome)
    assert event["document"]["materials_returned"] is True


def test_silence_for_three_working_days_lets_another_take_it(works: Clockwork):
    case = run(works)
    answered = run(works)
    say(works.justice, "referral_answer", answered, answer="accepted", mediators=["M1"])
    say(works.justice, "mediation_progress", answered, event="asking_other_party", asked={"party": "p2"})
    last = date.fromisoformat(due(works.court, case)["ONLINE_ACCEPT"])
    days = (last - datetime.fromtimestamp(works.court.now(), SHANGHAI).date()).days + 1
    works.move(days=days)
    notice = next_of(works.court, case, "deadline_notice", rule="ONLINE_ACCEPT", phase="expired")
    assert notice["document"]["basis"].startswith("在线调解规则")
    assert state(works.court, case) == "unanswered"
    next_of(works.justice, answered, "deadline_notice", rule="ONLINE_NOTIFY_OTHER")
    assert state(works.court, answered) == "asking_consent"  # only the mediator ends the run
    home = works.court.get(f"/v1/cases/{case}").json()["dispute"]
    again = referred(works.court, COURT, "adjudication", dispute=home, replaces=case, **ONLINE)
    assert (state(works.court, case), again["case"]["state"]) == ("reassigned", "sent")


# -- sessions


def session(works: Clockwork, case: str, action: str, **members: Any) -> dict[str, Any]:
    told = said(works.justice, about_case=case, action=action, purpose="mediation", **members)
    to = {k: told.pop(k) for k in ("re", "to") if k in told}
    return works.justice.accepted("video_session", told, **COMMITTEE_AS, **to)


def planned(works: Clockwork, case: str, **more: Any) -> dict[str, Any]:
    told = {
        "mode": "video",
        "starts_at": "2027-03-02T09:30:00+08:00",
        "ends_at": "2027-03-02T11:00:00+08:00",
        "link": LINK,
        "places": [{"unit": STATION, "room": "二楼调解室"}],
        "participants": [{"ref": "p1", "name": "郑测一", "role": "当事人"}],
        "consents": yes("online"),
    }
    return session(works, case, "scheduled", **{**told, **more})


def event_of(system: System, message: str) -> Any:
    answer = system.get(f"/v1/messages/{message}/calendar")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "测一" not in answer.text
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    return event


def test_a_session_is_in_the_calendar_of_whoever_reads_it(works: Clockwork):
    case = mediating(works)
    first = planned(works, case)
    assert {d["unit"] for d in first["deliveries"]} == {COURT}
    for system in (works.justice, works.court):
        event = event_of(system, first["message"])
        assert event.decoded("dtstart").astimezone(SHANGHAI).isoformat() == "2027-03-02T09:30:00+08:00"
        assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=90)
        assert str(event["url"]) == LINK
        assert str(event["location"]) == "测试镇派出所 二楼调解室"
        assert str(event["status"]) == "CONFIRMED"
    assert problem(works.police.get(f"/v1/messages/{first['message']}/calendar"), 404, "unknown")


def test_a_change_is_the_same_event_and_a_cancellation_ends_it(works: Clockwork):
    case = mediating(works)
    first = planned(works, case)
    later = {"starts_at": "2027-03-03T14:00:00+08:00", "mode": "mixed", "re": first["message"]}
    changed = session(works, case, "changed", **later)
    cancelled = session(works, case, "cancelled", re=changed["message"])
    events = [event_of(works.court, m["message"]) for m in (first, changed, cancelled)]
    assert len({str(e["uid"]) for e in events}) == 1
    assert [int(e["sequence"]) for e in events] == [0, 1, 2]
    assert [str(e["status"]) for e in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[1].decoded("dtstart").astimezone(SHANGHAI).day == 3
    assert str(events[1]["url"]) == LINK  # what the change says nothing of stays
    assert events[2].decoded("dtstart") == events[1].decoded("dtstart")


def test_what_is_no_session_or_has_no_time_has_no_calendar(works: Clockwork):
    case = mediating(works)
    untimed = session(works, case, "scheduled", mode="on_site", participants=[])
    for message in (untimed["message"], works.court.get(f"/v1/cases/{case}").json()["history"][0]["message"]):
        problem(works.court.get(f"/v1/messages/{message}/calendar"), 404, "unknown")


def test_no_video_is_planned_against_a_refusal(works: Clockwork):
    case = mediating(works)
    told = {
        "action": "scheduled",
        "purpose": "mediation",
        "mode": "video",
        "starts_at": "2027-03-02T09:30:00+08:00",
    }
    against = said(
        works.justice,
        about_case=case,
        consents=[*yes("online", "p1"), *yes("online", "p2", answer="no")],
        **told,
    )
    refused = problem(works.justice.say("video_session", against, **COMMITTEE_AS), 422, "rule")
    assert [(e["rule"], e["pointer"]) for e in refused["errors"]] == [("online-refused", "/mode")]


def test_a_held_session_travels_with_what_it_lacks(works: Clockwork):
    case = mediating(works)
    bare = session(
        works, case, "held", mode="video", starts_at="2026-11-20T09:00:00+08:00",
        participants=[{"ref": "p1", "identity_checked": False}, PRESENT[1]],
        notice_given=False, consents=yes("online"), record_state="draft",
    )  # fmt: skip
    noted = {f["code"] for f in bare["findings"]}
    assert {"session-identity", "session-notice", "session-record"} <= noted
    event = next_of(works.court, case, "video_session", action="held")
    read = works.court.get(f"/v1/messages/{event['message']}").json()["findings"]
    assert {f["code"]: f["basis"] for f in read}["session-identity"].endswith("17")
    whole = session(
        works, case, "held", mode="video", starts_at="2026-11-20T09:00:00+08:00",
        ends_at="2026-11-20T10:00:00+08:00", link=LINK, participants=PRESENT, notice_given=True,
        consents=[*yes("online"), *yes("recording")], record_state="confirmed_online",
    )  # fmt: skip
    assert not [f for f in whole["findings"] if f["code"].startswith("session")]


# -- what was conceded


def everything_of(system: System, message: str, home: str) -> bytes:
    """All that a system can read of a message: the message, its native form, the timeline, the bundle."""
    parts = [
        system.get(f"/v1/messages/{message}").content,
        system.get(f"/v1/messages/{message}/native").content,
        system.get(f"/v1/disputes/{home}").content,
        system.get("/v1/messages?limit=500").content,
    ]
    bundle = system.get(f"/v1/messages/{message}/evidence")
    assert bundle.status_code == 200, bundle.text
    with zipfile.ZipFile(BytesIO(bundle.content)) as held:
        parts += [held.read(name) for name in held.namelist()]
    return b"\n".join(parts)


def test_what_was_conceded_never_leaves_the_mediation(works: Clockwork):
    home = registered(works.police, STATION, "police_handling", origin="police_call")
    opened = referred(works.police, STATION, "police_handling", dispute=home, track="police_people")
    case = str(opened["case"]["id"])
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    say(works.justice, "mediation_progress", case, event="started")
    told = said(
        works.justice, about_case=case, outcome="failed", ended_on=day(works.justice),
        concessions=CONCEDED, routes_told=["suit"],
        failure={"basics": "两次", "reason": "差距", "cost_conduct": "无", "hints": "无"},
        sessions=[{"record": CONCEDED, "mode": "on_site", "present": ["郑测一"]}],
    )  # fmt: skip
    result = works.justice.accepted("mediation_result", told, **COMMITTEE_AS, to=STATION)
    event = next_of(works.police, case, "mediation_result")
    assert event["document"]["failure"]["reason"] == "差距"  # the record of the failure goes without it
    assert "concessions" not in event["document"]
    assert CONCEDED not in str(event)
    message = str(result["message"])
    assert CONCEDED.encode() not in everything_of(works.police, message, home)
    problem(works.court.get(f"/v1/messages/{message}"), 404, "unknown")
    refusal = said(works.police, phase="archived", on=told["ended_on"], concessions=CONCEDED)
    answer = works.police.say("case_status", refusal, **POLICE_AS, dispute=home)
    assert answer.status_code == 422  # no other kind has a place for it
    assert CONCEDED not in answer.text
    assert CONCEDED in works.justice.get(f"/v1/messages/{message}").text  # who said it keeps it
