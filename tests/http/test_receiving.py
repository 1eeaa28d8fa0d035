"""Receiving: polled and pushed tokens of real messages, order, holding, replay (contract 3)."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from hub.client.agent import Agent
from hub.client.events import Event
from hub.client.receiver import PushReceiver
from hub.client.receiving import POLL, PUSH, Answers, Held
from tests.http.saying import COMMITTEE, STATION, agreement, dispute, document, now, referral, say, today
from tests.live import LiveHub, free_port, live_hub

PUSH_PORT = free_port()


@pytest.fixture(scope="module")
def hub(server, server_dir, tmp_path_factory):
    """A hub of this module's own: its streams belong to it."""
    from tests.conftest import _data_dir

    folder = tmp_path_factory.mktemp("receiving")
    with (
        _data_dir(server, server_dir, folder) as own,
        live_hub(own, push=f"http://127.0.0.1:{PUSH_PORT}/") as served,
    ):
        yield served


@pytest.fixture
async def committee(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("justice-sys")) as agent:
        if await agent.stream() is None:
            await agent.create_stream(POLL)
        await agent.drain(_take([]))
        yield agent


def _take(events: list[Event]):
    async def take(event: Event) -> None:
        events.append(event)

    return take


async def refer(police: Agent) -> tuple[str, str]:
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    assert opened.dispute is not None
    return opened.dispute, sent.message


async def test_a_token_says_what_the_contract_says(police: Agent, committee: Agent):
    home, message = await refer(police)
    polled = await committee.poll(Answers())
    (event,) = [e for e in polled.events if e.message == message]
    claims = event.claims
    assert set(claims) == {"iss", "aud", "iat", "jti", "txn", "toe", "sub_id", "events"}
    assert claims["txn"] == message
    assert claims["sub_id"] == {"format": "opaque", "id": home}
    assert list(claims["events"]) == ["urn:liantiao:event:referral"]
    said = event.said
    assert (said["seq"], said["from"], said["to"]) == (1, STATION, COMMITTEE)
    assert said["schema"] == "referral/1.0"
    assert said["case"]["state"] == "sent"
    assert said["native"] == f"/v1/messages/{message}/native"
    assert said["origin_digest"].startswith("sha-256:")
    assert said["document"]["parties"][0]["name"] == "郑测一"
    assert {"REF_SIGN"} <= {d["rule"] for d in said["deadlines"]}
    again = await committee.poll(Answers())
    assert event.jti in {e.jti for e in again.events}
    await committee.poll(Answers(ack=[event.jti]))
    later = await committee.poll(Answers())
    assert event.jti not in {e.jti for e in later.events}
    told = await police.message(message)
    assert told["deliveries"][0]["state"] == "acknowledged"


async def test_a_held_token_does_not_hold_up_its_dispute(police: Agent, committee: Agent):
    home, first = await refer(police)
    second = await say(police, STATION, "withdrawal", document(target="referral", reason="撤回"), re=first)
    seen: list[Event] = []

    async def take(event: Event) -> None:
        if event.message == first:
            raise Held("不能读取")
        seen.append(event)

    await committee.drain(take)
    assert second.message in {e.message for e in seen}
    assert [e.seq for e in seen if e.subject == home] == [2]
    states = {d["unit"]: d["state"] for d in (await police.message(first))["deliveries"]}
    assert states == {COMMITTEE: "held"}


async def test_push_arrives_in_order_and_survives_a_dead_receiver(police: Agent, hub: LiveHub):
    received: list[Event] = []
    async with Agent(hub.identity("police-sys")) as station, Agent(hub.identity("justice-sys")) as justice:
        receiver = PushReceiver(station, _take(received))
        url = await receiver.start(port=PUSH_PORT)
        await station.create_stream(PUSH, endpoint_url=url)
        home, message = await refer(police)
        await receiver.stop()
        steps = (
            ("referral_answer", document(answer="signed", signed_at=now())),
            ("referral_answer", document(answer="accepted", mediators=["M1"])),
            ("mediation_progress", document(event="started", at=now())),
            (
                "mediation_result",
                document(outcome="agreed_written", ended_on=today(), agreements=[agreement()]),
            ),
        )
        for kind, told in steps:
            await say(justice, COMMITTEE, kind, told, re=message)
        receiver = PushReceiver(station, _take(received))
        await receiver.start(port=PUSH_PORT)
        async with asyncio.timeout(60):
            while len([e for e in received if e.subject == home]) < len(steps):  # noqa: ASYNC110  the receiver has no bell
                await asyncio.sleep(0.05)
        await receiver.stop()
        mine = [e for e in received if e.subject == home]
        assert [e.seq for e in mine] == [1, 2, 3, 4]
        assert [e.kind for e in mine] == [kind for kind, _ in steps]
        assert len({e.jti for e in mine}) == len(steps)
        await station.delete_stream()


async def test_a_stream_is_verified(committee: Agent):
    stream = await committee.stream()
    assert stream is not None
    await committee.verify_stream(stream["stream_id"], "今日")
    events: list[Event] = []
    await committee.drain(_take(events))
    (found,) = [e for e in events if e.kind.endswith("/verification")]
    assert found.said["state"] == "今日"
