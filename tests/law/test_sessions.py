"""A mediation by video: what it owes is noted once it was held; planned against a refusal it is refused."""

from typing import Any

import pytest

from hub.law.calendar import Calendar
from hub.law.shapes import Tables
from tests.law import lawstories as ls
from tests.law.guarding import refused
from tests.law.stages import Stage, codes

PRESENT = [{"ref": r, "role": "当事人", "identity_checked": True, "how": "face"} for r in ("p1", "p2")]


@pytest.fixture
def stage(tables: Tables, calendar: Calendar) -> Stage:
    return Stage.new(tables, calendar).mediating()


def session(stage: Stage, action: str, when: str = "07-03 09:00", **more: Any) -> Any:
    told = {"action": action, "purpose": "mediation", "mode": "video", "participants": PRESENT, **more}
    return stage.say("video_session", told, stage.mediator, when, case=stage.run)


def held(stage: Stage, **more: Any) -> set[str]:
    whole = {
        "starts_at": "2026-07-03T09:00:00+08:00",
        "ends_at": "2026-07-03T10:00:00+08:00",
        "notice_given": True,
        "consents": [*ls.yes("online"), *ls.yes("recording")],
        "record": [{"name": "笔录"}],
        "record_state": "confirmed_online",
        **more,
    }
    return {c for c in codes(session(stage, "held", **whole)) if c.startswith("session")}


def test_a_session_with_everything_has_nothing_to_note(stage: Stage) -> None:
    assert held(stage) == set()
    assert stage.case.state == "mediating"


def test_each_identity_is_checked_and_it_is_said_how(stage: Stage) -> None:
    unchecked = [{"ref": "p1", "identity_checked": False}, {"ref": "p2", "identity_checked": True}]
    decision = session(stage, "held", participants=unchecked, notice_given=True)
    places = {f.pointer for f in decision.findings if f.code == "session-identity"}
    assert places == {"/participants/0/identity_checked", "/participants/1/how"}
    assert all("17" in f.basis for f in decision.findings if f.code == "session-identity")


@pytest.mark.parametrize(
    ("more", "noted"),
    [
        ({"notice_given": False}, {"session-notice"}),
        ({"consents": ls.yes("online", 1)}, {"session-consent"}),
        ({"consents": []}, {"session-consent"}),
        ({"consents": [], "mode": "on_site"}, set()),
        ({"record": [{"name": "录像", "media_type": "video/mp4"}]}, set()),
        (
            {"record": [{"name": "录像", "catalogue": "video"}], "consents": ls.yes("online")},
            {"session-consent"},
        ),
        ({"record_state": "draft"}, {"session-record"}),
        ({"record_state": "refused"}, {"session-record"}),
        ({"record_state": "signed_paper"}, set()),
        ({"ends_at": "2026-07-03T08:00:00+08:00"}, {"session"}),
    ],
)
def test_what_a_held_session_lacks_is_noted(stage: Stage, more: dict[str, Any], noted: set[str]) -> None:
    assert held(stage, **more) == noted


@pytest.mark.parametrize("action", ["scheduled", "changed"])
def test_no_video_is_planned_against_a_refusal(stage: Stage, action: str) -> None:
    against = [*ls.yes("online", 1), {"about": "online", "answer": "no", "by": "p2"}]
    with refused("online-refused", "/mode"):
        session(stage, action, consents=against)
    session(stage, action, consents=against, mode="mixed")  # who refuses comes in person


def test_a_refusal_of_before_counts_and_can_be_taken_back(tables: Tables, calendar: Calendar) -> None:
    stage = Stage.new(tables, calendar).registered()
    told = {"told": ["p1", "p2"], "filing_requested": False}
    against = {"about": "online", "answer": "no", "by": "p2"}
    stage.say("guidance", {**told, "consents": [*ls.yes("mediation"), against]}, "station", "07-01 09:30")
    stage.mediating()
    with refused("online-refused", "/mode"):
        session(stage, "scheduled")
    session(stage, "scheduled", consents=ls.yes("online"))


def test_a_session_that_was_held_against_a_refusal_is_a_fact(stage: Stage) -> None:
    against = [*ls.yes("online", 1), {"about": "online", "answer": "withdrawn", "by": "p2"}]
    decision = session(stage, "held", consents=against)
    assert [f.detail for f in decision.findings if f.code == "session-consent"] == ["online-refused"]
