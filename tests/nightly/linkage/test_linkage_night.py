"""The linking of a night over a served hub: registered, proposed as signed events, decided, undone."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import duckdb
import pytest

from hub.client.agent import Agent
from hub.client.receiving import Answers
from hub.errors import Refused
from hub.nightly.linkage import decide, link, undo, waterfall
from hub.nightly.night import Night, open_night
from schemas import faults
from tests.http.saying import COMMITTEE, SHANGHAI, STATION, dispute, document, say
from tests.live import LiveHub

# Surname and number of each test's own two persons: nobody of one test is taken for one of another.
PEOPLE = {
    "A": ("郑测一", "500000196803059010", "10000000001"),
    "B": ("冯测二", "500000197511209026", "10000000002"),
    "D": ("彭测四", "500000199001019037", "10000000004"),
    "G": ("阿布测七", "500000198002299072", "10000000007"),
}
NAMES = [name for name, _, _ in PEOPLE.values()]
Told = dict[str, Any]


def person(key: str, ref: str, side: str, *told: str, **members: Any) -> Told:
    """A party with name and what else is told: `id`, `phone`."""
    name, number, phone = PEOPLE[key]
    also = {"id": {"id_number": number}, "phone": {"phones": [phone]}}
    base = {"ref": ref, "kind": "person", "role": f"side_{side}", "name": name}
    return base | {k: v for t in told for k, v in also[t].items()} | members


def at(text: str, days: int = 0) -> Told:
    happened = (datetime.now(UTC).astimezone(SHANGHAI) - timedelta(days=days)).date()
    return {
        "place": {"text": text, "division": "500199"},
        "happened": {"value": happened.isoformat(), "precision": "day"},
    }


async def registered(agent: Agent, unit: str, parties: list[Told], **members: Any) -> str:
    origin = "police_call" if unit == STATION else "application"
    accepted = await say(agent, unit, "dispute", dispute(origin=origin, parties=parties, **members))
    assert accepted.dispute is not None
    return accepted.dispute


async def candidate(night: Night, left: str, right: str) -> Any:
    async with night.hub.database.connection() as conn:
        return await conn.fetchrow(
            "SELECT * FROM link_candidate WHERE (dispute, other) IN (($1::uuid, $2::uuid), ($2, $1))",
            UUID(left),
            UUID(right),
        )


async def heard(agent: Agent, home: str) -> list[Told]:
    """What the unit's system polls of links in a dispute; its tokens are verified with the hub's keys."""
    answers, found = Answers(), []
    while (polled := await agent.poll(answers)).events:
        answers = Answers(ack=[event.jti for event in polled.events])
        found += [e for e in polled.events if e.kind == "dispute_link" and e.subject == home]
    return [{"from": e.said["from"], **e.document} for e in found]


async def test_one_dispute_registered_twice_is_proposed_to_both_units(
    night: Night, station: Agent, room: Agent
):
    money = {"amount": {"amount": "3200", "precision": "exact"}}
    sides = [person("A", "p1", "a", "phone"), person("B", "p2", "b")]
    home = await registered(station, STATION, sides, **at("测试镇人民路88号阳光小区3栋"), **money)
    swapped = [person("B", "p1", "a"), person("A", "p2", "b", "phone", name="郑策一")]
    other = await registered(room, COMMITTEE, swapped, **at("人民路八十八号"), **money)
    counts = await link(night)
    assert counts["proposed"] >= 1
    found = await candidate(night, home, other)
    assert (found["basis"], found["state"]) == ("model", "proposed")
    assert found["probability"] >= 0.95
    for agent, unit, own, theirs in ((station, STATION, home, other), (room, COMMITTEE, other, home)):
        (said,) = await heard(agent, own)
        assert (said["from"], said["action"]) == ("hub", "propose")
        assert said["related"] == [{"dispute": theirs}]
        assert not faults("dispute_link", {k: v for k, v in said.items() if k != "from"})
        assert "日期:同一日" in said["basis"]["explanation"]
        assert not any(name in str(said) for name in (*NAMES, "郑策一")), unit
    steps = await waterfall(night, str(found["id"]))
    assert [s["comparison"] for s in steps][:2] == ["先验", "当事人姓名"]
    assert steps[1]["level"] == "两名以上当事人读音一致"
    assert sum(s["weight"] or 0 for s in steps) == pytest.approx(found["weight"], abs=0.1)


async def test_a_second_run_leaves_the_same_and_says_nothing_again(night: Night, station: Agent, room: Agent):
    sides = [person("D", "p1", "a", "id", "phone"), person("G", "p2", "b", "id")]
    home = await registered(station, STATION, sides, **at("双龙街12号"))
    other = await registered(room, COMMITTEE, sides[::-1], **at("双龙街12号", days=1))
    first = await link(night)
    before = await rows(night)
    assert len(await heard(station, home)) == len(await heard(room, other)) == 1
    again = await link(night)
    assert again["known"] == again["pairs"] == first["pairs"]
    assert await rows(night) == before
    assert await heard(station, home) == await heard(room, other) == []
    digests = await digest(night)
    assert digests[-1] == digests[-2]
    assert (await candidate(night, home, other))["basis"] == "id"


async def test_the_night_takes_the_memory_that_is_set_and_no_more(
    own_hub: LiveHub, night: Night, station: Agent, room: Agent
):
    sides = [person("A", "p1", "a", "id"), person("G", "p2", "b")]
    await registered(station, STATION, sides, **at("双龙街31号"))
    await registered(room, COMMITTEE, sides, **at("双龙街31号"))
    settings = replace(own_hub.settings, night_memory="1MB")  # less than is taken at the door
    async with open_night(settings, night.interval) as small:
        with pytest.raises(duckdb.OutOfMemoryException):
            await link(small)
    assert (await link(night))["proposed"] >= 1


async def rows(night: Night) -> list[tuple[object, ...]]:
    async with night.hub.database.connection() as conn:
        found = await conn.fetch("SELECT * FROM link_candidate ORDER BY id")
        proposed = await conn.fetch("SELECT * FROM link_proposal ORDER BY id")
        return [tuple(map(str, row)) for row in (*found, *proposed)]


async def digest(night: Night) -> list[bytes]:
    async with night.hub.database.connection() as conn:
        found = await conn.fetch("SELECT digest FROM night_run WHERE job = 'link_disputes' ORDER BY id")
    return [row["digest"] for row in found]


async def test_a_number_that_was_unknown_when_it_was_named_is_certain_at_night(
    night: Night, station: Agent, room: Agent
):
    number = {"system": "jjdbh", "value": f"JQ{uuid4().hex[:12].upper()}"}
    nobody = [{"ref": "p1", "kind": "person", "role": "side_a", "name": "身份不详"}]
    other = await registered(room, COMMITTEE, nobody, explicit_links=[number])
    home = await registered(station, STATION, nobody, identifiers=[number])
    await link(night)
    found = await candidate(night, home, other)
    assert (found["basis"], found["state"], found["probability"]) == ("reference", "proposed", 1.0)
    assert (await waterfall(night, str(found["id"])))[0]["level"] == "登记中明确引用对方编号"
    (said,) = await heard(station, home)
    assert number["value"] not in str(said)


async def in_doubt(night: Night, station: Agent, room: Agent, place: str) -> tuple[str, str, Any]:
    """Two disputes of which a person must say whether they are one: alike names, another week."""
    surname = f"{place[0]}测"
    sides = [person("A", "p1", "a", name=f"{surname}甲"), person("B", "p2", "b", name=f"{surname}乙")]
    home = await registered(station, STATION, sides, **at(f"{place}路9号", days=20), dispute_type="4")
    other = await registered(room, COMMITTEE, sides[:1], **at(f"{place}路9号"), dispute_type="4")
    await link(night)
    found = await candidate(night, home, other)
    assert found["state"] == "waiting"
    assert 0.5 <= found["probability"] < 0.95
    assert await heard(station, home) == []
    return home, other, found


async def test_a_person_links_what_was_in_doubt_and_takes_it_back(night: Night, station: Agent, room: Agent):
    home, other, found = await in_doubt(night, station, room, "钱江")
    key = str(found["id"])
    assert await decide(night, key, "link", "电话核实为同一起", "operator:1") == {"linked": 1, "messages": 2}
    assert await states(night, home, other) == ("linked", "related")
    for agent, own, theirs in ((station, home, other), (room, other, home)):
        (said,) = await heard(agent, own)
        assert (said["from"], said["action"]) == ("hub_admin", "relate")
        assert said["related"] == [{"dispute": theirs}]
    with pytest.raises(Refused) as refused:
        await decide(night, key, "no_link", "再想", "operator:1")
    assert refused.value.code == "conflict"
    assert await undo(night, key, "并非同一起", "operator:2") == {"undone": 1, "messages": 2}
    assert await states(night, home, other) == ("undone", "unrelated")
    assert [s["action"] for s in await heard(station, home)] == ["unrelate"]
    await link(night)
    assert await states(night, home, other) == ("undone", "unrelated")
    assert await actions(night, key) == [("link-decide", "operator:1"), ("link-undo", "operator:2")]


async def test_what_is_declined_is_told_to_nobody_and_not_found_again_until_a_person_reopens_it(
    own_hub: LiveHub, night: Night, station: Agent, room: Agent
):
    home, other, found = await in_doubt(night, station, room, "孙滨")
    key = str(found["id"])
    with pytest.raises(Refused) as refused:
        await decide(night, key, "no_link", " ", "operator:1")
    assert refused.value.code == "rule"
    assert await decide(night, key, "no_link", "两起不同纠纷", "operator:1") == {"declined": 1}
    assert await states(night, home, other) == ("declined", "unrelated")
    assert await heard(station, home) == await heard(room, other) == []
    await link(night)
    assert await states(night, home, other) == ("declined", "unrelated")
    with pytest.raises(Refused):
        await undo(night, key, "无", "operator:1")
    listed = json.loads(
        await asyncio.to_thread(own_hub.command, "--json", "linkage", "list", "--state", "declined")
    )
    assert [row["decided_by"] for row in listed if row["id"] == key] == ["operator:1"]
    await asyncio.to_thread(own_hub.command, "linkage", "reopen", key, "--reason", "认定有误")
    assert await states(night, home, other) == ("waiting", None)
    assert await heard(station, home) == await heard(room, other) == []
    (_, actor) = (await actions(night, key))[-1]
    assert actor.startswith("cli:")


async def test_what_a_unit_denies_is_not_proposed_again(night: Night, station: Agent, room: Agent):
    sides = [person("A", "p1", "a", "id", name="吴测甲"), person("D", "p2", "b", "id", name="吴测乙")]
    home = await registered(station, STATION, sides, **at("凤鸣路7号", days=5))
    other = await registered(room, COMMITTEE, sides, **at("凤鸣路7号", days=6))
    await link(night)
    assert await states(night, home, other) == ("proposed", "proposed")
    told = document(action="unrelate", related=[{"dispute": other}], basis={"explanation": "不是同一起"})
    await say(station, STATION, "dispute_link", told, dispute=home)
    await heard(room, other)
    await link(night)
    assert await states(night, home, other) == ("proposed", "unrelated")
    assert await heard(room, other) == []


@pytest.mark.parametrize("key", ["no id", "0198f000-0000-7000-8000-000000000000"])
async def test_an_unknown_candidate_is_unknown(night: Night, key: str):
    for asked in (waterfall(night, key), undo(night, key, "无", "o"), decide(night, key, "link", "无", "o")):
        with pytest.raises(Refused) as refused:
            await asked
        assert refused.value.code == "unknown"


async def states(night: Night, left: str, right: str) -> tuple[str, str | None]:
    async with night.hub.database.connection() as conn:
        proposal = await conn.fetchval(
            "SELECT state FROM link_proposal WHERE (dispute, other) IN (($1::uuid, $2::uuid), ($2, $1))",
            UUID(left),
            UUID(right),
        )
    return (await candidate(night, left, right))["state"], proposal


async def actions(night: Night, key: str) -> list[tuple[str, str]]:
    """What the administrators' record and the log have of a candidate."""
    async with night.hub.database.connection() as conn:
        found = await conn.fetch(
            "SELECT a.action, a.actor FROM admin_action a JOIN event_leaf e ON e.message = a.id"
            " WHERE a.object LIKE $1 || '%' ORDER BY a.id",
            key,
        )
    return [(row["action"], row["actor"]) for row in found]


async def test_no_person_stands_in_any_table_or_log(
    night: Night, station: Agent, room: Agent, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(1)
    sides = [person("A", "p1", "a", "id", "phone"), person("G", "p2", "b", "id", "phone")]
    home = await registered(station, STATION, sides, **at("梨园路3号", days=9))
    other = await registered(room, COMMITTEE, sides, **at("梨园路3号", days=9))
    await link(night)
    assert (await candidate(night, home, other))["state"] == "proposed"
    values = {v for told in PEOPLE.values() for v in told} | {"测甲", "测乙", "梨园路"}
    assert not [v for v in values if v in caplog.text]
    spoken = values | {v.encode().hex() for v in values}
    async with night.hub.database.connection() as conn:
        tables = await conn.fetch(
            "SELECT tablename FROM pg_tables"
            " WHERE schemaname = 'public' AND has_table_privilege(tablename, 'SELECT')"
        )
        assert len(tables) > 20
        for (table,) in tables:
            text = await conn.fetchval(
                f"SELECT coalesce(string_agg(t::text, chr(10)), '') FROM \"{table}\" t"
            )
            assert not [v for v in spoken if v in text], table
