"""Proofs of possession: each check of RFC 9449, 4.3, by its rule."""

from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.client.jose import PrivateKey, new_key
from hub.client.proving import prove
from hub.errors import Refused
from hub.trust import b64 as strict
from hub.trust.compact import LEEWAY, MAX_TOKEN
from hub.trust.dpop import PROOF_LIFE, Proof, Target, verify_proof
from tests.trust.senders import NOW, Pair, b64, compact_json, make_ed25519

AT = int(NOW.timestamp())
URL = "https://hub.example.cn/v1/messages"
TARGET = Target("POST", URL)


def _key(pair: Pair) -> dict[str, object]:
    return {name: value for name, value in pair.jwk.items() if name != "kid"}


def _proof(pair: Pair, header: dict[str, object] | None = None, **claims) -> str:
    head = {"typ": "dpop+jwt", "alg": pair.alg, "jwk": _key(pair)} | (header or {})
    said = {"jti": "p-1", "htm": "POST", "htu": URL, "iat": AT} | claims
    parts = ({name: value for name, value in part.items() if value is not ...} for part in (head, said))
    return pair.token(*parts)


def _rule(proof: str, target: Target = TARGET, now=NOW) -> str:
    with pytest.raises(Refused) as caught:
        verify_proof(proof, target, now)
    assert caught.value.code == "token-invalid"
    return caught.value.faults[0].rule


def test_a_proof_shows_its_key(pair):
    members = {name: _key(pair)[name] for name in sorted(_key(pair))}
    found = verify_proof(_proof(pair), TARGET, NOW)
    assert found.jkt == b64(sha256(compact_json(members)).digest())
    assert found.remember_until.timestamp() > AT + PROOF_LIFE


def test_a_key_may_have_a_kid_and_the_newer_name_of_its_algorithm(ed25519):
    plain = verify_proof(_proof(ed25519), TARGET, NOW)
    named = _proof(ed25519, {"alg": "Ed25519", "kid": "x", "jwk": ed25519.jwk | {"use": "sig"}})
    assert verify_proof(named, TARGET, NOW) == plain


@pytest.mark.parametrize("alg", ["EdDSA", "Ed25519", "ES256"])
def test_our_client_proves_what_we_verify(alg):
    key = PrivateKey.from_jwk(new_key("k", alg)[0])
    assert verify_proof(prove(key, "POST", URL, "t", NOW), Target("POST", URL, "t"), NOW)


@pytest.mark.parametrize("typ", [..., "JWT", "at+jwt", "DPOP+JWT", "application/dpop+jwt", 1])
def test_typ(ed25519, typ):
    assert _rule(_proof(ed25519, {"typ": typ})) == "dpop-form"


@pytest.mark.parametrize("name", ["jku", "x5u", "x5c", "crit", "b64", "zip"])
def test_nothing_is_followed(ed25519, name):
    assert _rule(_proof(ed25519, {name: ["htm"]})) == "dpop-form"


@pytest.mark.parametrize("proof", ["", "e30.e30.e30", "a.b", "{}", "x" * (MAX_TOKEN + 1), "\xff.\xff.\xff"])
def test_what_is_no_token(proof):
    assert _rule(proof) == "dpop-form"


def test_duplicate_claims(ed25519):
    header = {"typ": "dpop+jwt", "alg": "EdDSA", "jwk": _key(ed25519)}
    claims = compact_json({"jti": "p", "htm": "POST", "htu": URL, "iat": AT})
    assert _rule(ed25519.token(header, claims[:-1] + b',"htm":"POST"}')) == "dpop-form"


def test_the_key_is_a_public_one_for_signatures(ed25519):
    key = _key(ed25519)
    other = (key | {"d": "AAAA"}, key | {"use": "enc"}, key | {"key_ops": ["sign"]}, key | {"x": "AAAA"})
    for jwk in (..., None, "k", {}, {"kty": "oct", "k": "AAAA"}, {"kty": "RSA", "n": "AQAB"}, *other):
        assert _rule(_proof(ed25519, {"jwk": jwk})) == "dpop-key"


