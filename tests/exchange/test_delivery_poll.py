"""Polling over a real database: repeats, acknowledgements, order without gaps, waiting, switching."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refused
from hub.exchange import held, poll
from hub.exchange.letters import Letters
from hub.exchange.outbox import Outbox
from hub.exchange.poll import PollAnswer, PollRequest
from hub.exchange.stream_requests import (
    KEPT,
    Delivery,
    StatusRequest,
    StreamRequest,
    VerifyRequest,
)
from hub.exchange.way_out import WayOut
from hub.settings import Settings
from hub.store.database import Database
from tests.outgoing import World, numbers, said
from tests.support import SetClock

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
COURT, COURT_UNIT = "court-1", "C001"
PUSHED = Delivery(PUSH, "https://court.example.cn/in", None)
POLLED = Delivery(POLL, None, None)


@pytest.fixture
async def world(settings: Settings, clock: SetClock, database: Database) -> World:
    made = World.of(settings, clock, database)
    await made.system(COURT, COURT_UNIT, ("https://court.example.cn",))
    return made


@pytest.fixture
async def way_out(world: World) -> WayOut:
    made = world.way_out()
    await made.streams.create(COURT, StreamRequest(None, POLLED, None, None, None, {}))
    return made


async def asked(way_out: WayOut, ack: list[UUID] | None = None, most: int = 100, **errors: str) -> PollAnswer:
    held_by = {UUID(jti): err for jti, err in errors.items()}
    return await way_out.poller.poll(COURT, PollRequest(most, True, tuple(ack or ()), held_by))


def arrived(world: World, answer: PollAnswer) -> list[dict[str, object]]:
    claims = [world.claims(token) for token in answer.sets.values()]
    assert [c["jti"] for c in claims] == list(answer.sets)
    return claims


async def test_every_poll_repeats_what_is_not_acknowledged(world: World, way_out: WayOut) -> None:
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    first = await asked(way_out)
    world.clock.advance(hours=1)
    again = await asked(way_out)
    assert list(first.sets) == [str(j) for j in jtis]
    assert arrived(world, first) == arrived(world, again)
    assert first.json() == {"sets": first.sets, "moreAvailable": False}
    rest = await asked(way_out, [jtis[0]])
    assert list(rest.sets) == [str(j) for j in jtis[1:]]
    assert (await asked(way_out, jtis)).sets == {}
    assert await world.states() == {"acknowledged": 3}
    (row,) = await world.rows("SELECT first_sent_at, received_at, tries FROM delivery WHERE id = $1", jtis[2])
    assert row["received_at"] - row["first_sent_at"] == timedelta(hours=1)
    assert row["tries"] == 1


async def test_tokens_come_in_order_without_gaps_however_few_are_asked_for(
    world: World, way_out: WayOut
) -> None:
    disputes = [await world.dispute() for _ in range(5)]
    for _ in range(4):
        for dispute in disputes:
            await world.send(dispute, COURT, COURT_UNIT)
    got: list[dict[str, object]] = []
    acknowledged: list[UUID] = []
    for _ in range(20):
        answer = await asked(way_out, acknowledged, most=3)
        claims = arrived(world, answer)
        got.extend(claims)
        acknowledged = [UUID(str(c["jti"])) for c in claims]
        assert answer.more == (len(got) < 20)
        if not claims:
            break
    assert len(got) == 20
    assert all(seqs == [1, 2, 3, 4] for seqs in numbers(got).values())


async def test_a_number_that_became_younger_still_comes_first(world: World, way_out: WayOut) -> None:
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with world.database.writing() as conn:
        await conn.execute(
            "UPDATE delivery SET next_try = $2 WHERE id = $1", jtis[0], world.clock() + timedelta(seconds=9)
        )
    for most in (1, 2, 3, 4):
        claims = arrived(world, await asked(way_out, most=most))
        assert len(claims) == most
        assert all(seqs == list(range(1, len(seqs) + 1)) for seqs in numbers(claims).values())


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.integers(0, 9)), unique_by=lambda r: r[:2])
)
def test_no_beginning_of_an_order_has_a_gap(places: list[tuple[int, int, int]]) -> None:
    rows = [{"id": uuid4(), "subject": s, "seq": n, "next_try": at} for s, n, at in places]
    ordered = poll.in_order(rows)  # type: ignore[arg-type]
    assert len(ordered) == len(rows)
    for subject in range(4):
        seqs = [r["seq"] for r in ordered if r["subject"] == subject]
        assert seqs == sorted(seqs)


async def test_none_asked_for_only_acknowledges(world: World, way_out: WayOut) -> None:
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    answer = await asked(way_out, most=0)
    assert (answer.sets, answer.more) == ({}, True)
    await asked(way_out)
    answer = await asked(way_out, [jtis[0]], most=0)
    assert (answer.sets, answer.more) == ({}, True)
    assert await world.states() == {"acknowledged": 1, "queued": 1}


async def test_unknown_foreign_and_unseen_ids_are_passed_over(world: World, way_out: WayOut) -> None:
    await world.system("court-2", "C002")
    (foreign,) = await world.send(await world.dispute(), "court-2", "C002")
    (unseen,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    answer = await asked(way_out, [uuid4(), foreign, unseen], **{str(foreign): "x", str(uuid4()): "x"})
    assert await world.states() == {"queued": 2}
    assert list(answer.sets) == [str(unseen)]


async def test_an_error_holds_that_token_and_the_dispute_goes_on(world: World, way_out: WayOut) -> None:
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    before = arrived(world, await asked(way_out))
    answer = await asked(way_out, [jtis[0], jtis[1]], **{str(jtis[1]): "no-such-code 郑"})
    assert list(answer.sets) == [str(jtis[2])]
    async with world.database.writing() as conn:
        (listed,) = await held.listed(conn)
        assert (listed["id"], listed["held_for"]) == (str(jtis[1]), "other")
        assert await held.listed(conn, "court-2") == []
        assert await held.listed(conn, after=jtis[1]) == []
        await held.replay(conn, [jtis[1]], world.clock())
    answer = await asked(way_out, [jtis[2]])
    assert arrived(world, answer) == [before[1]]
    await asked(way_out, [jtis[1]])
    assert await world.states() == {"acknowledged": 3}


async def test_a_held_token_can_be_acknowledged_after_all(world: World, way_out: WayOut) -> None:
    (jti,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    await asked(way_out)
    await asked(way_out, **{str(jti): "invalid_request"})
    await asked(way_out, [jti])
    assert await world.states() == {"acknowledged": 1}
    types = await world.rows("SELECT type FROM event_leaf ORDER BY type")
    assert [r["type"] for r in types] == ["acknowledgement", "delivery", "hold"]


async def test_a_long_answer_is_cut_and_says_so(
    world: World, way_out: WayOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.send(await world.dispute(), COURT, COURT_UNIT, 5)
    monkeypatch.setattr(poll, "MOST_BYTES", 2000)
    answer = await asked(way_out)
    assert 1 <= len(answer.sets) < 5
    assert answer.more
    monkeypatch.setattr(poll, "MOST_BYTES", 1)
    assert len((await asked(way_out)).sets) == 1


async def test_a_damaged_token_stops_its_dispute_only(world: World, way_out: WayOut) -> None:
    bad = await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    (good,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with world.database.writing() as conn:
        await conn.execute(
            "UPDATE message SET document = 'x' WHERE id = (SELECT message FROM delivery WHERE id = $1)",
            bad[0],
        )
    assert list((await asked(way_out)).sets) == [str(good)]
    async with world.database.writing() as conn:
        await conn.execute("UPDATE delivery SET claims = 'x' WHERE id = $1", good)
    assert (await asked(way_out)).sets == {}


async def test_a_poll_with_nothing_to_answer_waits_for_it(
    world: World, way_out: WayOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "HOLD", 30.0)
    waiting = [asyncio.create_task(way_out.poller.poll(COURT, PollRequest())) for _ in range(3)]
    other = world.way_out()  # another process: no bell rings here
    await world.system("court-2", "C002")
    await other.streams.create("court-2", StreamRequest(None, POLLED, None, None, None, {}))
    waiting.append(asyncio.create_task(other.poller.poll("court-2", PollRequest())))
    done, _ = await asyncio.wait(waiting, timeout=0.5)
    assert not done
    (jti,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    way_out.bell.set()
    for task in waiting[:3]:
        assert list((await task).sets) == [str(jti)]
    (second,) = await world.send(await world.dispute(), "court-2", "C002")
    assert list((await waiting[3]).sets) == [str(second)]
    await way_out.close()
    await other.close()


async def test_a_held_poll_ends_with_its_time_and_with_the_hub(
    way_out: WayOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "HOLD", 0.1)
    assert (await way_out.poller.poll(COURT, PollRequest())).sets == {}
    monkeypatch.setattr(poll, "HOLD", 60.0)
    monkeypatch.setattr(poll, "MOST_WAITING", 1)
    waiting = asyncio.create_task(way_out.poller.poll(COURT, PollRequest()))
    while way_out._watch.has_room(COURT):  # noqa: ASYNC110  nothing tells when a poll begins to wait
        await asyncio.sleep(0)
    assert (await way_out.poller.poll(COURT, PollRequest())).sets == {}  # no room: answered at once
    await way_out.close()
    assert (await waiting).sets == {}
    assert (await way_out.poller.poll(COURT, PollRequest())).sets == {}


async def test_a_paused_stream_is_silent_takes_acknowledgements_and_loses_nothing(
    world: World, way_out: WayOut
) -> None:
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    await asked(way_out)
    await way_out.streams.set_status(COURT, StatusRequest(None, "paused"))
    answer = await asked(way_out, [jtis[0]])
    assert (answer.sets, answer.more) == ({}, False)
    await way_out.streams.set_status(COURT, StatusRequest(None, "enabled"))
    assert list((await asked(way_out)).sets) == [str(jtis[1])]


async def test_switching_between_push_and_poll_loses_and_reorders_nothing(
    world: World, way_out: WayOut
) -> None:
    def to(delivery: Delivery) -> StreamRequest:
        return StreamRequest(None, delivery, KEPT, KEPT, KEPT, {})

    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 4)
    outbox = Outbox(world.database, Letters(world))
    (first,) = arrived(world, await asked(way_out, most=1))
    await way_out.streams.change(COURT, to(PUSHED))
    with pytest.raises(Refused, match="unknown"):
        await asked(way_out)
    (outgoing,) = await outbox.claim(world.clock(), {})
    assert str(outgoing.letter.id) == first["jti"]
    await way_out.streams.change(COURT, to(POLLED))
    assert await outbox.claim(world.clock(), {}) == []
    claims = arrived(world, await asked(way_out, [jtis[0]]))
    assert [said(c)["seq"] for c in claims] == [2, 3, 4]
    await asked(way_out, [jtis[1]])
    await way_out.streams.change(COURT, to(PUSHED))
    (outgoing,) = await outbox.claim(world.clock(), {})
    assert outgoing.letter.seq == 3


async def test_a_switch_does_not_wait_for_the_backoff_of_the_old_way(world: World, way_out: WayOut) -> None:
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    later = world.clock() + timedelta(seconds=28)
    async with world.database.writing() as conn:
        await conn.execute("UPDATE delivery SET next_try = $1", later)
        await conn.execute("UPDATE stream SET failures = 9, blocked_until = $1", later)
    await way_out.streams.change(COURT, StreamRequest(None, PUSHED, KEPT, KEPT, KEPT, {}))
    assert len(await Outbox(world.database, Letters(world)).claim(world.clock(), {})) == 1


async def test_a_verification_event_comes_over_the_stream_with_its_state(
    world: World, way_out: WayOut
) -> None:
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    await way_out.streams.verify(COURT, VerifyRequest(None, "older"))
    await way_out.streams.verify(COURT, VerifyRequest(None, "测 state"))
    claims = arrived(world, await asked(way_out))
    (trial,) = [c for c in claims if c["txn"] == c["jti"]]
    stream = await way_out.streams.read(COURT)
    assert trial["sub_id"] == {"format": "opaque", "id": stream["stream_id"]}
    assert trial["events"] == {
        "https://schemas.openid.net/secevent/ssf/event-type/verification": {"state": "测 state"}
    }
    await asked(way_out, [UUID(str(c["jti"])) for c in claims])
    assert await world.states() == {"acknowledged": 1}  # it leaves no trace
    types = await world.rows("SELECT type FROM event_leaf ORDER BY type")
    assert [r["type"] for r in types] == ["acknowledgement", "delivery"]
    await way_out.streams.verify(COURT, VerifyRequest(None, None))
    (claims,) = arrived(world, await asked(way_out))
    assert list(claims["events"].values()) == [{}]
    assert await way_out.streams.delete(COURT, None) is None
    assert await world.states() == {"acknowledged": 1}
