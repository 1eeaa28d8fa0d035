"""The agencies' own sample files, sent to a hub of their own as their list says they are answered.

The court's are in `tests/adapters/court/test_court_over_http.py`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope, FileRef
from hub.client.errors import Problem
from hub.client.sending import Accepted
from hub.sandbox.court_pdf import Ruling
from hub.sandbox.court_seal import CourtSeal, make_seal, signed_ruling
from hub.settings import Settings
from tests.http.saying import COMMITTEE, COURT, STATION, document, now, say
from tests.live import LiveHub, live_hub

ADAPTERS = Path(__file__).parents[2] / "adapters"
BUREAU = "500199000000"
CSV, JSON, XML, FORM = (
    "text/csv;charset=GB18030",
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
)


@dataclass
class Desk:
    """One agency's system."""

    agent: Agent
    folder: Path

    async def send(self, name: str, media: str, unit: str, kind: str, purpose: str, **more: str) -> Accepted:
        envelope = Envelope(unit, kind, purpose, media, **more)
        return await self.agent.send(self.agent.sign(envelope, (self.folder / name).read_bytes()))


@pytest.fixture
async def fresh(settings: Settings) -> AsyncIterator[LiveHub]:
    """A hub that holds nothing yet."""
    with live_hub(settings) as served:
        yield served


async def test_what_police_and_justice_send(fresh: LiveHub) -> None:
    identity = fresh.identity
    async with (
        Agent(identity("police-sys")) as police_agent,
        Agent(identity("justice-sys")) as justice_agent,
        Agent(identity("court-sys")) as court,
    ):
        police = Desk(police_agent, ADAPTERS / "police" / "examples")
        justice = Desk(justice_agent, ADAPTERS / "justice" / "examples")
        await the_registers_of_the_police(police)
        await applications_of_the_parties(justice)
        await a_case_for_the_committee(police, justice)
        ruled = await an_application_confirmed(justice, court, sealed_at(fresh), fresh.settings.data_dir)
        await the_ruling_served(justice, ruled)


async def the_registers_of_the_police(police: Desk) -> None:
    case = ("dispute", "police_handling")
    call = await police.send("01_alarm_push_AddJQPJInfo.json", JSON, STATION, *case)
    again = await police.send("02_alarm_push_datacontract.xml", XML, STATION, *case)
    assert (again.revision, again.dispute) == (2, call.dispute)

    daily = await police.send("03_alarm_daily_BF110_gbk.csv", CSV, BUREAU, *case)
    assert [r["record"] for r in daily.records] == ["row 1", "row 2", "row 3"]
    first, repeat, other = (r["dispute"] for r in daily.records)
    assert first == repeat != other

    register = await police.send("04_dispute_register_FWQZ_gbk.csv", CSV, STATION, *case)
    assert len(register.records) == 3
    found = [f for r in register.records for f in r["findings"]]
    assert {"identity"} <= {f["code"] for f in found}
    assert "split" in {f.get("detail") for f in found}

    warned = await police.send("08_early_warning.json", JSON, STATION, "early_warning", "warning")
    assert warned.case is not None
    assert warned.case["machine"] == "warning"


async def applications_of_the_parties(justice: Desk) -> None:
    case = ("dispute", "mediation")
    made = [
        await justice.send("01_application_form_query.txt", FORM, COMMITTEE, *case),
        await justice.send("02_application_decoded.json", JSON, COMMITTEE, *case),
        await justice.send("03_register_response.json", JSON, COMMITTEE, *case),
    ]
    assert len({m.dispute for m in made}) == 3


async def a_case_for_the_committee(police: Desk, justice: Desk) -> None:
    sent = await police.send("07_medoffice.json", JSON, STATION, "referral", "mediation", to=COMMITTEE)
    result = ("04_agreement.json", JSON, COMMITTEE, "mediation_result", "mediation")
    with pytest.raises(Problem) as refused:
        await justice.send(*result)
    assert (refused.value.status, refused.value.code) == (422, "case-unknown")
    for step in ("signed", "accepted"):
        told = document(answer=step, signed_at=now())
        await say(justice.agent, COMMITTEE, "referral_answer", told, re=sent.message)
    started = document(event="started", at=now())
    await say(justice.agent, COMMITTEE, "mediation_progress", started, re=sent.message)
    ended = await justice.send(*result, re=sent.message)
    assert ended.dispute == sent.dispute
    assert ended.case is not None
    assert ended.case["state"] == "agreed"


def sealed_at(hub: LiveHub) -> CourtSeal:
    """The court's seal, registered with the hub; it was in use in 2021."""
    seal = make_seal("重庆市示例区人民法院", datetime(2021, 1, 1, tzinfo=UTC), years=10)
    file = hub.settings.data_dir / "court.pem"
    file.write_text(seal.certificate_pem)
    hub.command("court", "certificate", COURT, str(file))
    return seal


async def an_application_confirmed(justice: Desk, court: Agent, seal: CourtSeal, folder: Path) -> Accepted:
    """Justice `06`, accepted and ruled on under the number that `10` names."""
    sample = ("06_confirmation_application.json", JSON, COMMITTEE)
    applied = await justice.send(*sample, "confirmation_application", "confirmation", to=COURT)
    assert applied.case is not None
    assert applied.case["machine"] == "confirmation"
    assert {"historical", "late"} & {f["code"] for f in applied.findings}

    number = {"system": "case_no", "value": "(2021)渝0199民特12号"}
    answer = document(decision="accepted", accepted_on="2021-04-19", case_number=number)
    await say(court, COURT, "confirmation_answer", answer, "confirmation", re=applied.message)
    paper = Ruling(seal.court, number["value"], ["调解协议有效。"], ["2021年4月20日"])
    pdf = folder / "ruling.pdf"
    pdf.write_bytes(await signed_ruling(seal, paper, datetime.now(UTC)))
    digest = await court.upload(pdf)
    told = document(
        outcome="confirmed",
        case_number=number,
        ruled_on="2021-04-20",
        effective_rule="on_service",
        seal_kind="pdf_cms",
        document={"catalogue": "ruling", "ref": "c1"},
    )
    files = [FileRef("c1", digest, "a.pdf", "application/pdf")]
    ruled = await say(
        court, COURT, "confirmation_ruling", told, "confirmation", re=applied.message, files=files
    )
    assert ruled.case is not None
    assert ruled.case["id"] == applied.case["id"]
    return ruled


async def the_ruling_served(justice: Desk, ruled: Accepted) -> None:
    """Two of three were handed it; who refused the paper was not served by a mediator's leaving it."""
    sample = ("10_service_receipt.json", JSON, COMMITTEE)
    served = await justice.send(*sample, "service_receipt", "confirmation")
    assert len(served.records) == 3
    assert ruled.case is not None
    for record in served.records:
        assert record["case"]["id"] == ruled.case["id"]
    left = [f for f in served.records[2]["findings"] if f.get("detail") == "not-service"]
    assert [f["pointer"] for f in left] == ["/method"]
    case = await justice.agent.case(ruled.case["id"])
    states = {ref: party["state"] for ref, party in case["parties"].items()}
    assert states == {"p1": "objection_open", "p2": "objection_open", "p3": "attempted"}
