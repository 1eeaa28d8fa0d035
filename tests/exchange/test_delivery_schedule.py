"""When tokens are tried: the clock is moved by hand, nothing sleeps. Real database, no network."""

from datetime import datetime, timedelta
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exchange import notices
from hub.exchange.letters import Letter, Letters
from hub.exchange.outbox import LEASE, WINDOW, Failure, Outbox
from hub.exchange.poll import PollRequest
from hub.exchange.settle import Ends, settle
from hub.exchange.stream_requests import Delivery, StreamRequest
from hub.exchange.tokens_out import is_stricter
from hub.settings import Settings
from hub.store.database import Database
from hub.trust.access import Views
from schemas import ViewRow
from tests.outgoing import DOCUMENT, SENDER, SENDER_UNIT, World, said
from tests.support import SetClock

PUSH, POLL = "urn:ietf:rfc:8935", "urn:ietf:rfc:8936"
COURT, COURT_UNIT = "court-1", "C001"
DELIVERED, NON_DELIVERY = "urn:liantiao:event:delivered", "urn:liantiao:event:non-delivery"


@pytest.fixture
async def world(settings: Settings, clock: SetClock, database: Database) -> World:
    made = World.of(settings, clock, database)
    await made.system(COURT, COURT_UNIT, ("https://court.example.cn",))
    return made


async def pushed(world: World, system: str = COURT) -> None:
    wanted = Delivery(PUSH, "https://court.example.cn/in", None)
    await world.way_out().streams.create(system, StreamRequest(None, wanted, None, None, None, {}))


async def polled(world: World, system: str, events: list[str] | None = None) -> None:
    wanted = StreamRequest(None, Delivery(POLL, None, None), events, None, None, {})
    await world.way_out().streams.create(system, wanted)


def outbox(world: World) -> Outbox:
    return Outbox(world.database, Letters(world))


async def next_try(world: World) -> datetime:
    """When the only token may leave again."""
    (row,) = await world.rows(
        "SELECT greatest(d.next_try, s.blocked_until) AS at FROM delivery d JOIN stream s USING (system)"
        " WHERE d.state = 'queued' AND s.system = $1",
        COURT,
    )
    at = row["at"]
    assert isinstance(at, datetime)
    return at


