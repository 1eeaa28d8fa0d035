"""Mediation first: who may refer to whom, who agreed and changed a mind, what is told, what is due."""

from typing import Any

import pytest

from hub.law.calendar import Calendar
from hub.law.model import UnitInfo
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.guarding import refused
from tests.law.lawbook import UNITS, UnitTable
from tests.law.stages import Stage, at, codes

SAID_NO = [*ls.yes("mediation", 1), {"about": "mediation", "answer": "no", "by": "p2"}]


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar)


def guide(stage: Stage, when: str, sender: str = "station", **more: Any) -> Any:
    told = {"told": ["p1", "p2"], "consents": ls.yes("mediation"), "filing_requested": False, **more}
    return stage.say("guidance", told, sender, when)


# -- consent, refusal, a change of mind


def test_a_refusal_on_record_blocks_a_referral_that_is_silent_of_it(stage: Stage) -> None:
    guide(stage.registered(), "07-01 09:30", consents=SAID_NO)
    with refused("consent", "/consents"):
        stage.referred(consents=[])
    with refused("consent", "/consents"):
        stage.referred(consents=ls.yes("mediation", 1))
    assert stage.book.cases == {}


def test_a_later_yes_opens_the_way_again(stage: Stage) -> None:
    guide(stage.registered(), "07-01 09:30", consents=SAID_NO)
    guide(stage, "07-01 09:50")
    assert "consent" in codes(stage.referred(consents=[]).last, "/consents")  # type: ignore[arg-type]  # a referral was just decided: `last` is set
    assert stage.book.state == "handling"


def test_the_referral_itself_may_say_the_mind_has_changed(stage: Stage) -> None:
    guide(stage.registered(), "07-01 09:30", consents=SAID_NO)
    stage.referred()
    assert stage.book.facts["consents"] == {"p1": "yes", "p2": "yes"}
    stage.mediating()
    assert stage.case.state == "mediating"


def test_a_transfer_to_who_is_in_charge_asks_nobody(stage: Stage) -> None:
    guide(stage.registered(), "07-01 09:30", consents=SAID_NO)
    stage.mediator = "station2"
    stage.referred(track="jurisdiction_transfer", consents=[])
    assert stage.case.state == "sent"


@pytest.mark.parametrize("outcome", ["refused_by_party", "withdrawn_by_party"])
def test_a_run_ended_by_refusal_goes_on_when_all_said_yes(stage: Stage, outcome: str) -> None:
    stage.registered().referred()
    stage.answer("accepted", "07-02 09:00")
    stage.progress("asking_other_party", "07-02 10:00")
    if outcome == "withdrawn_by_party":
        stage.say(
            "guidance",
            {"told": ["p2"], "consents": ls.yes("mediation"), "filing_requested": False},
            "room",
            "07-02 11:00",
            case=stage.run,
        )
    stage.result(outcome, "07-03 09:00", reason="不愿意", routes_told=["suit"])
    assert (stage.case.state, stage.book.state) == ("not_agreed", "ended")
    with refused("consent", "/event"):
        stage.progress("resumed", "07-03 10:00", reason="各方愿再谈")
    guide(stage, "07-03 11:00")
    stage.progress("resumed", "07-03 12:00", reason="各方愿再谈")
    assert (stage.case.state, stage.book.state) == ("mediating", "handling")
    stage.agreed()
    assert stage.book.state == "agreed"  # so that its performance can be reported


def test_a_new_run_after_a_refusal_shows_that_nobody_is_known_to_have_agreed(stage: Stage) -> None:
    stage.registered().referred()
    stage.answer("accepted", "07-02 09:00")
    stage.result("withdrawn_by_party", "07-03 09:00", routes_told=["suit"])
    stage.referred("07-03 10:00", consents=[])
    assert stage.last is not None
    noted = {(f.pointer, f.detail) for f in stage.last.findings if f.code == "consent"}
    assert ("/consents", "refused-before") in noted
    assert stage.book.facts["mind"] == "refused"
    stage.say(
        "withdrawal", {"target": "referral", "reason": "重发"}, "station", "07-03 11:00", case=stage.run
    )
    stage.referred("07-03 12:00")
    assert "mind" not in stage.book.facts


