"""The client's signatures, against PyJWT and the hub's own reader, and what it refuses to read."""

import json
from datetime import UTC, datetime

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwt.algorithms import OKPAlgorithm

from hub.client.envelope import Envelope, FileRef, sign
from hub.client.errors import BadKey, BadToken
from hub.client.jose import (
    PrivateKey,
    PublicKey,
    b64u,
    new_key,
    sign_compact,
    sign_detached,
    split,
    unb64u,
)
from hub.client.session import Identity
from hub.trust import jose as hub_jose
from hub.trust.jwk import read_jwk

ALGS = ["EdDSA", "Ed25519", "ES256"]
JWS = jwt.PyJWS()
JWS.register_algorithm("Ed25519", OKPAlgorithm())  # RFC 9864's name for what PyJWT calls EdDSA
PAIRS = {alg: new_key(f"k-{alg}", alg) for alg in ALGS}
NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ISSUER = "http://127.0.0.1:8040"


@pytest.mark.parametrize("alg", ALGS)
def test_a_compact_token_is_one_for_pyjwt(alg):
    private, public = PAIRS[alg]
    token = sign_compact(PrivateKey.from_jwk(private), "JWT", {"aud": "hub", "n": "测甲"})
    key = jwt.PyJWK(public, algorithm="ES256" if alg == "ES256" else "EdDSA").key
    told = JWS.decode_complete(token, key, algorithms=ALGS)
    assert json.loads(told["payload"]) == {"aud": "hub", "n": "测甲"}
    assert told["header"] == {"alg": alg, "kid": f"k-{alg}", "typ": "JWT"}
    assert json.loads(split(token, 9999).verified({f"k-{alg}": PublicKey.from_jwk(public)}, "JWT"))


@pytest.mark.parametrize("alg", ALGS)
@given(body=st.binary(max_size=200))
def test_a_detached_signature_is_one_for_pyjws(alg, body):
    private, public = PAIRS[alg]
    protected, signature = sign_detached(PrivateKey.from_jwk(private), {"typ": "x"}, body)
    key = jwt.PyJWK(public, algorithm="ES256" if alg == "ES256" else "EdDSA").key
    told = JWS.decode_complete(f"{protected}..{signature}", key, ALGS, detached_payload=body)
    assert told["payload"] == body
    assert told["header"]["b64"] is False


@pytest.mark.parametrize("alg", ALGS)
def test_the_hub_reads_the_envelope(alg):
    private, public = PAIRS[alg]
    identity = Identity(ISSUER, "police-3101", PrivateKey.from_jwk(private))
    envelope = Envelope(
        "3101",
        "dispute",
        "mediation",
        "application/xml;charset=GBK",
        to="3105",
        dispute="01983d0e-7a00-7000-8000-000000000001",
        re="01983d0e-7a00-7000-8000-000000000002",
        name="310100_07_20261125.xml",
        files=[
            FileRef("505", "sha-256:" + "0" * 64, "照片.jpg", "image/jpeg"),
            FileRef("506", "sha-256:" + "1" * 64),
        ],
    )
    body = "<测/>".encode("gbk")
    signed = sign(envelope, body, identity, lambda: NOW)
    headers = signed.headers()
    unverified = hub_jose.parse_detached(headers["X-JWS-Signature"])
    key = read_jwk(public)
    read = hub_jose.verify(unverified, body, key, ISSUER, headers["Content-Type"], NOW)
    assert read.digest == signed.digest
    told = read.envelope
    assert (told.iss, told.jti, told.iat) == ("police-3101", signed.jti, int(NOW.timestamp()))
    for name in ("unit", "kind", "purpose", "to", "dispute", "re", "name"):
        assert getattr(told, name) == getattr(envelope, name)
    assert [(f.ref, f.name, f.type) for f in told.files] == [
        ("505", "照片.jpg", "image/jpeg"),
        ("506", None, None),
    ]


def test_what_is_not_given_is_not_in_the_envelope():
    identity = Identity(ISSUER, "c", PrivateKey.from_jwk(PAIRS["EdDSA"][0]))
    signed = sign(Envelope("3101", "dispute", "mediation", "text/csv"), b"", identity, lambda: NOW)
    told = json.loads(unb64u(signed.protected))
    assert set(told) == {
        *("alg", "kid", "b64", "crit", "typ", "cty", "iss", "aud", "iat", "jti", "unit", "kind", "purpose")
    }


def test_every_message_has_its_own_jti_and_keeps_it():
    identity = Identity(ISSUER, "c", PrivateKey.from_jwk(PAIRS["EdDSA"][0]))
    one, two = (
        sign(Envelope("3101", "dispute", "mediation", "text/csv"), b"x", identity, lambda: NOW)
        for _ in range(2)
    )
    assert one.jti != two.jti
    later = one.again(identity, datetime(2026, 11, 25, 3, 0, tzinfo=UTC))
    assert (later.jti, later.body) == (one.jti, one.body)
    assert later.protected != one.protected


@given(st.binary(max_size=64))
def test_base64url_has_one_spelling(raw):
    text = b64u(raw)
    assert unb64u(text) == raw
    for other in (
        text + "=",
        text + "A",
        text + "\n",
        " " + text,
        text.replace("-", "+").replace("_", "/") + "+",
    ):
        try:
            assert unb64u(other) != raw
        except ValueError:
            continue


