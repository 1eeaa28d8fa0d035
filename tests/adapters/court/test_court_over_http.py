"""Court files sent to a hub that is served, in the order in which a court would send them."""

import json

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.sending import Accepted
from tests.adapters.court.case_files import EXAMPLES, GBK, JSON, UTF8, front_end, xml
from tests.http import saying

COURT, TRIBUNAL, COMMITTEE = "500199", "50019901", "3105"
FILED, CLOSED = "01_case_filed_2009data_gbk.xml", "04_case_closed_with_service_gbk.xml"
DELEGATED, ENTRUSTED = "11_referral_out_sf.json", "11_entrusted_after_filing.json"
ANSWER = "15_confirmation_answer_getMoveInfo.json"
ADJUDICATION, CONFIRMATION = "adjudication", "confirmation"


async def send(
    agent: Agent, kind: str, body: bytes, media: str, unit: str = COURT, to: str | None = None
) -> Accepted:
    purpose = CONFIRMATION if kind.startswith(CONFIRMATION) else ADJUDICATION
    return await agent.send(agent.sign(Envelope(unit, kind, purpose, media, to=to), body))


async def refused(
    agent: Agent, kind: str, body: bytes, media: str, unit: str = COURT, to: str | None = None
) -> Problem:
    with pytest.raises(Problem) as found:
        await send(agent, kind, body, media, unit, to)
    return found.value


def of_case(number: int, example: str = FILED, **fields: str) -> bytes:
    numbers = {"案件标识": f"50019920210{number:04}", "案号": f"(2021)渝0199民特{number}号"} | fields
    return xml(example, {f"民事案件基本信息/{name}": text for name, text in numbers.items()})


def codes(accepted: Accepted) -> set[object]:
    return {finding["code"] for finding in accepted.findings}


async def test_a_case_file_and_what_became_of_it(court: Agent) -> None:
    first = await send(court, "dispute", of_case(801), GBK)
    stray = of_case(801, 案号="（2021）渝0199民特801号").replace(b"</R>", b"</R>1", 1)
    second = await send(court, "dispute", stray, GBK)
    third = await send(court, "dispute", of_case(801), UTF8)
    assert [first.revision, second.revision, third.revision] == [None, 2, 3]
    assert first.dispute == second.dispute == third.dispute
    assert "dropped" in codes(second)
    assert "encoding" in codes(third)

    closed = await send(court, "case_status", of_case(801, CLOSED), GBK)
    archived = await send(court, "case_status", of_case(801, CLOSED, 案件进展阶段代码="8"), GBK)
    again = await send(court, "case_status", of_case(801, CLOSED, 承办人="贺审二"), GBK)
    assert [closed.revision, archived.revision, again.revision] == [None, None, 2]
    assert closed.dispute == archived.dispute == first.dispute
    read = await court.message(closed.message)
    assert len(read["document"]["services"]) == 3


async def test_a_status_needs_its_case(court: Agent) -> None:
    problem = await refused(court, "case_status", of_case(899, CLOSED), GBK)
    assert (problem.status, problem.code) == (422, "case-unknown")


async def test_a_case_taken_out_of_the_register(court: Agent) -> None:
    first = await send(court, "dispute", of_case(803), GBK)
    number = {"案件撤销记录/R/案件的唯一标识": "500199202100803"}
    taken = await send(court, "case_status", xml("07_case_withdrawn_2009data.xml", number), UTF8)
    assert taken.dispute == first.dispute


async def test_delegation_before_filing_is_history(court: Agent) -> None:
    body = front_end(DELEGATED, sfLawCaseId=80201)
    made = await send(court, "referral", body, JSON, TRIBUNAL, COMMITTEE)
    assert made.case is not None
    assert made.case["state"] == "sent"
    assert "historical" in codes(made)

    body = front_end(DELEGATED, sfLawCaseId=80202, preFilingDate=saying.today())
    problem = await refused(court, "referral", body, JSON, TRIBUNAL, COMMITTEE)
    assert (problem.code, problem.errors[0]["rule"]) == ("rule", "track_open")


async def test_a_loan_entrusted_and_its_confirmation(court: Agent, justice: Agent) -> None:
    body = front_end(ENTRUSTED, sfLawCaseId=80203, caseNo="（2026）渝0199民初8203号")
    made = await send(court, "referral", body, JSON, TRIBUNAL, COMMITTEE)
    assert "historical" not in codes(made)
    answer = front_end(ANSWER, sfLawCaseId=80203)
    assert (await refused(court, "confirmation_answer", answer, JSON, TRIBUNAL)).code == "case-unknown"

    papers = [{"ref": "504", "name": "协议.pdf", "catalogue": "agreement"}]
    told = saying.application(identifiers=[{"system": "sf_case", "value": "80203"}], papers=papers)
    members = {"to": TRIBUNAL, "dispute": made.dispute}
    applied = await saying.say(justice, COMMITTEE, "confirmation_application", told, CONFIRMATION, **members)
    native = await court.native(applied.message)
    written = json.loads(native.body)
    assert (written["sfLawCaseId"], written["mediateFileIds"]) == (80203, [504])
    assert "/applicants/0/name" in native.dropped

    answered = await send(court, "confirmation_answer", answer, JSON, TRIBUNAL)
    assert answered.case is not None
    assert applied.case is not None
    assert (answered.case["id"], answered.case["state"]) == (applied.case["id"], "supplementing")


async def test_an_unsigned_ruling_is_refused(court: Agent) -> None:
    body = (EXAMPLES / "05_ruling_dossier_gbk.xml").read_bytes()
    problem = await refused(court, "confirmation_ruling", body, GBK)
    assert (problem.status, problem.code) == (422, "ruling-unsigned")


async def test_a_code_of_no_list_names_its_place_and_not_the_value(court: Agent) -> None:
    case = json.loads(front_end(DELEGATED, sfLawCaseId=80204))
    case["data"]["litigants"][1]["litigationStatus"] = 4711
    problem = await refused(court, "referral", json.dumps(case).encode(), JSON, TRIBUNAL, COMMITTEE)
    assert (problem.status, problem.code) == (422, "untranslatable")
    assert (problem.errors[0]["rule"], problem.errors[0]["native"]) == (
        "code",
        "/data/litigants/1/litigationStatus",
    )
    assert "4711" not in json.dumps(problem.document)


async def test_the_committee_s_answer_is_written_for_the_front_end(court: Agent, justice: Agent) -> None:
    body = front_end(ENTRUSTED, sfLawCaseId=80206, caseNo="（2026）渝0199民初8206号")
    made = await send(court, "referral", body, JSON, TRIBUNAL, COMMITTEE)
    named = {"identifiers": [{"system": "sf_case", "value": "80206"}]}
    for answer in ("signed", "accepted"):
        told = saying.document(answer=answer, signed_at=saying.now(), **named)
        said = await saying.say(justice, COMMITTEE, "referral_answer", told, re=made.message)
    native = await court.native(said.message)
    written = json.loads(native.body)
    assert (written["sfLawCaseId"], written["doType"]) == (80206, 1)
    assert "/signed_at" in native.dropped
