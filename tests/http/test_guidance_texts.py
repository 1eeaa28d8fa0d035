"""What is told to parties and mediators over HTTP: texts with versions and articles, and who tells one."""

import json
from hashlib import sha256
from typing import Any

import pytest

import schemas
from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.session import Call
from tests.http.clockwork import yes
from tests.http.saying import COMMITTEE, STATION, dispute, document, now, say

TEXTS = "/v1/guidance-texts"


async def read(agent: Agent, path: str = "", **params: str) -> Any:
    return await agent.json(Call("GET", f"{TEXTS}{path}", params=params))


async def cited(agent: Agent) -> set[tuple[str, str]]:
    """Laws with the version in which the published tables cite them."""
    found: set[tuple[str, str]] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if "law" in node:
                found.add((node["law"], node.get("version", "")))
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    walk(await agent.machines())
    return found


async def test_each_sentence_rests_on_an_article_that_the_tables_cite(justice: Agent):
    known = await cited(justice)
    listed = (await read(justice))["texts"]
    assert {one["text"] for one in listed} >= {"notice_of_rights", "ways_to_settle", "judicial_confirmation"}
    for head in listed:
        text = await read(justice, f"/{head['text']}")
        assert {name: text[name] for name in head} == head
        assert text["versions"][-1] == {"version": head["version"], "since": head["since"]}
        assert set(head["points"]) <= set(schemas.codes("guidance_point"))
        for paragraph in text["paragraphs"]:
            assert paragraph["zh"] and paragraph["en"], head["text"]  # noqa: PT018  both languages
            bases = {(basis["law"], basis["version"]) for basis in paragraph["basis"]}
            assert bases, paragraph["zh"]
            assert bases <= known
        told = json.dumps(text["paragraphs"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert head["digest"] == f"sha-256:{sha256(told.encode()).hexdigest()}"


async def test_a_version_is_read_again_and_what_there_is_not_is_unknown(police: Agent):
    head = next(one for one in (await read(police))["texts"] if one["text"] == "ways_to_settle")
    assert await read(police, "/ways_to_settle", version=head["version"]) == await read(
        police, "/ways_to_settle"
    )
    for path, params in (("/nothing", {}), ("/ways_to_settle", {"version": "1999.1"})):
        with pytest.raises(Problem) as refused:
            await read(police, path, **params)
        assert (refused.value.status, refused.value.code) == (404, "unknown")


async def test_who_tells_a_whole_text_has_told_enough_and_the_mediators_read_it(
    police: Agent, justice: Agent
):
    points = (await read(police, "/ways_to_settle"))["points"]
    home = (await say(police, STATION, "dispute", dispute(), to=COMMITTEE)).dispute
    told = document(
        given_at=now(), place_kind="station", options=["people_mediation", "suit"], content=points,
        told=["p1", "p2"], consents=yes("mediation"), filing_requested=True,
    )  # fmt: skip
    whole = await say(police, STATION, "guidance", told, dispute=home, to=COMMITTEE)
    assert not [f for f in whole.findings if f.get("pointer") == "/content"]
    heard = await justice.message(whole.message)
    assert heard["document"]["content"] == points
    left = [point for point in points if point not in ("effect", "not_stop_filing")]
    part = await say(police, STATION, "guidance", {**told, "content": left}, dispute=home, to=COMMITTEE)
    missed = {f["detail"] for f in part.findings if f["code"] == "options-told"}
    assert missed == {"effect", "not_stop_filing"}
