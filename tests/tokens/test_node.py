"""Stock clients in Node.js: openid-client has tokens and proves its key, jose verifies what the hub signs.

`make interop` installs them from the lock in `tests/interop`; without Node.js or them this is skipped.
"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.kit import POLL, Key, System, b64
from tests.contract.words import POLICE_AS, TRIBUNAL, dispute
from tests.tokens.conftest import Workers
from tests.tokens.proving import confirmation

FOLDER = Path(__file__).parents[1] / "interop"
NODE = shutil.which("node")
pytestmark = [
    pytest.mark.skipif(NODE is None, reason="Node.js is not installed"),
    pytest.mark.skipif(not (FOLDER / "node_modules").exists(), reason="`make interop` installs the clients"),
]


class Stock:
    """The client as a process; each call is one line to it and one from it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [str(NODE), "client.mjs"], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, do: str, **told: Any) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"do": do, **told}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def discover(self, system: System) -> dict[str, Any]:
        jwk = private_jwk(system.key)
        return self("discover", issuer=system.hub.issuer, client_id=system.id, jwk=jwk)

    def close(self) -> None:
        self.process.communicate(timeout=30)


def private_jwk(key: Key) -> dict[str, str]:
    if key.alg == "EdDSA":
        secret = key.private.private_bytes_raw()
    else:
        secret = key.private.private_numbers().private_value.to_bytes(32, "big")
    return {**key.public(), "d": b64(secret)}


@pytest.fixture
def stock() -> Iterator[Stock]:
    made = Stock()
    yield made
    made.close()


@pytest.mark.parametrize(("name", "alg"), [("police-sys", "EdDSA"), ("stock-sys", "ES256")])
@pytest.mark.parametrize("dpop", [None, "Ed25519", "ES256"])
def test_a_token_is_had_used_and_verified(
    workers: Workers, stock: Stock, name: str, alg: str, dpop: str | None
):
    system = workers.system(name, alg=alg)
    assert stock.discover(system) == {"dpop": ["EdDSA", "Ed25519", "ES256"]}
    told = stock("token", dpop=dpop, scope="messages:read log:read")
    assert told.get("type") == ("dpop" if dpop else "bearer"), told
    assert set(confirmation(told["token"])) == ({"jkt"} if dpop else set())
    for _ in range(2):
        assert stock("get", url=f"{workers.one.issuer}/v1/messages?limit=1") == {"status": 200}
    read = stock("verify", token=told["token"], typ="at+jwt", audience=workers.one.issuer)
    assert read["claims"]["client_id"] == system.id
    assert read["claims"]["scope"] == told["scope"] == "messages:read log:read"


def test_the_errors_are_understood(workers: Workers, stock: Stock):
    stock.discover(workers.system("bound-sys", "--bound", "dpop"))
    assert stock("token")["error"] == "invalid_request"
    assert stock("token", dpop="ES256")["type"] == "dpop"
    assert stock("token", dpop="ES256", scope="admin")["error"] == "invalid_scope"
    stock.discover(System(workers.one, "police-sys", Key("police-sys-1"), ()))
    assert stock("token")["error"] == "invalid_client"


def test_events_are_verified_while_the_hubs_keys_rotate(workers: Workers, stock: Stock):
    sender, court = workers.system("police-sys"), workers.court()
    court.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    court.drain()
    stock.discover(court)
    kids = []
    for _ in range(2):  # the client fetches the keys once: the next one is among them
        sender.accepted("dispute", dispute(), **POLICE_AS, to=TRIBUNAL)
        told = {"returnImmediately": False, "maxEvents": 1}
        ((jti, token),) = court.call("POST", "/v1/streams/poll", json=told).json()["sets"].items()
        read = stock("verify", token=token, typ="secevent+jwt", audience=court.id)
        assert read["claims"]["jti"] == jti
        kids.append(read["kid"])
        court.call("POST", "/v1/streams/poll", json={"returnImmediately": True, "ack": [jti]})
        rotate(workers)
    assert len(set(kids)) == 2
    other = stock("verify", token=token, typ="at+jwt", audience=court.id)
    assert other["error"] == "ERR_JWT_CLAIM_VALIDATION_FAILED"


def rotate(workers: Workers) -> None:
    """The next key takes over, and the process that signs knows it."""

    def kids() -> set[str]:
        return {key["kid"] for key in workers.one.get("/.well-known/jwks.json").json()["keys"]}

    before, deadline = kids(), time.monotonic() + 30
    workers.one.furnish("hub-key", "rotate")
    while kids() == before and time.monotonic() < deadline:
        time.sleep(0.05)
