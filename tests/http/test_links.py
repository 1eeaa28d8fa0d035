"""Numbers of others: proposed to the unit that holds the dispute; whoever named one hears nothing."""

from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from schemas import faults
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, TRIBUNAL, dispute, document, say


def number(system: str, value: str) -> dict[str, str]:
    return {"system": system, "value": value}


def fresh() -> str:
    return f"JQ{uuid4().hex[:12].upper()}"


async def opened(police: Agent, jjdbh: str) -> str:
    told = await say(police, STATION, "dispute", dispute(identifiers=[number("jjdbh", jjdbh)]))
    assert told.dispute is not None
    return told.dispute


async def proposals(agent: Agent, home: str) -> list[dict[str, Any]]:
    """What the hub proposed in a dispute, as its unit reads it."""
    timeline = await agent.dispute(home)
    return [m for m in timeline["messages"] if m["kind"] == "dispute_link" and m["from"] == "hub"]


async def refer_to(justice: Agent, jjdbh: str, **members: Any) -> Any:
    told = dispute(origin="application", explicit_links=[number("jjdbh", jjdbh)], **members)
    return await say(justice, COMMITTEE, "dispute", told)


async def test_a_number_of_another_system_is_proposed_to_who_holds_the_dispute(police: Agent, justice: Agent):
    jjdbh = fresh()
    home = await opened(police, jjdbh)
    named = await refer_to(justice, jjdbh)
    assert named.dispute != home
    assert home not in str(named.raw)
    assert named.deliveries == ()
    with pytest.raises(Problem) as refused:
        await justice.dispute(home)
    assert refused.value.status == 404
    (proposal,) = await proposals(police, home)
    said = proposal["document"]
    assert (proposal["to"], proposal["dispute"], said["action"]) == (STATION, home, "propose")
    assert said["related"] == [{"dispute": named.dispute}]
    assert "接警单编号" in said["basis"]["explanation"]
    assert jjdbh not in str(proposal)
    assert not faults("dispute_link", said)
    assert (await justice.dispute(str(named.dispute)))["messages"][0]["deliveries"] == []


async def test_a_link_is_proposed_once(police: Agent, justice: Agent):
    jjdbh = fresh()
    home = await opened(police, jjdbh)
    first = await refer_to(justice, jjdbh)
    again = dispute(action="update", origin="application", explicit_links=[number("jjdbh", jjdbh)])
    await say(justice, COMMITTEE, "dispute", again, dispute=first.dispute)
    assert len(await proposals(police, home)) == 1
    other = await refer_to(justice, jjdbh)
    told = [p["document"]["related"][0]["dispute"] for p in await proposals(police, home)]
    assert told == [first.dispute, other.dispute]


async def test_an_unknown_number_proposes_nothing(police: Agent, justice: Agent):
    jjdbh = fresh()
    await refer_to(justice, jjdbh)
    home = await opened(police, jjdbh)
    await say(police, STATION, "dispute", dispute(action="update"), dispute=home)
    assert await proposals(police, home) == []


async def test_the_registrar_answers_and_the_operator_sees_it(police: Agent, justice: Agent, admin: Admin):
    jjdbh = fresh()
    home = await opened(police, jjdbh)
    named = await refer_to(justice, jjdbh)
    assert (await row_of(admin, named.dispute, home))["state"] == "proposed"
    for action, state in (("relate", "related"), ("unrelate", "unrelated")):
        told = document(action=action, related=[{"dispute": named.dispute}], basis={"explanation": "同一起"})
        await say(police, STATION, "dispute_link", told, dispute=home)
        assert (await row_of(admin, named.dispute, home))["state"] == state


async def test_a_unit_s_own_proposal_is_on_the_operator_s_list(police: Agent, court: Agent, admin: Admin):
    home, other = await opened(police, fresh()), await opened(police, fresh())
    told = document(action="propose", related=[{"dispute": other}], basis={"explanation": "当事人相同"})
    await say(police, STATION, "dispute_link", told, dispute=home)
    assert (await row_of(admin, home, other))["reason"] == "unit"
    assert await proposals(police, other) == []
    with pytest.raises(Problem) as refused:
        await say(court, TRIBUNAL, "dispute_link", told, dispute=home)
    assert refused.value.status == 404


async def row_of(admin: Admin, left: str | None, right: str) -> dict[str, Any]:
    listed = (await admin.get("link-proposals", limit="1000"))["proposals"]
    (row,) = [r for r in listed if {r["dispute"], r["other"]} == {left, right}]
    return row
