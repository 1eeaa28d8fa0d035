"""The computable trigger over HTTP: a suggestion with reasons that open, and a person who decides."""

from datetime import datetime, timedelta
from typing import Any

from tests.contract.kit import problem
from tests.contract.words import COMMITTEE, STATION, dispute, referral
from tests.http.district import CENTRE, District, said, stamp, told_of

CALLER = {"unit": STATION, "purpose": "police_handling"}


def call(district: District, home: str | None = None, hours: float = 1, **members: Any) -> dict[str, Any]:
    """A call about a dispute, made so many hours ago."""
    police = district.police
    made = datetime.fromisoformat(stamp(police)) - timedelta(hours=hours)
    told = {**dispute(), **said(police), "reported_at": made.isoformat(), **members}
    return police.accepted("dispute", told, **CALLER, dispute=home)


def failed(district: District, home: str) -> dict[str, Any]:
    """A mediation of the dispute that came to nothing."""
    to = {"to": COMMITTEE, "dispute": home}
    sent = district.police.accepted("referral", {**referral(), **said(district.police)}, **CALLER, **to)
    case, justice = sent["case"]["id"], district.justice
    as_committee = {"unit": COMMITTEE, "purpose": "mediation"}
    for kind, told in (
        ("referral_answer", {"answer": "accepted"}),
        ("mediation_progress", {"event": "started"}),
        (
            "mediation_result",
            {
                "outcome": "failed",
                "ended_on": stamp(justice)[:10],
                "failure": dict.fromkeys(("basics", "reason", "cost_conduct", "hints"), "测"),
                "routes_told": ["suit"],
            },
        ),
    ):
        done = justice.accepted(kind, said(justice, about_case=case, **told), **as_committee)
    return done


def suggestions(district: District, home: str) -> list[dict[str, Any]]:
    """What the hub suggested in a dispute, as its registrar reads it."""
    read = district.police.get(f"/v1/disputes/{home}").json()["messages"]
    return [m for m in read if m["kind"] == "early_warning" and m["from"] == "hub"]


def test_too_many_calls_and_a_failed_mediation_become_a_warning_only_by_a_person(district: District):
    first = call(district, hours=30)
    home = first["dispute"]
    second = call(district, home, hours=20)
    result = failed(district, home)
    assert suggestions(district, home) == []
    third = call(district, home, hours=1)
    (suggested,) = suggestions(district, home)
    case = suggested["case"]
    event = told_of(district.police, case, "early_warning", action="suggest")
    assert event["case"]["state"] == "suggested"
    reasons = {(s["rule"], s["evidence_ref"]) for s in event["document"]["signals"]}
    calls = {("repeated_calls", m["message"]) for m in (first, second, third)}
    assert reasons == {*calls, ("failed_mediations", result["message"])}
    for _, message in reasons:
        assert district.police.get(f"/v1/messages/{message}").status_code == 200
    for other in (district.centre, district.justice, district.court):
        assert other.get(f"/v1/cases/{case}").status_code == 404
    call(district, home, hours=0.5)
    assert len(suggestions(district, home)) == 1  # while somebody looks at it, it is not said again
    told = said(district.police, about_case=case, action="raise", situation="多次报警", level_proposed="02")
    raised = district.police.accepted("early_warning", told, STATION, "warning")
    assert raised["case"] == {"id": case, "machine": "warning", "state": "raised"}
    arrived = told_of(district.centre, case, "early_warning", action="raise")
    assert (arrived["from"], arrived["to"]) == (STATION, CENTRE)
    assert district.centre.get(f"/v1/messages/{suggested['message']}").status_code == 404


def test_a_dismissed_suggestion_comes_again_only_with_something_new(district: District):
    home = call(district, hours=40)["dispute"]
    call(district, home, hours=30)
    told_at = {"reported_at": stamp(district.police)}
    call(district, home, **told_at)
    failed(district, home)
    (suggested,) = suggestions(district, home)
    no = said(district.police, about_case=suggested["case"], action="dismissed", reason="邻里口角,已平息")
    assert (
        district.police.accepted("warning_feedback", no, STATION, "warning")["case"]["state"] == "dismissed"
    )
    call(district, home, **told_at)  # the same call, told again
    assert len(suggestions(district, home)) == 1
    call(district, home, hours=2)
    assert len(suggestions(district, home)) == 2


def test_calls_of_related_disputes_count_together(district: District):
    homes = [call(district, hours=h)["dispute"] for h in (50, 40, 30)]
    failed(district, homes[0])
    assert suggestions(district, homes[0]) == []
    for other in homes[1:]:
        for action in ("propose", "relate"):
            link = {"action": action, "related": [{"dispute": other}], "basis": {"explanation": "同一起纠纷"}}
            district.police.accepted(
                "dispute_link", said(district.police, **link), **CALLER, dispute=homes[0]
            )
    (suggested,) = suggestions(district, homes[0])
    assert len(suggested["document"]["signals"]) == 4


def test_calls_of_long_ago_count_no_more(district: District):
    home = call(district, hours=24 * 100)["dispute"]
    call(district, home, hours=24 * 95)
    call(district, home, hours=2)
    failed(district, home)
    assert suggestions(district, home) == []


def test_nobody_but_the_hub_suggests(district: District):
    told = said(district.police, action="suggest", situation="测")
    answer = district.police.say("early_warning", told, STATION, "warning", to=CENTRE)
    refused = problem(answer, 422, "rule")
    assert [(e["rule"], e["pointer"]) for e in refused["errors"]] == [("human", "/action")]
