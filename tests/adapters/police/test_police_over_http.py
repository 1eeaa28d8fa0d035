"""Police files sent to a hub that is served: calls, what was done on them, the case index, and answers."""

from collections.abc import AsyncIterator

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.receiving import POLL, Answers
from hub.client.sending import Accepted
from tests.adapters.police.station_files import (
    ACK,
    BUREAU,
    CALLS,
    CSV,
    INDEX,
    JSON,
    STATION,
    feedback,
    members,
    table,
)
from tests.http.saying import COMMITTEE, dispute, document, now, referral, say
from tests.live import LiveHub


@pytest.fixture
async def police(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("police-sys")) as agent:
        yield agent


@pytest.fixture
async def committee(hub: LiveHub) -> AsyncIterator[Agent]:
    async with Agent(hub.identity("justice-sys")) as agent:
        yield agent


async def send(
    agent: Agent, kind: str, body: bytes, media: str, unit: str = STATION, re: str | None = None
) -> Accepted:
    envelope = Envelope(unit, kind, "police_handling", media, re=re)
    return await agent.send(agent.sign(envelope, body))


async def test_feedback_belongs_to_its_call_and_decides_nothing(police: Agent) -> None:
    number = {"caseno": "20210418093011777"}
    with pytest.raises(Problem) as refused:
        await send(police, "case_status", feedback(number), JSON)
    assert (refused.value.status, refused.value.code) == (422, "case-unknown")

    calls = table(CALLS, {"JJDBH": number["caseno"]})
    call = await send(police, "dispute", calls, CSV, BUREAU)
    first = await send(police, "case_status", feedback(number), JSON)
    assert [r["dispute"] for r in first.records] == [call.records[0]["dispute"]]
    before = await police.dispute(first.records[0]["dispute"])
    assert before["state"] == "registered"

    longer = feedback(number | {"replies": "又一次到场,移交调解。"})
    second = await send(police, "case_status", longer, JSON)
    assert second.records[0]["revision"] == 2
    assert (await police.dispute(first.records[0]["dispute"]))["state"] == "registered"
    read = await police.message(second.records[0]["message"])
    assert read["document"]["text"] == "又一次到场,移交调解。"


async def test_the_sample_goes_out_and_comes_back_byte_for_byte(police: Agent) -> None:
    number = "20210418093011776"
    opened = await send(police, "dispute", table(CALLS, {"JJDBH": number}), CSV, BUREAU)
    body = feedback({"caseno": number})
    told = await send(police, "case_status", body, JSON)
    assert told.records[0]["dispute"] == opened.records[0]["dispute"]
    native = await police.native(told.message)
    assert native.body == body


async def test_the_same_call_in_another_form_is_a_revision(police: Agent) -> None:
    number = "20210418093011778"
    call = await send(police, "dispute", table(CALLS, {"JJDBH": number}), CSV, BUREAU)
    row = await send(police, "dispute", feedback({"caseno": number}), JSON)
    assert row.records[0]["revision"] == 2
    assert row.records[0]["dispute"] == call.records[0]["dispute"]


async def test_a_case_is_joined_to_its_call_by_the_number_it_names(police: Agent) -> None:
    number = "20210418093011779"
    call = await send(police, "dispute", table(CALLS, {"JJDBH": number}), CSV, BUREAU)
    rows = (
        {"AJBH": "A779", "DCD_XGJQBH": number},
        {"AJBH": "A780", "DCD_XGJQBH": number},
        {"AJBH": "A781", "DCD_XGJQBH": ""},
    )
    cases = await send(police, "dispute", table(INDEX, *rows), CSV)
    first, second, alone = (r["dispute"] for r in cases.records)
    assert first == second == call.records[0]["dispute"] != alone


async def test_an_unmapped_code_waits_in_quarantine_with_the_candidates(police: Agent) -> None:
    wrong = table(CALLS, {"JJDBH": "20210418093011780", "BJLX": "909900"}, {"JJDBH": "20210418093011781"})
    told = await send(police, "dispute", wrong, CSV, BUREAU)
    refused, accepted = told.records
    assert "message" in accepted
    (error,) = refused["problem"]["errors"]
    assert (error["native"], error["rule"]) == ("/BJLX", "code-twice")
    assert "200200 治安纠纷" in error["candidates"]
    assert "909900" not in str(told.records)

    with pytest.raises(Problem) as found:
        await send(police, "native_ack", members(ACK, ResultCode="200"), JSON)
    assert (found.value.status, found.value.code) == (422, "untranslatable")
    (error,) = found.value.errors
    assert error["native"] == "/ResultCode"
    assert "1 成功" in error["candidates"]
    waiting = (await police.refusals())["refusals"]
    (held,) = [r for r in waiting if r["kind"] == "native_ack"]
    assert held["errors"] == [
        {"native": "/ResultCode", "rule": "code", "candidates": "ResultCode · OtherLink: 1 成功, 0 系统错误"}
    ]


async def test_the_answer_of_the_interface_settles_the_delivery_it_is_about(
    police: Agent, committee: Agent
) -> None:
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    signed = document(answer="signed", signed_at=now())
    answer = await say(committee, COMMITTEE, "referral_answer", signed, re=sent.message)
    if await police.stream() is None:
        await police.create_stream(POLL)
    answers = Answers()
    while True:
        polled = await police.poll(answers)
        if any(event.message == answer.message for event in polled.events):
            break
        answers = Answers(ack=[event.jti for event in polled.events])
    assert await state(committee, answer.message) == "queued"
    await send(police, "native_ack", members(ACK), JSON, re=answer.message)
    assert await state(committee, answer.message) == "acknowledged"


async def state(agent: Agent, message: str) -> str:
    (delivery,) = (await agent.message(message))["deliveries"]
    return str(delivery["state"])


async def test_the_same_call_twice_in_a_day_file_is_one_dispute(police: Agent) -> None:
    number = {"JJDBH": "20210418093011782"}
    told = await send(police, "dispute", table(CALLS, number, number | {"BJNR": "补充"}), CSV, BUREAU)
    first, second = told.records
    assert first["dispute"] == second["dispute"]
    assert second["revision"] == 2
