"""Client assertions and access tokens: each rule of security.md on tokens has its test here."""

import hmac
import json
from datetime import timedelta

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Refused
from hub.trust import compact
from hub.trust.jwk import read_jwk
from hub.trust.keys import KeyRing, revoked, rotated
from hub.trust.tokens import AccessTokens, Confirmation, parse_assertion, verify_assertion
from tests.trust.senders import ISSUER, NOW, b64, compact_json, make_ed25519

AT = int(NOW.timestamp())


def _header(**changes) -> dict[str, object]:
    header = {"alg": "EdDSA", "kid": "k-1", "typ": "JWT"} | changes
    return {name: value for name, value in header.items() if value is not ...}


def _claims(**changes) -> dict[str, object]:
    claims = {
        "iss": "police-1",
        "sub": "police-1",
        "aud": ISSUER,
        "iat": AT,
        "exp": AT + 300,
        "jti": "a-1",
    } | changes
    return {name: value for name, value in claims.items() if value is not ...}


def _check(pair, token: str, key=..., now=NOW):
    key = read_jwk(pair.jwk) if key is ... else key
    return verify_assertion(parse_assertion(token), key, ISSUER, now)


def _rule(pair, token: str, **given) -> str:
    with pytest.raises(Refused) as caught:
        _check(pair, token, **given)
    assert caught.value.code == "token-invalid"
    return caught.value.faults[0].rule


# ── assertions ────────────────────────────────────────────────────────────────────────────────────────


def test_an_assertion_is_believed(pair):
    found = _check(pair, pair.token(_header(alg=pair.alg), _claims()))
    assert (found.client_id, found.jti) == ("police-1", "a-1")
    assert found.remember_until.timestamp() >= AT + 300 + compact.LEEWAY


def test_pyjwt_signs_what_we_verify(pair):
    assert _check(pair, jwt.encode(_claims(), pair.private, pair.alg, headers={"kid": "k-1"}))


@pytest.mark.parametrize("typ", [..., "JWT", "client-authentication+jwt"])
def test_typ_of_an_assertion(ed25519, typ):
    assert _check(ed25519, ed25519.token(_header(typ=typ), _claims()))


@pytest.mark.parametrize(
    "typ", ["at+jwt", "secevent+jwt", "liantiao-message+jws", "jwt", "", "application/JWT"]
)
def test_any_other_typ_is_refused(ed25519, typ):
    assert _rule(ed25519, ed25519.token(_header(typ=typ), _claims())) == "typ"


def test_typ_that_is_no_text_is_refused(ed25519):
    assert _rule(ed25519, ed25519.token(_header(typ=["JWT"]), _claims())) == "header"


def test_alg_none(pair):
    parts = [b64(compact_json(part)) for part in (_header(alg="none"), _claims())]
    assert _rule(pair, ".".join((*parts, ""))) == "alg"
    assert _rule(pair, ".".join((*parts, b64(bytes(64))))) == "alg"


@pytest.mark.parametrize("alg", ["None", "NONE", "nOnE"])
def test_alg_none_in_other_letters(pair, alg):
    assert _rule(pair, pair.token(_header(alg=alg), _claims())) == "alg"


def test_hs256_with_the_public_key(pair):
    signed = ".".join(b64(compact_json(part)) for part in (_header(alg="HS256"), _claims()))
    for secret in (pair.jwk["x"].encode(), json.dumps(pair.jwk).encode(), b""):
        mac = hmac.digest(secret, signed.encode(), "sha256")
        assert _rule(pair, f"{signed}.{b64(mac)}") == "alg"


def test_the_algorithm_is_the_keys(ed25519, es256):
    assert _rule(ed25519, ed25519.token(_header(alg="ES256"), _claims())) == "alg"
    assert _rule(es256, es256.token(_header(alg="EdDSA"), _claims())) == "alg"
    assert _rule(es256, ed25519.token(_header(alg="ES256"), _claims())) == "signature"


@pytest.mark.parametrize("alg", [..., None, 1, ["EdDSA"]])
def test_alg_is_a_text(ed25519, alg):
    assert _rule(ed25519, ed25519.token(_header(alg=alg), _claims())) == "header"


