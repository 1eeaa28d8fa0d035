"""RFC 9449 through the door: tokens bound to a key, proofs that count once, systems that must have them."""

import httpx
import pytest

from hub.client.agent import Agent
from hub.client.errors import Problem
from hub.client.jose import PrivateKey, new_key
from hub.client.session import Call, Identity
from tests.contract.kit import SHARED, Key, b64, packed, problem
from tests.contract.words import STATION, dispute
from tests.tokens.conftest import Workers, changed
from tests.tokens.proving import Prover, bare, confirmation, jkt

PATH = "/v1/units"
ALGORITHMS = ["EdDSA", "Ed25519", "ES256"]


@pytest.fixture
def prover(workers: Workers) -> Prover:
    return Prover(workers.system("police-sys"))


def refused(answer: httpx.Response, error: str) -> str:
    """The token endpoint's refusal; its description."""
    assert (answer.status_code, answer.json()["error"]) == (400, error), answer.text
    return str(answer.json()["error_description"])


def challenged(answer: httpx.Response, scheme: str, error: str) -> str:
    """A 401 whose first challenge is of that scheme; the rule that was broken."""
    told = problem(answer, 401, "token-invalid")
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith(f"{scheme} ")
    assert f'error="{error}"' in challenge
    assert 'algs="EdDSA Ed25519 ES256"' in challenge
    assert "resource_metadata=" in challenge
    return str(told["errors"][0]["rule"])


def test_the_metadata_offers_it(workers: Workers):
    for name in ("oauth-authorization-server", "oauth-protected-resource"):
        assert (
            workers.one.get(f"/.well-known/{name}").json()["dpop_signing_alg_values_supported"] == ALGORITHMS
        )


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_a_token_is_bound_to_the_key_that_was_proved(workers: Workers, alg: str):
    prover = Prover(workers.system("police-sys"), alg)
    answer = prover.ask().json()
    assert answer["token_type"] == "DPoP"
    assert confirmation(answer["access_token"]) == {"jkt": jkt(prover.key)}
    for path in (PATH, "/v1/messages?limit=1", "/v1/units?%74=1"):
        assert prover.get(path, answer["access_token"]).status_code == 200


def test_a_message_is_taken_under_a_bound_token(prover: Prover):
    system, body = prover.system, packed(dispute())
    header = system.header("dispute", STATION, "police_handling")
    headers = {
        **prover.headers("POST", "/v1/messages", prover.token()),
        "Content-Type": SHARED,
        "X-JWS-Signature": system.key.detached(header, body),
    }
    assert system.http.post("/v1/messages", content=body, headers=headers).status_code == 202
    again = system.http.post("/v1/messages", content=body, headers=headers)
    assert challenged(again, "DPoP", "invalid_dpop_proof") == "dpop-used"


def test_a_bound_token_is_nobodys_to_bear(prover: Prover):
    token = prover.token()
    bearer = {"Authorization": f"Bearer {token}"}
    with_proof = bearer | {"DPoP": prover.proof("GET", PATH, token)}
    for headers in (bearer, with_proof):
        answer = prover.system.http.get(PATH, headers=headers)
        assert challenged(answer, "Bearer", "invalid_token") == "token-bound"
        assert ", DPoP algs=" in answer.headers["www-authenticate"]


def test_a_bearer_token_comes_as_one(prover: Prover):
    token = prover.system.token()
    answer = prover.get(PATH, token)
    assert challenged(answer, "DPoP", "invalid_dpop_proof") == "dpop-unbound"
    bearer = {"Authorization": f"Bearer {token}", "DPoP": prover.proof("GET", PATH, token)}
    answer = prover.system.http.get(PATH, headers=bearer)
    assert challenged(answer, "Bearer", "invalid_dpop_proof") == "dpop-scheme"


