"""The receiving half over real HTTP: tokens, polling, acknowledging, holding, push."""

import aiohttp
import pytest

from hub.client.agent import Agent
from hub.client.errors import BadToken, Problem
from hub.client.jose import PrivateKey, new_key
from hub.client.receiver import PushReceiver
from hub.client.receiving import POLL, PUSH, Answers, Held, SetErr
from hub.client.session import Identity
from tests.client.contract_hub import CLIENT, ContractHub, tampered


@pytest.fixture
async def hub():
    private, public = new_key("police-1")
    running = await ContractHub(public).start()
    running.agent_key = private
    yield running
    await running.stop()


@pytest.fixture
async def agent(hub):
    identity = Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(hub.agent_key))
    async with Agent(identity, patience=5) as made:
        yield made


def event(seq=1, subject="d1", **members):
    said = {"message": f"m{seq}", "seq": seq, "from": "3105", "to": "3101", "subject": subject}
    return said | {"document": {"schema": "referral/1.0"}} | members


async def test_a_token_is_read(agent, hub):
    read = await agent.read_token(hub.set("j1", event(7)))
    assert (read.jti, read.kind, read.seq, read.unit, read.message) == ("j1", "referral", 7, "3101", "m7")
    assert (read.txn, read.subject, read.document) == ("m7", "d1", {"schema": "referral/1.0"})


async def test_a_token_about_something_else(agent, hub):
    claims = {"txn": None, "sub_id": None, "events": {"https://example/verification": {"state": "s"}}}
    read = await agent.read_token(hub.set("j1", event(), claims=claims))
    assert (read.kind, read.seq, read.message, read.subject, read.unit) == (
        *("https://example/verification", 0, None, None, None),
    )
    assert read.document == {}


@pytest.mark.parametrize(
    ("claims", "err"),
    [
        ({"iss": "https://other"}, "invalid_issuer"),
        ({"aud": "court-3102"}, "invalid_audience"),
        ({"aud": [CLIENT, "court-3102"]}, "invalid_audience"),
        ({"jti": 7}, "invalid_request"),
        ({"iat": None}, "invalid_request"),
        ({"iat": True}, "invalid_request"),
        ({"exp": 99}, "invalid_request"),
        ({"sub": "x"}, "invalid_request"),
        ({"events": {}}, "invalid_request"),
        ({"events": {"a": {}, "b": {}}}, "invalid_request"),
        ({"events": {"a": 1}}, "invalid_request"),
        ({"events": None}, "invalid_request"),
    ],
)
async def test_tokens_that_are_refused(agent, hub, claims, err):
    with pytest.raises(BadToken) as refusal:
        await agent.read_token(hub.set("j1", event(), claims=claims))
    assert refusal.value.err == err


async def test_an_audience_may_be_a_list_of_one(agent, hub):
    assert await agent.read_token(hub.set("j1", event(), claims={"aud": [CLIENT]}))


async def test_new_keys_are_fetched_when_one_is_not_known(agent, hub, monkeypatch):
    monkeypatch.setattr("hub.client.session._JWKS_PAUSE", 0.0)
    await agent.read_token(hub.set("j1", event()))
    private, public = new_key("hub-2")
    rotated = PrivateKey.from_jwk(private)
    with pytest.raises(BadToken) as refusal:
        await agent.read_token(hub.set("j2", event(), key=rotated))
    assert refusal.value.err == "invalid_key"
    hub.jwks.append(public)
    assert (await agent.read_token(hub.set("j2", event(), key=rotated))).jti == "j2"


async def test_unknown_keys_do_not_make_the_client_ask_all_the_time(agent, hub):
    await agent.read_token(hub.set("j1", event()))
    stranger = PrivateKey.from_jwk(new_key("stranger")[0])
    for _ in range(5):
        with pytest.raises(BadToken):
            await agent.read_token(hub.set("j1", event(), key=stranger))
    assert hub.calls.count(("GET", "/.well-known/jwks.json")) == 1


async def test_a_poll_gives_tokens_and_takes_answers(agent, hub):
    hub.outbox = {f"j{n}": hub.set(f"j{n}", event(n)) for n in (1, 2)}
    polled = await agent.poll()
    assert [e.jti for e in polled.events] == ["j1", "j2"]
    assert (polled.bad, polled.more) == ({}, False)
    polled = await agent.poll(Answers(["j1"], {"j2": SetErr("invalid_request", "no")}), max_events=0)
    assert polled.events == ()
    assert hub.acknowledged == ["j1"]
    assert hub.held == {"j2": {"err": "invalid_request", "description": "no"}}


async def test_events_of_one_dispute_come_in_order(agent, hub):
    said = [("a", 2), ("b", 5), ("a", 1), ("b", 4), ("c", 1)]
    hub.outbox = {f"{s}{n}": hub.set(f"{s}{n}", event(n, s)) for s, n in said}
    polled = await agent.poll(max_events=9)
    assert [e.jti for e in polled.events] == ["a1", "b4", "a2", "b5", "c1"]