def test_padding_and_foreign_characters(ed25519):
    token = ed25519.token(_header(), _claims())
    header, claims, signature = token.split(".")
    for bad in (
        f"{header}=.{claims}.{signature}",
        f"{header}.{claims}==.{signature}",
        f"{header}.{claims}.{signature}==",
        f"{header}.{claims}.{signature}\n",
        f" {header}.{claims}.{signature}",
        f"{header}.{claims[:-1]}.{signature}",
        f"测.{claims}.{signature}",
    ):
        assert _rule(ed25519, bad) in {"base64url", "syntax"}


@pytest.mark.parametrize("token", ["", "a", "a.b", "a.b.c.d", "a.b.c.d.e", "{}"])
def test_three_parts(ed25519, token):
    assert _rule(ed25519, token) == "parts"


def test_a_json_serialised_jws_is_refused(ed25519):
    header, claims, signature = ed25519.token(_header(), _claims()).split(".")
    general = json.dumps({"payload": claims, "signatures": [{"protected": header, "signature": signature}]})
    assert _rule(ed25519, general) == "parts"


def test_duplicate_claims(ed25519):
    claims = compact_json(_claims())
    doubled = claims[:-1] + b',"sub":"court-1"}'
    assert _rule(ed25519, ed25519.token(_header(), doubled)) == "duplicate-key"
    header = compact_json(_header())
    assert _rule(ed25519, ed25519.token(header[:-1] + b',"alg":"none"}', _claims())) == "duplicate-key"


@pytest.mark.parametrize("raw", [b"[]", b"1", b'"a"', b"null", b"", b"{", b"\xff", b'{"exp":NaN}'])
def test_claims_are_one_object_of_strict_json(ed25519, raw):
    assert _rule(ed25519, ed25519.token(_header(), raw)) in {"type", "syntax", "encoding", "number"}


@pytest.mark.parametrize("exp", [..., None, str(AT + 60), AT + 60.5, True, [AT + 60], -1])
def test_exp_is_whole_seconds(ed25519, exp):
    assert _rule(ed25519, ed25519.token(_header(), _claims(exp=exp))) == "exp"


def test_exp_of_10_to_the_40(ed25519):
    assert _rule(ed25519, ed25519.token(_header(), _claims(exp=10**40))) == "number"
    assert _rule(ed25519, ed25519.token(_header(), _claims(exp=1e40))) == "exp"
    assert _rule(ed25519, ed25519.token(_header(), _claims(exp=2**53 - 1))) == "life"


@pytest.mark.parametrize("iat", [..., None, str(AT), AT + 0.5, False])
def test_iat_is_whole_seconds(ed25519, iat):
    assert _rule(ed25519, ed25519.token(_header(), _claims(iat=iat))) == "iat"


@pytest.mark.parametrize("life", [301, 3600, 10**9, 0, -1])
def test_a_life_longer_than_five_minutes_or_none(ed25519, life):
    assert _rule(ed25519, ed25519.token(_header(), _claims(exp=AT + life))) == "life"


def test_an_expired_assertion(ed25519):
    token = ed25519.token(_header(), _claims())
    assert _check(ed25519, token, now=NOW + timedelta(seconds=299))
    assert _rule(ed25519, token, now=NOW + timedelta(seconds=300)) == "exp"


def test_an_assertion_from_the_future(ed25519):
    token = ed25519.token(_header(), _claims())
    assert _check(ed25519, token, now=NOW - timedelta(seconds=compact.LEEWAY))
    assert _rule(ed25519, token, now=NOW - timedelta(seconds=compact.LEEWAY + 1)) == "iat"


@pytest.mark.parametrize(("nbf", "rule"), [(AT + 3600, "nbf"), (str(AT), "nbf"), (1.5, "nbf")])
def test_nbf_is_heeded(ed25519, nbf, rule):
    assert _rule(ed25519, ed25519.token(_header(), _claims(nbf=nbf))) == rule
    assert _check(ed25519, ed25519.token(_header(), _claims(nbf=AT)))


@pytest.mark.parametrize("aud", ["https://other.example.cn", ISSUER + "/oauth/token", ISSUER.upper()])
def test_another_audience(ed25519, aud):
    assert _rule(ed25519, ed25519.token(_header(), _claims(aud=aud))) == "aud"


