"""Bad input: each has its status and code, names the place and never the value, leaves no effect."""

import json
import time
from typing import Any

import httpx
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.errors import Problem
from hub.client.jose import PrivateKey, new_key, sign_detached
from tests.http.saying import (
    COMMITTEE,
    COURT,
    STATION,
    TRIBUNAL,
    application,
    body,
    dispute,
    document,
    referral,
    say,
)
from tests.live import LiveHub

SECRET = "彭测四秘密"


class Raw:
    """A sender that can say anything."""

    def __init__(self, hub: LiveHub, agent: Agent) -> None:
        self.hub = hub
        self.agent = agent
        self.key = PrivateKey.from_jwk(hub.keys["police-sys"])

    def header(self, raw: bytes, key: PrivateKey | None = None, **members: Any) -> str:
        told = {
            "typ": "liantiao-message+jws",
            "cty": SHARED_FORM,
            "iss": "police-sys",
            "aud": self.hub.issuer,
            "iat": int(time.time()),
            "jti": f"bad-{time.monotonic_ns()}",
            "unit": STATION,
            "kind": "dispute",
            "purpose": "police_handling",
        }
        told.update(members)
        told = {k: v for k, v in told.items() if v is not None}
        protected, signature = sign_detached(key or self.key, told, raw)
        return f"{protected}..{signature}"

    async def post(self, raw: bytes, header: str | None, **headers: str) -> httpx.Response:
        sent = {"Content-Type": SHARED_FORM, "Authorization": f"Bearer {await self.agent.token()}", **headers}
        if header is not None:
            sent["X-JWS-Signature"] = header
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(f"{self.hub.issuer}/v1/messages", content=raw, headers=sent)


@pytest.fixture
def raw(hub: LiveHub, police: Agent) -> Raw:
    return Raw(hub, police)


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    told = answer.json()
    assert (answer.status_code, told["type"]) == (status, f"urn:liantiao:problem:{code}"), told
    assert answer.headers["content-type"] == "application/problem+json"
    assert SECRET not in answer.text
    return told


GOOD = body(dispute(facts=SECRET))


async def test_without_a_token(raw: Raw):
    answer = await raw.post(GOOD, raw.header(GOOD), Authorization="")
    refused(answer, 401, "token-invalid")


async def test_a_dpop_header_is_refused_until_it_is_offered(raw: Raw):
    refused(await raw.post(GOOD, raw.header(GOOD), DPoP="e30.e30.e30"), 401, "token-invalid")


async def test_unsigned(raw: Raw):
    refused(await raw.post(GOOD, None), 400, "malformed")


async def test_attached(raw: Raw):
    header = raw.header(GOOD).replace("..", ".e30.")
    refused(await raw.post(GOOD, header), 400, "malformed")


async def test_tampered(raw: Raw):
    header = raw.header(GOOD)
    refused(await raw.post(GOOD.replace("测一".encode(), "测二".encode()), header), 401, "signature-invalid")


async def test_signed_by_a_foreign_key(raw: Raw):
    private, _ = new_key("police-sys-1")
    header = raw.header(GOOD, PrivateKey.from_jwk(private))
    refused(await raw.post(GOOD, header), 401, "signature-invalid")


async def test_signed_by_another_system(raw: Raw):
    other = PrivateKey.from_jwk(raw.hub.keys["court-sys"])
    answer = await raw.post(GOOD, raw.header(GOOD, other, iss="court-sys", unit=COURT))
    refused(answer, 403, "unit-not-yours")


