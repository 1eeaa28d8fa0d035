"""Messages take turns, so that the writer is heard between them."""

import asyncio

import pytest

from hub.exchange.turns import Turns

AT_ONCE = 3


async def test_a_few_begin_in_a_round_in_the_order_they_came() -> None:
    turns, said, over = Turns(AT_ONCE), list[object](), asyncio.Event()

    async def begin(n: int) -> None:
        await turns.mine("a")
        said.append(n)

    async def rounds() -> None:
        while not over.is_set():
            said.append("round")
            await asyncio.sleep(0)

    watching = asyncio.create_task(rounds())
    await asyncio.gather(*(begin(n) for n in range(20)))
    over.set()
    await watching
    assert [n for n in said if n != "round"] == list(range(20))
    longest = max(len(part.split()) for part in " ".join(map(str, said)).split("round"))
    assert longest == AT_ONCE
    assert turns.waiting == 0


async def test_a_message_that_takes_long_holds_up_no_other() -> None:
    turns, never = Turns(1), asyncio.Event()

    async def long() -> None:
        await turns.mine("a")
        await never.wait()

    task = asyncio.create_task(long())
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await turns.mine("a")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_who_gives_up_waiting_takes_no_turn_along() -> None:
    turns = Turns(1)
    await turns.mine("a")
    waiting = asyncio.create_task(turns.mine("a"))
    last = asyncio.create_task(turns.mine("a"))
    waiting.cancel()
    async with asyncio.timeout(5):
        await last
    assert waiting.cancelled()
    assert turns.waiting == 0


async def test_systems_take_turns_however_many_messages_one_has() -> None:
    turns, said = Turns(1), list[str]()

    async def begin(system: str) -> None:
        await turns.mine(system)
        said.append(system)

    await turns.mine("a")
    flood = [asyncio.create_task(begin("a")) for _ in range(50)]
    await asyncio.sleep(0)
    later = [asyncio.create_task(begin(system)) for system in ("b", "c", "b")]
    await asyncio.gather(*flood, *later)
    assert said[:8].count("b") == 2
    assert said[:8].count("c") == 1
    assert turns.waiting == 0


async def test_who_is_cancelled_on_its_turn_hands_it_on() -> None:
    turns = Turns(1)
    first, waiting, last = (asyncio.create_task(turns.mine(system)) for system in "abc")
    await asyncio.sleep(0)  # the first has its turn, the others wait
    asyncio.get_running_loop().call_soon(waiting.cancel)  # just after the turn was handed to it
    await first
    async with asyncio.timeout(5):
        await last
    assert waiting.cancelled()
    assert turns.waiting == 0
