"""Push against real receivers, on a real database: order, holds, faults, switches; time moved by hand."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from aiohttp import web

from hub.errors import Unavailable
from hub.exchange import held, worker
from hub.exchange.letters import Letters
from hub.exchange.outbox import Outbox
from hub.exchange.stream_requests import Delivery, StreamRequest
from hub.exchange.way_out import WayOut
from hub.settings import Settings
from hub.store.clock import Clock
from hub.store.database import Database
from tests.outgoing import Receiver, World, numbers, said
from tests.support import SetClock

PUSH = "urn:ietf:rfc:8935"
COURT, COURT_UNIT = "court-1", "C001"


@pytest.fixture
def world(settings: Settings, clock: SetClock, database: Database) -> World:
    made = World.of(settings, clock, database)
    object.__setattr__(settings, "push_allow", ("127.0.0.1",))
    return made


def stream(endpoint: str, header: str | None = None) -> StreamRequest:
    return StreamRequest(None, Delivery(PUSH, endpoint, header), None, None, None, {})


@contextlib.asynccontextmanager
async def pushing(world: World, clock: Clock | None = None) -> AsyncIterator[WayOut]:
    """A worker that runs until the block ends."""
    if clock is not None:
        world.clock = clock  # type: ignore[assignment]
    way_out = world.way_out()
    stop = asyncio.Event()
    task = asyncio.create_task(way_out.worker().run(stop))
    try:
        yield way_out
    finally:
        stop.set()
        await task
        await way_out.close()


async def until(condition: Callable[[], Awaitable[bool]], seconds: float = 20) -> None:
    """Look again and again: what is waited for happens in the database, where no event tells of it."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110  see above
            await asyncio.sleep(0.02)


def real_time(world: World) -> Clock:
    """The world's time, running."""
    began, base = datetime.now(UTC), world.clock()
    return lambda: base + (datetime.now(UTC) - began)


async def connected(world: World, receiver: Receiver, name: str = COURT, unit: str = COURT_UNIT) -> None:
    await receiver.start()
    await world.system(name, unit, (f"http://127.0.0.1:{receiver.port}",))
    await world.way_out().streams.create(name, stream(receiver.url))


async def test_a_token_says_what_the_contract_says(world: World) -> None:
    receiver = Receiver(world)
    await receiver.start()
    await world.system(COURT, COURT_UNIT, (f"http://127.0.0.1:{receiver.port}/events",))
    dispute = await world.dispute()
    (jti,) = await world.send(dispute, COURT, COURT_UNIT)  # before there is a stream
    await world.way_out().streams.create(COURT, stream(receiver.url, "Bearer open-sesame"))
    async with pushing(world):
        await until(lambda: settled(world))
    (claims,) = receiver.seen
    assert list(claims) == ["iss", "aud", "iat", "jti", "txn", "toe", "sub_id", "events"]
    (message,) = (row["id"] for row in await world.rows("SELECT id FROM message"))
    assert claims["iss"] == world.settings.issuer
    assert claims["aud"] == COURT
    assert claims["iat"] == claims["toe"] == int(world.clock().timestamp())
    assert claims["jti"] == str(jti)
    assert claims["txn"] == str(message)
    assert claims["sub_id"] == {"format": "opaque", "id": str(dispute)}
    assert list(claims["events"]) == ["urn:liantiao:event:guidance"]
    event = said(claims)
    assert list(event) == [
        "message",
        "seq",
        "from",
        "to",
        "schema",
        "case",
        "deadlines",
        "document",
        "native",
        "origin_digest",
    ]
    assert event["schema"] == "guidance/1.0"
    assert event["native"] == f"/v1/messages/{message}/native"
    assert event["document"]["content"] == "测试告知"
    headers = receiver.headers[0]
    assert headers["Authorization"] == "Bearer open-sesame"
    assert headers["Accept"] == "application/json"
    await receiver.stop()


async def settled(world: World) -> bool:
    return "queued" not in await world.states()


async def test_evidence_of_a_delivery_and_its_acknowledgement_is_entered_once(world: World) -> None:
    receiver = Receiver(world)
    await connected(world, receiver)
    (jti,) = await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world):
        await until(lambda: settled(world))
    rows = await world.rows("SELECT type, delivery FROM event_leaf ORDER BY type")
    assert [(r["type"], r["delivery"]) for r in rows] == [("acknowledgement", jti), ("delivery", jti)]
    assert len(await world.rows("SELECT 1 FROM log_pending")) == 2
    (row,) = await world.rows("SELECT * FROM delivery")
    assert row["first_sent_at"] == row["received_at"] == row["done_at"] == world.clock()
    await receiver.stop()