@pytest.mark.parametrize(
    ("members", "status", "code"),
    [
        ({"aud": "https://elsewhere.example"}, 401, "signature-invalid"),
        ({"cty": "application/json"}, 401, "signature-invalid"),
        ({"iat": int(time.time()) - 3600}, 401, "stale"),
        ({"iat": int(time.time()) + 3600}, 401, "stale"),
        ({"typ": "JWT"}, 400, "malformed"),
        ({"jti": None}, 400, "malformed"),
        ({"jwk": {"kty": "OKP"}}, 401, "signature-invalid"),
        ({"unit": COMMITTEE}, 403, "unit-not-yours"),
        ({"unit": "no-such-unit"}, 403, "unit-not-yours"),
        ({"kind": "no_such_kind"}, 403, "kind-not-allowed"),
        ({"kind": "deadline_notice"}, 403, "kind-not-allowed"),
        ({"kind": "confirmation_ruling"}, 403, "kind-not-allowed"),
        ({"purpose": "no_such_purpose"}, 403, "kind-not-allowed"),
        ({"to": "no-such-unit"}, 422, "rule"),
        ({"dispute": "00000000-0000-7000-8000-000000000000"}, 404, "unknown"),
        ({"re": "00000000-0000-7000-8000-000000000000"}, 404, "unknown"),
        ({"files": [{"ref": "1", "digest": "sha-256:" + "0" * 64}]}, 422, "blob-missing"),
    ],
)
async def test_envelopes(raw: Raw, members: dict[str, Any], status: int, code: str):
    refused(await raw.post(GOOD, raw.header(GOOD, **members)), status, code)


def nested(depth: int) -> bytes:
    return b'{"a":' * depth + b"1" + b"}" * depth


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"{",
        b"\xef\xbb\xbf{}",
        GOOD.replace(b'"schema"', b'"schema": "liantiao/1", "schema"', 1),
        GOOD.replace(b'"facts"', b'"amount": NaN, "facts"', 1),
        GOOD.replace(b'"facts"', b'"amount": 1e999, "facts"', 1),
        GOOD.replace(b'"facts"', b'"amount": 9007199254740993, "facts"', 1),
        nested(100),
        GOOD.decode().encode("gb18030"),
        b'{"a": "\\ud800"}',
        b'{"a": "\\u0000"}',
    ],
)
async def test_bodies_that_are_no_json(raw: Raw, bad: bytes):
    told = refused(await raw.post(bad, raw.header(bad)), 400, "malformed")
    assert told["errors"][0]["message"]


async def test_two_mebibytes(raw: Raw):
    big = b'{"a":"' + b"x" * (2 * 1024 * 1024) + b'"}'
    refused(await raw.post(big, raw.header(big)), 413, "too-large")


@pytest.mark.parametrize(
    "headers",
    [{"Content-Type": "image/png"}, {"Content-Encoding": "gzip"}, {"Content-Type": "text/html"}],
)
async def test_media_types(raw: Raw, headers: dict[str, str]):
    header = raw.header(GOOD, cty=headers.get("Content-Type", SHARED_FORM))
    refused(await raw.post(GOOD, header, **headers), 415, "media-type")


XML = "application/xml;charset=UTF-8"


@pytest.mark.parametrize(
    "bad",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        b"<a><?php x?></a>",
        b"<a>" * 40 + b"</a>" * 40,
        b"<a",
        b"\xff\xfe<a/>",
    ],
)
async def test_xml_that_is_not_read(raw: Raw, bad: bytes):
    answer = await raw.post(bad, raw.header(bad, cty=XML), **{"Content-Type": XML})
    told = answer.json()
    assert answer.status_code in {400, 422}, told
    assert told["type"].rsplit(":", 1)[1] in {"malformed", "untranslatable"}


async def test_a_form_that_nobody_knows(raw: Raw):
    unknown = json.dumps({"neues": SECRET}).encode()
    cty = "application/json"
    answer = await raw.post(unknown, raw.header(unknown, cty=cty), **{"Content-Type": cty})
    refused(answer, 422, "untranslatable")


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"dispute_type": SECRET}, "/dispute_type"),
        ({"reported_at": SECRET}, "/reported_at"),
        ({"parties": []}, "/parties"),
        ({"unbekannt": SECRET}, ""),
        ({"matters": [{"no": SECRET, "text": "x"}]}, "/matters/0/no"),
    ],
)
async def test_schema_faults_name_the_place(raw: Raw, members: dict[str, Any], pointer: str):
    bad = body(dispute(**members))
    told = refused(await raw.post(bad, raw.header(bad)), 422, "schema")
    assert pointer in {e["pointer"] for e in told["errors"]}


