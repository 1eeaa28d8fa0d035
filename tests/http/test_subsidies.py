"""以案定补 and honours over HTTP: one payment for a dispute across agencies, and no name without consent."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.law.calendar import legal_day
from tests.http.administering import Admin
from tests.http.saying import (
    COMMITTEE,
    STATION,
    TRIBUNAL,
    agreement,
    dispute,
    document,
    referral,
    say,
    today,
)
from tests.http.test_registers import OFFICE, fresh, mediator
from tests.live import LiveHub

ROOM = "P3105"
PURPOSE = "supervision"


@pytest.fixture(scope="module")
def room_hub(hub: LiveHub) -> LiveHub:
    """The run's hub with a room of the police: another agency's mediators."""
    if "room-sys" not in hub.keys:
        file = hub.settings.data_dir / "room.csv"
        file.write_text(
            "code,name,agency,tier,division,parent,valid_from,valid_to,type\n"
            f"{ROOM},测试镇派出所调解室,police,town,500199,{STATION},2010-01-01,,room\n",
            "utf-8",
        )
        hub.command("unit", "import", str(file))
        hub.register("room-sys", "police", (ROOM,))
    return hub


@pytest.fixture
async def room(room_hub: LiveHub) -> Any:
    async with Agent(room_hub.identity("room-sys")) as agent:
        yield agent


async def agreed(justice: Agent, police: Agent, room: Agent | None = None) -> str:
    """A dispute that the committee, and the room too where there is one, brought to an agreement."""
    home = str((await say(police, STATION, "dispute", dispute())).dispute)
    for agent, unit in ((justice, COMMITTEE), *(((room, ROOM),) if room else ())):
        sent = await say(police, STATION, "referral", referral(), dispute=home, to=unit)
        await settled(agent, unit, str(sent.case["id"]))
    return home


async def settled(agent: Agent, unit: str, case: str, *, begins: bool = False) -> None:
    """A mediation is accepted, or begun where it is the unit's own, and comes to an agreement."""
    if begins:
        await say(agent, unit, "mediation_progress", document(event="started", about_case=case), "mediation")
    else:
        yes = document(answer="accepted", mediators=["M1"], about_case=case)
        await say(agent, unit, "referral_answer", yes, "mediation")
    agreed = {"outcome": "agreed_oral", "ended_on": today(), "agreements": [agreement(form="oral")]}
    await say(agent, unit, "mediation_result", document(**agreed, about_case=case), "mediation")


def claim(*homes: str, **members: Any) -> dict[str, Any]:
    lines = [{"dispute": home, "class": "ordinary", **members} for home in homes]
    return document(subject={"kind": "organisation", "id": COMMITTEE}, subsidy_claims=lines)


async def refused(agent: Agent, unit: str, told: dict[str, Any], **to: str) -> list[tuple[str, str]]:
    with pytest.raises(Problem) as problem:
        await say(agent, unit, "assessment_result", told, PURPOSE, **to)
    assert (problem.value.status, problem.value.code) == (422, "rule")
    return [(e["rule"], e["pointer"]) for e in problem.value.errors]


