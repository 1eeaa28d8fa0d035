"""Faults of a native file name the sender's own field beside the place in the shared form (contract 2)."""

import json
from pathlib import Path
from typing import Any

import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from tests.http.saying import COMMITTEE, STATION, body, dispute

ADAPTERS = Path(__file__).parents[2] / "adapters"


def sample(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((ADAPTERS / name).read_bytes())
    return told


async def refused(agent: Agent, envelope: Envelope, told: dict[str, Any]) -> list[dict[str, Any]]:
    with pytest.raises(Problem) as problem:
        await agent.send(agent.sign(envelope, body(told)))
    assert problem.value.status == 422
    return [{k: v for k, v in e.items() if k != "message"} for e in problem.value.errors]


async def test_a_schema_fault_names_the_native_field(police: Agent):
    told = sample("police/examples/07_medoffice.json")
    told["synopsis"] = "堵" * 30_000
    envelope = Envelope(STATION, "referral", "mediation", "application/json", to=COMMITTEE)
    (error,) = await refused(police, envelope, told)
    assert error == {"rule": "maxLength", "pointer": "/facts_found", "native": "/synopsis"}
    (held,) = [r for r in (await police.refusals())["refusals"] if r["jti"] == envelope.jti]
    assert held["errors"][0]["native"] == "/synopsis"


async def test_a_rule_names_the_native_field(justice: Agent):
    told = sample("justice/examples/06_confirmation_application.json")
    told["申请人"] = told["申请人"][:1]
    envelope = Envelope(
        COMMITTEE, "confirmation_application", "confirmation", "application/json", to="500199"
    )
    (error,) = await refused(justice, envelope, told)
    assert error == {"rule": "joint", "pointer": "/applicants", "native": "/申请人"}


async def test_the_shared_form_has_no_other_place(police: Agent):
    envelope = Envelope(STATION, "dispute", "police_handling", SHARED_FORM)
    (error,) = await refused(police, envelope, dispute(dispute_type="x"))
    assert error == {"rule": "enum", "pointer": "/dispute_type"}