async def test_draining_hands_over_each_token_once_and_acknowledges(agent, hub):
    hub.outbox = {f"j{n}": hub.set(f"j{n}", event(n)) for n in range(1, 9)}
    seen = []

    async def handle(one):
        seen.append(one.jti)
        if one.jti == "j4":
            raise Held("cannot be read")

    assert await agent.drain(handle) == 7
    assert seen == [f"j{n}" for n in range(1, 9)]
    assert len(hub.acknowledged) == 7
    assert hub.held["j4"] == {"err": "invalid_request", "description": "cannot be read"}
    assert await agent.drain(handle, wait=True) == 0


async def test_tokens_that_do_not_verify_are_answered_and_end_nothing(agent, hub):
    stranger = PrivateKey.from_jwk(new_key("hub-1")[0])
    hub.outbox = {
        "bad": hub.set("bad", event(1), key=stranger),
        "other": hub.set("another", event(1)),
        "changed": tampered(hub.set("changed", event(1))),
        "good": hub.set("good", event(2)),
    }
    seen = []

    async def handle(one):
        seen.append(one.jti)

    assert await agent.drain(handle) == 1
    assert seen == ["good"]
    assert hub.held["bad"]["err"] == "authentication_failed"
    assert hub.held["other"]["err"] == "invalid_request"
    assert hub.held["changed"]["err"] == "authentication_failed"


async def test_a_handler_that_fails_leaves_the_token_for_the_next_time(agent, hub):
    hub.outbox = {"j1": hub.set("j1", event())}

    async def broken(_one):
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await agent.drain(broken)
    assert "j1" in hub.outbox


async def test_streams(agent, hub):
    assert await agent.stream() is None
    made = await agent.create_stream(POLL, events_requested=["urn:liantiao:event:referral"], description="所")
    assert made["delivery"] == {"method": POLL}
    assert (await agent.stream())["description"] == "所"
    with pytest.raises(Problem) as refusal:
        await agent.create_stream(PUSH, "http://127.0.0.1:9/events", "Bearer x")
    assert refusal.value.status == 409
    assert (await agent.change_stream({"description": "新"}))["description"] == "新"
    assert (await agent.replace_stream({"delivery": {"method": PUSH}}))["delivery"]["method"] == PUSH
    assert (await agent.set_status("s1", "paused", "夜间"))["body"] == {
        "stream_id": "s1",
        "status": "paused",
        "reason": "夜间",
    }
    await agent.verify_stream("s1", "state")
    await agent.delete_stream()
    assert hub.stream is None


# ── push ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def pushed(agent):
    seen = []

    async def handle(one):
        if one.jti == "held":
            raise Held("不受理", "access_denied")
        if one.jti == "bug":
            raise RuntimeError
        seen.append(one.jti)

    receiver = PushReceiver(agent, handle, authorization="Bearer secret")
    await receiver.start()

    async def push(token, **headers):
        given = {"Content-Type": "application/secevent+jwt", "Authorization": "Bearer secret"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(receiver.url, data=token, headers=given | headers) as answer,
        ):
            body = await answer.json() if answer.status == 400 else None
            return answer.status, body["err"] if body else None

    push.seen = seen
    yield push
    await receiver.stop()


async def test_a_pushed_token_is_taken(pushed, hub):
    assert await pushed(hub.set("j1", event())) == (202, None)
    assert pushed.seen == ["j1"]


async def test_what_a_receiver_answers_otherwise(pushed, hub):
    good = hub.set("j1", event())
    assert await pushed(good, Authorization="Bearer other") == (400, "authentication_failed")
    assert await pushed(good, **{"Content-Type": "text/plain"}) == (400, "invalid_request")
    assert await pushed("x.y.z") == (400, "invalid_request")
    assert await pushed("é") == (400, "invalid_request")
    assert await pushed(tampered(good)) == (400, "authentication_failed")
    assert await pushed(hub.set("j1", event(), claims={"aud": "x"})) == (400, "invalid_audience")
    assert await pushed(hub.set("held", event())) == (400, "access_denied")
    assert (await pushed(hub.set("bug", event())))[0] == 500
    assert pushed.seen == []


async def test_a_receiver_that_cannot_ask_for_keys_says_later(hub):
    identity = Identity(hub.issuer, CLIENT, PrivateKey.from_jwk(hub.agent_key))
    async with Agent(identity, patience=0.1) as agent:

        async def handle(_one):
            raise AssertionError

        receiver = PushReceiver(agent, handle)
        url = await receiver.start()
        token = hub.set("j1", event())
        await hub.stop()
        headers = {"Content-Type": "application/secevent+jwt"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=token, headers=headers) as answer,
        ):
            assert answer.status == 503
        await receiver.stop()
        await receiver.stop()
