"""A number of a register that was closed is taken and noted; an old one of it is nothing to note."""

from uuid import uuid4

import pytest

from hub.client.agent import Agent
from tests.http.saying import COURT, dispute, say


@pytest.mark.parametrize(
    ("system", "number", "noted"),
    [
        ("pre_case_no", "(2026)渝0199诉前调{}号", ["closed"]),
        ("pre_case_no", "(2024)渝0199诉前调{}号", []),
        ("case_no", "（2026）渝0199民特{}号", []),
        ("case_no", "(2026)渝199民特{}号", ["form"]),
    ],
)
async def test_a_number_is_noted_and_never_refused(court: Agent, system: str, number: str, noted: list[str]):
    value = number.format(uuid4().int % 10**6 + 1)
    told = dispute(origin="court_visit", identifiers=[{"system": system, "value": value}])
    accepted = await say(court, COURT, "dispute", told)
    found = [f for f in accepted.findings if f["code"] == "caseno"]
    assert [f["detail"] for f in found] == noted
    assert all(f["basis"] and f["pointer"] == "/identifiers" for f in found)
    assert value not in str(accepted.findings)