async def claims(agent: Agent, home: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        params = {"limit": "3", **({"after": after} if after else {})}
        page = await agent.json(Call("GET", "/v1/subsidies", params=params))
        found += page["claims"]
        after = page["next"]
        if after is None:
            return [c for c in found if c["dispute"] == home]


async def test_another_agency_gets_no_second_payment(justice: Agent, police: Agent, room: Agent):
    home = await agreed(justice, police, room)
    sent = await say(justice, COMMITTEE, "assessment_result", claim(home), PURPOSE, to=OFFICE)
    place = "/subsidy_claims/0/dispute"
    assert await refused(room, ROOM, claim(home)) == [("subsidy-claimed", place)]
    assert await refused(justice, COMMITTEE, claim(home)) == [("subsidy-claimed", place)]
    (mine,) = await claims(justice, home)
    assert (mine["message"], mine["unit"], mine["state"]) == (str(sent.message), COMMITTEE, "claimed")
    assert await claims(room, home) == []


async def test_of_two_agencies_at_a_time_one_is_let_in(justice: Agent, police: Agent, room: Agent):
    home = await agreed(justice, police, room)
    asked = (
        say(justice, COMMITTEE, "assessment_result", claim(home), PURPOSE, to=OFFICE),
        say(room, ROOM, "assessment_result", claim(home), PURPOSE, to=STATION),
    )
    outcomes = await asyncio.gather(*asked, return_exceptions=True)
    lost = [o for o in outcomes if isinstance(o, Problem)]
    assert [(p.status, [e["rule"] for e in p.errors]) for p in lost] == [(422, ["subsidy-claimed"])]


async def test_what_is_not_ones_own_says_nothing_of_itself(justice: Agent, police: Agent, room: Agent):
    claimed = await agreed(justice, police)
    await say(justice, COMMITTEE, "assessment_result", claim(claimed), PURPOSE, to=OFFICE)
    nothing = str((await say(police, STATION, "dispute", dispute())).dispute)
    for home in (claimed, nothing, "01980000-0000-7000-8000-000000000000"):
        assert await refused(room, ROOM, claim(home)) == [("subsidy-dispute", "/subsidy_claims/0/dispute")]
    own = await agreed(justice, police)
    assert await refused(justice, COMMITTEE, claim(own, own)) == [
        ("subsidy-claimed", "/subsidy_claims/1/dispute")
    ]
    assert await claims(justice, own) == []


async def test_a_claim_is_answered_and_taken_back(justice: Agent, police: Agent, court: Agent):
    home = await agreed(justice, police)
    sent = await say(justice, COMMITTEE, "assessment_result", claim(home), PURPOSE, to=OFFICE)
    answer = claim(home, amount={"amount": "100", "precision": "exact"}, state="核准")
    assert await refused(justice, COMMITTEE, answer, re=str(sent.message)) == [
        ("subsidy-answer", "/subsidy_claims/0/dispute")
    ]
    told = await say(
        justice, OFFICE, "assessment_result", answer, PURPOSE, re=str(sent.message), to=COMMITTEE
    )
    (mine,) = await claims(justice, home)
    assert (mine["state"], mine["amount"], mine["answered_by"]) == ("answered", "100", str(told.message))
    back = document(
        action="apply", message=str(sent.message), changes=[{"reason_code": "duplicate"}], reason="重复"
    )
    await say(justice, COMMITTEE, "correction", back, "supervision")
    assert [c["state"] for c in await claims(justice, home)] == ["withdrawn"]
    await say(justice, COMMITTEE, "assessment_result", claim(home), PURPOSE, to=OFFICE)
    assert sorted(c["state"] for c in await claims(justice, home)) == ["claimed", "withdrawn"]
    assert await claims(court, home) == []


async def told_twice(justice: Agent, police: Agent, room: Agent) -> tuple[str, str]:
    """One quarrel in two disputes: the station's that its room settled, and the committee's own."""
    home = str((await say(police, STATION, "dispute", dispute())).dispute)
    sent = await say(police, STATION, "referral", referral(), dispute=home, to=ROOM)
    await settled(room, ROOM, str(sent.case["id"]))
    other = str((await say(justice, COMMITTEE, "dispute", dispute(origin="application"))).dispute)
    told = referral(track="self_accepted", platform="hub")
    own = await say(justice, COMMITTEE, "referral", told, dispute=other, to=COMMITTEE)
    await settled(justice, COMMITTEE, str(own.case["id"]), begins=True)
    return home, other


async def approved(first: Admin, second: Admin, path: str, **said: Any) -> None:
    proposal = await first.post(path, said)
    await second.post(f"approvals/{proposal['approval']}/approve")


PAID = {"amount": {"amount": "100", "precision": "exact"}}
NOTHING = {"amount": {"amount": "0", "precision": "exact"}, "state": "并案,不予核准"}


async def test_of_two_claimed_disputes_that_are_one_after_all_one_is_paid(
    justice: Agent, police: Agent, room: Agent, admin: Admin, second: Admin
):
    home, other = await told_twice(justice, police, room)
    ours = await say(justice, COMMITTEE, "assessment_result", claim(other), PURPOSE, to=OFFICE)
    theirs = await say(room, ROOM, "assessment_result", claim(home), PURPOSE, to=OFFICE)
    await approved(admin, second, "merges", survivor=home, absorbed=[other])
    claimed = [("subsidy-claimed", "/subsidy_claims/0/dispute")]
    for agent, unit in ((justice, COMMITTEE), (room, ROOM)):
        for named in (home, other):
            assert await refused(agent, unit, claim(named)) == claimed
    answered = {"re": str(theirs.message), "to": ROOM}
    await say(justice, OFFICE, "assessment_result", claim(home, **PAID), PURPOSE, **answered)
    for granted in (claim(other, **PAID), claim(home, **PAID), claim(other)):
        assert await refused(justice, OFFICE, granted, re=str(ours.message)) == claimed
    declined = {"re": str(ours.message), "to": COMMITTEE}
    await say(justice, OFFICE, "assessment_result", claim(other, **NOTHING), PURPOSE, **declined)
    (mine,) = await claims(justice, other)
    assert (mine["state"], mine["amount"]) == ("answered", "0")
    # Apart again they are two disputes, each with its one payment.
    await approved(second, admin, f"merges/{other}/undo")
    await say(justice, OFFICE, "assessment_result", claim(other, **PAID), PURPOSE, **declined)
    assert [c["amount"] for c in await claims(justice, other)] == ["100"]
    assert [c["amount"] for c in await claims(room, home)] == ["100"]
    for agent, unit, named in ((justice, COMMITTEE, other), (room, ROOM, home)):
        assert await refused(agent, unit, claim(named)) == claimed


async def test_a_claim_goes_with_its_mediation_when_a_merge_is_undone(
    justice: Agent, police: Agent, room: Agent, admin: Admin, second: Admin
):
    home, other = await told_twice(justice, police, room)
    first = await say(justice, COMMITTEE, "assessment_result", claim(other), PURPOSE, to=OFFICE)
    await approved(admin, second, "merges", survivor=home, absorbed=[other])
    claimed = [("subsidy-claimed", "/subsidy_claims/0/dispute")]
    assert await refused(room, ROOM, claim(home)) == claimed
    told = {"message": str(first.message), "changes": [{"reason_code": "duplicate"}], "reason": "重复"}
    await say(justice, COMMITTEE, "correction", document(action="apply", **told), PURPOSE)
    await say(justice, COMMITTEE, "assessment_result", claim(other), PURPOSE, to=OFFICE)
    assert [c["state"] for c in await claims(justice, home)] == ["claimed"]
    await approved(second, admin, f"merges/{other}/undo")
    assert await claims(justice, home) == []
    assert sorted(c["state"] for c in await claims(justice, other)) == ["claimed", "withdrawn"]
    assert await refused(justice, COMMITTEE, claim(other)) == claimed
    await say(room, ROOM, "assessment_result", claim(home), PURPOSE, to=STATION)
    assert [c["state"] for c in await claims(room, home)] == ["claimed"]


async def honours(agent: Agent) -> dict[str, Any]:
    day = legal_day(datetime.now(UTC)).isoformat()
    return await agent.json(Call("GET", "/v1/honours", params={"from": day, "to": day}))


async def test_an_honour_names_only_who_agreed(justice: Agent, court: Agent):
    open_, closed, name = fresh("M"), fresh("M"), "余测三"
    for number, consents in ((open_, True), (closed, False)):
        await say(justice, OFFICE, "mediator", mediator(number, photo_consent=consents), "mediation")
        honour = {"kind": "优秀调解员", "reason": f"{name}化解积案"}
        told = document(subject={"kind": "mediator", "id": number}, honour=honour)
        sent = await say(justice, OFFICE, "assessment_result", told, PURPOSE)
    found = await honours(court)
    assert [h for h in found["named"] if h["unit"] == OFFICE] == [
        {"name": name, "unit": OFFICE, "day": today(), "kind": "优秀调解员", "reason": f"{name}化解积案"}
    ]
    assert found["unnamed"] == [{"unit": OFFICE, "count": 1}]
    changed = mediator(open_, action="change", photo_consent=False)
    await say(justice, OFFICE, "mediator", changed, "mediation")
    after = await honours(court)
    assert name not in str(after)
    assert after["unnamed"] == [{"unit": OFFICE, "count": 2}]
    back = document(action="apply", message=str(sent.message), changes=[{"reason_code": "typing"}])
    await say(justice, OFFICE, "correction", back, "supervision")
    assert (await honours(court))["unnamed"] == [{"unit": OFFICE, "count": 1}]


@pytest.mark.parametrize("path", ["/v1/subsidies?after=x", "/v1/honours", "/v1/assessments?from=x&to=y"])
async def test_what_is_no_question_is_refused(court: Agent, path: str):
    with pytest.raises(Problem) as problem:
        await court.json(Call("GET", path))
    assert problem.value.status == 400


async def test_the_court_claims_nothing(court: Agent):
    with pytest.raises(Problem) as problem:
        await say(court, TRIBUNAL, "assessment_result", claim(STATION), PURPOSE)
    assert problem.value.status == 403