def test_what_is_told_has_its_cost_time_and_effect(stage: Stage) -> None:
    options = ["people_mediation", "suit"]
    decision = guide(stage.registered(), "07-01 09:30", options=options, content=["voluntary"])
    assert {"fee-free", "options-told"} <= codes(decision, "/content")
    missing = {f.detail for f in decision.findings if f.code == "options-told"}
    assert missing == {"duration", "effect"}
    full = ["free", "duration", "effect"]
    assert not {"fee-free", "options-told"} & codes(
        guide(stage, "07-01 09:40", options=options, content=full)
    )
    wanted = guide(stage, "07-01 09:45", options=options, content=full, filing_requested=True)
    assert {f.detail for f in wanted.findings if f.code == "options-told"} == {"not_stop_filing"}


# -- the 7 days to register


def court(tables: Tables, calendar: Calendar) -> Stage:
    stage = Stage.new(tables, calendar, sender="court").registered(filing_requested=True)
    assert stage.due("FILE_CASE") == at("07-08 00:00").date()
    return stage


def test_mediation_stops_no_filing(tables: Tables, calendar: Calendar) -> None:
    stage = court(tables, calendar)
    guide(stage, "07-01 10:00", "court", filing_requested=True)
    stage.referred("07-01 11:00", track="guided").mediating()
    assert "FILE_CASE" in stage.running()


def test_only_the_court_that_was_asked_hears_that_it_is_dropped(tables: Tables, calendar: Calendar) -> None:
    stage = court(tables, calendar)
    stage.say("dispute", {"action": "join"}, "station", "07-01 11:00")
    guide(stage, "07-01 12:00", "station")
    assert "FILE_CASE" in stage.running()
    guide(stage, "07-02 10:00", "court", consents=SAID_NO)  # unwilling to mediate, and wants no suit
    assert "FILE_CASE" not in stage.running()


def test_a_change_of_mind_about_the_suit_counts_during_mediation_too(
    tables: Tables, calendar: Calendar
) -> None:
    stage = court(tables, calendar)
    stage.referred("07-01 11:00", track="guided").mediating()
    update = {"action": "update", "reported_at": "2026-07-01T09:00:00+08:00"}
    stage.say("dispute", {**update, "filing_requested": False}, "court", "07-02 10:00")
    assert "FILE_CASE" not in stage.running()
    stage.say("dispute", {**update, "filing_requested": True}, "court", "07-10 10:00")
    assert stage.due("FILE_CASE") == at("07-17 00:00").date()
    stage.say("dispute", {**update, "filing_requested": True}, "court", "07-14 10:00")
    assert stage.due("FILE_CASE") == at("07-17 00:00").date()  # said again is no news
    stage.say("case_status", {"phase": "filed", "on": "2026-07-15"}, "court", "07-15 10:00")
    stage.say("dispute", {**update, "filing_requested": True}, "court", "07-16 10:00")
    assert "FILE_CASE" not in stage.running()


# -- who may refer to whom


def rooms(host: str) -> UnitTable:
    known = [u for code in ("court", "tribunal", "station", "station2", "bureau") if (u := UNITS.get(code))]
    room = UnitInfo("hosted", "驻所调解室", "agency", "room", "town", "committee", host)
    more = [u for code in ("committee", "office", "justice") if (u := UNITS.get(code))]
    return UnitTable(*known, *more, room)


@pytest.mark.parametrize(
    ("sender", "host", "noted"),
    [
        ("station", "station", False),
        ("bureau", "station", False),
        ("station2", "station", True),
        ("court", "tribunal", False),
        ("tribunal", "court", False),
        ("tribunal", "station", True),
    ],
)
def test_a_resident_room_serves_its_host(stage: Stage, sender: str, host: str, noted: bool) -> None:
    decision = stage.say(
        "referral", ls.referral("guided"), sender, "07-01 10:00", to="hosted", units=rooms(host)
    )
    assert ("resident-room" in codes(decision, "/to")) is noted
    (case,) = decision.cases
    assert case.roles["mediation_supervisor"] == ("office",)  # who guides it is above it, not its host


