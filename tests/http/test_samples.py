"""The agencies' own sample files, sent to a hub of their own as their list says they are answered.

The court's are in `tests/adapters/court/test_court_over_http.py`.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.client.agent import Agent
from hub.client.envelope import Envelope
from hub.client.errors import Problem
from hub.client.sending import Accepted
from hub.settings import Settings
from tests.http.saying import COMMITTEE, STATION, document, now, say
from tests.live import live_hub

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
async def desks(settings: Settings) -> AsyncIterator[tuple[Desk, Desk]]:
    """Police and justice of a hub that holds nothing yet."""
    with live_hub(settings) as served:
        async with Agent(served.identity("police-sys")) as police, Agent(served.identity("justice-sys")) as j:
            yield (
                Desk(police, ADAPTERS / "police" / "examples"),
                Desk(j, ADAPTERS / "justice" / "examples"),
            )


async def test_what_police_and_justice_send(desks: tuple[Desk, Desk]) -> None:
    police, justice = desks
    await the_registers_of_the_police(police)
    await applications_of_the_parties(justice)
    await a_case_for_the_committee(police, justice)


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

    applied = await justice.send(
        "06_confirmation_application.json",
        JSON,
        COMMITTEE,
        "confirmation_application",
        "confirmation",
        to="50019901",
    )
    assert applied.case is not None
    assert applied.case["machine"] == "confirmation"
