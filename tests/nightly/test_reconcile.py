"""Planted differences between hub and agency: found exactly, told once, nothing of persons in clear."""

from pathlib import Path

from hub.client.agent import Agent
from hub.nightly.collect import collect, groups
from hub.nightly.night import Night
from hub.nightly.reconcile import find, reconcile
from tests.nightly.lists import call, push, send, table

CELL = ("police", "500199")


async def found(night: Night) -> list[tuple[str, str, str]]:
    """(kind, place in the list, field) of what is found."""
    return sorted((one.kind, one.place, one.pointer) for one in await find(night, *CELL))


async def test_a_list_that_says_what_the_hub_has_leaves_nothing(desk: Agent, night: Night, tmp_path: Path):
    calls = [call(n) for n in range(1, 6)]
    await send(desk, calls)
    await push(desk, table(calls), tmp_path, night.interval.day, rows=5)
    assert {"agency": "police", "group": "500199"} in await groups(night)
    assert await collect(night, *CELL) == {"lists": 1, "replaced": 0, "rows": 5, "broken": 0, "problems": 0}
    assert await found(night) == []
    assert await reconcile(night, *CELL) == {}


async def test_what_was_planted_is_found_and_nothing_else(desk: Agent, night: Night, tmp_path: Path):
    calls = [call(n) for n in range(1, 21)]
    calls[7] = call(8, GLJJDBH="20261126093099999")
    await send(desk, calls)
    await send(desk, [call(5, BJNR="更正后的内容")])
    listed = list(calls)
    listed[4] = calls[4]
    listed[2] = call(3, BJNR="另一种说法")
    listed[5] = call(6, BJSJ="2026-11-26 08:45:00", BJNR="后来又补记")
    del listed[10]
    listed += [call(50), call(2)]
    await push(desk, table(listed), tmp_path, night.interval.day, rows=len(listed))
    await collect(night, *CELL)
    assert await found(night) == [
        ("duplicate", "row 21", ""),
        ("field_mismatch", "row 3", "/facts"),
        ("missing_at_agency", "", ""),
        ("missing_at_hub", "row 20", ""),
        ("orphan_reference", "row 8", "/explicit_links"),
        ("stale_version", "row 5", ""),
        ("stale_version", "row 6", ""),
    ]