@pytest.mark.parametrize(
    ("sender", "track", "to", "place"),
    [
        ("station", "entrusted_ordinary", "room", "/track"),
        ("office", "entrusted_summary", "room", "/track"),
        ("court", "police_people", "room", "/track"),
        ("office", "guided", "room", "/track"),
        ("station", "police_people", "tribunal", "/to"),
        ("station", "police_people", "room", None),
        ("tribunal", "entrusted_summary", "committee", None),
        ("court", "guided", "office", None),
    ],
)
def test_a_track_is_its_lines_own(stage: Stage, sender: str, track: str, to: str, place: str | None) -> None:
    decision = stage.say("referral", ls.referral(track), sender, "07-01 10:00", to=to)
    found = {f.pointer for f in decision.findings if f.code == "track-line"}
    assert found == ({place} if place else set())


# -- courts' and police entrusted cases


def entrusted(tables: Tables, calendar: Calendar, track: str) -> Stage:
    stage = Stage.new(tables, calendar, sender="court").registered()
    stage.referred(track=track)
    stage.answer("signed", "07-02 09:00", signed_at="2026-07-02T09:00:00+08:00")
    return stage.mediating("07-03 09:00")


def test_an_extension_is_counted_apart_from_the_trial(tables: Tables, calendar: Calendar) -> None:
    stage = entrusted(tables, calendar, "entrusted_ordinary")
    assert stage.due("XIANXING_ORD") == at("07-17 00:00").date()
    first = stage.progress("extended", "07-10 09:00", extension={"days": 10, "consents": ls.yes("extension")})
    assert stage.due("XIANXING_ORD") == at("07-27 00:00").date()
    assert [f.detail for f in first.findings if f.code == "trial-clock"] == ["10"]


def test_all_extensions_together_are_thirty_days(tables: Tables, calendar: Calendar) -> None:
    stage = entrusted(tables, calendar, "entrusted_summary")
    assert stage.due("XIANXING_SUM") == at("07-09 00:00").date()
    stage.progress("extended", "07-06 09:00", extension={"days": 20, "consents": ls.yes("extension")})
    again = stage.progress("extended", "07-20 09:00", extension={"days": 20, "consents": ls.yes("extension")})
    assert stage.due("XIANXING_SUM") == at("08-10 00:00").date()  # 20 + 10, 08-08 is a Saturday
    assert "extend_all" in codes(again, "/extension/days")
    assert [f.detail for f in again.findings if f.code == "trial-clock"] == ["10"]


def test_peoples_mediation_has_no_trial_beside_it(stage: Stage) -> None:
    stage.mediating()
    decision = stage.progress(
        "extended", "07-10 09:00", extension={"days": 10, "consents": ls.yes("extension")}
    )
    assert "trial-clock" not in codes(decision)


@pytest.mark.parametrize("outcome", ["refused_by_party", "unreachable"])
def test_whom_nobody_reaches_goes_back_at_once(tables: Tables, calendar: Calendar, outcome: str) -> None:
    for returned in (True, False):
        stage = Stage.new(tables, calendar, sender="court").registered()
        stage.referred(track="entrusted_summary", platform="court_online")
        stage.answer("accepted", "07-02 09:00")
        stage.progress("asking_other_party", "07-02 10:00")
        assert stage.due("ONLINE_NOTIFY_OTHER") == at("07-07 00:00").date()
        decision = stage.result(
            outcome, "07-03 09:00", reason="测", routes_told=["suit"], materials_returned=returned
        )
        assert ("returned-at-once" in codes(decision)) is not returned
        assert stage.due("RETURN_MATERIALS") == at("07-06 00:00").date()
        assert not {"ONLINE_NOTIFY_OTHER", "XIANXING_SUM"} & stage.running()


@pytest.mark.parametrize(("when", "late"), [("07-02 09:00", False), ("07-02 09:01", True)])
def test_a_wrong_unit_passes_it_on_within_24_hours_of_the_report(stage: Stage, when: str, late: bool) -> None:
    stage.registered(reported_at="2026-07-01T09:00:00+08:00")
    stage.mediator = "station2"
    stage.referred(when, track="jurisdiction_transfer", jurisdiction_basis="wrong_unit", consents=[])
    assert stage.last is not None
    assert ([f.detail for f in stage.last.findings if f.code == "late"] == ["POLICE_TRANSFER"]) is late


