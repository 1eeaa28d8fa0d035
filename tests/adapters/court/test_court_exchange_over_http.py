"""What a court sends through the exchange, to a hub that is served: packages, receipts, lists of a day."""

import json
import secrets
import uuid
from datetime import UTC, datetime

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.receiving import POLL
from hub.client.sending import Accepted
from hub.sandbox.court_pdf import Ruling
from hub.sandbox.court_seal import CourtSeal, make_seal, signed_ruling
from tests.adapters.court.case_files import EXAMPLES, GBK, JSON, UTF8
from tests.adapters.court.packages import NAME, SAMPLE, ZIP, called, package, record
from tests.adapters.court.test_court_over_http import of_case
from tests.http import saying
from tests.http.test_native_ack import handed_out
from tests.live import LiveHub

COURT, COMMITTEE, STATION = "500199", "3105", "500199520000"
CSV = "text/csv;charset=GB18030"
CONFIRMATION, ADJUDICATION, STATISTICS = "confirmation", "adjudication", "statistics"


@pytest.fixture(scope="module")
def seal(hub: LiveHub, tmp_path_factory: pytest.TempPathFactory) -> CourtSeal:
    """The sandbox court's seal, registered with the hub."""
    made = make_seal("重庆市示例区人民法院", datetime(2021, 1, 1, tzinfo=UTC), years=10)
    file = tmp_path_factory.mktemp("seal") / "court.pem"
    file.write_text(made.certificate_pem)
    hub.command("court", "certificate", COURT, str(file))
    return made


async def send(
    agent: Agent, kind: str, body: bytes, media: str, purpose: str = ADJUDICATION, **members: str
) -> Accepted:
    envelope = Envelope(COURT, kind, purpose, media, **members)
    return await agent.send(agent.sign(envelope, body))


async def refused(
    agent: Agent, kind: str, body: bytes, media: str, purpose: str = ADJUDICATION, **members: str
) -> Problem:
    with pytest.raises(Problem) as found:
        await send(agent, kind, body, media, purpose, **members)
    return found.value


def checksums(accepted: Accepted) -> set[object]:
    return {finding["detail"] for finding in accepted.findings if finding["code"] == "checksum"}


async def accepted_application(court: Agent, justice: Agent) -> tuple[str, str]:
    """An application to the court that it accepted under a number: the case and the number."""
    number = f"(2026)渝0199民特{uuid.uuid4().int % 10**6 + 1}号"
    home = await saying.say(justice, COMMITTEE, "dispute", saying.dispute())
    asked = {"to": COURT, "dispute": home.dispute}
    sent = await saying.say(
        justice, COMMITTEE, "confirmation_application", saying.application(), CONFIRMATION, **asked
    )
    assert sent.case is not None
    named = {"system": "case_no", "value": number}
    answer = saying.document(decision="accepted", accepted_on=saying.today(), case_number=named)
    await saying.say(court, COURT, "confirmation_answer", answer, CONFIRMATION, re=sent.message)
    return sent.case["id"], number


async def test_the_ruling_in_a_dossier(court: Agent, justice: Agent, seal: CourtSeal) -> None:
    case, number = await accepted_application(court, justice)
    paper = Ruling(seal.court, number, ["调解协议有效。"], ["二〇二六年十一月"])
    pdf = await signed_ruling(seal, paper, datetime.now(UTC))
    made = await send(court, "confirmation_ruling", record(pdf, number), GBK, CONFIRMATION)
    assert made.case is not None
    assert made.case["id"] == case
    assert checksums(made) == set()


async def test_the_ruling_in_a_package(court: Agent, justice: Agent, seal: CourtSeal) -> None:
    problem = await refused(court, "confirmation_ruling", SAMPLE.read_bytes(), ZIP, CONFIRMATION, name=NAME)
    assert (problem.status, problem.code) == (422, "ruling-unsigned")

    case, number = await accepted_application(court, justice)
    paper = Ruling(seal.court, number, ["调解协议有效。"], ["二〇二六年十一月"])
    pdf = await signed_ruling(seal, paper, datetime.now(UTC))
    name = called(guid=secrets.token_hex(16).upper())
    body = package(pdf, pdf, case_no=number, named=name.rpartition("_")[0] + ".xml")
    made = await send(court, "confirmation_ruling", body, ZIP, CONFIRMATION, name=name)
    assert made.case is not None
    assert made.case["id"] == case
    assert checksums(made) == {"nothing"}
    assert (await court.native(made.message)).body == body
    assert (await court.message(made.message))["document"]["identifiers"][0]["system"] == "exchange_id"

    again = await send(court, "confirmation_ruling", body, ZIP, CONFIRMATION, name=name)
    assert (again.revision, again.deliveries) == (2, ())
    assert again.case is not None
    assert (again.case["id"], again.case["state"]) == (case, made.case["state"])


