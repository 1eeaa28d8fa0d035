"""A receiver's own books answer: `native_ack` settles the delivery it names, and moves no case."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.client.receiving import POLL, Answers
from tests.http.administering import Admin
from tests.http.saying import COMMITTEE, STATION, body, dispute, document, referral, say
from tests.live import LiveHub


@pytest.fixture
async def committee(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("justice-sys")) as agent:
        if await agent.stream() is None:
            await agent.create_stream(POLL)
        yield agent
        await agent.delete_stream()


async def refer(police: Agent) -> tuple[str, str]:
    """A referral to the committee: message and case."""
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    assert sent.case is not None
    return sent.message, sent.case["id"]


async def handed_out(committee: Agent, message: str) -> str:
    """The jti of the message's token, polled and not acknowledged."""
    answers = Answers()
    while True:
        polled = await committee.poll(answers)
        found = [e.jti for e in polled.events if e.message == message]
        if found:
            return found[0]
        answers = Answers(ack=[e.jti for e in polled.events])


async def state_of(police: Agent, message: str) -> str:
    (delivery,) = (await police.message(message))["deliveries"]
    return str(delivery["state"])


async def ack(agent: Agent, result: str, unit: str = COMMITTEE, **members: Any) -> Any:
    return await say(agent, unit, "native_ack", document(result=result, **members))


async def test_it_acknowledges_the_delivery_it_names_and_moves_no_case(police: Agent, committee: Agent):
    message, case = await refer(police)
    jti = await handed_out(committee, message)
    assert await state_of(police, message) == "queued"
    told = await ack(committee, "ok", delivery=jti)
    assert (told.dispute, told.case) == (None, None)
    assert await state_of(police, message) == "acknowledged"
    assert (await police.case(case))["state"] == "sent"
    assert jti not in {e.jti for e in (await committee.poll(Answers())).events}


@pytest.mark.parametrize("by", ["message", "re"])
async def test_a_message_names_its_delivery(police: Agent, committee: Agent, by: str):
    message, _ = await refer(police)
    await handed_out(committee, message)
    if by == "message":
        await ack(committee, "repeat", message=message)
    else:
        await say(committee, COMMITTEE, "native_ack", document(result="ok"), re=message)
    assert await state_of(police, message) == "acknowledged"


async def test_a_failure_holds_it_until_it_is_replayed(police: Agent, committee: Agent, admin: Admin):
    message, _ = await refer(police)
    jti = await handed_out(committee, message)
    envelope = Envelope(COMMITTEE, "native_ack", "mediation", SHARED_FORM)
    failed = committee.sign(envelope, body(document(result="failed", delivery=jti, native_code="E7")))
    first = await committee.send(failed)
    assert await state_of(police, message) == "held"
    assert jti in {h["id"] for h in (await admin.get("held", limit="1000"))["held"]}
    await admin.post(f"held/{jti}/replay")
    assert (await committee.send(failed)).raw == first.raw
    assert await state_of(police, message) == "queued"
    await ack(committee, "ok", delivery=jti)
    assert await state_of(police, message) == "acknowledged"


async def test_what_was_not_handed_out_or_not_said_waits_for_its_receiver(police: Agent, committee: Agent):
    message, _ = await refer(police)
    await ack(committee, "ok", message=message)
    assert await state_of(police, message) == "queued"
    await handed_out(committee, message)
    await ack(committee, "unknown", message=message)
    assert await state_of(police, message) == "queued"


async def test_only_its_receiver_names_a_delivery(police: Agent, court: Agent, committee: Agent):
    message, _ = await refer(police)
    jti = await handed_out(committee, message)
    for agent, unit, named in (
        (court, "500199", {"delivery": jti}),
        (police, STATION, {"message": message}),
        (committee, "5001990100", {"delivery": jti}),
        (committee, COMMITTEE, {"delivery": str(uuid4())}),
    ):
        with pytest.raises(Problem) as refused:
            await say(agent, unit, "native_ack", document(result="ok", **named), "mediation")
        assert (refused.value.status, refused.value.code) == (404, "unknown")
    assert await state_of(police, message) == "queued"