async def test_a_hundred_disputes_under_faults_arrive_in_order_at_least_once(world: World) -> None:
    """Receivers lose answers, break off and refuse at random; nothing is lost, nothing overtakes."""
    chance = random.Random(7)

    async def moody(request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        match chance.randrange(10):
            case 0:
                return web.Response(status=500)
            case 1:
                assert request.transport is not None
                request.transport.close()  # it has it, and the acknowledgement is lost
                return web.Response(status=202)
            case _:
                return web.Response(status=chance.choice([200, 202, 204]))

    receivers = {f"court-{n}": Receiver(world, moody) for n in range(4)}
    for n, (name, receiver) in enumerate(receivers.items()):
        await connected(world, receiver, name, f"C{n:03}")
    for n in range(100):
        dispute = await world.dispute()
        await world.send(dispute, f"court-{n % 4}", f"C{n % 4:03}", 3)
    fast = real_time(world)
    began = datetime.now(UTC)
    # Time runs thirty times as fast for the schedule, so that backoff does not slow the test down.
    async with pushing(world, lambda: fast() + 29 * (datetime.now(UTC) - began)):
        await until(lambda: settled(world), 90)
    arrived = [numbers(receiver.taken) for receiver in receivers.values()]
    assert sum(map(len, arrived)) == 100
    for disputes in arrived:
        for seqs in disputes.values():
            assert list(dict.fromkeys(seqs)) == [1, 2, 3], seqs
            assert seqs == sorted(seqs)
    for receiver in receivers.values():
        by_place: dict[tuple[str, int], set[str]] = {}
        for claims in receiver.seen:
            place = (claims["sub_id"]["id"], said(claims)["seq"])
            by_place.setdefault(place, set()).add(claims["jti"])
        assert {len(jtis) for jtis in by_place.values()} == {1}
        await receiver.stop()
    entered = await world.rows("SELECT type, count(*) AS n FROM event_leaf GROUP BY type ORDER BY type")
    assert [(r["type"], r["n"]) for r in entered] == [("acknowledgement", 300), ("delivery", 300)]


async def test_a_held_token_lets_its_dispute_go_on_and_is_replayed_as_it_was(world: World) -> None:
    refuse = True

    async def second_refused(_request: web.Request, claims: dict[str, object]) -> web.StreamResponse:
        if refuse and said(claims)["seq"] == 2:
            return web.json_response({"err": "invalid_request", "description": "测"}, status=400)
        return web.Response(status=202)

    receiver = Receiver(world, second_refused)
    await connected(world, receiver)
    jtis = await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    async with pushing(world):
        await until(lambda: settled(world))
        assert [said(c)["seq"] for c in receiver.taken] == [1, 3]
        async with world.database.writing() as conn:
            (listed,) = await held.listed(conn, COURT)
            assert (listed["id"], listed["held_for"]) == (str(jtis[1]), "invalid_request")
            refuse = False
            replayed = await held.replay(conn, [jtis[1], jtis[0]], world.clock())
        assert replayed == [jtis[1]]
        await until(lambda: settled(world))
    again = [c for c in receiver.seen if said(c)["seq"] == 2]
    assert again[0] == again[1]
    assert [said(c)["seq"] for c in receiver.taken] == [1, 3, 2]
    rows = await world.rows("SELECT type FROM event_leaf WHERE delivery = $1 ORDER BY type", jtis[1])
    assert [r["type"] for r in rows] == ["acknowledgement", "delivery", "hold", "release"]
    await receiver.stop()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, '{"err": "invalid_key"}'),
        (400, '{"err": "invalid_issuer"}'),
        (400, '{"err": "invalid_audience"}'),
        (400, '{"err": "authentication_failed"}'),
        (400, '{"err": "access_denied"}'),
        (400, '{"err": ["invalid_request"]}'),
        (400, '{"err": "invalid_request", "err": "invalid_request"}'),
        (400, "not json"),
        (400, '{"err": "invalid_request", "x": "' + "y" * 20_000 + '"}'),
        (401, ""),
        (403, ""),
        (404, ""),
        (201, ""),
        (302, ""),
        (500, '{"err": "invalid_request"}'),
        (503, ""),
    ],
)
async def test_every_other_answer_is_a_fault_of_the_connection(world: World, status: int, body: str) -> None:
    async def answer(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        return web.Response(status=status, text=body, headers={"Location": "/elsewhere"})

    receiver = Receiver(world, answer)
    await connected(world, receiver)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world) as way_out:
        await until(lambda: failing(world))
    assert len(receiver.seen) == 1  # a redirect is not followed either
    assert await world.states() == {"queued": 1}
    (row,) = await world.rows("SELECT next_try, blocked_until, failures FROM delivery, stream")
    assert row["failures"] == 1
    wait = row["blocked_until"] - world.clock()
    assert timedelta(seconds=1) <= wait <= timedelta(seconds=2)
    counted = way_out.meters._faults.collect()[0].samples
    assert sum(s.value for s in counted if s.name.endswith("_total")) == 1
    await receiver.stop()


