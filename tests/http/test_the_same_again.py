"""Repeats, revisions, corrections and files of several records (contract 2, "The same again")."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope, sign
from hub.client.errors import Problem
from hub.client.sending import Accepted
from tests.http.saying import COMMITTEE, COURT, STATION, body, dispute, document, referral, say

POLICE = Path(__file__).parents[2] / "adapters/police/examples"
COURT_FILES = Path(__file__).parents[2] / "adapters/court/examples"
CSV = "text/csv;charset=GB18030"


def fresh(raw: bytes, old: str, new: str, charset: str = "utf-8") -> bytes:
    """The sample with another number, so that tests do not meet in it."""
    return raw.decode(charset).replace(old, new).encode(charset)


async def test_a_repeat_has_the_same_answer_and_no_second_effect(police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    raw = body(dispute())
    first = await police.send(police.sign(envelope, raw))
    again = await police.send(police.sign(envelope, raw))
    assert again.raw == first.raw
    assert again.receipt == first.receipt


async def test_the_same_jti_with_other_content_is_refused(police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    await police.send(police.sign(envelope, body(dispute())))
    with pytest.raises(Problem) as refused:
        await police.send(police.sign(envelope, body(dispute(facts="另一事实"))))
    assert (refused.value.status, refused.value.code) == (409, "jti-reused")
    with pytest.raises(Problem) as unreadable:
        await police.send(police.sign(envelope, b"{"))
    assert (unreadable.value.status, unreadable.value.code) == (409, "jti-reused")


async def test_twins_in_flight_have_one_effect(police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    signed = police.sign(envelope, body(dispute()))
    answers = await asyncio.gather(*(police.send(signed) for _ in range(8)))
    assert len({a.raw for a in answers}) == 1


async def test_a_refused_jti_may_come_again_corrected(police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    with pytest.raises(Problem) as refused:
        await police.send(police.sign(envelope, body(dispute(dispute_type="no-such-type"))))
    assert (refused.value.status, refused.value.code) == (422, "schema")
    accepted = await police.send(police.sign(envelope, body(dispute())))
    assert accepted.dispute is not None


async def test_a_native_number_again_is_a_revision(police: Agent, justice: Agent):
    raw = fresh((POLICE / "07_medoffice.json").read_bytes(), '"caseId": 12', '"caseId": 7012')
    envelope = {"to": COMMITTEE}
    first = await police.send(
        police.sign(Envelope(STATION, "referral", "mediation", "application/json", **envelope), raw)
    )
    changed = raw.replace("共用排水沟堵塞".encode(), "共用排水沟再次堵塞".encode())
    second = await police.send(
        police.sign(Envelope(STATION, "referral", "mediation", "application/json", **envelope), changed)
    )
    assert second.revision == 2
    assert (second.dispute, second.case) == (first.dispute, first.case)
    assert second.message != first.message
    assert second.deliveries == ({"unit": COMMITTEE, "state": "queued"},)
    told = await justice.message(second.message)
    assert (told["revision"], told["replaces"]) == (2, first.message)
    same = await police.send(
        police.sign(Envelope(STATION, "referral", "mediation", "application/json", **envelope), changed)
    )
    assert (same.revision, same.deliveries) == (3, ())


async def test_the_time_of_signing_is_no_new_content(court: Agent):
    """The file tells no time of its act, so that the shared form has that of the signature."""
    raw = fresh((COURT_FILES / "11_entrusted_after_filing.json").read_bytes(), "31044", "731044")
    raw = fresh(raw, "1207号", "71207号")

    async def sent(at: datetime, content: bytes) -> Accepted:
        envelope = Envelope(COURT, "referral", "adjudication", "application/json", to=COMMITTEE)
        return await court.send(sign(envelope, content, court.identity, lambda: at))

    present = datetime.now(UTC)
    first = await sent(present - timedelta(minutes=2), raw)
    assert first.deliveries
    same = await sent(present, raw)
    assert (same.revision, same.deliveries) == (2, ())
    changed = await sent(present, raw.replace("借款12000元".encode(), "借款13000元".encode()))
    assert (changed.revision, changed.deliveries) == (3, first.deliveries)


async def test_a_correction_reaches_whoever_was_told(police: Agent, justice: Agent):
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    told = document(
        action="apply",
        message=sent.message,
        changes=[{"pointer": "/reason", "reason_code": "typing"}],
        new={"reason": "更正后的理由"},
        requested_by="unit",
        reason="录入错误",
    )
    corrected = await say(police, STATION, "correction", told)
    assert corrected.dispute == opened.dispute
    assert {"unit": COMMITTEE, "state": "queued"} in corrected.deliveries
    with pytest.raises(Problem) as refused:
        await say(justice, COMMITTEE, "correction", {**told, "message": sent.message})
    assert refused.value.status == 404


async def test_a_file_of_records_keeps_the_good_ones(police: Agent):
    raw = (POLICE / "04_dispute_register_FWQZ_gbk.csv").read_bytes().decode("gb18030")
    for n in ("12", "13", "14"):
        raw = raw.replace(f"JF20210400{n}", f"JF20260400{n}")
    broken = raw.replace("彭测四,1,31", "彭测四,7,31")
    accepted = await police.send(
        police.sign(Envelope(STATION, "dispute", "police_handling", CSV), broken.encode("gb18030"))
    )
    told = [("problem" in r, r["record"]) for r in accepted.records]
    assert [bad for bad, _ in told] == [False, True, False]
    good = [r for r in accepted.records if "problem" not in r]
    assert len({r["dispute"] for r in good}) == 2
    assert len({r["message"] for r in good} | {accepted.message}) == 3
    again = await police.send(
        police.sign(Envelope(STATION, "dispute", "police_handling", CSV), raw.encode("gb18030"))
    )
    assert [r.get("revision") for r in again.records] == [2, None, 2]


async def test_a_repeated_call_in_one_file_is_one_dispute(police: Agent):
    raw = (POLICE / "03_alarm_daily_BF110_gbk.csv").read_bytes().decode("gb18030")
    raw = raw.replace("20210418093011001", "20260418093011001").replace(
        "20210418094502003", "20260418094502003"
    )
    raw = raw.replace("20210419081500009", "20260419081500009")
    accepted = await police.send(
        police.sign(Envelope("500199000000", "dispute", "police_handling", CSV), raw.encode("gb18030"))
    )
    disputes = [r["dispute"] for r in accepted.records]
    assert disputes[0] == disputes[1] != disputes[2]


async def test_a_dry_run_keeps_nothing(police: Agent, justice: Agent):
    opened = await say(police, STATION, "dispute", dispute())
    before = (await justice.messages(limit=500))["messages"]
    envelope = Envelope(
        STATION, "referral", "police_handling", SHARED_FORM, to=COMMITTEE, dispute=opened.dispute
    )
    told = await police.dry_run(police.sign(envelope, body(referral())))
    assert told["case"]["state"] == "sent"
    assert told["deliveries"] == [{"unit": COMMITTEE, "state": "queued"}]
    assert told["read"][0]["document"]["track"] == "police_people"
    assert "receipt" not in told
    after = (await justice.messages(limit=500))["messages"]
    assert [m["message"] for m in after] == [m["message"] for m in before]
    accepted = await police.send(police.sign(envelope, body(referral())))
    assert accepted.case is not None


async def test_refusals_are_listed_for_their_sender_only(police: Agent, justice: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    with pytest.raises(Problem):
        await police.send(police.sign(envelope, body(dispute(dispute_type="geheim-4711"))))
    own = (await police.refusals())["refusals"]
    mine = next(r for r in own if r["jti"] == envelope.jti)
    assert mine["code"] == "schema"
    assert mine["errors"][0]["pointer"] == "/dispute_type"
    assert "geheim-4711" not in json.dumps(own)
    others = (await justice.refusals())["refusals"]
    assert envelope.jti not in {r["jti"] for r in others}