@pytest.mark.parametrize(
    "aud", [..., [ISSUER, "https://other.example.cn"], [ISSUER], [], {ISSUER: 1}, None, ""]
)
def test_the_audience_is_one_text(ed25519, aud):
    assert _rule(ed25519, ed25519.token(_header(), _claims(aud=aud))) == "aud"


@pytest.mark.parametrize("name", ["iss", "sub", "jti"])
@pytest.mark.parametrize("value", [..., None, "", 7, ["police-1"], "x" * 256])
def test_required_texts(ed25519, name, value):
    assert _rule(ed25519, ed25519.token(_header(), _claims(**{name: value}))) == name


def test_issuer_and_subject_are_the_client(ed25519):
    assert _rule(ed25519, ed25519.token(_header(), _claims(sub="court-1"))) == "sub"


@pytest.mark.parametrize("kid", [..., None, "", "a b", "../k", "k" * 65, "k\n", "钥", 1, ["k-1"]])
def test_a_kid_is_a_short_ascii_name(ed25519, kid):
    assert _rule(ed25519, ed25519.token(_header(kid=kid), _claims())) == "kid"


def test_an_unknown_or_other_key(ed25519):
    assert _rule(ed25519, ed25519.token(_header(), _claims()), key=None) == "key"
    assert _rule(ed25519, ed25519.token(_header(kid="k-2"), _claims())) == "key"
    assert _rule(ed25519, make_ed25519().token(_header(), _claims())) == "signature"


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c", "crit", "b64", "zip"])
def test_a_header_that_names_a_key_or_changes_the_reading(ed25519, name):
    stranger = make_ed25519()
    value = {"jwk": stranger.jwk, "crit": ["exp"], "b64": False}.get(name, "https://evil.example.cn/k")
    assert _rule(ed25519, stranger.token(_header(**{name: value}), _claims())) == "header"


def test_a_token_of_more_than_8_kib(ed25519):
    for size in (compact.MAX_TOKEN, 5_000_000):
        assert _rule(ed25519, ed25519.token(_header(), _claims(pad="x" * size))) == "size"


def test_a_changed_claim(pair):
    header, _, signature = pair.token(_header(alg=pair.alg), _claims()).split(".")
    other = b64(compact_json(_claims(exp=AT + 299)))
    assert _rule(pair, f"{header}.{other}.{signature}") == "signature"


@given(st.text(max_size=60))
def test_any_text_is_refused_without_a_fault_of_ours(token):
    with pytest.raises(Refused):
        compact.parse(token)


# ── access tokens ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tokens(keyring) -> AccessTokens:
    return AccessTokens(keyring, ISSUER, 600)


def _denied(tokens: AccessTokens, token: str, now=NOW) -> str:
    with pytest.raises(Refused) as caught:
        tokens.verify(token, now)
    assert caught.value.code == "token-invalid"
    return caught.value.faults[0].rule