@pytest.mark.parametrize("alg", [..., None, "none", "HS256", "ES256", "RS256", 1])
def test_the_algorithm_is_the_keys(ed25519, alg):
    assert _rule(_proof(ed25519, {"alg": alg})) == "dpop-key"


def test_the_signature_is_the_keys(pair):
    assert _rule(_proof(pair, {"jwk": _key(make_ed25519()), "alg": "EdDSA"})) == "dpop-signature"
    header, _, signature = _proof(pair).split(".")
    other = b64(compact_json({"jti": "p-2", "htm": "POST", "htu": URL, "iat": AT}))
    assert _rule(f"{header}.{other}.{signature}") == "dpop-signature"


@pytest.mark.parametrize("htm", [..., None, "GET", "post", ["POST"]])
def test_method(ed25519, htm):
    assert _rule(_proof(ed25519, htm=htm)) == "dpop-htm"


@pytest.mark.parametrize(
    "htu",
    [
        "HTTPS://HUB.example.cn/v1/messages",
        "https://hub.example.cn:443/v1/messages",
        "https://hub.example.cn/%761/mess%61ges",
        "https://hub.example.cn/v1/messages?a=1#b",
    ],
)
def test_an_address_is_compared_in_its_normal_form(ed25519, htu):
    assert verify_proof(_proof(ed25519, htu=htu), TARGET, NOW)


@pytest.mark.parametrize(
    "htu",
    [
        ..., None, 1, "", "/v1/messages", "messages", "http://hub.example.cn/v1/messages",
        "https://hub.example.cn", "https://hub.example.cn/v1/messages/", "https://hub.example.cn/v1%2Fmessages",
        "https://hub.example.cn:8443/v1/messages", "https://hub.example.cn:x/v1/messages",
        "https://a@hub.example.cn/v1/messages", "https://other.example.cn/v1/messages",
        "https://hub.example.cn/v1/messages\n", "https://hub.example.cn/v1/Messages", "https://[/v1/messages",
    ],
)  # fmt: skip
def test_another_address(ed25519, htu):
    assert _rule(_proof(ed25519, htu=htu)) == "dpop-htu"


def test_an_address_that_is_none_is_not_the_same_as_another_that_is_none(ed25519):
    assert _rule(_proof(ed25519, htu="?"), Target("POST", "https://hub.example.cn/v1/\xe9")) == "dpop-htu"


def test_the_window_of_iat(ed25519):
    proof = _proof(ed25519)
    for seconds in (-LEEWAY, 0, PROOF_LIFE - 1):
        assert verify_proof(proof, TARGET, NOW + timedelta(seconds=seconds))
    for seconds in (-LEEWAY - 1, PROOF_LIFE):
        assert _rule(proof, now=NOW + timedelta(seconds=seconds)) == "dpop-iat"


@pytest.mark.parametrize("iat", [..., None, str(AT), AT + 0.5, True, -1])
def test_iat_is_whole_seconds(ed25519, iat):
    assert _rule(_proof(ed25519, iat=iat)) == "dpop-iat"


@pytest.mark.parametrize("jti", [..., None, "", 1, "x" * 256])
def test_a_proof_has_a_name(ed25519, jti):
    assert _rule(_proof(ed25519, jti=jti)) == "dpop-jti"


def test_two_keys_may_use_one_jti(ed25519):
    names = [verify_proof(_proof(p), TARGET, NOW).name for p in (ed25519, ed25519, make_ed25519())]
    assert names[0] == names[1] != names[2]


def test_a_proof_is_for_one_token(ed25519):
    target = Target("POST", URL, "a.b.c")
    ath = strict.encode(sha256(b"a.b.c").digest())
    assert isinstance(verify_proof(_proof(ed25519, ath=ath), target, NOW), Proof)
    for other in (..., None, "", ath + "=", strict.encode(sha256(b"a.b.d").digest())):
        assert _rule(_proof(ed25519, ath=other), target) == "dpop-ath"


@given(st.text(max_size=60))
def test_any_text_is_refused_without_a_fault_of_ours(text):
    assert _rule(text, now=NOW) == "dpop-form"
