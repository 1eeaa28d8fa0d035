"""The way out of a running hub: push and poll over HTTP, through kill -9 and SIGTERM."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.events import Event
from hub.client.receiving import POLL, PUSH, Answers
from hub.settings import Settings
from tests.http.saying import STATION, dispute, referral, say
from tests.live import LiveHub, live_hub

ROOM, ROOM_SYSTEM = "3199", "room-sys"
UNITS = """code,name,agency,tier,division,parent,valid_from,valid_to,type,host
3199,测试二村人民调解委员会,justice,town,500199,,2010-01-01,,committee,
"""


@dataclass
class Endpoint:
    """A receiver's own server. It verifies each token with the hub's published keys."""

    agent: Agent
    got: list[Event] = field(default_factory=list)
    port: int = 0
    runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application()
        app.router.add_post("/events", self._take)
        self.runner = web.AppRunner(app, access_log=None)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", self.port).start()
        self.port = self.runner.addresses[0][1]

    async def stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None

    async def _take(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer open-sesame"
        self.got.append(await self.agent.read_token(await request.text()))
        return web.Response(status=202)


@pytest.fixture
def fresh_hub(settings: Settings) -> Iterator[LiveHub]:
    """A hub of the test's own, to be killed."""
    with live_hub(settings) as served:
        yield served


@pytest.fixture
async def room(fresh_hub: LiveHub) -> AsyncIterator[Endpoint]:
    """A committee whose system is pushed to."""
    endpoint = Endpoint(Agent(fresh_hub.identity("police-sys")))
    await endpoint.start()
    units = fresh_hub.settings.data_dir / "more.csv"
    units.write_text(UNITS, "utf-8")
    fresh_hub.command("unit", "import", str(units))
    prefix = f"http://127.0.0.1:{endpoint.port}/"
    fresh_hub.register(ROOM_SYSTEM, "justice", (ROOM,), "--push", prefix)
    async with Agent(fresh_hub.identity(ROOM_SYSTEM)) as agent:
        endpoint.agent = agent
        await known(agent)
        yield endpoint
    await endpoint.stop()


async def known(agent: Agent) -> None:
    """Until the running hub has read its registry anew."""
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(Problem):
                await agent.token()
                return
            await asyncio.sleep(0.1)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  what is waited for happens in another process
            await asyncio.sleep(0.02)


async def news(agent: Agent, known: set[str]) -> list[Event]:
    """What polls bring that is not known yet; what was pushed just before may come once more."""
    polled = await agent.poll(wait=True)
    while {e.jti for e in polled.events} <= known:
        polled = await agent.poll(Answers(ack=[e.jti for e in polled.events]), wait=True)
    return [e for e in polled.events if e.jti not in known]


async def test_deliveries_outlive_kill_nine_and_held_polls_end_with_the_hub(
    fresh_hub: LiveHub, room: Endpoint
) -> None:
    """One story, because a hub of one's own takes long to start."""
    async with Agent(fresh_hub.identity("police-sys")) as police:
        first = await say(police, STATION, "dispute", dispute(), to=ROOM)
        second = await say(police, STATION, "referral", referral(), to=ROOM, dispute=first.dispute)
        endpoint = f"http://127.0.0.1:{room.port}/events"
        stream = await room.agent.create_stream(PUSH, endpoint, "Bearer open-sesame")
        await until(lambda: len(room.got) == 2)  # they were there before the stream
        await room.stop()
        third = await say(police, STATION, "dispute", dispute(facts="再次堵塞"), to=ROOM)
    fresh_hub.stop(signal.SIGKILL)
    await room.start()
    fresh_hub.start()
    await until(lambda: len(room.got) == 3)
    assert [e.claims["txn"] for e in room.got] == [first.message, second.message, third.message]
    assert [e.seq for e in room.got] == [1, 2, 1]
    assert room.got[1].claims["sub_id"] == {"format": "opaque", "id": first.dispute}
    await room.agent.verify_stream(str(stream["stream_id"]), "a state")
    await until(lambda: len(room.got) == 4)
    assert room.got[3].kind.endswith("/event-type/verification")

    await room.agent.delete_stream()
    await room.agent.create_stream(POLL)
    waiting = asyncio.create_task(news(room.agent, {e.jti for e in room.got}))
    async with Agent(fresh_hub.identity("police-sys")) as police:
        fourth = await say(police, STATION, "dispute", dispute(facts="又一次"), to=ROOM)
    (event,) = await waiting
    assert event.claims["txn"] == fourth.message
    answers = Answers(ack=[event.jti])
    waiting = asyncio.create_task(room.agent.poll(answers, wait=True))
    done, _ = await asyncio.wait([waiting], timeout=0.5)
    assert not done
    await asyncio.to_thread(fresh_hub.stop)
    assert (await waiting).events == ()  # answered, not broken off
