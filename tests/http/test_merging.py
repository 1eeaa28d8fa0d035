"""Two disputes that are one: proposed by one administrator, approved by another, undone the same way."""

from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.sending import Accepted
from schemas import faults
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, agreement, dispute, document, referral, say, today


class Pair:
    """The police registered a dispute, the committee the same one again, and mediates."""

    def __init__(self, home: Accepted, other: Accepted, run: Accepted, number: dict[str, str]) -> None:
        assert home.dispute
        assert other.dispute
        assert run.case
        self.home, self.other, self.case = home.dispute, other.dispute, str(run.case["id"])
        self.opened_by, self.number = run.message, number

    @property
    def said(self) -> dict[str, Any]:
        return {"survivor": self.home, "absorbed": [self.other]}


async def registered_twice(police: Agent, justice: Agent) -> Pair:
    number = {"system": "tjyybh", "value": f"T{uuid4().hex[:10].upper()}"}
    home = await say(police, STATION, "dispute", dispute())
    other = await say(justice, COMMITTEE, "dispute", dispute(origin="application", identifiers=[number]))
    told = referral(track="self_accepted", platform="hub")
    run = await say(justice, COMMITTEE, "referral", told, dispute=other.dispute, to=COMMITTEE)
    return Pair(home, other, run, number)


async def merged(pair: Pair, first: Admin, second: Admin) -> str:
    proposal = await first.post("merges", pair.said, reason="同一纠纷 the same dispute")
    assert proposal["state"] == "pending"
    done = await second.post(f"approvals/{proposal['approval']}/approve", reason="核对无误 checked")
    assert done["done"] == pair.said
    return str(proposal["approval"])


async def everything(agent: Agent) -> list[dict[str, Any]]:
    """Every message a system may read, page by page."""
    found: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": None, "more": True}
    while page["more"]:
        page = await agent.messages(page["next"], limit=500)
        found += page["messages"]
    return found


