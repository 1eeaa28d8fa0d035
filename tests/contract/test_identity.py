"""Contract 1: keys, discovery documents, the token endpoint and its errors, scopes."""

import time
import uuid

import httpx
import jwt
import pytest

from tests.contract.conftest import Cast
from tests.contract.kit import POLL, Hub, Key, System, problem
from tests.contract.words import told_of

DEFAULT = (
    "messages:send",
    "messages:read",
    "events:poll",
    "streams:manage",
    "blobs:write",
    "blobs:read",
    "shares:read",
    "log:read",
)


def refused(answer: httpx.Response, status: int, error: str) -> None:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_discovery_needs_no_token(hub: Hub):
    server = hub.get("/.well-known/oauth-authorization-server").json()
    assert server["issuer"] == hub.issuer
    assert server["token_endpoint"] == f"{hub.issuer}/oauth/token"
    assert server["jwks_uri"] == f"{hub.issuer}/.well-known/jwks.json"
    assert server["grant_types_supported"] == ["client_credentials"]
    assert server["token_endpoint_auth_methods_supported"] == ["private_key_jwt"]
    assert {"EdDSA", "ES256"} <= set(server["token_endpoint_auth_signing_alg_values_supported"])
    assert {*DEFAULT, "admin"} == set(server["scopes_supported"])
    assert "response_types_supported" in server
    resource = hub.get("/.well-known/oauth-protected-resource").json()
    assert resource["resource"] == hub.issuer
    assert resource["authorization_servers"] == [hub.issuer]
    assert resource["bearer_methods_supported"] == ["header"]
    for told in (server, resource):
        assert {"EdDSA", "ES256"} <= set(told["dpop_signing_alg_values_supported"])
        assert told["tls_client_certificate_bound_access_tokens"] is False
    ssf = hub.get("/.well-known/ssf-configuration").json()
    assert ssf["issuer"] == hub.issuer
    assert set(ssf["delivery_methods_supported"]) == {"urn:ietf:rfc:8935", "urn:ietf:rfc:8936"}
    assert ssf["configuration_endpoint"] == f"{hub.issuer}/v1/streams"
    assert ssf["status_endpoint"] == f"{hub.issuer}/v1/streams/status"
    assert ssf["verification_endpoint"] == f"{hub.issuer}/v1/streams/verify"
    log = hub.get("/.well-known/liantiao-log").json()
    assert log["vkey"].split("+")[0] == log["origin"] == hub.issuer.removeprefix("http://")


def test_the_hub_signs_eddsa_and_says_so(hub: Hub):
    keys = hub.jwks()
    assert len(keys) >= 1
    for jwk, _ in keys.values():
        assert (jwk["kty"], jwk["crv"], jwk["alg"], jwk["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
        assert "d" not in jwk


@pytest.mark.parametrize("typ", [None, "JWT", "client-authentication+jwt"])
def test_an_access_token_is_an_rfc_9068_one(hub: Hub, police: System, typ: str | None):
    answer = police.ask_token(police.assertion(typ=typ))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["token_type"].lower() == "bearer"
    assert 0 < told["expires_in"] <= 600
    assert answer.headers["cache-control"] == "no-store"
    claims = hub.read(told["access_token"], "at+jwt", hub.issuer)
    assert claims["iss"] == hub.issuer
    assert claims["sub"] == claims["client_id"] == "police-sys"
    assert claims["exp"] - claims["iat"] <= 600
    assert claims["jti"]
    assert claims["scope"].split() == list(DEFAULT)
    assert told["scope"].split() == list(DEFAULT)


def test_scopes_are_what_was_asked_for_and_no_more_than_is_held(police: System):
    told = police.ask_token(scope="log:read messages:read").json()
    assert set(told["scope"].split()) == {"log:read", "messages:read"}
    refused(police.ask_token(scope="messages:read admin"), 400, "invalid_scope")
    refused(police.ask_token(scope="no:such"), 400, "invalid_scope")


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "https://elsewhere.example"},
        {"aud": None},
        {"sub": "court-sys"},
        {"iss": "court-sys"},
        {"iss": "nobody", "sub": "nobody"},
        {"jti": None},
        {"exp": None},
        {"exp": int(time.time()) - 60, "iat": int(time.time()) - 120},
        {"exp": int(time.time()) + 3600},
        {"iat": int(time.time()) + 3600, "exp": int(time.time()) + 3660},
    ],
)
def test_assertions_that_are_not_believed(police: System, claims: dict[str, object]):
    refused(police.ask_token(police.assertion(**claims)), 401, "invalid_client")


def test_an_assertion_lives_five_minutes_at_most(police: System):
    at = police.now()
    assert police.ask_token(police.assertion(iat=at, exp=at + 300)).status_code == 200
    refused(police.ask_token(police.assertion(iat=at, exp=at + 301)), 401, "invalid_client")


@pytest.mark.parametrize("typ", ["at+jwt", "secevent+jwt", "liantiao-message+jws", "dpop+jwt"])
def test_assertions_of_another_type(police: System, typ: str):
    refused(police.ask_token(police.assertion(typ=typ)), 401, "invalid_client")


def test_an_assertion_is_used_once(police: System):
    assertion = police.assertion()
    assert police.ask_token(assertion).status_code == 200
    refused(police.ask_token(assertion), 401, "invalid_client")
    other = police.assertion(jti="one-" + uuid.uuid4().hex)
    assert police.ask_token(other).status_code == 200
    refused(police.ask_token(other), 401, "invalid_client")


