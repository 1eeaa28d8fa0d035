"""Justice's dossier, registry and questions sent to a served hub, answered as their list says."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.sending import Accepted
from tests.http.saying import COMMITTEE, COURT, STATION, body, dispute, document, now, referral, say

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
    agreed = sample("13_hefei_ended.json") | {"result": "1"}
    with pytest.raises(Problem) as refused:
        await send(justice, agreed, COMMITTEE, "mediation_result", re=sent.message)
    assert refused.value.code == "rule"
    ended = await send(justice, "13_hefei_ended.json", COMMITTEE, "mediation_result", re=sent.message)
    assert ended.case is not None
    assert ended.case["state"] == "not_agreed"


async def test_statistics_are_no_message(justice: Agent) -> None:
    with pytest.raises(Problem) as refused:
        await send(justice, "11_statistics_ucuxin.json", BUREAU, "snapshot", "statistics")
    assert [e["rule"] for e in refused.value.errors] == ["kind-not-in-format"]


async def test_both_outcomes_of_a_conclusion_wait_for_a_person(justice: Agent) -> None:
    told = sample("14_conclusion_ucuxin.json") | {"MS": 1, "MSDesc": "达成口头协议"}
    with pytest.raises(Problem) as refused:
        await send(justice, told, COMMITTEE, "mediation_result")
    assert ("outcomes", "/MS") in [(e["rule"], e["native"]) for e in refused.value.errors]


async def test_what_is_handed_over_comes_as_a_register_and_is_answered_yes(
    police: Agent, justice: Agent
) -> None:
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    register = await justice.native(sent.message)
    told = json.loads(register.body)
    assert (told["status"], told["body"]["caseSource"]) == ("0", "公安机关移交")
    assert (told["body"]["accuserName"], told["body"]["defendantName"]) == ("郑测一", "冯测二")
    assert register.dropped

    await say(
        justice, COMMITTEE, "referral_answer", document(answer="signed", signed_at=now()), re=sent.message
    )
    yes = await send(justice, "16_answer_yes.json", COMMITTEE, "referral_answer", re=sent.message)
    assert yes.case is not None
    assert yes.case["state"] == "accepted"


async def test_a_committee_registers_what_it_takes_on_itself(justice: Agent) -> None:
    told = sample("15_register_referred.json")
    told["body"]["caseSource"] = "当事人申请"
    taken = await send(justice, told, COMMITTEE, "referral", to=COMMITTEE)
    assert taken.case is not None
    assert taken.case["machine"] == "referral"
    told["body"]["caseSource"] = "审判机关委托"
    with pytest.raises(Problem) as refused:
        await send(justice, told, COMMITTEE, "referral", to=COMMITTEE)
    assert (refused.value.status, refused.value.code) == (422, "schema")


async def test_the_court_says_no_in_the_committees_form(justice: Agent, court: Agent) -> None:
    applied = await send(
        justice, "06_confirmation_application.json", COMMITTEE, "confirmation_application", "confirmation",
        to=COURT,
    )  # fmt: skip
    told = document(decision="not_accepted", ground="355-2", reason="不属于本院管辖")
    refused = await say(court, COURT, "confirmation_answer", told, "confirmation", re=applied.message)
    form = await justice.native(refused.message)
    answer = json.loads(form.body)["body"]["act"]
    assert (answer["flag"], answer["comment"]) == ("no", "不属于本院管辖")
    assert "/ground" in form.dropped


async def test_a_warning_of_a_mediator(justice: Agent) -> None:
    warned = await send(justice, "18_early_warning.json", COMMITTEE, "early_warning", "warning", to=BUREAU)
    assert warned.case is not None
    assert warned.case["machine"] == "warning"
    assert "historical" not in {f["code"] for f in warned.findings}  # nothing in the form dates it


ALONE = {
    "01_application_form_query.txt": ("dispute", "mediation", None),
    "02_application_decoded.json": ("dispute", "mediation", None),
    "03_register_response.json": ("dispute", "mediation", None),
    "05_archive_harbin.json": ("dispute", "mediation", None),
    "06_confirmation_company.json": ("confirmation_application", "confirmation", COURT),
    "08_organisations_gz12348.json": ("mediation_organisation", "mediation", None),
    "09_complaint_advisory.json": ("complaint", "supervision", None),
    "09_consultation_advisory.json": ("consultation", "mediation", STATION),
    "13_hefei_case.json": ("dispute", "mediation", None),
    "18_early_warning.json": ("early_warning", "warning", BUREAU),
}


@pytest.mark.parametrize("name", sorted(ALONE))
async def test_the_senders_own_file_comes_back_byte_for_byte(justice: Agent, name: str) -> None:
    kind, purpose, to = ALONE[name]
    form = name.endswith(".txt")
    media = "application/x-www-form-urlencoded" if form else JSON
    unit = BUREAU if kind == "mediation_organisation" else COMMITTEE
    raw = (EXAMPLES / name).read_bytes()
    made = await justice.send(justice.sign(Envelope(unit, kind, purpose, media, to=to), raw))
    message = made.message or made.records[0]["message"]
    own = await justice.native(message)
    assert (own.body, own.content_type) == (raw, media)