def test_the_second_public_order_mediation_has_seven_working_days(stage: Stage) -> None:
    stage.registered()
    stage.say("case_status", {"phase": "police_case_accepted", "on": "2026-07-01"}, "station", "07-01 09:30")
    first = {"phase": "police_mediation_first_failed", "on": "2026-07-03", "zhian": {"session_no": 1}}
    stage.say("case_status", first, "station", "07-03 10:00")
    assert stage.due("ZHIAN_SECOND") == at("07-14 00:00").date()
    stage.say("case_status", {"phase": "police_case_resumed", "on": "2026-07-10"}, "station", "07-10 10:00")
    assert stage.due("POLICE_CASE") == at("08-10 00:00").date()  # 30 days from the failure, a Sunday


FOUR = dict.fromkeys(("agreement", "performed", "written_request_all", "police_approval"), True)


def no_penalty(stage: Stage, **more: Any) -> Any:
    return stage.say("case_status", {"phase": "police_no_penalty", **more}, "station", "07-10 09:00")


def litigating(stage: Stage) -> None:
    stage.registered()
    stage.say("case_status", {"phase": "police_case_accepted", "on": "2026-07-01"}, "station", "07-01 09:30")


@pytest.mark.parametrize("flag", sorted(FOUR))
def test_no_penalty_of_the_dispute_itself_needs_the_four_flags_too(stage: Stage, flag: str) -> None:
    litigating(stage)
    with refused("four_flags", f"/no_penalty/{flag}"):
        no_penalty(stage, no_penalty={**FOUR, flag: False})
    with refused("four_flags", "/no_penalty/agreement"):
        no_penalty(stage)
    no_penalty(stage, no_penalty=FOUR)
    assert stage.book.state == "agreed"


def test_the_polices_own_mediation_agreed_and_performed_is_another_article(stage: Stage) -> None:
    litigating(stage)
    with refused("four_flags", "/no_penalty/agreement"):
        no_penalty(stage, zhian={"agreed": True, "performed": False})
    no_penalty(stage, zhian={"agreed": True, "performed": True})
    assert stage.book.state == "agreed"


def test_performed_is_checked_against_what_the_hub_knows(stage: Stage) -> None:
    stage.agreed()
    document = {"phase": "police_no_penalty", "no_penalty": FOUR}
    decision = stage.say("case_status", document, "station", "07-10 09:00", case=stage.run)
    assert "four_flags" in codes(decision, "/no_penalty/performed")


# -- interests, fees, the request


def test_a_disclosed_interest_goes_on_only_if_all_agree(stage: Stage) -> None:
    stage.registered().referred()
    assert "recusal" in codes(stage.answer("accepted", "07-02 09:00", disclosure="曾为邻居"), "/disclosure")


@pytest.mark.parametrize("second", ["yes", "no"])
def test_parties_say_what_they_think_of_the_mediator(stage: Stage, second: str) -> None:
    said = [*ls.yes("mediator", 1), {"about": "mediator", "answer": second, "by": "p2"}]
    guide(stage.registered(), "07-01 09:30", consents=[*ls.yes("mediation"), *said])
    stage.referred()
    if second == "yes":
        assert "recusal" not in codes(stage.answer("accepted", "07-02 09:00", disclosure="曾为邻居"))
        return
    with refused("recusal", "/disclosure"):
        stage.answer("accepted", "07-02 09:00", disclosure="曾为邻居")
    stage.answer("accepted", "07-02 09:00")  # by another, who has nothing to disclose


def test_nobody_charges_for_peoples_mediation(stage: Stage) -> None:
    stage.agreed()
    fee = {"phase": "archived", "fee": {"paid": True}}
    with refused("fee-free", "/fee"):
        stage.say("case_status", fee, "room", "07-10 09:00", case=stage.run)


def test_an_own_run_keeps_the_day_of_the_request(stage: Stage) -> None:
    stage.sender = stage.mediator = "committee"
    stage.registered("07-01 09:00", reported_at="2026-06-30T15:00:00+08:00", origin="application")
    stage.referred("07-01 10:00", track="self_accepted")
    assert stage.case.state == "accepted"
    assert stage.due("RM_NORMAL") == at("08-03 00:00").date()
    asked = {d.started_at for d in stage.book.running("LIMITATION")}
    assert at("06-30 15:00") in asked
    stage.progress("started", "07-02 09:00")
    stage.result("failed", "07-10 09:00", routes_told=["suit"])
    assert "HANDBACK" not in stage.running()  # there is nobody to hand it back to
    assert {d.started_at for d in stage.book.running("LIMITATION")} == asked