def test_assertions_by_the_wrong_key(police: System, court: System):
    refused(police.ask_token(police.assertion(key=Key("police-sys-1"))), 401, "invalid_client")
    refused(police.ask_token(police.assertion(key=Key("no-such-kid"))), 401, "invalid_client")
    refused(police.ask_token(police.assertion(key=court.key)), 401, "invalid_client")
    confused = Key("police-sys-1", "ES256")
    refused(police.ask_token(police.assertion(key=confused)), 401, "invalid_client")


def test_the_algorithm_is_pinned_to_the_key_and_has_two_names(police: System):
    named_anew = Key(police.key.kid, "Ed25519", police.key.private)
    assert police.ask_token(police.assertion(key=named_anew)).status_code == 200
    lying = Key(police.key.kid, "ES256", police.key.private)
    refused(police.ask_token(police.assertion(key=lying)), 401, "invalid_client")
    unsigned = jwt.encode(jwt.decode(police.assertion(), options={"verify_signature": False}), "", "none")
    refused(police.ask_token(unsigned), 401, "invalid_client")


def test_errors_of_the_token_endpoint(police: System):
    refused(police.ask_token(grant_type="authorization_code"), 400, "unsupported_grant_type")
    refused(police.ask_token(grant_type=None), 400, "invalid_request")
    assert police.ask_token(client_assertion_type="urn:x").status_code in {400, 401}
    assert police.ask_token(client_assertion_type=None).status_code in {400, 401}
    refused(police.ask_token("not-a-token"), 401, "invalid_client")
    refused(police.ask_token(client_id="court-sys"), 401, "invalid_client")
    assert police.ask_token(client_id="police-sys").status_code == 200
    twice = "grant_type=client_credentials&grant_type=client_credentials"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    refused(police.http.post("/oauth/token", content=twice, headers=form), 400, "invalid_request")
    refused(police.http.post("/oauth/token", json={}), 400, "invalid_request")


def test_a_token_that_is_refused_says_how_to_get_one(hub: Hub, police: System):
    answer = hub.get("/v1/messages")
    problem(answer, 401, "token-invalid")
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer")
    assert f'resource_metadata="{hub.issuer}/.well-known/oauth-protected-resource"' in challenge
    answer = police.get("/v1/messages", token=police.token("log:read"))
    problem(answer, 403, "scope")
    assert 'error="insufficient_scope"' in answer.headers["www-authenticate"]


def test_only_tokens_of_this_hub_count(police: System, hub: Hub):
    at = police.now()
    claims = {
        "iss": hub.issuer, "sub": "police-sys", "client_id": "police-sys", "aud": hub.issuer,
        "iat": at, "exp": at + 600, "jti": "x", "scope": "messages:read",
    }  # fmt: skip
    forged = police.key.compact({"typ": "at+jwt"}, claims)
    problem(police.get("/v1/messages", token=forged), 401, "token-invalid")
    problem(police.get("/v1/messages", token=police.assertion()), 401, "token-invalid")
    problem(police.get("/v1/messages", token="x"), 401, "token-invalid")


def test_a_new_system_may_speak_at_once(hub: Hub):
    added = hub.add("late-sys", "police", ("500199000000",), "--no-receiving")
    assert added.ask_token().status_code == 200


def test_admin_is_a_scope_that_is_given_not_defaulted(hub: Hub):
    admin = hub.add("scoped-sys", "justice", ("5001990000",), "--scope", "admin", "--no-receiving")
    told = admin.ask_token().json()
    assert told["scope"] == "admin"
    assert admin.get("/v1/admin/systems").status_code == 200
    problem(admin.get("/v1/messages"), 403, "scope")


def test_a_revoked_key_of_the_hub_is_believed_nowhere_and_what_waits_is_signed_anew(own_cast: Cast):
    hub, police = own_cast.hub, own_cast.police
    hub.start()
    room = own_cast.guest()
    room.call("POST", "/v1/streams", json={"delivery": {"method": POLL}})
    told_of(police, room.units[0])
    sets = room.call("POST", "/v1/streams/poll", json={"returnImmediately": True}).json()["sets"]
    ((jti, before),) = sets.items()
    stolen, token = jwt.get_unverified_header(before)["kid"], police.token()
    assert stolen in hub.jwks()
    hub.ok("hub-key", "revoke", stolen, "--reason", "密钥失窃")
    deadline = time.monotonic() + 30
    while police.get("/v1/units", token=token).status_code == 200 and time.monotonic() < deadline:
        time.sleep(0.05)  # a process notices within a second what another one changed
    told = problem(police.get("/v1/units", token=token), 401, "token-invalid")
    assert [fault["rule"] for fault in told["errors"]] == ["key"]
    assert stolen not in hub.jwks()
    for system in (police, room):
        system.forget()
        assert system.get("/v1/units").status_code == 200
    sets = room.call("POST", "/v1/streams/poll", json={"returnImmediately": True}).json()["sets"]
    assert list(sets) == [jti]
    assert jwt.get_unverified_header(sets[jti])["kid"] != stolen
    assert hub.read(sets[jti], "secevent+jwt", room.id)["jti"] == jti
    assert hub.run("hub-key", "revoke", "nobodys", "--reason", "试验").returncode == 1
    assert hub.run("log", "verify", LIANTIAO_ISSUER=hub.issuer).returncode == 0
