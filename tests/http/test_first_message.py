"""One message in, and what comes of it, over HTTP."""

from pathlib import Path

from hub.client.agent import Agent
from hub.client.envelope import Envelope

SAMPLES = Path(__file__).parents[2] / "adapters"


async def test_police_referral_reaches_the_committee(hub):
    sample = (SAMPLES / "police/examples/07_medoffice.json").read_bytes()
    body = sample.replace(b'"caseId": 12', b'"caseId": 7001')
    assert body != sample
    envelope = Envelope("500199520000", "referral", "mediation", "application/json", to="3105")
    async with Agent(hub.identity("police-sys")) as police, Agent(hub.identity("justice-sys")) as justice:
        accepted = await police.send(police.sign(envelope, body))
        assert accepted.case is not None
        assert accepted.case["state"] == "sent"
        assert accepted.deliveries == ({"unit": "3105", "state": "queued"},)
        read = await justice.message(accepted.message)
        assert read["kind"] == "referral"
        assert read["role"] == "mediation_unit"
