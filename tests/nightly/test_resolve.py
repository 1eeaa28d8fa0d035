"""What a person decides of discrepancies: checked again, on record, told to the agency by a signed event."""

import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from hub.errors import Refused
from hub.law.calendar import legal_day
from hub.nightly.collect import collect
from hub.nightly.night import Interval, Night, open_night
from hub.nightly.pages import discrepancies, discrepancy_words, render
from hub.nightly.reconcile import reconcile
from hub.nightly.resolve import batches, decide, propose
from tests.http.administering import Admin
from tests.http.saying import document, say
from tests.live import LiveHub
from tests.nightly.lists import BUREAU, call, push, send, table

CELL = ("police", "500199")
STATION = "500199520000"
POLL = "urn:ietf:rfc:8936"


@pytest.fixture
async def differing(desk: Agent, night: Night, tmp_path: Path) -> Night:
    """A night with two differences in a batch, and the police listening."""
    await desk.create_stream(POLL)
    calls = [call(n) for n in range(1, 6)]
    await send(desk, calls)
    listed = [call(1, BJNR="另一种私密说法"), *calls[1:], call(9)]
    await push(desk, table(listed), tmp_path, night.interval.day, rows=len(listed))
    await collect(night, *CELL)
    await reconcile(night, *CELL)
    return night


async def test_a_decision_is_told_to_the_agency_and_stands_in_the_log(differing: Night, desk: Agent):
    (batch,) = await batches(differing)
    assert batch == {
        "id": batch["id"],
        "day": differing.interval.day.isoformat(),
        "agency": "police",
        "group": "500199",
        "dataset": "calls",
        "kinds": {"field_mismatch": 1, "missing_at_hub": 1},
    }
    found = str(batch["id"])
    for choice, reason, approver in (
        ("agency_right", "核对无误", None),
        ("agency_right", "核对无误", "af:one"),
        ("ask_agency", "  ", None),
        ("overwrite", "核对无误", "af:two"),
    ):
        with pytest.raises(Refused) as refused:
            await decide(differing, found, choice, reason, "af:one", approver)  # type: ignore[arg-type]  # a choice there is not
        assert refused.value.code == "rule"
    for _ in range(2):
        assert await propose(differing, found, "agency_right", "核对无误", "af:one") == {"proposed": 1}
    for unknown in (str(uuid4()), "x"):
        with pytest.raises(Refused) as refused:
            await decide(differing, unknown, "ignore", "核对无误", "af:one", None)
        assert refused.value.code == "unknown"
    done = await decide(differing, found, "agency_right", "核对无误", "af:one", "af:two")
    assert done == {"decided": 2, "told": 1}
    (event,) = (await desk.poll(wait=True)).events
    assert (event.kind, event.unit, event.document["kind"]) == ("task", BUREAU, "data_fix")
    assert event.document["basis"] == {"finding": "field_mismatch:1 missing_at_hub:1"}
    lines = str(event.document["remarks"]).splitlines()
    assert sorted(line.split()[:3] for line in lines) == [
        ["field_mismatch", "row", "1"],
        ["missing_at_hub", "row", "6"],
    ]
    assert "私密" not in event.token
    assert await batches(differing) == []
    with pytest.raises(Refused) as refused:
        await decide(differing, found, "ignore", "核对无误", "af:one", None)
    assert refused.value.code == "conflict"
    async with differing.hub.database.connection() as conn:
        (proposed,) = await conn.fetch("SELECT * FROM admin_action WHERE action = 'discrepancy-propose'")
        waited = await conn.fetchrow("SELECT * FROM approval WHERE action = 'discrepancy'")
        assert [waited[name] for name in ("state", "proposed_by", "decided_by")] == [
            "approved",
            "af:one",
            "af:two",
        ]
        about = f"{waited['id']} {found} agency_right"
        assert (proposed["actor"], proposed["object"]) == ("af:one", about)
        (approved,) = await conn.fetch("SELECT * FROM admin_action WHERE action = 'discrepancy-approve'")
        assert (approved["actor"], approved["object"]) == ("af:two", about)
        action = await conn.fetchrow("SELECT * FROM admin_action WHERE action = 'discrepancy-decide'")
        assert (action["actor"], action["object"]) == ("af:one", f"{found} agency_right 2 af:two")
        assert await conn.fetchval("SELECT true FROM event_leaf WHERE message = $1", action["id"])
    assert await reconcile(differing, *CELL) == {"field_mismatch": 1, "missing_at_hub": 1}
    assert await batches(differing) == []


