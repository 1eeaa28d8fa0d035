"""Planted differences between hub and agency: found exactly, told once, nothing of persons in clear."""

from pathlib import Path
from typing import Any
from uuid import UUID

from hub.client.agent import Agent
from hub.client.receiving import Answers, SetErr
from hub.nightly.collect import collect, groups
from hub.nightly.night import Night
from hub.nightly.reconcile import find, reconcile
from tests.adapters.court.case_files import EXAMPLES, GBK
from tests.adapters.court.test_court_over_http import of_case
from tests.adapters.court.test_court_over_http import send as court_send
from tests.http import saying
from tests.http.saying import COURT
from tests.live import LiveHub
from tests.nightly.lists import BUREAU, CSV, call, push, send, table

CELL = ("police", "500199")
POLL = "urn:ietf:rfc:8936"


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


async def test_a_second_run_changes_nothing_and_no_value_lies_in_clear(
    own_hub: LiveHub, desk: Agent, night: Night, tmp_path: Path
):
    calls = [call(n) for n in range(1, 6)]
    await send(desk, calls)
    listed = [call(1, BJNR="私密的另一说法", BJRXM="彭测四", SSRS="3"), *calls[1:], call(9)]
    await push(desk, table(listed), tmp_path, night.interval.day, rows=len(listed))
    await collect(night, *CELL)
    once = await reconcile(night, *CELL)
    assert once == {"field_mismatch": 3, "missing_at_hub": 1}
    before = await rows_of(night, "SELECT * FROM finding ORDER BY id")
    await send(desk, [call(9)])  # which came after the cut-off
    await collect(night, *CELL)
    assert await reconcile(night, *CELL) == {"field_mismatch": 3}
    after = await rows_of(night, "SELECT * FROM finding ORDER BY id")
    assert [row for row in before if row["kind"] != "missing_at_hub"] == [
        row for row in after if row["kind"] != "missing_at_hub"
    ]
    assert [row["state"] for row in after if row["kind"] == "missing_at_hub"] == ["gone"]
    assert await reconcile(night, *CELL) == {"field_mismatch": 3}
    runs = await rows_of(night, "SELECT job, digest FROM night_run ORDER BY started_at")
    compared = [row["digest"] for row in runs if row["job"] == "reconcile"]
    assert compared[0] != compared[1] == compared[2]
    collected = [row["digest"] for row in runs if row["job"] == "collect_snapshots"]
    assert collected[0] == collected[1]
    shown = {row["field"]: (row["hub_shown"], row["agency_shown"]) for row in after if row["field"]}
    assert shown == {
        "/facts": ("*** (9)", "*** (7)"),
        "/injuries/injured": ("0", "3"),
        "/parties/0/name": ("冯**", "彭**"),
    }
    everything = repr(before) + repr(after) + own_hub.log()
    for value in ("私密", "彭测四", "冯测二", "邻居"):
        assert value not in everything
    sealer = night.hub.sealer
    (facts,) = (row for row in after if row["field"] == "/facts")
    dek = sealer.unwrap(facts["dek"], None, f"finding|{facts['id']}|dek")
    said = sealer.open(dek, f"finding|{facts['id']}|agency_value", facts["agency_value"]).decode()
    assert said == "私密的另一说法"


async def test_states_that_disagree_and_a_list_in_another_format(
    own_hub: LiveHub, night: Night, tmp_path: Path
):
    cell = ("court", "500199")
    text = (EXAMPLES / "18_cases_EAJ_gbk.csv").read_bytes().decode("gb18030")
    head, first, *_ = text.splitlines()
    first = first.replace("500199202100012", "500199202100871").replace("民特12号", "民特871号")
    async with Agent(own_hub.identity("court-sys")) as court:
        await court_send(court, "dispute", of_case(871), GBK)
        case_list = f"{head}\r\n{first}\r\n".encode("gb18030")
        await court_send(court, "case_status", case_list, CSV)
        archived = f"{head}\r\n{first.replace('结案', '归档')}\r\n".encode("gb18030")
        list_of = {"unit": COURT, "dataset": "disputes", "rows": 1}
        await push(court, archived, tmp_path, night.interval.day, **list_of)
        await collect(night, *cell)
        (told,) = await find(night, *cell)
        assert (told.kind, told.pointer, told.shown()) == (
            "status_contradiction",
            "/phase",
            ("closed_other", "archived"),
        )
        # The same case, told in full as XML: what the list has no column for is no difference.
        await court_send(court, "case_status", of_case(871, "04_case_closed_with_service_gbk.xml"), GBK)
        await push(court, case_list, tmp_path, night.interval.day, **list_of)
        await collect(night, *cell)
        assert [(one.kind, one.pointer) for one in await find(night, *cell)] == [("silence", "/blob")]


async def test_a_delivery_that_was_refused_is_sent_again(
    own_hub: LiveHub, desk: Agent, night: Night, tmp_path: Path
):
    await desk.create_stream(POLL)
    async with Agent(own_hub.identity("justice-sys")) as justice:
        number = {"system": "rmtj_no", "value": "(2026)渝0199人调字第7号"}
        told = saying.dispute(identifiers=[number])
        sent = await saying.say(justice, saying.COMMITTEE, "dispute", told, to=BUREAU)
    (event,) = (await desk.poll(wait=True)).events
    assert event.message == sent.message
    await desk.poll(Answers(errors={event.jti: SetErr("invalid_request", "")}), max_events=0)
    calls = [call(1)]
    await send(desk, calls)
    await push(desk, table(calls), tmp_path, night.interval.day, rows=1)
    await collect(night, *CELL)
    assert await reconcile(night, *CELL) == {"missing_at_agency": 1, "mended": 1}
    (kept,) = await rows_of(night, "SELECT kind, state, mended, delivery FROM finding")
    assert kept == {
        "kind": "missing_at_agency",
        "state": "mended",
        "mended": "replayed",
        "delivery": UUID(event.jti),
    }
    (again,) = (await desk.poll(wait=True)).events
    assert (again.jti, again.seq) == (event.jti, event.seq)
    # Held a second time it is a person's; a run of the same day does not send it a third time.
    await desk.poll(Answers(errors={event.jti: SetErr("invalid_request", "")}), max_events=0)
    assert await reconcile(night, *CELL) == {"missing_at_agency": 1}
    (held,) = await rows_of(
        night, "SELECT state FROM delivery WHERE event = 'dispute' AND system = 'police-sys'"
    )
    assert held["state"] == "held"
    actions = await rows_of(night, "SELECT actor, action FROM admin_action WHERE actor = 'night'")
    assert actions == [{"actor": "night", "action": "delivery-replayed"}]


async def rows_of(night: Night, query: str) -> list[dict[str, Any]]:
    async with night.hub.database.connection() as conn:
        return [dict(row) for row in await conn.fetch(query)]