def test_a_token_is_what_rfc_9068_says(tokens, keyring):
    token = tokens.issue("police-1", "k-1", ("messages:send", "log:read"), NOW)
    key = jwt.PyJWK(keyring.active.jwk)
    assert jwt.get_unverified_header(token) == {"alg": "EdDSA", "kid": keyring.active.kid, "typ": "at+jwt"}
    claims = jwt.decode(
        token,
        key,
        ["EdDSA"],
        audience=ISSUER,
        issuer=ISSUER,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["sub"] == claims["client_id"] == "police-1"
    assert claims["exp"] - claims["iat"] == 600
    assert claims["scope"] == "messages:send log:read"
    assert len(claims["jti"]) == 22


def test_a_token_is_accepted_until_it_expires(tokens):
    token = tokens.issue("police-1", "k-1", ("messages:send",), NOW)
    for _ in range(2):  # checked, then remembered
        access = tokens.verify(token, NOW)
        assert (access.client_id, access.scopes) == ("police-1", {"messages:send"})
    assert tokens.verify(token, NOW + timedelta(seconds=599))
    assert _denied(tokens, token, NOW + timedelta(seconds=600)) == "exp"
    assert _denied(tokens, token, NOW + timedelta(seconds=600)) == "exp"


def test_two_tokens_differ(tokens):
    assert tokens.issue("police-1", "k-1", ("log:read",), NOW) != tokens.issue(
        "police-1", "k-1", ("log:read",), NOW
    )


def test_a_token_of_another_hub(tokens, hub_keys):
    other = AccessTokens(KeyRing(hub_keys), "https://other.example.cn", 600)
    assert _denied(tokens, other.issue("police-1", "k-1", ("log:read",), NOW)) == "aud"


def test_other_tokens_of_this_hub_are_no_access_tokens(tokens, keyring):
    claims = {
        "iss": ISSUER,
        "sub": "police-1",
        "client_id": "police-1",
        "aud": ISSUER,
        "iat": AT,
        "exp": AT + 600,
        "jti": "x",
        "scope": "admin",
    }
    assert tokens.verify(keyring.sign("at+jwt", claims), NOW)
    for typ in ("JWT", "secevent+jwt", "liantiao-receipt+jwt", "AT+JWT"):
        assert _denied(tokens, keyring.sign(typ, claims)) == "typ"
    assert _denied(tokens, keyring.sign("at+jwt", claims | {"exp": AT + 601})) == "life"
    assert _denied(tokens, keyring.sign("at+jwt", claims | {"sub": "court-1"})) == "iss"
    assert _denied(tokens, keyring.sign("at+jwt", claims | {"iss": "https://x.example.cn"})) == "iss"
    assert _denied(tokens, keyring.sign("at+jwt", claims | {"scope": ["admin"]})) == "scope"


def test_a_token_says_what_it_is_bound_to(tokens):
    for bound in (Confirmation("k"), Confirmation(x5t="c"), Confirmation("k", "c")):
        assert tokens.verify(tokens.issue("police-1", "k-1", ("log:read",), NOW, bound), NOW).bound == bound
    assert tokens.verify(tokens.issue("police-1", "k-1", ("log:read",), NOW), NOW).bound is None


@pytest.mark.parametrize(
    "cnf",
    [None, {}, [], "k", {"jkt": ""}, {"jkt": 1}, {"jwk": {}}, {"jkt": "k", "kid": "x"}, {"x5t#S256": None}],
)
def test_a_token_bound_in_an_unknown_way_is_refused(tokens, keyring, cnf):
    claims = _claims(aud=ISSUER, iss=ISSUER, client_id="police-1", scope="admin", cnf=cnf)
    assert _denied(tokens, keyring.sign("at+jwt", claims)) == "cnf"


def test_a_token_signed_by_a_client(tokens, ed25519):
    claims = _claims(client_id="police-1", scope="admin")
    assert _denied(tokens, ed25519.token(_header(typ="at+jwt"), claims)) == "key"
    as_hub = _header(typ="at+jwt", kid=tokens.keyring.active.kid)
    assert _denied(tokens, ed25519.token(as_hub, claims)) == "signature"


def test_a_token_of_5_mb(tokens):
    assert _denied(tokens, "a" * 5_000_000) == "size"


def test_a_token_names_the_key_that_its_client_proved(tokens, keyring):
    assert tokens.verify(tokens.issue("police-1", "k-1", ("log:read",), NOW), NOW).key == "k-1"
    before = {"iss": ISSUER, "sub": "a", "client_id": "a", "aud": ISSUER, "iat": AT, "exp": AT + 60}
    older = keyring.sign("at+jwt", {**before, "jti": "b", "scope": "log:read"})
    assert tokens.verify(older, NOW).key is None


def test_a_rotation_leaves_tokens_valid(tokens, hub_keys):
    token = tokens.issue("police-1", "k-1", ("log:read",), NOW)
    tokens.keyring = KeyRing([*rotated(hub_keys, NOW)])
    assert tokens.verify(token, NOW + timedelta(seconds=60))


def test_a_revoked_hub_key_ends_tokens_also_remembered_ones(tokens, hub_keys):
    token = tokens.issue("police-1", "k-1", ("log:read",), NOW)
    tokens.verify(token, NOW)
    tokens.keyring = KeyRing(revoked(hub_keys, tokens.keyring.active.kid, NOW))
    assert _denied(tokens, token) == "key"


def test_what_is_remembered_is_bounded(tokens, monkeypatch):
    monkeypatch.setattr("hub.trust.tokens._CACHED", 3)
    issued = [tokens.issue("police-1", "k-1", ("log:read",), NOW) for _ in range(5)]
    for token in issued:
        tokens.verify(token, NOW)
    assert len(tokens._verified) == 3
    assert tokens.verify(issued[0], NOW)
