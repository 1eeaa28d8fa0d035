"""The screening of a night over a served hub: applied for, screened, read by the court alone, answered."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.receiving import Answers
from hub.client.sending import Accepted
from hub.errors import Refused
from hub.exchange.configuration import check_config
from hub.nightly.night import Night
from hub.nightly.screening import screen
from hub.store.address import Address
from tests.conftest import _data_dir
from tests.http.administering import Admin
from tests.http.agreements import AGREEMENT, PARTIES, Told, clean
from tests.http.saying import COMMITTEE, SHANGHAI, STATION, TRIBUNAL, dispute, document, say
from tests.live import LiveHub, live_hub
from tests.nightly.own import night_around_now, speaking
from tests.nightly.screening.patterns import AREA, fresh_seed, world_of
from tests.nightly.screening.planting import Story, World, messages

PHONE = "10000000091"
LOAN = {"dispute_type": "4", "cause": {"code": "108.3"}, "origin": "application"}
PAIR = [{**p, "phones": [PHONE]} for p in PARTIES]
"""Two people who leave one telephone."""
PEOPLE = World(1)
_SEEN = "SELECT id FROM false_litigation_flag WHERE case_id = $3 AND (SELECT act_as($1, $2))"


@pytest.fixture(scope="module")
def own_hub(server: Address, server_dir, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveHub]:
    with (
        _data_dir(server, server_dir, tmp_path_factory.mktemp("screening")) as settings,
        live_hub(settings) as hub,
    ):
        yield hub


@pytest.fixture
async def room(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with speaking(own_hub, "justice-sys") as agent:
        yield agent


@pytest.fixture
async def tribunal(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with speaking(own_hub, "court-sys") as agent:
        yield agent


@pytest.fixture
async def station(own_hub: LiveHub) -> AsyncIterator[Agent]:
    async with speaking(own_hub, "police-sys") as agent:
        yield agent


@pytest.fixture
async def night(own_hub: LiveHub) -> AsyncIterator[Night]:
    async with night_around_now(own_hub) as opened:
        yield opened


async def applied(agent: Agent, parties: list[Told], **members: Any) -> tuple[str, Accepted]:
    """A loan registered by the committee, its agreement signed an hour later, and the application."""
    now = datetime.now(UTC).astimezone(SHANGHAI)
    before = (now - timedelta(hours=2)).isoformat(timespec="seconds")
    told = {**LOAN, "parties": parties, "reported_at": before, **members}
    registered = await say(agent, COMMITTEE, "dispute", dispute(**told))
    signed = (now - timedelta(hours=1)).isoformat(timespec="seconds")
    pay = {**AGREEMENT["items"][0], "amount": {"amount": "300000", "precision": "exact"}}
    agreement = {
        **AGREEMENT,
        "items": [pay],
        "signatures": [{**s, "at": signed} for s in AGREEMENT["signatures"]],
        "organisation_seal_at": signed,
        "effective_on": signed[:10],
    }
    asked = clean(agreement=agreement, applicants=parties, effective_on=signed[:10])
    to = {"dispute": registered.dispute, "to": TRIBUNAL}
    return registered.message, await say(agent, COMMITTEE, "confirmation_application", asked, **to)


async def waiting(agent: Agent) -> dict[str, list[str]]:
    """Signs by case of what waits to be seen."""
    return {one["case"]: one["signs"] for one in (await agent.flagged())["cases"]}


async def refusal(agent: Agent, case: str) -> tuple[int, dict[str, Any]]:
    """What is answered to who may not read: all of it but the random instance."""
    with pytest.raises(Problem) as caught:
        await agent.flags(case)
    return caught.value.status, {k: v for k, v in caught.value.document.items() if k != "instance"}


async def heard(agent: Agent, case: str, kind: str) -> list[dict[str, Any]]:
    """What a system polls of a kind in a case."""
    answers, found = Answers(), []
    while (polled := await agent.poll(answers)).events:
        answers = Answers(ack=[event.jti for event in polled.events])
        found += [
            e.said for e in polled.events if e.kind == kind and (e.said["case"] or {}).get("id") == case
        ]
    return found


async def test_the_court_reads_and_answers_and_nobody_else_learns_of_it(
    night: Night, room: Agent, tribunal: Agent, station: Agent
):
    registration, asked = await applied(room, PAIR)
    case = asked.case["id"]
    assert (await tribunal.flags(case))["flags"] == []
    assert case not in await waiting(tribunal)
    counts = await screen(night)
    assert counts["new"] >= 3
    told = await tribunal.flags(case)
    assert (told["flags_seen"], told["for_reference_only"]) == (False, True)
    found = {flag["sign"]: flag for flag in told["flags"]}
    assert set(found) == {"F4", "F7", "H6"}
    assert found["H6"]["messages"] == [registration, asked.message]
    assert found["H6"]["reason"]["zh"] == "双方当事人使用同一联系方式"
    assert not any(said in str(told) for said in (PHONE, "郑测一", "300000"))
    assert (await waiting(tribunal))[case] == ["F4", "F7", "H6"]
    assert await waiting(room) == await waiting(station) == {}
    for unit, seen in ((COMMITTEE, 0), (STATION, 0), (TRIBUNAL, 3)):
        rows = await night.hub.database.read((unit,), None, _SEEN, UUID(case))
        assert len(rows) == seen, unit
    for agent in (room, station):
        status, body = await refusal(agent, case)
        assert (status, body) == await refusal(agent, str(uuid4()))
        assert status == 404
    assert await refusal(tribunal, str(uuid4())) == (status, body)

    # Nothing follows from a flag: the application is where it was, and accepting it is the court's.
    state = await tribunal.case(case)
    assert state["state"] == "submitted"
    answer = {"decision": "accepted", "accepted_on": datetime.now(SHANGHAI).date().isoformat()}
    accepted = await say(tribunal, TRIBUNAL, "confirmation_answer", document(**answer, about_case=case))
    assert [f["pointer"] for f in accepted.findings if f["code"] == "flag_seen"] == ["/flags_seen"]
    (token,) = await heard(room, case, "confirmation_answer")
    assert not [f for f in token.get("findings", []) if f["code"] == "flag_seen"]
    read = await room.message(accepted.message)
    assert not [f for f in read["findings"] if f["code"] == "flag_seen"]
    own = await tribunal.message(accepted.message)
    assert [f for f in own["findings"] if f["code"] == "flag_seen"]


async def test_an_answer_that_says_they_were_seen_has_no_finding(night: Night, room: Agent, tribunal: Agent):
    _, asked = await applied(room, PAIR)
    case = asked.case["id"]
    await screen(night)
    seen = {"seen": True, "disposition": "explained", "reason": "已核对"}
    answer = {"decision": "accepted", "accepted_on": datetime.now(SHANGHAI).date().isoformat()}
    told = document(**answer, flags_seen=seen, about_case=case)
    accepted = await say(tribunal, TRIBUNAL, "confirmation_answer", told)
    assert "flag_seen" not in [f["code"] for f in accepted.findings]
    assert (await tribunal.flags(case))["flags_seen"] is True
    assert case not in await waiting(tribunal)
    (token,) = await heard(room, case, "confirmation_answer")
    assert "flags_seen" not in token["document"]


async def test_a_second_run_leaves_the_same_rows(night: Night, room: Agent):
    await applied(room, PAIR)
    await screen(night)
    before = await rows(night)
    counts = await screen(night)
    assert counts["known"] > 0
    assert (counts["new"], counts["changed"]) == (0, 0)
    assert await rows(night) == before
    async with night.hub.database.connection() as conn:
        digests = await conn.fetch(
            "SELECT digest FROM night_run WHERE job = 'screen_false_litigation' ORDER BY id DESC LIMIT 2"
        )
    assert digests[0]["digest"] == digests[1]["digest"]


async def rows(night: Night) -> list[tuple[str, ...]]:
    async with night.hub.database.connection() as conn:
        flags = await conn.fetch("SELECT * FROM false_litigation_flag ORDER BY id")
        cases = await conn.fetch("SELECT id, version, facts FROM case_run ORDER BY id")
    return [tuple(map(str, row)) for row in (*flags, *cases)]


async def test_people_of_other_disputes_are_found_by_what_stands_with_their_messages(
    night: Night, room: Agent, tribunal: Agent, station: Agent
):
    """Three loans of one lender elsewhere, registered by the police: the fourth is applied for."""
    lender = {**PARTIES[0], "id_number": "500000199001019037", "name": "彭测四", "phones": ["10000000044"]}
    for n in range(3):
        other = {"ref": "p2", "kind": "person", "role": "side_b", "name": f"借测{n}"}
        parties = [{**lender, "role": "side_a"}, other]
        told = dispute(**{**LOAN, "origin": "police_call", "parties": parties})
        await say(station, STATION, "dispute", told)
    _, asked = await applied(room, [lender, PARTIES[1]])
    await screen(night)
    found = {f["sign"]: f for f in (await tribunal.flags(asked.case["id"]))["flags"]}
    assert "H6" not in found
    assert len(found["L2"]["messages"]) == 3 + 2


async def test_a_mirrored_agreement_of_the_same_two_is_found(night: Night, room: Agent, tribunal: Agent):
    one, two = PEOPLE.person("p1"), PEOPLE.person("p2")
    _, first = await applied(room, [one, two])
    swapped = [{**two, "ref": "p1"}, {**one, "ref": "p2"}]
    _, second = await applied(room, swapped)
    await screen(night)
    for mine, other in ((first, second), (second, first)):
        found = {f["sign"]: f for f in (await tribunal.flags(mine.case["id"]))["flags"]}
        assert {mine.message, other.message} <= set(found["H1"]["messages"])


async def test_a_dispute_told_twice_and_merged_counts_once(
    night: Night, own_hub: LiveHub, room: Agent, tribunal: Agent, station: Agent
):
    """Two loans before, and this one registered by the police too: three in all, not four."""
    phone = {"phones": ["10000000055"]}
    parties = [PEOPLE.person("p1", **phone), PEOPLE.person("p2", **phone)]
    for _ in range(3):
        told = dispute(**{**LOAN, "origin": "police_call", "parties": parties})
        home = await say(station, STATION, "dispute", told)
    _, asked = await applied(room, parties)
    admins = []
    for name in ("admin-one", "admin-two"):
        own_hub.register(name, "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
        admins.append(Admin(Agent(own_hub.identity(name))))
    first, second = admins
    async with first.agent, second.agent:
        proposal = await first.post("merges", {"survivor": home.dispute, "absorbed": [asked.dispute]})
        await second.post(f"approvals/{proposal['approval']}/approve")
    await screen(night)
    found = {f["sign"]: f for f in (await tribunal.flags(asked.case["id"]))["flags"]}
    assert "H6" in found
    assert asked.message in found["H6"]["messages"]
    assert "L2" not in found


OVER_HTTP = ("F3", "F4", "F7", "H1", "H2", "H4", "H6", "H7", "L2", "L4", "L7")
"""Signs that rest on registrations and applications alone: no other party need act before they show."""


def without_sessions() -> tuple[int, list[Story]]:
    """A fresh seed, and its stories that need no run of mediation: among them one at least of every sign."""
    while True:
        seed = fresh_seed()
        stories = [story for story in world_of(seed, OVER_HTTP, 3).stories if story.sessions is None]
        if set().union(*(story.labels for story in stories if story.pending)) >= set(OVER_HTTP):
            return seed, stories


async def test_planted_signs_are_found_from_the_senders_files(
    own_hub: LiveHub, room: Agent, tribunal: Agent, tmp_path: Path
):
    """A generated district sent by HTTP, screened by the command, read by the court."""
    set_config(own_hub, tmp_path, "2025-01-01", {"areas": [AREA]})
    seed, stories = without_sessions()
    print(f"seed {seed}")
    draw, gate = Random(1), asyncio.Semaphore(8)

    async def sent(story: Story) -> tuple[Story, str | None]:
        dispute = case = None
        for kind, _, _, told in messages(story, draw, inline_share=1):
            async with gate:
                to = {"dispute": dispute, "to": TRIBUNAL} if dispute else {}
                accepted = await say(room, COMMITTEE, kind, told, "mediation", **to)
            dispute, case = accepted.dispute, (accepted.case or {}).get("id", case)
        return story, case

    for story in stories:  # an older matter that was agreed was applied for, too
        story.pending, older = story.pending or story.agreed, not story.pending
        story.labels |= {"older"} if older else set()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(sent(story)) for story in stories]
    own_hub.command("screen")
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for story, case in (task.result() for task in tasks):
        if case is None or "older" in story.labels:
            continue
        found = {flag["sign"] for flag in (await tribunal.flags(case))["flags"]}
        for sign in found | story.labels:
            hit = sign in found and sign in story.labels
            counts[sign]["hit" if hit else "false" if sign in found else "missed"] += 1
    planted = sum(n["hit"] + n["missed"] for n in counts.values())
    assert set(counts) >= {*OVER_HTTP, "H3"}, seed
    assert sum(n["hit"] for n in counts.values()) >= 0.9 * planted, (seed, counts)
    assert sum(n["false"] for n in counts.values()) <= 0.1 * planted, (seed, counts)


def set_config(hub: LiveHub, folder: Path, since: str, value: dict[str, Any]) -> None:
    file = folder / f"{since}.json"
    file.write_text(json.dumps([{"name": "screening", "valid_from": since, "value": value}]))
    hub.command("config", "import", str(file))


@pytest.mark.parametrize(
    "value",
    [[], {"agreed_hours": 0}, {"agreed_hours": True}, {"areas": "测试"}, {"areas": [""]}, {"other": 1}],
)
def test_a_threshold_that_is_none_is_refused(value: Any):
    with pytest.raises(Refused):
        check_config("screening", value)


async def test_a_district_sets_its_own_thresholds(
    own_hub: LiveHub, room: Agent, tribunal: Agent, tmp_path: Path
):
    """By the command, as operators do: where so much must be at stake, a quick agreement is nothing odd."""
    _, asked = await applied(room, PARTIES)
    value = {"stake_yuan": 1_000_000, "loan_matters": 100, "areas": ["测试镇一号村"]}
    set_config(own_hub, tmp_path, "2026-01-01", value)
    told = json.loads(own_hub.command("--json", "screen"))
    assert told["counts"]["applications"] > 0
    assert (await tribunal.flags(asked.case["id"]))["flags"] == []


async def test_a_report_of_the_screening_needs_a_persons_review(room: Agent, tribunal: Agent):
    _, asked = await applied(room, PARTIES)
    case = asked.case["id"]
    told = {
        "origin": "screening",
        "signs": [{"id": "H6", "evidence": ["双方同一电话"]}],
        "suspend_mediation": False,
    }
    bare = await say(tribunal, TRIBUNAL, "false_litigation_report", document(**told, about_case=case))
    assert [f["code"] for f in bare.findings if f.get("pointer") == "/human_review"] == ["completeness"]
    review = {"by": "魏法一", "on": datetime.now(SHANGHAI).date().isoformat(), "conclusion": "unclear"}
    reviewed = document(**told, human_review=review, about_case=case)
    whole = await say(tribunal, TRIBUNAL, "false_litigation_report", reviewed)
    assert not [f for f in whole.findings if f.get("pointer") == "/human_review"]
    assert UUID(whole.message)


async def test_a_crime_lead_reaches_the_police_unit_it_names_and_no_other(
    room: Agent, tribunal: Agent, station: Agent
):
    _, asked = await applied(room, PARTIES)
    case, before = asked.case["id"], await room.case(asked.case["id"])
    lead = {
        "origin": "judge",
        "signs": [{"id": "H6", "evidence": ["双方同一电话"], "weight": 80}],
        "reported_by": {"unit": TRIBUNAL, "person": "魏法一"},
        "suspend_mediation": False,
    }
    told = document(**lead, crime_lead_to=STATION, about_case=case)
    accepted = await say(tribunal, TRIBUNAL, "false_litigation_report", told)
    assert [d["unit"] for d in accepted.deliveries] == [STATION]
    (token,) = await heard(station, case, "false_litigation_report")
    assert {name: token["document"][name] for name in lead} == lead
    assert token["document"]["crime_lead_to"] == STATION
    assert (await station.message(accepted.message))["role"] == "crime_lead_unit"

    # The applicant hears nothing, reads nothing, and its case looks as it did.
    assert await heard(room, case, "false_litigation_report") == []
    with pytest.raises(Problem) as hidden:
        await room.message(accepted.message)
    assert hidden.value.status == 404
    after = await room.case(case)
    assert (after["state"], after["history"]) == (before["state"], before["history"])
    timeline = await room.dispute(asked.dispute)
    assert accepted.message not in str(timeline)
    assert accepted.message in str((await tribunal.case(case))["history"])

    # A mediator's lead: its court reads it whole, the station too, also where the envelope names it.
    own = document(**{**lead, "origin": "mediator"}, crime_lead_to=STATION, about_case=case)
    second = await say(room, COMMITTEE, "false_litigation_report", own, to=STATION)
    assert [d["unit"] for d in second.deliveries] == [TRIBUNAL, STATION]
    for agent in (tribunal, station):
        assert (await agent.message(second.message))["document"]["signs"] == lead["signs"]

    # Who is none of the police is not told, and only the sender hears that nobody was.
    other = document(**{**lead, "origin": "mediator"}, crime_lead_to="5001990100", about_case=case)
    third = await say(room, COMMITTEE, "false_litigation_report", other)
    assert [d["unit"] for d in third.deliveries] == [TRIBUNAL]
    assert [f["pointer"] for f in third.findings if f["code"] == "crime-lead"] == ["/crime_lead_to"]
    assert "crime-lead" not in [f["code"] for f in (await tribunal.message(third.message))["findings"]]