async def failing(world: World) -> bool:
    return bool(await world.rows("SELECT 1 FROM stream WHERE failures > 0"))


async def test_a_receiver_that_does_not_answer_is_no_trouble_to_the_others(world: World) -> None:
    silent = asyncio.Event()

    async def wait(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        await silent.wait()
        return web.Response(status=202)

    slow, quick = Receiver(world, wait), Receiver(world)
    await connected(world, slow, "court-slow", "C001")
    await connected(world, quick, "court-quick", "C002")
    for _ in range(60):
        await world.send(await world.dispute(), "court-slow", "C001")
    for _ in range(60):
        await world.send(await world.dispute(), "court-quick", "C002", 2)

    async def quick_done() -> bool:
        return len(quick.taken) == 120

    async with pushing(world):
        await until(quick_done)
        assert not slow.taken
        assert len(slow.seen) == 32  # its window, no more
        silent.set()
        await until(lambda: settled(world))
    await slow.stop()
    await quick.stop()


async def test_a_dead_receiver_is_probed_by_one_token_and_gets_all_when_it_is_back(world: World) -> None:
    receiver = Receiver(world)
    await connected(world, receiver)
    await receiver.stop()
    for _ in range(20):
        await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    async with pushing(world):
        await until(lambda: failing(world))
        for _ in range(3):
            before = await world.rows("SELECT failures, blocked_until FROM stream")
            tried = await world.rows("SELECT sum(tries) AS n FROM delivery")
            world.clock.now = before[0]["blocked_until"]
            await until(partial(failed_more, world, before[0]["failures"]))
            again = await world.rows("SELECT sum(tries) AS n FROM delivery")
            assert again[0]["n"] == tried[0]["n"] + 1
        await receiver.start()
        world.clock.advance(seconds=30)
        await until(lambda: settled(world))
    assert all(seqs == [1, 2] for seqs in numbers(receiver.taken).values())
    (row,) = await world.rows("SELECT failures, failing_since, blocked_until FROM stream")
    assert row == {"failures": 0, "failing_since": None, "blocked_until": None}
    await receiver.stop()


async def failed_more(world: World, than: int) -> bool:
    (row,) = await world.rows("SELECT failures FROM stream")
    return row["failures"] > than


async def test_one_indigestible_token_does_not_stop_the_other_disputes(world: World) -> None:
    bad = await world.dispute()

    async def answer(_request: web.Request, claims: dict[str, object]) -> web.StreamResponse:
        return web.Response(status=500 if claims["sub_id"]["id"] == str(bad) else 202)

    receiver = Receiver(world, answer)
    await connected(world, receiver)
    await world.send(bad, COURT, COURT_UNIT, 2)
    for _ in range(50):
        await world.send(await world.dispute(), COURT, COURT_UNIT, 2)

    async def rest_done() -> bool:
        return (await world.states()).get("acknowledged") == 100

    async with pushing(world, real_time(world)):
        await until(rest_done)
    assert await world.states() == {"acknowledged": 100, "queued": 2}
    await receiver.stop()


async def test_retry_after_is_honoured(world: World) -> None:
    async def busy(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        return web.Response(status=503, headers={"Retry-After": "300"})

    receiver = Receiver(world, busy)
    await connected(world, receiver)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world):
        await until(lambda: failing(world))
        (row,) = await world.rows("SELECT blocked_until FROM stream")
        wait = row["blocked_until"] - world.clock()
        assert timedelta(seconds=300) <= wait <= timedelta(seconds=301)
        receiver.answer = accept_all
        world.clock.advance(seconds=302)
        await until(lambda: settled(world))
    await receiver.stop()


async def accept_all(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
    return web.Response(status=202)


async def test_an_address_that_is_no_longer_registered_gets_nothing(world: World) -> None:
    receiver = Receiver(world)
    await connected(world, receiver)
    async with world.database.writing() as conn:
        await conn.execute("UPDATE system SET push = '{https://elsewhere.example}'")
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world):
        await until(lambda: failing(world))
    assert not receiver.seen
    await receiver.stop()


async def test_a_host_that_is_no_longer_listed_gets_nothing(world: World) -> None:
    receiver = Receiver(world)
    await connected(world, receiver)
    object.__setattr__(world.settings, "push_allow", ())
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world):
        await until(lambda: failing(world))
    assert not receiver.seen
    await receiver.stop()