async def test_a_package_that_is_none_is_refused_by_place(court: Agent) -> None:
    problem = await refused(court, "confirmation_ruling", b"PK\x03\x04", ZIP, CONFIRMATION, name=NAME)
    assert (problem.status, problem.code) == (400, "malformed")
    problem = await refused(court, "case_status", SAMPLE.read_bytes(), ZIP, name=NAME)
    assert (problem.status, problem.errors[0]["rule"]) == (422, "kind-not-in-format")


async def test_a_receipt_of_the_exchange_settles_the_delivery_it_answers(
    court: Agent, justice: Agent
) -> None:
    if await court.stream() is None:
        await court.create_stream(POLL)
    home = await saying.say(justice, COMMITTEE, "dispute", saying.dispute())
    asked = {"to": COURT, "dispute": home.dispute}
    sent = await saying.say(
        justice, COMMITTEE, "confirmation_application", saying.application(), CONFIRMATION, **asked
    )
    await handed_out(court, sent.message)
    body = (EXAMPLES / "16_exchange_receipt.json").read_bytes()
    told = await send(court, "native_ack", body, JSON, re=sent.message)
    assert [record["record"] for record in told.records] == ["item 1", "item 2"]
    (delivery,) = (await justice.message(sent.message))["deliveries"]
    assert delivery["state"] == "acknowledged"
    unnamed = await send(court, "native_ack", body, JSON)
    assert (unnamed.dispute, unnamed.case) == (None, None)
    await court.delete_stream()


async def test_rows_of_the_buffer_table(court: Agent) -> None:
    filed = await send(court, "dispute", of_case(871), GBK)
    table = (EXAMPLES / "18_cases_EAJ_gbk.csv").read_bytes().decode("gb18030")
    table = table.replace("500199202100012", "500199202100871").replace("民特12号", "民特871号")
    told = await send(court, "case_status", table.encode("gb18030"), CSV)
    assert [("problem" in record) for record in told.records] == [False, True]
    assert told.records[0]["dispute"] == filed.dispute
    again = await send(court, "case_status", of_case(871, "04_case_closed_with_service_gbk.xml"), GBK)
    assert (again.revision, again.dispute) == (2, filed.dispute)


async def test_a_case_out_of_another_system(court: Agent) -> None:
    body = (
        (EXAMPLES / "17_case_resource_T_AJ.xml").read_bytes().replace(b"500199202100089", b"500199202100872")
    )
    first = await send(court, "dispute", body, UTF8)
    second = await send(court, "dispute", of_case(872), GBK)
    assert (second.revision, second.dispute) == (2, first.dispute)
    spoilt = body.replace(b"<N_LX>2<", b"<N_LX>4711<")
    problem = await refused(court, "dispute", spoilt, UTF8)
    assert (problem.status, problem.code) == (422, "untranslatable")
    (error,) = problem.errors
    assert (error["rule"], error["native"]) == ("code", "/T_AJ_DSR_AJXQ/1/N_LX")
    assert error["candidates"] == "N_LX · court resource XML: 1 自然人, 2 法人"
    assert "4711" not in json.dumps(problem.document, ensure_ascii=False)


async def test_an_intake_of_a_platform_comes_once(court: Agent) -> None:
    told = json.loads((EXAMPLES / "19_platform_assist.json").read_text(encoding="utf-8"))
    body = json.dumps(told | {"idempotent_id": "idem-871"}).encode()
    first = await send(court, "dispute", body, JSON)
    again = await send(court, "dispute", body, JSON)
    assert (again.revision, again.dispute, again.deliveries) == (2, first.dispute, ())


async def test_a_day_s_list_comes_in_a_snapshot(court: Agent, police: Agent) -> None:
    wire = EXAMPLES / "10_snapshot_tdh_response_wire.b64"
    digest = await court.upload(wire)
    told = saying.document(
        dataset="disputes",
        business_date=saying.today(),
        blob=digest,
        rows=3,
        coverage=[COURT],
        complete=True,
        cut_off=saying.now(),
        format="soap_b64",
    )
    made = await saying.say(court, COURT, "snapshot", told, STATISTICS)
    assert (made.dispute, made.case, made.deliveries) == (None, None, ())
    assert not made.findings

    for agent, unit, member in (
        (court, COURT, {"blob": f"sha-256:{'0' * 64}"}),
        (court, COURT, {"blobs": [digest, "1" * 64]}),
        (police, STATION, {"blob": digest}),
    ):
        with pytest.raises(Problem) as found:
            await saying.say(agent, unit, "snapshot", {**told, **member}, STATISTICS)
        assert (found.value.status, found.value.code) == (422, "blob-missing")
        (error,) = found.value.errors
        assert error["pointer"] in ("/blob", "/blobs/1")

    problem = await refused(court, "case_status", wire.read_bytes(), "text/plain")
    assert (problem.status, problem.errors[0]["rule"]) == (422, "no-format")


async def test_a_short_message_is_no_message(court: Agent) -> None:
    body = (EXAMPLES / "08_sms_notice_2009data.xml").read_bytes()
    problem = await refused(court, "case_status", body, UTF8)
    assert (problem.status, problem.errors[0]["rule"]) == (422, "kind-not-in-format")
