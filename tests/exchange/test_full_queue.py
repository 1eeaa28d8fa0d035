"""A hub that cannot keep up says so at once, and what it took is there."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, Signed
from hub.client.errors import Problem
from hub.client.sending import Accepted
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.saying import STATION, body, dispute
from tests.live import LiveHub, live_hub

SENT, MOST_TAKEN = 6, 2
"""Taken are at most the message that is being written and the one that has room in the queue."""
STORED = "SELECT count(*) FROM message_key"


@pytest.fixture
def small(server: Address, server_dir: Path, tmp_path: Path) -> Iterator[LiveHub]:
    with _data_dir(server, server_dir, tmp_path) as own:
        (own.data_dir / "liantiao.toml").write_text("queue = 1\n", "utf-8")
        with live_hub(own) as served:
            yield served


def message(police: Agent) -> Signed:
    return police.sign(Envelope(STATION, "dispute", "police_handling", SHARED_FORM), body(dispute()))


async def test_a_full_queue_answers_503_and_what_was_taken_is_stored(small: LiveHub) -> None:
    admin = await asyncpg.connect(small.settings.database_url)
    async with Agent(small.identity("police-sys"), patience=0) as police:
        await police.send(message(police))
        before = await admin.fetchval(STORED)
        async with admin.transaction():
            await admin.execute("LOCK TABLE message_key")  # the writer waits at its first look
            sending = [police.send(message(police)) for _ in range(SENT)]
            tasks = [asyncio.create_task(one) for one in sending]
            while sum(task.done() for task in tasks) < SENT - MOST_TAKEN:
                waiting = [task for task in tasks if not task.done()]
                await asyncio.wait(waiting, timeout=30, return_when=asyncio.FIRST_COMPLETED)
            refused = [task.exception() for task in tasks if task.done()]
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        stored = await admin.fetchval(STORED)
    await admin.close()
    told = [(e.status, e.code, e.retry_after) for e in refused if isinstance(e, Problem)]
    assert told == [(503, "unavailable", 1)] * len(refused)
    taken = [answer for answer in answers if isinstance(answer, Accepted)]
    assert 1 <= len(taken) <= MOST_TAKEN
    assert stored - before == len(taken)