async def test_tries_go_from_a_second_to_half_a_minute_and_on_for_days(world: World) -> None:
    await pushed(world)
    (jti,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    out = outbox(world)
    gaps: list[timedelta] = []
    payloads = set()
    three_days = world.clock() + timedelta(days=3)
    for _ in range(12):
        (outgoing,) = await out.claim(world.clock(), {})
        assert outgoing.letter.id == jti
        payloads.add(outgoing.letter.payload)
        (row,) = await world.rows("SELECT next_try FROM delivery WHERE id = $1", jti)
        assert row["next_try"] == world.clock() + LEASE  # before the attempt
        assert await out.claim(world.clock(), {}) == []
        await out.failed([Failure(outgoing)], world.clock())
        due = await next_try(world)
        gaps.append(due - world.clock())
        world.clock.now = due - timedelta(milliseconds=1)
        assert await out.claim(world.clock(), {}) == []
        world.clock.now = due
        if len(gaps) == 8:
            assert await notices.tell_late(world.database, world.clock) == 0
            world.clock.now = three_days
    assert len(payloads) == 1
    assert timedelta(seconds=1) <= gaps[0] <= timedelta(seconds=2)
    assert all(gap <= timedelta(seconds=30) for gap in gaps)
    assert all(gap >= timedelta(seconds=14) for gap in gaps[5:])
    assert await notices.tell_late(world.database, world.clock) == 1
    assert await notices.tell_late(world.database, world.clock) == 0


async def test_of_a_dispute_only_the_oldest_leaves_of_others_all_up_to_the_window(world: World) -> None:
    await pushed(world)
    first = await world.dispute()
    await world.send(first, COURT, COURT_UNIT, 5)
    for _ in range(40):
        await world.send(await world.dispute(), COURT, COURT_UNIT)
    out = outbox(world)
    claimed = await out.claim(world.clock(), {})
    assert len(claimed) == WINDOW
    assert [o.letter.seq for o in claimed if o.letter.subject == first] == [1]
    rest = await out.claim(world.clock(), {COURT: WINDOW - 4})
    assert len(rest) == 4
    assert await out.claim(world.clock(), {COURT: WINDOW}) == []
    await settle(world.database, Letters(world), Ends({claimed[0].letter.id: None}, {}), world.clock())
    again = await out.claim(world.clock(), {COURT: WINDOW - 1})
    assert len(again) == 1


async def test_failures_of_one_round_count_once(world: World) -> None:
    await pushed(world)
    for _ in range(10):
        await world.send(await world.dispute(), COURT, COURT_UNIT)
    out = outbox(world)
    claimed = await out.claim(world.clock(), {})
    await out.failed([Failure(o) for o in claimed[:5]], world.clock())
    await out.failed([Failure(o) for o in claimed[5:]], world.clock())
    (row,) = await world.rows("SELECT failures, failing_since FROM stream")
    assert row == {"failures": 1, "failing_since": world.clock()}


async def test_a_clock_set_back_puts_nothing_off(world: World) -> None:
    """What was queued, claimed or put off by a clock that was ahead leaves when the right one says so."""
    await pushed(world)
    out = outbox(world)
    await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    world.clock.advance(minutes=-10)
    assert await out.claim(world.clock(), {}) == []
    await out.recall(world.clock())
    (queued,) = await out.claim(world.clock(), {})
    world.clock.advance(minutes=10)
    await out.failed([Failure(queued)], world.clock())
    world.clock.advance(minutes=-10, seconds=15)  # by then a Retry-After would not look otherwise
    await out.recall(world.clock())
    (again,) = await out.claim(world.clock(), {})
    assert again.letter.id == queued.letter.id


async def test_what_a_receiver_asked_for_is_not_recalled(world: World) -> None:
    await pushed(world)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    out = outbox(world)
    (outgoing,) = await out.claim(world.clock(), {})
    await out.failed([Failure(outgoing, 600.0)], world.clock())
    world.clock.advance(seconds=599)
    await out.recall(world.clock())
    assert await out.claim(world.clock(), {}) == []
    world.clock.advance(seconds=2)
    assert len(await out.claim(world.clock(), {})) == 1


async def test_only_one_worker_probes(world: World) -> None:
    await pushed(world)
    for _ in range(10):
        await world.send(await world.dispute(), COURT, COURT_UNIT)
    one, other = outbox(world), outbox(world)
    claimed = await one.claim(world.clock(), {})
    await one.failed([Failure(o) for o in claimed], world.clock())
    world.clock.advance(seconds=2)
    probe = await one.claim(world.clock(), {})
    assert len(probe) == 1
    assert await other.claim(world.clock(), {}) == []
    assert await one.claim(world.clock(), {COURT: 1}) == []
    await one.recovered([COURT])
    assert len(await other.claim(world.clock(), {})) == 9


async def test_nothing_leaves_while_paused_or_disabled_and_nothing_is_lost(world: World) -> None:
    await pushed(world)
    await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    out = outbox(world)
    async with world.database.writing() as conn:
        await conn.execute("UPDATE stream SET status = 'paused'")
    assert await out.claim(world.clock(), {}) == []
    async with world.database.writing() as conn:
        await conn.execute("UPDATE stream SET status = 'enabled'")
        await conn.execute("UPDATE system SET disabled_at = $1 WHERE id = $2", world.clock(), COURT)
    assert await out.claim(world.clock(), {}) == []
    async with world.database.writing() as conn:
        await conn.execute("UPDATE system SET disabled_at = NULL")
    assert len(await out.claim(world.clock(), {})) == 1


async def test_a_damaged_message_waits_and_does_not_hold_up_the_others(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await pushed(world)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with world.database.writing() as conn:
        await conn.execute("UPDATE message SET document = 'x'")
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    assert len(await outbox(world).claim(world.clock(), {})) == 1
    assert "delivery-unreadable" in caplog.text
    assert await outbox(world).claim(world.clock(), {}) == []


# ── notices to the sender ────────────────────────────────────────────────────────────────────────────


async def poll_all(world: World, system: str, ack: tuple[UUID, ...] = ()) -> list[dict[str, object]]:
    request = PollRequest(return_immediately=True, acknowledged=ack)
    answer = await world.way_out().poller.poll(system, request)
    return [world.claims(token) for token in answer.sets.values()]


async def test_after_three_days_the_sender_is_told_once_and_trying_goes_on(world: World) -> None:
    await world.system(SENDER, SENDER_UNIT)
    await polled(world, SENDER)
    await pushed(world)
    dispute = await world.dispute()
    (jti,) = await world.send(dispute, COURT, COURT_UNIT)
    world.clock.advance(days=3, seconds=-1)
    assert await notices.tell_late(world.database, world.clock) == 0
    world.clock.advance(seconds=1)
    assert await notices.tell_late(world.database, world.clock) == 1
    (claims,) = await poll_all(world, SENDER)
    assert claims["aud"] == SENDER
    assert claims["sub_id"] == {"format": "opaque", "id": str(dispute)}
    assert list(claims["events"]) == [NON_DELIVERY]
    event = said(claims)
    assert event["message"] == claims["txn"]
    assert (event["seq"], event["to"]) == (1, SENDER_UNIT)
    assert event["delivery"] == {
        "jti": str(jti),
        "unit": COURT_UNIT,
        "state": "queued",
        "at": "2026-11-25T10:00:00.000+08:00",
    }
    (entry,) = await world.rows("SELECT type, delivery FROM event_leaf")
    assert entry == {"type": "non-delivery", "delivery": jti}
    (row,) = await world.rows("SELECT seqs FROM dispute")
    assert row["seqs"] == {COURT: 1, SENDER: 1}
    assert len(await outbox(world).claim(world.clock(), {})) == 1
    world.clock.advance(days=4)
    assert await notices.tell_late(world.database, world.clock) == 0


async def test_a_message_without_dispute_is_its_own_subject_for_notices_too(world: World) -> None:
    await world.system(SENDER, SENDER_UNIT)
    await polled(world, SENDER)
    message = await world.message(None)
    await world.delivery(message, message, COURT, COURT_UNIT)
    async with world.database.writing() as conn:
        await conn.execute("UPDATE delivery SET state = 'held'")
    world.clock.advance(days=3)
    assert await notices.tell_late(world.database, world.clock) == 1
    (claims,) = await poll_all(world, SENDER)
    assert claims["sub_id"] == {"format": "opaque", "id": str(message)}
    assert said(claims)["delivery"]["state"] == "held"


async def test_a_sender_without_receiving_system_is_told_where_it_sent_from(world: World) -> None:
    async with world.database.writing() as conn:
        await conn.execute(
            "INSERT INTO system (id, agency, scopes, created_at) VALUES ($1, 'police', '{}', $2)",
            SENDER,
            world.clock(),
        )
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    world.clock.advance(days=3)
    await notices.tell_late(world.database, world.clock)
    (row,) = await world.rows("SELECT system, unit FROM delivery WHERE event = 'non-delivery'")
    assert row == {"system": SENDER, "unit": SENDER_UNIT}


@pytest.mark.parametrize(("events", "told"), [(None, 0), ([], 0), ([DELIVERED], 1)])
async def test_delivered_is_told_to_a_sender_whose_stream_asks_for_it(
    world: World, events: list[str] | None, told: int
) -> None:
    await world.system(SENDER, SENDER_UNIT)
    await polled(world, SENDER, events)
    dispute = await world.dispute()
    (jti,) = await world.send(dispute, COURT, COURT_UNIT)
    await polled(world, COURT)
    await poll_all(world, COURT)
    await poll_all(world, COURT, (jti,))
    await poll_all(world, COURT, (jti,))  # said twice, told once
    notified = await poll_all(world, SENDER)
    assert [list(c["events"]) for c in notified] == [[DELIVERED]] * told
    for claims in notified:
        assert said(claims)["delivery"]["unit"] == COURT_UNIT
        assert said(claims)["delivery"]["state"] == "acknowledged"
    # A notice is not itself reported.
    await poll_all(world, SENDER, tuple(UUID(str(c["jti"])) for c in notified))
    assert await poll_all(world, SENDER) == []


# ── views made stricter ──────────────────────────────────────────────────────────────────────────────


async def claimed(world: World) -> Letter:
    (outgoing,) = await outbox(world).claim(world.clock(), {})
    return outgoing.letter


async def test_a_view_made_stricter_replaces_the_token_under_a_new_jti_and_the_same_seq(world: World) -> None:
    await pushed(world)
    (jti,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    before = orjson.loads((await claimed(world)).payload)
    assert said(before)["document"]["content"] == DOCUMENT["content"]
    world.views = Views((ViewRow("guidance", "*", "/content", "drop"),))
    world.clock.advance(seconds=30)
    after = orjson.loads((await claimed(world)).payload)
    assert after["jti"] != str(jti) == before["jti"]
    assert "content" not in said(after)["document"]
    assert said(after)["seq"] == said(before)["seq"]
    assert after["iat"] == before["iat"]
    rows = await world.rows("SELECT id, seq, state, created_at FROM delivery ORDER BY id")
    assert [(str(r["id"]), r["seq"], r["state"]) for r in rows] == [
        (str(jti), 1, "superseded"),
        (after["jti"], 1, "queued"),
    ]
    assert rows[0]["created_at"] == rows[1]["created_at"]
    # The old token acknowledged late says nothing about the new one.
    assert await settle(world.database, Letters(world), Ends({jti: None}, {}), world.clock()) == 0


async def test_a_view_changed_elsewhere_or_loosened_leaves_the_token_as_it_is(world: World) -> None:
    await pushed(world)
    world.views = Views((ViewRow("guidance", "*", "/content", "drop"),))
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    before = (await claimed(world)).payload
    world.views = Views((ViewRow("guidance", "*", "/chosen_way", "drop"),))
    world.clock.advance(seconds=30)
    assert (await claimed(world)).payload == before
    (row,) = await world.rows("SELECT view FROM delivery")
    assert row["view"] == world.views.version("guidance", "addressee")


Values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(Values)
def test_what_is_allowed_whole_is_not_stricter(value: object) -> None:
    assert not is_stricter(value, value)


@given(st.dictionaries(st.sampled_from("abc"), Values), st.sampled_from("abc"), Values)
def test_more_is_not_stricter_and_less_is(told: dict[str, object], name: str, value: object) -> None:
    more = {**told, name: value} if name not in told else told
    assert not is_stricter(told, more)
    assert is_stricter(more, {k: v for k, v in more.items() if k != name}) == (name in more)
