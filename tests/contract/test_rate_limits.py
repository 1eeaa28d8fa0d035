"""Contract 2 and P9: a system beyond its rate is told when to come again, before it costs anything."""

import asyncio
import json
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from hub.client.agent import Agent
from hub.client.envelope import SHARED_FORM, Envelope
from hub.client.jose import PrivateKey
from hub.client.session import Identity
from tests.contract.conftest import Cast
from tests.contract.kit import System, b64, packed, problem
from tests.contract.words import dispute

RATE, WINDOW = 2, 10
LEFT = re.compile(r'"system";r=(\d+);t=(\d+)')


@pytest.fixture(scope="module")
def narrow(cast: Cast) -> Iterator[System]:
    """A committee that may ask twice a second."""
    system = cast.guest()
    file = cast.hub.data_dir / "rates.json"
    rates = {"name": "rate-limits", "valid_from": "2026-01-01", "value": {system.id: RATE}}
    file.write_text(json.dumps([rates]), "utf-8")
    system.token()  # counted under the common rate
    cast.hub.furnish("config", "import", str(file))
    yield system
    file.write_text(json.dumps([rates | {"value": {}}]), "utf-8")
    cast.hub.furnish("config", "import", str(file))


def spend(system: System) -> tuple[httpx.Response, list[httpx.Response]]:
    """Ask until the hub says no: that answer, and those before it."""
    answers = []
    while (answer := say(system)).status_code == 202:
        answers.append(answer)
        assert len(answers) < 1000
    return answer, answers


def say(system: System) -> httpx.Response:
    return system.say("dispute", dispute(), system.units[0], "mediation")


def test_beyond_its_rate_a_system_is_told_when_to_come_again(narrow: System, police: System):
    refused, accepted = spend(narrow)
    told = problem(refused, 429, "busy")
    assert [fault["rule"] for fault in told["errors"]] == ["rate-limit"]
    assert refused.headers["retry-after"] == "1"
    assert refused.headers["ratelimit-policy"] == f'"system";q={RATE * WINDOW};w={WINDOW}'
    assert LEFT.fullmatch(refused.headers["ratelimit"]).groups() == ("0", str(WINDOW))  # type: ignore[union-attr]
    quotas = [answer.headers.get("ratelimit") for answer in accepted]
    assert quotas[0] is None  # nothing to say while there is plenty
    left = [int(LEFT.fullmatch(quota)[1]) for quota in quotas if quota]  # type: ignore[index]
    assert left
    assert max(left) < RATE * WINDOW / 2
    for method, path in (("GET", "/v1/messages"), ("GET", "/v1/streams"), ("POST", "/v1/streams/poll")):
        problem(narrow.call(method, path), 429, "busy")
        assert police.get("/v1/messages").status_code == 200  # nobody else is concerned
    problem(narrow.ask_token(), 429, "busy")


def test_who_is_beyond_its_rate_is_not_read(narrow: System):
    spend(narrow)
    parts = urlsplit(narrow.hub.issuer)
    header = narrow.header("dispute", narrow.units[0], "mediation")
    lines = (
        "POST /v1/messages HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {narrow.token()}",
        f"X-JWS-Signature: {b64(packed(header))}..{b64(bytes(64))}",
        f"Content-Type: {SHARED_FORM}",
        "Content-Length: 1000000",
        "\r\n",
    )
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30) as line:
        line.sendall("\r\n".join(lines).encode())  # no byte of the body follows
        assert line.recv(4096).startswith(b"HTTP/1.1 429 ")


def test_the_client_comes_again_when_it_was_told(narrow: System):
    private = narrow.key.public() | {"d": b64(narrow.key.private.private_bytes_raw())}
    identity = Identity(narrow.hub.issuer, narrow.id, PrivateKey.from_jwk(private))
    spend(narrow)
    said = [Envelope(narrow.units[0], "dispute", "mediation", SHARED_FORM) for _ in range(2 * RATE)]

    async def send() -> list[str]:
        async with Agent(identity) as agent:
            messages = [agent.sign(envelope, packed(dispute())) for envelope in said]
            return [(await agent.send(message)).message for message in messages]

    began = time.monotonic()
    assert len(set(asyncio.run(send()))) == len(said)
    assert time.monotonic() - began >= 1  # a second brings no more than half of them
