"""Justice's dossier, registry and questions sent to a served hub, answered as their list says."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.sending import Accepted
from tests.http.saying import COMMITTEE, STATION, body, dispute, document, now, referral, say

EXAMPLES = Path(__file__).parents[2] / "adapters" / "justice" / "examples"
BUREAU = "5001990000"
JSON = "application/json"
DOSSIER = "05_archive_harbin.json"


async def send(
    agent: Agent, content: str | dict[str, Any], unit: str, kind: str, purpose: str = "mediation", **more: Any
) -> Accepted:
    """An example by name, or a file made from one."""
    raw = (EXAMPLES / content).read_bytes() if isinstance(content, str) else body(content)
    return await agent.send(agent.sign(Envelope(unit, kind, purpose, JSON, **more), raw))


def sample(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((EXAMPLES / name).read_bytes())
    return told


async def handed_over(police: Agent, justice: Agent) -> Accepted:
    """A referral that the committee has taken on and begun to mediate."""
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    for step in ("signed", "accepted"):
        told = document(answer=step, signed_at=now())
        await say(justice, COMMITTEE, "referral_answer", told, re=sent.message)
    await say(justice, COMMITTEE, "mediation_progress", document(event="started", at=now()), re=sent.message)
    return sent


async def test_a_dossier_ends_the_case_it_answers(police: Agent, justice: Agent) -> None:
    with pytest.raises(Problem) as refused:
        await send(justice, DOSSIER, COMMITTEE, "mediation_result")
    assert (refused.value.status, refused.value.code) == (422, "case-unknown")

    sent = await handed_over(police, justice)
    untold = sample("05_archive_suspended.json") | {"archive.content": ""}
    with pytest.raises(Problem) as refused:
        await send(justice, untold, COMMITTEE, "mediation_progress", re=sent.message)
    assert [e["rule"] for e in refused.value.errors] == ["reason"]
    suspended = await send(
        justice, "05_archive_suspended.json", COMMITTEE, "mediation_progress", re=sent.message
    )
    assert suspended.case is not None
    assert suspended.case["state"] == "suspended"
    await say(
        justice, COMMITTEE, "mediation_progress", document(event="resumed", reason="已核实"), re=sent.message
    )
    ended = await send(justice, DOSSIER, COMMITTEE, "mediation_result", re=sent.message)
    assert ended.case is not None
    assert (ended.dispute, ended.case["state"]) == (sent.dispute, "agreed")
    visited = await send(justice, DOSSIER, COMMITTEE, "performance", re=sent.message)
    assert visited.dispute == sent.dispute
    own = await justice.native(ended.message)
    assert own.body == (EXAMPLES / DOSSIER).read_bytes()


async def test_an_unlisted_code_waits_with_what_the_list_holds(justice: Agent) -> None:
    told = sample(DOSSIER) | {"archive.state": 6}
    envelope = Envelope(COMMITTEE, "mediation_result", "mediation", JSON)
    with pytest.raises(Problem) as refused:
        await justice.send(justice.sign(envelope, body(told)))
    assert (refused.value.status, refused.value.code) == (422, "untranslatable")
    (held,) = [r for r in (await justice.refusals())["refusals"] if r["jti"] == envelope.jti]
    for errors in (refused.value.errors, held["errors"]):
        assert {(e["rule"], e["native"]) for e in errors} == {("code", "/archive.state")}
    assert "1 调解成功, -1 调解失败" in str(refused.value.errors)


async def test_contradictory_outcomes_wait_for_a_person(justice: Agent) -> None:
    told = sample(DOSSIER)
    told["protocol"]["result"] = -1
    with pytest.raises(Problem) as refused:
        await send(justice, told, COMMITTEE, "mediation_result")
    assert refused.value.code == "untranslatable"
    assert [(e["rule"], e["native"]) for e in refused.value.errors] == [("outcomes", "/archive.state")]


async def test_a_registry_page_is_five_entries(justice: Agent) -> None:
    name = "07_mediator_registry_gz12348.json"
    page = await send(justice, name, BUREAU, "mediator")
    assert [r["record"] for r in page.records] == [f"item {n}" for n in range(1, 6)]
    assert len({r["message"] for r in page.records}) == 5
    noted = [{f["code"] for f in r["findings"]} for r in page.records]
    assert "lossy" in noted[0]
    assert "identity" in noted[4]
    assert (await justice.native(page.records[0]["message"])).body == (EXAMPLES / name).read_bytes()

    again = sample(name)
    again["result"]["resultData"] = again["result"]["resultData"][:2]
    revised = await send(justice, again, BUREAU, "mediator")
    assert len({r["message"] for r in revised.records}) == 2  # the same ids again: still two people


async def test_committees_join_and_leave(justice: Agent) -> None:
    one = await send(justice, "08_org_gz12348.json", BUREAU, "mediation_organisation")
    assert one.dispute is None
    page = await send(justice, "08_organisations_gz12348.json", BUREAU, "mediation_organisation")
    assert len(page.records) == 2


async def test_a_question_is_asked_and_a_complaint_is_none(justice: Agent) -> None:
    asked = await send(justice, "09_consultation_advisory.json", COMMITTEE, "consultation")
    assert asked.case is not None
    assert asked.case["machine"] == "consultation"
    assert "historical" in {f["code"] for f in asked.findings}

    complaint = "09_complaint_advisory.json"
    made = await send(justice, complaint, COMMITTEE, "complaint")
    assert (made.case, made.dispute) == (None, None)
    with pytest.raises(Problem) as refused:
        await send(justice, complaint, COMMITTEE, "consultation")
    assert [(e["rule"], e["native"]) for e in refused.value.errors] == [("other-kind", "/type")]


async def test_a_case_of_another_platform_and_its_end(police: Agent, justice: Agent) -> None:
    """和合码: the number is the case's own, so the same again is a revision and the end needs no `re`."""
    first = await send(justice, "13_hefei_case.json", COMMITTEE, "dispute")
    told = sample("13_hefei_case.json") | {"case_type": "02"}
    again = await send(justice, told, COMMITTEE, "dispute")
    assert (again.revision, again.dispute) == (2, first.dispute)

    sent = await handed_over(police, justice)
    ended = await send(justice, "13_hefei_ended.json", COMMITTEE, "mediation_result", re=sent.message)
    assert ended.case is not None
    assert ended.case["state"] == "not_agreed"


async def test_statistics_are_no_message(justice: Agent) -> None:
    with pytest.raises(Problem) as refused:
        await send(justice, "11_statistics_ucuxin.json", BUREAU, "snapshot", "statistics")
    assert [e["rule"] for e in refused.value.errors] == ["no-format"]


async def test_both_outcomes_of_a_conclusion_wait_for_a_person(justice: Agent) -> None:
    told = sample("14_conclusion_ucuxin.json") | {"MS": 1, "MSDesc": "达成口头协议"}
    with pytest.raises(Problem) as refused:
        await send(justice, told, COMMITTEE, "mediation_result")
    assert ("outcomes", "/MS") in [(e["rule"], e["native"]) for e in refused.value.errors]