async def test_a_lost_acknowledgement_brings_the_same_token_again_also_after_a_rotation(world: World) -> None:
    lose = True

    async def lossy(request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        if lose and request.transport is not None:
            request.transport.close()
        return web.Response(status=202)

    receiver = Receiver(world, lossy)
    await connected(world, receiver)
    await world.send(await world.dispute(), COURT, COURT_UNIT)
    async with pushing(world):
        await until(lambda: failing(world))
        lose = False
        old, world.keyring = world.keyring, World.of(world.settings, world.clock, world.database).keyring
        assert old.active.kid != world.keyring.active.kid
        world.clock.advance(seconds=2)
        await until(lambda: settled(world))
    assert len(receiver.seen) == 2
    assert receiver.seen[0] == receiver.seen[1]
    await receiver.stop()


async def test_a_worker_that_dies_leaves_its_tokens_to_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "DRAIN", 0.05)
    reached, never = asyncio.Event(), asyncio.Event()

    async def stuck(_request: web.Request, _claims: dict[str, object]) -> web.StreamResponse:
        reached.set()
        await never.wait()
        return web.Response(status=202)

    receiver = Receiver(world, stuck)
    await connected(world, receiver)
    await world.send(await world.dispute(), COURT, COURT_UNIT, 2)
    task = asyncio.create_task(world.way_out().worker().run(asyncio.Event()))
    await reached.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    receiver.answer = accept_all
    world.clock.advance(seconds=19)
    outbox = Outbox(world.database, Letters(world))
    assert await outbox.claim(world.clock(), {}) == []  # its lease holds
    world.clock.advance(seconds=2)
    async with pushing(world):
        await until(lambda: settled(world))
    assert [said(c)["seq"] for c in receiver.seen] == [1, 1, 2]
    never.set()
    await receiver.stop()


async def test_two_workers_share_the_work_without_breaking_the_order(world: World) -> None:
    receiver = Receiver(world)
    await connected(world, receiver)
    for _ in range(40):
        await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    async with pushing(world), pushing(world):
        await until(lambda: settled(world))
    assert len(receiver.seen) == 120
    assert all(seqs == [1, 2, 3] for seqs in numbers(receiver.taken).values())
    await receiver.stop()


async def test_the_worker_outlives_a_database_that_goes_away(world: World) -> None:
    cut = asyncio.Event()

    async def answer(_request: web.Request, claims: dict[str, object]) -> web.StreamResponse:
        if said(claims)["seq"] == 2 and not cut.is_set():
            admin = await world.database.address.connect("admin")
            await admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            await admin.close()
            cut.set()
        return web.Response(status=202)

    receiver = Receiver(world, answer)
    await connected(world, receiver)
    for _ in range(5):
        await world.send(await world.dispute(), COURT, COURT_UNIT, 3)
    async with pushing(world, real_time(world)):
        await cut.wait()

        async def done() -> bool:
            with contextlib.suppress(Unavailable):
                return await settled(world)
            return False

        await until(done, 60)
    assert all(seqs == sorted(seqs) for seqs in numbers(receiver.taken).values())
    assert await world.states() == {"acknowledged": 15}
    entered = await world.rows("SELECT type, count(*) AS n FROM event_leaf GROUP BY type ORDER BY type")
    assert [(r["type"], r["n"]) for r in entered] == [("acknowledgement", 15), ("delivery", 15)]
    await receiver.stop()
