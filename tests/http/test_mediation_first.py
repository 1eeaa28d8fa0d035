"""Mediation first over HTTP: told, willing or not, referred, returned, handed back, and what never stops."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.store.address import Address
from tests.conftest import _data_dir
from tests.contract.kit import SHANGHAI, Hub, System, problem
from tests.contract.words import (
    COMMITTEE,
    COMMITTEE_AS,
    COURT,
    COURT_AS,
    HEAD,
    OFFICE,
    PARTIES,
    POLICE_AS,
    STATION,
    TRIBUNAL,
    agreement,
)
from tests.http.clockwork import Clockwork, due, next_of, referred, registered, said, state, yes

ROOM, ELSEWHERE, OTHER_STATION = "3111", "3112", "500199530000"
MORE = f"""{HEAD},type,host
{OTHER_STATION},测试镇二所,police,town,500199,500199000000,2010-01-01,,station,
{ROOM},测试镇驻所调解室,justice,town,500199,{COMMITTEE},2010-01-01,,room,{STATION}
{ELSEWHERE},测试镇驻庭调解室,justice,town,500199,{COMMITTEE},2010-01-01,,room,{TRIBUNAL}
"""
NO = [*yes("mediation", "p1"), *yes("mediation", "p2", answer="no")]
ENTRUSTED = {"track": "entrusted_ordinary", "mediation_type": "court_entrusted", "procedure": "ordinary"}
FOUR = dict.fromkeys(("agreement", "performed", "written_request_all", "police_approval"), True)


@pytest.fixture(scope="module")
def works(server: Address, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clockwork]:
    with _data_dir(server, server_dir, tmp_path_factory.mktemp("first")) as own:
        made = Clockwork(Hub(own.data_dir, own.database_url))
        made.hub.units(MORE)
        made.rooms = made.hub.add("rooms-sys", "justice", (ROOM, ELSEWHERE))
        made.second = made.hub.add("police-2-sys", "police", (OTHER_STATION,))
        made.begin()
        yield made
        made.hub.close()


def say(system: System, kind: str, about: str, who: dict[str, str] | None = None, **members: Any) -> Any:
    return system.accepted(kind, said(system, about_case=about, **members), **(who or COMMITTEE_AS))


def guide(system: System, home: str, who: dict[str, str], **members: Any) -> dict[str, Any]:
    told = {
        "given_at": said(system)["business_time"],
        "place_kind": "filing_window",
        "options": ["people_mediation", "court_mediation", "suit"],
        "content": ["free", "duration", "effect", "not_stop_filing"],
        "told": ["p1", "p2"],
        "consents": yes("mediation"),
        "filing_requested": False,
    }
    return system.accepted("guidance", said(system, **{**told, **members}), **who, dispute=home)


def deadlines(system: System, home: str) -> dict[str, str | None]:
    read = system.get(f"/v1/disputes/{home}").json()
    return {d["rule"]: d["due"] for d in read["deadlines"] if d["state"] == "running"}


def day(system: System, days: int = 0) -> str:
    return (date.fromisoformat(said(system)["business_time"][:10]) + timedelta(days=days)).isoformat()


def codes(answer: dict[str, Any]) -> set[tuple[str, str | None]]:
    return {(f["code"], f.get("pointer")) for f in answer["findings"]}


def refusal(system: System, kind: str, who: dict[str, str], told: dict[str, Any], **members: Any) -> Any:
    refused = problem(system.say(kind, told, **who, **members), 422, "rule")
    return [(e["rule"], e["pointer"]) for e in refused["errors"]]


def news(**members: Any) -> dict[str, Any]:
    told = {
        "action": "update",
        "origin": "court_visit",
        "reported_at": ago(0),
        "dispute_type": "2",
        "matters": [{"no": 1, "text": "相邻排水", "scope": "civil"}],
        "facts": "补充",
        "place": {"text": "测试镇一号村"},
        "parties": PARTIES,
    }
    return {**told, **members}


def ago(hours: float) -> str:
    return (datetime.now(SHANGHAI) - timedelta(hours=hours)).isoformat(timespec="seconds")


def test_a_suit_is_refused_by_a_ruling_and_who_mediates_hears_of_it(works: Clockwork):
    """民诉法 126: within the same 7 days; what was refused is told, so that few suits can be weighed."""
    court = works.court
    home = registered(court, COURT, "adjudication", filing_requested=True)
    referred(court, COURT, "adjudication", dispute=home, **ENTRUSTED)
    works.justice.drain()
    assert "FILE_CASE" in deadlines(court, home)
    number = {"system": "case_no", "value": "(2026)渝0199民初9126号"}
    own = {"identifier": number, "kind": "civil_first"}
    told = said(court, phase="filing_refused", on=day(court), case=own, reason="不符合起诉条件")
    answer = court.accepted("case_status", told, **COURT_AS, dispute=home)
    assert [d["unit"] for d in answer["deliveries"]] == [COMMITTEE]
    assert "FILE_CASE" not in deadlines(court, home)
    events = [event for claims in works.justice.drain() for event in claims["events"].items()]
    (heard,) = [e["document"] for uri, e in events if uri.endswith(":case_status")]
    assert (heard["phase"], heard["case"]["identifier"]["value"]) == ("filing_refused", number["value"])


def test_pointed_the_way_at_the_filing_window_and_the_seven_days_go_on(works: Clockwork):
    court = works.court
    home = registered(court, COURT, "adjudication", filing_requested=True)
    assert deadlines(court, home)["FILE_CASE"] is not None
    wanted = {"filing_requested": True, "complaint_received_at": said(court)["business_time"]}
    told = guide(court, home, COURT_AS, **wanted)
    assert not [f for f in told["findings"] if f["code"] in ("fee-free", "options-told")]
    sent = referred(court, COURT, "adjudication", dispute=home, track="guided")
    assert sent["case"]["state"] == "sent"
    assert "FILE_CASE" in deadlines(court, home)  # consent to mediation ends nothing
    heard = said(court, **news(filing_requested=False))
    court.accepted("dispute", heard, **COURT_AS, dispute=home)
    assert "FILE_CASE" not in deadlines(court, home)
    court.accepted("dispute", said(court, **news(filing_requested=True)), **COURT_AS, dispute=home)
    assert deadlines(court, home)["FILE_CASE"] is not None  # a change of mind: seven days from today


def test_a_party_drops_the_request_at_the_court(works: Clockwork):
    home = registered(works.court, COURT, "adjudication", filing_requested=True)
    guide(works.court, home, COURT_AS, consents=NO)
    assert "FILE_CASE" not in deadlines(works.court, home)


def test_what_is_told_without_cost_time_and_effect_is_noted(works: Clockwork):
    home = registered(works.police, STATION, "police_handling")
    told = guide(works.police, home, POLICE_AS, content=["voluntary"])
    noted = [(f["code"], f.get("detail"), f["basis"]) for f in told["findings"] if f["pointer"] == "/content"]
    assert ("fee-free", None, "人民调解法4") in noted
    assert {d for c, d, _ in noted if c == "options-told"} == {"duration", "effect"}


def test_a_refusal_is_kept_until_the_mind_changes(works: Clockwork):
    police = works.police
    home = registered(police, STATION, "police_handling")
    guide(police, home, POLICE_AS, consents=NO)
    silent = said(police, track="police_people", matters=[1], parties=PARTIES, reason="适宜")
    told = {"to": COMMITTEE, "dispute": home}
    assert refusal(police, "referral", POLICE_AS, silent, **told) == [("consent", "/consents")]
    guide(police, home, POLICE_AS)
    sent = referred(police, STATION, "police_handling", dispute=home, track="police_people", consents=[])
    case = str(sent["case"]["id"])
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    say(works.justice, "mediation_progress", case, event="started")
    say(
        works.justice,
        "mediation_result",
        case,
        outcome="withdrawn_by_party",
        ended_on=day(police),
        routes_told=["suit"],
    )
    resume = said(works.justice, about_case=case, event="resumed", reason="愿再谈")
    assert refusal(works.justice, "mediation_progress", COMMITTEE_AS, resume) == [("consent", "/event")]
    guide(works.justice, home, COMMITTEE_AS)
    assert (
        say(works.justice, "mediation_progress", case, event="resumed", reason="愿再谈")["case"]["state"]
        == "mediating"
    )
    assert police.get(f"/v1/disputes/{home}").json()["state"] == "handling"


def test_a_resident_room_serves_its_host_and_is_guided_from_above(works: Clockwork):
    sent = referred(works.police, STATION, "police_handling", to=ROOM, track="police_people")
    assert not [c for c, _ in codes(sent) if c in ("resident-room", "track-line")]
    roles = works.police.get(f"/v1/cases/{sent['case']['id']}").json()["roles"]
    assert roles["mediation_supervisor"] == [OFFICE]
    units = {u["code"]: u for u in works.police.get("/v1/units").json()["units"]}
    assert units[ROOM]["host"] == STATION
    away = referred(works.police, STATION, "police_handling", to=ELSEWHERE, track="police_people")
    assert ("resident-room", "/to") in codes(away)
    wrong = referred(works.police, STATION, "police_handling", track="entrusted_ordinary")
    assert ("track-line", "/track") in codes(wrong)


def entrusted(works: Clockwork) -> tuple[str, str]:
    home = registered(works.court, COURT, "adjudication")
    sent = referred(works.court, COURT, "adjudication", dispute=home, **ENTRUSTED)
    return home, str(sent["case"]["id"])


def test_an_entrusted_case_runs_from_signing_and_only_the_extension_stands_apart(works: Clockwork):
    _, case = entrusted(works)
    assert "XIANXING_ORD" not in due(works.court, case)
    now = said(works.justice)["business_time"]
    say(works.justice, "referral_answer", case, answer="signed", signed_at=now, received_by="测员")
    first = date.fromisoformat(due(works.court, case)["XIANXING_ORD"])
    assert first >= date.fromisoformat(now[:10]) + timedelta(days=15)
    say(works.justice, "referral_answer", case, answer="accepted", mediators=["M1"])
    extension = {"days": 20, "consents": yes("extension")}
    once = say(works.justice, "mediation_progress", case, event="extended", extension=extension)
    assert ("trial-clock", "/extension/days") in codes(once)
    twice = say(works.justice, "mediation_progress", case, event="extended", extension=extension)
    assert [f["detail"] for f in twice["findings"] if f["code"] == "trial-clock"] == ["10"]
    last = date.fromisoformat(due(works.court, case)["XIANXING_ORD"])
    assert last - first >= timedelta(days=30)
    refused = {"days": 5, "consents": [*yes("extension", "p1"), *yes("extension", "p2", answer="no")]}
    told = said(works.justice, about_case=case, event="extended", extension=refused)
    assert refusal(works.justice, "mediation_progress", COMMITTEE_AS, told) == [
        ("extend_all", "/extension/consents")
    ]


def test_an_unsuitable_case_is_returned_with_its_reason(works: Clockwork):
    _, case = entrusted(works)
    now = said(works.justice)["business_time"]
    say(works.justice, "referral_answer", case, answer="signed", signed_at=now, received_by="测员")
    bare = said(works.justice, about_case=case, answer="returned")
    assert refusal(works.justice, "referral_answer", COMMITTEE_AS, bare) == [("reason", "/reason")]
    say(works.justice, "referral_answer", case, answer="returned", reason="不宜调解", reason_code="scope")
    assert state(works.court, case) == "returned"
    assert set(due(works.court, case)) == {"HANDBACK", "LIMITATION"}
    event = next_of(works.court, case, "referral_answer", answer="returned")
    assert event["document"]["reason_code"] == "scope"


def test_a_report_at_the_wrong_station_is_passed_on_within_24_hours(works: Clockwork):
    for hours, late in ((23, False), (25, True)):
        home = registered(works.police, STATION, "police_handling", reported_at=ago(hours))
        sent = referred(
            works.police, STATION, "police_handling", to=OTHER_STATION, dispute=home,
            track="jurisdiction_transfer", jurisdiction_basis="wrong_unit", emergency_measures_taken="已劝离",
        )  # fmt: skip
        assert (("late", "/track") in codes(sent)) is late
        assert works.second.get(f"/v1/cases/{sent['case']['id']}").json()["state"] == "sent"


def test_no_penalty_takes_four_flags_whichever_way_it_is_said(works: Clockwork):
    police = works.police
    home = registered(police, STATION, "police_handling")
    report = {"on": day(police), "case": {"kind": "public_order"}}
    accepted = said(police, phase="police_case_accepted", **report)
    police.accepted("case_status", accepted, **POLICE_AS, dispute=home)
    failed = said(
        police, phase="police_mediation_first_failed", zhian={"session_no": 1, "agreed": False}, **report
    )
    police.accepted("case_status", failed, **POLICE_AS, dispute=home)
    assert "ZHIAN_SECOND" in deadlines(police, home)
    resumed = said(police, phase="police_case_resumed", **report)
    police.accepted("case_status", resumed, **POLICE_AS, dispute=home)
    assert {"ZHIAN_CASE_CLOCK", "POLICE_CASE"} <= deadlines(police, home).keys()
    assert "ZHIAN_SECOND" not in deadlines(police, home)
    for flag in FOUR:
        told = said(police, phase="police_no_penalty", no_penalty={**FOUR, flag: False}, **report)
        assert refusal(police, "case_status", POLICE_AS, told, dispute=home) == [
            ("four_flags", f"/no_penalty/{flag}")
        ]
    whole = said(police, phase="police_no_penalty", no_penalty={**FOUR, "decided_already": False}, **report)
    police.accepted("case_status", whole, **POLICE_AS, dispute=home)
    assert "POLICE_CASE" not in deadlines(police, home)


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"zhian": {"in_178": False}}, "/zhian/in_178"),
        ({"zhian": {"in_178": True, "exclusions_179": ["gang"]}}, "/zhian/exclusions_179"),
    ],
)
def test_outside_178_and_within_179_nothing_is_referred(works: Clockwork, more: dict[str, Any], place: str):
    told = said(
        works.police, track="police_people", matters=[1], parties=PARTIES, consents=yes("mediation"),
        reason="适宜", **more,
    )  # fmt: skip
    assert refusal(works.police, "referral", POLICE_AS, told, to=COMMITTEE) == [("zhian_range", place)]


def limitation(system: System, home: str) -> list[dict[str, Any]]:
    read = system.get(f"/v1/disputes/{home}").json()["deadlines"]
    return [d for d in read if d["rule"] == "LIMITATION"]


def test_an_own_case_has_clocks_and_a_result_and_keeps_the_day_of_the_request(works: Clockwork):
    justice = works.justice
    asked = ago(50)
    home = registered(justice, COMMITTEE, "mediation", origin="application", reported_at=asked)
    opened = referred(justice, COMMITTEE, "mediation", dispute=home, track="self_accepted")
    case = str(opened["case"]["id"])
    assert opened["case"]["state"] == "accepted"
    assert "RM_NORMAL" in due(justice, case)
    before = limitation(justice, home)
    assert {(d["due"], d["state"]) for d in before} == {(None, "running")}
    say(justice, "mediation_progress", case, event="started")
    told = {"ended_on": day(justice), "agreements": [agreement()]}
    done = say(justice, "mediation_result", case, outcome="agreed_written", **told)
    assert done["case"]["state"] == "agreed"
    assert {"JC_APPLY", "PERF_ITEM"} <= deadlines(justice, home).keys()
    told = news(origin="application", reported_at=asked)
    justice.accepted("dispute", said(justice, **told), **COMMITTEE_AS, dispute=home)
    after = limitation(justice, home)
    assert len(after) == len(before) + 1
    assert all(d in after for d in before)  # a later word adds a day, it takes none away


def test_nobody_charges_for_peoples_mediation(works: Clockwork):
    justice = works.justice
    opened = referred(justice, COMMITTEE, "mediation", track="self_accepted")
    told = said(
        justice, about_case=opened["case"]["id"], phase="archived", on=day(justice), fee={"paid": True}
    )
    assert refusal(justice, "case_status", COMMITTEE_AS, told) == [("fee-free", "/fee")]