async def refusal(call: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        await call
    return refused.value


def rules(problem: Problem) -> set[str]:
    return {str(fault["rule"]) for fault in problem.errors}


async def test_one_administrator_is_not_enough(police: Agent, justice: Agent, admin: Admin, second: Admin):
    pair = await registered_twice(police, justice)
    proposal = await admin.post("merges", pair.said)
    assert (await police.dispute(pair.home))["state"] == "registered"
    own = await refusal(admin.post(f"approvals/{proposal['approval']}/approve"))
    assert (own.status, rules(own)) == (422, {"two_approvers"})
    outside = await refusal(Admin(police).post(f"approvals/{proposal['approval']}/approve"))
    assert outside.status == 403
    assert (await refusal(second.post("merges", pair.said))).status == 409
    assert (await justice.dispute(pair.other))["state"] == "handling"
    await second.post(f"approvals/{proposal['approval']}/withdraw")
    late = await refusal(second.post(f"approvals/{proposal['approval']}/approve"))
    assert (late.status, rules(late)) == (409, {"approval-over"})
    assert (await refusal(second.post(f"approvals/{uuid4()}/approve"))).status == 404
    listed = {a["approval"]: a for a in (await admin.get("approvals"))["approvals"]}
    seen = listed[proposal["approval"]]
    assert (seen["state"], seen["proposed_by"], seen["decided_by"]) == ("withdrawn", "admin-sys", "admin-two")
    again = await second.post("merges", pair.said)
    assert again["approval"] != proposal["approval"]


async def test_what_cannot_be_merged_cannot_be_proposed(police: Agent, justice: Agent, admin: Admin):
    pair = await registered_twice(police, justice)
    for told, code in (
        ({"survivor": pair.home, "absorbed": []}, "schema"),
        ({"survivor": pair.home, "absorbed": [pair.home]}, "schema"),
        ({"survivor": pair.home, "absorbed": [pair.other, pair.other]}, "schema"),
        ({"survivor": pair.home, "absorbed": ["x"]}, "schema"),
        ({"survivor": pair.home}, "schema"),
        ({"survivor": pair.home, "absorbed": [str(uuid4())]}, "unknown"),
    ):
        assert (await refusal(admin.post("merges", told))).code == code
    assert (await refusal(admin.post(f"merges/{pair.other}/undo"))).code == "conflict"
    assert (await refusal(admin.post(f"merges/{uuid4()}/undo"))).code == "unknown"


async def test_both_sides_are_told_and_the_survivor_goes_on(
    police: Agent, justice: Agent, admin: Admin, second: Admin
):
    pair = await registered_twice(police, justice)
    before = await justice.case(pair.case)
    await merged(pair, admin, second)
    gone = await justice.dispute(pair.other)
    assert (gone["state"], gone["merged_into"], gone["cases"]) == ("merged", pair.home, [])
    assert "LIMITATION" in {d["rule"] for d in gone["deadlines"]}  # the day of the second request is evidence
    stays = await justice.dispute(pair.home)
    assert (stays["state"], stays["roles"]["joined_unit"]) == ("registered", [COMMITTEE])
    case = await justice.case(pair.case)
    assert case["dispute"] == pair.home
    for name in ("history", "deadlines"):
        assert case[name] == before[name]
    for agent, home in ((police, pair.home), (justice, pair.home), (justice, pair.other)):
        (link,) = [m for m in (await agent.dispute(home))["messages"] if m["kind"] == "dispute_link"]
        told = link["document"]
        assert (link["from"], told["action"]) == ("hub_admin", "merge")
        assert (told["survivor"], told["absorbed"]) == (pair.home, [pair.other])
        assert [a["person"] for a in told["approvers"]] == ["admin-sys", "admin-two"]
        assert not faults("dispute_link", told)
    assert (await refusal(police.dispute(pair.other))).status == 404
    assert (await refusal(admin.post("merges", pair.said))).status == 409


async def test_what_names_the_absorbed_dispute_means_the_survivor(
    police: Agent, justice: Agent, admin: Admin, second: Admin
):
    pair = await registered_twice(police, justice)
    await merged(pair, admin, second)
    again = document(action="update", identifiers=[pair.number], facts="再次报警")
    said = await say(justice, COMMITTEE, "dispute", again, dispute=pair.other)
    assert said.dispute == pair.home
    started = document(event="started", at=again["business_time"])
    begun = await say(justice, COMMITTEE, "mediation_progress", started, re=pair.opened_by)
    assert begun.dispute == pair.home
    second_run = referral(track="self_accepted", platform="hub")
    run = say(justice, COMMITTEE, "referral", second_run, dispute=pair.home, to=COMMITTEE)
    doubled = await refusal(run)
    assert (doubled.code, rules(doubled)) == ("illegal-step", {"no_second_run"})
    told = document(outcome="agreed_written", ended_on=today(), agreements=[agreement()])
    result = await say(justice, COMMITTEE, "mediation_result", told, re=pair.opened_by)
    assert result.dispute == pair.home
    assert (await justice.case(pair.case))["state"] == "agreed"


async def test_an_undo_takes_back_what_came(police: Agent, justice: Agent, admin: Admin, second: Admin):
    pair = await registered_twice(police, justice)
    await merged(pair, admin, second)
    started = document(event="started", at=document()["business_time"])
    begun = await say(justice, COMMITTEE, "mediation_progress", started, re=pair.opened_by)
    proposal = await second.post(f"merges/{pair.other}/undo", reason="不是同一起 not the same")
    assert (await refusal(second.post(f"approvals/{proposal['approval']}/approve"))).status == 422
    await admin.post(f"approvals/{proposal['approval']}/approve")
    back = await justice.dispute(pair.other)
    assert back["state"] == "handling"
    assert "merged_into" not in back
    assert [case["id"] for case in back["cases"]] == [pair.case]
    assert begun.message in {m["message"] for m in back["messages"]}  # with its own key again
    assert {m["document"]["action"] for m in back["messages"] if m["kind"] == "dispute_link"} == {
        "merge",
        "undo",
    }
    assert (await refusal(justice.dispute(pair.home))).status == 404
    seen = await police.dispute(pair.home)
    links = [m["document"]["action"] for m in seen["messages"] if m["kind"] == "dispute_link"]
    assert links == ["merge", "unrelate"]
    assert "joined_unit" not in seen["roles"]
    # What it was told while they were one stays readable; the other dispute is not.
    told = await everything(justice)
    assert {m["dispute"] for m in told if m["kind"] == "dispute_link"} >= {pair.home, pair.other}
    told = document(outcome="agreed_written", ended_on=today(), agreements=[agreement()])
    result = await say(justice, COMMITTEE, "mediation_result", told, re=begun.message)
    assert result.dispute == pair.other
    assert (await justice.dispute(pair.other))["state"] == "agreed"
    assert (await police.dispute(pair.home))["state"] == "registered"
    await merged(pair, second, admin)  # and it can be merged again
    assert (await justice.dispute(pair.home))["roles"]["joined_unit"] == [COMMITTEE]


async def test_a_survivor_is_absorbed_in_turn(police: Agent, justice: Agent, admin: Admin, second: Admin):
    pair = await registered_twice(police, justice)
    await merged(pair, admin, second)
    last = await say(police, STATION, "dispute", dispute())
    proposal = await second.post("merges", {"survivor": last.dispute, "absorbed": [pair.home]})
    await admin.post(f"approvals/{proposal['approval']}/approve")
    assert (await justice.case(pair.case))["dispute"] == last.dispute
    again = document(action="update", identifiers=[pair.number], facts="再次报警")
    assert (await say(justice, COMMITTEE, "dispute", again, dispute=pair.other)).dispute == last.dispute
    # What lies between is undone first.
    first = await admin.post(f"merges/{pair.other}/undo")
    assert (await refusal(second.post(f"approvals/{first['approval']}/approve"))).code == "conflict"
    outer = await admin.post(f"merges/{pair.home}/undo")
    await second.post(f"approvals/{outer['approval']}/approve")
    assert (await justice.case(pair.case))["dispute"] == pair.home
    await second.post(f"approvals/{first['approval']}/approve")
    assert (await justice.case(pair.case))["dispute"] == pair.other
    assert (await refusal(justice.dispute(str(last.dispute)))).status == 404
