"""Turns of binding: one file at a time, one of a system; who waits too long or gives up holds nobody up."""

import asyncio

import pytest

from hub.errors import Unavailable
from hub.exchange.binding import Binding


async def turn(binding: Binding, system: str, told: list[str], until: asyncio.Event) -> None:
    async with binding.turn(system):
        told.append(system)
        await until.wait()


async def begun(*tasks: asyncio.Task[None]) -> None:
    """Each of them has done what it can do by itself."""
    for _ in range(3 * len(tasks)):
        await asyncio.sleep(0)


async def test_one_file_is_bound_at_a_time_in_the_order_they_came():
    binding, told, done = Binding(), [], [asyncio.Event() for _ in range(3)]
    tasks = [asyncio.create_task(turn(binding, f"s{n}", told, one)) for n, one in enumerate(done)]
    for n, one in enumerate(done):
        await begun(*tasks)
        assert told == [f"s{m}" for m in range(n + 1)]
        one.set()
    await asyncio.gather(*tasks)


async def test_a_system_has_one_here_whether_it_waits_or_is_bound():
    binding, told, done = Binding(), [], asyncio.Event()
    tasks = [asyncio.create_task(turn(binding, system, told, done)) for system in ("a", "b")]
    await begun(*tasks)
    for system in ("a", "b"):
        with pytest.raises(Unavailable) as refused:
            await turn(binding, system, told, done)
        assert refused.value.retry_after == 5
    done.set()
    await asyncio.gather(*tasks)
    await turn(binding, "a", told, done)
    assert told == ["a", "b", "a"]


async def test_who_waits_too_long_is_told_to_come_again_and_may():
    binding, told, done = Binding(wait=0.01), [], asyncio.Event()
    first = asyncio.create_task(turn(binding, "a", told, done))
    await begun(first)
    with pytest.raises(Unavailable):
        await turn(binding, "b", told, done)
    done.set()
    await first
    await turn(binding, "b", told, done)
    assert told == ["a", "b"]


async def test_who_gives_up_and_who_fails_leave_their_place():
    binding, told, done = Binding(), [], asyncio.Event()
    first, second = (asyncio.create_task(turn(binding, system, told, done)) for system in ("a", "b"))
    await begun(first, second)
    for given_up in (second, first):  # one that waits, one that is bound
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
    done.set()
    await turn(binding, "b", told, done)
    await turn(binding, "a", told, done)
    assert told == ["a", "b", "a"]