def test_every_part_of_a_proof_counts_at_a_resource(prover: Prover):
    token, other = prover.token(), prover.token()
    now, issuer = prover.system.now(), prover.system.hub.issuer
    for changes, rule in (
        ({"htm": "POST"}, "dpop-htm"),
        ({"htu": f"{issuer}/v1/messages"}, "dpop-htu"),
        ({"htu": f"https://other.example{PATH}"}, "dpop-htu"),
        ({"iat": now - 301}, "dpop-iat"),
        ({"iat": now + 90}, "dpop-iat"),
        ({"jti": None}, "dpop-jti"),
        ({"ath": None}, "dpop-ath"),
        ({"header": {"typ": "JWT"}}, "dpop-form"),
        ({"header": {"jwk": {**bare(prover.key), "d": "AAAA"}}}, "dpop-key"),
        ({"header": {"alg": "none"}}, "dpop-key"),
        ({"key": Key("another")}, "dpop-jkt"),
    ):
        assert challenged(prover.get(PATH, token, **changes), "DPoP", "invalid_dpop_proof") == rule
    shown = prover.headers("GET", PATH, other)
    for_another = shown | {"Authorization": f"DPoP {token}"}
    answer = prover.system.http.get(PATH, headers=for_another)
    assert challenged(answer, "DPoP", "invalid_dpop_proof") == "dpop-ath"
    answer = prover.system.http.get(PATH, headers={"Authorization": f"DPoP {token}"})
    assert challenged(answer, "DPoP", "invalid_dpop_proof") == "dpop-missing"
    twice = [*shown.items(), ("DPoP", prover.proof("GET", PATH, other))]
    answer = prover.system.http.get(PATH, headers=twice)
    assert challenged(answer, "DPoP", "invalid_dpop_proof") == "dpop-twice"


def test_and_at_the_token_endpoint(prover: Prover):
    assert refused(prover.ask(htm="GET"), "invalid_dpop_proof") == "dpop-htm"
    assert refused(prover.ask(htu=prover.system.hub.issuer), "invalid_dpop_proof") == "dpop-htu"
    assert refused(prover.ask("e30.e30.e30"), "invalid_dpop_proof") == "dpop-form"
    two = [("DPoP", prover.proof("POST", "/oauth/token")) for _ in range(2)]
    assert refused(prover.post(two), "invalid_dpop_proof") == "dpop-twice"


def test_the_scope_is_asked_for_by_the_scheme_that_was_used(prover: Prover):
    answer = prover.get("/v1/admin/systems", prover.token())
    problem(answer, 403, "scope")
    assert answer.headers["www-authenticate"].startswith('DPoP error="insufficient_scope"')


def test_a_system_may_have_to(workers: Workers):
    bound = Prover(workers.system("bound-sys", "--bound", "dpop"))
    assert refused(bound.system.ask_token(), "invalid_request") == "bound-dpop"
    assert bound.get(PATH, bound.token()).status_code == 200


def test_a_system_that_must_from_now_on_has_no_bearer_token(workers: Workers):
    system = workers.system("late-sys")
    token = system.token()
    assert system.get(PATH).status_code == 200
    workers.one.furnish("system", "bind", system.id, "dpop")
    assert refused(changed(system.ask_token), "invalid_request") == "bound-dpop"
    answer = changed(lambda: workers.elsewhere(system, "GET", PATH, token=token))
    assert challenged(answer, "Bearer", "invalid_token") == "bound-dpop"


async def test_the_client_proves_the_key_its_identity_has(workers: Workers):
    system = workers.system("bound-sys", "--bound", "dpop")
    raw = system.key.private.private_bytes_raw()
    key = PrivateKey.from_jwk({**system.key.public(), "d": b64(raw)})
    proving = PrivateKey.from_jwk(new_key("proof", "ES256")[0])
    async with Agent(Identity(workers.one.issuer, system.id, key, proving=proving)) as agent:
        assert (await agent.units())["units"]
        assert (await agent.json(Call("GET", "/v1/messages", params={"limit": "1"})))["messages"] is not None
    async with Agent(Identity(workers.one.issuer, system.id, key)) as bearer:
        with pytest.raises(Problem):
            await bearer.units()


def test_the_command_line_proves_a_key_of_its_own(workers: Workers):
    hub, system = workers.one, workers.system("bound-sys", "--bound", "dpop")
    key, file = hub.data_dir / "bound.key", hub.data_dir / "said.json"
    key.write_bytes(packed({**system.key.public(), "d": b64(system.key.private.private_bytes_raw())}))
    file.write_bytes(packed(dispute()))
    told = ("--key", str(key), "--id", system.id, "--issuer", hub.issuer, "--type", SHARED)
    hub.furnish(
        "send", str(file), *told, "--kind", "dispute", "--unit", STATION, "--purpose", "police_handling"
    )