async def test_a_decision_that_was_not_told_is_told_by_the_next_call(differing: Night, desk: Agent):
    (batch,) = await batches(differing)
    found = str(batch["id"])
    await decide(differing, found, "ask_agency", "请核实", "af:one", None)
    assert len((await desk.poll(wait=True)).events) == 1
    async with differing.hub.database.writing() as conn:  # as if the process had died before it told
        await conn.execute("UPDATE finding_decision SET told = NULL")
    assert await decide(differing, found, "ask_agency", "请核实", "af:one", None) == {"decided": 0, "told": 1}
    assert len((await desk.poll(wait=True)).events) == 2


async def _differ_again(night: Night, desk: Agent, folder: Path) -> None:
    """Another list of the day, in which another record differs."""
    listed = [call(1), call(2, BJNR="又一种私密说法"), *[call(n) for n in range(3, 6)]]
    await push(desk, table(listed), folder, night.interval.day, rows=len(listed))
    await collect(night, *CELL)
    await reconcile(night, *CELL)


async def test_a_proposal_stands_for_what_was_open_and_shown(
    own_hub: LiveHub, differing: Night, desk: Agent, tmp_path: Path
):
    """On a hub with a history: another list of the day comes between the first person and the second."""
    (batch,) = await batches(differing)
    found = str(batch["id"])
    await propose(differing, found, "agency_right", "核对无误", "af:one")
    await _differ_again(differing, desk, tmp_path)
    (grown,) = await batches(differing)
    with pytest.raises(Refused) as refused:
        await decide(differing, found, "agency_right", "核对无误", "af:one", "af:two")
    assert (refused.value.code, refused.value.faults[0].rule) == ("conflict", "findings-changed")
    assert await batches(differing) == [grown]
    own_hub.register("admin-1", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    async with Agent(own_hub.identity("admin-1")) as one:
        told = await Admin(one).post(f"discrepancies/{found}", {"choice": "agency_right"})
    assert told["state"] == "proposed"  # the same choice by another, but of findings the first never saw
    with pytest.raises(Refused) as refused:
        await decide(differing, found, "agency_right", "核对无误", "af:one", "af:two")
    assert refused.value.faults[0].rule == "approval-over"
    done = await decide(differing, found, "agency_right", "核对无误", "admin-1", "af:two")
    assert done == {"decided": 2, "told": 1}
    async with differing.hub.database.connection() as conn:
        states = await conn.fetch("SELECT state, proposed_by, decided_by FROM approval ORDER BY proposed_at")
        assert [tuple(row) for row in states] == [
            ("withdrawn", "af:one", "admin-1"),
            ("approved", "admin-1", "af:two"),
        ]
        assert await conn.fetchval("SELECT count(*) FROM finding WHERE state = 'gone'") == 2


async def test_what_is_found_after_a_proposal_waits_for_another(
    differing: Night, desk: Agent, tmp_path: Path
):
    (batch,) = await batches(differing)
    found = str(batch["id"])
    await propose(differing, found, "agency_right", "核对无误", "af:one")
    calls = [call(1, BJNR="另一种私密说法"), call(2, BJNR="又一种"), *[call(n) for n in (3, 4, 5, 9)]]
    await push(desk, table(calls), tmp_path, differing.interval.day, rows=len(calls))
    await collect(differing, *CELL)
    await reconcile(differing, *CELL)
    done = await decide(differing, found, "agency_right", "核对无误", "af:one", "af:two")
    assert done == {"decided": 2, "told": 1}
    (left,) = await batches(differing)
    assert left["kinds"] == {"field_mismatch": 1, "silence": 1}


async def test_a_unit_that_is_no_more_stops_no_decision(differing: Night):
    (batch,) = await batches(differing)
    async with differing.hub.database.writing() as conn:  # as after a reform of districts
        await conn.execute("UPDATE finding SET unit = '500199999999' WHERE kind = 'missing_at_hub'")
    done = await decide(differing, str(batch["id"]), "ask_agency", "请核实", "af:one", None)
    assert done == {"decided": 2, "told": 1}
    assert await batches(differing) == []


async def test_administrators_see_masks_and_two_decide(
    own_hub: LiveHub, differing: Night, desk: Agent, tmp_path: Path
):
    assert len(await batches(differing)) == 1
    own_hub.register("admin-1", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    own_hub.register("admin-2", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    async with Agent(own_hub.identity("admin-1")) as one, Agent(own_hub.identity("admin-2")) as two:
        first, second = Admin(one), Admin(two)
        told = await first.get("discrepancies", agency="police")
        (batch,) = told["batches"]
        assert batch["kinds"] == {"field_mismatch": 1, "missing_at_hub": 1}
        assert {row["kind"] for row in told["discrepancies"]} == {"field_mismatch", "missing_at_hub"}
        assert "私密" not in json.dumps(told, ensure_ascii=False)
        page = await first.get("discrepancies", agency="police", limit="1")
        rest = await first.get("discrepancies", agency="police", limit="1", after=page["next"])
        assert [page["discrepancies"][0], rest["discrepancies"][0]] == told["discrepancies"]
        only = await first.get("discrepancies", kind="missing_at_hub", batch=batch["id"])
        assert [row["place"] for row in only["discrepancies"]] == ["row 6"]
        path = f"discrepancies/{batch['id']}"
        for wrong in ({"choice": "overwrite"}, {}):
            with pytest.raises(Problem) as problem:
                await first.post(path, wrong)
            assert problem.value.status == 422
        waits = [await first.post(path, {"choice": "agency_right"}) for _ in range(2)]
        assert waits[0]["state"] == "proposed"
        assert waits[0] == waits[1]  # once more by the same person is no second person
        (told,) = (await second.get("approvals"))["approvals"]
        assert [told[name] for name in ("approval", "action", "object", "state")] == [
            waits[0]["approval"],
            "discrepancy",
            f"{batch['id']} agency_right",
            "pending",
        ]
        done = await second.post(path, {"choice": "agency_right"})
        assert done == {"state": "decided", "decided": 2, "told": 1}
        await _differ_again(differing, desk, tmp_path)
        waiting = await second.post(path, {"choice": "agency_right"})
        assert waiting["state"] == "proposed"
        await first.post(path, {"choice": "ignore"})  # settles the batch: what waited is given up
        assert [(a["state"], a["decided_by"]) for a in (await first.get("approvals"))["approvals"]] == [
            ("withdrawn", "admin-1"),
            ("approved", "admin-2"),
        ]
        with pytest.raises(Problem) as problem:
            await second.post(path, {"choice": "ignore"})
        assert problem.value.status == 409
        with pytest.raises(Problem) as problem:
            await desk.json(Call("GET", "/v1/admin/discrepancies"))
        assert problem.value.status == 403


async def test_the_command_shows_what_differs_and_keeps_it_unless_told_not_to(
    own_hub: LiveHub, desk: Agent, night: Night, tmp_path: Path
):
    calls = [call(1), call(2)]
    await send(desk, calls)
    await push(desk, table([calls[0], call(2, BJNR="另一种私密说法")]), tmp_path, night.interval.day, rows=2)
    dry = json.loads(own_hub.command("--json", "reconcile", "--agency", "police", "--dry-run"))
    assert [(row["kind"], row["place"], row["field"]) for row in dry] == [
        ("field_mismatch", "row 2", "/facts")
    ]
    assert await batches(night) == []
    text = own_hub.command("reconcile", "--day", night.interval.day.isoformat(), "--agency", "police")
    assert "field_mismatch" in text
    assert "私密" not in text
    assert len(await batches(night)) == 1


def _nights(hub: LiveHub) -> list[AbstractAsyncContextManager[Night]]:
    """The night of yesterday and that of today."""
    today = legal_day(datetime.now(UTC))
    return [open_night(hub.settings, Interval.of_day(day)) for day in (today - timedelta(days=1), today)]


async def _compared(night: Night) -> Mapping[str, int]:
    await collect(night, *CELL)
    return await reconcile(night, *CELL)


async def _task(desk: Agent) -> dict[str, Any]:
    (task,) = (await desk.json(Call("GET", "/v1/tasks", params={"state": "all"})))["tasks"]
    return task


async def _reply(desk: Agent, task: str, action: str) -> None:
    told = document(action=action, result="已核实")
    await say(desk, BUREAU, "task_reply", told, "supervision", re=task)


async def test_what_the_hub_asks_stands_among_the_units_tasks_until_it_is_mended(
    own_hub: LiveHub, desk: Agent, tmp_path: Path
):
    """The list of yesterday names two calls that were never sent; today's does until they are."""
    calls = [call(1), call(2)]
    yesterday, today = _nights(own_hub)
    async with yesterday as before, today as after:
        for night in (before, after):
            await push(desk, table(calls), tmp_path, night.interval.day, rows=2)
        assert await _compared(before) == {"missing_at_hub": 2}
        await _ask(before)
        task = await _task(desk)
        assert (task["kind"], task["from"], task["owner"], task["accepted_by_any_of"], task["state"]) == (
            "data_fix", "hub", BUREAU, [], "open",
        )  # fmt: skip
        (waits,) = (await desk.json(Call("GET", "/v1/todo")))["tasks"]
        assert (waits["task"], waits["by"]["actions"]) == (
            task["task"],
            ["accepted", "progress", "done", "rejected"],
        )
        await _reply(desk, task["task"], "accepted")
        with pytest.raises(Problem) as problem:
            await _reply(desk, task["task"], "accepted_result")
        assert problem.value.status == 409
        # As long as it is found, in whichever list, it is open.
        assert await _compared(before) == {"missing_at_hub": 2}
        assert await _compared(after) == {"missing_at_hub": 2}
        assert (await _task(desk))["state"] == "accepted"
        await send(desk, [call(1), call(3)])
        await push(desk, table([*calls, call(3)]), tmp_path, after.interval.day, rows=3)
        assert await _compared(after) == {"missing_at_hub": 1, "silence": 1}
        assert (await _task(desk))["state"] == "accepted"
        # What a list that is not complete does not speak of is not mended by that.
        await push(desk, table(calls[:1]), tmp_path, after.interval.day, rows=1, complete=False)
        assert "settled" not in await _compared(after)
        await _reply(desk, task["task"], "done")
        assert (await desk.json(Call("GET", "/v1/todo")))["tasks"] == []
        await send(desk, calls[1:])
        await push(desk, table(calls), tmp_path, after.interval.day, rows=2, complete=False)
        assert (await _compared(after))["settled"] == 1
        assert "settled" not in await _compared(after)
        closed = await _task(desk)
        assert (closed["state"], closed["closed_by"]) == ("closed", "hub")
        assert [word["action"] for word in closed["said"]] == ["accepted", "done"]
        async with before.hub.database.connection() as conn:
            found = await discrepancies.look(
                conn, before.hub.sealer, datetime.now(UTC), [before.interval.day]
            )
        assert [one.tasks for one in found.batches] == [{"closed": 1}]
        words = render.Words("en", lambda code, _: code)
        more = discrepancy_words.shown(found, words)
        html = render.page("discrepancies", words, "/hub", here="", keep="", it=found, batch=None, **more)
        assert "compared again: nothing differs 1" in html


async def test_a_record_that_differs_otherwise_is_not_mended(own_hub: LiveHub, desk: Agent, tmp_path: Path):
    """Yesterday's list names a call that was never sent; today it is there, and says something else."""
    yesterday, today = _nights(own_hub)
    async with yesterday as before, today as after:
        await push(desk, table([call(1)]), tmp_path, before.interval.day, rows=1)
        assert await _compared(before) == {"missing_at_hub": 1}
        await _ask(before)
        await send(desk, [call(1)])
        await push(desk, table([call(1, BJNR="另一种私密说法")]), tmp_path, after.interval.day, rows=1)
        assert await _compared(after) == {"field_mismatch": 1}
        assert (await _task(desk))["state"] == "open"
        await push(desk, table([call(1)]), tmp_path, after.interval.day, rows=1)
        assert (await _compared(after))["settled"] == 1


async def test_a_list_of_other_units_ends_nothing(own_hub: LiveHub, desk: Agent, tmp_path: Path):
    """The bureau lists itself and a station apart: what its own list shows the station's does not."""
    yesterday, today = _nights(own_hub)
    async with yesterday as before, today as after:
        await push(desk, table([call(1), call(2)]), tmp_path, before.interval.day, rows=2)
        assert await _compared(before) == {"missing_at_hub": 2}
        await _ask(before)
        await send(desk, [call(3)])
        await push(desk, table([call(3)]), tmp_path, after.interval.day, rows=1, coverage=[STATION])
        assert "settled" not in await _compared(after)
        assert (await _task(desk))["state"] == "open"
        await push(desk, table([call(3)]), tmp_path, after.interval.day, rows=1)
        found = await _compared(after)
        assert found["settled"] == 1


async def _ask(night: Night) -> None:
    (batch,) = await batches(night)
    await decide(night, str(batch["id"]), "ask_agency", "请核实", "af:one", None)
