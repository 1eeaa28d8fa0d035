"""以案定补 and honours over HTTP: one payment for a dispute across agencies, and no name without consent."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.law.calendar import legal_day
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
        about = {"about_case": str(sent.case["id"])}
        yes = document(answer="accepted", mediators=["M1"], **about)
        await say(agent, unit, "referral_answer", yes, "mediation")
        done = document(outcome="agreed_oral", ended_on=today(), agreements=[agreement(form="oral")], **about)
        await say(agent, unit, "mediation_result", done, "mediation")
    return home


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
