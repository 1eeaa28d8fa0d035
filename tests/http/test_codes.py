"""Code lists over HTTP: what `init` loaded, where it comes from, when it holds."""

from typing import Any

import pytest

from hub import reference
from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call


async def codes(agent: Agent, name: str, **params: str) -> dict[str, Any]:
    return await agent.json(Call("GET", f"/v1/codes/{name}", params=params))


async def test_every_list_can_be_read(police: Agent):
    index = (await police.json(Call("GET", "/v1/codes")))["lists"]
    named = {each["list"]: each for each in index}
    assert {"media-types", "dispute_type", *reference.lists()} <= set(named)
    for name in reference.lists():
        told = await codes(police, name)
        assert len(told["codes"]) == len(reference.entries(name))
        assert told["source"]
        assert told["version"] == reference.version()
        assert told["compiled_on"] == reference.compiled().isoformat()
    for name in ("dispute_type", "sex"):
        told = await codes(police, name)
        assert told["version"] == "1.0"
    assert told["codes"][0] == {"code": "1", "zh": "男", "source": "GB/T 2261.1"}


async def test_a_row_says_when_it_holds_and_what_is_known_of_it(court: Agent):
    rows = {row["code"]: row for row in (await codes(court, "divisions"))["codes"]}
    assert (rows["500112"]["valid_from"], rows["500112"]["valid_to"]) == (None, "2025-11-05")
    assert rows["500157"]["valid_from"] == "2025-11-06"
    assert rows["500157"]["mark"] == "unverified"
    courts = {row["code"]: row for row in (await codes(court, "courts"))["codes"]}
    assert courts["渝0112"]["mark"] == "unverified"
    assert courts["渝0112"]["row"]["code"] == "500112"


async def test_a_list_of_a_day(justice: Agent):
    async def on(day: str) -> set[str]:
        return {row["code"] for row in (await codes(justice, "divisions", on=day))["codes"]}

    assert await on("2026-01-28") - await on("2025-11-05") == {"500157"}
    assert await on("2025-11-05") - await on("2026-01-28") == {"500105", "500112"}


async def test_what_was_not_known_yet_is_not_shown(justice: Agent):
    assert (await codes(justice, "courts", known="2020-01-01T00:00:00+08:00"))["codes"] == []


@pytest.mark.parametrize(
    ("name", "params", "code"),
    [
        ("nothing", {}, "unknown"),
        ("divisions", {"on": "gestern"}, "malformed"),
        ("divisions", {"known": "2026-01-01T00:00:00"}, "malformed"),
    ],
)
async def test_what_cannot_be_asked(police: Agent, name: str, params: dict[str, str], code: str):
    with pytest.raises(Problem) as refusal:
        await codes(police, name, **params)
    assert refusal.value.code == code