@pytest.mark.parametrize("text", ["A", "AB", "AA==", "A A", "Aé", "AAA+", "AA\n"])
def test_what_is_not_base64url(text):
    with pytest.raises(ValueError, match="base64url"):
        unb64u(text)


PRIVATE, PUBLIC = PAIRS["EdDSA"]
EC_PRIVATE, EC_PUBLIC = PAIRS["ES256"]


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        PUBLIC | {"kid": None},
        PUBLIC | {"kid": "a b"},
        PUBLIC | {"kid": "x" * 65},
        PUBLIC | {"kid": "甲"},
        PUBLIC | {"use": "enc"},
        PUBLIC | {"alg": "ES256"},
        PUBLIC | {"alg": "none"},
        PUBLIC | {"crv": "X25519"},
        PUBLIC | {"kty": "RSA"},
        PUBLIC | {"x": "AA"},
        PUBLIC | {"x": PUBLIC["x"] + "="},
        PUBLIC | {"x": 7},
        EC_PUBLIC | {"y": EC_PUBLIC["x"]},
        EC_PUBLIC | {"crv": "P-384"},
    ],
)
def test_keys_that_are_none(jwk):
    with pytest.raises(BadKey):
        PublicKey.from_jwk(jwk)


@pytest.mark.parametrize(
    "jwk",
    [
        PUBLIC,
        PRIVATE | {"d": "AA"},
        PRIVATE | {"d": PRIVATE["x"]},
        PRIVATE | {"x": new_key("o")[1]["x"]},
        EC_PRIVATE | {"d": b64u(bytes(32))},
        EC_PRIVATE | {"d": b64u(b"\xff" * 32)},
    ],
)
def test_private_keys_that_are_none(jwk):
    with pytest.raises(BadKey):
        PrivateKey.from_jwk(jwk)


def test_other_algorithms_are_not_made():
    with pytest.raises(BadKey):
        new_key("k", "RS256")


def test_an_algorithm_that_is_not_named_is_that_of_the_curve():
    for private, alg in ((PRIVATE, "EdDSA"), (EC_PRIVATE, "ES256")):
        jwk = {k: v for k, v in private.items() if k != "alg"}
        assert PrivateKey.from_jwk(jwk).alg == alg


KEY = PrivateKey.from_jwk(PRIVATE)
KEYS = {"k-EdDSA": PublicKey.from_jwk(PUBLIC), "k-ES256": PublicKey.from_jwk(EC_PUBLIC)}
TOKEN = sign_compact(KEY, "JWT", {"a": 1})


TWICE = b64u(b'{"alg":"EdDSA","alg":"none"}')


def forged(header, payload=b"{}", key=KEY):
    signed = f"{b64u(json.dumps(header).encode())}.{b64u(payload)}"
    return f"{signed}.{b64u(key.sign(signed.encode()))}"


HEADER = {"alg": "EdDSA", "kid": "k-EdDSA", "typ": "JWT"}


@pytest.mark.parametrize(
    ("token", "err"),
    [
        ("", "invalid_request"),
        ("a.b", "invalid_request"),
        ("a.b.c.d", "invalid_request"),
        (TOKEN + "=", "invalid_request"),
        (TOKEN.replace(".", ".=", 1), "invalid_request"),
        ("x" * 10_000, "invalid_request"),
        (f"{b64u(b'[]')}.{b64u(b'{}')}.AAAA", "invalid_request"),
        (TWICE + ".e30.AAAA", "invalid_request"),
        (forged(HEADER | {"typ": "at+jwt"}), "invalid_request"),
        (forged({"alg": "EdDSA", "kid": "k-EdDSA"}), "invalid_request"),
        (forged(HEADER | {"kid": "other"}), "invalid_key"),
        (forged(HEADER | {"kid": None}), "invalid_key"),
        (forged(HEADER | {"alg": "none"}), "invalid_key"),
        (forged(HEADER | {"alg": "ES256"}), "invalid_key"),
        (forged(HEADER | {"kid": "k-ES256"}), "invalid_key"),
        (forged(HEADER | {"crit": ["exp"]}), "invalid_key"),
        (forged(HEADER | {"b64": False}), "invalid_key"),
        (TOKEN[:-4] + "AAAA", "authentication_failed"),
        (TOKEN.rpartition(".")[0] + ".", "authentication_failed"),
        (forged(HEADER, key=PrivateKey.from_jwk(new_key("k-EdDSA")[0])), "authentication_failed"),
        (forged(HEADER | {"alg": "ES256", "kid": "k-ES256"}), "authentication_failed"),
    ],
)
def test_tokens_that_are_refused(token, err):
    with pytest.raises(BadToken) as refusal:
        split(token, 9999).verified(KEYS, "JWT")
    assert refusal.value.err == err


def test_a_short_es256_signature_is_none():
    token = forged(HEADER | {"alg": "ES256", "kid": "k-ES256"})
    cut = token.rpartition(".")[0] + "." + b64u(b"\1" * 63)
    with pytest.raises(BadToken):
        split(cut, 9999).verified(KEYS, "JWT")