async def test_problems_speak_the_readers_language(raw: Raw):
    bad = body(dispute(dispute_type=SECRET))
    chinese = await raw.post(bad, raw.header(bad))
    english = await raw.post(bad, raw.header(bad), **{"Accept-Language": "en-GB,en;q=0.9"})
    assert chinese.json()["title"] == "内容不符合共享格式"
    assert english.json()["title"] == "It does not fit the shared form"
    assert english.headers["content-language"] == "en"


async def test_an_impossible_step_says_what_is_possible(police: Agent, justice: Agent):
    opened = await say(police, STATION, "dispute", dispute())
    sent = await say(police, STATION, "referral", referral(), to=COMMITTEE, dispute=opened.dispute)
    told = document(outcome="failed", ended_on=document()["business_time"][:10])
    with pytest.raises(Problem) as problem:
        await say(justice, COMMITTEE, "mediation_result", told, re=sent.message)
    assert (problem.value.status, problem.value.code) == (409, "illegal-step")
    assert problem.value.document["state"] == "sent"
    assert problem.value.document["steps"]


async def test_a_foreign_dispute_answers_as_one_that_does_not_exist(police: Agent, court: Agent):
    opened = await say(police, STATION, "dispute", dispute())
    missing = "00000000-0000-7000-8000-000000000000"
    answers = []
    for wanted in (opened.dispute, missing):
        with pytest.raises(Problem) as problem:
            await say(court, COURT, "dispute", dispute(), "adjudication", dispute=wanted)
        told = dict(problem.value.document)
        told.pop("instance")
        answers.append((problem.value.status, told))
    assert answers[0] == answers[1]
    for path in ("disputes", "cases", "messages"):
        with pytest.raises(Problem) as problem:
            await getattr(court, path.rstrip("s"))(opened.dispute)
        assert problem.value.status == 404


async def test_a_guessed_case_number_joins_nothing(police: Agent, justice: Agent, court: Agent):
    number = {"system": "jjdbh", "value": f"5001{time.time_ns()}"}
    opened = await say(police, STATION, "dispute", dispute(identifiers=[number]))
    guessed = await say(court, COURT, "dispute", dispute(explicit_links=[number]), "adjudication")
    assert guessed.dispute != opened.dispute
    assert opened.dispute not in guessed.raw.decode()
    told = document(answer="signed", signed_at=document()["business_time"], identifiers=[number])
    with pytest.raises(Problem) as problem:
        await say(justice, COMMITTEE, "referral_answer", told)
    assert (problem.value.status, problem.value.code) == (422, "case-unknown")


async def test_an_application_without_applicants_is_none(justice: Agent):
    told = application()
    del told["applicants"]
    with pytest.raises(Problem) as problem:
        await say(justice, COMMITTEE, "confirmation_application", told, "confirmation", to=TRIBUNAL)
    assert (problem.value.status, problem.value.code) == (422, "rule")


async def test_what_is_refused_leaves_no_effect(raw: Raw, police: Agent):
    before = (await police.messages(limit=500))["messages"]
    bad = body(dispute(dispute_type=SECRET))
    await raw.post(bad, raw.header(bad))
    await raw.post(GOOD, raw.header(GOOD, to="no-such-unit"))
    after = (await police.messages(limit=500))["messages"]
    assert len(after) == len(before)
    assert SECRET not in raw.hub.log()


async def test_the_scope_is_asked_for(hub: LiveHub):
    async with Agent(hub.identity("police-sys", "messages:read")) as reader:
        signed = reader.sign(Envelope(STATION, "dispute", "police_handling", SHARED_FORM), GOOD)
        with pytest.raises(Problem) as problem:
            await reader.send(signed)
    assert (problem.value.status, problem.value.code) == (403, "scope")
